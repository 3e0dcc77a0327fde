"""How far the main numbers move with the seed."""

from __future__ import annotations

from compare.comparison import quantities as known
from compare.measures.quantity import ALL
from compare.uncertainty import seed_spread
from experiments.report.cells import written
from experiments.report.numbers import count
from experiments.report.quantity_tables import Column, by_space, rows_of
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_names, transforms
from experiments.results.run_folder import RunResults


def seed_tables(results: RunResults) -> list[Table]:
    """Tabulate the mean over seeds with its 95 % interval, and how far the seeds lie apart."""
    seeds = results.comparison.seeds
    if not len(seeds):
        return []
    headings, columns = [], []
    for quantity in known.main_quantities(known.QUANTITIES):
        rows = rows_of(seeds, quantity)
        rows = rows[rows["relation"].fillna("").isin([ALL, ""])]
        for judgments, part in rows.groupby(rows["judgments"].fillna(""), sort=False):
            cells = []
            for name in space_names(results):
                values = part.loc[part["space"] == name, "value"].dropna()
                if not len(values):
                    cells.append(Cell("–"))
                    continue
                text = written(quantity, *seed_spread(values.tolist()))
                apart = written(quantity, values.max() - values.min())
                cells.append(Cell(f"{text} ({apart} apart)"))
            columns.append(cells)
            headings.append(Column(quantity, str(judgments), part).heading)
    title = f"{count(seeds['seed'].nunique())} seeds, mean and 95 % interval"
    return [by_space(results, "seeds", headings, columns, title)]


SEEDS = Section(
    "seeds",
    title="Other seeds",
    text=lambda results: (
        f"The main numbers when the models are trained from other seeds ({transforms(results)[0]} "
        "cosines): the mean over seeds with its 95 % interval (Student's t; from three seeds on), "
        "and how far the largest and the smallest lie apart. The other tables show the first seed."
    ),
    tables=seed_tables,
)
