"""Mutual k-nearest neighbours: whether words have the same neighbours in two spaces.

    mutual k-NN = mean over words of |N_k in A ∩ N_k in B| / k

over all shared words (Huh et al. 2024, arXiv:2405.07987, appendix A). Unlike CKA it looks at
neighbourhoods alone, so that a few words of great length do not rule it. Neighbours are found in
blocks of bounded memory; no n × n matrix is made.

Range: 0 to 1; larger is more alike; unrelated spaces reach k / (n − 1). Unchanged by rotation and
by scaling words; changed by moving the origin. Equal cosines keep the order of the words.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.measures.likeness import Likeness, PairMeasure, one_by_one, read_likeness
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
    return PairMeasure(lambda space, _: _neighbours(space, k), _compared, _shuffled)


FEW_EQUAL = 0.02
"""Share of the words, that have the vector of another, that shuffles may take as different."""


class _Neighbours(NamedTuple):
    """Rows of the neighbours of each word, (n_words, k), in a space."""

    near: np.ndarray
    space: EmbeddingSpace
    k: int


def _neighbours(space: EmbeddingSpace, k: int) -> _Neighbours:
    return _Neighbours(nearest(space, space.words, k=k).rows, space, k)


def _compared(first: _Neighbours, second: _Neighbours) -> Likeness:
    shares = shares_in_common(first.near, second.near)
    return Likeness(float(shares.mean()), len(shares), scores=shares)


def _shuffled(first: _Neighbours, second: _Neighbours, orders: np.ndarray) -> np.ndarray:
    """Deal vectors to words: word i gets that of word order[i], and so do its neighbours.

    Where many vectors are equal, the order of the words chooses among them: they are looked up
    anew. A few change nothing to speak of.
    """
    n_distinct = len(second.space.distinct.unit)
    if n_distinct < (1 - FEW_EQUAL) * len(second.space):
        return one_by_one(_compared, _looked_up)(first, second, orders)
    n, k = first.near.shape
    is_near = np.zeros((n, n), dtype=bool)
    np.put_along_axis(is_near, first.near, True, axis=1)
    word_of = np.empty(n, dtype=np.int64)
    values = np.empty(len(orders))
    for number, order in enumerate(orders):
        word_of[order] = np.arange(n)
        near = word_of[second.near[order]]
        values[number] = np.count_nonzero(np.take_along_axis(is_near, near, axis=1)) / (n * k)
    return values


def _looked_up(found: _Neighbours, order: np.ndarray) -> _Neighbours:
    return _neighbours(found.space.with_vectors(found.space.vectors[order]), found.k)


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
