"""How long work tells where it is: a callback, passed in by whoever shows it.

The library runs quietly by default; the runner passes a callback that draws a progress bar.
"""

from __future__ import annotations

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
