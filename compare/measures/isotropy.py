"""Isotropy: how evenly vectors use all directions.

Partition isotropy (Arora et al. 2016, TACL 4; Mu & Viswanath 2018, arXiv:1702.01417):

    I = min Z(c) / max Z(c),  Z(c) = Σ_w exp(c · w)

over the unit eigenvectors c of XᵀX, with both signs (an eigenvector has none of its own). 0 to 1;
1 is isotropic. Unchanged by rotation; changed by scale (long vectors are far from 1) and by moving.

IsoScore (Rudman et al. 2022, arXiv:2108.07344): with the variances v_i along the d principal
components scaled to length √d,

    δ = ‖v − 1‖ / √(2 (d − √d)),  φ = (d − δ² (d − √d))² / d²,  IsoScore = (d φ − 1) / (d − 1)

0 to 1: 0 where all variance lies in one direction, 1 where all directions have as much; it is about
the share of dimensions in use. Unchanged by rotation, scale and moving.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.quantity import Asked, Quantity, whole
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Isotropy:
    """Two numbers for how evenly directions are used, each 0 to 1, larger is more even.

    Attributes
    ----------
    partition : float
    isoscore : float
        NaN with a single dimension or without variance.
    """

    partition: float
    isoscore: float
    n_used: int
    n_missing: int = 0


def isotropy(space: EmbeddingSpace) -> Isotropy:
    """Measure partition isotropy and IsoScore over all words of a space.

    Raises
    ------
    InputError
        If the space has a single word.
    """
    if len(space) < 2:
        raise InputError(f"isotropy needs two words; {space.name} has {len(space)}")
    vectors = space.vectors.astype(np.float64)
    return Isotropy(_partition(vectors), _isoscore(vectors), len(space))


def _partition(vectors: np.ndarray) -> float:
    _, directions = np.linalg.eigh(vectors.T @ vectors)  # columns
    along = directions.T @ vectors.T  # (dim, n_words)
    log_z = [_log_sum_exp(sign * row) for row in along for sign in (1, -1)]
    return float(np.exp(min(log_z) - max(log_z)))


def _log_sum_exp(values: np.ndarray) -> float:
    """Take log Σ exp, the largest taken off first: exp of a long vector would be no number."""
    largest = values.max()
    return float(largest + np.log(np.exp(values - largest).sum()))


def _isoscore(vectors: np.ndarray) -> float:
    centred = vectors - vectors.mean(axis=0)
    d = centred.shape[1]
    largest = np.abs(centred).max()
    if d == 1 or largest <= 1e-7 * np.abs(vectors).max():
        return float("nan")
    centred /= largest
    variances = np.linalg.eigvalsh(centred.T @ centred).clip(0)
    scaled = variances * np.sqrt(d) / np.linalg.norm(variances)
    defect = np.linalg.norm(scaled - 1) / np.sqrt(2 * (d - np.sqrt(d)))
    in_use = (d - defect**2 * (d - np.sqrt(d))) ** 2 / d**2
    return float(np.clip((d * in_use - 1) / (d - 1), 0, 1))


def isotropy_of(asked: Asked) -> Isotropy:
    """Measure a space as it is asked."""
    return isotropy(asked.space)


ISOSCORE = Quantity(
    key="geometry",
    method="IsoScore",
    asks="space",
    measure=isotropy_of,
    read=whole("isoscore"),
    title="IsoScore",
    says="How evenly the variance is spread over directions: 0 is all in one, 1 as much in each.",
    section="geometry",
    unit="number",
    bounds=(0, 1),
    unchanged="rotation scale shift order",
    equation="IsoScore = (d φ − 1) / (d − 1), φ = (d − δ² (d − √d))² / d², "
    "δ = ‖v − 1‖ / √(2 (d − √d))",
    paper="Rudman et al. 2022, Findings of ACL (arXiv:2108.07344)",
)

PARTITION_ISOTROPY = Quantity(
    key="geometry",
    method="partition isotropy",
    asks="space",
    measure=isotropy_of,
    read=whole("partition"),
    title="partition",
    says="The smallest over the largest partition function over directions: 1 is isotropic; long "
    "vectors alone bring it near 0.",
    section="geometry",
    unit="number",
    bounds=(0, 1),
    unchanged="rotation order",
    equation="I = min Z(c) / max Z(c), Z(c) = Σ exp(c · w)",
    paper="Arora et al. 2016, TACL 4; Mu & Viswanath 2018, ICLR (arXiv:1702.01417)",
)
