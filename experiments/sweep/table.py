"""The table of a sweep, long: one row a cell, space and quantity, made of the cells' folders.

The same bytes whichever order cells were done in, and by how many processes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from compare.errors import InputError
from compare.measures.quantity import ALL
from compare.storage import atomic_file, write_text
from experiments.config.option_rows import written_value
from experiments.results.run_folder import check_run_tables, read_run_table
from experiments.results.tables import csv_text
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.grid import Cell
from experiments.sweep.items import ITEMISED

TABLE, PARQUET = "table.csv", "table.parquet"

NUMBERS = (
    *("space", "quantity", "judgments", "relation", "words", "method", "candidates", "transform"),
    *("value", "low", "high", "chance", "n", "n_missing", "unit"),
)
"""Columns of a run's measurements that a sweep keeps; parts of judgments stand in the runs."""

READ = ("coverage", *dict.fromkeys(one.table for one in ITEMISED))
"""Tables of a run that the report reads, beside its measurements."""

_PATIENCE = 10.0
"""Seconds of work for each second of writing: a large table is not written after every cell."""


class SweepTable:
    """Takes up the cells that are done, and writes the table of all.

    Attributes
    ----------
    damaged : dict
        Cells whose tables are not as they were written, by number → what is wrong.
    """

    def __init__(self, sweep: SweepFolder) -> None:
        self._sweep = sweep
        self._found: dict[int, pd.DataFrame] = {}
        self.damaged: dict[int, str] = {}
        for cell in sweep.done:
            try:
                self.take(cell)
            except InputError as error:
                self.damaged[cell.number] = str(error).partition("; run again")[0]
        self._written = self._cost = 0.0

    def take(self, cell: Cell) -> None:
        """Take up a cell that is done now."""
        self._found[cell.number] = cell_numbers(self._sweep, cell)

    def __contains__(self, cell: Cell) -> bool:
        """Tell whether the numbers of a cell are there."""
        return cell.number in self._found

    def write(self, failed: Mapping[int, str], *, is_last: bool) -> None:
        """Write what there is now; a large table not so often, but at the end.

        Parameters
        ----------
        failed : mapping
            Errors of cells, by number: a row each.
        """
        started = time.monotonic()
        if not is_last and started - self._written < _PATIENCE * self._cost:
            return
        table = self._joined(failed)
        write_text(self._sweep.folder / TABLE, csv_text(table))
        with atomic_file(self._sweep.folder / PARQUET) as temporary:
            table.to_parquet(temporary, index=False)
        self._written = time.monotonic()
        self._cost = self._written - started

    def _joined(self, failed: Mapping[int, str]) -> pd.DataFrame:
        parts = []
        for cell in self._sweep.cells:
            if cell in self:
                parts.append(self._found[cell.number])
            elif cell.number in failed:
                row = {**settings_of(self._sweep, cell), "error": failed[cell.number]}
                parts.append(pd.DataFrame([row]))
        swept = [*self._sweep.options.over, *self._sweep.options.zip]
        columns = ["cell", *swept, "seed", *NUMBERS, "error"]
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        found = found.reindex(columns=columns)
        texts = [*NUMBERS[:8], "unit", "error", *_told_as_text(self._sweep)]
        found[texts] = found[texts].astype(object).fillna("").astype(str)
        numbers = ["value", "low", "high", "chance", "n", "n_missing"]
        found[numbers] = found[numbers].astype(float)
        return found


def settings_of(sweep: SweepFolder, cell: Cell) -> dict[str, Any]:
    """Name a cell for the table: its number, options and seed."""
    as_text = _told_as_text(sweep)
    chosen = {
        key: written_value(value).strip('"') if key in as_text else value
        for key, value in cell.choices.items()
    }
    return {"cell": cell.number, **chosen, "seed": cell.seed}


def _told_as_text(sweep: SweepFolder) -> list[str]:
    """List the swept options whose values are not all numbers."""
    values = {**sweep.options.over, **sweep.options.zip}
    return [
        key for key, ones in values.items() if not all(type(one) in (int, float) for one in ones)
    ]


def cell_numbers(sweep: SweepFolder, cell: Cell) -> pd.DataFrame:
    """Read the numbers of a cell from its run folder.

    Raises
    ------
    InputError
        If they are not as they were written.
    """
    run = sweep.run(cell)
    check_run_tables(run, READ)
    numbers = read_run_table(run, "measurements")
    is_whole = numbers["relation"].isin(["", ALL]) | (numbers["judgments"] == "")
    numbers = numbers[is_whole].reindex(columns=list(NUMBERS))
    names = settings_of(sweep, cell)
    named = pd.DataFrame({key: [value] * len(numbers) for key, value in names.items()})
    return pd.concat([named, numbers.reset_index(drop=True)], axis=1).assign(error="")


def read_frame(folder: Path) -> pd.DataFrame:
    """Read the table of a sweep.

    Raises
    ------
    InputError
        If it is not there.
    """
    path = folder / PARQUET
    if not path.is_file():
        raise InputError(f"{folder} has no {PARQUET}; give the command of the sweep again")
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} is damaged ({error}); give the command of the sweep again"
        ) from error
