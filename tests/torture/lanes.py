"""Trials dealt to several processes, each with a cache and a run folder of its own."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.torture.table import Row
from tests.torture.trials import Bench


@dataclass(frozen=True)
class Trial:
    """One thing that is tried.

    Attributes
    ----------
    where : str
        Says which one, to be found again.
    attempt : callable
        Does it on a bench, and says what went wrong, if anything did.
    n : int
        As how many it counts: kills that are looked at together.
    """

    where: str
    attempt: Callable[[Bench], str | None]
    n: int = 1


_trials: Sequence[Trial] = ()
_bench: Bench | None = None


def tried(what: str, trials: Sequence[Trial], folder: Path) -> Row:
    """Do trials, as many beside each other as there are processors; each runs on one thread."""
    global _trials
    row, started = Row(what), time.monotonic()
    _trials = trials  # the processes are forks of this one
    with lanes(_begin, folder) as processes:
        for number, fault in enumerate(processes.map(_attempt, range(len(trials)))):
            row.tried += trials[number].n
            if fault is not None:
                row.failed.append(f"{trials[number].where}: {fault}")
    row.seconds = time.monotonic() - started
    return row


def lanes(begin: Callable[..., None] | None = None, *given: object) -> ProcessPoolExecutor:
    """Open forks of this process, one a processor; one that crashes is told."""
    n = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return ProcessPoolExecutor(n, multiprocessing.get_context("fork"), begin, given)


def _begin(folder: Path) -> None:
    global _bench
    _bench = Bench(folder / f"lane-{os.getpid()}")


def _attempt(number: int) -> str | None:
    assert _bench is not None
    try:
        return _trials[number].attempt(_bench)
    except Exception:
        return f"the trial itself failed: {traceback.format_exc()[-600:]}"
