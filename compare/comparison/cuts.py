"""What a cut of the vocabulary does to a score.

A cut keeps the first, most frequent words. It drops questions and pairs with a rare word, and it
takes candidates out of the way of the right answers: both flatter, so that accuracies at 30,000
and at 300,000 words cannot be set side by side (gensim's default cut is the latter, most published
figures used the former). A score is therefore shown for growing cuts, with the items that each
could use.

Each cut is scored as a space of its own would be; the whole space has its answers already. Where
every cut at least doubles the one before, all together cost less than twice the largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from compare.comparison.quantities import main_quantities
from compare.comparison.scores import AskedSpace
from compare.errors import InputError
from compare.measures.quantity import ALL, Asked, Quantity
from compare.spaces.space import EmbeddingSpace

CUTS = (5_000, 10_000, 30_000)
"""Words kept; the whole space stands behind them."""

CUT_COLUMNS = ["space", "quantity", "judgments", "n_words", "value", "n", "n_missing"]


@dataclass(frozen=True)
class CutScore:
    """A score over the first words of a space.

    Attributes
    ----------
    n_words : int
        Words kept.
    value : float
        The accuracy or correlation; NaN where no item could be used.
    """

    n_words: int
    value: float
    n_used: int
    n_missing: int


def scores_by_cut(asked: AskedSpace) -> pd.DataFrame:
    """Score a space over its most frequent words alone, for growing cuts.

    The main quantities of analogies and of similarity. A cut drops questions with rare words and
    rivals of the right answers: both flatter.
    """
    space = asked.space.name
    rows = [
        (space, quantity.key, one.judgments.name, c.n_words, c.value, c.n_used, c.n_missing)
        for quantity in main_quantities()
        if quantity.asks in ("analogies", "similarity")
        for one in asked.asked(quantity)
        if one.stratum is None
        for c in score_by_cut(one, quantity)
    ]
    return pd.DataFrame(rows, columns=CUT_COLUMNS)


def score_by_cut(
    asked: Asked, quantity: Quantity, *, cuts: Sequence[int] = CUTS
) -> tuple[CutScore, ...]:
    """Take a quantity for growing cuts and for the whole space.

    Parameters
    ----------
    asked : Asked
        The whole space, and analogies or similarity.
    quantity : Quantity
        Of these.
    cuts : sequence of int
        Words to keep, rising, each at least 1; those beyond the space are left out.

    Raises
    ------
    InputError
        If the cuts do not rise.
    """
    scores = []
    methods = (quantity.method,)
    cut = [replace(asked, space=part, methods=methods) for part in _parts(asked.space, cuts)]
    for one in (*cut, asked):
        scored = quantity.read(one.once(quantity.measure))[ALL]
        scores.append(CutScore(len(one.space), scored.value, scored.n_used, scored.n_missing))
    return tuple(scores)


def _parts(space: EmbeddingSpace, cuts: Sequence[int]) -> list[EmbeddingSpace]:
    if list(cuts) != sorted(set(cuts)) or any(cut < 1 for cut in cuts):
        raise InputError(f"cuts of a vocabulary must rise from 1 on; found {list(cuts)}")
    return [space.restricted(space.words[:cut]) for cut in cuts if cut < len(space)]
