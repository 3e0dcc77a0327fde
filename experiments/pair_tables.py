"""Results → tables of pairs of spaces: what they have in common, and what tells them apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from compare.judgments.judgments import ALL_RELATIONS
from experiments.cells import LEVEL, Cell, Table
from experiments.labels import label
from experiments.numbers import correlation, count, p_value, percent, share_text, two_decimals


def overlap_tables(
    overlaps: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate common neighbours of each pair of spaces; on the diagonal, another seed."""
    tables = []
    for transform in transforms if len(overlaps) else ():
        part = overlaps[overlaps["transform"] == transform]
        if not len(part):
            continue
        found = {(r.first, r.second): percent(r.value, r.low, r.high) for r in part.itertuples()}
        has_seeds = any(first == second for first, second in found)
        rows = tuple(
            (Cell(label(row)), *(Cell(found.get((row, column), "")) for column in names))
            for row in names
        )
        columns = ("", *(label(name) for name in names))
        if not has_seeds:
            rows, columns = tuple(row[:1] + row[2:] for row in rows[:-1]), columns[:1] + columns[2:]
        caption = f"{transform} cosines" + ("; diagonal: another seed" if has_seeds else "")
        tables.append(Table(f"overlap-{transform}", columns, rows, caption))
    return tables


def band_table(bands: pd.DataFrame) -> Table | None:
    """Tabulate common neighbours by the frequency rank of the word."""
    if not len(bands):
        return None
    edges = list(dict.fromkeys(zip(bands["from_rank"], bands["to_rank"], strict=True)))
    rows = []
    for (first, second), part in bands.groupby(["first", "second"], sort=False):
        cells = [
            Cell(f"{percent(row.value, row.low, row.high)}; {two_decimals(row.rbo)}")
            for row in part.itertuples()
        ]
        rows.append((Cell(f"{label(str(first))} – {label(str(second))}"), *cells))
    columns = ("spaces", *(f"ranks {count(low)} to {count(high)}" for low, high in edges))
    caption = "common neighbours by frequency rank; rank-biased overlap"
    return Table("bands", columns, tuple(rows), caption)


def changed_tables(changed: Sequence[dict[str, Any]]) -> list[Table]:
    """Tabulate the words whose neighbourhoods differ most, and list those that differ least."""
    tables = []
    for number, entry in enumerate(changed, start=1):
        rows = tuple(
            (
                Cell(one["word"]),
                Cell(", ".join(one["in_first"])),
                Cell(", ".join(one["in_second"])),
                Cell(two_decimals(one["rbo"])),
            )
            for one in entry["changed"]
        )
        first, second = label(entry["first"]), label(entry["second"])
        same = ", ".join(f"{one['word']} ({two_decimals(one['rbo'])})" for one in entry["same"])
        columns = ("word", f"near it in {first}", f"in {second}", "rank-biased overlap")
        caption = f"Most alike are the neighbourhoods of {same}"
        summary = f"{first} and {second}"
        tables.append(Table(f"changed-{number}", columns, rows, caption, summary, n_text_columns=3))
    return tables


def likeness_table(likeness: pd.DataFrame) -> Table | None:
    """Tabulate the likeness of each pair of spaces between its floor and its ceiling."""
    if not len(likeness):
        return None
    measures = list(dict.fromkeys(likeness["measure"]))
    has_ceilings = likeness["ceiling"].notna().any()
    lines = []
    for (first, second), part in likeness.groupby(["first", "second"], sort=False):
        by_measure = {row.measure: row for row in part.itertuples()}
        cells = []
        for row in (by_measure[measure] for measure in measures):
            bounds = two_decimals(row.floor)
            if has_ceilings:
                bounds += f" to {two_decimals(row.ceiling)}"
            text = f"{two_decimals(row.value)} ({bounds})"
            above_all = row.p <= 1 / (1 + row.n_shuffles) + 1e-9
            cells.append(Cell(text, best=bool(above_all)))
        lines.append((Cell(f"{label(str(first))} – {label(str(second))}"), *cells))
    caption = "value (floor" + (" to ceiling)" if has_ceilings else ")")
    return Table("likeness", ("spaces", *measures), tuple(lines), caption)


def retrieval_table(retrieval: pd.DataFrame) -> Table | None:
    """Tabulate how often held-out words are found again, both ways."""
    if not len(retrieval):
        return None
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
        lines.append((Cell(f"{label(str(first))} – {label(str(second))}"), *cells))
    columns = ("spaces", "P@1", "P@10", "P@1, CSLS", "P@10, CSLS")
    caption = "held-out words found again, first to second / second to first"
    return Table("retrieval", columns, tuple(lines), caption)


def difference_tables(differences: pd.DataFrame, reference: str) -> list[Table]:
    """Tabulate the paired tests: those against the reference, then all others."""
    against = differences["reference"] == reference
    parts = (("differences", against, ""), ("differences-other", ~against, "All other pairs"))
    return [
        _difference_table(differences[chosen], name, summary)
        for name, chosen, summary in parts
        if chosen.any()
    ]


def relation_difference_table(differences: pd.DataFrame) -> Table | None:
    """Tabulate the paired tests by relation, against the first space."""
    if not len(differences):
        return None
    summary = f"By relation ({count(len(differences))} tests, adjusted among themselves)"
    return _difference_table(differences, "differences-relations", summary)


def _difference_table(differences: pd.DataFrame, name: str, summary: str) -> Table:
    rows = []
    for row in differences.itertuples():
        write = correlation if row.measure in ("similarity", "antonyms") else percent
        adjusted = "–" if math.isnan(row.p_holm) else p_value(row.p_holm)
        asked = f"{row.judgments}: {row.method}"
        if row.relation != ALL_RELATIONS:
            asked = f"{row.judgments}: {row.relation}"
        rows.append(
            (
                Cell(f"{label(row.space)} − {label(row.reference)}"),
                Cell(asked),
                Cell(row.transform),
                Cell(write(row.difference, row.low, row.high, signed=True)),
                Cell(adjusted, best=row.p_holm < LEVEL),
            )
        )
    columns = ("spaces", "asked", "cosines", "difference", "p (Holm)")
    return Table(name, columns, tuple(rows), summary=summary, n_text_columns=3)
