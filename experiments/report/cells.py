"""Numbers of all spaces → the cells of a column, and which of them are bold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from compare.comparison.significance import LEVEL
from compare.measures.quantity import ALL, Quantity
from experiments.report.numbers import NBSP, correlation, percent, two_decimals
from experiments.report.section import Cell

Tests = Mapping[frozenset[str], float]
"""p (Holm) of pairs of spaces."""


def written(
    quantity: Quantity | None, value: float, low: float, high: float, *, signed: bool = False
) -> str:
    """Write a number as its quantity asks: shares in percent, differences of them in points."""
    if value != value:
        return "–"
    is_share = quantity is not None and quantity.unit == "share"
    return (percent if is_share else correlation)(value, low, high, signed=signed)


def written_chance(quantity: Quantity, chance: float) -> str:
    """Write what guessing reaches; where it is tiny, with two digits."""
    if quantity.unit != "share":
        return two_decimals(chance)
    return f"{100 * chance:.{0 if chance >= 0.01 else 2}{'f' if chance >= 0.01 else 'g'}}{NBSP}%"


def paired_tests(
    differences: pd.DataFrame,
    quantity: Quantity,
    judgments: str,
    transform: str,
    relation: str = ALL,
) -> Tests:
    """Pick the paired tests of one number."""
    if not len(differences) or not quantity.is_tested:
        return {}
    rows = differences[
        (differences["quantity"] == quantity.key)
        & (differences["judgments"] == judgments)
        & (differences["transform"] == transform)
        & (differences["relation"] == relation)
    ]
    return {
        frozenset((row.space, row.reference)): row.p_holm
        for row in rows.itertuples()
        if quantity.is_named(quantity.key, row.method, quantity.candidates)
    }


def value_cells(
    quantity: Quantity, part: pd.DataFrame, names: Sequence[str], tests: Tests | None = None
) -> list[Cell]:
    """One cell a space; the best is bold, and those that are not reliably worse.

    With ``tests``, those whose paired test against the best has p (Holm) of ``LEVEL`` or more;
    without, those whose interval holds the best value. Where no space is told from the best, none
    is bold.
    """
    by_space: dict[str, Any] = {str(row.space): row for row in part.itertuples()}
    known = {name: row.value for name, row in by_space.items() if not math.isnan(row.value)}
    bold = _bold(quantity, by_space, known, tests)
    return [
        Cell(
            written(quantity, by_space[name].value, by_space[name].low, by_space[name].high),
            is_bold=name in bold,
        )
        if name in known
        else Cell("–")
        for name in names
    ]


def _bold(
    quantity: Quantity,
    by_space: Mapping[str, Any],
    known: Mapping[str, float],
    tests: Tests | None,
) -> set[str]:
    if quantity.better == "neither" or not known:
        return set()
    choose = max if quantity.better == "larger" else min
    best = by_space[choose(known, key=lambda name: known[name])]
    near = {name for name in known if _is_near(quantity, by_space[name], best, tests)}
    return near if len(near) < len(known) else set()


def _is_near(quantity: Quantity, row: Any, best: Any, tests: Tests | None) -> bool:
    if row is best or row.value == best.value:
        return True
    if tests:
        return not tests.get(frozenset((row.space, best.space)), math.nan) < LEVEL
    edge, ahead = (row.high, 1) if quantity.better == "larger" else (row.low, -1)
    return bool(math.isnan(edge) or ahead * (edge - best.value) >= 0)


def slug(name: str) -> str:
    """Turn a name into one for a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"
