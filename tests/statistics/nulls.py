"""Simulated truths: how often each test in use rejects, and each interval holds.

The tests take a few hundred replicates; ``make torture`` 2,000 (``docs/statistics.md`` has its
table): ``python -m tests.statistics.nulls [REPLICATES]``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from math import asin, pi
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from compare.comparison.options import ProtocolOptions
from compare.comparison.quantities import QUANTITIES
from compare.comparison.space_pairs import overlaps
from compare.measures.likeness import PairMeasure, with_bounds
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import (
    Estimate,
    OverSeeds,
    PairOutcomes,
    RatedPairs,
    RelationPairs,
    TwoGroups,
    UnitMean,
    equivalence_p,
)
from tests.torture.lanes import lanes

UNITS = (8, 12, 15, 30, 50)
"""Numbers of units. A report tests none below 12, but gives intervals."""

Drawn = Callable[[np.random.Generator, int], Estimate]


@dataclass(frozen=True)
class Truth:
    """A situation whose truth is known.

    Attributes
    ----------
    draw : callable
        Draws an estimate of so many units.
    value : float
        The truth: 0 of a difference between equals.
    low, high : float
        Bounds of the rate at which a test at 5 % may reject the truth. Tests that are exact in
        the worst case reject more rarely elsewhere; then ``low`` is 0.
    """

    name: str
    draw: Drawn
    value: float = 0.0
    low: float = 0.03
    high: float = 0.07


def means(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces, normal scores of each unit."""
    return UnitMean.of(rng.normal(size=n)).minus(UnitMean.of(rng.normal(size=n)))


