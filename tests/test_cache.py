"""Stages: made once, whole or not at all; snapshots and checkpoints on the way."""

import threading
from pathlib import Path

import pytest

from compare.cache import cache_folder, checkpoint_of, snapshots_of, stage


def test_a_stage_is_made_once_and_found_again() -> None:
    built = []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "deep").mkdir()
        (folder / "deep" / "result").write_text("42")

    first = stage("numbers", "k" * 64, build)
    assert (first / "deep" / "result").read_text() == "42"
    assert stage("numbers", "k" * 64, build) == first
    assert stage("numbers", "other", build) != first
    assert len(built) == 2
    (first / "deep" / "result").write_text("4")  # cut off
    stage("numbers", "k" * 64, build)
    assert len(built) == 3
    assert (first / "deep" / "result").read_text() == "42"


def test_what_fails_leaves_nothing_but_its_checkpoint_and_snapshots() -> None:
    checkpoint, snapshots = checkpoint_of("model", "key"), snapshots_of("model", "key")

    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        checkpoint.write_text("here")
        snapshots.mkdir(exist_ok=True)
        (snapshots / "01").write_text("early")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        stage("model", "key", fail)
    shown = {path.name for path in cache_folder().iterdir() if not path.name.startswith(".")}
    assert shown == {checkpoint.name, snapshots.name}

    def finish(folder: Path) -> None:
        assert checkpoint.read_text() == "here"
        (snapshots / "02").write_text("late")
        (folder / "whole").write_text("whole")

    done = stage("model", "key", finish)
    assert {path.name for path in (done / "snapshots").iterdir()} == {"01", "02"}
    assert not checkpoint.exists()
    assert not snapshots.exists()


def test_who_needs_the_same_at_once_waits_and_takes_it() -> None:
    started, go_on = threading.Event(), threading.Event()
    built = []

    def slow(folder: Path) -> None:
        built.append("slow")
        started.set()
        assert go_on.wait(30)
        (folder / "result").write_text("slow")

    def rival(folder: Path) -> None:
        built.append("rival")
        (folder / "result").write_text("rival")

    found = []
    first = threading.Thread(target=lambda: found.append(stage("one", "key", slow)))
    first.start()
    assert started.wait(30)
    second = threading.Thread(target=lambda: found.append(stage("one", "key", rival)))
    second.start()
    second.join(0.3)
    assert second.is_alive()  # it waits
    go_on.set()
    first.join(30)
    second.join(30)
    assert built == ["slow"]
    assert [(folder / "result").read_text() for folder in found] == ["slow", "slow"]
