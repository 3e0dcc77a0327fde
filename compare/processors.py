"""Processors that other work leaves free: as many threads train, while it lasts.

Threads that share out a small piece of work wait for the last of them. Where more threads want to
run than there are processors, one of them is always set aside, and all others wait for it,
thousands of times a second: training is then twenty times slower, not two times. So the number of
threads follows what is free:

    free = (idle time of the processors + our own processor time) / time

Only for work whose bits do not hang on the number of threads. Left out: limits of containers (CPU
quotas), which show neither as idle time nor as other work.
"""

from __future__ import annotations

import os
import time

import psutil

LOOK_SECONDS = 0.1
"""Between two looks: processor time is counted in hundredths of a second."""


class FreeProcessors:
    """How many threads may work beside the other work of the machine.

    Parameters
    ----------
    most : int
        Threads on an idle machine.

    Attributes
    ----------
    threads : int
        As many as were free at the last look.
    """

    def __init__(self, most: int) -> None:
        self._at, self._available = time.perf_counter(), _available_seconds()
        self._most = self.threads = most

    def look(self) -> int:
        """Say how many threads may work; counted anew where the last look is long enough ago."""
        now = time.perf_counter()
        if now - self._at >= LOOK_SECONDS:
            available = _available_seconds()
            free = (available - self._available) / (now - self._at)
            self._at, self._available = now, available
            # What is hardly used counts as free: a little other work is no reason to slow down.
            self.threads = min(max(1, round(free)), self._most)
        return self.threads


def _available_seconds() -> float:
    """Sum up the seconds that this process had, or could have had, of its processors."""
    times = psutil.cpu_times(percpu=True)
    if hasattr(os, "sched_getaffinity"):
        mine = os.sched_getaffinity(0)
        times = [one for number, one in enumerate(times) if number in mine]
    idle = sum(one.idle + getattr(one, "iowait", 0.0) for one in times)
    return float(idle) + time.process_time()
