"""Which rows each step of training takes: an epoch's rows, shuffled, in nearly equal steps.

Every row of an epoch is taken once. With R rows and a batch of B an epoch has ⌈R / B⌉ steps, whose
sizes differ by one row at most, so that no step is a small rest. A fraction of an epoch is that
share of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Epochs:
    """The plan of a training.

    Attributes
    ----------
    n_rows : int
        Of the text; at least one.
    batch_size : int
        Most rows in a step.
    n_epochs : float
        Passes over the rows; may be a fraction, but one row is taken at least.

    Examples
    --------
    >>> plan = Epochs(n_rows=5, batch_size=2, n_epochs=1.4)
    >>> plan.n_planned, plan.n_steps  # five rows in three steps, then two in one
    (7, 4)
    >>> [plan.rows_before(step) for step in range(5)]
    [0, 1, 3, 5, 7]
    """

    n_rows: int
    batch_size: int
    n_epochs: float

    @property
    def n_planned(self) -> int:
        """Rows of the whole training, those of later epochs counted again."""
        return max(1, round(self.n_rows * self.n_epochs))

    @property
    def steps_per_epoch(self) -> int:
        """Steps of a whole epoch."""
        return self._steps(self.n_rows)

    @property
    def n_steps(self) -> int:
        """Steps of the whole training."""
        whole, rest = divmod(self.n_planned, self.n_rows)
        return whole * self.steps_per_epoch + self._steps(rest)

    @property
    def largest_step(self) -> int:
        """Rows of the largest step."""
        first_and_last = (self._rows_of(0), self.n_planned % self.n_rows)
        return max(-(-rows // self._steps(rows)) for rows in first_and_last if rows)

    def rows_before(self, step: int) -> int:
        """Count the rows that the first ``step`` steps take."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = self._rows_of(epoch)
        of_epoch = place * rows // self._steps(rows) if rows else 0
        return min(epoch * self.n_rows + of_epoch, self.n_planned)

    def numbers(self, seed: int, *, first_step: int = 0) -> Iterator[np.ndarray]:
        """Give the rows of each step from one on, int64; an epoch's order hangs on its number.

        Memory: the order of an epoch, 4 bytes a row (64 MB for 16 million rows).
        """
        epoch, place = divmod(first_step, self.steps_per_epoch)
        while rows := self._rows_of(epoch):
            order = np.arange(self.n_rows, dtype=np.int32 if self.n_rows <= 2**31 else np.int64)
            np.random.default_rng([seed, epoch]).shuffle(order)
            n_steps = self._steps(rows)
            for step in range(place, n_steps):
                yield order[step * rows // n_steps : (step + 1) * rows // n_steps].astype(np.int64)
            epoch, place = epoch + 1, 0

    def _steps(self, rows: int) -> int:
        return -(-rows // self.batch_size)

    def _rows_of(self, epoch: int) -> int:
        """Rows of an epoch: all of them, the rest in the last one, and none behind it."""
        return max(0, min(self.n_rows, self.n_planned - epoch * self.n_rows))
