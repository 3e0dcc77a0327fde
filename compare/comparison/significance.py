"""Are two spaces different: paired tests, adjusted for being many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def paired_p_value(difference: float, replicates: np.ndarray) -> float:
    """Two-sided p-value that a paired difference is zero.

    The difference over its bootstrap standard error, against the normal distribution (Efron &
    Tibshirani 1993, section 13.3). Counting replicates beyond zero instead could give no p below
    2 / (n + 1), which a correction for many tests would lift above any level.

    Parameters
    ----------
    difference : float
    replicates : ndarray, shape (n_replicates,)
        The difference in each resample; NaN replicates are left out.

    Returns
    -------
    float
        In 0 to 1; 1 where the difference never varies from zero, NaN without replicates.
    """
    finite = replicates[np.isfinite(replicates)]
    if len(finite) < 2 or not np.isfinite(difference):
        return float("nan")
    error = float(finite.std(ddof=1))
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * stats.norm.sf(abs(difference) / error))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust a family of p-values for being a family (Holm's step-down); NaN stays NaN.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = [i for i in np.argsort(p_values) if not np.isnan(p_values[i])]
    adjusted = [float("nan")] * len(p_values)
    largest = 0.0
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - place) * p_values[i]))
        adjusted[i] = largest
    return adjusted
