"""SVCCA: which directions of two spaces are linear images of each other.

Each space is centred and cut to the principal directions that keep 99 % of its variance; the
canonical correlations ρ_1 ≥ ρ_2 ≥ … of what remains are the singular values of UᵀV, for
orthonormal bases U and V of the two sets of columns (Raghu et al. 2017, arXiv:1706.05806).

    SVCCA = mean of ρ_i over min(kept dimensions)

Range: 0 to 1; larger is more alike. Unchanged by rotation, scaling and moving. It weighs
directions of much and of little variance alike, and grows with the number of dimensions kept:
unrelated spaces of n words reach about √(kept / n), so read it above its floor.
"""

from __future__ import annotations

import numpy as np

from compare.errors import InputError
from compare.measures.likeness import Likeness, PairMeasure, one_by_one, read_likeness
from compare.measures.quantity import Quantity
from compare.spaces.space import EmbeddingSpace


def svcca(first: EmbeddingSpace, second: EmbeddingSpace, *, kept: float = 0.99) -> Likeness:
    """Take the mean canonical correlation of two spaces over the same words.

    Parameters
    ----------
    kept : float
        Share of the variance that the principal directions keep, above 0, up to 1.

    Returns
    -------
    Likeness
        ``scores`` are the canonical correlations, falling. NaN where a space has no variance.

    Raises
    ------
    InputError
        If the spaces have different words or a single one, or ``kept`` is out of range.
    """
    if not 0 < kept <= 1:
        raise InputError(f"the share of variance kept must be above 0 and at most 1; found {kept}")
    return _keeping(kept).between(first, second)


def _keeping(kept: float) -> PairMeasure:
    return PairMeasure(
        lambda space, _: _principal_basis(space, kept),
        _compared,
        one_by_one(_compared, lambda basis, order: basis[order]),
        is_costly=True,
    )


def _compared(u: np.ndarray, v: np.ndarray) -> Likeness:
    if not (u.shape[1] and v.shape[1]):
        return Likeness(float("nan"), len(u))
    crossed = u.T @ v if u.shape[1] <= v.shape[1] else v.T @ u
    # The singular values, as roots of eigenvalues: three times as fast, right to 1e-8.
    squares = np.linalg.eigvalsh(crossed @ crossed.T)[::-1]
    correlations = np.sqrt(squares.clip(0, 1))
    return Likeness(float(correlations.mean()), len(u), scores=correlations)


def _principal_basis(space: EmbeddingSpace, kept: float) -> np.ndarray:
    """Orthonormal columns that span the strongest directions, (n_words, n_kept)."""
    vectors = space.vectors.astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    # Directions that rounding alone has made are none: float32 holds seven digits.
    strengths = strengths[strengths > 1e-6 * np.linalg.norm(vectors)]
    variance = np.cumsum(strengths**2)
    if not len(variance):
        return np.zeros((len(vectors), 0))
    n_kept = int(np.searchsorted(variance, kept * variance[-1] * (1 - 1e-12))) + 1
    basis: np.ndarray = left[:, :n_kept]
    return basis


SVCCA = Quantity(
    key="likeness",
    method="SVCCA",
    asks="pair",
    measure=_keeping(0.99),
    read=read_likeness,
    title="SVCCA",
    says="The mean canonical correlation of the directions that keep 99 % of the variance.",
    section="likeness",
    unit="number",
    better="neither",
    bounds=(0, 1),
    unchanged="rotation scale shift order",
    equation="mean of the singular values of UᵀV, for bases U and V of the principal directions",
    paper="Raghu et al. 2017, NeurIPS (arXiv:1706.05806)",
)
