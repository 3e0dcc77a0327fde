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

import numpy as np

from compare.measures.likeness import Likeness, both, check_same_words, read_likeness
from compare.measures.quantity import Asked, Quantity
from compare.spaces.space import EmbeddingSpace


def linear_cka(first: EmbeddingSpace, second: EmbeddingSpace) -> Likeness:
    """Take the debiased linear CKA of two spaces over the same words.

    Raises
    ------
    InputError
        If the spaces have different words or fewer than four.
    """
    check_same_words(first, second, at_least=4)
    x, y = _centred(first), _centred(second)
    alike = _unbiased_hsic(x, y)
    own = _unbiased_hsic(x, x), _unbiased_hsic(y, y)
    # Without variance there is nothing to be alike in. A little below zero is rounding, or words
    # whose directions all differ from each other as noise does.
    value = alike / np.sqrt(own[0] * own[1]) if min(own) > 0 else float("nan")
    return Likeness(float(value), len(first))


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


def cka_of(asked: Asked) -> Likeness:
    """Take the linear CKA of two spaces as they are asked."""
    return linear_cka(*both(asked))


LINEAR_CKA = Quantity(
    key="likeness",
    method="linear CKA",
    asks="pair",
    measure=cka_of,
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
