"""Vectors scaled to length 1, whose products are cosines."""

from __future__ import annotations

import numpy as np


def unit_rows(vectors: np.ndarray, *, shortest: float = 0.0) -> np.ndarray:
    """Scale rows to length 1; those no longer than ``shortest`` become zero.

    Parameters
    ----------
    vectors : ndarray, shape (n, dim)
        Finite.

    Returns
    -------
    ndarray of float64, shape (n, dim)

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    # In float64: squares of very large or small components leave float32.
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.where(lengths > shortest, lengths, np.inf)
    return unit
