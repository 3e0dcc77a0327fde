"""Changed files of every kind that the program reads: refused in a line, or read right.

``python -m tests.torture.mutations [N]`` tries N of them (300,000) and prints a table. What failed
is tried again with ``python -m tests.torture.mutations KIND NUMBER``.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from compare.errors import InputError
from tests.torture.kept_kinds import KEPT_KINDS, LOADED_KINDS
from tests.torture.kind import Kind, Tally, changed_file, tally
from tests.torture.lanes import lanes
from tests.torture.model_kinds import MODEL_KINDS
from tests.torture.run_kinds import REPORT_KINDS, RUN_KINDS
from tests.torture.text_kinds import TEXT_KINDS
from tests.torture.vector_kinds import VECTOR_KINDS

KINDS: tuple[Kind, ...] = (*VECTOR_KINDS, *TEXT_KINDS, *MODEL_KINDS, *RUN_KINDS, *KEPT_KINDS)
MOST = 300_000
REPORTS, LOADED = 30_000, 500
"""One in so many trials goes on to the report, for each file of a run folder; one in so many loads
a model, for each of its files."""

ALL_KINDS = (*KINDS, *LOADED_KINDS, *REPORT_KINDS)


def shares(kinds: Sequence[Kind], n: int) -> list[int]:
    """Deal trials to kinds by their weights."""
    whole = sum(kind.weight for kind in kinds)
    return [-(-n * kind.weight // whole) for kind in kinds]


def tallies(kinds: Iterable[Kind], counts: Iterable[int]) -> Iterable[Tally]:
    """Try kinds, each in a folder of its own."""
    for kind, n in zip(kinds, counts, strict=True):
        with TemporaryDirectory() as folder:
            yield tally(kind, n, Path(folder))


def again(name: str, number: int) -> None:
    """Try one changed file again, and show what comes of it."""
    kind = next(one for one in ALL_KINDS if one.name == name)
    with TemporaryDirectory() as folder:
        path = kind.make(Path(folder))
        changed, change = changed_file(kind, path.read_bytes(), number)
        path.write_bytes(changed)
        print(f"{change.__name__}: {changed[:2000]!r}")  # noqa: T201
        try:
            print(kind.read(path))  # noqa: T201
        except InputError as error:
            print(f"refused: {error}")  # noqa: T201
        except Exception:
            traceback.print_exc()


def main(arguments: Sequence[str]) -> int:
    """Print what became of each kind; 1 where anything failed."""
    if len(arguments) == 2:
        again(arguments[0], int(arguments[1]))
        return 0
    n = int(arguments[0]) if arguments else MOST
    counts = [
        *shares(KINDS, n),
        *(max(1, n // LOADED) for _ in LOADED_KINDS),
        *(max(1, n // REPORTS) for _ in REPORT_KINDS),
    ]
    print(f"{'kind':28}{'tried':>8}{'refused':>9}{'read':>8}{'failed':>8}")  # noqa: T201
    whole = Tally("all")
    with lanes() as processes:
        for one in processes.map(_tally, range(len(counts)), counts):
            for part in ("tried", "refused", "read", "failed"):
                setattr(whole, part, getattr(whole, part) + getattr(one, part))
            _show(one)
    _show(whole)
    print("\n".join(whole.failed[:100]))  # noqa: T201
    return 1 if whole.failed else 0


def _tally(number: int, n: int) -> Tally:
    return next(iter(tallies([ALL_KINDS[number]], [n])))


def _show(one: Tally) -> None:
    line = f"{one.name:28}{one.tried:8}{one.refused:9}{one.read:8}{len(one.failed):8}"
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
