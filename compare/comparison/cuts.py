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

from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet
from compare.judgments.judgments import Judgments
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.analogies import Candidates, score_analogies
from compare.measures.analogy_methods import Method
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace

CUTS = (5_000, 10_000, 30_000)
"""Words kept; the whole space stands behind them."""


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


def analogies_by_cut(
    space: EmbeddingSpace,
    analogies: AnalogySet,
    *,
    method: Method = "3CosAdd",
    candidates: Candidates = "excluded",
    cuts: Sequence[int] = CUTS,
    seed: int = 0,
) -> tuple[CutScore, ...]:
    """Take the accuracy over all questions (micro) for growing cuts and for the whole space.

    Parameters
    ----------
    cuts : sequence of int
        Words to keep, rising, each at least 1; those beyond the space are left out.
    seed : int
        Of the random words that LRCos learns from.

    Raises
    ------
    InputError
        If the cuts do not rise, or the method is unknown.
    """
    scores = []
    for part in _parts(space, cuts):
        found = score_analogies(part, analogies, methods=[method], seed=seed)[method]
        accuracy = found.accuracy(candidates)
        scores.append(CutScore(len(part), accuracy, found.n_used, found.n_missing))
    return tuple(scores)


def similarity_by_cut(
    space: EmbeddingSpace, judgments: SimilaritySet, *, cuts: Sequence[int] = CUTS
) -> tuple[CutScore, ...]:
    """Take Spearman's ρ for growing cuts and for the whole space.

    Parameters
    ----------
    cuts : sequence of int
        As of :func:`analogies_by_cut`.

    Raises
    ------
    InputError
        If the cuts do not rise.
    """
    scores = []
    for part in _parts(space, cuts):
        found = score_similarity(part, judgments)
        scores.append(CutScore(len(part), found.value, found.n_used, found.n_missing))
    return tuple(scores)


def _parts(space: EmbeddingSpace, cuts: Sequence[int]) -> list[EmbeddingSpace]:
    if list(cuts) != sorted(set(cuts)) or any(cut < 1 for cut in cuts):
        raise InputError(f"cuts of a vocabulary must rise from 1 on; found {list(cuts)}")
    parts = [space.restricted(space.words[:cut]) for cut in cuts if cut < len(space)]
    return [*parts, space]


CUT_COLUMNS = ["space", "measure", "judgments", "n_words", "value", "n_used", "n_missing"]


def scores_by_cut(spaces: Sequence[EmbeddingSpace], judgments: Judgments) -> pd.DataFrame:
    """Score spaces over their most frequent words alone, for growing cuts.

    A cut drops questions with rare words and rivals of the right answers: both flatter.
    """
    rows = []
    for space in spaces:
        found = [
            ("analogies", one.name, analogies_by_cut(space, one)) for one in judgments.analogies
        ]
        found += [
            ("similarity", one.name, similarity_by_cut(space, one)) for one in judgments.similarity
        ]
        rows += [
            (space.name, measure, name, cut.n_words, cut.value, cut.n_used, cut.n_missing)
            for measure, name, cuts in found
            for cut in cuts
        ]
    return pd.DataFrame(rows, columns=CUT_COLUMNS)
