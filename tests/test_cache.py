"""Stages: made once, whole or not at all, never used when damaged; snapshots on the way."""

import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from compare import owners
from compare.cache import NotKeptError, Stage, cache_folder, only_kept
from compare.errors import InputError
from compare.owners import partial_path
from compare.records import RECORD, read_record
from compare.stage_seconds import SECONDS, known_seconds, note_seconds
from compare.storage import write_text
from compare.uses import unused

pytestmark = pytest.mark.usefixtures("own_cache")


def stage_of(name: str = "numbers", key: str = "k", **more: object) -> Stage:
    return Stage(name, ("test", key), **more)


def writes(content: str, built: list[str] | None = None) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        if built is not None:
            built.append(content)
        (folder / "deep").mkdir()
        (folder / "deep" / "result").write_text(content)
        (folder / "other").write_text("beside")

    return build


def test_a_stage_is_made_once_and_found_again() -> None:
    built: list[str] = []
    first = stage_of().open(writes("42", built))
    assert (first / "deep" / "result").read_text() == "42"
    assert stage_of().open(writes("43", built)) == first
    assert stage_of(key="other").open(writes("44", built)) != first
    assert built == ["42", "44"]
    shown = {path.name for path in cache_folder().iterdir()}
    assert shown == {first.name, stage_of(key="other").folder.name, "locks", SECONDS}
    assert list(known_seconds(cache_folder())) == [first.name, stage_of(key="other").label]


def test_stages_that_are_not_kept_are_not_made_where_none_shall_be() -> None:
    kept = stage_of().open(writes("42"))
    with only_kept():
        assert stage_of().open(writes("43")) == kept
        with pytest.raises(NotKeptError, match="is not in the cache"):
            stage_of(key="other").open(writes("44"))
    assert stage_of(key="other").open(writes("44")).is_dir()


def test_what_stages_took_is_read_from_whole_lines(tmp_path: Path) -> None:
    assert known_seconds(tmp_path) == {}
    note_seconds(tmp_path, "one-1", 2.5)
    with (tmp_path / SECONDS).open("ab") as file:
        file.write(b"two-2\tlong\n\xff\n\n")
    note_seconds(tmp_path, "one-1", 3.5)
    assert known_seconds(tmp_path) == {"one-1": 3.5}
    note_seconds(tmp_path / "absent", "one-1", 1.0)  # nothing is known, and nothing breaks


def test_a_record_tells_files_inputs_and_what_a_stage_was_made_of() -> None:
    below = stage_of("below").open(writes("1"))
    stage = Stage("above", ("test", {"window": 5}, "x" * 5000), inputs=[below], about="numbers")
    record = read_record(stage.open(writes("2")))
    assert record.name == "above"
    assert record.about == "numbers"
    assert record.made_of[:2] == ["test", {"window": 5}]
    assert list(record.made_of[2]) == ["sha256"]  # long ones by their hash
    assert record.files["deep/result"]["size"] == 1
    assert record.inputs == {below.name: read_record(below).digest}
    assert record.size == 7


