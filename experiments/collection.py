"""A collection: several runs beside each other, their further pages, and one page over all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from compare.errors import InputError, NotHereError
from compare.llm.distributed import is_launched
from compare.locks import claimed
from compare.machine import n_threads
from compare.progress import Show
from compare.storage import check_target
from experiments.config.loading import load_config
from experiments.config.run_config import Collection, RunConfig
from experiments.explorer.page import write_explorer
from experiments.explorer.runs import explored_run
from experiments.lesson.page import write_lesson
from experiments.pipeline import execute
from experiments.report.index import Link, write_index
from experiments.report.report import is_our_page
from experiments.results.run_folder import RunResults, load_results
from experiments.workers import Workers

LINKS = {
    "lesson": Link("The lesson", "one sentence through both models, step by step", "lesson.html"),
    "explorer": Link(
        "The explorer", "search any word in all spaces of the first report", "explorer.html"
    ),
}
EXPLORED_WORDS = 5000
"""Words of each space in the explorer beside several runs: a page of some 20 MB."""


def execute_collection(
    config: Collection,
    folder: Path,
    overrides: Mapping[str, Any],
    *,
    show: Show,
    tell: Callable[[str], None],
) -> list[tuple[RunResults, Path]]:
    """Do all runs of a collection, write its pages, and give each run with its report's page.

    Parameters
    ----------
    overrides : mapping
        Options given for all runs. Without a number of threads, runs share the processors.
    tell : callable
        Is told in a sentence what is left out, since it is not here and cannot be fetched.

    Raises
    ------
    InputError
        If the folder holds something else, or no run can be done.
    """
    at_once = 1 if is_launched() else config.at_once
    threads = overrides.get("threads") or max(1, n_threads(None) // at_once)
    members = _members(config, {**overrides, "threads": threads})
    with claimed(folder):
        _check_folder(folder, config)
        with Workers(at_once, show, threads=threads) as workers:
            done = _all_done(config, members, folder, workers, tell)
        found = [(load_results(folder / name), folder / name / "report.html") for name in done]
        links = [LINKS[page] for page in config.pages]
        write_index(found, folder, title=config.title or config.name, links=links)
    return found


def _all_done(
    config: Collection,
    members: Mapping[str, RunConfig],
    folder: Path,
    workers: Workers,
    tell: Callable[[str], None],
) -> list[str]:
    """Do all runs and further pages; names the runs that could be done."""
    jobs = {
        name: workers.start(run_into, one, folder / name, title=name)
        for name, one in members.items()
    }
    pages: list[Future[None]] = []
    if "lesson" in config.pages:
        target = folder / LINKS["lesson"].address
        pages.append(workers.start(lesson_into, target, title="lesson"))
    done: list[str] = []
    for name, job in jobs.items():
        try:
            job.result()
        except NotHereError as error:
            if not done and name == config.runs[-1]:
                raise
            tell(f"{name} is left out: {error}")
            continue
        if "explorer" in config.pages and not done:
            target = folder / LINKS["explorer"].address
            pages.append(workers.start(explorer_into, folder / name, target, title="explorer"))
        done.append(name)
    for page in pages:
        page.result()
    return done


def _check_folder(folder: Path, config: Collection) -> None:
    def is_own(folder: Path) -> bool:
        index = folder / "index.html"
        pages = {page.name for page in folder.glob("*.html") if is_our_page(page)}
        found = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        known = found <= {*config.runs, *pages, index.name}
        return known and (not index.exists() or is_our_page(index))

    check_target(folder, config.name, is_own)


def _members(config: Collection, overrides: Mapping[str, Any]) -> dict[str, RunConfig]:
    members: dict[str, RunConfig] = {}
    for name in config.runs:
        one = load_config(name, [], **overrides)
        if not isinstance(one, RunConfig):
            raise InputError(f"preset {config.name} names {name}, which is no single run")
        members[name] = one
    return members


def run_into(config: RunConfig, folder: Path, *, show: Show) -> None:
    """Do a run; its results are in its folder."""
    execute(config, folder, show=show)


def lesson_into(path: Path, *, show: Show) -> None:
    """Write the lesson's page."""
    write_lesson(path, show=show)


def explorer_into(run: Path, path: Path, *, show: Show) -> None:
    """Write the explorer of a run."""
    write_explorer(explored_run(load_results(run), show=show), path, most=EXPLORED_WORDS)
