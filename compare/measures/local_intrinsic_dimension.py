"""In how many directions words have neighbours: the dimension of a space around single words.

If points fill d dimensions evenly around a word, the number of them within a distance t grows as
t^d. With T_j the distance of the j-th nearest, the likelihood is largest (Levina & Bickel 2004,
"Maximum Likelihood Estimation of Intrinsic Dimension", NIPS) at

    m(x) = [ 1/(k − 1) · Σ_{j<k} log(T_k(x) / T_j(x)) ]⁻¹

Single estimates are too large on average, their inverses are not; so inverses are averaged (MacKay
& Ghahramani 2005, "Comments on 'Maximum Likelihood Estimation of Intrinsic Dimension'"):

    m = [ mean over words of 1/m(x) ]⁻¹

Distances are those between unit vectors, √(2 − 2 cos), so that neighbours are neighbours by
cosine. The length of vectors, then, is a direction lost: words that fill a subspace of d dimensions
evenly have a local dimension of d − 1.

Larger fills more directions; 0 or more, no upper bound. Many dimensions are underestimated, since
neighbours are then as far away as the edge of the space: 10 come out as about 8 among 2000 words.
Unchanged by rotation and scaling words.

Left out: a range of k, over which the paper averages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.neighbours import LOCAL_NEIGHBOURS, Neighbours, local_neighbours, nearest
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace

SAME_DIRECTION = 1e-6
"""Distance up to which two words count as one point: unit vectors in float32 tell no more."""

_BLOCK_NUMBERS = 1 << 22


@dataclass(frozen=True)
class LocalIntrinsicDimension:
    """Dimensions that neighbours of words fill.

    Attributes
    ----------
    value : float
        Harmonic mean of the scores; infinite where all neighbours of all words are equally far.
    k : int
        Neighbours looked at.
    n_used, n_missing : int
        Words with a score, and words without: unknown ones, zero vectors, and those with fewer
        than two neighbours of another direction.
    n_copied : int
        Words used that have a neighbour in their very direction. Such neighbours are left out:
        by them, points would be without extent, and so the dimension 0.
    scores : ndarray of float64, shape (n_words,)
        m(x) of each word asked for; NaN without.
    """

    value: float
    k: int
    n_used: int
    n_missing: int
    n_copied: int
    scores: np.ndarray


def local_intrinsic_dimension(
    space: EmbeddingSpace, words: Sequence[str] | np.ndarray, *, k: int = LOCAL_NEIGHBOURS
) -> LocalIntrinsicDimension:
    """Estimate the dimension around words from their k nearest neighbours.

    Parameters
    ----------
    words : sequence of str, or ndarray of int
        Words, or rows of the space. Unknown words are counted in ``n_missing``.
    k : int
        Nearest neighbours, among all words of the space. Few give noisy scores (their relative
        error is about 1 / √k), many are no longer local.

    Raises
    ------
    InputError
        If ``k`` is below 2, the space has fewer than three words, a row is not one of its rows, or
        no word can be scored.

    Examples
    --------
    Three words on a circle, seen from the first: the farther neighbour is about twice as far.

    >>> angles = np.array([0.0, 0.1, 0.2])
    >>> space = EmbeddingSpace(("a", "b", "c"), np.column_stack([np.cos(angles), np.sin(angles)]))
    >>> round(local_intrinsic_dimension(space, ["a"], k=2).value, 2)  # 1 / log 2, nearly
    1.45
    """
    if k < 2:
        raise InputError(f"k must be at least 2, to compare distances; found {k}")
    _check_size(space)
    rows = _rows_of(space, words)
    near = nearest(space, [space.words[row] for row in rows[rows >= 0]], k=k)
    return _from_neighbours(space, rows, near)


def _check_size(space: EmbeddingSpace) -> None:
    if len(space) < 3:
        raise InputError(f"a dimension needs three words; {space.name} has {len(space)}")


def _from_neighbours(
    space: EmbeddingSpace, rows: np.ndarray, near: Neighbours
) -> LocalIntrinsicDimension:
    """Estimate from neighbours that were found before, of the rows that are not −1."""
    scores, n_equal = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    known = np.flatnonzero(rows >= 0)
    has_direction = space.unit_vectors[rows[known]].any(axis=1)
    usable = known[has_direction]
    distances = _distances(space.unit_vectors, rows[usable], near.rows[has_direction])
    scores[usable], n_equal[usable] = _estimates(distances)
    used = ~np.isnan(scores)
    if not used.any():
        raise InputError(
            f"none of the {len(rows)} words has a local dimension in {space.name}: they are "
            "unknown, have zero vectors, or fewer than two neighbours of another direction"
        )
    inverse = float(np.mean(1 / scores[used]))
    return LocalIntrinsicDimension(
        value=1 / inverse if inverse else float("inf"),
        k=near.rows.shape[1],
        n_used=int(used.sum()),
        n_missing=int((~used).sum()),
        n_copied=int((n_equal[used] > 0).sum()),
        scores=scores,
    )


def _rows_of(space: EmbeddingSpace, words: Sequence[str] | np.ndarray) -> np.ndarray:
    """Look rows up, −1 for unknown words."""
    if isinstance(words, np.ndarray) and np.issubdtype(words.dtype, np.integer):
        if len(words) and not 0 <= words.min() <= words.max() < len(space):
            raise InputError(
                f"rows of {space.name} are 0 to {len(space) - 1}; found {words.min()} to "
                f"{words.max()}"
            )
        return words.astype(np.int64)
    return np.array([space.index.get(word, -1) for word in words], dtype=np.int64)


def _distances(unit: np.ndarray, rows: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    """Measure from rows to their neighbours, float64 (n_rows, k), rising.

    From differences: a cosine near 1, in float32, would leave nothing of a small distance.
    """
    distances = np.empty(neighbours.shape)
    n_rows = max(1, _BLOCK_NUMBERS // (neighbours.shape[1] * unit.shape[1]))
    for low in range(0, len(rows), n_rows):
        part = slice(low, low + n_rows)
        others = unit[neighbours[part]].astype(np.float64)  # (rows, k, dim)
        distances[part] = np.linalg.norm(others - unit[rows[part], None], axis=2)
    distances.sort(axis=1)
    return distances


def _estimates(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimate m(x) of each row of distances; NaN where there is no telling.

    Returns
    -------
    (ndarray of float64, ndarray of int64), each of shape (n_rows,)
        Estimates, and how many neighbours were left out as equal.
    """
    differs = distances > SAME_DIRECTION
    n_other = differs.sum(axis=1)
    farthest = np.where(differs[:, -1:], distances[:, -1:], 1)
    logs = np.log(farthest / np.where(differs, distances, farthest)).sum(axis=1)
    logs[n_other < 2] = np.nan
    with np.errstate(divide="ignore"):  # all are equally far: no finite dimension
        return (n_other - 1) / logs, distances.shape[1] - n_other


def dimension_of(asked: Asked) -> LocalIntrinsicDimension | None:
    """Estimate it around a sample of words; None where no word has one."""
    try:
        _check_size(asked.space)
        near = asked.once(local_neighbours)
        return _from_neighbours(asked.space, _rows_of(asked.space, near.words), near)
    except InputError:  # too few words, or all of them in one direction
        return None


def _read(found: LocalIntrinsicDimension | None) -> Mapping[str, Scored]:
    if found is None:
        return {}
    return {ALL: Scored(found.value, n_used=found.n_used, n_missing=found.n_missing)}


LOCAL_DIMENSION = Quantity(
    key="geometry",
    method="local dimension",
    asks="space",
    measure=dimension_of,
    read=_read,
    title="local dimension",
    says="In how many directions a word has neighbours, from the distances of its 20 nearest.",
    section="geometry",
    unit="number",
    bounds=(0, np.inf),
    unchanged="rotation scale lengths order",
    equation="m = [mean over words of 1/(k−1) Σ log(T_k / T_j)]⁻¹, T_j: to the j-th nearest word",
    paper="Levina & Bickel 2004, NIPS; MacKay & Ghahramani 2005",
)
