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

from compare.measures.likeness import Likeness, PairMeasure, read_likeness
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


def _shuffled(x: _Features, y: _Features, orders: np.ndarray) -> np.ndarray:
    """Give the CKA with the rows of y in each order.

    ‖XᵀY‖² is also Σ (XXᵀ)ᵢⱼ (YYᵀ)ᵢⱼ: of many dimensions the inner products are faster to shuffle.
    """
    if min(x.own, y.own) <= 0:
        return np.full(len(orders), np.nan)
    one, other = x.centred.astype(np.float32), y.centred.astype(np.float32)
    if one.shape[1] * other.shape[1] > _WIDE * len(one):
        crossed = _crossed(one @ one.T, other @ other.T, orders)
    else:
        products = (one.T @ other[order] for order in orders)
        crossed = np.array([np.vdot(product, product) for product in products])
    n = len(x.centred)
    x_squared, y_squared = _squares(x.centred), _squares(y.centred)
    unbiased = _without_bias(crossed, y_squared[orders] @ x_squared, x_squared, y_squared, n)
    return np.asarray(unbiased / np.sqrt(x.own * y.own))


def _crossed(one: np.ndarray, other: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Take Σ oneᵢⱼ otherₖₗ, k and l the i-th and j-th of an order, for each; both are symmetric.

    Some rows at a time, which stay in the cache, and of these what is not left of the diagonal.
    """
    n = len(one)
    parts = []
    for start in range(0, n, _ROWS):
        part = one[start : start + _ROWS, start:].copy()
        part[:, _ROWS:] *= 2  # for what is left out on the other side
        parts.append(part)
    rows, taken = np.empty((2, min(_ROWS, n) * n), dtype=one.dtype)
    sums = np.zeros(len(orders))
    for number, order in enumerate(orders):
        for part, start in zip(parts, range(0, n, _ROWS), strict=True):
            of_rows = rows[: len(part) * n].reshape(-1, n)
            np.take(other, order[start : start + _ROWS], axis=0, out=of_rows, mode="clip")
            of_both = taken[: part.size].reshape(part.shape)
            np.take(of_rows, order[start:], axis=1, out=of_both, mode="clip")
            sums[number] += float(np.vdot(part, of_both))
    return sums


_ROWS = 100
"""Rows that are shuffled at a time."""

_WIDE = 50
"""Product of two spaces' dimensions, by word, from which inner products are shuffled."""


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
    x_squared, y_squared = _squares(x), _squares(y)
    crossed = ((x.T @ y) ** 2).sum()
    return float(_without_bias(crossed, x_squared @ y_squared, x_squared, y_squared, len(x)))


def _squares(x: np.ndarray) -> np.ndarray:
    squares: np.ndarray = (x**2).sum(axis=1)
    return squares


def _without_bias(
    crossed: np.ndarray, norms: np.ndarray, x_squared: np.ndarray, y_squared: np.ndarray, n: int
) -> np.ndarray:
    """Take off ‖XᵀY‖² what finite samples add; ``norms`` is Σ x_i² y_i²."""
    shift = x_squared.sum() * y_squared.sum() / ((n - 1) * (n - 2))
    unbiased: np.ndarray = crossed - n / (n - 2) * norms + shift
    return unbiased


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
