"""``embcontrast run`` and ``report``: configs → run folders → pages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from compare.shown import printable
from experiments.cli.checks import print_checks
from experiments.cli.shown import (
    Cache,
    Device,
    Json,
    Quiet,
    Seed,
    Threads,
    listed,
    out,
    print_json,
    shown_to_user,
    tell,
)
from experiments.collection import execute_collection
from experiments.config.loading import load_config
from experiments.config.presets import preset_names
from experiments.config.run_config import ChecksConfig, Collection
from experiments.pipeline import execute
from experiments.report.document import sentences
from experiments.report.report import make_report_again
from experiments.report.terminal import print_findings
from experiments.results.run_folder import RunResults
from experiments.results.tables import records


def _presets(incomplete: str) -> list[str]:
    return [name for name in preset_names() if name.startswith(incomplete)]


def run(
    preset_or_toml: Annotated[
        str,
        typer.Argument(
            help="A preset (`embcontrast list presets`), or the path of a .toml file.",
            autocompletion=_presets,
        ),
    ],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder for the run; default: runs/NAME-HASH.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change an option: section.key=value (`embcontrast list options`). Repeatable.",
        ),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(help="Words whose neighbours are shown: king,queen. Repeatable."),
    ] = None,
    spaces: Annotated[
        list[str] | None,
        typer.Option(help="Spaces that are compared: w2v/input,gpt/layer-2. Repeatable."),
    ] = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
    cache: Cache = None,  # noqa: ARG001 (its callback sets it)
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Train, compare and report: everything that a preset or a TOML file names.

    An interrupted run goes on where it stopped when the same command is given again; stages whose
    options did not change are taken from the cache.
    """
    overrides = {"seed": seed, "device": device, "threads": threads, "spaces": listed(spaces)}
    chosen = [*(settings or []), *_words_setting(words)]
    config = load_config(preset_or_toml, chosen, **overrides)
    started = time.monotonic()
    with shown_to_user(is_quiet=quiet) as show:
        if isinstance(config, ChecksConfig):
            print_checks(config, show=show, as_json=as_json)
            return
        if isinstance(config, Collection):
            done = execute_collection(
                config, out_dir or Path("runs") / config.name, overrides, show=show, tell=tell
            )
        else:
            folder = out_dir or Path("runs") / config.folder_name()
            done = [(execute(config, folder, show=show), folder / "report.html")]
    print_answers(done, as_json=as_json, seconds=time.monotonic() - started)
    if isinstance(config, Collection) and not as_json:
        out.print(f"All together: {done[0][1].parent.parent / 'index.html'}", markup=False)


def _words_setting(words: list[str] | None) -> list[str]:
    chosen = listed(words)
    return [f"examples.words={chosen!r}"] if chosen else []


def print_answers(
    done: list[tuple[RunResults, Path]], *, as_json: bool, seconds: float | None = None
) -> None:
    """Print what runs found, and where their pages are."""
    if as_json:
        print_json([_as_plain(results, page) for results, page in done])
        return
    for results, page in done:
        out.print("\n" + printable(results.title), markup=False, style="bold")
        print_findings(_findings(results), out)
        out.print(f"Report: {page}", markup=False)
    if seconds is not None:
        out.print(f"Done in {seconds:.0f} s", markup=False)


def _findings(results: RunResults) -> list[str]:
    return sentences(results)


def _as_plain(results: RunResults, page: Path) -> dict[str, Any]:
    return {
        "title": results.title,
        "report": str(page),
        "answer": _findings(results),
        "measurements": records(results.comparison.measurements),
        "differences": records(results.comparison.differences),
    }


def report(run_dir: Annotated[Path, typer.Argument(help="A run folder.")]) -> None:
    """Make the report again from the run folder alone."""
    out.print(str(make_report_again(run_dir)), markup=False)
