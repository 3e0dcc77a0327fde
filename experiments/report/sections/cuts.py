"""What a cut of the vocabulary does to the main numbers."""

from __future__ import annotations

import math

from compare.comparison import quantities as known
from experiments.report.cells import slug, written
from experiments.report.numbers import count
from experiments.report.quantity_tables import NOUNS
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_labels, space_names, transforms
from experiments.results.run_folder import RunResults


def cut_tables(results: RunResults) -> list[Table]:
    """Tabulate the scores of growing vocabularies, one row a space, one column a cut."""
    cuts, labels = results.comparison.cuts, space_labels(results)
    main = {one.key: one for one in known.main_quantities(known.QUANTITIES)}
    tables = []
    for (measure, judgments), part in (
        cuts.groupby(["quantity", "judgments"], sort=False) if len(cuts) else ()
    ):
        sizes = part.drop_duplicates("n_words")
        if len(sizes) < 2:
            continue
        quantity = main.get(str(measure))
        values = {(row.space, row.n_words): row.value for row in part.itertuples()}
        rows = tuple(
            (
                Cell(labels[name]),
                *(
                    Cell(written(quantity, values.get((name, size), math.nan)))
                    for size in sizes["n_words"]
                ),
            )
            for name in space_names(results)
        )
        items = NOUNS.get(quantity.asks if quantity else "", "items")
        columns = (
            "space",
            *(f"{count(row.n_words)} words ({count(row.n)} {items})" for row in sizes.itertuples()),
        )
        tables.append(Table(f"cuts-{slug(str(judgments))}", columns, rows, str(judgments)))
    return tables


CUTS = Section(
    "cuts",
    title="The cut of the vocabulary",
    text=lambda results: (
        "The same when only the most frequent words are kept "
        f"({transforms(results)[0]} cosines; analogies by 3CosAdd, Spearman's ρ): a cut drops "
        "questions with rare words, and rivals of the right answers."
    ),
    tables=cut_tables,
)
