"""Results → the tables of a report; how they are written is the business of page and markup."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.comparison import ALL_RELATIONS
from experiments.findings import LEVEL
from experiments.labels import label, model_label
from experiments.numbers import (
    correlation,
    count,
    p_value,
    percent,
    plain_number,
    seconds_text,
    share_text,
    short,
    two_decimals,
)
from experiments.results import RunResults


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``best`` where it is not distinguishable from the column's best."""

    text: str
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A table as the page, Markdown and LaTeX show it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    summary: str = ""
    n_text_columns: int = 1


def neighbour_tables(
    results: RunResults, names: Sequence[str], transforms: Sequence[str]
) -> list[dict[str, Any]]:
    """Set the neighbours of each probe word side by side, marking those of the first space."""
    found = {(n["transform"], n["word"], n["space"]): n for n in results.comparison.neighbours}
    words = list(dict.fromkeys(n["word"] for n in results.comparison.neighbours))
    tables = []
    for transform in transforms:
        rows = []
        for word in words:
            first = set(found[transform, word, names[0]]["neighbours"])
            cells = []
            for name in names:
                entry = found[transform, word, name]
                cells.append(
                    [
                        {
                            "word": near,
                            "cosine": f"{cosine:.2f}",
                            "common": name != names[0] and near in first,
                        }
                        for near, cosine in zip(entry["neighbours"], entry["cosines"], strict=True)
                    ]
                )
            rows.append({"word": word, "cells": cells})
        tables.append(
            {"transform": transform, "spaces": [label(name) for name in names], "rows": rows}
        )
    return tables


def settling_table(settling: pd.DataFrame) -> dict[str, Any] | None:
    """Set the neighbours of each probe word side by side at stages of training.

    Those are marked that are neighbours at the end too.
    """
    if not len(settling):
        return None
    shares = list(dict.fromkeys(settling["share"]))
    rows = []
    for word, of_word in settling.groupby("word", sort=False):
        last = set(of_word.loc[of_word["share"] == shares[-1], "neighbour"])
        cells = [
            [
                {
                    "word": near.neighbour,
                    "cosine": f"{near.cosine:.2f}",
                    "common": share != shares[-1] and near.neighbour in last,
                }
                for near in of_word[of_word["share"] == share].itertuples()
            ]
            for share in shares
        ]
        rows.append({"word": word, "cells": cells})
    titles = [f"after {share_text(share)}" for share in shares[:-1]]
    return {"spaces": [*titles, "at the end"], "rows": rows}


