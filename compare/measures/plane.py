"""Words on the two directions in which they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Plane:
    """Words on the plane of the two directions in which they differ most.

    Attributes
    ----------
    words : tuple of str
    coordinates : ndarray of float64, shape (n_words, 2)
    explained : float
        Share of the words' variance that the plane keeps, 0 to 1.
    """

    words: tuple[str, ...]
    coordinates: np.ndarray
    explained: float


def turned_onto(places: np.ndarray, rows: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """Turn (and mirror) places on a plane so that some come as near as they can to others.

    A component's direction is arbitrary; maps of several spaces are easier to compare when what
    they share lies alike (orthogonal Procrustes, Schönemann 1966).

    Parameters
    ----------
    places : ndarray, shape (n, 2)
    rows : ndarray of int, shape (m,)
        Those that are to come near.
    onto : ndarray, shape (m, 2)
    """
    if not len(rows):
        return places
    left, _, right = np.linalg.svd(places[rows].T @ onto)
    turned: np.ndarray = places @ (left @ right)
    return turned


def principal_plane(space: EmbeddingSpace, words: Sequence[str]) -> Plane | None:
    """Project the unit vectors of words on their two principal components.

    Returns None where the space knows fewer than three of the words.
    """
    from sklearn.decomposition import PCA

    known = [word for word in words if word in space]
    if len(known) < 3 or space.dim < 2:
        return None
    vectors = space.unit_vectors[[space.index[word] for word in known]].astype(np.float64)
    pca = PCA(n_components=2, svd_solver="full")
    with np.errstate(invalid="ignore"):  # words on one spot: no variance to keep a share of
        coordinates = pca.fit_transform(vectors)
    # A component's sign is arbitrary: the farthest word lies on its positive side.
    for axis in range(2):
        if coordinates[np.argmax(np.abs(coordinates[:, axis])), axis] < 0:
            coordinates[:, axis] *= -1
    explained = float(np.nansum(pca.explained_variance_ratio_))
    return Plane(tuple(known), coordinates, explained)
