"""Linear centred kernel alignment, debiased: whether spaces have the same similarity structure.

    CKA(X, Y) = HSIC(X, Y) / √(HSIC(X, X) · HSIC(Y, Y))

with the unbiased estimate of HSIC (Song et al. 2012, JMLR 13; Nguyen et al. 2021). For column
means taken off, row norms x_i², y_i² and n words it is, up to a constant that cancels,

    ‖XᵀY‖² − n / (n − 2) · Σ x_i² y_i² + Σ x_i² · Σ y_i² / ((n − 1)(n − 2))

(Kornblith et al. 2019, arXiv:1905.00414, in terms of features: no n × n matrix is made). The plain
estimate goes to 1 for any two spaces when dimensions near the number of words; this one has mean
near 0 for unrelated spaces, and can fall below. Few words of great length can rule it.

Range: up to 1; larger is more alike. Unchanged by rotation, by scaling a whole space and by moving
it; changed by other linear maps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.measures.likeness import Likeness, PairMeasure, read_likeness, shuffled_rows
from compare.measures.quantity import Quantity
from compare.spaces.space import EmbeddingSpace


def linear_cka(first: EmbeddingSpace, second: EmbeddingSpace) -> Likeness:
    """Take the debiased linear CKA of two spaces over the same words.

    Raises
    ------
    InputError
        If the spaces have different words or fewer than four.
    """
    return CKA.between(first, second)


class _Features(NamedTuple):
    """The centred vectors of a space, (n_words, dim), and its HSIC with itself."""

    centred: np.ndarray
    own: float


def _prepared(space: EmbeddingSpace, _seed: int) -> _Features:
    centred = _centred(space)
    return _Features(centred, _unbiased_hsic(centred, centred))


def _compared(x: _Features, y: _Features) -> Likeness:
    # Without variance there is nothing to be alike in. A little below zero is rounding, or words
    # whose directions all differ from each other as noise does.
    if min(x.own, y.own) <= 0:
        return Likeness(float("nan"), len(x.centred))
    value = _unbiased_hsic(x.centred, y.centred) / np.sqrt(x.own * y.own)
    return Likeness(float(value), len(x.centred))


def _shuffled(x: _Features, rng: np.random.Generator) -> _Features:
    return x._replace(centred=shuffled_rows(x.centred, rng))


def _centred(space: EmbeddingSpace) -> np.ndarray:
    vectors = space.vectors.astype(np.float64)
    vectors -= vectors.mean(axis=0)
    largest = np.abs(vectors).max()
    # Squares of squares must stay in range; what rounding leaves of equal rows is no variance.
    if largest <= 1e-7 * np.abs(space.vectors).max():
        return np.zeros_like(vectors)
    centred: np.ndarray = vectors / largest
    return centred


def _unbiased_hsic(x: np.ndarray, y: np.ndarray) -> float:
    """Estimate HSIC times n (n − 3) from centred features."""
    n = len(x)
    x_squared, y_squared = (x**2).sum(axis=1), (y**2).sum(axis=1)
    crossed = float(((x.T @ y) ** 2).sum())
    return float(
        crossed
        - n / (n - 2) * (x_squared @ y_squared)
        + x_squared.sum() * y_squared.sum() / ((n - 1) * (n - 2))
    )


CKA = PairMeasure(_prepared, _compared, _shuffled, at_least=4)

LINEAR_CKA = Quantity(
    key="likeness",
    method="linear CKA",
    asks="pair",
    measure=CKA,
    read=read_likeness,
    title="linear CKA",
    says="Whether two spaces find the same words alike, by inner products of centred vectors.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(-np.inf, 1),
    unchanged="rotation scale shift order",
    equation="CKA = HSIC(X, Y) / √(HSIC(X, X) · HSIC(Y, Y)), unbiased",
    paper="Kornblith et al. 2019, ICML (arXiv:1905.00414)",
)
