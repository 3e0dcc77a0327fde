"""Similarity: whether cosines rank word pairs as people do.

Spearman's ρ between the cosine of each pair and its human rating, −1 to 1, larger is better; ties
get their mean rank. Beside it Pearson's r, which asks for a straight line. Pairs with an unknown
word are left out and counted. Unchanged by rotation and scaling of the space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from compare.judgments.similarity_sets import SimilaritySet
from compare.judgments.wordsim_parts import RELATEDNESS, SIMILARITY
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import RatedPairs

MOST_PARTS = 12
"""Labels of a column up to which it parts the pairs into groups that are scored."""


@dataclass(frozen=True)
class SimilarityScore:
    """Agreement with one set of ratings.

    Attributes
    ----------
    value : float
        Spearman's ρ; NaN with fewer than three pairs, or where all cosines are equal.
    pearson : float
        Pearson's r, −1 to 1; NaN as above.
    pairs : tuple of int
        Places in the set of the pairs used.
    cosines, ratings : ndarray of float64, shape (n_used,)
    words : ndarray of int64, shape (n_used, 2)
        Rows in the space of each pair's words.
    of_whole : ndarray of bool, shape (pairs used of the whole set,)
        Of a group: which of them are in it; else empty.
    """

    value: float
    pearson: float
    n_used: int
    n_missing: int
    pairs: tuple[int, ...]
    cosines: np.ndarray
    ratings: np.ndarray
    words: np.ndarray
    of_whole: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))


def score_similarity(space: EmbeddingSpace, judgments: SimilaritySet) -> SimilarityScore:
    """Correlate the cosines of a space with human ratings."""
    from scipy import stats

    used = [
        (place, space.index[first], space.index[second])
        for place, (first, second) in enumerate(judgments.pairs)
        if first in space and second in space
    ]
    places, first_rows, second_rows = (
        np.array(column, dtype=np.int64)
        for column in (zip(*used, strict=True) if used else [()] * 3)
    )
    unit = space.unit_vectors
    cosines = np.einsum("nd,nd->n", unit[first_rows], unit[second_rows]).astype(np.float64)
    ratings = judgments.ratings[places]
    return SimilarityScore(
        value=_correlation(stats.spearmanr, cosines, ratings),
        pearson=_correlation(stats.pearsonr, cosines, ratings),
        n_used=len(used),
        n_missing=len(judgments.pairs) - len(used),
        pairs=tuple(places.tolist()),
        cosines=cosines,
        ratings=ratings,
        words=np.column_stack([first_rows, second_rows]),
    )


def _correlation(measure: Callable[..., Any], x: np.ndarray, y: np.ndarray) -> float:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(measure(x, y).statistic)


def similarity_by_part(asked: Asked) -> dict[str, SimilarityScore]:
    """Score a set as a whole, by each of its columns of few labels (nouns …), and by group."""
    judgments: SimilaritySet = asked.judgments
    scores = {ALL: score_similarity(asked.space, judgments)}
    for column, labels in judgments.labels.items():
        if 2 <= len(set(labels)) <= MOST_PARTS:
            for part in judgments.parts(column):
                name = f"{column}: {part.labels[column][0]}"
                scores[name] = score_similarity(asked.space, part)
    for name, places in judgments.groups.items():
        score = score_similarity(asked.space, judgments.group(name))
        scores[name] = replace(score, of_whole=np.isin(scores[ALL].pairs, places))
    return scores


def _read_spearman(scores: Mapping[str, SimilarityScore]) -> dict[str, Scored]:
    return {
        part: Scored(
            score.value,
            RatedPairs.of(score.cosines, score.ratings, score.words),
            score.n_used,
            score.n_missing,
            chance=0.0,
        )
        for part, score in scores.items()
    }


def _read_difference(scores: Mapping[str, SimilarityScore]) -> dict[str, Scored]:
    """Set the similarity of a set against its relatedness, where it has these parts."""
    if not {SIMILARITY, RELATEDNESS} <= set(scores):
        return {}
    whole = scores[ALL]
    one, other = (
        RatedPairs.within(whole.cosines, whole.ratings, whole.words, scores[name].of_whole)
        for name in (SIMILARITY, RELATEDNESS)
    )
    estimate = one.minus(other)
    return {ALL: Scored(estimate.value, estimate, whole.n_used, whole.n_missing, chance=0.0)}


def _read_pearson(scores: Mapping[str, SimilarityScore]) -> dict[str, Scored]:
    score = scores[ALL]
    return {ALL: Scored(score.pearson, n_used=score.n_used, n_missing=score.n_missing)}


SPEARMAN = Quantity(
    key="similarity",
    method="Spearman",
    asks="similarity",
    measure=similarity_by_part,
    read=_read_spearman,
    title="{judgments}",
    says="Spearman's ρ between the cosines of word pairs and what people said of them.",
    section="similarity",
    unit="correlation",
    better="larger",
    bounds=(-1, 1),
    drawn="words of the pairs",
    unchanged="rotation scale lengths order",
    is_main=True,
    is_tested=True,
    equation="ρ = correlation of rank(cos(u, v)) and rank(rating)",
    paper="Spearman 1904, American Journal of Psychology 15",
)

PEARSON = Quantity(
    key="similarity",
    method="Pearson",
    asks="similarity",
    measure=similarity_by_part,
    read=_read_pearson,
    title="{judgments}, Pearson's r",
    says="Pearson's r between cosines and ratings, which asks for a straight line.",
    section="similarity",
    unit="correlation",
    better="larger",
    bounds=(-1, 1),
    unchanged="rotation scale lengths order",
    equation="r = correlation of cos(u, v) and rating",
    paper="Pearson 1895, Proceedings of the Royal Society of London 58",
)

SIMILARITY_ABOVE_RELATEDNESS = Quantity(
    key="similarity",
    method="similarity − relatedness",
    asks="similarity",
    measure=similarity_by_part,
    read=_read_difference,
    title="{judgments}, similarity above relatedness",
    says="Spearman's ρ over the pairs that tell of similarity (tiger, cat) less that over the "
    "pairs that tell of relatedness (computer, keyboard): above 0 a space is better at likeness.",
    section="similarity",
    unit="correlation",
    bounds=(-2, 2),
    drawn="words of the pairs",
    unchanged="rotation scale lengths order",
    is_tested=True,
    equation="ρ over similar and unrelated pairs − ρ over related and unrelated pairs",
    paper="Agirre et al. 2009, NAACL",
)
