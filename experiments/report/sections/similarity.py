"""Agreement with people on how similar two words are."""

from __future__ import annotations

import pandas as pd

from compare.comparison import quantities as known
from compare.figures import Figure
from compare.figures.intervals import plot_intervals
from experiments.report.escapes import plain
from experiments.report.numbers import count
from experiments.report.quantity_tables import part_tables, quantity_tables, wholes
from experiments.report.section import BOLD, Picture, Section, Table
from experiments.report.spaces import space_looks, transforms
from experiments.report.standing import standing
from experiments.results.run_folder import RunResults


def _tables(results: RunResults) -> list[Table]:
    tables = quantity_tables(results, "similarity", group=lambda one: one.method)
    return [*tables, *part_tables(results, "similarity")]


def _findings(results: RunResults) -> list[str]:
    transform, lines = transforms(results)[0], []
    for quantity in known.main_quantities(known.quantities_of("similarity")):
        for column in wholes(results, quantity, transform):
            found = standing(results, quantity, column.judgments)
            if found:
                lines.append(
                    f"Agreement with people ({column.judgments}, {count(column.items[0])} pairs, "
                    f"{quantity.method}'s ρ, {transform} cosines): {found}."
                )
    return lines


def _figure(results: RunResults) -> Figure | None:
    parts = []
    for quantity in known.main_quantities(known.quantities_of("similarity")):
        for transform in transforms(results):
            for column in wholes(results, quantity, transform):
                rows = column.rows[["space", "value", "low", "high"]]
                if rows["value"].notna().any():
                    where = {"row": "", "column": transform, "title": f"{transform} cosines"}
                    parts.append(rows.assign(group=plain(column.judgments), **where))
    if not parts:
        return None
    drawn = pd.concat(parts, ignore_index=True)
    return plot_intervals(drawn, space_looks(results), of="Spearman's ρ with human ratings")


SIMILARITY = Section(
    "similarity",
    title="Similarity judgments",
    text=lambda _: (
        "Spearman's ρ between cosines and human ratings (−1 to 1, larger is better), with 95 % "
        "bootstrap intervals over pairs. WordSim-353 rewards relatedness, SimLex-999 likeness "
        f"alone. {BOLD}"
    ),
    tables=_tables,
    findings=_findings,
    picture=Picture("similarity", "Similarity with intervals", _figure),
    leads=True,
)
