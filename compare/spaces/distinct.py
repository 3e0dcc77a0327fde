"""Words with equal unit vectors, put together, so that their cosines are equal to the last bit.

A float32 matrix product rounds equal columns differently, by their place in the matrix. Where ties
are counted (ranks) or kept in order (neighbours), a product is therefore taken with the different
vectors only, and every word reads the column of its vector. Mean-pooled words made of the same
pieces have equal vectors, and so do all zero vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_FIRST = 8


@dataclass(frozen=True)
class DistinctVectors:
    """The different unit vectors of a space, in order of first appearance.

    Attributes
    ----------
    unit : ndarray of float32, shape (n_distinct, dim)
    column_of : ndarray of int64, shape (n_words,)
        Which of them each word has.
    n_words_of : ndarray of int64, shape (n_distinct,)
        How many words have each.
    first_row_of : ndarray of int64, shape (n_distinct,)
        The first word that has each.
    """

    unit: np.ndarray
    column_of: np.ndarray
    n_words_of: np.ndarray
    first_row_of: np.ndarray

    @property
    def all_differ(self) -> bool:
        """Whether no two words have equal unit vectors: columns are words."""
        return len(self.unit) == len(self.column_of)


def distinct_vectors(unit: np.ndarray) -> DistinctVectors:
    """Find the different ones among unit vectors, float32 (n_words, dim).

    >>> distinct_vectors(np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32)).column_of
    array([0, 1, 0])
    """
    # Vectors whose first numbers differ, differ: mostly all do, and no row is looked at as a whole.
    bits = _without_signs(unit[:, :_FIRST]).view(np.uint32)
    odd = np.multiply.accumulate(np.full(bits.shape[1], 0x9E3779B97F4A7C15, dtype=np.uint64))
    hashes = np.einsum("nd,d->n", bits, odd, dtype=np.uint64, casting="safe")
    hashes.sort()  # faster than counting the different ones
    if (hashes[1:] != hashes[:-1]).all():
        every = np.arange(len(unit))
        return DistinctVectors(unit, every, np.ones_like(every), every)
    columns: dict[bytes, int] = {}
    column_of = np.fromiter(
        (columns.setdefault(row.tobytes(), len(columns)) for row in _without_signs(unit)),
        dtype=np.int64,
        count=len(unit),
    )
    _, first_row, n_words_of = np.unique(column_of, return_index=True, return_counts=True)
    return DistinctVectors(unit[first_row], column_of, n_words_of, first_row)


def _without_signs(unit: np.ndarray) -> np.ndarray:
    """Turn −0 into 0: equal numbers get equal bytes."""
    unsigned: np.ndarray = unit + np.float32(0)
    return unsigned
