"""A process with little address space keeps what it makes for itself, and only while it lives."""

import os
from pathlib import Path

import pytest

from compare.cache import Stage, cache_folder
from compare.kept import everything_kept
from compare.own_results import remove_own_folders
from compare.storage import write_text

pytestmark = pytest.mark.usefixtures("own_cache")

STAGE = Stage("numbers", ("test",))


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr("compare.cache.has_limited_memory", lambda: True)
        yield patch
    remove_own_folders()


def made(content: str) -> str:
    folder = STAGE.open(lambda folder: write_text(folder / "result", content))
    return (folder / "result").read_text()


def test_nobody_else_takes_what_it_made(limited: pytest.MonkeyPatch, caplog) -> None:
    assert made("perhaps") == made("again") == "perhaps"
    assert [one.kind for one in everything_kept()] == ["leftover"]
    assert caplog.text.count("kept for this process alone") == 1
    limited.undo()
    assert made("surely") == "surely"


def test_it_takes_what_others_made(limited: pytest.MonkeyPatch, caplog) -> None:
    limited.undo()
    made("surely")
    limited.setattr("compare.cache.has_limited_memory", lambda: True)
    assert made("perhaps") == "surely"
    assert not caplog.text


def test_nothing_stays_behind_it() -> None:
    made("perhaps")
    write_text(STAGE.checkpoint, "perhaps")
    assert STAGE.checkpoint.is_relative_to(next(cache_folder().glob(".limited.*.partial")))
    remove_own_folders()
    assert not list(cache_folder().iterdir())


def test_a_fork_leaves_it_to_the_process(tmp_path: Path) -> None:
    made("perhaps")
    child = os.fork()
    if child == 0:
        remove_own_folders()
        os._exit(0)
    os.waitpid(child, 0)
    assert (STAGE.folder / "result").read_text() == "perhaps"
