"""Rank-biased overlap: how alike two rankings are, the top counting most.

With A_d the share that the first d of both lists have in common, and lists of k,

    RBO = A_k p^k + (1 − p) / p · Σ_{d=1..k} A_d p^d

(Webber, Moffat & Zobel 2010, ACM TOIS 28, equation 32 for lists of equal length: what lies below
the lists is taken to agree as the lists do at their end). p is the chance that a reader goes on to
the next place: with p = 0.9 the first ten places carry 86 % of the weight.

Range: 0 (nothing in common) to 1 (the same words in the same order).
"""

from __future__ import annotations

import numpy as np

from compare.errors import InputError
from compare.measures.neighbours import Neighbours


def rank_biased_overlap(first: Neighbours, second: Neighbours, *, p: float = 0.9) -> np.ndarray:
    """Compare the neighbours of each word in two spaces with the same rows.

    Parameters
    ----------
    first, second : Neighbours
        Of the same words, equally many each.
    p : float
        Above 0 and below 1; larger looks deeper.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        NaN where there are no neighbours.

    Raises
    ------
    InputError
        If the words or the numbers of neighbours differ, or ``p`` is out of range.
    """
    if first.words != second.words or first.rows.shape != second.rows.shape:
        raise InputError(
            "neighbours to compare must be of the same words and equally many; found "
            f"{first.rows.shape} and {second.rows.shape}"
        )
    if not 0 < p < 1:
        raise InputError(f"p must lie between 0 and 1; found {p}")
    n_words, k = first.rows.shape
    if k == 0:
        return np.full(n_words, np.nan)
    # A word at place i of one list and j of the other is in common from depth max(i, j) on.
    same = first.rows[:, :, None] == second.rows[:, None, :]  # (n_words, k, k)
    places = np.arange(k)
    joined_at = np.maximum(places[:, None], places[None, :])
    n_new = np.zeros((n_words, k))
    for depth in range(k):
        n_new[:, depth] = (same & (joined_at == depth)).sum(axis=(1, 2))
    agreement = n_new.cumsum(axis=1) / (places + 1)  # A_d, (n_words, k)
    weights = p ** (places + 1)
    overlap: np.ndarray = agreement[:, -1] * weights[-1] + (1 - p) / p * (agreement @ weights)
    return overlap
