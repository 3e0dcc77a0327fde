"""What a table is made of, and which of its cells stand out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.numbers import correlation, percent
from experiments.scores import ALL_RELATIONS

LEVEL = 0.05
"""p (Holm) below which two spaces are told apart."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``best`` where it stands out, as the text beside the table says."""

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


Tests = Mapping[frozenset[str], float]
"""p (Holm) of pairs of spaces."""


def paired_tests(
    differences: pd.DataFrame,
    measure: str,
    judgments: str,
    transform: str,
    relation: str = ALL_RELATIONS,
) -> Tests:
    """Pick the paired tests of one number."""
    rows = differences[
        (differences["measure"] == measure)
        & (differences["judgments"] == judgments)
        & (differences["transform"] == transform)
        & (differences["relation"] == relation)
    ]
    return {frozenset((row.space, row.reference)): row.p_holm for row in rows.itertuples()}


def value_cells(
    part: pd.DataFrame,
    names: Sequence[str],
    *,
    in_percent: bool,
    tests: Tests | None = None,
    mark: bool = True,
) -> list[Cell]:
    """One cell a space; the best stands out, and those that are not told from it.

    With ``tests``, those whose paired test against the best has p (Holm) of ``LEVEL`` or more;
    without, those whose interval holds the best value.
    """
    by_space = {str(row.space): row for row in part.itertuples()}
    known = {name: row.value for name, row in by_space.items() if not math.isnan(row.value)}
    best = max(known, key=lambda name: known[name], default="")
    write = percent if in_percent else correlation
    cells = []
    for name in names:
        if name not in known:
            cells.append(Cell("–"))
            continue
        row = by_space[name]
        if tests:
            p = tests.get(frozenset((name, best)), math.nan)
            is_near = name == best or not p < LEVEL
        else:
            is_near = row.value == known[best] or row.high >= known[best]
        is_best = mark and is_near and len(set(known.values())) > 1
        cells.append(Cell(write(row.value, row.low, row.high), best=is_best))
    return cells


def slug(name: str) -> str:
    """Turn a name into one for a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"
