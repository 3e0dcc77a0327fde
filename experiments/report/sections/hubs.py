"""The words that are neighbours of the most others."""

from __future__ import annotations

from experiments.report.numbers import count
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_labels, space_names, transforms
from experiments.results.run_folder import RunResults


def hub_tables(results: RunResults) -> list[Table]:
    """List the hubs of each space, in the first transform."""
    hubs, labels = results.comparison.hubs, space_labels(results)
    listed = hubs[hubs["transform"] == transforms(results)[0]] if len(hubs) else hubs
    if not len(listed):
        return []
    rows = tuple(
        (
            Cell(labels[name]),
            Cell(
                ", ".join(
                    f"{row.word} ({count(row.n)})"
                    for row in listed[listed["space"] == name].itertuples()
                )
            ),
        )
        for name in space_names(results)
    )
    first = listed.iloc[0]
    title = f"Among the {count(first['k'])} nearest of {count(first['n_asked'])} words"
    return [Table("hubs", ("space", "hubs"), rows, title, n_text_columns=2)]


HUBS = Section(
    "hubs",
    title="Hubs",
    text=lambda results: (
        "The words that are among the nearest of the most others "
        f"({transforms(results)[0]} cosines)."
    ),
    tables=hub_tables,
)
