"""Cross-domain similarity local scaling: cosines freed of hubs.

    CSLS(x, y) = 2 cos(x, y) − r(x) − r(y)

where r(x) is the mean cosine of x with its k nearest vectors on the other side, and r(y) that of y
(Conneau et al. 2018, arXiv:1710.04087). A word in a dense region, a hub, is near to everything; it
loses what it is near to anything. Range: −4 to 4; larger is nearer.
"""

from __future__ import annotations

import numpy as np

from compare.spaces.inner_products import largest_products

CSLS_NEIGHBOURS = 10
"""k in the paper, and of every CSLS here."""


def mean_nearest_cosine(
    unit: np.ndarray, others: np.ndarray, *, k: int, same: bool = False
) -> np.ndarray:
    """Take r: the mean cosine of each vector with its k nearest among others.

    Parameters
    ----------
    unit, others : ndarray of float32, shapes (n, dim) and (m, dim)
        Of length 1 or 0.
    k : int
        At least 1; at most all others are taken.
    same : bool
        Whether both are the same vectors, and none is its own neighbour.

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    k = min(k, len(others) - int(same))
    if k == 0:
        return np.zeros(len(unit), dtype=np.float32)
    own = np.arange(len(unit)) if same else None
    means: np.ndarray = largest_products(unit, others, k, own=own)[1].mean(axis=1)
    return means


def with_density(unit: np.ndarray, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give vectors one more dimension, so that inner products order words as CSLS does.

    With −(r(y) − r̄) / 2 at the end of y and 1 at the end of x, the product is half of CSLS but for
    what all y share (r̄ is the median; r(x) is the same for all y).

    Parameters
    ----------
    unit : ndarray of float32, shape (n, dim)
    density : ndarray of float32, shape (n,)
        r of each.

    Returns
    -------
    (ndarray of float32, ndarray of float32), each of shape (n, dim + 1)
        As y, and as x.
    """
    lowered = (np.median(density) - density[:, None]) / 2
    keys = np.hstack([unit, lowered]).astype(np.float32)
    return keys, np.hstack([unit, np.ones_like(lowered)]).astype(np.float32)
