"""What a linear probe reads from the vectors."""

from __future__ import annotations

from experiments.report.quantity_tables import explained, part_columns
from experiments.report.section import BOLD, Section, Table
from experiments.results.run_folder import RunResults


def _tables(results: RunResults) -> list[Table]:
    table = part_columns(results, "probing")
    return [] if table is None else [table]


PROBING = Section(
    "probing",
    title="What a linear probe reads",
    text=lambda _: (
        "How well a linear model foretells a property of words it has not seen from their vectors "
        "(cross-validated); behind the semicolon the same on a control task, the labels dealt at "
        f"random. R² is 1 at best, 0 for guessing the mean. {explained('probing')} {BOLD}"
    ),
    tables=_tables,
    level=3,
)
