"""``embcontrast cache``: what is kept is listed, verified and cleaned, and nothing in use goes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compare.cache import LOCKS, Stage, cache_folder
from compare.checkpoints import save_checkpoint
from compare.records import RECORD
from compare.stage_seconds import SECONDS
from tests.experiments.test_cli import call

pytestmark = pytest.mark.usefixtures("own_cache")

MAKES = (
    "import sys; from compare.cache import Stage; "
    "Stage(sys.argv[1], (1,), about='numbers').open("
    "lambda folder: (folder / 'result').write_bytes(b'x' * int(sys.argv[2])) and None)"
)


def made(name: str, size: int, *, days: float = 0.0) -> Path:
    """Make a stage in another process: this one would go on using it."""
    subprocess.run([sys.executable, "-c", MAKES, name, str(size)], check=True)
    folder = Stage(name, (1,)).folder
    used = time.time() - days * 86400
    os.utime(folder / RECORD, (used, used))
    return folder


def names() -> set[str]:
    return {path.name.partition("-")[0] for path in cache_folder().iterdir()} - {LOCKS, SECONDS}


def test_the_cache_is_listed_verified_and_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    new, old, older = made("new", 4000), made("old", 3000, days=10), made("older", 2000, days=40)
    (cache_folder() / "downloads").mkdir()
    (cache_folder() / "downloads" / "file").write_bytes(b"x" * 9000)
    unfinished = Stage("waiting", (1,)).unfinished
    save_checkpoint(unfinished / "checkpoint", {"step": 1})

    _, out, _ = call("cache", capsys=capsys)
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[1] for row in rows if row[0] in (new.name, old.name, older.name)] == ["stage"] * 3
    assert next(row for row in rows if row[0] == old.name)[2:] == [
        "3.4 kB",
        "10 days ago",
        "numbers",
    ]
    assert {row[1] for row in rows} == {"stage", "unfinished", "other"}

    status, out, _ = call("cache", "verify", capsys=capsys)
    assert status == 0
    assert "4 read, all as they were written" in out
    (old / "result").write_bytes(b"y" * 3000)
    (unfinished / "checkpoint").write_bytes(b"damaged")
    status, out, err = call("cache", "verify", capsys=capsys)
    assert status == 2
    assert old.name in out
    assert unfinished.name in out
    assert "2 of 4 are not as they were written" in err

    call("cache", "clean", "--older-than", "30d", "--dry-run", capsys=capsys)
    assert "older" in names()
    _, out, _ = call("cache", "clean", "--older-than", "30d", capsys=capsys)
    assert older.name in out
    assert names() == {"new", "old", "downloads", "unfinished"}
    call("cache", "clean", "--keep-size", "5kB", capsys=capsys)
    assert names() == {"new", "downloads", "unfinished"}
    Stage("new", (1,)).open(lambda _: None)  # in use by this process from here on
    call("cache", "clean", "--keep-size", "0", capsys=capsys)
    assert names() == {"new", "downloads", "unfinished"}
    assert not list((cache_folder() / "unfinished").iterdir())


def test_what_killed_processes_left_is_removed(capsys: pytest.CaptureFixture[str]) -> None:
    made("new", 100)
    left = cache_folder() / ".gpt-0123.ffffffff-1-1-0123abcd.partial"
    left.mkdir()
    living = cache_folder() / ".gpt-0123.ffffffff-2-1-0123abcd.partial"
    living.mkdir()
    os.utime(left, (0, 0))
    call("cache", "clean", capsys=capsys)
    assert not left.exists()
    assert living.exists()


@pytest.mark.parametrize("option", [("--older-than", "soon"), ("--keep-size", "10 apples")])
def test_odd_sizes_and_spans_are_refused(
    option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = call("cache", "clean", *option, capsys=capsys)
    assert status == 2
    assert option[1] in err
