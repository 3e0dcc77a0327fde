"""The chance that an item of one group exceeds one of another (AUC): both groups are units.

    placement of an item of the first group    share of the second that it exceeds, a tie one half
    placement of an item of the second group   share of the first that exceeds it
    error² = var(first placements) / n + var(second placements) / m

(DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44), with Welch's degrees of freedom. Where items
are pairs of words, those that have a word in common deviate together (``common_words.py``): the
error is then no less than theirs.

Where an item is compared with some of the other group alone (those as frequent), its placement is
what it adds to the share over all comparisons: the same where it is compared with all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from compare.uncertainty.common_words import variance_over_words
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
    words : ndarray of int64, shape (n + m, 2), optional
        Numbers of the words of each item, first group first.
    """

    first: np.ndarray
    second: np.ndarray
    words: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        larger: np.ndarray,
        smaller: np.ndarray,
        *,
        words: np.ndarray | None = None,
        is_compared: np.ndarray | None = None,
    ) -> Self:
        """Compare the scores of items that should be high with those that should be low.

        Parameters
        ----------
        larger, smaller : ndarray, shapes (n,) and (m,)
        words : ndarray of int, shape (n + m, 2), optional
            The words of each item, by any numbers, where items are pairs of words.
        is_compared : ndarray of bool, shape (n, m), optional
            Which items are compared; by default each with each. Items that are compared with none
            are left out.
        """
        if is_compared is None:
            is_compared = np.ones((len(larger), len(smaller)), dtype=bool)
        used = is_compared.any(axis=1), is_compared.any(axis=0)
        larger, smaller = larger[used[0]], smaller[used[1]]
        weights = is_compared[used[0]][:, used[1]] / max(is_compared.sum(), 1)
        if words is not None:
            words = np.unique(words[np.concatenate(used)], return_inverse=True)[1].reshape(-1, 2)
        if not weights.size:
            return cls(math.nan, np.zeros(len(larger)), np.zeros(len(smaller)), words)
        exceeds = (larger[:, None] > smaller) + 0.5 * (larger[:, None] == smaller)  # (n, m)
        value = float(exceeds[is_compared[used[0]][:, used[1]]].mean())
        beyond = weights * (exceeds - value)
        first, second = beyond.sum(axis=1) * len(larger), beyond.sum(axis=0) * len(smaller)
        return cls(value, value + first, value + second, words)

    @property
    def n_units(self) -> int:
        """Items of the smaller group."""
        return min(len(self.first), len(self.second))

    def _variances(self) -> list[tuple[float, int]]:
        return [(float(one.var(ddof=1)) / len(one), len(one)) for one in (self.first, self.second)]

    @property
    def error(self) -> float:
        """DeLong's standard error, or that over common words where it is larger."""
        if self.n_units < FEWEST:
            return math.nan
        variance = sum(variance for variance, _ in self._variances())
        if self.words is not None:
            groups = (self.first, self.second)
            added = np.concatenate([(one - one.mean()) / len(one) for one in groups])
            small = self.n_units / (self.n_units - 1)
            variance = max(variance, small * variance_over_words(added, self.words))
        return math.sqrt(variance)

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
        return type(self)(self.value - constant, first, second, self.words)

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
        return type(self)(value, first, second, self.words)
