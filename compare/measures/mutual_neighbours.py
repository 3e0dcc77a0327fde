"""Mutual k-nearest neighbours: whether words have the same neighbours in two spaces.

    mutual k-NN = mean over words of |N_k in A ∩ N_k in B| / k

over all shared words (Huh et al. 2024, arXiv:2405.07987, appendix A). Unlike CKA it looks at
neighbourhoods alone, so that a few words of great length do not rule it. Neighbours are found in
blocks of bounded memory; no n × n matrix is made.

Range: 0 to 1; larger is more alike; unrelated spaces reach k / (n − 1). Unchanged by rotation and
by scaling words; changed by moving the origin. Equal cosines keep the order of the words.
"""

from __future__ import annotations

import numpy as np

from compare.measures.likeness import Likeness, PairMeasure, read_likeness
from compare.measures.neighbours import nearest, shares_in_common
from compare.measures.quantity import Quantity
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
    return _of_nearest(k).between(first, second)


def _of_nearest(k: int) -> PairMeasure:
    return PairMeasure(lambda space, _: nearest(space, space.words, k=k).rows, _compared, _shuffled)


def _compared(first: np.ndarray, second: np.ndarray) -> Likeness:
    shares = shares_in_common(first, second)
    return Likeness(float(shares.mean()), len(shares), scores=shares)


def _shuffled(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Deal vectors to words: word i gets that of word order[i], and so do its neighbours."""
    order = rng.permutation(len(near))
    word_of = np.empty_like(order)
    word_of[order] = np.arange(len(order))
    shuffled: np.ndarray = word_of[near[order]]
    return shuffled


MUTUAL_NEIGHBOURS = Quantity(
    key="likeness",
    method="mutual k-NN",
    asks="pair",
    measure=_of_nearest(10),
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
