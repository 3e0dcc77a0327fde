"""Rank correlation over word pairs that reuse words: the words are the units.

WordSim-353 has 437 words in 353 pairs, and four pairs of five share a word with another. Pairs that
share a word deviate together, so pairs as units give too small an error. With ψᵢ the influence of
pair i on Spearman's ρ,

    error² = ( Σ over words w (Σ over pairs i of w ψᵢ)² − Σ over pairs ψᵢ² ) / n²

(dyadic-robust variance: Aronow, Samii & Assenova 2015, Political Analysis 23), and never less than
the pairs alone bring. For pairs without a common word the two are equal.

ψ is that of the rank correlation itself, with what a pair does to the ranks of all others:

    ρ = 12 E[F(x) G(y)] − 3,
    ψᵢ = 12 ( F(xᵢ) G(yᵢ) + E[1{x ≥ xᵢ} G(y)] + E[1{y ≥ yᵢ} F(x)] ), less its mean

F and G the shares of values below, half of the ties with them (Hájek's projection; Spearman 1904).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from compare.uncertainty.common_words import variance_over_words
from compare.uncertainty.estimate import Estimate, Interval, t_interval, t_p_value

FEWEST = 6
"""Pairs from which there is an interval."""


@dataclass(frozen=True, eq=False)
class RatedPairs(Estimate):
    """Spearman's ρ between two numbers of each pair.

    Attributes
    ----------
    influences : ndarray of float64, shape (n_pairs,)
        Of each pair on the value; their mean is 0.
    words : ndarray of int64, shape (n_pairs, 2)
        Numbers of each pair's two words, from 0 on.
    n_of_part : int, optional
        Units of the smallest part of the pairs that the value is made of, where it is of parts.
    is_single : bool
        Whether it is one correlation, and no sum of some: its interval is then taken in Fisher's
        scale, artanh ρ, in which a correlation errs as much to either side.
    """

    influences: np.ndarray
    words: np.ndarray
    is_single: bool = True
    n_of_part: int | None = None

    @classmethod
    def of(cls, predicted: np.ndarray, ratings: np.ndarray, words: np.ndarray) -> Self:
        """Correlate two numbers of each pair.

        Parameters
        ----------
        predicted, ratings : ndarray, shape (n_pairs,)
        words : ndarray of int, shape (n_pairs, 2)
            Which words each pair is of, by any numbers.
        """
        from scipy.stats import rankdata

        numbers = np.unique(words, return_inverse=True)[1].reshape(-1, 2)
        n = len(ratings)
        if n < 3 or np.ptp(predicted) == 0 or np.ptp(ratings) == 0:
            return cls(math.nan, np.zeros(n), numbers)
        x, y = ((rankdata(one) - 0.5) / n for one in (predicted, ratings))
        x, y = x - x.mean(), y - y.mean()
        scale = n / math.sqrt(float((x @ x) * (y @ y)))
        raw = x * y + _mean_above(predicted, y) + _mean_above(ratings, x)
        value = float(x @ y) / math.sqrt(float((x @ x) * (y @ y)))
        return cls(value, scale * (raw - raw.mean()), numbers)

    @classmethod
    def within(
        cls, predicted: np.ndarray, ratings: np.ndarray, words: np.ndarray, is_part: np.ndarray
    ) -> Self:
        """Correlate over a part of the pairs, as an estimate over them all.

        So that two parts, which may have pairs and words in common, can be set against each other.

        Parameters
        ----------
        is_part : ndarray of bool, shape (n_pairs,)
        """
        n, part = len(ratings), np.flatnonzero(is_part)
        found = cls.of(predicted[part], ratings[part], words[part])
        influences = np.zeros(n)
        influences[part] = found.influences * (n / max(len(part), 1))
        numbers = np.unique(words, return_inverse=True)[1].reshape(-1, 2)
        value = found.value if len(part) >= FEWEST else math.nan
        return cls(value, influences, numbers, is_single=False, n_of_part=found.n_units)

    @property
    def n_units(self) -> int:
        """Pairs, or words where they are fewer; of parts, those of the smallest."""
        if self.n_of_part is not None:
            return self.n_of_part
        return min(len(self.influences), self._n_words)

    @property
    def _n_words(self) -> int:
        return int(self.words.max()) + 1 if len(self.words) else 0

    @property
    def error(self) -> float:
        """The standard error that words bring, or pairs where that is larger."""
        n = len(self.influences)
        if n < FEWEST or math.isnan(self.value):
            return math.nan
        of_pairs = float((self.influences**2).sum())
        shared = variance_over_words(self.influences, self.words)
        small = self.n_units / (self.n_units - 1)
        return math.sqrt(small * max(shared, of_pairs)) / n

    @property
    def df(self) -> float:
        """Units less one."""
        return float(max(self.n_units - 1, 0))

    def less(self, constant: float) -> Self:
        """Take a constant off; a correlation less 0 is still one."""
        if constant == 0:
            return self
        return replace(self, value=self.value - constant, is_single=False)

    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum estimates over the same pairs."""
        if any(not np.array_equal(other.words, self.words) for other in others):
            raise ValueError("estimates of different pairs cannot be combined")
        terms = list(zip(weights, (self, *others), strict=True))
        value = sum(weight * one.value for weight, one in terms)
        influences = np.sum([weight * one.influences for weight, one in terms], axis=0)
        parts = [one.n_of_part for _, one in terms if one.n_of_part is not None]
        n_of_part = min(parts) if parts else None
        return type(self)(value, influences, self.words, False, n_of_part)

    @property
    def _fisher_error(self) -> float:
        """The error of artanh ρ; NaN where the value is not of that scale."""
        if not self.is_single or not abs(self.value) < 1:
            return math.nan
        return self.error / (1 - self.value**2)

    def interval(self) -> Interval:
        """Give the 95 % interval, of a single correlation within −1 to 1."""
        if math.isnan(self._fisher_error):
            return super().interval()
        _, low, high = t_interval(math.atanh(self.value), self._fisher_error, self.df)
        return Interval(self.value, math.tanh(low), math.tanh(high))

    def p_value(self, null: float = 0.0) -> float:
        """Give the two-sided p that the correlation is ``null``."""
        if math.isnan(self._fisher_error):
            return super().p_value(null)
        distance = math.atanh(self.value) - math.atanh(null)
        return t_p_value(distance, self._fisher_error, self.df, self.n_units)


def _mean_above(values: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each item, the mean of 1{value ≥ own} · other over all items, a tie counting one half."""
    order = np.argsort(values, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(other[order])])
    ordered = values[order]
    below = sums[np.searchsorted(ordered, values, side="left")]
    up_to = sums[np.searchsorted(ordered, values, side="right")]
    found: np.ndarray = (sums[-1] - (below + up_to) / 2) / len(values)
    return found
