"""What the spaces were asked: sets of judgments, how much of them, and what was left out."""

from __future__ import annotations

from compare.comparison.quantities import main_quantities
from experiments.report.numbers import count
from experiments.report.quantity_tables import rows_of
from experiments.report.section import Cell, Section, Table
from experiments.results.run_folder import RunResults


def asked_tables(results: RunResults) -> list[Table]:
    """List the sets of judgments, and what each question of the summary used of them."""
    repeated = dict(results.comparison.judgments[["judgments", "n_repeated"]].to_numpy())
    rows = []
    for quantity in main_quantities():
        measured = rows_of(results.comparison.measurements, quantity)
        named = measured[measured["judgments"].fillna("") != ""]
        for name, of_set in named.groupby("judgments", sort=False):
            n_used, n_missing = (int(of_set[column].iloc[0]) for column in ("n", "n_missing"))
            cells = (name, quantity.says, count(n_used), count(n_missing))
            twice = repeated.get(name)
            rows.append((*map(Cell, cells), Cell("–" if twice is None else count(twice))))
    columns = ("set", "what is asked", "used", "left out", "stands twice")
    title = "Sets of judgments, and how much of them was used"
    return [Table("asked", columns, tuple(rows), title, n_text_columns=2)] if rows else []


ASKED = Section(
    "asked",
    title="What was asked",
    text=lambda _: (
        "The sets behind the main numbers. Left out: items with a word that not all spaces have, "
        "and analogies whose answer is one of the question words. Items that a published set holds "
        "twice are scored twice."
    ),
    tables=asked_tables,
)
