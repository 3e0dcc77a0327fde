"""Are two spaces different: paired tests, adjusted for being many (Holm 1979)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.scores import Number, Of
from compare.uncertainty import interval

DIFFERENCE_COLUMNS = [
    *("space", "reference", "quantity", "judgments", "relation", "method", "transform"),
    *("value", "low", "high", "p", "p_holm", "holds", "n", "unit"),
]

LEVEL = 0.05
"""p (Holm) below which a difference is shown."""


def differences(found: Sequence[Number], names: Sequence[str]) -> pd.DataFrame:
    """Test every pair of spaces on the same resamples; Holm over all tests.

    Parameters
    ----------
    found : sequence of Number
        Of all spaces and transforms; those with replicates are tested.
    names : sequence of str
        Of the spaces, in order.
    """
    wholes = [number for number in found if number.of.is_whole]
    return _tests(wholes, list(combinations(names, 2)))


def relation_differences(
    found: Sequence[Number], names: Sequence[str], *, transform: str
) -> pd.DataFrame:
    """Test each space against the first by relation, in one transform; Holm over these.

    A family of their own: they look closer at what :func:`differences` tests as a whole.
    """
    parts = [n for n in found if not n.of.is_whole and n.of.transform == transform]
    return _tests(parts, [(names[0], name) for name in names[1:]])


def _tests(found: Iterable[Number], pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    by_space: dict[Of, dict[str, Number]] = {}
    for number in found:
        if number.replicates is not None:
            by_space.setdefault(number.of, {})[number.space] = number
    rows = [
        _difference(of_spaces[name], of_spaces[reference])
        for of_spaces in by_space.values()
        for reference, name in pairs
        if name in of_spaces and reference in of_spaces
    ]
    tested = [row for row in rows if not np.isnan(row["value"])]
    table = pd.DataFrame(tested, columns=DIFFERENCE_COLUMNS)
    table["p_holm"] = holm(table["p"].tolist())
    table["holds"] = table["p_holm"] < LEVEL
    return table


def _difference(number: Number, reference: Number) -> dict[str, Any]:
    assert number.replicates is not None
    assert reference.replicates is not None
    replicates = number.replicates - reference.replicates
    found = interval(number.interval.value - reference.interval.value, replicates)
    return {
        "space": number.space,
        "reference": reference.space,
        **number.of._asdict(),
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "p": paired_p_value(found.value, replicates),
        "n": min(number.n_units, reference.n_units),
        "unit": number.unit,
    }


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
    from scipy import stats

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
