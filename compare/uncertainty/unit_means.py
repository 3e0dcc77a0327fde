"""Means over units: tested by flipping signs, with the interval that belongs to the test.

Were the mean μ, each unit's deviation would as likely have the other sign. Flip a subset F of the n
deviations: their sum then reaches the one observed exactly where the mean over F is at most μ. So

    p(μ) = 2 · min( share of subsets with mean ≤ μ, share with mean ≥ μ )

where the empty subset counts on both sides, and the values of μ with p > 0.05 are an interval whose
ends are two of the subsets' means: "typical values" (Hartigan 1969, Journal of the American
Statistical Association 64). Exact where units are drawn independently and deviate as much to either
side; units that are all skewed alike break it, as they break Student's t.

All 2ⁿ subsets up to 14 units, else 19,999 drawn ones. Beyond 200 units Student's t, which is the
same there to three digits. From 6 units on; with 5, the least p is 2/32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from compare.uncertainty.estimate import LEVEL, SAME, Estimate, Interval

MOST_ENUMERATED = 14
N_DRAWN = 19_999
MOST_FLIPPED = 200
FEWEST = 6
"""Units from which there is an interval."""


@dataclass(frozen=True, eq=False)
class UnitMean(Estimate):
    """A mean over units.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        What each unit contributes; ``value`` is their mean. NaN of a unit that has no value: it is
        no unit of the mean, nor of a difference from another.
    """

    values: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Self:
        """Take the mean of values, one a unit."""
        values = np.asarray(values, dtype=np.float64)
        known = values[~np.isnan(values)]
        return cls(float(known.mean()) if len(known) else math.nan, values)

    @classmethod
    def of_groups(cls, scores: np.ndarray, groups: np.ndarray) -> Self:
        """Take the mean of items that come in groups, with the groups as units.

        Parameters
        ----------
        scores : ndarray, shape (n_items,)
        groups : ndarray of int, shape (n_items,)
            Which group each item is of, from 0 on. A group weighs as much as it has items.
        """
        sizes = np.bincount(groups)
        sums = np.bincount(groups, weights=scores)[sizes > 0]
        sizes = sizes[sizes > 0]
        if not len(sizes):
            return cls.of(np.zeros(0))
        mean = sums.sum() / sizes.sum()
        return cls.of(mean + (sums - mean * sizes) * (len(sizes) / sizes.sum()))

    @classmethod
    def of_influences(cls, value: float, influences: np.ndarray) -> Self:
        """Take a value that is no mean by how much each item moves it (influences sum to 0)."""
        return cls.of(value + influences)

    @property
    def n_units(self) -> int:
        """Units that were sampled and have a value."""
        return len(self._known)

    @property
    def _known(self) -> np.ndarray:
        known: np.ndarray = self.values[~np.isnan(self.values)]
        return known

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        n = self.n_units
        return float(self._known.std(ddof=1) / math.sqrt(n)) if n >= FEWEST else math.nan

    @property
    def df(self) -> float:
        """Units less one."""
        return float(max(self.n_units - 1, 0))

    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum estimates of the same units, unit by unit, where all have a value."""
        if any(len(other.values) != len(self.values) for other in others):
            raise ValueError("estimates of different units cannot be combined")
        values = (one.values for one in (self, *others))
        return type(self).of(np.sum([w * v for w, v in zip(weights, values, strict=True)], axis=0))

    def less(self, constant: float) -> Self:
        """Take a constant off every unit."""
        return type(self).of(self.values - constant)

    @property
    def n_moving(self) -> int:
        """Units whose value is not that of most."""
        known = self._known
        if not len(known):
            return 0
        return int(np.count_nonzero(np.abs(known - np.median(known)) > SAME))

    @property
    def _is_flipped(self) -> bool:
        return FEWEST <= self.n_units <= MOST_FLIPPED

    def interval(self) -> Interval:
        """Give the means that flipping signs does not reject at 5 %."""
        if not self._is_flipped:
            return super().interval()
        means = np.sort(_subset_means(self._known))
        left_out = math.floor(LEVEL / 2 * (len(means) + 1))
        return Interval(self.value, float(means[left_out - 1]), float(means[-left_out]))

    def p_value(self, null: float = 0.0) -> float:
        """Give the two-sided p that the mean is ``null``, by flipping signs."""
        if not self._is_flipped:
            return super().p_value(null)
        # A difference of rounding is none: units that agree tie with what they are tested against.
        means = _subset_means(self._known) - null
        edge = 1e-12 * max(1.0, float(np.abs(self._known).max()))
        below, above = (means <= edge).sum(), (means >= -edge).sum()
        return min(1.0, 2 * float(1 + min(below, above)) / (len(means) + 1))

    @property
    def smallest_p(self) -> float:
        """The least p that flipping the signs of so many units can give."""
        if self.n_units < FEWEST:
            return 1.0
        if self.n_units > MOST_FLIPPED:
            return 0.0
        return float(2.0 / min(2**self.n_units, N_DRAWN + 1))


def _subset_means(values: np.ndarray) -> np.ndarray:
    subsets, sizes = _subsets(len(values))
    middle = values.mean()  # deviations keep float32 precise
    means: np.ndarray = (subsets @ (values - middle)) / sizes + middle
    return means


@lru_cache(maxsize=16)
def _subsets(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give non-empty subsets of n units as rows of 0 and 1, and their sizes."""
    if n <= MOST_ENUMERATED:
        numbers = np.arange(1, 2**n)
        chosen = (numbers[:, None] >> np.arange(n)) & 1
    else:
        chosen = np.random.default_rng(n).integers(0, 2, (N_DRAWN, n), dtype=np.int8)
        chosen[chosen.sum(axis=1) == 0, 0] = 1
    rows = chosen.astype(np.float64)
    return rows, rows.sum(axis=1)
