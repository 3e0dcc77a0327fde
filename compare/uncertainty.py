"""Intervals by resampling the units that were sampled.

Similarity is resampled over word pairs. Analogies are resampled over the pairs of a relation,
never over questions: the 506 questions of 23 capitals are made of 23 pairs, and resampling
questions would give intervals several times too narrow. Every space is resampled with the same
draws, so that differences between spaces are paired.

A pair that stands in two relations (Athens and Greece in capital-common-countries and in
capital-world) is one unit, drawn for both at once.

Efron & Tibshirani 1993, An Introduction to the Bootstrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

MIN_PAIRS = 5
"""Pairs, or other units, from which an interval is made (simulated coverage of the nominal 95 %:
15 % with two pairs, 64 % with three, 83 % with four)."""


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
    if n_pairs < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    drawn = np.random.default_rng(seed).integers(0, n_pairs, size=(n_replicates, n_pairs))
    return row_correlations(predicted[drawn], ratings[drawn])


def row_correlations(predicted: np.ndarray, ratings: np.ndarray) -> np.ndarray:
    """Spearman's ρ of each row, NaN where a row does not vary; two arrays (n, m) → (n,)."""
    from scipy import stats

    x = stats.rankdata(predicted, axis=1)
    y = stats.rankdata(ratings, axis=1)
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho: np.ndarray = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return rho


def bootstrap_accuracy(
    relations: Sequence[PairOutcomes], *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample the pairs of each relation; overall accuracy of each resample (n_replicates,).

    A question made of pairs p and q is asked as often as p was drawn times q was drawn. Relations
    that share pairs are drawn together. Below ``MIN_PAIRS`` pairs in all the replicates are NaN: an
    interval from so few covers far less than it says.
    """
    groups = _groups(relations)
    if sum(n_units for _, n_units in groups) < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    draws = _pair_draws(tuple(n_units for _, n_units in groups), n_replicates, seed)
    n_correct = np.zeros(n_replicates)
    n_asked = np.zeros(n_replicates)
    for (members, _), drawn in zip(groups, draws, strict=True):
        for relation, units in members:
            weight = drawn[:, units].astype(np.float64)  # (n_replicates, n_pairs)
            n_correct += ((weight @ relation.n_correct) * weight).sum(axis=1)
            n_asked += ((weight @ relation.n_asked) * weight).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return n_correct / n_asked


@lru_cache(maxsize=32)
def _pair_draws(sizes: tuple[int, ...], n_replicates: int, seed: int) -> tuple[np.ndarray, ...]:
    """How often each unit of each group is drawn; kept, since every space and method asks again."""
    rng = np.random.default_rng(seed)
    return tuple(
        rng.multinomial(n_units, np.full(n_units, 1 / n_units), size=n_replicates)
        for n_units in sizes
    )


_Group = tuple[list[tuple[PairOutcomes, np.ndarray]], int]


def _groups(relations: Sequence[PairOutcomes]) -> list[_Group]:
    """Group relations that share pairs; each with the numbers of its units within its group."""
    keys = [
        relation.pairs or tuple((str(place), str(pair)) for pair in range(len(relation.n_asked)))
        for place, relation in enumerate(relations)
    ]
    groups: list[tuple[list[int], set[tuple[str, str]]]] = []
    for place, pairs in enumerate(keys):
        if not pairs:
            continue
        members, own = [place], set(pairs)
        for group in [group for group in groups if not own.isdisjoint(group[1])]:
            groups.remove(group)
            members, own = group[0] + members, group[1] | own
        groups.append((sorted(members), own))
    found: list[_Group] = []
    for members, _ in sorted(groups, key=lambda group: group[0]):
        in_order = dict.fromkeys(pair for place in members for pair in keys[place])
        number = {pair: unit for unit, pair in enumerate(in_order)}
        units = [np.array([number[pair] for pair in keys[place]]) for place in members]
        outcomes = [relations[place] for place in members]
        found.append((list(zip(outcomes, units, strict=True)), len(number)))
    return found


def bootstrap_mean(scores: np.ndarray, *, n_replicates: int, seed: int) -> np.ndarray:
    """Resample items; their mean in each resample, shape (n_replicates,)."""
    n_items = len(scores)
    if n_items < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    drawn = np.random.default_rng(seed).integers(0, n_items, size=(n_replicates, n_items))
    means: np.ndarray = scores[drawn].mean(axis=1)
    return means


def bootstrap_groups(
    scores: np.ndarray, groups: np.ndarray, *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample groups of items whose scores hang together; the mean score of each resample.

    Parameters
    ----------
    scores : ndarray, shape (n_items,)
    groups : ndarray of int64, shape (n_items,)
        Which group each item is of, from 0 on.

    Returns
    -------
    ndarray of float64, shape (n_replicates,)
        NaN below ``MIN_PAIRS`` groups.
    """
    sizes = np.bincount(groups)
    if np.count_nonzero(sizes) < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    sums = np.bincount(groups, weights=scores)
    drawn = np.random.default_rng(seed).integers(0, len(sizes), (n_replicates, len(sizes)))
    means: np.ndarray = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return means


def bootstrap_explained(
    errors: np.ndarray, values: np.ndarray, *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample items; R² of each resample from its own errors and its own variance.

    Parameters
    ----------
    errors, values : ndarray of float64, shape (n_items,)
        Squared error of each item, and the number that was to be read.

    Returns
    -------
    ndarray of float64, shape (n_replicates,)
        Not finite where a resample does not vary.
    """
    n_items = len(values)
    drawn = np.random.default_rng(seed).integers(0, n_items, (n_replicates, n_items))
    with np.errstate(invalid="ignore", divide="ignore"):
        explained: np.ndarray = 1 - errors[drawn].mean(axis=1) / values[drawn].var(axis=1)
    return explained


def bootstrap_auc(
    larger: np.ndarray, smaller: np.ndarray, *, n_replicates: int, seed: int
) -> np.ndarray:
    """Resample two groups of scores; in each resample the chance that one of the first is larger.

    Parameters
    ----------
    larger, smaller : ndarray, shapes (n,) and (m,)
        Scores of the items that should score high, and of those that should score low.

    Returns
    -------
    ndarray of float64, shape (n_replicates,)
        AUC, 0 to 1, a tie one half; NaN where a group has fewer than ``MIN_PAIRS`` items.
    """
    n, m = len(larger), len(smaller)
    if min(n, m) < MIN_PAIRS:
        return np.full(n_replicates, np.nan)
    rng = np.random.default_rng(seed)
    wins = (larger[:, None] > smaller) + 0.5 * (larger[:, None] == smaller)  # (n, m)
    drawn = [
        rng.multinomial(size, np.full(size, 1 / size), size=n_replicates).astype(np.float64)
        for size in (n, m)
    ]
    areas: np.ndarray = ((drawn[0] @ wins) * drawn[1]).sum(axis=1) / (n * m)
    return areas


def seed_spread(values: Sequence[float]) -> Interval:
    """Give the mean over seeds with its 95 % t interval; NaN bounds below three seeds.

    It tells how much another seed moves a number; the bootstrap tells how much other items would.
    """
    from scipy import stats

    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean()) if len(found) else float("nan")
    if len(found) < 3:
        return Interval(mean, float("nan"), float("nan"))
    reach = float(stats.t.ppf(0.975, len(found) - 1) * found.std(ddof=1) / np.sqrt(len(found)))
    return Interval(mean, mean - reach, mean + reach)
