"""Intervals and tests by resampling the units that were sampled.

Similarity is resampled over word pairs. Analogies are resampled over the pairs of a relation,
never over questions: the 506 questions of 23 capitals are made of 23 pairs, and resampling
questions would give intervals several times too narrow. Every space is resampled with the same
draws, so that differences between spaces are paired.

Efron & Tibshirani 1993, An Introduction to the Bootstrap; Holm 1979 for families of tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

MIN_PAIRS = 5
"""Pairs from which an interval for analogies is made (simulated coverage of the nominal 95 %: 15 %
with two pairs, 64 % with three, 83 % with four)."""


class Interval(NamedTuple):
    """A value with its 95 % bootstrap interval (percentile)."""

    value: float
    low: float
    high: float


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
        The pairs by number, so that one that stands in two relations is drawn as one; empty where
        no pair is shared.
    """

    n_correct: np.ndarray
    n_asked: np.ndarray
    pairs: tuple[tuple[str, str], ...] = ()


def interval(value: float, replicates: np.ndarray) -> Interval:
    """Take the 2.5 and 97.5 percentiles of the replicates; NaN replicates are left out."""
    finite = replicates[np.isfinite(replicates)]
    if len(finite) == 0:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.percentile(finite, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def bootstrap_spearman(
    predicted: np.ndarray, ratings: np.ndarray, *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample word pairs; Spearman's ρ of each resample, shape (n_replicates,).

    Two calls with the same ``ratings`` length and seed draw the same resamples.
    """
    n_pairs = len(ratings)
    if n_pairs < 3:
        return np.full(n_replicates, np.nan)
    drawn = np.random.default_rng(seed).integers(0, n_pairs, size=(n_replicates, n_pairs))
    x = stats.rankdata(predicted[drawn], axis=1)
    y = stats.rankdata(ratings[drawn], axis=1)
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho: np.ndarray = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return rho


def bootstrap_accuracy(
    relations: Sequence[PairOutcomes], *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample the pairs of each relation; overall accuracy of each resample (n_replicates,).

    A question made of pairs p and q is asked as often as p was drawn times q was drawn. Below
    ``MIN_PAIRS`` pairs in all the replicates are NaN: an interval from so few covers far less than
    it says.
    """
    if sum(len(relation.n_asked) for relation in relations) < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    rng = np.random.default_rng(seed)
    n_correct = np.zeros(n_replicates)
    n_asked = np.zeros(n_replicates)
    for relation in relations:
        n_pairs = len(relation.n_asked)
        if n_pairs == 0:
            continue
        weight = rng.multinomial(n_pairs, np.full(n_pairs, 1 / n_pairs), size=n_replicates)
        weight = weight.astype(np.float64)
        n_correct += ((weight @ relation.n_correct) * weight).sum(axis=1)
        n_asked += ((weight @ relation.n_asked) * weight).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return n_correct / n_asked


def bootstrap_mean(scores: np.ndarray, *, n_replicates: int, seed: int) -> np.ndarray:
    """Resample items; their mean in each resample, shape (n_replicates,)."""
    n_items = len(scores)
    if n_items == 0:
        return np.full(n_replicates, np.nan)
    drawn = np.random.default_rng(seed).integers(0, n_items, size=(n_replicates, n_items))
    means: np.ndarray = scores[drawn].mean(axis=1)
    return means


def paired_p_value(difference: float, replicates: np.ndarray) -> float:
    """Two-sided p-value that a paired difference is zero.

    The difference over its bootstrap standard error, against the normal distribution (Efron &
    Tibshirani 1993, section 13.3). Counting replicates beyond zero instead could give no p below
    2 / (n + 1), which a correction for many tests would lift above any level.

    Parameters
    ----------
    difference : float
    replicates : ndarray, shape (n_replicates,)
        The difference in each resample; NaN replicates are left out.

    Returns
    -------
    float
        In 0 to 1; 1 where the difference never varies from zero, NaN without replicates.
    """
    finite = replicates[np.isfinite(replicates)]
    if len(finite) < 2 or not np.isfinite(difference):
        return float("nan")
    error = float(finite.std(ddof=1))
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * stats.norm.sf(abs(difference) / error))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust a family of p-values for being a family (Holm's step-down); NaN stays NaN.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = [i for i in np.argsort(p_values) if not np.isnan(p_values[i])]
    adjusted = [float("nan")] * len(p_values)
    largest = 0.0
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - place) * p_values[i]))
        adjusted[i] = largest
    return adjusted
