"""When a state is saved: not before its time, and the more rarely, the longer saving takes."""

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from compare import checkpoints
from compare.checkpoints import Cadence, load_checkpoint


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

    cadence = Cadence(path, 10.0)
    for _ in range(100):
        cadence.save_if_due(state)
        clock.now += 1.0
    # due after 10 s; it takes 1 s, so 20 s lie between that and the next one
    assert saved == [110.0, 131.0, 152.0, 173.0, 194.0]
    assert float(load_checkpoint(path)["now"]) == saved[-1] + took
    took = 0.25
    for _ in range(40):
        cadence.save_if_due(state)
        clock.now += 1.0
    assert [b - a for a, b in pairwise(saved[4:])] == [21.0, 10.25, 10.25]


def test_without_a_path_nothing_is_saved_or_asked_for() -> None:
    def state() -> dict[str, SimpleNamespace]:
        raise AssertionError("asked")

    Cadence(None, 0.0).save_if_due(state)
