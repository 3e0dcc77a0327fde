"""Single answers of a sweep's cells, by item: what tests of options are made of.

Cells differ in the words that their spaces share, so settings are compared on the items that every
cell has. Runs keep the answers to analogies, the cosines of rated pairs, and how each word's
neighbours stand to it; other quantities of a sweep have a spread over seeds alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.quantities import quantity_of
from compare.measures.company_of_neighbours import AROUND, IN_PLACE
from compare.measures.quantity import Quantity
from compare.measures.similarity import SPEARMAN
from compare.uncertainty import Estimate, PairOutcomes, RatedPairs, RelationPairs, UnitMean
from experiments.results.run_folder import read_run_table


@dataclass(frozen=True)
class Itemised:
    """A quantity of which runs keep the answer to every item.

    Attributes
    ----------
    table : str
        That holds them.
    names, values : tuple of str
        Its columns that name an item, and that an answer is.
    units : callable
        Tells which units the item of a name is made of.
    estimate : callable
        Takes the score over items.
    """

    quantity: Quantity
    table: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    units: Callable[[Any], tuple[str, ...]]
    estimate: Callable[[pd.DataFrame], Estimate]


class Question(NamedTuple):
    """What items answer: a quantity, and the judgments that it is of."""

    of: Itemised
    judgments: str

    @property
    def quantity(self) -> Quantity:
        """The quantity that is made of the items."""
        return self.of.quantity

    @property
    def title(self) -> str:
        """What the quantity is called, of these judgments."""
        return title_of(self.quantity, self.judgments)


def title_of(quantity: Quantity, judgments: str) -> str:
    """Name a quantity for readers, with the judgments that it is of."""
    of = "neighbours " if quantity.asks == "company" else ""
    return of + quantity.title.replace("{judgments}", judgments)


@dataclass(frozen=True)
class Answers:
    """The items of one space in one cell, indexed by what names them.

    Attributes
    ----------
    seed : int
        Of the cell.
    n_words : int
        Words that its spaces share.
    """

    question: Question
    items: pd.DataFrame
    seed: int = 1
    n_words: int = 0

    def estimate(self, keys: pd.Index) -> Estimate:
        """Take the score over some of the items."""
        return self.question.of.estimate(self.items.loc[keys])


def answers_of(run: Path, seed: int) -> Iterator[tuple[str, Answers]]:
    """Read the answers of every space in a run folder, in the first transform.

    Raises
    ------
    InputError
        If a table is damaged.
    """
    read = cache(read_run_table)
    n_words = int(read(run, "coverage")["n_shared"].iloc[0])
    for one in ITEMISED:
        found = read(run, one.table)
        if not len(found):
            continue
        found = found[found["transform"] == found["transform"].iloc[0]]
        if "method" in found:
            found = found[found["method"] == one.quantity.method]
        for (space, judgments), rows in found.groupby(["space", "judgments"], sort=False):
            items = rows.set_index(list(one.names))[list(one.values)]
            items = items[~items.index.duplicated()]  # a question that comes twice is one item
            yield str(space), Answers(Question(one, str(judgments)), items, seed, n_words)


def common_items(answers: Sequence[Answers]) -> pd.Index:
    """List the items that all have, in the order of the first."""
    keys = answers[0].items.index
    for one in answers[1:]:
        keys = keys[keys.isin(one.items.index)]
    return keys


def half_of(keys: pd.Index, question: Question, half: int) -> pd.Index:
    """Keep the items of one half, 0 or 1, which has no unit with the other in common.

    An item whose units are of different halves is of neither.
    """
    units = question.of.units
    is_of = [all(zlib.crc32(unit.encode()) & 1 == half for unit in units(key)) for key in keys]
    return keys[np.array(is_of, dtype=bool)]


def _of_words(items: pd.DataFrame) -> Estimate:
    return UnitMean.of(items.iloc[:, 0].to_numpy())


def _of_rated(items: pd.DataFrame) -> Estimate:
    numbers: dict[str, int] = {}
    words = [[numbers.setdefault(word, len(numbers)) for word in pair] for pair in items.index]
    of_pairs = np.array(words, dtype=np.int64).reshape(-1, 2)
    return RatedPairs.of(items["cosine"].to_numpy(), items["rating"].to_numpy(), of_pairs)


def _of_analogies(items: pd.DataFrame) -> Estimate:
    is_right = items["rank_excluded"].to_numpy() == 1
    relations: dict[str, list[tuple[tuple[str, str], tuple[str, str], bool]]] = {}
    for (relation, a, b, c, d), right in zip(items.index, is_right, strict=True):
        relations.setdefault(relation, []).append(((a, b), (c, d), bool(right)))
    return RelationPairs.of([_outcomes(asked) for asked in relations.values()])


def _outcomes(asked: Sequence[tuple[tuple[str, str], tuple[str, str], bool]]) -> PairOutcomes:
    numbers: dict[tuple[str, str], int] = {}
    for first, second, _ in asked:
        numbers.setdefault(first, len(numbers))
        numbers.setdefault(second, len(numbers))
    n_correct, n_asked = np.zeros((2, len(numbers), len(numbers)))
    for first, second, right in asked:
        n_asked[numbers[first], numbers[second]] += 1
        n_correct[numbers[first], numbers[second]] += right
    return PairOutcomes(n_correct, n_asked, tuple(numbers))


def _pairs_of_question(key: tuple[str, str, str, str, str]) -> tuple[str, str]:
    _, a, b, c, d = key
    return f"{a} {b}", f"{c} {d}"


ITEMISED = (
    *(
        Itemised(quantity, "company_scores", ("word",), (column,), lambda word: (word,), _of_words)
        for quantity, column in ((AROUND, "around"), (IN_PLACE, "in_place"))
    ),
    Itemised(
        quantity_of("analogies", "3CosAdd", "excluded"),
        "analogy_scores",
        ("relation", "a", "b", "c", "answer"),
        ("rank_excluded",),
        _pairs_of_question,
        _of_analogies,
    ),
    Itemised(
        SPEARMAN,
        "similarity_scores",
        ("first", "second"),
        ("cosine", "rating"),
        lambda words: words,
        _of_rated,
    ),
)


def question_of(quantity: str, method: str, judgments: str) -> Question:
    """Find the question that a row of a sweep's tables is of, by the columns of these names."""
    for one in ITEMISED:
        if (one.quantity.key, one.quantity.method) == (quantity, method):
            return Question(one, judgments)
    raise KeyError((quantity, method))
