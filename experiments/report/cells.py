"""Numbers of all spaces → the cells of a column, and what tests say of them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from compare.comparison.contrasts import PARTS
from compare.comparison.significance import APART, NOT_TOLD_APART
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import ALL, Quantity
from experiments.report.numbers import NBSP, correlation, percent, two_decimals
from experiments.report.section import Cell

Outcomes = Mapping[frozenset[str], tuple[str, str]]
"""Of pairs of spaces: what a test found, and the larger of the two."""

NOT_APART = "†"
"""Marks a number that a test does not tell apart from the best."""


def written(
    quantity: Quantity | None,
    value: float,
    low: float = math.nan,
    high: float = math.nan,
    *,
    signed: bool = False,
) -> str:
    """Write a number as its quantity asks: shares in percent, differences of them in points.

    NaN bounds: it has no interval.
    """
    if value != value:
        return "–"
    is_share = quantity is not None and quantity.unit == "share"
    return (percent if is_share else correlation)(value, low, high, signed=signed)


def written_chance(quantity: Quantity, chance: float) -> str:
    """Write what guessing reaches; where it is tiny, with two digits."""
    if quantity.unit != "share":
        return two_decimals(chance)
    return f"{100 * chance:.{0 if chance >= 0.01 else 2}{'f' if chance >= 0.01 else 'g'}}{NBSP}%"


def picked_tests(
    differences: pd.DataFrame,
    quantity: Quantity,
    judgments: str,
    transform: str,
    *,
    words: str = ALL_WORDS,
    relation: str = ALL,
    is_part: bool = False,
) -> pd.DataFrame:
    """Pick the tests of one number: rows of ``differences``.

    Parameters
    ----------
    is_part : bool
        Whether to pick parts of a difference (of the unit, of the model), and not spaces against
        each other.
    """
    if not len(differences) or not quantity.is_tested:
        return differences[:0]
    rows = differences[differences["quantity"] == quantity.key]  # few are left to look at
    rows = rows[
        (rows["candidates"].fillna("") == quantity.candidates)
        & (rows["judgments"].fillna("") == judgments)
        & (rows["transform"] == transform)
        & (rows["words"] == words)
        & rows["relation"].fillna("").isin([relation, ""])
        & (rows["contrast"].isin(PARTS) == is_part)
    ]
    methods = [m for m in rows["method"].unique() if _is_its(quantity, m)]
    return rows[rows["method"].isin(methods)]


def _is_its(quantity: Quantity, method: str) -> bool:
    return quantity.is_named(quantity.key, method, quantity.candidates)


def outcomes(tests: pd.DataFrame) -> Outcomes:
    """Give what the tests of one number found, by pair of spaces."""
    return {
        frozenset((row.space, row.reference)): (
            row.outcome,
            row.space if row.value > 0 else row.reference,
        )
        for row in tests.itertuples()
    }


def value_cells(
    quantity: Quantity,
    part: pd.DataFrame,
    names: Sequence[str],
    tests: Outcomes | None = None,
    *,
    ground: Collection[str] = (),
) -> list[Cell]:
    """One cell a space: the best is bold where a test finds it better than another space.

    Those that were tested against the best and are not told apart from it have a dagger. What was
    not tested has no mark, and no untrained table (``ground``) has one.
    """
    by_space: dict[str, Any] = {str(row.space): row for row in part.itertuples()}
    known = {name: row.value for name, row in by_space.items() if not math.isnan(row.value)}
    best, like_best = _marked(quantity, known, tests or {}, ground)

    def cell(name: str) -> Cell:
        row = by_space[name]
        text = written(quantity, row.value, row.low, row.high)
        return Cell(text + (NOT_APART if name in like_best else ""), is_bold=name == best)

    return [cell(name) if name in known else Cell("–") for name in names]


def _marked(
    quantity: Quantity, known: Mapping[str, float], tests: Outcomes, ground: Collection[str]
) -> tuple[str | None, set[str]]:
    trained = [name for name in known if name not in ground]
    if quantity.better == "neither" or not trained:
        return None, set()
    choose = max if quantity.better == "larger" else min
    best = choose(trained, key=lambda name: known[name])
    found = {name: tests.get(frozenset((name, best)), ("", ""))[0] for name in known}
    beaten = [
        name
        for name, outcome in found.items()
        if outcome == APART and choose(known[name], known[best]) == known[best]
    ]
    if not beaten:
        return None, set()
    return best, {name for name in trained if found[name] == NOT_TOLD_APART}


def slug(name: str) -> str:
    """Turn a name into one for a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"
