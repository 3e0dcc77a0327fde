"""Sweeps small enough for tests: their config, and what does their cells without a page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import experiments.pipeline
from compare.progress import Show, quiet
from experiments.sweep.cell import run_cell
from experiments.sweep.frozen import Asked, asked_sweep
from experiments.sweep.running import CellWorkers, Outcome
from experiments.sweep.sweep import execute_sweep

TINY = """
name = "tiny"
spaces = ["w2v/input", "ppmi/input"]

[corpus]
source = "planted"

[corpus.planted]
n_words = 3_000

[vocabulary]
min_count = 2

[models.w2v]
trainer = "skipgram"
backend = "torch"
dimension = 8
epochs = 1

[models.ppmi]
trainer = "ppmi"
dimension = 8

[protocol]
likeness_words = 20
shuffles = 2
transforms = ["raw"]

[judgments]
analogies = ["planted"]
similarity = []
company_corpus = []
lexicons = []

[examples]
words = ["king"]
map_words = ["king", "queen"]
"""

GRID = {"over": {"models.w2v.window": [2, 5]}, "seeds": 2}
TWO_CELLS = {"over": {"models.w2v.window": [2, 5]}}
ONE_CELL = {"over": {"models.w2v.window": [2]}}


def tiny_toml(folder: Path) -> str:
    """Write the config; gives its path."""
    path = folder / "tiny.toml"
    path.write_text(TINY)
    return str(path)


def tiny_sweep(folder: Path, options: Mapping[str, Any] = GRID) -> Asked:
    """Lay out four cells of a second each."""
    return asked_sweep(tiny_toml(folder), options)


class Here:
    """Does cells at once, in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        """Do a cell."""
        del title
        done: Future[None] = Future()
        try:
            pageless_cell(config, folder, show=quiet)
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(None)
        return done


def pageless_cell(config: Path, folder: Path, *, show: Show) -> None:
    """Do a cell without its page, which takes longer than all else of it."""
    before = experiments.pipeline.make_report
    experiments.pipeline.make_report = lambda folder: folder / "report.html"
    try:
        run_cell(config, folder, show=show)
    finally:
        experiments.pipeline.make_report = before


class PagelessWorkers(CellWorkers):
    """Does cells in processes, without their pages."""

    def begin(self, config: Path, folder: Path, title: str) -> Future[None]:
        """Begin a cell."""
        return self.start(pageless_cell, config, folder, title=title)


def swept(asked: Asked, folder: Path, executor: Any = Here, **more: Any) -> Outcome:
    """Do a sweep whose lines nobody reads."""
    return execute_sweep(asked, folder, executor, show=quiet, tell=lambda _line: None, **more)


if __name__ == "__main__":
    place, n_jobs = Path(sys.argv[1]), int(sys.argv[2])
    workers = lambda: PagelessWorkers(n_jobs, quiet, apart=True)  # noqa: E731
    outcome = swept(tiny_sweep(place, TWO_CELLS), place / "out", workers if n_jobs else Here)
    sys.exit(0 if outcome.is_complete else 1)
