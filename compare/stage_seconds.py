"""How long stages took to make, by their names: what forecasts of further work are made of.

One file in the cache, a line a stage. It is no part of a result, and may be deleted.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SECONDS = "seconds.tsv"

MOST_LINES = 20_000
"""The last lines that are read."""


def note_seconds(cache: Path, label: str, seconds: float) -> None:
    """Note what a stage took; where that cannot be written, it is not known."""
    line = f"{label}\t{seconds:.3f}\n".encode()
    with suppress(OSError):
        opened = os.open(cache / SECONDS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(opened, line)  # a line at once: other processes append, too
        finally:
            os.close(opened)


def known_seconds(cache: Path) -> dict[str, float]:
    """Read what stages took, by label; lines that cannot be read are left out."""
    try:
        lines = (cache / SECONDS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines[-MOST_LINES:]:
        label, _, seconds = line.partition("\t")
        with suppress(ValueError):
            found[label] = float(seconds)
    return found
