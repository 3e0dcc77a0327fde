"""Findings about pairs of spaces: which a test finds to have more in common than by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from compare.comparison.significance import NOT_TESTED
from experiments.report.findings import (
    ALIKE_BEYOND,
    ALIKE_BY_CHANCE,
    MOST_PAIRS,
    listed,
)
from experiments.report.spaces import space_labels
from experiments.results.run_folder import RunResults


def pair_clauses(
    results: RunResults,
    rows: pd.DataFrame,
    *,
    chance: Callable[[pd.DataFrame], str],
    written: Callable[[Any], str],
) -> tuple[str, ...]:
    """Say which pairs are more alike than by chance, and which are not found to be.

    Parameters
    ----------
    rows : DataFrame
        Columns: first, second, value, untrained, outcome, holds.
    chance : callable
        Writes what chance gives, of the rows that hold.
    written : callable
        Writes the value of a row, and what the untrained table reaches where there is one.

    Returns
    -------
    tuple of str
        Clauses; none where nothing was tested.
    """
    labels = space_labels(results)

    def told(part: pd.DataFrame) -> str:
        pairs = [
            f"{labels[row.first]} and {labels[row.second]} {written(row)}"
            for row in part[:MOST_PAIRS].itertuples()
        ]
        return listed(pairs, len(part))

    tested = rows[rows["outcome"] != NOT_TESTED]
    apart, like = tested[tested["holds"]], tested[~tested["holds"]]
    clauses = []
    if len(apart):
        pairs = told(apart.sort_values("value", ascending=False, kind="stable"))
        clauses.append(ALIKE_BEYOND(chance=chance(apart), pairs=pairs))
    if len(like):
        clauses.append(ALIKE_BY_CHANCE(pairs=told(like)))
    return tuple(clauses)


def with_untrained(told: str, value: float, write: Callable[[float], str]) -> str:
    """Put what the untrained table reaches behind a value; nothing where there is none."""
    return f"{told} (untrained {write(value)})" if value == value else told
