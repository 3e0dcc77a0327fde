"""As many threads as processors are free: by hand, with a pretended machine of four processors."""

from types import SimpleNamespace

import psutil
import pytest

from compare import processors
from compare.processors import FreeProcessors


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Pretend clocks, in seconds."""
    clocks = SimpleNamespace(now=0.0, mine=0.0, idle=[0.0] * 4)
    times = lambda percpu: [SimpleNamespace(idle=one) for one in clocks.idle]  # noqa: E731
    monkeypatch.setattr(psutil, "cpu_times", times)
    clock = SimpleNamespace(perf_counter=lambda: clocks.now, process_time=lambda: clocks.mine)
    monkeypatch.setattr(processors, "time", clock)
    monkeypatch.setattr(processors.os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    return clocks


def passes(clocks: SimpleNamespace, seconds: float, *, mine: float, idle: float) -> None:
    """Let time pass with so many processors ours, and so many idle."""
    clocks.now += seconds
    clocks.mine += seconds * mine
    clocks.idle[0] += seconds * idle


def test_threads_follow_the_free_processors(machine: SimpleNamespace) -> None:
    free = FreeProcessors(4)
    assert free.threads == 4
    seen = []
    for mine, idle in ((4, 0), (2.2, 0), (1, 0.1), (0.4, 0), (1, 0.8), (2, 2), (3.7, 0)):
        passes(machine, 1.0, mine=mine, idle=idle)
        seen.append(free.look())
        assert free.threads == seen[-1]
    assert seen == [4, 2, 1, 1, 2, 4, 4]


def test_two_looks_at_once_are_one(machine: SimpleNamespace) -> None:
    free = FreeProcessors(4)
    passes(machine, 0.05, mine=1, idle=0)
    assert free.look() == 4
    passes(machine, 0.06, mine=1, idle=0)
    assert free.look() == 1


def test_only_the_processors_that_we_may_use_count(
    machine: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processors.os, "sched_getaffinity", lambda _: {2, 3})
    free = FreeProcessors(4)
    passes(machine, 1.0, mine=1, idle=3)  # idle is the first processor, which is not ours
    assert free.look() == 1


def test_the_real_machine_can_be_asked() -> None:
    assert processors._available_seconds() > 0
