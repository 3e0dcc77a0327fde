"""Orthogonal Procrustes, scored on words it has not seen: whether a space is another, rotated.

The orthogonal map W that brings X nearest to Y over training words, min ‖X W − Y‖, is U Vᵀ of the
singular value decomposition XᵀY = U S Vᵀ (Schönemann 1966, Psychometrika 31). Spaces of different
dimensions are mapped by the part of an orthogonal matrix that fits. Vectors are brought to length
1, centred and brought to length 1 again (Artetxe, Labaka & Agirre 2016, EMNLP), the centre taken
from the training words.

Each held-out word, mapped, is then looked for among all words of the other space. Its rank is 1
plus the number of other words as near or nearer: a tie counts against it. P@k is the share of
ranks up to k; by cosine and by CSLS (``compare/spaces/csls.py``); in both directions, which have
the same map (its inverse is its transpose).

Range: 0 to 1; larger is more alike; unrelated spaces of n words reach k / n. Unchanged by rotation
and by scaling words. Scored on training words it would mostly measure the dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from compare.errors import InputError
from compare.measures.likeness import Likeness, check_same_words, in_one_step, read_likeness
from compare.measures.quantity import Quantity
from compare.spaces.blocks import blocks
from compare.spaces.csls import CSLS_NEIGHBOURS, mean_nearest_cosine
from compare.spaces.space import EmbeddingSpace
from compare.spaces.unit_rows import unit_rows

Direction = Literal["forward", "backward"]
Criterion = Literal["cosine", "CSLS"]


@dataclass(frozen=True)
class Retrieval:
    """Where held-out words were found in the other space.

    Attributes
    ----------
    words : ndarray of int64, shape (n_used,)
        Rows of the held-out words.
    ranks : dict of (direction, criterion) → ndarray of int64, shape (n_used,)
        1 is found. "forward" looks for words of the first space in the second.
    n_missing : int
        Words not asked for: those the map was fitted on.
    """

    words: np.ndarray
    ranks: dict[tuple[Direction, Criterion], np.ndarray]
    n_missing: int

    @property
    def n_used(self) -> int:
        """Held-out words."""
        return len(self.words)

    def precision(self, k: int, *, direction: Direction, criterion: Criterion = "cosine") -> float:
        """Share of the held-out words with a rank up to k (P@k)."""
        return float((self.ranks[direction, criterion] <= k).mean())


def procrustes_retrieval(
    first: EmbeddingSpace,
    second: EmbeddingSpace,
    *,
    n_held_out: int = 1000,
    seed: int = 0,
    criteria: Sequence[Criterion] = ("cosine", "CSLS"),
) -> Retrieval:
    """Fit the map on most words and look for the others.

    Parameters
    ----------
    n_held_out : int
        Words to look for, drawn uniformly; at most a fifth of all (but one).
    seed : int
        Of that draw.
    criteria : sequence of {"cosine", "CSLS"}
        What ranks the words.

    Raises
    ------
    InputError
        If the spaces have different words or fewer than three, or ``n_held_out`` is below 1.
    """
    check_same_words(first, second, at_least=3)
    if n_held_out < 1:
        raise InputError(f"n_held_out must be at least 1; found {n_held_out}")
    n_words = len(first)
    order = np.random.default_rng(seed).permutation(n_words)
    held_out = np.sort(order[: max(1, min(n_held_out, n_words // 5))])
    training = np.setdiff1d(np.arange(n_words), held_out)
    x, y = (_prepared(space, training) for space in (first, second))
    rotation = orthogonal_map(x[training], y[training])
    mapped = (x @ rotation).astype(np.float32)  # (n_words, dim of y)
    ranks: dict[tuple[Direction, Criterion], np.ndarray] = {}
    for direction, source, target in (("forward", mapped, y), ("backward", y, mapped)):
        source, target = _unit(source), _unit(target)
        for criterion in criteria:
            found = _ranks(source, target, held_out, criterion)
            ranks[direction, criterion] = found  # type: ignore[index]
    return Retrieval(held_out, ranks, len(training))


def held_out_precision(
    first: EmbeddingSpace, second: EmbeddingSpace, *, n_held_out: int = 1000, seed: int = 0
) -> Likeness:
    """P@1 by cosine, mean of both directions, as a likeness; ``scores`` are those of the words."""
    found = procrustes_retrieval(
        first, second, n_held_out=n_held_out, seed=seed, criteria=["cosine"]
    )
    directions: tuple[Direction, Direction] = ("forward", "backward")
    hits = np.mean([found.ranks[way, "cosine"] == 1 for way in directions], axis=0)
    return Likeness(float(hits.mean()), found.n_used, found.n_missing, hits)


def orthogonal_map(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Find the orthogonal map that brings x nearest to y.

    Parameters
    ----------
    x, y : ndarray, shapes (n, dim of x) and (n, dim of y)

    Returns
    -------
    ndarray of float64, shape (dim of x, dim of y)
        Its rows are orthonormal, or its columns, whichever are fewer.
    """
    left, _, right = np.linalg.svd(x.astype(np.float64).T @ y, full_matrices=False)
    rotation: np.ndarray = left @ right
    return rotation


def _prepared(space: EmbeddingSpace, training: np.ndarray) -> np.ndarray:
    unit = space.unit_vectors
    return _unit(unit - unit[training].mean(axis=0, dtype=np.float64))


def _unit(vectors: np.ndarray) -> np.ndarray:
    # What rounding leaves of a vector that lies in the centre is no direction.
    unit: np.ndarray = unit_rows(vectors, shortest=1e-7).astype(np.float32)
    return unit


def _ranks(
    source: np.ndarray, target: np.ndarray, rows: np.ndarray, criterion: Criterion
) -> np.ndarray:
    """Rank, for each row of the source, the same row of the target."""
    is_scaled = criterion == "CSLS"  # r(x) ranks nothing
    density = mean_nearest_cosine(target, source, k=CSLS_NEIGHBOURS) if is_scaled else None
    ranks = np.empty(len(rows), dtype=np.int64)
    for part in blocks(len(rows), 4 * len(target)):
        block = rows[part]
        scores = source[block] @ target.T  # (block, n_words)
        if density is not None:
            scores = 2 * scores - density
        own = scores[np.arange(len(block)), block]
        # The last bits of a float32 product are no difference: such words tie.
        ranks[part] = np.count_nonzero(scores >= own[:, None] - 1e-6, axis=1)  # itself counts 1
    return ranks


PROCRUSTES = Quantity(
    key="likeness",
    method="Procrustes P@1",
    asks="pair",
    measure=in_one_step(lambda one, other, seed: held_out_precision(one, other, seed=seed)),
    read=read_likeness,
    title="Procrustes P@1",
    says="How often a held-out word is found again after the best rotation of one space onto "
    "the other.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(0, 1),
    unchanged="rotation scale lengths",
    equation="min ‖X W − Y‖ over orthogonal W; share of held-out words whose nearest is themselves",
    paper="Schönemann 1966, Psychometrika 31; Conneau et al. 2018, ICLR (arXiv:1710.04087)",
)
