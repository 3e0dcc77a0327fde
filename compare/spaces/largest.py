"""The k largest scores of each row: exactly, or fast and with any choice among equal ones.

A partition of every row costs more than the matrix product that made it. The fast way deals the
columns into groups like cards (column j goes to group j mod n_groups) and takes the maximum of each
group, in one pass. Of k groups with the largest maxima each holds a score that no score of another
group exceeds; so k scores that none elsewhere exceeds are found by looking into those groups alone.
"""

from __future__ import annotations

import numpy as np

_GROUP = 32  # columns in a group
_WORTHWHILE = 4  # groups for each one looked into


def largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Find the columns of the k largest scores of each row.

    Parameters
    ----------
    scores : ndarray of float32 or float64, shape (n_rows, n_columns)
        No NaN.
    k : int
        0 to n_columns.

    Returns
    -------
    ndarray of int64, shape (n_rows, k)
        Largest first; of equal scores the first column first.

    Examples
    --------
    >>> largest(np.array([[0.1, 0.7, 0.3, 0.7]]), 3)
    array([[1, 3, 2]])
    """
    n_rows, n_columns = scores.shape
    if k == 0:
        return np.empty((n_rows, k), dtype=np.int64)
    some = np.sort(np.argpartition(scores, n_columns - k, axis=1)[:, n_columns - k :], axis=1)
    values = np.take_along_axis(scores, some, axis=1)
    top = np.take_along_axis(some, np.argsort(-values, axis=1, kind="stable"), axis=1)
    border = values.min(axis=1, keepdims=True)
    is_tied = np.count_nonzero(scores >= border, axis=1) > k  # others might be the first ones
    for row in np.flatnonzero(is_tied).tolist():
        candidates = np.flatnonzero(scores[row] >= border[row])
        order = np.argsort(-scores[row, candidates], kind="stable")
        top[row] = candidates[order[:k]]
    return top


def some_largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Find k columns whose scores no other column of the row exceeds.

    Parameters
    ----------
    scores : ndarray of numbers, shape (n_rows, n_columns)
        No NaN.
    k : int
        1 to n_columns.

    Returns
    -------
    ndarray of int64, shape (n_rows, k)
        The one with the smallest score stands first, the others in no order; of equal scores any.
    """
    n_rows, n_columns = scores.shape
    n_groups = n_columns // _GROUP
    if n_groups < _WORTHWHILE * k:
        return np.argpartition(scores, n_columns - k, axis=1)[:, n_columns - k :]
    n_dealt = n_groups * _GROUP
    dealt = scores[:, :n_dealt].reshape(n_rows, _GROUP, n_groups)  # a view
    peaks = dealt.max(axis=1)  # (n_rows, n_groups)
    groups = np.argpartition(peaks, n_groups - k, axis=1)[:, n_groups - k :]
    columns = np.arange(0, n_dealt, n_groups)[:, None] + groups[:, None, :]
    rest = np.broadcast_to(np.arange(n_dealt, n_columns), (n_rows, n_columns - n_dealt))
    columns = np.concatenate([columns.reshape(n_rows, -1), rest], axis=1)  # those not dealt too
    chosen = np.take_along_axis(scores, columns, axis=1)
    places = np.argpartition(chosen, chosen.shape[1] - k, axis=1)[:, -k:]
    return np.take_along_axis(columns, places, axis=1)
