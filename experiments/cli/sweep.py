"""``embcontrast sweep``: a grid of runs, their table and report."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.shown import (
    Cache,
    Device,
    Json,
    Quiet,
    Seed,
    out,
    print_json,
    print_table,
    shown_cells,
    tell,
)
from experiments.sweep.forecast import Part, forecast, jobs_that_fit
from experiments.sweep.frozen import Asked, asked_sweep, frozen_already
from experiments.sweep.grid import keys_with_values
from experiments.sweep.on_dask import DaskCells
from experiments.sweep.running import FAILED, CellWorkers, Outcome, counted, minutes, read_failed
from experiments.sweep.sweep import REPORT, execute_sweep
from experiments.sweep.table import TABLE


def sweep(
    preset_or_toml: Annotated[
        str, typer.Argument(help="A preset, or the path of a .toml file; of one run, or a sweep.")
    ],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder of the sweep; default: runs/NAME-sweep.")
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(help="An option and its values: models.w2v.window=2,5,10. Several multiply."),
    ] = None,
    zipped: Annotated[
        list[str] | None,
        typer.Option("--zip", help="As --over; several go through their values side by side."),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Seeds that each setting is run from, counted up.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(help="Draw so many settings of the grid, always the same.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change an option of all cells: section.key=value. Repeatable."),
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=256, help="Cells that are done beside each other.")
    ] = 1,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Do cells on the Dask cluster whose scheduler is there; all its machines see the "
            "folder and the cache under one path.",
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Do those cells again that ended in an error.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print every cell and what it costs; do nothing.")
    ] = False,
    seed: Seed = None,
    device: Device = None,
    threads: Annotated[
        int | None, typer.Option(help="Processor threads of a cell; default: 1, with any --jobs.")
    ] = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Do a run for each choice of options, and tabulate what the options do.

    The same command again does what is missing, and nothing else.
    """
    given = {
        "over": keys_with_values(over or [], "--over"),
        "zip": keys_with_values(zipped or [], "--zip"),
        "seeds": seeds,
        "sample": sample,
    }
    overrides = {"seed": seed, "device": device, "threads": threads}
    with _nothing_thrown_away():
        asked = asked_sweep(preset_or_toml, given, settings or [], **overrides)
        folder = out_dir or Path("runs") / f"{asked.name}-sweep"
        if dry_run:
            _print_forecast(asked, folder, jobs, retry_failed=retry_failed, as_json=as_json)
            return
    outcome = _done(asked, folder, jobs=jobs, dask=dask, is_quiet=quiet, retry_failed=retry_failed)
    _print_outcome(outcome, folder, as_json=as_json)
    if not outcome.is_complete:
        raise typer.Exit(1)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Keep the garbage collector from going through ten thousand configs, over and over."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _print_forecast(
    asked: Asked, folder: Path, jobs: int, *, retry_failed: bool, as_json: bool
) -> None:
    """Print every cell, what is there already, and what the rest will cost."""
    told = forecast(asked.configs)
    sweep = frozen_already(asked, folder)
    failed = {} if sweep is None or retry_failed else read_failed(sweep)
    missing = [n for n, one in enumerate(asked.cells) if sweep is None or not sweep.is_done(one)]
    todo = [n for n in missing if asked.cells[n].number not in failed]
    at_once = jobs_that_fit(jobs, told.memory)
    seconds, n_unknown = told.seconds(todo, at_once)
    states = ["done"] * len(asked.cells)
    for n in missing:
        is_failed = asked.cells[n].number in failed
        states[n] = FAILED_STATE if is_failed else _state(told.parts[n], told.faults.get(n))
    if as_json:
        cells = [
            {"cell": one.number, **one.choices, "seed": one.seed, "state": state}
            for one, state in zip(asked.cells, states, strict=True)
        ]
        print_json(
            {
                "cells": cells,
                "to_do": len(todo),
                "seconds": seconds,
                "parts_of_unknown_time": n_unknown,
                "jobs": at_once,
                "bytes_of_memory": at_once * told.memory,
                "bytes_of_disk": told.disk(todo),
            }
        )
        return
    rows = [
        (str(one.number), one.told, state) for one, state in zip(asked.cells, states, strict=True)
    ]
    print_table(("cell", "settings", "state"), rows, numbers=(0,))
    tell(
        f"{len(todo):,} of {counted(len(rows))} to do, {at_once} at once: "
        + (f"about {minutes(seconds)}" if seconds or not n_unknown else "time not known")
        + (f" (without {_steps(n_unknown)} of kinds never made here)" if n_unknown else "")
        + f"; {at_once * told.memory / 2**30:.1f} GiB of memory, "
        f"{told.disk(todo) / 2**30:.2f} GiB on the disk. Nothing was started."
    )


def _steps(n: int) -> str:
    return f"{n:,} step{'' if n == 1 else 's'}"


FAILED_STATE = "failed (--retry-failed tries it again)"


def _state(parts: Sequence[Part], fault: str | None) -> str:
    """Say which trainings of a cell are in the cache, or why it cannot be done."""
    if fault is not None:
        return f"will fail: {fault}"
    kept = [part.model for part in parts if part.is_kept]
    missing = [part.model for part in parts if not part.is_kept]
    told = [f"to train: {', '.join(missing)}"] if missing else []
    return "; ".join([*told, *([f"in the cache: {', '.join(kept)}"] if kept else [])])


def _done(
    asked: Asked,
    folder: Path,
    *,
    jobs: int,
    dask: str | None,
    is_quiet: bool,
    retry_failed: bool,
) -> Outcome:
    threads = asked.configs[0].n_threads
    if jobs > 1 and dask is None:
        fitting = jobs_that_fit(jobs, forecast(asked.configs).memory)
        if fitting < jobs:
            tell(f"memory has room for {fitting} of {jobs} cells at once")
            jobs = fitting
    with shown_cells(is_quiet=is_quiet) as (show, end):

        def executor() -> DaskCells | CellWorkers:
            if dask is not None:
                return DaskCells(dask, show, threads=threads)
            return CellWorkers(jobs, show, threads=threads, apart=True)

        return execute_sweep(
            asked,
            folder,
            executor,
            show=show,
            tell=(lambda _line: None) if is_quiet else tell,
            end=end,
            retry_failed=retry_failed,
        )


def _print_outcome(outcome: Outcome, folder: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(outcome), "table": str(folder / TABLE)})
        return
    n_there = outcome.n_before + outcome.n_done
    out.print(f"{n_there:,} of {counted(outcome.n_cells)} are done", markup=False)
    for number, told in outcome.failed.items():
        out.print(f"cell {number} ended in an error: {told}", markup=False)
    if outcome.failed:
        out.print(
            f"(--retry-failed tries them again with the same options; others take another --out; "
            f"all errors: {folder / FAILED})",
            markup=False,
        )
    if outcome.killed:
        killed = ", ".join(map(str, outcome.killed))
        out.print(f"killed: cell {killed}; the same command goes on there", markup=False)
    out.print(f"Table: {folder / TABLE}", markup=False)
    if n_there:
        out.print(f"Report: {folder / REPORT}", markup=False)
