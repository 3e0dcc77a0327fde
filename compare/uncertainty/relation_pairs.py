"""Shares of questions that are made of two pairs each: the pairs are the units.

The 506 questions of 23 capitals are made of 23 pairs; questions as units would give intervals
several times too narrow. A pair u is left out with all questions that it is part of, in turn:

    θ₍ᵤ₎ = share of right answers without u
    error² = Σ over relations h  (n_h − 1) / n_h  Σ over pairs u of h  (θ₍ᵤ₎ − mean of h)²

the delete-one jackknife, within relations, since the relations are not a sample (Efron & Stein
1981, Annals of Statistics 9: it errs to the safe side). Relations that share pairs (Athens and
Greece stand in capital-common-countries and in capital-world) are taken as one. Degrees of freedom
by Satterthwaite, as relations differ in size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from compare.uncertainty.estimate import SAME, Estimate, Interval, share_interval, t_interval

FEWEST = 6
"""Pairs from which there is an interval."""


@dataclass(frozen=True)
class PairOutcomes:
    """Right answers of one relation, by the pairs that a question is made of.

    Attributes
    ----------
    n_correct : ndarray, shape (n_pairs, n_pairs)
        Right answers to questions whose first pair is the row and second pair the column.
    n_asked : ndarray, shape (n_pairs, n_pairs)
        Questions.
    pairs : tuple of (str, str)
        The pairs by number, so that one that stands in two relations is known as one; empty where
        no pair is shared.
    """

    n_correct: np.ndarray
    n_asked: np.ndarray
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class RelationPairs(Estimate):
    """A share of right answers.

    Attributes
    ----------
    n_correct, n_asked : float
        Of all questions; ``value`` is their ratio.
    correct, asked : ndarray of float64, shape (n_units,)
        Of the questions that each pair is part of.
    relation : ndarray of int64, shape (n_units,)
        Which relation, or group of relations with common pairs, each pair is of.
    is_single : bool
        Whether it is one share, and no sum of some: its interval is then taken of its log odds, and
        stays within 0 to 1.
    """

    n_correct: float
    n_asked: float
    correct: np.ndarray
    asked: np.ndarray
    relation: np.ndarray
    is_single: bool = True

    @classmethod
    def of(cls, relations: Sequence[PairOutcomes]) -> Self:
        """Take the share over all questions of all relations."""
        units: dict[object, int] = {}
        parts = []
        for place, one in enumerate(relations):
            keys: Sequence[object] = one.pairs or [(place, n) for n in range(len(one.n_asked))]
            parts.append(np.array([units.setdefault(key, len(units)) for key in keys], np.int64))
        correct, asked = np.zeros((2, len(units)))
        for one, rows in zip(relations, parts, strict=True):
            for total, counted in ((correct, one.n_correct), (asked, one.n_asked)):
                of_pair = counted.sum(axis=0) + counted.sum(axis=1) - np.diag(counted)
                np.add.at(total, rows, of_pair)
        is_asked = asked > 0
        return cls._made(
            float(sum(one.n_correct.sum() for one in relations)),
            float(sum(one.n_asked.sum() for one in relations)),
            correct[is_asked],
            asked[is_asked],
            _groups(parts, len(units))[is_asked],
        )

    @classmethod
    def _made(
        cls,
        n_correct: float,
        n_asked: float,
        correct: np.ndarray,
        asked: np.ndarray,
        relation: np.ndarray,
        *,
        is_single: bool = True,
    ) -> Self:
        value = n_correct / n_asked if n_asked else math.nan
        return cls(value, n_correct, n_asked, correct, asked, relation, is_single)

    @property
    def n_units(self) -> int:
        """Pairs that stand in a question."""
        return len(self.asked)

    def _variances(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the variance that each relation brings, and its degrees of freedom."""
        left = self.n_asked - self.asked
        without = np.zeros(self.n_units)
        some = left > 1e-9 * self.n_asked
        without[some] = (self.n_correct - self.correct[some]) / left[some]
        names, group = np.unique(self.relation, return_inverse=True)
        sizes = np.bincount(group, minlength=len(names))
        means = np.bincount(group, weights=without) / sizes
        squares = np.bincount(group, weights=(without - means[group]) ** 2)
        kept = sizes > 1
        return ((sizes - 1) / sizes * squares)[kept], (sizes - 1)[kept]

    @property
    def error(self) -> float:
        """The jackknife's standard error."""
        if self.n_units < FEWEST:
            return math.nan
        return float(math.sqrt(self._variances()[0].sum()))

    @property
    def df(self) -> float:
        """By Satterthwaite."""
        variances, df = self._variances()
        total = float(variances.sum())
        if total <= 0:
            return float(df.sum())
        return float(total**2 / (variances**2 / df).sum())

    def less(self, constant: float) -> Self:
        """Take a constant off the share."""
        n_correct = self.n_correct - constant * self.n_asked
        correct = self.correct - constant * self.asked
        return self._made(
            n_correct, self.n_asked, correct, self.asked, self.relation, is_single=False
        )

    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum estimates over the same questions."""
        if any(not np.array_equal(other.asked, self.asked) for other in others):
            raise ValueError("estimates of different questions cannot be combined")
        terms = list(zip(weights, (self, *others), strict=True))
        n_correct = sum(weight * one.n_correct for weight, one in terms)
        correct: np.ndarray = np.sum([weight * one.correct for weight, one in terms], axis=0)
        return self._made(
            float(n_correct), self.n_asked, correct, self.asked, self.relation, is_single=False
        )

    @property
    def n_moving(self) -> int:
        """Pairs whose share is not that of most."""
        shares = self.correct / self.asked
        if not len(shares):
            return 0
        return int(np.count_nonzero(np.abs(shares - np.median(shares)) > SAME))

    def interval(self) -> Interval:
        """Give the 95 % interval; where nothing or all is right, that of so many pairs."""
        if not self.is_single or math.isnan(self.error):
            return super().interval()
        if self.value in (0.0, 1.0):
            return share_interval(self.value, self.n_units)
        odds = math.log(self.value / (1 - self.value))
        error = self.error / (self.value * (1 - self.value))
        _, low, high = (1 / (1 + math.exp(-x)) for x in t_interval(odds, error, self.df))
        return Interval(self.value, low, high)


def _groups(parts: Sequence[np.ndarray], n_units: int) -> np.ndarray:
    """Give each unit the number of its relation; relations with common units have one."""
    group = np.full(n_units, -1, dtype=np.int64)
    for place, units in enumerate(parts):
        earlier = np.unique(group[units])
        group[np.isin(group, earlier[earlier >= 0])] = place
        group[units] = place
    return group
