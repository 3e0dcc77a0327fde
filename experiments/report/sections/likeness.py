"""How alike the spaces are as wholes, between a floor and a ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from compare.comparison import quantities as known
from compare.comparison.significance import NOT_TESTED
from compare.figures.matrix import plot_matrix
from experiments.report.numbers import count, share_text, two_decimals
from experiments.report.pair_findings import pair_clauses, with_untrained
from experiments.report.quantity_tables import explained
from experiments.report.section import Cell, Finding, Picture, Section, Table
from experiments.report.spaces import space_labels, space_looks, transforms
from experiments.results.run_folder import RunResults


def likeness_tables(results: RunResults) -> list[Table]:
    """Tabulate the likeness of each pair of spaces, and words found again."""
    return [*_likeness(results), *_retrieval(results)]


def _likeness(results: RunResults) -> list[Table]:
    likeness, labels = results.comparison.likeness, space_labels(results)
    if not len(likeness):
        return []
    measures = list(dict.fromkeys(likeness["quantity"]))
    titles = _titles()
    further = [name for name in BOUNDS if likeness[name].notna().any()]
    lines = []
    for (first, second), part in likeness.groupby(["first", "second"], sort=False):
        by_measure = {row.quantity: row for row in part.itertuples()}
        cells = [_bounded(by_measure.get(measure), further) for measure in measures]
        lines.append((Cell(f"{labels[str(first)]} – {labels[str(second)]}"), *cells))
    title = f"value ({', '.join(('shuffled', *(BOUNDS[name] for name in further)))})"
    columns = ("spaces", *(titles.get(measure, measure) for measure in measures))
    return [Table("likeness", columns, tuple(lines), title)]


BOUNDS = {"untrained": "untrained", "ceiling": "other seed"}
"""What stands in brackets behind the value and what shuffled words reach."""


def _bounded(row: Any, further: Sequence[str]) -> Cell:
    if row is None:
        return Cell("–")
    bounds = (getattr(row, name) for name in ("floor", *further))
    told = ", ".join(two_decimals(one) for one in bounds)
    return Cell(f"{two_decimals(row.value)} ({told})", is_bold=bool(row.holds))


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
                rows = [by_kind.get((way, criterion)) for way in ("forward", "backward")]
                both = [share_text(getattr(row, column)) if row else "–" for row in rows]
                cells.append(Cell(" / ".join(both)))
        lines.append((Cell(f"{labels[str(first)]} – {labels[str(second)]}"), *cells))
    columns = ("spaces", "P@1", "P@10", "P@1, CSLS", "P@10, CSLS")
    title = "Held-out words found again, first space to second / second to first"
    return [Table("retrieval", columns, tuple(lines), title)]


def _text(results: RunResults) -> str:
    likeness = results.comparison.likeness
    if not len(likeness):
        return ""
    untrained, ceiling = (likeness[name].notna().any() for name in BOUNDS)
    tested = likeness[likeness["outcome"] != NOT_TESTED]
    bounds = [
        "what the same spaces reach when vectors are dealt at random among "
        + str(likeness["shuffled_among"].iloc[0])
    ]
    bounds += ["what an untrained table reaches"] if untrained else []
    bounds += ["what the two models reach with themselves from another seed"] if ceiling else []
    bold = (
        f"Bold where a test finds the value above shuffles ({count(tested['n_shuffles'].max())} of "
        "them, one-sided, Holm over the declared pairs of each measure); the other pairs and "
        "measures were not tested."
        if len(tested)
        else f"Not tested: {_why_untested(likeness)}."
    )
    seeds = (
        "" if ceiling else " What a model reaches with itself is not known: one seed was trained."
    )
    return (
        f"How alike the spaces are as wholes, over {count(likeness['n'].max())} words drawn "
        f"from the shared vocabulary ({transforms(results)[0]} vectors). {explained('likeness')} "
        f"Each is 1 for equal spaces. In brackets {', '.join(bounds)}. {bold}{seeds} "
        "Words are found again as nearest (P@1) or among the ten nearest (P@10) after "
        "the best rotation, by cosine and by CSLS, which keeps hubs from being everybody's "
        "neighbour."
    )


def _why_untested(likeness: pd.DataFrame) -> str:
    reasons = dict.fromkeys(likeness.loc[likeness["n_shuffles"] > 0, "why"])
    return "; ".join(reasons or ["no declared contrast"])


def _findings(results: RunResults) -> list[Finding]:
    """Say, by measure, which tested pairs are more alike than shuffled words are."""
    likeness, titles = results.comparison.likeness, _titles()
    found = []
    for measure, part in likeness.groupby("quantity", sort=False):
        told = pair_clauses(
            results,
            part,
            chance=lambda apart: f"{two_decimals(apart['floor'].max())} at most",
            written=lambda row: with_untrained(
                two_decimals(row.value), row.untrained, two_decimals
            ),
        )
        if told:
            words = count(part["n"].max())
            found.append(Finding(f"{titles.get(measure, measure)} ({words} words)", told))
    return found


def _titles() -> dict[str, str]:
    return {one.method: one.title for one in known.quantities_of("likeness")}


MATRICES = ("linear CKA", "mutual k-NN")
"""What the figure shows."""


def _drawn(results: RunResults) -> pd.DataFrame:
    likeness = results.comparison.likeness
    rows = likeness[likeness["quantity"].isin(MATRICES) & likeness["value"].notna()]
    return rows.assign(panel=rows["quantity"].map(_titles()), is_bold=rows["holds"])


LIKENESS = Section(
    "likeness",
    title="Likeness of the spaces",
    text=_text,
    tables=likeness_tables,
    findings=_findings,
    picture=Picture(
        "likeness",
        "How alike each pair of spaces is, as a matrix",
        _drawn,
        lambda results, rows: plot_matrix(rows, space_looks(results)),
        lambda _: "Darker is more alike; bold: above shuffles, by a test.",
    ),
)
