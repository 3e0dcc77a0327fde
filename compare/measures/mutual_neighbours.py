"""Mutual k-nearest neighbours: whether words have the same neighbours in two spaces.

    mutual k-NN = mean over words of |N_k in A ∩ N_k in B| / k

over all shared words (Huh et al. 2024, arXiv:2405.07987, appendix A). Unlike CKA it looks at
neighbourhoods alone, so that a few words of great length do not rule it. Neighbours are found in
blocks of bounded memory; no n × n matrix is made.

Range: 0 to 1; larger is more alike; unrelated spaces reach k / (n − 1). Unchanged by rotation and
by scaling words; changed by moving the origin. Equal cosines keep the order of the words.
"""

from __future__ import annotations

from compare.measures.likeness import Likeness, both, check_same_words, read_likeness
from compare.measures.neighbours import neighbour_overlap
from compare.measures.quantity import Asked, Quantity
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


def mutual_neighbours_of(asked: Asked) -> Likeness:
    """Take the mutual 10-NN of two spaces as they are asked."""
    return mutual_neighbours(*both(asked))


MUTUAL_NEIGHBOURS = Quantity(
    key="likeness",
    method="mutual k-NN",
    asks="pair",
    measure=mutual_neighbours_of,
    read=read_likeness,
    title="mutual k-NN",
    says="The share of a word's ten nearest words that both spaces agree on.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(0, 1),
    unchanged="rotation scale lengths order",
    equation="mean of |N_k in A ∩ N_k in B| / k",
    paper="Huh et al. 2024, ICML (arXiv:2405.07987)",
)
