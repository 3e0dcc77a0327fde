"""Representational similarity analysis: whether two spaces find the same word pairs alike.

    RSA = Spearman's ρ between the cosines of all word pairs in one space and in the other

(Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience 2). The pairs grow with the
square of the words, so that a sample of words is taken where there are many.

Range: −1 to 1; larger is more alike, 0 is unrelated. Ties get their mean rank. Unchanged by
rotation and by scaling words; changed by moving the origin (centre both spaces first, or neither).
"""

from __future__ import annotations

import numpy as np

from compare.errors import InputError
from compare.measures.likeness import Likeness, both, check_same_words, read_likeness
from compare.measures.quantity import Asked, Quantity
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import row_correlations

RANKED_WORDS = 250
"""Words of a comparison's pair of spaces whose cosines are all ranked."""


def similarity_correlation(
    first: EmbeddingSpace,
    second: EmbeddingSpace,
    *,
    max_words: int = 2000,
    seed: int = 0,
) -> Likeness:
    """Correlate the cosines of word pairs in two spaces over the same words.

    Parameters
    ----------
    max_words : int
        At least 3. Of more words this many are drawn uniformly; the rest counts as missing.
    seed : int
        Of that draw.

    Returns
    -------
    Likeness
        ``scores`` has, for each word used, ρ between its cosines with all others.

    Raises
    ------
    InputError
        If the spaces have different words or fewer than three.
    """
    check_same_words(first, second, at_least=3)
    if max_words < 3:
        raise InputError(f"max_words must be at least 3; found {max_words}")
    rows = first.sampled_rows(max_words, seed=seed)
    n = len(rows)
    x, y = (_cosines(space.unit_vectors[rows]) for space in (first, second))
    above = np.triu_indices(n, k=1)
    others = ~np.eye(n, dtype=bool)
    scores = row_correlations(x[others].reshape(n, n - 1), y[others].reshape(n, n - 1))
    value = float(row_correlations(x[above][None], y[above][None])[0])
    return Likeness(value, n, len(first) - n, scores)


def _cosines(unit: np.ndarray) -> np.ndarray:
    vectors = unit.astype(np.float64)
    # Rounded, so that equal pairs tie: a product gives them sums that differ in the last bits.
    cosines: np.ndarray = np.round(vectors @ vectors.T, 7)
    return cosines


def rsa_of(asked: Asked) -> Likeness:
    """Correlate two spaces over a sample of their words: all pairs of these are ranked."""
    return similarity_correlation(*both(asked), max_words=RANKED_WORDS, seed=asked.seed)


RSA = Quantity(
    key="likeness",
    method="RSA",
    asks="pair",
    measure=rsa_of,
    read=read_likeness,
    title="RSA",
    says="Spearman's ρ of all cosines among 250 words in one space with those in the other.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(-1, 1),
    unchanged="rotation scale lengths order",
    equation="ρ(cosines of all word pairs in A, in B)",
    paper="Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience 2",
)