@pytest.mark.parametrize("name", ["deep/result", "other", RECORD])
def test_each_flipped_bit_is_found_and_the_stage_made_again(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = stage_of().open(writes("a result"))
    whole = (folder / name).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        (folder / name).write_bytes(damaged)
        built: list[str] = []
        stage_of().open(writes("a result", built))
        assert built == ["a result"], place
        assert (folder / name).read_bytes() == whole
        stage_of().open(writes("a result", built))
        assert len(built) == 1  # it is mended
    assert all("made again" in record.message for record in caplog.records)


def test_a_file_cut_off_or_gone_is_found_and_one_more_does_not_matter() -> None:
    folder = stage_of().open(writes("a result"))
    (folder / ".DS_Store").write_text("added by somebody")
    built: list[str] = []
    stage_of().open(writes("a result", built))
    assert not built
    (folder / "other").write_text("bes")
    stage_of().open(writes("a result", built))
    (folder / "deep" / "result").unlink()
    stage_of().open(writes("a result", built))
    (folder / RECORD).unlink()
    stage_of().open(writes("a result", built))
    assert len(built) == 3
    folder.rename(cache_folder() / "elsewhere")
    folder.symlink_to("nowhere")  # a dangling link
    stage_of().open(writes("a result", built))
    assert len(built) == 4


def test_a_stage_made_from_another_input_than_now_is_made_again() -> None:
    below, built = stage_of("below"), []
    first = below.open(writes("1"))
    above = Stage("above", ("test",), inputs=[first])
    above.open(writes("made of 1", built))
    (first / "other").write_text("damaged")
    below.open(writes("2"))  # of the same name, and yet another
    above.open(writes("made of 2", built))
    above.open(writes("made of 2", built))
    assert built == ["made of 1", "made of 2"]


def test_what_fails_leaves_nothing_but_its_checkpoint_and_snapshots() -> None:
    stage = stage_of("model")

    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        stage.snapshots.mkdir(parents=True)
        stage.checkpoint.write_text("here")
        (stage.snapshots / "01").write_text("early")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        stage.open(fail)
    assert {path.name for path in cache_folder().iterdir()} == {"locks", "unfinished"}

    def finish(folder: Path) -> None:
        assert stage.checkpoint.read_text() == "here"
        (stage.snapshots / "02").write_text("late")
        (folder / "whole").write_text("whole")

    done = stage.open(finish)
    assert {path.name for path in (done / "snapshots").iterdir()} == {"01", "02"}
    assert not stage.unfinished.exists()
    stage.snapshots.mkdir(parents=True)  # as after a kill between the last two steps
    stage.open(finish)
    assert not stage.unfinished.exists()


def test_who_needs_the_same_at_once_waits_and_takes_it() -> None:
    started, go_on = threading.Event(), threading.Event()
    built: list[str] = []

    def slow(folder: Path) -> None:
        started.set()
        assert go_on.wait(30)
        writes("slow", built)(folder)

    found: list[Path] = []
    first = threading.Thread(target=lambda: found.append(stage_of().open(slow)))
    first.start()
    assert started.wait(30)
    rival = writes("rival", built)
    second = threading.Thread(target=lambda: found.append(stage_of().open(rival)))
    second.start()
    second.join(0.3)
    assert second.is_alive()  # it waits
    go_on.set()
    first.join(30)
    second.join(30)
    assert built == ["slow"]
    assert [(folder / "deep" / "result").read_text() for folder in found] == ["slow", "slow"]


def test_what_another_machine_makes_is_waited_for_and_its_leftovers_are_removed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = stage_of()
    cache_folder().mkdir(parents=True, exist_ok=True)
    theirs = cache_folder() / f".{stage.folder.name}.0123abcd-7-99-89abcdef.partial"
    theirs.mkdir()  # the lock knows nothing of them, and their heart beats
    monkeypatch.setattr("compare.cache._RIVAL_SECONDS", 0.01)
    done: list[Path] = []
    mine = threading.Thread(target=lambda: done.append(stage.open(writes("mine"))))
    with caplog.at_level(logging.WARNING):
        mine.start()
        mine.join(0.3)
    assert mine.is_alive()
    assert "waiting for process 7 of another machine or container" in caplog.text
    os.utime(theirs, (0, theirs.stat().st_mtime - 2 * owners.SILENT_SECONDS))
    mine.join(30)
    assert (done[0] / "other").exists()
    assert not theirs.exists()


def test_a_folder_that_somebody_removes_in_the_making_is_no_result() -> None:
    def robbed(folder: Path) -> None:
        (folder / "a.txt").write_text("a")
        folder.rename(folder.with_name("stolen"))
        write_text(folder / "deep" / "b.txt", "b")

    with pytest.raises(InputError, match="cannot write"):
        stage_of().open(robbed)
    assert not stage_of().folder.exists()


def test_leftovers_of_the_dead_are_removed_and_what_the_living_make_stays() -> None:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "words"
    mine = partial_path(target)
    where = owners.owner_of(mine).where  # type: ignore[union-attr]
    names = {
        "dead": f".words.{where}-4999999-1-0123abcd.partial",
        "reused": f".words.{where}-{os.getpid()}-1-0123abcd.partial",  # began at another time
        "silent": ".words.ffffffff-1-1-0123abcd.partial",
        "beating": ".words.eeeeeeee-1-1-0123abcd.partial",
        "another's": ".words.more.ffffffff-1-1-0123abcd.partial",
    }
    for name in names.values():
        (folder / name).mkdir()
    os.utime(folder / names["silent"], (0, 0))
    os.utime(folder / names["another's"], (0, 0))
    mine.mkdir()
    owners.remove_leftovers(target)
    left = {path.name for path in folder.iterdir()}
    assert left == {mine.name, names["beating"], names["another's"]}


def test_a_finished_stage_is_used_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = stage_of().open(writes("42"))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("written")

    monkeypatch.setattr("compare.cache.check_writable", refuse)
    monkeypatch.setattr("compare.cache.locked", refuse)
    assert stage_of().open(refuse) == folder


def test_what_is_in_use_is_known() -> None:
    folder = stage_of().open(writes("42"))
    with unused(folder / RECORD) as is_unused:
        assert not is_unused
    with unused(cache_folder() / "nothing") as is_unused:
        assert is_unused


def test_a_cache_that_is_a_file_is_told_with_the_name_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match="EMBCONTRAST_CACHE"):
        stage_of().open(writes("42"))


@pytest.mark.parametrize(
    "other", [{"files": {"a": True}}, {"files": {"a": {"size": "3"}}}, {"inputs": {"text": 3}}]
)
def test_a_record_of_another_form_is_never_read_though_it_fits_its_digest(other: dict) -> None:
    folder = stage_of().open(writes("42"))
    record = read_record(folder)._replace(**other)
    told = {**record._asdict(), "digest": record.digest}
    (folder / RECORD).write_text(json.dumps(told))
    with pytest.raises(InputError, match="record"):
        read_record(folder)
    assert (stage_of().open(writes("again")) / "other").read_text() == "beside"
    assert read_record(folder).files["other"]["size"] == 6
