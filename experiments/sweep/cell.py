"""One cell of a sweep: what every process that does cells runs, here or on another machine.

``python -m experiments.sweep.cell CONFIG FOLDER`` does one, and tells of it on standard output, a
line of JSON each time; it ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from compare.errors import BusyError, InputError, TrainingError
from compare.machine import keep_memory
from compare.progress import Show
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.workers import Opened, Told, told_to

BUSY_SECONDS = 15.0
"""For a folder that another process writes: one of a sweep that was killed ends a moment later."""

TOLD_SECONDS = 1.0
"""Seconds between two tellings of one stage."""


def run_cell(config: Path, folder: Path, *, show: Show) -> None:
    """Do the run of a frozen config; its results are in its folder."""
    from experiments.pipeline import execute  # who lays out or looks at a sweep needs no torch

    loaded = load_config(str(config))
    assert isinstance(loaded, RunConfig), f"{config} is no run"
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            execute(loaded, folder, show=show)
        except BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def main() -> None:
    """Do a cell whose parent listens to what this process writes."""
    config, folder = map(Path, sys.argv[1:])
    output, speaking = sys.stdout, Lock()
    sys.stdout = sys.stderr  # what libraries print is not for the parent
    Thread(target=_end_with_input, daemon=True).start()
    keep_memory()

    def tell(**what: Any) -> None:
        with speaking:  # counts may be NumPy's
            output.write(json.dumps(what, default=int) + "\n")
            output.flush()

    def progress(what: Opened | Told) -> None:
        tell(**what._asdict())

    try:
        run_cell(config, folder, show=told_to(progress, every=TOLD_SECONDS))
    except (InputError, TrainingError) as error:
        tell(error=str(error), kind=type(error).__name__)
    except Exception as error:
        tell(error=f"{type(error).__name__}: {error}", kind="")
    else:
        tell(error=None)


def _end_with_input() -> None:
    while os.read(0, 1 << 10):  # not through sys.stdin, whose lock would be held at the end
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
