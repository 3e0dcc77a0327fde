"""Similarity: whether cosines rank word pairs as people do.

Spearman's ρ between the cosine of each pair and its human rating, −1 to 1, larger is better; ties
get their mean rank. Beside it Pearson's r, which asks for a straight line. Pairs with an unknown
word are left out and counted. Unchanged by rotation and scaling of the space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from compare.judgments.similarity_sets import SimilaritySet
from compare.spaces.space import EmbeddingSpace


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
    """

    value: float
    pearson: float
    n_used: int
    n_missing: int
    pairs: tuple[int, ...]
    cosines: np.ndarray
    ratings: np.ndarray


def score_similarity(space: EmbeddingSpace, judgments: SimilaritySet) -> SimilarityScore:
    """Correlate the cosines of a space with human ratings."""
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
    )


def _correlation(measure: Callable[..., Any], x: np.ndarray, y: np.ndarray) -> float:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(measure(x, y).statistic)
