"""How far the senses of ambiguous words lie apart."""

from __future__ import annotations

from experiments.report.cells import slug
from experiments.report.numbers import count, two_decimals
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import model_labels, space_labels
from experiments.results.run_folder import RunResults

NUMBERS = (
    ("probe_auc", "read by a linear probe (AUC)"),
    ("auc", "larger cosines within a sense (AUC)"),
    ("silhouette", "silhouette"),
)


def sense_tables(results: RunResults) -> list[Table]:
    """Tabulate how far senses lie apart, one row a word."""
    senses = results.context_senses
    if not len(senses):
        return []
    spaces = list(dict.fromkeys(senses["space"]))
    tables = []
    for column, title in NUMBERS:
        rows = [
            (
                Cell(str(word)),
                Cell(count(part["n_used"].iloc[0])),
                *(
                    Cell(two_decimals(part.loc[part["space"] == space, column].mean()))
                    for space in spaces
                ),
            )
            for word, part in senses.groupby("word", sort=False)
        ]
        means = senses.groupby("space")[column].mean()
        rows.append((Cell("mean"), Cell(""), *(Cell(two_decimals(means[one])) for one in spaces)))
        headings = [_label(results, str(space)) for space in spaces]
        columns = ("word", "occurrences", *headings)
        tables.append(Table(f"senses-{slug(column)}", columns, tuple(rows), title))
    return tables


def _label(results: RunResults, space: str) -> str:
    """Name a space, compared or not."""
    model, _, table = space.partition("/")
    own = f"{model_labels(results).get(model, model)} {table.replace('-', ' ')}".strip()
    return space_labels(results).get(space, own)


SENSES = Section(
    "senses",
    title="Senses of ambiguous words",
    text=lambda _: (
        "The text says which sense each occurrence has. AUC: 1 where the senses can be told apart, "
        "0.5 where they cannot; a table, with its one vector a word, cannot. Silhouette: −1 to 1."
    ),
    tables=sense_tables,
    level=3,
)
