"""What the report of a sweep is made of, read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from compare.errors import InputError
from compare.figures.style import Look
from experiments.report.spaces import floors, space_labels, space_looks
from experiments.results.run_folder import RunResults, load_results, read_run_table
from experiments.sweep.axes import Axis, axes_of
from experiments.sweep.effects import Asked, asked_of, judged, spreads
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.grid import Cell


@dataclass(frozen=True)
class Swept:
    """What the report is made of.

    Attributes
    ----------
    done : tuple of Cell
        Those whose numbers are in the table.
    frame : DataFrame
        The sweep's table.
    first : RunResults
        Of the first cell that is done: how spaces are called and drawn.
    """

    sweep: SweepFolder
    done: tuple[Cell, ...]
    frame: pd.DataFrame
    failed: Mapping[int, str]
    first: RunResults

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """What is swept."""
        return axes_of(self.sweep)

    @property
    def has_seeds(self) -> bool:
        """Whether a setting has several seeds."""
        return self.sweep.options.seeds > 1

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What readers call the spaces."""
        return space_labels(self.first)

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """How spaces are drawn."""
        return space_looks(self.first)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What was asked item by item, of the quantities that are shown."""
        chosen = self.sweep.options.quantities
        return tuple(
            one
            for one in asked_of(self.sweep, self.done)
            if not chosen or one.question.quantity.key in chosen
        )

    @cached_property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Effects, best settings, spreads; of no floor."""
        asked = [one for one in self.asked if one.space not in floors(self.first)]
        return *judged(self.sweep, asked), spreads(self.sweep, asked)


def read_swept(sweep: SweepFolder, frame: pd.DataFrame, failed: Mapping[int, str]) -> Swept:
    """Read how the spaces of the cells that are done are called.

    Raises
    ------
    InputError
        If no cell is done, or one is damaged.
    """
    numbers = set(frame.loc[frame["space"] != "", "cell"])
    done = tuple(cell for cell in sweep.cells if cell.number in numbers)
    if not done:
        raise InputError(f"no cell of {sweep.folder} is done yet: there is nothing to report")
    tables = [read_run_table(sweep.run(cell), "coverage") for cell in done]
    coverage = pd.concat(tables, ignore_index=True).drop_duplicates("space", ignore_index=True)
    first = load_results(sweep.run(done[0]))
    first = replace(first, comparison=replace(first.comparison, coverage=coverage))
    return Swept(sweep, done, frame, failed, first)
