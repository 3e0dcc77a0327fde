"""States are saved not before their time, found damaged, and gone on from only if all is there."""

import logging
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from compare import checkpoints
from compare.checkpoints import Cadence, load_state, resumed, save_checkpoint
from compare.errors import InputError
from compare.runtime import Runtime
from compare.snapshots import SavedSnapshots


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_saving_takes_at_most_a_twentieth_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(checkpoints, "time", clock)
    path = tmp_path / "state"
    saved: list[float] = []
    took = 1.0

    def state() -> dict[str, torch.Tensor]:
        saved.append(clock.now)
        clock.now += took
        return {"now": torch.tensor(clock.now)}

    cadence = Cadence(Runtime(checkpoint=path, checkpoint_seconds=10.0))
    for _ in range(100):
        cadence.save_if_due(state)
        clock.now += 1.0
    # due after 10 s; it takes 1 s, so 20 s lie between that and the next one
    assert saved == [110.0, 131.0, 152.0, 173.0, 194.0]
    assert float(load_state(path)["now"]) == saved[-1] + took
    took = 0.25
    for _ in range(40):
        cadence.save_if_due(state)
        clock.now += 1.0
    assert [b - a for a, b in pairwise(saved[4:])] == [21.0, 10.25, 10.25]


def test_without_a_path_nothing_is_saved_or_asked_for() -> None:
    def state() -> dict[str, SimpleNamespace]:
        raise AssertionError("asked")

    Cadence(Runtime(checkpoint_seconds=0.0)).save_if_due(state)


def of_step(step: int) -> dict[str, object]:
    return {"identity": {"seed": 1}, "step": step, "table": torch.arange(100.0)}


def test_a_damaged_state_is_told_and_the_one_before_it_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "checkpoint"
    runtime = Runtime(checkpoint=path)
    assert resumed(runtime, {"seed": 1}) is None
    for step in (1, 2, 3):
        save_checkpoint(path, of_step(step))
    assert {file.name for file in tmp_path.iterdir()} == {"checkpoint", "checkpoint.before"}
    assert resumed(runtime, {"seed": 1})["step"] == 3  # type: ignore[index]
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        assert resumed(runtime, {"seed": 1})["step"] == 2  # type: ignore[index]
    assert "cannot go on" in caplog.text
    path.unlink()  # as after a kill between two renames
    assert resumed(runtime, {"seed": 1})["step"] == 2  # type: ignore[index]
    (tmp_path / "checkpoint.before").write_bytes(b"")
    assert resumed(runtime, {"seed": 1}) is None


def test_without_the_snapshots_kept_before_it_work_begins_afresh(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep = SavedSnapshots(tmp_path / "snapshots")
    runtime = Runtime(
        checkpoint=tmp_path / "checkpoint", checkpoint_seconds=0.0, keep_snapshot=keep
    )
    for n_seen in (10, 20):
        keep(n_seen, np.zeros((2, 3), dtype=np.float32))
    Cadence(runtime).save_if_due(lambda: of_step(20))
    keep(30, np.zeros((2, 3), dtype=np.float32))  # later than the state: taken again
    assert resumed(runtime, {"seed": 1})["step"] == 20  # type: ignore[index]
    (tmp_path / "snapshots" / f"{10:015d}.safetensors").unlink()
    assert resumed(runtime, {"seed": 1}) is None
    assert "1 snapshots that were kept before it are gone" in caplog.text


def test_a_state_that_cannot_be_written_does_not_stop_the_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InputError("cannot write: no room")

    monkeypatch.setattr(checkpoints, "save_checkpoint", refuse)
    cadence = Cadence(Runtime(checkpoint=tmp_path / "checkpoint", checkpoint_seconds=0.0))
    with caplog.at_level(logging.WARNING):
        for step in range(3):
            cadence.save_if_due(lambda step=step: of_step(step))
            cadence._saved_at -= 100.0
    assert caplog.text.count("could not be resumed: cannot write: no room") == 1
