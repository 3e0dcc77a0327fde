"""How long work tells where it is: a callback, passed in by whoever shows it.

Nothing is ever written to standard output. From Python, progress is one line on standard error
that is written over and over, in a terminal or a notebook; the command line draws its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Called now and then during long work."""

    def __call__(self, done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        """Take note: ``done`` of ``total`` units (words, tokens, questions) are behind us.

        Parameters
        ----------
        done, total : int
            Units of work.
        unit : str
            What is counted, in the plural ("words").
        loss : float, optional
            Mean training loss of late, in nats.
        """


def silent(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
    """Show nothing."""


def quiet(_title: str) -> Progress:
    """Show nothing of a stage."""
    return silent


Show = Callable[[str], Progress]
"""Opens a progress display for a stage with the given title."""


def chosen_show(progress: bool | Show | None) -> Show:
    """Choose how progress is shown.

    Parameters
    ----------
    progress : bool, callable or None
        True: a line on standard error; False: nothing; None: a line where somebody looks, in a
        terminal or a notebook; or what opens a display of one's own.
    """
    if callable(progress):
        return progress
    is_shown = _is_watched() if progress is None else progress
    return line if is_shown else quiet


def _is_watched() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def rate_and_loss(done: int, seconds: float, unit: str, loss: float | None) -> str:
    """Write how fast work goes, and its loss: "1.20 M words/s, loss 2.310"."""
    rate = done / seconds if seconds > 0.05 else 0.0
    parts = []
    if rate > 0 and unit in ("words", "tokens", "characters"):
        number = f"{rate / 1e6:.2f} M" if rate >= 1e6 else f"{rate / 1e3:.1f} k"
        parts.append(f"{number} {unit}/s")
    if loss is not None and loss == loss:
        parts.append(f"loss {loss:.3f}")
    return ", ".join(parts)


class Pace:
    """How fast work goes from when it was first told of.

    What was done before (in an earlier process), and what was prepared before (a text read, code
    compiled), is not in the rate.
    """

    def __init__(self) -> None:
        self.opened = time.monotonic()
        self._first: tuple[int, float] | None = None

    def since_first(self, done: int) -> tuple[int, float]:
        """Give the units, and the seconds, since this was first called."""
        now = time.monotonic()
        if self._first is None:
            self._first = done, now
        return done - self._first[0], now - self._first[1]


def line(title: str) -> Progress:
    """Show a stage as one line on standard error, written over at most five times a second."""
    pace = Pace()
    state = {"shown": 0.0, "width": 0, "is_over": 0}

    def show(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        now, is_over = time.monotonic(), done >= total
        fresh, seconds = pace.since_first(done)
        if state["is_over"] or (now - state["shown"] < 0.2 and not is_over):
            return
        parts = [rate_and_loss(fresh, seconds, unit, loss)]
        if is_over:
            parts.append(f"{now - pace.opened:.1f} s")
        elif fresh > 0:
            parts.append(f"{seconds / fresh * (total - done):.0f} s left")
        text = f"{title}: {100 * done // max(total, 1)} % {', '.join(filter(None, parts))}"
        padded = text.ljust(int(state["width"]))
        sys.stderr.write("\r" + padded + ("\n" if is_over else ""))
        sys.stderr.flush()
        state.update(shown=now, width=len(text), is_over=int(is_over))

    return show
