"""Rogue dimensions: single dimensions that rule the cosine.

The cosine is a sum over dimensions, and so is its mean over all pairs of words; the part of
dimension i is

    C_i = mean over pairs of u_i v_i,  for unit vectors u and v

(Timkey & van Schijndel 2021, arXiv:2109.04404, who take a sample of pairs; the sum over all pairs
is (Σ u_i)² − Σ u_i², so that none is needed). In isotropic spaces every C_i is near 0; one near
the mean cosine itself belongs to a dimension that makes all words alike.

Unchanged by scaling words. *Not* unchanged by rotation: it is about the axes of the space.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.quantity import Asked, Quantity, whole
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class RogueDimensions:
    """What each dimension adds to the mean cosine.

    Attributes
    ----------
    value : float
        The largest share |C_i| / Σ |C_i|, 1 / dim (all alike) to 1 (one rules); NaN where all C_i
        are zero.
    mean_cosine : float
        Σ C_i over all pairs of different words, −1 to 1.
    scores : ndarray of float64, shape (dim,)
        C_i.
    """

    value: float
    mean_cosine: float
    n_used: int
    n_missing: int
    scores: np.ndarray


def rogue_dimensions(space: EmbeddingSpace) -> RogueDimensions:
    """Part the mean cosine of all word pairs by dimensions.

    Raises
    ------
    InputError
        If the space has a single word.
    """
    n = len(space)
    if n < 2:
        raise InputError(f"word pairs need two words; {space.name} has {n}")
    unit = space.unit_vectors.astype(np.float64)
    parts = (unit.sum(axis=0) ** 2 - (unit**2).sum(axis=0)) / (n * (n - 1))
    total = float(np.abs(parts).sum())
    value = float(np.abs(parts).max() / total) if total > 0 else float("nan")
    return RogueDimensions(value, float(parts.sum()), n, 0, parts)


def rogue_dimensions_of(asked: Asked) -> RogueDimensions:
    """Part the mean cosine of a space as it is asked."""
    return rogue_dimensions(asked.space)


ROGUE_DIMENSION = Quantity(
    key="geometry",
    method="rogue dimension",
    asks="space",
    measure=rogue_dimensions_of,
    read=whole("value"),
    title="largest",
    says="The share that the strongest dimension has of what all dimensions add to the mean "
    "cosine, signs aside.",
    section="geometry",
    unit="share",
    bounds=(0, 1),
    unchanged="scale lengths order",
    equation="max |C_i| / Σ |C_i|, C_i = mean of u_i v_i over pairs of unit vectors",
    paper="Timkey & van Schijndel 2021, EMNLP (arXiv:2109.04404)",
)
