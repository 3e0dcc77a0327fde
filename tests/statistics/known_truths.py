"""Whole comparisons whose truth is known: how often what a report says of spaces is true.

Spaces are drawn, not trained: a world of words in classes and pairs, and noise on it, a little or
much. Two with as much noise are two trainings of one model. The judgments, the words and the text
are drawn anew from each seed: ``python -m tests.statistics.known_truths [SEEDS]``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from compare.comparison.contrasts import declared
from compare.comparison.options import ProtocolOptions
from compare.comparison.quantities import QUANTITIES
from compare.comparison.scores import ask, numbers
from compare.comparison.significance import differences
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.judgments import Judgments
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.judgments.strata import headline_words, strata_of
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts, company_of_tokens
from compare.text.tokens import TokenArray
from compare.uncertainty import LEVEL, holm
from tests.torture.lanes import lanes

N_CLASSES, CLASS_SIZE, DIMENSION = 20, 20, 24
N = N_CLASSES * CLASS_SIZE
NOISES = {"one": 0.5, "again": 0.5, "worse": 1.5}
"""Noise of each space; "one" and "again" are equal but for their seeds."""

TESTED = tuple(one for one in QUANTITIES if one.is_tested)


@dataclass(frozen=True)
class World:
    """What is true of the words, and what is asked about them."""

    vectors: np.ndarray
    judgments: Judgments
    company: CompanyCounts


def world(seed: int) -> World:
    """Draw words in classes; words 2i and 2i + 1 of a class differ by the class's own relation."""
    rng = np.random.default_rng(seed)
    classes = np.repeat(rng.normal(size=(N_CLASSES, DIMENSION)), CLASS_SIZE, axis=0)
    pairs = np.repeat(rng.normal(size=(N // 2, DIMENSION)), 2, axis=0)
    vectors = classes + 0.7 * pairs
    vectors[1::2] += np.repeat(rng.normal(size=(N_CLASSES // 4, DIMENSION)), N // 10, axis=0)
    return World(vectors, _judgments(vectors, rng), _company(rng))


def _words() -> tuple[str, ...]:
    return tuple(f"w{number}" for number in range(N))


def _judgments(vectors: np.ndarray, rng: np.random.Generator) -> Judgments:
    words = _words()
    relations = []
    for number in range(4):
        first = 2 * rng.choice(N // 10, 15, replace=False) + number * N // 5
        asked = [(words[row], words[row + 1]) for row in first]
        questions = (Question(*p, q[0], (q[1],)) for p in asked for q in asked if p != q)
        relations.append(Relation(f"relation {number}", tuple(questions)))
    rows = rng.integers(0, N, (250, 2))
    rows[::2, 1] = rows[::2, 0] // CLASS_SIZE * CLASS_SIZE + rng.integers(0, CLASS_SIZE, 125)
    rows = rows[rows[:, 0] != rows[:, 1]]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    ratings = (unit[rows[:, 0]] * unit[rows[:, 1]]).sum(axis=1) + rng.normal(0, 0.2, len(rows))
    half = len(rows) // 2
    groups = {"similarity": range(half + 30), "relatedness": range(half - 30, len(rows))}
    rated = tuple((words[a], words[b]) for a, b in rows)
    order = rng.permutation(N // 2)
    neighbours = [(words[2 * row], words[2 * row + 1]) for row in order[:40]]
    of_class = [
        (words[2 * row], words[2 * row // CLASS_SIZE * CLASS_SIZE + (2 * row + 5) % CLASS_SIZE])
        for row in order[40:80]
    ]
    categories = {words[row]: f"class {row // CLASS_SIZE}" for row in range(0, N, 2)}
    return Judgments(
        (AnalogySet("analogies", tuple(relations)),),
        (SimilaritySet("pairs", rated, ratings, groups={n: tuple(g) for n, g in groups.items()}),),
        (Lexicon("words", tuple(of_class), tuple(neighbours), categories),),
    )


def _company(rng: np.random.Generator) -> CompanyCounts:
    """Count a text whose sentences keep to a class: words of one stand around each other."""
    sentences = (
        rng.integers(0, N_CLASSES, (4000, 1)) * CLASS_SIZE
        + rng.integers(0, CLASS_SIZE, (4000, 6))
    )  # fmt: skip
    stray = rng.random(sentences.shape) < 0.3
    sentences = np.where(stray, rng.integers(0, N, sentences.shape), sentences)
    tokens = TokenArray.of_segments(sentences.tolist())
    return company_of_tokens(tokens, _words(), name="text", words=_words())


def spaces(truth: World, seed: int) -> list[EmbeddingSpace]:
    """Draw a space of each noise, and one that has learned nothing."""
    rng = np.random.default_rng((seed, 1))
    counts = np.arange(N, 0, -1) + 100
    drawn = [
        EmbeddingSpace(
            _words(),
            truth.vectors + noise * rng.normal(size=truth.vectors.shape),
            counts,
            {"name": name, "model": name, "role": ""},
        )
        for name, noise in NOISES.items()
    ]
    floor = {"name": "untrained", "model": "untrained", "role": "floor"}
    noise = rng.normal(size=truth.vectors.shape)
    return [*drawn, EmbeddingSpace(_words(), noise, counts, floor)]


def tested(seed: int) -> pd.DataFrame:
    """Give the planned tests of a comparison of drawn spaces."""
    truth = world(seed)
    compared = spaces(truth, seed)
    strata = strata_of(compared)
    protocol = ProtocolOptions(transforms=("raw",))
    found = [
        number
        for space in compared
        for number in numbers(
            ask(
                space,
                "raw",
                truth.judgments,
                protocol,
                seed,
                quantities=TESTED,
                company=[truth.company],
            ),
            TESTED,
            is_first=True,
        )
    ]
    tests = differences(found, declared(compared), transform="raw", words=headline_words(strata))
    return tests[tests["is_planned"]]


WHAT = ["quantity", "method", "candidates", "judgments", "space", "reference"]


@dataclass(frozen=True)
class Said:
    """How often, over seeds, each statement was false, and what was said of two equal models.

    Attributes
    ----------
    false : Counter
        By statement: seeds in which spaces that are equal were told apart, or told apart the wrong
        way round, or called alike that differ by their margin or more.
    n_told_apart : int
        Seeds in which any quantity told "one" and "again" apart.
    n_without_gates : int
        Seeds in which p adjusted for its family alone would have told them apart.
    n_alike : int
        Seeds in which some quantity found them alike.
    """

    n_seeds: int
    false: Counter[tuple[str, ...]]
    n_told_apart: int
    n_without_gates: int
    n_alike: int


def said(by_seed: Sequence[pd.DataFrame]) -> Said:
    """Judge comparisons from several seeds; the truth of a difference is its mean over them all."""
    every = pd.concat(by_seed)
    truths = every.groupby(WHAT)["value"].mean()
    false: Counter[tuple[str, ...]] = Counter()
    n_told_apart = n_without_gates = n_alike = 0
    for tests in by_seed:
        of_equals = tests[_are_equal(tests)]
        n_told_apart += bool(of_equals["holds"].any())
        in_family = tests.groupby(WHAT[:3], dropna=False)["p"].transform(lambda p: holm(p.tolist()))
        n_without_gates += bool((in_family[of_equals.index] < LEVEL).any())
        n_alike += bool(of_equals["alike"].any())
        for row in tests.itertuples():
            key = tuple(getattr(row, name) for name in WHAT)
            is_equal = {row.space, row.reference} == {"one", "again"}
            truth = 0.0 if is_equal else truths[key]
            is_wrong = row.holds and (is_equal or row.value * truth < 0)
            false[key] += int(is_wrong or (row.alike and abs(truth) >= row.margin))
    return Said(len(by_seed), false, n_told_apart, n_without_gates, n_alike)


def _are_equal(tests: pd.DataFrame) -> pd.Series:
    found: pd.Series = tests["space"].isin(["one", "again"]) & tests["reference"].isin(
        ["one", "again"]
    )
    return found


def main(n_seeds: int) -> None:
    """Print the lines of docs/statistics.md."""
    with lanes() as processes:
        found = said([*processes.map(tested, range(n_seeds))])
    worst, n_false = found.false.most_common(1)[0]
    print(f"{len(found.false)} statements, {n_seeds} seeds")
    print(f"most often false: {' '.join(filter(None, worst))}, {n_false} seeds")
    print(f"two trainings of one model told apart: {found.n_told_apart} seeds")
    print(f"adjusted for the family alone: {found.n_without_gates} seeds")
    print(f"found alike by some quantity: {found.n_alike} seeds")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
