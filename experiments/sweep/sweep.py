"""A sweep from beginning to end, and opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from compare.errors import InputError
from compare.locks import claimed
from compare.progress import Show
from experiments.results.run_folder import RunResults, load_results
from experiments.sweep.frozen import Asked, SweepFolder, frozen, open_frozen
from experiments.sweep.page import write_sweep_report
from experiments.sweep.running import Executor, Outcome, read_failed, run_cells
from experiments.sweep.table import read_frame

REPORT = "report.html"


def execute_sweep(
    asked: Asked,
    folder: Path,
    executor: Callable[[], AbstractContextManager[Executor]],
    *,
    show: Show,
    tell: Callable[[str], None],
    end: Callable[[str], None] = lambda _cell: None,
    retry_failed: bool = False,
) -> Outcome:
    """Do the cells that are missing, and write table and report; see :func:`run_cells`.

    Parameters
    ----------
    executor : callable
        Opens what does the cells; closed by an error, it ends them at once.

    Raises
    ------
    InputError
        If the folder holds something else, or another grid.
    """
    with claimed(folder):
        sweep, has_changed = frozen(asked, folder)
        if has_changed:
            tell(
                f"{asked.name}, or what --set changes of it, is other now than when {folder} was "
                "begun; its cells keep the options that they were frozen with (another --out takes "
                "the new ones)"
            )
        with executor() as cells:
            outcome = run_cells(
                sweep, cells, show=show, tell=tell, end=end, retry_failed=retry_failed
            )
        if outcome.n_before + outcome.n_done:
            write_sweep_report(sweep, read_frame(folder), outcome.failed)
    return outcome


@dataclass(frozen=True)
class Sweep:
    """A sweep's folder, as a notebook needs it.

    Attributes
    ----------
    folder : Path
    """

    sweep: SweepFolder

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.sweep.folder

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a cell, space and quantity: the swept options, seed, value, low, high, n."""
        return read_frame(self.folder)

    @property
    def failed(self) -> Mapping[int, str]:
        """Errors of cells, by number."""
        return read_failed(self.sweep)

    def run(self, cell: int) -> RunResults:
        """Open the run of a cell, by its number.

        Raises
        ------
        InputError
            If there is no such cell, or it is not done.
        """
        found = next((one for one in self.sweep.cells if one.number == cell), None)
        if found is None:
            raise InputError(f"cells are numbered 1 to {len(self.sweep.cells)}; found {cell!r}")
        return load_results(self.sweep.run(found))


def opened(folder: Path) -> Sweep:
    """Open a sweep's folder.

    Raises
    ------
    InputError
        If it is none.
    """
    return Sweep(open_frozen(folder))
