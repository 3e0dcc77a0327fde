"""What a notebook or a script calls: run a preset, open a run, write a report, its findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from compare.comparison.comparison import Comparison
from compare.errors import InputError
from compare.locks import claimed
from compare.progress import Show, chosen_show
from compare.storage import checked_path
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute, report_on_spaces
from experiments.report.document import sentences as sentences_of
from experiments.report.report import make_report
from experiments.results.environment import machine
from experiments.results.models import models_of_spaces
from experiments.results.run_folder import (
    RunResults,
    check_run_folder,
    load_results,
    save_results,
)
from experiments.sweep.sweep import Sweep, opened


def run(
    preset_or_toml: str | Path,
    out: str | Path | None = None,
    *,
    seed: int | None = None,
    device: str | None = None,
    threads: int | None = None,
    progress: bool | Show | None = None,
    **settings: Any,
) -> RunResults:
    """Train, compare and report what a preset or a TOML file names, as ``embcontrast run`` does.

    Parameters
    ----------
    preset_or_toml : str or path
        A preset (``embcontrast list presets``), or the path of a .toml file.
    out : str or path, optional
        Folder for the run; by default ``runs/NAME-HASH``.
    seed, device, threads : optional
        In place of the config's.
    progress : bool or callable, optional
        See :func:`compare.progress.chosen_show`.
    **settings
        Options by their keys: ``run("wiki-sample", **{"models.w2v.window": 2})``.

    Raises
    ------
    InputError
        If a key or a value is wrong, or the folder holds something else.
    """
    overrides = {"seed": seed, "device": device, "threads": threads}
    config = load_config(str(preset_or_toml), settings, **overrides)
    if not isinstance(config, RunConfig):
        raise InputError(
            f"{preset_or_toml} is no single run; use `embcontrast run {preset_or_toml}`, or run "
            f"its parts{': ' + ', '.join(getattr(config, 'runs', ())) or ''}"
        )
    folder = Path("runs") / config.folder_name() if out is None else checked_path(out)
    results = execute(config, folder, show=chosen_show(progress))
    return replace(results, folder=folder)


def open_run(folder: str | Path) -> RunResults:
    """Open a run folder: ``.measurements``, ``.differences``, ``.spaces``, ``.models``.

    Raises
    ------
    InputError
        If the folder is no run, or a file in it is missing or damaged.
    """
    return load_results(checked_path(folder))


def open_sweep(folder: str | Path) -> Sweep:
    """Open a sweep's folder: ``.frame``, ``.run(CELL)``, ``.failed``.

    Raises
    ------
    InputError
        If the folder is no sweep, or its configs are damaged.
    """
    return opened(checked_path(folder))


def write_report(found: Comparison | RunResults, folder: str | Path, *, title: str = "") -> Path:
    """Write the report on a comparison into a folder, as from the shell; returns the page's path.

    Raises
    ------
    InputError
        If the folder holds something else, or cannot be written.
    """
    results, target = _as_results(found), checked_path(folder)
    if title:
        results = replace(results, title=str(title))
    if results.folder is not None and target.resolve() == results.folder.resolve():
        with claimed(target):
            save_results(results, target)  # its spaces stay
            return make_report(target)
    check_run_folder(target)
    if (target / "config.toml").exists():
        raise InputError(
            f"{target} holds a run with its trained spaces, which a report would replace; choose "
            "another folder"
        )
    with claimed(target):
        return report_on_spaces(results, target)


def sentences(found: Comparison | RunResults) -> list[str]:
    """List what the report's findings say, each sentence carried by a test."""
    return sentences_of(_as_results(found))


def _as_results(found: Comparison | RunResults) -> RunResults:
    if isinstance(found, RunResults):
        return found
    if not isinstance(found, Comparison):
        raise InputError(
            f"expected what compare_spaces or open_run gives; found {type(found).__name__}"
        )
    spaces = list(found.spaces.values())
    return RunResults(
        name="comparison",
        title="Comparison of " + ", ".join(map(str, found.coverage["space"])),
        comparison=found,
        config={"protocol": found.protocol},
        environment={"seed": found.protocol.get("seed"), **machine()},
        protocol=found.protocol,
        models=models_of_spaces(spaces),
    )
