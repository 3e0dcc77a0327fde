"""Doing the cells that are missing: beside each other, each by the same function.

A cell that is done is a run folder; one that ended in an error stands in failed.csv, and is not
tried again unless that is asked for; one whose process was killed is simply missing. What cells
share is computed once: their stages are kept, and locked while they are made.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pandas as pd

from compare.errors import BusyError, InputError, TrainingError
from compare.progress import Show
from experiments.results.run_folder import is_run_folder
from experiments.results.tables import read_csv, write_csv
from experiments.sweep.cell import run_cell
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.grid import Cell
from experiments.sweep.table import SweepTable
from experiments.workers import KilledError, Workers

FAILED = "failed.csv"
FAILED_COLUMNS = ("cell", "settings", "error")


class Executor(Protocol):
    """Does cells, wherever that is."""

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        """Begin a cell, soon; ``result()`` raises what was raised."""


class CellWorkers(Workers):
    """Does cells in processes of this machine."""

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        """Begin a cell in a process of its own."""
        return self.start(run_cell, config, folder, title=title)


@dataclass
class Outcome:
    """What became of a sweep's cells.

    Attributes
    ----------
    n_cells, n_before, n_done : int
        All; those that were there before; those done now.
    failed : dict
        Cells that ended in an error, by number → its message.
    killed : list of int
        Cells whose process was killed or had no memory left, or that another process still does:
        the same command again goes on with them.
    """

    n_cells: int
    n_before: int = 0
    n_done: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    killed: list[int] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every cell has its result."""
        return self.n_before + self.n_done == self.n_cells


def run_cells(
    sweep: SweepFolder,
    executor: Executor,
    *,
    show: Show,
    tell: Callable[[str], None],
    end: Callable[[str], None] = lambda _cell: None,
    retry_failed: bool = False,
) -> Outcome:
    """Do every cell that is missing; the table is whole after each.

    Parameters
    ----------
    tell : callable
        Is told, in a line, what became of a cell.
    end : callable
        Takes the progress of a cell away.
    retry_failed : bool
        Do those again that ended in an error.

    Returns
    -------
    Outcome
        Errors of cells are in it, and stop nobody else.
    """
    table = SweepTable(sweep)
    failed = {} if retry_failed else {**read_failed(sweep), **table.damaged}
    todo = [one for one in sweep.cells if one not in table and one.number not in failed]
    outcome = Outcome(len(sweep.cells), len(sweep.cells) - len(todo) - len(failed), failed=failed)
    if any(is_run_folder(sweep.run(one)) for one in todo):
        tell(
            "some cells have results of an earlier version or of other options, or damaged ones: "
            "they are done again (what was trained comes from the cache)"
        )
    if outcome.n_before or failed:
        tell(
            f"{outcome.n_before:,} of {counted(len(sweep.cells))} are done already"
            + (f", {len(failed):,} failed (--retry-failed tries them again)" if failed else "")
        )
    progress = show(f"{counted(len(todo))} to do, of {len(sweep.cells):,}")
    started = time.monotonic()
    jobs = {
        executor.begin(sweep.config(one), sweep.run(one), f"cell {one.number}"): one for one in todo
    }
    for n_over, job in enumerate(as_completed(jobs), start=1):
        cell = jobs[job]
        fault = _fault(job, cell, outcome)
        if fault is None:
            table.take(cell)
        end(f"cell {cell.number}")
        _write(sweep, table, outcome, is_last=False)
        passed = time.monotonic() - started
        tell(
            f"cell {cell.number} of {len(sweep.cells):,} ({cell.told}): {fault or 'done'}; "
            f"{outcome.n_before + outcome.n_done:,} done, "
            f"{sum(one.running() for one in jobs):,} running, {len(outcome.failed):,} failed, "
            f"{minutes(passed / n_over * (len(todo) - n_over))} left"
        )
        progress(n_over, len(todo), unit="cells")
    _write(sweep, table, outcome, is_last=True)
    return outcome


def _fault(job: Future[None], cell: Cell, outcome: Outcome) -> str | None:
    """Note what became of a cell; says what went wrong."""
    try:
        job.result()
    except (KilledError, BusyError, MemoryError, OSError) as error:  # nothing of the cell's own
        outcome.killed.append(cell.number)
        return " ".join(str(error).split()) or type(error).__name__
    except Exception as error:  # whatever it is, the other cells go on
        told = " ".join(str(error).split())
        is_meant_for_users = isinstance(error, InputError | TrainingError)
        outcome.failed[cell.number] = (
            told if is_meant_for_users else f"{type(error).__name__}: {told}"
        )
        return outcome.failed[cell.number]
    outcome.n_done += 1
    return None


def counted(n: int) -> str:
    """Write a number of cells.

    >>> counted(1), counted(10_000)
    ('1 cell', '10,000 cells')
    """
    return f"{n:,} cell{'' if n == 1 else 's'}"


def minutes(seconds: float) -> str:
    """Write a time for people."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:,.0f} h"


def _write(sweep: SweepFolder, table: SweepTable, outcome: Outcome, *, is_last: bool) -> None:
    """Write failed.csv, and the table of all cells."""
    rows = [
        (one.number, one.told, outcome.failed[one.number])
        for one in sweep.cells
        if one.number in outcome.failed
    ]
    path = sweep.folder / FAILED
    if rows:
        write_csv(path, pd.DataFrame(rows, columns=list(FAILED_COLUMNS)))
    else:
        path.unlink(missing_ok=True)
    table.write(outcome.failed, is_last=is_last)


def read_failed(sweep: SweepFolder) -> dict[int, str]:
    """Read which cells ended in an error, and with what message; what is done now has none.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    path = sweep.folder / FAILED
    if not path.is_file():
        return {}
    table = read_csv(path, FAILED_COLUMNS)
    if list(table.columns) != list(FAILED_COLUMNS):
        raise InputError(f"{path} is damaged: expected {', '.join(FAILED_COLUMNS)}; delete it")
    told = dict(zip(table["cell"], table["error"], strict=True))
    return {
        cell.number: told[str(cell.number)]
        for cell in sweep.cells
        if str(cell.number) in told and not sweep.is_done(cell)
    }
