"""``python -m tests.torture [--few]``: everything that must not lose or change a result.

It prints one table, tried and failed, and exits with 1 where something failed. ``--few`` tries a
little of each, in some minutes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import experiments.pipeline  # noqa: F401 (loaded once, before processes are forked)
from tests.torture import damage, kills, mutations
from tests.torture.table import Row
from tests.torture.trials import Bench


def main(folder: Path, *, few: bool) -> int:
    """Try everything in a folder; returns the number of failures."""
    full, bench = Bench(folder / "full"), Bench(folder / "bench")
    assert full.run() == 0, full.told
    whole = full.answer()
    share = 10 if few else 1
    rows: list[Callable[[], Row]] = [
        lambda: damage.flips(bench, full, whole, each=1 if few else 4),
        lambda: kills.at_every_commit(bench, full, whole, every=4 * share),
        lambda: kills.at_random(bench, whole, n=200 // share),
        lambda: damage.rivals(bench, whole, n=20 // share),
        lambda: damage.namespaces(bench, whole),
        lambda: damage.no_room(bench, whole, n=20 // share),
        lambda: damage.limits(bench, whole, n=20 // share),
        lambda: damage.ended(bench, whole, n=30 // share),
    ]
    _write("| what | tried | failed | |", "|---|---:|---:|---|")
    n_failed = 0
    for row in rows:
        done = row()
        _write(*done.lines())
        n_failed += len(done.failed)
    _write("", "Changed files of every kind:", "")
    return n_failed + mutations.main(["20000"] if few else [])


def _write(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="torture-") as place:
        sys.exit(1 if main(Path(place), few="--few" in sys.argv) else 0)
