"""Nearest neighbours by cosine, and how many of them two spaces have in common.

overlap@k of a word = |N_k(word) in A ∩ N_k(word) in B| / k, from 0 (no common neighbour) to 1;
two unrelated spaces of n words share k / (n − 1) by chance. Larger is more alike. It does not
change when either space is rotated or scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from compare.errors import InputError
from compare.measures.csls import CSLS_NEIGHBOURS, mean_nearest_cosine
from compare.measures.distinct import distinct_vectors
from compare.measures.likeness import check_same_words
from compare.space import EmbeddingSpace

_BLOCK_BYTES = 1 << 26


@dataclass(frozen=True)
class Neighbours:
    """The k nearest words of each word asked for, nearest first; never the word itself.

    Attributes
    ----------
    words : tuple of str
        The words asked for.
    rows : ndarray of int64, shape (n_words, k)
        Rows of the neighbours in the space. Equal cosines keep the order of the space.
    cosines : ndarray of float32, shape (n_words, k)
        In −1 to 1; larger is nearer.
    """

    words: tuple[str, ...]
    rows: np.ndarray
    cosines: np.ndarray


@dataclass(frozen=True)
class Overlap:
    """Common neighbours of two spaces.

    Attributes
    ----------
    value : float
        Mean overlap@k, 0 to 1; larger is more alike.
    chance : float
        What two unrelated spaces of this size share: k / (n − 1).
    scores : ndarray of float64, shape (n_used,)
        Of each word.
    """

    value: float
    chance: float
    k: int
    n_used: int
    n_missing: int
    scores: np.ndarray


def nearest(
    space: EmbeddingSpace,
    words: Sequence[str],
    *,
    k: int,
    criterion: Literal["cosine", "CSLS"] = "cosine",
) -> Neighbours:
    """Find the k nearest neighbours of words, in bounded memory.

    Parameters
    ----------
    criterion : "cosine" or "CSLS"
        What orders the neighbours; CSLS (``compare/measures/csls.py``) keeps hubs from being
        everybody's neighbour, and costs the product of all words with all words. The cosines of
        the neighbours are given either way.

    Raises
    ------
    InputError
        If a word is unknown, or ``k`` below 1. At most ``len(space) − 1`` neighbours are given.
    """
    if k < 1:
        raise InputError(f"k must be at least 1; found {k}")
    rows = np.array([space.id_of(word) for word in words], dtype=np.int64)
    k = min(k, len(space) - 1)
    distinct = distinct_vectors(space)
    density = None
    if criterion == "CSLS":
        unit = space.unit_vectors
        density = mean_nearest_cosine(unit, unit, k=CSLS_NEIGHBOURS, same=True)
    found = np.empty((len(rows), k), dtype=np.int64)
    cosines = np.empty((len(rows), k), dtype=np.float32)
    n_block = max(1, min(len(rows), _BLOCK_BYTES // (4 * len(space))))
    products = np.empty((n_block, len(distinct.unit)), dtype=np.float32)
    for start in range(0, len(rows), n_block):
        block = rows[start : start + n_block]
        near = products[: len(block)]  # the same memory for every block
        np.matmul(distinct.unit[distinct.column_of[block]], distinct.unit.T, out=near)
        if not distinct.all_differ:
            near = near[:, distinct.column_of]
        near[np.arange(len(block)), block] = -np.inf  # (block, n_words)
        part = _top(near if density is None else 2 * near - density, k)
        found[start : start + n_block] = part
        cosines[start : start + n_block] = np.take_along_axis(near, part, axis=1)
    return Neighbours(tuple(words), found, cosines)


def _top(scores: np.ndarray, k: int) -> np.ndarray:
    """Columns of the k largest scores of each row, largest first; ties by column."""
    n_columns = scores.shape[1]
    top = np.empty((len(scores), k), dtype=np.int64)
    if k == 0:  # a space of one word
        return top
    for number, row in enumerate(scores):
        border = np.partition(row, n_columns - k)[n_columns - k]
        candidates = np.flatnonzero(row >= border)  # more than k where the border is tied
        order = np.argsort(-row[candidates], kind="stable")
        top[number] = candidates[order[:k]]
    return top


def neighbour_overlap(
    first: EmbeddingSpace, second: EmbeddingSpace, words: Sequence[str], *, k: int
) -> Overlap:
    """Compare the neighbourhoods of words in two spaces over the same vocabulary.

    Parameters
    ----------
    words : sequence of str
        Words that neither space knows are counted in ``n_missing``.

    Raises
    ------
    InputError
        If the spaces have different words or a single one, or no word is known.
    """
    check_same_words(first, second, at_least=1)
    if len(first) < 2:
        raise InputError(f"neighbours need two words; {first.name} and {second.name} have one")
    known = [word for word in words if word in first]
    if not known:
        raise InputError(f"none of the {len(words)} words is in the shared vocabulary")
    found = common_neighbours(
        nearest(first, known, k=k), nearest(second, known, k=k), n_words=len(first)
    )
    return replace(found, n_missing=len(words) - len(known))


def common_neighbours(first: Neighbours, second: Neighbours, *, n_words: int) -> Overlap:
    """Compare neighbourhoods of the same words, found in two spaces with the same rows.

    Parameters
    ----------
    n_words : int
        Words of each space, two or more.
    """
    k = first.rows.shape[1]
    scores = np.array(
        [len(np.intersect1d(a, b)) / k for a, b in zip(first.rows, second.rows, strict=True)]
    )
    return Overlap(
        value=float(scores.mean()),
        chance=k / (n_words - 1),
        k=k,
        n_used=len(scores),
        n_missing=0,
        scores=scores,
    )