def shares_of_units(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces, the share of twelve words that is right in each unit."""
    one, other = rng.binomial(12, 0.5, size=(2, n)) / 12
    return UnitMean.of(one).minus(UnitMean.of(other))


def _answers(rng: np.random.Generator, n: int, effect: float) -> np.ndarray:
    of_pairs = effect * rng.normal(size=n)
    right = (rng.normal(size=(n, n)) + of_pairs[:, None] + of_pairs) > 0
    return right * (1 - np.eye(n))


def analogies(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces whose pairs are easy or hard for either on its own."""
    asked = 1 - np.eye(n)
    one, other = (PairOutcomes(_answers(rng, n, 1.0), asked) for _ in range(2))
    return RelationPairs.of([one]).minus(RelationPairs.of([other]))


def questions_alone(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces whose questions are right at random: the jackknife is cautious."""
    asked = 1 - np.eye(n)
    one, other = (PairOutcomes(_answers(rng, n, 0.0), asked) for _ in range(2))
    return RelationPairs.of([one]).minus(RelationPairs.of([other]))


RHO = 0.4


def _like(rng: np.random.Generator, ratings: np.ndarray) -> np.ndarray:
    noise = rng.normal(size=len(ratings))
    mixed: np.ndarray = RHO * ratings + np.sqrt(1 - RHO**2) * noise
    return mixed


def correlations(rng: np.random.Generator, n: int) -> Estimate:
    """Two spaces that agree with people as well, over pairs without common words."""
    ratings, words = rng.normal(size=n), np.arange(2 * n).reshape(n, 2)
    one, other = (RatedPairs.of(_like(rng, ratings), ratings, words) for _ in range(2))
    return one.minus(other)


def correlation(rng: np.random.Generator, n: int) -> Estimate:
    """One space's agreement, whose truth is known."""
    ratings, words = rng.normal(size=n), np.arange(2 * n).reshape(n, 2)
    return RatedPairs.of(_like(rng, ratings), ratings, words)


def _cosines(vectors: np.ndarray, words: np.ndarray) -> np.ndarray:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines: np.ndarray = (unit[words[:, 0]] * unit[words[:, 1]]).sum(axis=1)
    return cosines


def reused_words(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces that err word by word, over four pairs a word."""
    n_words = 5 * n
    words = rng.integers(0, n_words, (5 * n_words, 2))
    words = words[words[:, 0] != words[:, 1]][: 4 * n_words]
    truth = rng.normal(size=(n_words, 5))
    ratings = _cosines(truth, words) + 0.3 * rng.normal(size=len(words))
    one, other = (
        RatedPairs.of(_cosines(truth + 0.7 * rng.normal(size=truth.shape), words), ratings, words)
        for _ in range(2)
    )
    return one.minus(other)


def areas(rng: np.random.Generator, n: int) -> Estimate:
    """Two spaces that tell synonyms from opposites as well."""
    high, low = rng.normal(0.5, 1, n), rng.normal(size=n)
    one, other = (
        TwoGroups.of(high + rng.normal(size=n), low + rng.normal(size=n)) for _ in range(2)
    )
    return one.minus(other)


def area(rng: np.random.Generator, n: int) -> Estimate:
    """One space's, whose truth is known."""
    return TwoGroups.of(rng.normal(0.5, 1, n), rng.normal(size=n))


def areas_of_reused_words(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces that err word by word; synonyms and opposites of the same words."""
    words = rng.integers(0, n, (2 * n, 2))
    words[:, 1] += words[:, 1] == words[:, 0]
    words %= n + 1
    truth = rng.normal(size=(n + 1, 5))
    one, other = (
        TwoGroups.of(found[:n], found[n:], words=words)
        for found in (_cosines(truth + rng.normal(size=truth.shape), words) for _ in range(2))
    )
    return one.minus(other)


def areas_as_frequent(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal spaces in which pairs of frequent words lie nearer; compared as frequent."""
    counts = rng.uniform(0, 6, (2, n))
    is_compared = np.abs(counts[0][:, None] - counts[1]) <= 1
    high, low = counts + rng.normal(size=(2, n)) + [[0.5], [0]]
    one, other = (
        TwoGroups.of(high + rng.normal(size=n), low + rng.normal(size=n), is_compared=is_compared)
        for _ in range(2)
    )
    return one.minus(other)


def parts_of_pairs(rng: np.random.Generator, n: int) -> Estimate:
    """Correlations over two parts of the pairs, which share a third: they are as large."""
    m = 3 * n // 2
    ratings, words = rng.normal(size=m), np.arange(2 * m).reshape(m, 2)
    found = _like(rng, ratings)
    places = np.arange(m)
    first, second = (
        RatedPairs.within(found, ratings, words, is_part)
        for is_part in (places < n, places >= m - n)
    )
    return first.minus(second)


def crossed(rng: np.random.Generator, n: int) -> Estimate:
    """Two equal models of three seeds each, which vary as much as the units."""
    spread = 1 / np.sqrt(n)
    one, other = (
        OverSeeds.of([UnitMean.of(rng.normal(mean, 1, n)) for mean in rng.normal(0, spread, 3)])
        for _ in range(2)
    )
    return one.minus(other)


TRUTHS: tuple[Truth, ...] = (
    Truth("means", means),
    Truth("shares of units", shares_of_units, low=0.01),
    Truth("analogies, pair effects", analogies, low=0.01),
    Truth("analogies, questions alone", questions_alone, low=0.0),
    Truth("difference of correlations", correlations, low=0.01),
    Truth("correlation", correlation, value=6 / pi * asin(RHO / 2)),
    Truth("correlations, words reused", reused_words),
    Truth("difference of areas", areas, low=0.015),
    Truth("area", area, value=float(norm.cdf(0.5 / np.sqrt(2)))),
    Truth("difference of areas, words reused", areas_of_reused_words, low=0.01),
    Truth("difference of areas, as frequent", areas_as_frequent, low=0.01),
    Truth("difference of parts", parts_of_pairs, low=0.01),
    Truth("seeds crossed with units", crossed, low=0.0),
)


MARGIN = 0.3
"""What spaces differ by that are called alike within it: they are not."""


class Wrong(NamedTuple):
    """Replicates in which something false was said."""

    rejected: int
    missed: int
    called_alike: int


def wrong(truth: Truth, n: int, replicates: int, seed: int = 1) -> Wrong:
    """Count replicates in which the truth is rejected, and in which the interval misses it.

    And those in which two that differ by the margin are called alike within it.
    """
    rng = np.random.default_rng((seed, n))
    n_rejected = n_missed = n_alike = 0
    for _ in range(replicates):
        estimate = truth.draw(rng, n)
        _, low, high = estimate.interval()
        n_rejected += estimate.p_value(truth.value) < 0.05
        n_missed += bool(truth.value < low or truth.value > high)  # NaN: no interval is given
        n_alike += equivalence_p(estimate.less(truth.value - MARGIN), MARGIN) < 0.05
    return Wrong(n_rejected, n_missed, n_alike)


LIKENESSES = {
    one.method: one.measure
    for one in QUANTITIES
    if isinstance(one.measure, PairMeasure) and not one.measure.is_costly
}
"""Measures of likeness that are tested by shuffles."""

COMMON_NEIGHBOURS = "common neighbours"
"""Tested with the words as units, against words as frequent."""


def called_alike(replicates: int, n_words: int = 100, seed: int = 1) -> dict[str, int]:
    """Count, by measure, draws in which spaces that share frequency alone are called alike."""
    rng = np.random.default_rng((seed, n_words))
    counts = (1e6 / np.arange(1, n_words + 1)).astype(np.int64)
    words = tuple(f"w{row}" for row in range(n_words))
    frequency = np.log(counts)[:, None] - np.log(counts).mean()
    found = dict.fromkeys((*LIKENESSES, COMMON_NEIGHBOURS), 0)
    for _ in range(replicates):
        one, other = (
            EmbeddingSpace(
                words,
                rng.normal(size=(n_words, 10)) + frequency * rng.normal(size=10),
                counts,
                {"name": name, "model": name},
            )
            for name in ("one", "other")
        )
        for method, measure in LIKENESSES.items():
            bounded = with_bounds(measure, one, other, n_permutations=99, rng=rng, counts=counts)
            found[method] += bounded.p <= 0.05
        pairs = overlaps({"raw": [one, other]}, {}, ProtocolOptions(), seed)
        found[COMMON_NEIGHBOURS] += bool(pairs["p"].iloc[0] <= 0.05)
    return found


def _line(number: int, replicates: int) -> str:
    truth, cells = TRUTHS[number], []
    for n in UNITS:
        found = wrong(truth, n, replicates)
        coverage = 100 * (1 - found.missed / replicates)
        rates = (found.rejected / replicates, found.called_alike / replicates)
        cells.append(f"{rates[0]:.3f}, {coverage:.1f} %, {rates[1]:.3f}")
    return f"| {truth.name} | " + " | ".join(cells) + " |"


def main(replicates: int) -> None:
    """Print the table of docs/statistics.md."""
    print("| what | " + " | ".join(f"{n} units" for n in UNITS) + " |")
    print("|---|" + "---:|" * len(UNITS))
    with lanes() as processes:
        for line in processes.map(_line, range(len(TRUTHS)), repeat(replicates)):
            print(line, flush=True)
    for method, n_alike in called_alike(replicates).items():
        print(f"alike by {method}, sharing frequency alone: {n_alike / replicates:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
