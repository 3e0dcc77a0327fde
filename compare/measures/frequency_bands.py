"""Scores of words by how frequent the words are.

Frequency leaks into norm, neighbours and cosine (Schnabel et al. 2015, EMNLP; Gong et al. 2018):
one mean over all words mixes what holds of frequent and of rare ones. A space lists its words by
falling count, so that a band of frequency is a range of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace

EDGES = (100, 1000, 10_000)

MOST_AS_FREQUENT = 10
AS_FREQUENT_RATIO = 1.1
"""Words of a group that are called as frequent, and the largest ratio of their counts.

With 25 words and a ratio of 2, spaces that share frequency alone (CKA .5) are called alike one time
in five.
"""


@dataclass(frozen=True)
class Band:
    """Scores of the words whose frequency rank lies in a band.

    Attributes
    ----------
    first, last : int
        Ranks, from 1, both within.
    value : float
        Mean of the scores; NaN without any.
    n_used : int
        Scored words in the band.
    scores : ndarray of float64, shape (n_used,)
    """

    first: int
    last: int
    value: float
    n_used: int
    scores: np.ndarray


def by_frequency_band(
    space: EmbeddingSpace,
    words: Sequence[str],
    scores: np.ndarray,
    *,
    edges: Sequence[int] = EDGES,
) -> tuple[Band, ...]:
    """Part the scores of words by the frequency ranks of the words.

    Parameters
    ----------
    space : EmbeddingSpace
        With counts: without them its order says nothing of frequency.
    words : sequence of str
        Words of the space.
    scores : ndarray, shape (n_words,)
        NaN is left out.
    edges : sequence of int
        The last ranks of all bands but the last, rising. Bands beyond the space are left out.

    Raises
    ------
    InputError
        If the space has no counts, a word is unknown, lengths differ, or edges do not rise.
    """
    if space.counts is None:
        raise InputError(f"{space.name} has no word counts: its words have no known frequency")
    if len(words) != len(scores):
        raise InputError(f"{len(words)} words but {len(scores)} scores")
    if list(edges) != sorted(set(edges)) or any(edge < 1 for edge in edges):
        raise InputError(f"edges of bands must rise from 1 on; found {list(edges)}")
    ranks = np.array([space.id_of(word) + 1 for word in words], dtype=np.int64)
    values = np.asarray(scores, dtype=np.float64)
    inner = [edge for edge in edges if edge < len(space)]
    bands = []
    for first, last in zip([1, *(edge + 1 for edge in inner)], [*inner, len(space)], strict=True):
        of_band = values[(ranks >= first) & (ranks <= last) & ~np.isnan(values)]
        value = float(of_band.mean()) if len(of_band) else float("nan")
        bands.append(Band(first, last, value, len(of_band), of_band))
    return tuple(bands)


def as_frequent(counts: np.ndarray) -> np.ndarray:
    """Group words that are about as frequent: neighbours in rank, a tenth apart at most.

    Parameters
    ----------
    counts : ndarray of int, shape (n_words,)
        In any order.

    Returns
    -------
    ndarray of int64, shape (n_words,)
        The number of each word's group, of :data:`MOST_AS_FREQUENT` words at most.
    """
    order = np.argsort(-counts, kind="stable")
    falling = counts[order]
    groups = np.empty(len(counts), dtype=np.int64)
    start = number = 0
    while start < len(falling):
        alike = int(np.searchsorted(-falling, -falling[start] / AS_FREQUENT_RATIO, side="right"))
        # a run of many is parted evenly, so that none of them is left alone
        parts = np.array_split(order[start:alike], -(-(alike - start) // MOST_AS_FREQUENT))
        for part in parts:
            groups[part] = number
            number += 1
        start = alike
    return groups


def most_and_least(
    words: Sequence[str], scores: np.ndarray, *, n: int
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """List the n words with the largest scores and the n with the smallest.

    With rank-biased overlap these are the words whose neighbourhoods differ least and most. Of
    equal scores the word that comes first is listed first; NaN is left out.
    """
    values = np.asarray(scores, dtype=np.float64)
    kept = np.flatnonzero(~np.isnan(values))
    largest = kept[np.argsort(-values[kept], kind="stable")[:n]]
    smallest = kept[np.argsort(values[kept], kind="stable")[:n]]
    return (
        [(words[row], float(values[row])) for row in largest],
        [(words[row], float(values[row])) for row in smallest],
    )
