"""Mutual k-nearest neighbours: whether words have the same neighbours in two spaces.

    mutual k-NN = mean over words of |N_k in A ∩ N_k in B| / k

over all shared words (Huh et al. 2024, arXiv:2405.07987, appendix A). Unlike CKA it looks at
neighbourhoods alone, so that a few words of great length do not rule it. Neighbours are found in
blocks of bounded memory; no n × n matrix is made.

Range: 0 to 1; larger is more alike; unrelated spaces reach k / (n − 1). Unchanged by rotation and
by scaling words; changed by moving the origin. Equal cosines keep the order of the words.
"""

from __future__ import annotations

from compare.measures.likeness import Likeness, check_same_words
from compare.measures.neighbours import neighbour_overlap
from compare.spaces.space import EmbeddingSpace


def mutual_neighbours(first: EmbeddingSpace, second: EmbeddingSpace, *, k: int = 10) -> Likeness:
    """Take the mean share of common neighbours over all words of two spaces.

    Parameters
    ----------
    k : int
        Neighbours of each word, at least 1; at most all other words.

    Returns
    -------
    Likeness
        ``scores`` has the share of each word.

    Raises
    ------
    InputError
        If the spaces have different words or a single one, or ``k`` is below 1.
    """
    check_same_words(first, second, at_least=2)
    found = neighbour_overlap(first, second, first.words, k=k)
    return Likeness(found.value, found.n_used, found.n_missing, found.scores)
