"""Hubs: words that stand among the neighbours of very many others.

    N_k(x) = number of words that have x among their k nearest neighbours

Its mean over words is k whatever the space (where only some words are asked, k times their share:
the numbers of spaces of one size alone can then be compared). In many dimensions it is skewed: a
few hubs are everybody's neighbours, and many words are nobody's (Radovanović, Nanopoulos &
Ivanović 2010, JMLR 11). Hubness is the skewness of N_k,

    S = mean of (N_k − k)³ / σ³

0 or below where neighbours are spread evenly; larger is more hubs; no upper bound that does not
depend on the size. Unchanged by rotation and scaling words. Equal cosines keep the order of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.neighbours import Neighbours, nearest, sampled_neighbours
from compare.measures.quantity import Asked, Quantity, whole
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Hubness:
    """How often words are neighbours of others.

    Attributes
    ----------
    value : float
        Skewness of the scores; NaN where all are equal.
    scores : ndarray of int64, shape (n_words,)
        N_k of each word of the space.
    """

    value: float
    k: int
    n_used: int
    n_missing: int
    scores: np.ndarray

    def hubs(self, space: EmbeddingSpace, *, n: int) -> list[tuple[str, int]]:
        """List the n words with the largest N_k; of equal ones the first of the space."""
        order = np.argsort(-self.scores, kind="stable")[:n]
        return [(space.words[row], int(self.scores[row])) for row in order]


def hubness(
    space: EmbeddingSpace, *, k: int = 10, max_words: int | None = None, seed: int = 0
) -> Hubness:
    """Count how often each word is among the k nearest of others.

    Parameters
    ----------
    max_words : int or None
        Ask this many words, drawn uniformly, for their neighbours (among all words); None: all.
    seed : int
        Of that draw.

    Raises
    ------
    InputError
        If the space has a single word, ``k`` is below 1 or ``max_words`` below 1.
    """
    if len(space) < 2:
        raise InputError(f"neighbours need two words; {space.name} has {len(space)}")
    if max_words is not None and max_words < 1:
        raise InputError(f"max_words must be at least 1; found {max_words}")
    asked = [space.words[row] for row in space.sampled_rows(max_words, seed=seed)]
    return hubness_among(space, nearest(space, asked, k=k))


def hubness_among(space: EmbeddingSpace, near: Neighbours) -> Hubness:
    """Count words among neighbours that were found before, so that a report searches once.

    Parameters
    ----------
    near : Neighbours
        Of words of this space, by any criterion.

    Raises
    ------
    InputError
        If there are no neighbours to count.
    """
    from scipy import stats

    if near.rows.size == 0:
        raise InputError(f"no neighbours of words of {space.name}: nothing to count hubs in")
    counts = np.bincount(near.rows.ravel(), minlength=len(space))
    value = float(stats.skew(counts)) if np.ptp(counts) else float("nan")
    n_used, k = near.rows.shape
    return Hubness(value, k, n_used, len(space) - n_used, counts)


def hubness_of(asked: Asked) -> Hubness:
    """Count among the neighbours of a sample of words.

    Not by kinds of words: of fewer words asked the counts are more skewed, whatever the space.
    """
    return hubness_among(asked.space, asked.once(sampled_neighbours))


HUBNESS = Quantity(
    key="geometry",
    method="hubness",
    asks="space",
    measure=hubness_of,
    read=whole("value"),
    title="hubness",
    says="How skewed it is how often a word is a neighbour of others: 0 is evenly, larger is a few "
    "words that are near to everything.",
    section="geometry",
    unit="number",
    unchanged="rotation scale lengths order",
    equation="S = mean of (N_k − mean)³ / σ³, N_k(x) = words that have x among their k nearest",
    paper="Radovanović, Nanopoulos & Ivanović 2010, JMLR 11",
)
