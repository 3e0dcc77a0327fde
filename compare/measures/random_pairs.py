"""Cosines of random word pairs.

The mean cosine of random pairs measures anisotropy (Ethayarajh 2019): 0 where directions are
spread evenly, near 1 where all words lie in one narrow cone, so that a cosine of 0.9 says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import UnitMean

RANDOM_PAIRS = 5000
"""Pairs that a comparison draws."""


@dataclass(frozen=True)
class RandomPairs:
    """Cosines of word pairs drawn at random.

    Attributes
    ----------
    value : float
        Their mean, −1 to 1; 0 is isotropic.
    cosines : ndarray of float32, shape (n_used,)
    """

    value: float
    n_used: int
    cosines: np.ndarray


def random_pair_cosines(
    space: EmbeddingSpace, *, n_pairs: int, rng: np.random.Generator
) -> RandomPairs:
    """Draw pairs of different words uniformly and take their cosines.

    Raises
    ------
    InputError
        If the space has a single word.
    """
    if len(space) < 2:
        raise InputError(f"random pairs need two words; {space.name} has {len(space)}")
    first = rng.integers(0, len(space), n_pairs)
    second = (first + rng.integers(1, len(space), n_pairs)) % len(space)
    unit = space.unit_vectors
    cosines = np.einsum("nd,nd->n", unit[first], unit[second])
    return RandomPairs(float(cosines.mean()), n_pairs, cosines)


def random_pairs_of(asked: Asked) -> RandomPairs:
    """Draw :data:`RANDOM_PAIRS` pairs of a space's words."""
    rng = np.random.default_rng(asked.seed)
    return random_pair_cosines(asked.space, n_pairs=RANDOM_PAIRS, rng=rng)


def _read_mean(found: RandomPairs) -> dict[str, Scored]:
    return {ALL: Scored(found.value, UnitMean.of(found.cosines), found.n_used)}


MEAN_COSINE = Quantity(
    key="mean cosine",
    method="random pairs",
    asks="space",
    measure=random_pairs_of,
    read=_read_mean,
    title="mean cosine",
    says="The mean cosine of random word pairs: near 0 where directions are spread evenly, far "
    "above it where all words share a direction, so that raw cosines say little.",
    section="geometry",
    unit="number",
    bounds=(-1, 1),
    drawn="random pairs",
    unchanged="rotation scale lengths",
    is_main=True,
    equation="mean of cos(u, v) over random pairs of different words",
    paper="Ethayarajh 2019, EMNLP (arXiv:1909.00512)",
)
