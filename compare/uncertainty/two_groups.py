"""The chance that an item of one group exceeds one of another (AUC): both groups are units.

    placement of an item of the first group    share of the second that it exceeds, a tie one half
    placement of an item of the second group   share of the first that exceeds it
    error² = var(first placements) / n + var(second placements) / m

(DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44), with Welch's degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from compare.uncertainty.estimate import Estimate

FEWEST = 6
"""Items of each group from which there is an interval."""


@dataclass(frozen=True, eq=False)
class TwoGroups(Estimate):
    """AUC, 0 to 1, or a difference of two.

    Attributes
    ----------
    first, second : ndarray of float64, shapes (n,) and (m,)
        Placements; the mean of either is ``value``.
    """

    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(cls, larger: np.ndarray, smaller: np.ndarray) -> Self:
        """Compare the scores of items that should be high with those that should be low."""
        if not len(larger) or not len(smaller):
            return cls(math.nan, np.zeros(len(larger)), np.zeros(len(smaller)))
        exceeds = (larger[:, None] > smaller) + 0.5 * (larger[:, None] == smaller)  # (n, m)
        return cls(float(exceeds.mean()), exceeds.mean(axis=1), exceeds.mean(axis=0))

    @property
    def n_units(self) -> int:
        """Items of the smaller group."""
        return min(len(self.first), len(self.second))

    def _variances(self) -> list[tuple[float, int]]:
        return [(float(one.var(ddof=1)) / len(one), len(one)) for one in (self.first, self.second)]

    @property
    def error(self) -> float:
        """DeLong's standard error."""
        if self.n_units < FEWEST:
            return math.nan
        return math.sqrt(sum(variance for variance, _ in self._variances()))

    @property
    def df(self) -> float:
        """By Welch and Satterthwaite."""
        if self.n_units < FEWEST:
            return 0.0
        parts = self._variances()
        total = sum(variance for variance, _ in parts)
        if total <= 0:
            return float(self.n_units - 1)
        return total**2 / sum(variance**2 / (n - 1) for variance, n in parts)

    def less(self, constant: float) -> Self:
        """Take a constant off every placement."""
        first, second = self.first - constant, self.second - constant
        return type(self)(self.value - constant, first, second)

    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum estimates over the same items."""
        if any(
            (len(one.first), len(one.second)) != (len(self.first), len(self.second))
            for one in others
        ):
            raise ValueError("estimates of different items cannot be combined")
        terms = list(zip(weights, (self, *others), strict=True))
        value = sum(weight * one.value for weight, one in terms)
        first = np.sum([weight * one.first for weight, one in terms], axis=0)
        second = np.sum([weight * one.second for weight, one in terms], axis=0)
        return type(self)(value, first, second)
