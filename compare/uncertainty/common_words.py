"""Items that have words in common deviate together: what that adds to a variance.

With φᵢ what item i adds to a value (its influence over the number of items),

    variance = Σ over words w (Σ over items i of w φᵢ)² − Σ over items φᵢ²

(dyadic-robust: Aronow, Samii & Assenova 2015, Political Analysis 23). Of items without a common
word it is Σ φᵢ².
"""

from __future__ import annotations

import numpy as np


def variance_over_words(added: np.ndarray, words: np.ndarray) -> float:
    """Give the variance of a sum over items that share words; it can fall below 0.

    Parameters
    ----------
    added : ndarray of float64, shape (n_items,)
        What each item adds.
    words : ndarray of int64, shape (n_items, 2)
        Numbers of each item's two words, from 0 on.
    """
    of_words = np.zeros(int(words.max(initial=-1)) + 1)
    is_two = words[:, 0] != words[:, 1]
    np.add.at(of_words, words[:, 0], added)
    np.add.at(of_words, words[is_two, 1], added[is_two])
    return float((of_words**2).sum() - (added[is_two] ** 2).sum())
