"""Single answers of a sweep's cells, by item: what tests of options are made of.

Cells differ in the words that their spaces share, so settings are compared on the items that every
cell has. Runs keep the answers to analogies and the cosines of rated pairs; other quantities of a
sweep have a spread over seeds alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.quantities import quantity_of
from compare.measures.quantity import Quantity
from compare.uncertainty import Estimate, PairOutcomes, RatedPairs, RelationPairs
from experiments.results.run_folder import read_run_table

_IN_ITEMS = {
    "analogies": ["relation", "a", "b", "c", "answer"],
    "similarity": ["first", "second"],
}
"""Columns that name an item."""


_ANSWERS = {"analogies": ["rank_excluded"], "similarity": ["cosine", "rating"]}
"""Columns that an answer is."""


class Question(NamedTuple):
    """What items answer: a kind of judgments, and the set."""

    kind: str
    judgments: str

    @property
    def quantity(self) -> Quantity:
        """The quantity that is made of the items."""
        method = {"analogies": "3CosAdd", "similarity": "Spearman"}[self.kind]
        return quantity_of(self.kind, method, "excluded" if self.kind == "analogies" else "")

    @property
    def title(self) -> str:
        """What the quantity is called, of these judgments."""
        return title_of(self.quantity, self.judgments)


def title_of(quantity: Quantity, judgments: str) -> str:
    """Name a quantity for readers, with the judgments that it is of."""
    return quantity.title.replace("{judgments}", judgments)


@dataclass(frozen=True)
class Answers:
    """The items of one space in one cell, indexed by what names them."""

    question: Question
    items: pd.DataFrame

    def estimate(self, keys: pd.Index) -> Estimate:
        """Take the score over some of the items."""
        chosen = self.items.loc[keys]
        return _ESTIMATES[self.question.kind](chosen)


def answers_of(run: Path) -> Iterator[tuple[str, Answers]]:
    """Read the answers of every space in a run folder, in the first transform.

    Raises
    ------
    InputError
        If a table is damaged.
    """
    for kind, table in (("analogies", "analogy_scores"), ("similarity", "similarity_scores")):
        found = read_run_table(run, table)
        if not len(found):
            continue
        found = found[found["transform"] == found["transform"].iloc[0]]
        if kind == "analogies":
            found = found[found["method"] == "3CosAdd"]
        for (space, judgments), rows in found.groupby(["space", "judgments"], sort=False):
            items = rows.set_index(_IN_ITEMS[kind])[_ANSWERS[kind]]
            items = items[~items.index.duplicated()]  # a question that comes twice is one item
            yield str(space), Answers(Question(kind, str(judgments)), items)


def common_items(answers: Sequence[Answers]) -> pd.Index:
    """List the items that all have, in the order of the first."""
    keys = answers[0].items.index
    for one in answers[1:]:
        keys = keys[keys.isin(one.items.index)]
    return keys


def half_of(keys: pd.Index, kind: str, half: int) -> pd.Index:
    """Keep the items of one half, 0 or 1, which has no unit with the other in common.

    A question of analogies is made of two pairs, a rated pair of two words; where these are of
    different halves, the item is of neither.
    """
    if kind == "analogies":
        is_of = [_half(f"{a} {b}") == half == _half(f"{c} {d}") for _, a, b, c, d in keys]
    else:
        is_of = [_half(first) == half == _half(second) for first, second in keys]
    return keys[np.array(is_of, dtype=bool)]


def _half(unit: str) -> int:
    return zlib.crc32(unit.encode()) & 1


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


_ESTIMATES: dict[str, Callable[[pd.DataFrame], Estimate]] = {
    "analogies": _of_analogies,
    "similarity": _of_rated,
}
