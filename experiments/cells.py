"""What a table is made of, and which of its cells stand out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from compare.judgments.judgments import ALL_RELATIONS
from experiments.numbers import correlation, percent

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

    @property
    def title(self) -> str:
        """What the table is of, in one line."""
        return "; ".join(text for text in (self.summary, self.caption) if text)


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
    without, those whose interval holds the best value. Where no space is told from the best, none
    stands out.
    """
    by_space: dict[str, Any] = {str(row.space): row for row in part.itertuples()}
    known = {name: row.value for name, row in by_space.items() if not math.isnan(row.value)}
    best = max(known, key=lambda name: known[name], default="")
    write = percent if in_percent else correlation
    near = {name for name in known if _is_near(by_space[name], by_space[best], tests)}
    if not mark or len(near) == len(known):
        near = set()
    cells = []
    for name in names:
        row = by_space[name] if name in known else None
        text = write(row.value, row.low, row.high) if row else "–"
        cells.append(Cell(text, best=name in near))
    return cells


def _is_near(row: Any, best: Any, tests: Tests | None) -> bool:
    if row is best:
        return True
    if tests:
        return not tests.get(frozenset((row.space, best.space)), math.nan) < LEVEL
    return bool(math.isnan(row.high) or row.value == best.value or row.high >= best.value)


def slug(name: str) -> str:
    """Turn a name into one for a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"


def with_own_names(tables: Sequence[Table]) -> list[Table]:
    """Give tables whose names repeat a number: each becomes a file."""
    seen: dict[str, int] = {}
    named = []
    for table in tables:
        seen[table.name] = seen.get(table.name, 0) + 1
        number = seen[table.name]
        named.append(table if number == 1 else replace(table, name=f"{table.name}-{number}"))
    return named
