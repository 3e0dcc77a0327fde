"""Seeds and units crossed: what another seed would change is added to what other units would.

A test over the items of one seed speaks of two tables. To speak of two models, the difference of
the means over seeds gets three parts of variance:

    error² = s²_A / S_A + s²_B / S_B + (error over units, of the difference of the means)²

with Satterthwaite's degrees of freedom. s² is the variance of the value over the S seeds of a
model. What units do differently in each seed stands in the last part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from compare.uncertainty.estimate import Estimate, Interval


@dataclass(frozen=True, eq=False)
class OverSeeds(Estimate):
    """The mean of one estimate over seeds, or a difference of two such means.

    Attributes
    ----------
    units : Estimate
        The mean over seeds, unit by unit.
    seeds : tuple of (float, int)
        Of each model: the variance of its mean over seeds, and its degrees of freedom.
    """

    units: Estimate
    seeds: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, by_seed: Sequence[Estimate]) -> Self:
        """Take the mean over the seeds of a model, two or more, over the same units."""
        n = len(by_seed)
        units = by_seed[0].combined([1 / n] * n, by_seed[1:])
        values = np.array([one.value for one in by_seed])
        return cls(units.value, units, ((float(values.var(ddof=1)) / n, n - 1),))

    @property
    def n_units(self) -> int:
        """Units of each seed."""
        return self.units.n_units

    @property
    def n_moving(self) -> int:
        """Units that contribute something else than most do."""
        return self.units.n_moving

    def _parts(self) -> list[tuple[float, float]]:
        return [(self.units.error**2, self.units.df), *self.seeds]

    @property
    def error(self) -> float:
        """Of units and seeds together."""
        return math.sqrt(sum(variance for variance, _ in self._parts()))

    @property
    def df(self) -> float:
        """By Satterthwaite."""
        parts = self._parts()
        total = sum(variance for variance, _ in parts)
        if math.isnan(total) or total <= 0:
            return self.units.df
        return total**2 / sum(variance**2 / df for variance, df in parts if df > 0)

    def less(self, constant: float) -> Self:
        """Take a constant off the mean."""
        units = self.units.less(constant)
        return replace(self, value=units.value, units=units)

    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum means over seeds, of different models over the same units."""
        all_of = (self, *others)
        units = self.units.combined(weights, [one.units for one in others])
        seeds = tuple(
            (weight**2 * variance, df)
            for weight, one in zip(weights, all_of, strict=True)
            for variance, df in one.seeds
        )
        return type(self)(units.value, units, seeds)

    @classmethod
    def of_one(cls, estimate: Estimate) -> Self:
        """Take a model of which there is one table alone: no part of variance for its seeds."""
        return cls(estimate.value, estimate, ())


def seed_spread(values: Sequence[float]) -> Interval:
    """Give the mean over seeds with its 95 % t interval; NaN bounds below three seeds.

    It tells how much another seed moves a number; other intervals tell how much other units would.
    """
    from scipy import stats

    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean()) if len(found) else float("nan")
    if len(found) < 3:
        return Interval(mean, float("nan"), float("nan"))
    reach = float(stats.t.ppf(0.975, len(found) - 1) * found.std(ddof=1) / np.sqrt(len(found)))
    return Interval(mean, mean - reach, mean + reach)