def overlap_tables(
    overlaps: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate common neighbours of each pair of spaces."""
    tables = []
    for transform in transforms if len(overlaps) else ():
        part = overlaps[overlaps["transform"] == transform]
        found = {(r.first, r.second): percent(r.value, r.low, r.high) for r in part.itertuples()}
        rows = tuple(
            (
                Cell(label(row)),
                *(Cell(found.get((row, column), "")) for column in names[1:]),
            )
            for row in names[:-1]
        )
        columns = ("", *(label(name) for name in names[1:]))
        tables.append(Table(f"overlap-{transform}", columns, rows, f"{transform} cosines"))
    return tables


def example_tables(results: RunResults) -> dict[str, Any] | None:
    """Tabulate how each space answers the example analogy."""
    examples = results.comparison.example
    if not examples:
        return None
    a, b, c, d = examples[0]["analogy"]
    tables = []
    for transform in dict.fromkeys(e["transform"] for e in examples):
        rows = tuple(
            (
                Cell(label(e["space"])),
                Cell(", ".join(e["answers"])),
                Cell("–" if e["rank"] is None else count(e["rank"])),
                Cell("–" if e["rank_honest"] is None else count(e["rank_honest"])),
            )
            for e in examples
            if e["transform"] == transform
        )
        columns = ("space", "best answers", f"rank of {d}", "rank, honest")
        caption = f"{transform} cosines"
        tables.append(Table(f"example-{transform}", columns, rows, caption, n_text_columns=2))
    return {
        "question": f"{b} − {a} + {c} = ?",
        "right": d,
        "pairs": f"{a} → {b} and {c} → {d}",
        "tables": tables,
    }


_METHODS = (
    ("3CosAdd", "excluded", "3CosAdd"),
    ("3CosAdd", "honest", "3CosAdd, honest"),
    ("3CosMul", "excluded", "3CosMul"),
    ("3CosMul", "honest", "3CosMul, honest"),
    ("only-c", "excluded", "only-c"),
)


def analogy_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate accuracy by method, one row a space."""
    tables = []
    rows = rows[(rows["measure"] == "analogies") & (rows["relation"] == ALL_RELATIONS)]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            part = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            n_used, n_missing = int(part["n_used"].iloc[0]), int(part["n_missing"].iloc[0])
            guess = part.loc[part["method"] == "random", "value"].iloc[0]
            columns = [
                value_cells(
                    part[(part["method"] == method) & (part["candidates"] == candidates)],
                    names,
                    in_percent=True,
                )
                for method, candidates, _ in _METHODS
            ]
            tables.append(
                Table(
                    f"analogies-{slug(judgments)}-{transform}",
                    ("space", *(title for *_, title in _METHODS)),
                    tuple(zip([Cell(label(name)) for name in names], *columns, strict=True)),
                    f"{judgments}, {transform} cosines: {count(n_used)} questions asked, "
                    f"{count(n_missing)} left out (a word is not in the shared "
                    "vocabulary, or the answer is one of the question words); "
                    f"a random guess is right in {share_text(guess, 2)}",
                )
            )
    return tables


def relation_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate 3CosAdd by relation, one column a space."""
    tables = []
    rows = rows[(rows["measure"] == "analogies") & (rows["method"] == "3CosAdd")]
    rows = rows[(rows["candidates"] == "excluded") & (rows["relation"] != ALL_RELATIONS)]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            part = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            lines = []
            for relation in dict.fromkeys(part["relation"]):
                of_relation = part[part["relation"] == relation]
                n_used = int(of_relation["n_used"].iloc[0])
                if n_used:
                    cells = value_cells(of_relation, names, in_percent=True, mark=False)
                    lines.append((Cell(str(relation)), Cell(count(n_used)), *cells))
            if lines:
                summary = f"{judgments} by relation, {transform} cosines (3CosAdd)"
                columns = ("relation", "questions", *(label(name) for name in names))
                name = f"relations-{slug(judgments)}-{transform}"
                tables.append(Table(name, columns, tuple(lines), "", summary))
    return tables


def similarity_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate Spearman's ρ, one row a space."""
    rows = rows[rows["measure"] == "similarity"]
    judgments = list(dict.fromkeys(rows["judgments"]))
    tables = []
    for transform in transforms if judgments else ():
        columns, titles = [], []
        for one_set in judgments:
            part = rows[(rows["judgments"] == one_set) & (rows["transform"] == transform)]
            columns.append(value_cells(part, names, in_percent=False))
            n_used, n_missing = part["n_used"].iloc[0], part["n_missing"].iloc[0]
            titles.append(f"{one_set} ({count(n_used)} of {count(n_used + n_missing)} pairs)")
        tables.append(
            Table(
                f"similarity-{transform}",
                ("space", *titles),
                tuple(zip([Cell(label(name)) for name in names], *columns, strict=True)),
                f"{transform} cosines",
            )
        )
    return tables


def difference_tables(differences: pd.DataFrame, reference: str) -> list[Table]:
    """Tabulate the paired tests: those against the reference, then all others."""
    against = differences["reference"] == reference
    parts = (("differences", against, ""), ("differences-other", ~against, "All other pairs"))
    return [
        _difference_table(differences[chosen], name, summary)
        for name, chosen, summary in parts
        if chosen.any()
    ]


def _difference_table(differences: pd.DataFrame, name: str, summary: str) -> Table:
    rows = []
    for row in differences.itertuples():
        write = percent if row.measure == "analogies" else correlation
        adjusted = "–" if math.isnan(row.p_holm) else p_value(row.p_holm)
        rows.append(
            (
                Cell(f"{label(row.space)} − {label(row.reference)}"),
                Cell(row.judgments),
                Cell(row.transform),
                Cell(write(row.difference, row.low, row.high, signed=True)),
                Cell(adjusted, best=row.p_holm < LEVEL),
            )
        )
    columns = ("spaces", "judgments", "cosines", "difference", "p (Holm)")
    return Table(name, columns, tuple(rows), summary=summary, n_text_columns=3)


_SHAPE = (
    ("IsoScore", "IsoScore"),
    ("partition isotropy", "partition"),
    ("effective rank", "rank"),
    ("hubness", "hubness"),
    ("rogue dimension", "largest"),
    ("norm and frequency", "norms"),
    ("neighbours and frequency", "neighbours"),
)


def geometry_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate the measures of geometry, one row a space."""
    tables = []
    for transform in transforms:
        here = rows[rows["transform"] == transform]
        mean = value_cells(
            here[here["measure"] == "mean cosine"], names, in_percent=False, mark=False
        )
        shape = here[here["measure"] == "geometry"]
        values = {(row.space, row.method): row.value for row in shape.itertuples()}
        columns = [
            [Cell(two_decimals(values.get((name, method)))) for name in names]
            for method, _ in _SHAPE
        ]
        tables.append(
            Table(
                f"geometry-{transform}",
                ("space", "mean cosine", *(title for _, title in _SHAPE)),
                tuple(zip([Cell(label(name)) for name in names], mean, *columns, strict=True)),
                f"{transform} vectors",
            )
        )
    return tables


def likeness_table(likeness: pd.DataFrame) -> Table | None:
    """Tabulate the likeness of each pair of spaces, with what shuffled words reach."""
    if not len(likeness):
        return None
    measures = list(dict.fromkeys(likeness["measure"]))
    lines = []
    for (first, second), part in likeness.groupby(["first", "second"], sort=False):
        by_measure = {row.measure: row for row in part.itertuples()}
        cells = [
            Cell(
                f"{two_decimals(row.value)} ({two_decimals(row.floor)})",
                best=bool(row.value > row.floor_high),
            )
            for row in (by_measure[measure] for measure in measures)
        ]
        lines.append((Cell(f"{label(str(first))} – {label(str(second))}"), *cells))
    return Table("likeness", ("spaces", *measures), tuple(lines))


def budget_table(budgets: pd.DataFrame) -> Table:
    """Tabulate what each model was given."""
    rows = []
    for row in budgets.to_dict("records"):
        unit = row.get("unit", "")
        rows.append(
            (
                Cell(model_label(row["model"])),
                Cell(count(row["dimension"])),
                Cell(short(row.get("parameters"))),
                Cell(f"{short(row.get('seen'))} {unit}".strip()),
                Cell(plain_number(row.get("epochs"))),
                Cell(short(row.get("flops"))),
                Cell(plain_number(row.get("threads"))),
                Cell(seconds_text(row.get("seconds"))),
            )
        )
    columns = (
        "model",
        "dimension",
        "parameters",
        "text seen",
        "epochs",
        "training FLOPs",
        "threads",
        "time",
    )
    return Table("budgets", columns, tuple(rows))


def coverage_table(results: RunResults) -> Table:
    """Tabulate what the cut to the shared vocabulary cost."""
    rows = tuple(
        (
            Cell(label(str(row.space))),
            Cell(count(row.n_words)),
            Cell(count(row.n_shared)),
            Cell(count(row.n_case_collisions)),
        )
        for row in results.comparison.coverage.itertuples()
    )
    columns = ("space", "words", "compared", "case variants dropped")
    return Table("coverage", columns, rows, "The cut to the shared vocabulary")


def value_cells(
    part: pd.DataFrame, names: Sequence[str], *, in_percent: bool, mark: bool = True
) -> list[Cell]:
    """One cell a space; marked where the interval holds the best value of the column."""
    by_space = {str(row.space): row for row in part.itertuples()}
    values = [row.value for row in by_space.values() if not math.isnan(row.value)]
    best = max(values, default=math.nan)
    write = percent if in_percent else correlation
    cells = []
    for name in names:
        row = by_space.get(name)
        if row is None or math.isnan(row.value):
            cells.append(Cell("–"))
        else:
            is_best = row.value == best or (not math.isnan(row.high) and row.high >= best)
            is_best = mark and is_best and len(set(values)) > 1
            cells.append(Cell(write(row.value, row.low, row.high), best=is_best))
    return cells


def slug(name: str) -> str:
    """Turn a name into one for a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"
