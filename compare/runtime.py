"""Where and how work runs: what travels with it from the top down to the loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare.progress import Progress, Show, quiet, silent

KeepSnapshot = Callable[[int, np.ndarray], None]
"""Takes how much text was seen so far (epochs counted), and a copy of the input table."""


@dataclass(frozen=True)
class Runtime:
    """Seed, machine and bookkeeping of one piece of work.

    Attributes
    ----------
    seed : int
        Rules every random choice. Same seed, input, options, machine and threads: same bits.
    device : str
        A torch device.
    threads : int
        Processor threads that the work may use.
    checkpoint : Path, optional
        File that the state is saved to every ``checkpoint_seconds`` (less often where saving takes
        long); where it exists, work goes on from it, to the same result. Left to the caller to
        delete, once the result is safe.
    keep_snapshot : callable, optional
        Called when a share of the training that options name is reached.
    progress : callable
        Told how far the work is.
    show : callable
        Opens a progress display of the given title, for work of several steps.
    """

    seed: int = 1
    device: str = "cpu"
    threads: int = 1
    checkpoint: Path | None = None
    checkpoint_seconds: float = 15.0
    keep_snapshot: KeepSnapshot | None = None
    progress: Progress = silent
    show: Show = quiet
