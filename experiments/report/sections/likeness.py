"""How alike the spaces are as wholes, between a floor and a ceiling."""

from __future__ import annotations

from typing import Any

from compare.comparison import quantities as known
from experiments.report.numbers import count, share_text, two_decimals
from experiments.report.quantity_tables import explained
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_labels, transforms
from experiments.results.run_folder import RunResults


def likeness_tables(results: RunResults) -> list[Table]:
    """Tabulate the likeness of each pair of spaces, and words found again."""
    return [*_likeness(results), *_retrieval(results)]


def _likeness(results: RunResults) -> list[Table]:
    likeness, labels = results.comparison.likeness, space_labels(results)
    if not len(likeness):
        return []
    measures = list(dict.fromkeys(likeness["quantity"]))
    titles = {one.method: one.title for one in known.quantities_of("likeness")}
    has_ceilings = bool(likeness["ceiling"].notna().any())
    lines = []
    for (first, second), part in likeness.groupby(["first", "second"], sort=False):
        by_measure = {row.quantity: row for row in part.itertuples()}
        cells = [_bounded(by_measure.get(measure), has_ceilings) for measure in measures]
        lines.append((Cell(f"{labels[str(first)]} – {labels[str(second)]}"), *cells))
    title = "value (floor" + (" to ceiling)" if has_ceilings else ")")
    columns = ("spaces", *(titles.get(measure, measure) for measure in measures))
    return [Table("likeness", columns, tuple(lines), title)]


def _bounded(row: Any, has_ceilings: bool) -> Cell:
    if row is None:
        return Cell("–")
    bounds = two_decimals(row.floor)
    bounds += f" to {two_decimals(row.ceiling)}" if has_ceilings else ""
    above_all = row.p <= 1 / (1 + row.n_shuffles) + 1e-9
    return Cell(f"{two_decimals(row.value)} ({bounds})", is_bold=bool(above_all))


def _retrieval(results: RunResults) -> list[Table]:
    retrieval, labels = results.comparison.retrieval, space_labels(results)
    if not len(retrieval):
        return []
    lines = []
    for (first, second), part in retrieval.groupby(["first", "second"], sort=False):
        by_kind = {(row.direction, row.criterion): row for row in part.itertuples()}
        cells = []
        for criterion in ("cosine", "CSLS"):
            for column in ("p_at_1", "p_at_10"):
                both = [
                    share_text(getattr(by_kind[direction, criterion], column))
                    for direction in ("forward", "backward")
                ]
                cells.append(Cell(" / ".join(both)))
        lines.append((Cell(f"{labels[str(first)]} – {labels[str(second)]}"), *cells))
    columns = ("spaces", "P@1", "P@10", "P@1, CSLS", "P@10, CSLS")
    title = "Held-out words found again, first space to second / second to first"
    return [Table("retrieval", columns, tuple(lines), title)]


def _text(results: RunResults) -> str:
    likeness = results.comparison.likeness
    if not len(likeness):
        return ""
    ceiling = (
        ", and what the two models reach with themselves from another seed"
        if likeness["ceiling"].notna().any()
        else " (what a model reaches with itself is not known: one seed was trained)"
    )
    return (
        f"How alike the spaces are as wholes, over {count(likeness['n'].max())} words drawn "
        f"from the shared vocabulary ({transforms(results)[0]} vectors). {explained('likeness')} "
        "Each is 1 for equal spaces. In brackets what the same spaces reach with their words "
        f"shuffled{ceiling}; bold where it exceeds all {count(likeness['n_shuffles'].max())} "
        "shuffles. Words are found again as nearest (P@1) or among the ten nearest (P@10) after "
        "the best rotation, by cosine and by CSLS, which keeps hubs from being everybody's "
        "neighbour."
    )


LIKENESS = Section(
    "likeness",
    title="Likeness of the spaces",
    text=_text,
    tables=likeness_tables,
    n_open=2,
)
