"""``python -m tests.torture [--few] [ROW …]``: everything that must not lose or change a result.

It prints one table, tried and failed, and exits with 1 where something failed. ``--few`` tries a
little of each, in a few minutes; rows are named by the beginnings of their names.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import experiments.pipeline  # noqa: F401 (loaded once, before processes are forked)
from tests.torture import damage, kills, mutations
from tests.torture.lanes import Trial, tried
from tests.torture.trials import Bench

Rows = dict[str, Callable[[], Iterable[Trial]]]

MUTATIONS = "changed files of every kind"

ROOM = 2 << 30
"""Bytes that the folder may need."""


def main(folder: Path, chosen: Sequence[str], *, few: bool) -> int:
    """Try everything in a folder; returns the number of failures."""
    full, bench = Bench(folder / "full"), Bench(folder / "bench")
    bench.load_modules()
    started = time.monotonic()
    assert full.run() == 0, full.told
    usual, whole = time.monotonic() - started, full.answer()
    share = 10 if few else 1
    rows: Rows = {
        "flipped bits in cached files": lambda: damage.flips(full, whole, each=1 if few else 4),
        "kills before and after every commit": lambda: kills.at_every_commit(bench, full, whole),
        "kills at random": lambda: kills.at_random(whole, usual, n=200 // share),
        "two runs at once": lambda: damage.rivals(whole, n=20 // share),
        "two process namespaces": lambda: damage.namespaces(whole),
        "full disk": lambda: damage.no_room(full, whole, n=20 // share),
        "files and memory limited": lambda: damage.limits(whole, n=20 // share),
        "signals": lambda: damage.ended(whole, usual, n=30 // share),
    }
    _write("| what | tried | failed | |", "|---|---:|---:|---:|")
    n_failed = 0
    for what, made in rows.items():
        if _is_chosen(what, chosen):
            trials = [*made()]
            if few:
                trials = random.Random(1).sample(trials, min(len(trials), 40))
            done = tried(what, trials, folder)
            done.more = "" if trials else "not allowed here"
            _write(*done.lines())
            n_failed += len(done.failed)
    if _is_chosen(MUTATIONS, chosen):
        _write("", f"{MUTATIONS}:", "")
        n_failed += mutations.main(["20000"] if few else [])
    return n_failed


def _is_chosen(what: str, chosen: Sequence[str]) -> bool:
    return not chosen or any(what.startswith(one) for one in chosen)


def _write(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _fast_folder() -> str | None:
    """Name a folder in memory, where that has room: what is put on the disk there costs nothing."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="torture-", dir=_fast_folder()) as place:
        names = [one for one in sys.argv[1:] if one != "--few"]
        sys.exit(1 if main(Path(place), names, few="--few" in sys.argv) else 0)
