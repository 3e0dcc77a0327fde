"""What a cut of the vocabulary does to a score.

A cut keeps the first, most frequent words. It drops questions and pairs with a rare word, and it
takes candidates out of the way of the right answers: both flatter, so that accuracies at 30,000
and at 300,000 words cannot be set side by side (gensim's default cut is the latter, most published
figures used the former). A score is therefore shown for growing cuts, with the items that each
could use.

Each cut is scored as a space of its own would be. Where every cut at least doubles the one before,
all together cost less than twice the largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from compare.comparison.quantities import main_quantities
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet
from compare.judgments.judgments import Judgments
from compare.judgments.similarity_sets import SimilaritySet
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


def scores_by_cut(
    spaces: Sequence[EmbeddingSpace], judgments: Judgments, *, seed: int = 0
) -> pd.DataFrame:
    """Score spaces over their most frequent words alone, for growing cuts.

    The main quantities of analogies and of similarity. A cut drops questions with rare words and
    rivals of the right answers: both flatter.
    """
    sets: dict[str, Sequence[AnalogySet | SimilaritySet]] = {
        "analogies": judgments.analogies,
        "similarity": judgments.similarity,
    }
    asked = [(q, one) for q in main_quantities() for one in sets.get(q.asks, ())]
    rows = [
        (space.name, quantity.key, one.name, cut.n_words, cut.value, cut.n_used, cut.n_missing)
        for space in spaces
        for quantity, one in asked
        for cut in score_by_cut(space, quantity, one, seed=seed)
    ]
    return pd.DataFrame(rows, columns=CUT_COLUMNS)


def score_by_cut(
    space: EmbeddingSpace,
    quantity: Quantity,
    judgments: AnalogySet | SimilaritySet,
    *,
    cuts: Sequence[int] = CUTS,
    seed: int = 0,
) -> tuple[CutScore, ...]:
    """Take a quantity for growing cuts and for the whole space.

    Parameters
    ----------
    quantity : Quantity
        Of analogies or similarity, as the judgments are.
    cuts : sequence of int
        Words to keep, rising, each at least 1; those beyond the space are left out.

    Raises
    ------
    InputError
        If the cuts do not rise.
    """
    scores = []
    for part in _parts(space, cuts):
        asked = Asked(part, judgments, seed=seed, methods=(quantity.method,))
        scored = quantity.read(asked.once(quantity.measure))[ALL]
        scores.append(CutScore(len(part), scored.value, scored.n_used, scored.n_missing))
    return tuple(scores)


def _parts(space: EmbeddingSpace, cuts: Sequence[int]) -> list[EmbeddingSpace]:
    if list(cuts) != sorted(set(cuts)) or any(cut < 1 for cut in cuts):
        raise InputError(f"cuts of a vocabulary must rise from 1 on; found {list(cuts)}")
    parts = [space.restricted(space.words[:cut]) for cut in cuts if cut < len(space)]
    return [*parts, space]
