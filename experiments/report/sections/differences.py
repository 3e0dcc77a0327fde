"""Which differences between spaces are more than chance."""

from __future__ import annotations

import math

import pandas as pd

from compare.comparison import quantities as known
from compare.comparison.significance import LEVEL
from compare.measures.quantity import ALL, Quantity
from experiments.report.cells import written
from experiments.report.numbers import count, p_value
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_labels, space_names
from experiments.results.run_folder import RunResults


def difference_tables(results: RunResults) -> list[Table]:
    """Tabulate the paired tests: those against the first space, all others, those by part."""
    whole, by_part = results.comparison.differences, results.comparison.relation_differences
    tables = []
    if len(whole):
        against = whole["reference"] == space_names(results)[0]
        tables.append(_table(results, whole[against], "differences", "Against the first space"))
        tables.append(_table(results, whole[~against], "differences-other", "All other pairs"))
    if len(by_part):
        title = f"By part ({count(len(by_part))} tests, adjusted among themselves)"
        tables.append(_table(results, by_part, "differences-parts", title))
    return [table for table in tables if table.rows]


def _table(results: RunResults, differences: pd.DataFrame, name: str, title: str) -> Table:
    labels, rows = space_labels(results), []
    for row in differences.itertuples():
        adjusted = "–" if math.isnan(row.p_holm) else p_value(row.p_holm)
        told = row.method if row.relation == ALL else row.relation
        numbers = (row.value, row.low, row.high)
        rows.append(
            (
                Cell(f"{labels[row.space]} − {labels[row.reference]}"),
                Cell(f"{row.judgments}: {told}"),
                Cell(row.transform),
                Cell(written(_tested(row.quantity, row.method), *numbers, signed=True)),
                Cell(adjusted, is_bold=row.p_holm < LEVEL),
            )
        )
    columns = ("spaces", "asked", "cosines", "difference", "p (Holm)")
    return Table(name, columns, tuple(rows), title, n_text_columns=3)


def _tested(key: str, method: str) -> Quantity | None:
    return next(
        (one for one in known.QUANTITIES if one.is_tested and _is_named(one, key, method)), None
    )


def _is_named(quantity: Quantity, key: str, method: str) -> bool:
    return quantity.is_named(key, method, quantity.candidates)


def _text(results: RunResults) -> str:
    differences = results.comparison.differences
    n_tests = int(differences["p"].notna().sum()) if len(differences) else 0
    return (
        "Two spaces on the same questions and pairs: the difference with its 95 % interval (paired "
        f"bootstrap), and p adjusted for all {count(n_tests)} tests of this report (Holm), bold "
        f"below {LEVEL}. Analogies: 3CosAdd, question words excluded."
    )


DIFFERENCES = Section(
    "differences",
    title="Which differences are more than chance?",
    text=_text,
    tables=difference_tables,
)
