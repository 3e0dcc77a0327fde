"""Tables as files: CSV with the same bytes on every system, plain values for JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from compare.errors import InputError
from compare.storage import write_text


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table; numbers keep eight digits."""
    write_text(path, csv_text(table))


def csv_text(table: pd.DataFrame) -> str:
    """Write a table as text; numbers keep eight digits."""
    return str(table.to_csv(index=False, lineterminator="\n", float_format="%.8g"))


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other; without rows, the first (its columns), or an empty one."""
    filled = [table for table in tables if len(table)]
    if filled:
        return pd.concat(filled, ignore_index=True)
    return tables[0] if tables else pd.DataFrame()


def read_csv(path: Path, text: Collection[str]) -> pd.DataFrame:
    """Read a table; a word like "null" or "1984" is a word.

    Parameters
    ----------
    text : collection of str
        Columns that are text, as :func:`text_columns` gives them. All others are numbers, and
        missing where their field is empty.

    Raises
    ------
    InputError
        If the file is missing or no table.
    """
    try:
        columns = pd.read_csv(path, nrows=0).columns
        table = pd.read_csv(
            path,
            keep_default_na=False,
            na_values={column: [""] for column in columns if column not in text},
            # Python's own texts: rows of them are picked almost twice as fast as of Arrow's
            dtype={column: object for column in columns if column in text},
            low_memory=False,
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing; run again") from error
    except (OSError, ValueError, OverflowError) as error:
        raise InputError(f"{path} is damaged: {error}; run again") from error
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what is too much for an index
        raise InputError(f"{path} is damaged: rows with more fields than headings; run again")
    return table


def text_columns(table: pd.DataFrame) -> list[str]:
    """List the columns that hold text."""
    return [
        str(column)
        for column in table.columns
        if any(isinstance(value, str) for value in table[column])
    ]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into plain values, missing ones None."""
    plain: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return plain
