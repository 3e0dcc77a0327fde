"""Representational similarity analysis: whether two spaces find the same word pairs alike.

    RSA = Spearman's ρ between the cosines of all word pairs in one space and in the other

(Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience 2). The pairs grow with the
square of the words, so that a sample of words is taken where there are many.

Range: −1 to 1; larger is more alike, 0 is unrelated. Ties get their mean rank. Unchanged by
rotation and by scaling words; changed by moving the origin (centre both spaces first, or neither).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from compare.errors import InputError
from compare.measures.likeness import Likeness, PairMeasure, read_likeness
from compare.measures.quantity import Quantity
from compare.spaces.space import EmbeddingSpace

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
    if max_words < 3:
        raise InputError(f"max_words must be at least 3; found {max_words}")
    found = _over(max_words).between(first, second, seed=seed)
    rows = first.sampled_rows(max_words, seed=seed)
    n = len(rows)
    others = ~np.eye(n, dtype=bool)
    x, y = (_cosines(space, rows)[others].reshape(n, n - 1) for space in (first, second))
    return replace(found, scores=row_correlations(x, y))


class _Ranks(NamedTuple):
    """Ranks of the cosines of all word pairs, their mean taken off: (n, n), 0 on the diagonal."""

    ranks: np.ndarray
    n_missing: int


def _over(max_words: int) -> PairMeasure:
    return PairMeasure(
        lambda space, seed: _ranked(space, space.sampled_rows(max_words, seed=seed)),
        _compared,
        _shuffled,
        used=lambda space, seed: space.sampled_rows(max_words, seed=seed),
        at_least=3,
    )


def _ranked(space: EmbeddingSpace, rows: np.ndarray) -> _Ranks:
    from scipy.stats import rankdata

    above = np.triu_indices(len(rows), k=1)
    ranks = rankdata(_cosines(space, rows)[above])
    square = np.zeros((len(rows), len(rows)))
    square[above] = ranks - ranks.mean()
    return _Ranks(square + square.T, len(space) - len(rows))


def _compared(x: _Ranks, y: _Ranks) -> Likeness:
    lengths = _lengths(x, y)
    value = np.vdot(x.ranks, y.ranks) / lengths if lengths > 0 else float("nan")
    return Likeness(float(value), len(x.ranks), x.n_missing)


def _lengths(x: _Ranks, y: _Ranks) -> float:
    return float(np.sqrt(np.vdot(x.ranks, x.ranks) * np.vdot(y.ranks, y.ranks)))


def _shuffled(x: _Ranks, y: _Ranks, orders: np.ndarray) -> np.ndarray:
    lengths, ranks = _lengths(x, y) or float("nan"), y.ranks
    products = [np.vdot(x.ranks, ranks.take(o, axis=0).take(o, axis=1)) for o in orders]
    return np.array(products) / lengths


def row_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Spearman's ρ of each row, NaN where a row does not vary; two arrays (n, m) → (n,)."""
    from scipy.stats import rankdata

    x, y = rankdata(x, axis=1), rankdata(y, axis=1)
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho: np.ndarray = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return rho


def _cosines(space: EmbeddingSpace, rows: np.ndarray) -> np.ndarray:
    vectors = space.unit_vectors[rows].astype(np.float64)
    # Rounded, so that equal pairs tie: a product gives them sums that differ in the last bits.
    cosines: np.ndarray = np.round(vectors @ vectors.T, 7)
    return cosines


RSA = Quantity(
    key="likeness",
    method="RSA",
    asks="pair",
    measure=_over(RANKED_WORDS),
    read=read_likeness,
    title="RSA",
    says="Spearman's ρ of all cosines among 250 words (or all, of fewer) in one space with those "
    "in the other.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(-1, 1),
    unchanged="rotation scale lengths order",
    equation="ρ(cosines of all word pairs in A, in B)",
    paper="Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience 2",
)
