"""The nearest rows of unit vectors: equal cosines keep their order, the same on every machine."""

from __future__ import annotations

import numpy as np

from compare.spaces.distinct import DistinctVectors
from compare.spaces.inner_products import largest_products


def nearest_rows(
    distinct: DistinctVectors,
    rows: np.ndarray,
    k: int,
    *,
    queries: np.ndarray | None = None,
    keys: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k nearest rows of each row, never the row itself.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
        Rows asked about.
    k : int
        1 to the number of rows, less one.
    queries, keys : ndarray of float32, shape (n_distinct, any), optional
        What products are taken of; the unit vectors by default.

    Returns
    -------
    (ndarray of int64, ndarray of float32), each of shape (n, k)
        Rows, the nearest first, and products with them, taken in float64 and rounded.
    """
    queries = distinct.unit if queries is None else queries
    keys = distinct.unit if keys is None else keys
    asked, place_of = np.unique(distinct.column_of[rows], return_inverse=True)
    if distinct.all_differ:  # columns are words
        found, scores = largest_products(queries[asked], keys, k, own=asked)
        return found[place_of], scores[place_of]
    # The words nearest are those of the nearest vectors; one may have only the word itself.
    columns, scores = largest_products(queries[asked], keys, min(k + 1, len(keys)))
    return _words_of(distinct, rows, columns[place_of], scores[place_of], k)


def _words_of(
    distinct: DistinctVectors, rows: np.ndarray, columns: np.ndarray, scores: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """List the k nearest words from the k + 1 nearest vectors of each of some rows."""
    words_by_column = np.argsort(distinct.column_of, kind="stable")
    n_listed = np.minimum(distinct.n_words_of, k + 1)  # more of one vector are never needed
    starts = np.cumsum(distinct.n_words_of) - distinct.n_words_of
    found = np.empty((len(rows), k), dtype=np.int64)
    found_scores = np.empty((len(rows), k), dtype=np.float32)
    for number, (row, near) in enumerate(zip(rows, columns, strict=True)):
        words = np.concatenate([words_by_column[starts[c] : starts[c] + n_listed[c]] for c in near])
        of_words = np.repeat(scores[number], n_listed[near])
        others = words != row
        words, of_words = words[others], of_words[others]
        order = np.lexsort((words, -of_words))[:k]
        found[number], found_scores[number] = words[order], of_words[order]
    return found, found_scores
