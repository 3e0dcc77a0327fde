"""How long the waiting threads of torch and scikit-learn spin before they sleep.

Both bring GNU's OpenMP, whose threads spin some milliseconds where they wait for others: a good
bargain on an idle machine, a bad one where other programs want the processors too, since what they
wait for may be a thread that their spinning keeps from running. ``GOMP_SPINCOUNT`` bounds it. It
is read once, when the library is loaded; so ``compare`` sets it before anything else is imported.
"""

from __future__ import annotations

import os
import sys
import warnings
from functools import cache
from typing import NamedTuple

SPIN_COUNT = 50_000
"""Turns of the waiting loop. Fewer cost speed on an idle machine (1,000: a quarter of the GPT's),
more cost it on a busy one."""

USERS_OWN = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
"""Variables that say how to wait; where one is set, it holds."""


class Waiting(NamedTuple):
    """What was found, or set, when ``compare`` was imported."""

    spin_count: str | None  # None: only OMP_WAIT_POLICY is set
    set_by_us: bool
    holds_here: bool  # False: torch was loaded before, and only child processes wait this way


@cache
def bound_waiting() -> Waiting:
    """Bound how long threads spin, in this process and its children, unless the user has said how.

    Called when ``compare`` is imported; later calls change nothing and tell what holds.
    """
    theirs = any(name in os.environ for name in USERS_OWN)
    if not theirs:
        os.environ["GOMP_SPINCOUNT"] = str(SPIN_COUNT)
    return Waiting(
        spin_count=os.environ.get("GOMP_SPINCOUNT"),
        set_by_us=not theirs,
        holds_here=theirs or "torch" not in sys.modules,
    )


@cache
def warn_where_threads_spin() -> None:
    """Warn, once, where torch was loaded too early for the bound to hold in this process."""
    if not bound_waiting().holds_here:
        warnings.warn(
            "torch was imported before compare, so its waiting threads spin as long as its default "
            "says: training slows down more than it must while other programs are busy; import "
            "compare before torch",
            stacklevel=2,
        )
