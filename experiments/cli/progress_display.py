"""Progress on the terminal: rate, loss and time left; plain lines where there is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from compare.progress import Pace, Show, rate_and_loss, silent
from compare.progress import Progress as ProgressCallback
from compare.shown import printable

WIDE = 100
"""Columns of a terminal that has room for a bar."""

LINE_SECONDS = 15.0
"""Seconds between two lines of one stage where progress is not drawn."""


@contextmanager
def shown_progress(console: Console) -> Iterator[Show]:
    """Open progress displays for the stages of a run on a console (stderr)."""
    if console.is_terminal:
        with Progress(*_columns(console), console=console, refresh_per_second=4, expand=True) as d:
            yield lambda title: _drawn(d, title)
    else:
        yield lambda title: _printed(console, title)


def _columns(console: Console) -> tuple[ProgressColumn, ...]:
    # On a narrow terminal the title gives way first, and there is no bar.
    title = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return (
        TextColumn("{task.description}", table_column=title),
        *([BarColumn(bar_width=24)] if console.width >= WIDE else []),
        TaskProgressColumn(),
        TextColumn("{task.fields[detail]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True),
    )


class CellLines:
    """Progress of cells: one line each, with the stage it is in; gone when the cell is.

    Stages are titled "CELL: STAGE"; other titles have a line of their own.
    """

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._tasks: dict[str, TaskID] = {}
        self._ended: set[str] = set()
        self._alone = Lock()  # cells are told of by several threads

    def __call__(self, title: str) -> ProgressCallback:
        """Begin a stage on its cell's line."""
        cell = title.partition(": ")[0]
        with self._alone:
            if cell in self._ended:  # what is told of it comes late
                return silent
            if cell in self._tasks:
                self._drawn.remove_task(self._tasks.pop(cell))
            task = self._drawn.add_task(escape(printable(title)), total=None, detail="")
            self._tasks[cell] = task
        return _drawn_on(self._drawn, task)

    def end(self, cell: str) -> None:
        """Take the line of a cell away."""
        with self._alone:
            self._ended.add(cell)
            if cell in self._tasks:
                self._drawn.remove_task(self._tasks.pop(cell))


@contextmanager
def shown_cells(console: Console) -> Iterator[tuple[Show, Callable[[str], None]]]:
    """Open progress displays for cells beside each other; and give what ends that of a cell."""
    if console.is_terminal:
        with Progress(*_columns(console), console=console, refresh_per_second=4, expand=True) as d:
            lines = CellLines(d)
            yield lines, lines.end
    else:
        yield (lambda title: _printed(console, title)), lambda _cell: None


def _drawn(drawn: Progress, title: str) -> ProgressCallback:
    return _drawn_on(drawn, drawn.add_task(escape(printable(title)), total=None, detail=""))


def _drawn_on(drawn: Progress, task: TaskID) -> ProgressCallback:
    pace = Pace()

    def show(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        detail = rate_and_loss(*pace.since_first(done), unit, loss)
        if task in drawn.task_ids:  # not when its cell has ended
            drawn.update(task, completed=done, total=total, detail=detail)

    return show


def _printed(console: Console, title: str) -> ProgressCallback:
    pace = Pace()
    state = {"printed": 0.0, "finished": 0.0}

    def show(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        now = time.monotonic()
        fresh, seconds = pace.since_first(done)
        is_last = done >= total and not state["finished"]
        if not is_last and now - max(state["printed"], pace.opened) < LINE_SECONDS:
            return
        state["printed"] = now
        state["finished"] = float(is_last)
        left = (
            f", {seconds / fresh * (total - done):.0f} s left" if fresh > 0 and not is_last else ""
        )
        detail = rate_and_loss(fresh, seconds, unit, loss)
        share = 100 * done // max(total, 1)
        console.print(
            f"{printable(title)}: {share} % {detail}{left}", markup=False, highlight=False
        )

    return show
