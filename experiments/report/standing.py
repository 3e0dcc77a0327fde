"""Who comes first, and from whom the tests tell it apart: a finding about one quantity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from compare.comparison.significance import LEVEL
from compare.measures.quantity import Quantity
from experiments.report.cells import Tests, paired_tests, written
from experiments.report.quantity_tables import wholes
from experiments.report.spaces import floors, space_labels, transforms
from experiments.results.run_folder import RunResults

FEW = 30
"""Questions or pairs below which no space is called better than another."""


def standing(results: RunResults, quantity: Quantity, judgments: str) -> str:
    """Say who is best, from whom the paired tests tell it apart, and where the floors lie.

    Empty where nothing is known.
    """
    transform, *others = transforms(results)
    columns = wholes(results, quantity, transform, judgments=judgments)
    rows = _known(columns[0].rows) if columns else {}
    ground = {name: rows.pop(name) for name in floors(results) if name in rows}
    if not rows:
        return ""
    best = _first(quantity, rows)
    if best.n < FEW:
        return "too few to compare spaces by"
    if quantity.better == "larger" and best.value <= 0:
        return "no space does better than nothing"
    tests = paired_tests(results.comparison.differences, quantity, judgments, transform)
    parts = _order(results, quantity, rows, ground, tests)
    for changed in others:
        rest = wholes(results, quantity, changed, judgments=judgments)
        found = {n: r for n, r in _known(rest[0].rows).items() if n in rows} if rest else {}
        first = _first(quantity, found)
        if first is not None and first.space != best.space:
            told = told_values(results, quantity, [first])
            parts.append(f"by {changed} cosines {told} comes first")
    return "; ".join(parts)


def _known(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(row.space): row for row in rows[rows["value"].notna()].itertuples()}


def _order(
    results: RunResults,
    quantity: Quantity,
    rows: dict[str, Any],
    ground: dict[str, Any],
    tests: Tests,
) -> list[str]:
    best = _first(quantity, rows)
    others = [row for row in rows.values() if row.space != best.space]
    near = [row for row in others if not _is_apart(row, best, tests)]
    below = [row for row in others if _is_apart(row, best, tests)]

    def told(group: Sequence[Any]) -> str:
        return told_values(results, quantity, group)

    one_table = "the untrained table" + ("s" if len(ground) > 1 else "")
    highest = _first(quantity, ground)
    if highest is not None and not any(
        _first(quantity, {"": highest, row.space: row}) is row and _is_apart(row, highest, tests)
        for row in rows.values()
    ):
        first = f"none is reliably better than {one_table} ({told(list(ground.values()))})"
        return [first, told([best, *others])]
    parts = [f"{told([best])} comes first"]
    parts += [f"not reliably below it: {told(near)}"] if near else []
    parts += [f"below it: {told(below)}"] if below else []
    parts += [f"{one_table}: {told(list(ground.values()))}"] if ground else []
    return parts


def _first(quantity: Quantity, rows: dict[str, Any]) -> Any:
    """Give the best row, the earlier of equals; None without any."""
    choose = min if quantity.better == "smaller" else max
    return choose(rows.values(), key=lambda row: row.value, default=None)


def _is_apart(row: Any, other: Any, tests: Tests) -> bool:
    return bool(tests.get(frozenset((row.space, other.space)), 1.0) < LEVEL)


def told_values(results: RunResults, quantity: Quantity, rows: Sequence[Any]) -> str:
    """List spaces with their numbers."""
    labels = space_labels(results)
    return ", ".join(
        f"{labels[row.space]} {written(quantity, row.value, row.low, row.high)}" for row in rows
    )
