"""Where the vectors lie: cosines of random word pairs, and a plane to look at.

The mean cosine of random pairs measures anisotropy (Ethayarajh 2019): 0 where directions are
spread evenly, near 1 where all words lie in one narrow cone, so that a cosine of 0.9 says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace


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
