"""How alike two spaces are: what all such measures return, and between which bounds they lie.

A likeness alone says little: debiased or not, a finite sample of words gives unrelated spaces some
value above zero, spaces that share nothing but how frequent words are can be as alike as .7, and
the same model trained twice does not reach one. Each measure is therefore read between

    floor    the same measure when the vectors of the second space are dealt to words as frequent
             (a permutation null, within groups of words)
    ceiling  the same measure between two spaces of one model with different seeds

(cf. Ding et al. 2021; Huh et al. 2024, arXiv:2405.07987).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from compare.errors import InputError
from compare.measures.frequency_bands import as_frequent
from compare.measures.quantity import ALL, Asked, Scored
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Likeness:
    """One number for two spaces over the same words.

    Attributes
    ----------
    value : float
        Larger is more alike; the range is the measure's. NaN where a space has no variance.
    n_used : int
        Words it was taken from.
    n_missing : int
        Words left out.
    scores : ndarray of float64
        Of single words (or components, where the measure says so); empty where it has none.
    """

    value: float
    n_used: int
    n_missing: int = 0
    scores: np.ndarray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class PairMeasure:
    """A likeness of two spaces over the same words, in steps, so that shuffles cost little.

    Attributes
    ----------
    prepare : callable
        Makes of a space (and a seed, of draws) all that needs no other space.
    compare : callable
        Sets two spaces side by side that are prepared.
    shuffled : callable
        Takes two that are prepared, and orders of the words that are used, (m, n); gives the
        values, (m,), where word i of the second has the vector of word ``order[i]``.
    used : callable
        Gives the rows of the words that are used, of a space and a seed.
    at_least : int
        Words that it takes.
    is_costly : bool
        Whether a thousand shuffles take minutes.
    """

    prepare: Callable[[EmbeddingSpace, int], Any]
    compare: Callable[[Any, Any], Likeness]
    shuffled: Callable[[Any, Any, np.ndarray], np.ndarray]
    used: Callable[[EmbeddingSpace, int], np.ndarray] = lambda space, _: np.arange(len(space))
    at_least: int = 2
    is_costly: bool = False

    def __call__(self, asked: Asked) -> Likeness:
        """Measure two spaces as they are asked."""
        assert asked.other is not None, "a quantity of a pair needs two spaces"
        return self.between(asked.space, asked.other, seed=asked.seed)

    def between(self, first: EmbeddingSpace, second: EmbeddingSpace, *, seed: int = 0) -> Likeness:
        """Measure two spaces.

        Raises
        ------
        InputError
            If they have different words, or too few.
        """
        check_same_words(first, second, at_least=self.at_least)
        return self.compare(self.prepare(first, seed), self.prepare(second, seed))


def in_one_step(measure: Callable[[EmbeddingSpace, EmbeddingSpace, int], Likeness]) -> PairMeasure:
    """Take a function of two spaces and a seed as it is, for measures with nothing to prepare."""

    def compare(first: tuple[EmbeddingSpace, int], second: tuple[EmbeddingSpace, int]) -> Likeness:
        return measure(first[0], second[0], first[1])

    def shuffle(prepared: tuple[EmbeddingSpace, int], order: np.ndarray) -> Any:
        space, seed = prepared
        return space.with_vectors(space.vectors[order]), seed

    return PairMeasure(
        prepare=lambda space, seed: (space, seed),
        compare=compare,
        shuffled=one_by_one(compare, shuffle),
        at_least=1,
        is_costly=True,
    )


def one_by_one(
    compare: Callable[[Any, Any], Likeness], shuffle: Callable[[Any, np.ndarray], Any]
) -> Callable[[Any, Any, np.ndarray], np.ndarray]:
    """Compare with each order in turn, by a function that deals the prepared vectors to words."""

    def shuffled(x: Any, y: Any, orders: np.ndarray) -> np.ndarray:
        return np.array([compare(x, shuffle(y, order)).value for order in orders])

    return shuffled


def read_likeness(found: Likeness) -> dict[str, Scored]:
    """Read a likeness as a number without parts."""
    return {ALL: Scored(found.value, n_used=found.n_used, n_missing=found.n_missing)}


@dataclass(frozen=True)
class BoundedLikeness:
    """A likeness between its floor and its ceiling.

    Attributes
    ----------
    value : float
    floor : float
        Mean over shuffles of the words; NaN without any.
    floor_high : float
        The 95th percentile over shuffles.
    p : float
        Share of shuffles that reach the value, the value itself counted among them; small where
        the spaces are related. Never below 1 / (n_permutations + 1); NaN without any.
    ceiling : float
        Mean over pairs of seeds; NaN where no second seed was trained.
    movable : float
        Share of the words that can change places with others, 0 to 1.
    """

    value: float
    floor: float
    floor_high: float
    p: float
    ceiling: float
    n_used: int
    n_permutations: int
    movable: float


def with_bounds(
    measure: PairMeasure,
    first: EmbeddingSpace,
    second: EmbeddingSpace,
    *,
    n_permutations: int,
    rng: np.random.Generator,
    counts: np.ndarray | None = None,
    seed: int = 0,
    seeds: Sequence[tuple[EmbeddingSpace, EmbeddingSpace]] = (),
) -> BoundedLikeness:
    """Measure two spaces, their shuffles, and pairs of seeds.

    Parameters
    ----------
    measure : PairMeasure
    n_permutations : int
        Shuffles; 0: no floor.
    rng : Generator
        Draws the shuffles.
    counts : ndarray of int, shape (n_words,), optional
        Occurrences of the words: vectors are dealt to words as frequent alone
        (:func:`compare.measures.frequency_bands.as_frequent`). None: to any.
    seed : int
        Of the measure's own draws.
    seeds : sequence of (EmbeddingSpace, EmbeddingSpace)
        Spaces of one model that differ in the seed alone: the ceiling.

    Raises
    ------
    InputError
        If the spaces have different words, ``counts`` are of others, or ``n_permutations`` is
        below 0.
    """
    check_same_words(first, second, at_least=measure.at_least)
    if n_permutations < 0:
        raise InputError(f"the number of permutations is 0 or more; found {n_permutations}")
    if counts is not None and counts.shape != (len(first),):
        raise InputError(f"{len(first)} words but counts of shape {counts.shape}")
    x, y = measure.prepare(first, seed), measure.prepare(second, seed)
    found = measure.compare(x, y)
    used = measure.used(first, seed)
    groups = np.zeros(len(used), dtype=np.int64) if counts is None else as_frequent(counts[used])
    shuffled = np.full(1, np.nan)
    if n_permutations:
        shuffled = measure.shuffled(x, y, orders_within(groups, n_permutations, rng))
    ceilings = [measure.between(one, other, seed=seed).value for one, other in seeds]
    return BoundedLikeness(
        value=found.value,
        floor=float(shuffled.mean()),
        floor_high=float(np.percentile(shuffled, 95)),
        p=_share_reaching(found.value, shuffled),
        ceiling=float(np.mean(ceilings)) if ceilings else float("nan"),
        n_used=found.n_used,
        n_permutations=n_permutations,
        movable=float((np.bincount(groups)[groups] > 1).mean()),
    )


def orders_within(groups: np.ndarray, m: int, rng: np.random.Generator) -> np.ndarray:
    """Draw m orders of words, (m, n), in which each word changes places with its group alone."""
    numbers = np.unique(groups, return_inverse=True)[1].ravel()
    by_group = np.argsort(numbers, kind="stable")
    orders = np.empty((m, len(numbers)), dtype=np.int64)
    orders[:, by_group] = np.argsort(numbers + rng.random((m, len(numbers))), axis=1)
    return orders


def _share_reaching(value: float, shuffled: np.ndarray) -> float:
    # where no shuffle changes anything, there is nothing to test
    if np.isnan(value) or np.isnan(shuffled).any() or np.ptp([value, *shuffled]) == 0:
        return float("nan")
    # What differs by rounding alone reaches it: an order may leave every word in its place.
    n_reaching = np.count_nonzero(shuffled >= value - 1e-6)
    return float((1 + n_reaching) / (1 + len(shuffled)))


def check_same_words(first: EmbeddingSpace, second: EmbeddingSpace, *, at_least: int) -> None:
    """Refuse spaces of different words, and of too few.

    Raises
    ------
    InputError
    """
    if first.words != second.words:
        raise InputError(
            f"{first.name} and {second.name} have different words; cut them to the shared "
            "vocabulary first (compare.comparison.protocol.share_vocabulary)"
        )
    if len(first) < at_least:
        raise InputError(
            f"this likeness needs {at_least} words or more; "
            f"{first.name} and {second.name} have {len(first)}"
        )
