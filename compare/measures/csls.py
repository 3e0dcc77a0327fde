"""Cross-domain similarity local scaling: cosines freed of hubs.

    CSLS(x, y) = 2 cos(x, y) − r(x) − r(y)

where r(x) is the mean cosine of x with its k nearest vectors on the other side, and r(y) that of y
(Conneau et al. 2018, arXiv:1710.04087). A word in a dense region, a hub, is near to everything; it
loses what it is near to anything. Range: −4 to 4; larger is nearer.
"""

from __future__ import annotations

import numpy as np

CSLS_NEIGHBOURS = 10
"""k in the paper, and of every CSLS here."""

_BLOCK_BYTES = 1 << 24


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
    means = np.zeros(len(unit), dtype=np.float32)
    if k == 0:
        return means
    n_block = max(1, _BLOCK_BYTES // (4 * len(others)))
    for start in range(0, len(unit), n_block):
        cosines = unit[start : start + n_block] @ others.T  # (block, m)
        if same:
            rows = np.arange(len(cosines))
            cosines[rows, start + rows] = -np.inf
        cosines.partition(len(others) - k, axis=1)
        means[start : start + n_block] = cosines[:, len(others) - k :].mean(axis=1)
    return means
