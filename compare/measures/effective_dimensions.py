"""How many dimensions vectors fill.

With the singular values σ_i of the matrix of vectors, p_i = σ_i / Σ σ and λ_i = σ_i²,

    effective rank       exp(−Σ p_i log p_i)     Roy & Vetterli 2007, EUSIPCO
    participation ratio  (Σ λ_i)² / Σ λ_i²       e.g. Gao et al. 2017, bioRxiv 214262

Both lie in 1 to the smaller of words and dimensions; larger fills more. They are those of the
vectors as they are: take the mean off first (the transform "centred") for those of the
covariance. Unchanged by rotation and scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.measures.quantity import Asked, Quantity, whole
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class EffectiveDimensions:
    """Two counts of the dimensions in use; NaN where all vectors are zero.

    Attributes
    ----------
    effective_rank, participation_ratio : float
    scores : ndarray of float64, shape (dim,)
        Share of Σ λ along each principal direction, falling.
    """

    effective_rank: float
    participation_ratio: float
    n_used: int
    n_missing: int
    scores: np.ndarray


def effective_dimensions(space: EmbeddingSpace) -> EffectiveDimensions:
    """Count the dimensions that the vectors of a space fill."""
    vectors = space.vectors.astype(np.float64)
    largest = np.abs(vectors).max()
    if largest == 0:
        nan = float("nan")
        return EffectiveDimensions(nan, nan, len(space), 0, np.full(space.dim, nan))
    vectors /= largest
    strengths = np.linalg.eigvalsh(vectors.T @ vectors)[::-1].clip(0)  # λ, (dim,)
    # Below what the product can resolve there is nothing but rounding.
    strengths[strengths < 1e-14 * strengths[0]] = 0
    shares = strengths / strengths.sum()
    singular = np.sqrt(strengths)
    p = singular[singular > 0] / singular.sum()
    return EffectiveDimensions(
        effective_rank=float(np.exp(-(p * np.log(p)).sum())),
        participation_ratio=float(1 / (shares**2).sum()),
        n_used=len(space),
        n_missing=0,
        scores=shares,
    )


def effective_dimensions_of(asked: Asked) -> EffectiveDimensions:
    """Count the dimensions of a space as it is asked."""
    return effective_dimensions(asked.space)


EFFECTIVE_RANK = Quantity(
    key="geometry",
    method="effective rank",
    asks="space",
    measure=effective_dimensions_of,
    read=whole("effective_rank"),
    title="effective rank",
    says="How many directions are in use, by the entropy of the singular values.",
    section="geometry",
    unit="number",
    bounds=(1, np.inf),
    unchanged="rotation scale order",
    equation="exp(−Σ p_i log p_i), p_i = σ_i / Σ σ",
    paper="Roy & Vetterli 2007, EUSIPCO",
)

PARTICIPATION_RATIO = Quantity(
    key="geometry",
    method="participation ratio",
    asks="space",
    measure=effective_dimensions_of,
    read=whole("participation_ratio"),
    title="participation",
    says="How many directions are in use, by their variances: few strong ones make it small.",
    section="geometry",
    unit="number",
    bounds=(1, np.inf),
    unchanged="rotation scale order",
    equation="(Σ λ_i)² / Σ λ_i², λ_i = σ_i²",
    paper="Gao et al. 2017, bioRxiv 214262",
)
