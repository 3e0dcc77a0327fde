"""``Estimate``: a value with what it owes to each unit that was sampled.

A unit is what would be drawn anew if the study were done again: a word, a rated pair, a pair of a
relation, a category. Two spaces answer the same units, so the difference of two estimates is an
estimate over these units, and is tested as such. Interval and p value of an estimate come from one
method: 0 lies outside the 95 % interval where p is below 0.05, and nowhere else.

What follows from it holds for these units and these tables. Where a model was trained from several
seeds, ``seeds.py`` adds what the seeds do.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

LEVEL = 0.05
"""p, adjusted for its family, below which a difference is called one; intervals hold 95 %."""


NO_ERROR = 1e-12
"""What rounding leaves of differences between equal numbers."""


class Interval(NamedTuple):
    """A value with its 95 % interval; bounds are NaN where too few units carry it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Estimate(ABC):
    """A value, and what it is made of.

    Attributes
    ----------
    value : float
        NaN where there is none.
    """

    value: float

    @property
    @abstractmethod
    def n_units(self) -> int:
        """Units that were sampled; of two kinds (synonyms, antonyms) the fewer."""

    @property
    @abstractmethod
    def error(self) -> float:
        """The standard error of the value; NaN where it cannot be told."""

    @property
    @abstractmethod
    def df(self) -> float:
        """Degrees of freedom of the error, of Student's t."""

    @abstractmethod
    def combined(self, weights: Sequence[float], others: Sequence[Self]) -> Self:
        """Sum this estimate and others of the same units, each times its weight (ours first).

        Raises
        ------
        ValueError
            If the units differ.
        """

    def minus(self, other: Self) -> Self:
        """Give the difference, paired unit by unit."""
        return self.combined((1.0, -1.0), (other,))

    @abstractmethod
    def less(self, constant: float) -> Self:
        """Take a constant off; what units do stays the same."""

    def interval(self) -> Interval:
        """Give the 95 % interval: value ± t · error."""
        return t_interval(self.value, self.error, self.df)

    def p_value(self, null: float = 0.0) -> float:
        """Give the two-sided p that the value is ``null``; NaN where it cannot be tested.

        Where all units agree there is no error to measure by: then the p of flipping signs, 2/2ⁿ.
        """
        return t_p_value(self.value - null, self.error, self.df, self.n_units)

    def p_above(self) -> float:
        """Give the one-sided p that the value is 0 or less; NaN where it cannot be tested."""
        p = self.p_value() / 2
        return p if self.value > 0 else 1 - p

    @property
    def smallest_p(self) -> float:
        """The least two-sided p that so many units can give."""
        return 0.0

    @property
    def n_moving(self) -> int:
        """Units that contribute something else than most do."""
        return self.n_units


SAME = 1e-9
"""What rounding leaves between units that contribute the same."""

FEW_MOVING = 10
"""Units that contribute something else than most, below which an error says little."""


def equivalence_p(estimate: Estimate, margin: float) -> float:
    """Give the p that a difference is as large as a margin, by two one-sided tests.

    Below 0.05 the value is shown to lie within ± ``margin``, which is fixed beforehand: the 90 %
    interval lies inside. A test that finds no difference shows no equality (Schuirmann 1987,
    Journal of Pharmacokinetics and Biopharmaceutics 15).

    Where hardly a unit contributes something, its error says little: units that all agree need not
    be many. Then the p of seeing so few, were units to contribute as often as the margin asks
    (none can contribute more than 1).

    Parameters
    ----------
    estimate : Estimate
        Of a difference.
    margin : float
        Above 0, in the unit of the value.

    Returns
    -------
    float
        0 to 1; NaN where the difference cannot be tested.
    """
    if margin <= 0 or math.isnan(estimate.value) or math.isnan(estimate.error):
        return math.nan
    room = margin - abs(estimate.value)
    n_moving = 0 if estimate.error <= NO_ERROR else estimate.n_moving
    if n_moving < FEW_MOVING:
        return _binomial_tail(n_moving, estimate.n_units, room) if room > 0 else 1.0
    tail = _t_tail(abs(room) / estimate.error, estimate.df)
    return tail if room > 0 else 1 - tail


def _binomial_tail(k: int, n: int, share: float) -> float:
    """Give the chance of k or fewer of n."""
    from scipy.special import bdtr

    return float(bdtr(k, n, min(share, 1.0))) if k < n else 1.0


def t_interval(value: float, error: float, df: float) -> Interval:
    """Give the 95 % interval of a value by Student's t."""
    reach = _t_quantile(1 - LEVEL / 2, df) * error
    return Interval(value, value - reach, value + reach)


def share_interval(value: float, n_units: int) -> Interval:
    """Give the 95 % interval of a share of 0 or 1 over n units that all agree.

    The other end is the share at which n units would all agree one time in forty (Clopper & Pearson
    1934, Biometrika 26).
    """
    reach = 1 - (LEVEL / 2) ** (1 / n_units)
    return Interval(value, value - value * reach, value + (1 - value) * reach)


def t_p_value(distance: float, error: float, df: float, n_units: int) -> float:
    """Give the two-sided p of a distance by Student's t; by flipping signs where error is 0."""
    if math.isnan(distance) or math.isnan(error):
        return math.nan
    if error <= NO_ERROR:
        return 1.0 if abs(distance) <= NO_ERROR else min(1.0, 2.0 ** (1 - n_units))
    return min(1.0, 2 * _t_tail(abs(distance) / error, df))


def _t_quantile(share: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, share)) if df > 0 else math.nan


def _t_tail(t: float, df: float) -> float:
    from scipy.special import stdtr

    return float(stdtr(df, -t)) if df > 0 else math.nan
