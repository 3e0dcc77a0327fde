"""Nearest neighbours by cosine, and how many of them two spaces have in common.

overlap@k of a word = |N_k(word) in A ∩ N_k(word) in B| / k, from 0 (no common neighbour) to 1;
two unrelated spaces of n words share k / (n − 1) by chance. Larger is more alike. It does not
change when either space is rotated or scaled.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from compare.errors import InputError
from compare.measures.likeness import check_same_words
from compare.measures.quantity import Asked
from compare.spaces.csls import CSLS_NEIGHBOURS, mean_nearest_cosine, with_density
from compare.spaces.inner_products import row_products
from compare.spaces.nearest import nearest_rows
from compare.spaces.space import EmbeddingSpace

SAMPLED_WORDS = 2000
SAMPLED_NEIGHBOURS = 10
LOCAL_NEIGHBOURS = 20
"""Of which a local dimension is estimated."""


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
        In −1 to 1; larger is nearer. Products of unit vectors in float64, rounded: the same on
        every machine (``compare/spaces/inner_products.py``).
    """

    words: tuple[str, ...]
    rows: np.ndarray
    cosines: np.ndarray

    def of(self, words: Collection[str]) -> Neighbours:
        """Keep the words that are given."""
        kept = [place for place, word in enumerate(self.words) if word in words]
        asked = tuple(self.words[place] for place in kept)
        return Neighbours(asked, self.rows[kept], self.cosines[kept])

    def first(self, k: int) -> Neighbours:
        """Keep the k nearest of each word."""
        return Neighbours(self.words, self.rows[:, :k], self.cosines[:, :k])


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
        What orders the neighbours; CSLS (``compare/spaces/csls.py``) keeps hubs from being
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
    distinct = space.distinct
    queries = keys = None
    if criterion == "CSLS":
        unit = space.unit_vectors
        density = mean_nearest_cosine(unit, unit, k=CSLS_NEIGHBOURS, same=True)
        keys, queries = with_density(distinct.unit, density[distinct.first_row_of])
    found, scores = nearest_rows(distinct, rows, k, queries=queries, keys=keys)
    if criterion == "CSLS":
        scores = row_products(space.unit_vectors[rows], space.unit_vectors, found)
    return Neighbours(tuple(words), found, scores)


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
    scores = shares_in_common(first.rows, second.rows)
    return Overlap(
        value=float(scores.mean()),
        chance=k / (n_words - 1),
        k=k,
        n_used=len(scores),
        n_missing=0,
        scores=scores,
    )


def shares_in_common(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Take the share of neighbours that both lists of each word hold.

    Parameters
    ----------
    first, second : ndarray of int64, shape (n_words, k)
        Rows of the neighbours of each word, each of them once.

    Returns
    -------
    ndarray of float64, shape (n_words,)
    """
    k = first.shape[1]
    both = np.sort(np.concatenate([first, second], axis=1), axis=1)
    shares: np.ndarray = np.count_nonzero(both[:, 1:] == both[:, :-1], axis=1) / k
    return shares


class Controls(NamedTuple):
    """What words as frequent as a word's neighbours share, each float64 (n_words,).

    Attributes
    ----------
    shares : ndarray
        Of the controls, 0 to 1.
    known : ndarray
        Share of the neighbours that have a control, 0 to 1.
    """

    shares: np.ndarray
    known: np.ndarray


def controls_in_common(
    rows: np.ndarray, first: np.ndarray, second: np.ndarray, groups: np.ndarray
) -> Controls:
    """Take the share in common that frequency alone would give, of each word.

    Each neighbour in the first list gives way to every other word of its group: how many of these
    does the second list hold? Were neighbours nothing but words of some frequency, as many as of
    the neighbours themselves. A neighbour without a control is its own.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_words,)
        The words asked for; none is its own neighbour, nor a control.
    first, second : ndarray of int64, shape (n_words, k)
        As for :func:`shares_in_common`. The shares are the same where they change places.
    groups : ndarray of int64, shape (n_vocabulary,)
        Of words as frequent (:func:`compare.measures.frequency_bands.as_frequent`).
    """
    sizes = np.bincount(groups)
    step = max(1, CONTROL_CELLS // max(first.shape[1] ** 2, 1))
    blocks = [slice(low, low + step) for low in range(0, max(len(rows), 1), step)]
    parts = [_controls(rows[b], first[b], second[b], groups, sizes) for b in blocks]
    return Controls(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


CONTROL_CELLS = 1 << 22
"""Pairs of neighbours that are compared at a time."""


def _controls(
    rows: np.ndarray, first: np.ndarray, second: np.ndarray, groups: np.ndarray, sizes: np.ndarray
) -> Controls:
    of_first, of_second = groups[first], groups[second]
    is_same = first[:, :, None] == second[:, None, :]  # (n, k, k)
    is_control = (of_first[:, :, None] == of_second[:, None, :]) & ~is_same
    n_controls = sizes[of_first] - 1 - (of_first == groups[rows][:, None])
    found = is_control.sum(axis=2) / np.maximum(n_controls, 1)
    shares = np.where(n_controls > 0, found, is_same.any(axis=2)).mean(axis=1)
    return Controls(shares, (n_controls > 0).mean(axis=1))


def sampled_neighbours(asked: Asked) -> Neighbours:
    """Give what all quantities that count neighbours share.

    :data:`SAMPLED_NEIGHBOURS` of each of :data:`SAMPLED_WORDS` words, drawn uniformly; fixed, as
    the numbers of two comparisons could not be set side by side otherwise. Of a stratum: those of
    its words.
    """
    if asked.whole is not None and asked.stratum is not None:
        whole: Neighbours = asked.whole.once(sampled_neighbours)
        return whole.of(frozenset(asked.stratum.of_words(whole.words)))
    near: Neighbours = asked.once(local_neighbours)
    return near.first(SAMPLED_NEIGHBOURS)


def local_neighbours(asked: Asked) -> Neighbours:
    """Search once for the :data:`LOCAL_NEIGHBOURS` of each; what counts neighbours takes fewer."""
    rows = asked.space.sampled_rows(SAMPLED_WORDS, seed=asked.seed)
    return nearest(asked.space, [asked.space.words[row] for row in rows], k=LOCAL_NEIGHBOURS)
