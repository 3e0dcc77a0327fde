"""Tables that were read, checked by their columns: a wrong one is told by file and column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.columns import Columns
from compare.comparison.contrasts import CHANCE
from compare.comparison.quantities import QUANTITIES
from compare.comparison.significance import OUTCOMES
from compare.errors import InputError, nearest_names
from experiments.results.tables import read_csv

_LIMITS: Mapping[str, tuple[str, float, float]] = {
    "number": ("a number", -np.inf, np.inf),
    "share": ("a number from 0 to 1", 0, 1),
    "whole": ("a whole number", -(2**53), 2**53),
    "count": ("a whole number from 0 on", 0, 2**53),
    "place": ("a whole number from 1 on", 1, 2**53),
}
"""What a kind of number is called, and the least and the largest."""

_TEXTS = ("text", "space", "reference", "quantity", "outcome")


def read_table(path: Path, columns: Columns, spaces: Collection[str] | None = None) -> pd.DataFrame:
    """Read a table of a run folder, and check what stands in it.

    Parameters
    ----------
    columns : mapping of str → str
        Kind → columns, as in :mod:`compare.comparison.columns`.
    spaces : collection of str, optional
        The spaces that were compared.

    Raises
    ------
    InputError
        With the file, the column, the row, what was expected and what was found.
    """
    kinds = dict(_kinds(columns))
    table = read_csv(path, [name for name, kind in kinds.items() if kind in _TEXTS])
    if not len(table.columns):
        return table
    for name in table.columns:
        if name not in kinds:
            near = nearest_names(str(name), kinds)
            raise InputError(f"{path} is damaged: unknown column {name!r}; {near}")
    for name, kind in kinds.items():
        if name in table.columns:
            _check(table[name], kind, path, spaces)
        elif f"{name}?" not in " ".join(columns.values()).split():
            raise InputError(f"{path} is damaged: the column {name!r} is missing; run again")
    return table


def _kinds(columns: Columns) -> Iterator[tuple[str, str]]:
    for kind, names in columns.items():
        for name in names.split():
            yield name.removesuffix("?"), kind


def _check(column: pd.Series, kind: str, path: Path, spaces: Collection[str] | None) -> None:
    if not len(column):
        return
    if kind in _TEXTS:
        expected, is_right = _texts(column, kind, spaces)
    elif kind.startswith("yes/no"):
        expected = "True or False"
        is_right = column.map(lambda value: isinstance(value, bool | np.bool_))
        is_right |= kind.endswith("?") & column.isna()
    else:
        expected, is_right = _numbers(column, kind)
    if not is_right.all():
        place = int(np.argmin(is_right.to_numpy()))
        found = column.iloc[place]
        told = "nothing" if pd.isna(found) else repr(str(found)[:60])
        raise InputError(
            f"{path} is damaged: column {column.name!r}, row {place + 1}: expected {expected}; "
            f"found {told}; run again"
        )


def _texts(column: pd.Series, kind: str, spaces: Collection[str] | None) -> tuple[str, pd.Series]:
    known: dict[str, Collection[str] | None] = {
        "space": spaces,
        "reference": None if spaces is None else {*spaces, CHANCE},
        "quantity": {one.key for one in QUANTITIES},
        "outcome": set(OUTCOMES),
    }
    allowed = known.get(kind)
    if allowed is None:
        return "a text", column.notna()
    return f"one of {', '.join(map(repr, sorted(allowed)))[:200]}", column.isin(allowed)


def _numbers(column: pd.Series, kind: str) -> tuple[str, pd.Series]:
    name, least, most = _LIMITS[kind.removesuffix("?")]
    may_miss = kind.endswith("?")
    expected = f"{name}{', or nothing' if may_miss else ''}"
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        is_right = column.map(lambda value: _is_plain(value) or (may_miss and bool(pd.isna(value))))
        return expected, is_right & ~is_right.all()  # what is right one by one is no number as well
    values = column.astype(float)
    is_right = np.isfinite(values) & (values >= least) & (values <= most)
    if kind.startswith(("whole", "count", "place")):
        is_right &= values == values.round()
    return expected, is_right | values.isna() if may_miss else is_right


_PLAIN = re.compile(r"[-+]?\d{1,18}(\.\d*)?([eE][-+]?\d{1,3})?", re.ASCII)


def _is_plain(value: Any) -> bool:
    """Say whether a field of a column that is none of numbers is one."""
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None
