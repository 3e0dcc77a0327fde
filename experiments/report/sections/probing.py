"""What a linear probe reads from the vectors."""

from __future__ import annotations

from experiments.report.quantity_tables import explained, part_columns
from experiments.report.section import Section, Table
from experiments.results.run_folder import RunResults


def _tables(results: RunResults) -> list[Table]:
    table = part_columns(results, "probing")
    return [] if table is None else [table]


PROBING = Section(
    "probing",
    title="What a linear probe reads",
    text=lambda _: (
        "Cross-validated; behind the semicolon the same on a control task. R² is 1 at best, 0 for "
        f"guessing the mean. {explained('probing')}"
    ),
    tables=_tables,
)
