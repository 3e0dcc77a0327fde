"""How much of a space is frequency: norms and neighbours beside counts.

    norm        Spearman's ρ between the length of a word's vector and its count
    neighbours  ρ between a word's count and the mean log count of its k nearest neighbours

(Schakel & Wilson 2015, arXiv:1508.02297; Schnabel et al. 2015, EMNLP; Gong et al. 2018,
arXiv:1809.06858). −1 to 1; 0 is no bias. Ties get their mean rank. The second is unchanged by
rotation and by scaling words, the first by rotation and by scaling the space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.neighbours import Neighbours, nearest, sampled_neighbours
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class FrequencyBias:
    """Correlations with frequency; NaN where one side does not vary.

    Attributes
    ----------
    norm, neighbours : float
    norms : ndarray of float64, shape (n_used,)
        Lengths of the vectors of the words asked.
    neighbour_log_counts : ndarray of float64, shape (n_used,)
        Mean natural logarithm of the counts of their neighbours.
    counts : ndarray of int64, shape (n_used,)
    """

    norm: float
    neighbours: float
    k: int
    n_used: int
    n_missing: int
    norms: np.ndarray
    neighbour_log_counts: np.ndarray
    counts: np.ndarray


def frequency_bias(
    space: EmbeddingSpace, *, k: int = 10, max_words: int = 2000, seed: int = 0
) -> FrequencyBias:
    """Correlate norms and neighbours with word counts.

    Parameters
    ----------
    max_words : int
        At least 3; of more words this many are drawn uniformly. Neighbours come from all words.
    seed : int
        Of that draw.

    Raises
    ------
    InputError
        If the space has no counts or fewer than three words, or a number is out of range.
    """
    rows = space.sampled_rows(max_words, seed=seed) if max_words >= 3 else np.zeros(0, np.int64)
    _check(space, len(rows))
    return frequency_bias_among(space, nearest(space, [space.words[row] for row in rows], k=k))


def frequency_bias_among(space: EmbeddingSpace, near: Neighbours) -> FrequencyBias:
    """Correlate as :func:`frequency_bias` does, with neighbours found before: one search for all.

    Parameters
    ----------
    near : Neighbours
        Of three words of this space or more.

    Raises
    ------
    InputError
        If the space has no counts, or there are fewer than three words.
    """
    _check(space, len(near.words))
    counts = _counts(space)
    rows = np.array([space.id_of(word) for word in near.words], dtype=np.int64)
    # A word that never occurred has no logarithm; it counts as half an occurrence.
    log_counts = np.log(np.maximum(counts, 0.5))
    around = log_counts[near.rows].mean(axis=1)
    norms = np.linalg.norm(space.vectors[rows].astype(np.float64), axis=1)
    counts = counts[rows]
    return FrequencyBias(
        norm=_spearman(norms, counts),
        neighbours=_spearman(around, counts),
        k=near.rows.shape[1],
        n_used=len(rows),
        n_missing=len(space) - len(rows),
        norms=norms,
        neighbour_log_counts=around,
        counts=counts,
    )


def _check(space: EmbeddingSpace, n_asked: int) -> None:
    _counts(space)
    if n_asked < 3:
        raise InputError(
            f"a correlation needs three words; {space.name} has {len(space)}, {n_asked} are asked"
        )


def _counts(space: EmbeddingSpace) -> np.ndarray:
    if space.counts is None:
        raise InputError(f"{space.name} has no word counts: its words have no known frequency")
    return space.counts


def _spearman(x: np.ndarray, y: np.ndarray) -> float:
    from scipy import stats

    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(stats.spearmanr(x, y).statistic)


def frequency_bias_of(asked: Asked) -> FrequencyBias | None:
    """Correlate over a sample of words; None without counts, as files of vectors often are."""
    near = asked.once(sampled_neighbours)
    if asked.space.counts is None or len(near.words) < 3:
        return None
    return frequency_bias_among(asked.space, near)


def _read(name: str) -> Callable[[FrequencyBias | None], dict[str, Scored]]:
    def read(found: FrequencyBias | None) -> dict[str, Scored]:
        return {} if found is None else {ALL: Scored(getattr(found, name), n_used=found.n_used)}

    return read


NORM_AND_FREQUENCY = Quantity(
    key="geometry",
    method="norm and frequency",
    asks="space",
    measure=frequency_bias_of,
    read=_read("norm"),
    title="norms",
    says="Spearman's ρ of a word's count with the length of its vector; 0 is no bias.",
    section="geometry",
    unit="correlation",
    bounds=(-1, 1),
    unchanged="rotation scale",
    is_by_words=True,
    equation="ρ(|x|, count of x)",
    paper="Schakel & Wilson 2015 (arXiv:1508.02297)",
)

NEIGHBOURS_AND_FREQUENCY = Quantity(
    key="geometry",
    method="neighbours and frequency",
    asks="space",
    measure=frequency_bias_of,
    read=_read("neighbours"),
    title="neighbours",
    says="Spearman's ρ of a word's count with the counts of its neighbours; 0 is no bias.",
    section="geometry",
    unit="correlation",
    bounds=(-1, 1),
    unchanged="rotation scale lengths",
    is_by_words=True,
    equation="ρ(count of x, mean log count of the k nearest words of x)",
    paper="Schnabel et al. 2015, EMNLP",
)
