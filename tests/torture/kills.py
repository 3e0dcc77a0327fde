"""Kills: before and after every call that commits something, and at random moments.

After each, the same run is done again and compared to the bit with an undisturbed one.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.torture.table import Row
from tests.torture.trials import Bench, Hook

COMMITS = ("replace", "rename", "unlink", "mkdir", "link", "rmdir")
"""Of ``os``: what changes names."""


def killing(at: int, *, after: bool) -> Hook:
    """Make a hook that kills its process at the so-manieth commit."""
    return lambda: _count_commits(_Killer(at, after=after))


def counting(write: Callable[[int], None]) -> Hook:
    """Make a hook that tells the number of commits so far."""

    def told(number: int, *, is_after: bool) -> None:
        if is_after:
            write(number)

    return lambda: _count_commits(told)


class _Killer:
    def __init__(self, at: int, *, after: bool) -> None:
        self.at, self.after = at, after

    def __call__(self, number: int, *, is_after: bool) -> None:
        if number == self.at and is_after == self.after:
            os.kill(os.getpid(), signal.SIGKILL)


def _count_commits(met: Any) -> None:
    import compare.storage as storage

    number = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal number
            number += 1
            mine = number
            met(mine, is_after=False)
            try:
                return function(*arguments, **more)
            finally:
                met(mine, is_after=True)

        return call

    for name in COMMITS:
        setattr(os, name, counted(getattr(os, name)))
    storage.exchanged = counted(storage.exchanged)
    for module in (shutil, storage.remove.__globals__["shutil"]):
        module.rmtree = counted(module.rmtree)


def _n_commits(bench: Bench) -> int:
    """Count the commits of an undisturbed run."""
    place = bench.folder / "commits"
    status = bench.run(counting(lambda number: _write(place, number)))
    assert status == 0, bench.told
    return int(place.read_text())


def _write(place: Any, number: int) -> None:
    opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(opened, str(number).encode())
    os.close(opened)


def at_every_commit(bench: Bench, full: Bench, whole: dict[str, str], *, every: int = 1) -> Row:
    """Kill before and after every commit: of all stages but the comparison, then of that alone.

    The comparison takes longer than all others together.
    """
    row = Row("kills before and after every commit")
    for is_comparison in (False, True):

        def begin(is_comparison: bool = is_comparison) -> None:
            bench.refill(full)
            for path in bench.cache.iterdir():
                if path.name.startswith("comparison-") == is_comparison:
                    shutil.rmtree(path)

        begin()
        n_commits = _n_commits(bench)
        for at in range(1, n_commits + 1, every):
            for after in (False, True):
                begin()
                bench.run(killing(at, after=after))
                row.tried += 1
                where = f"commit {at} of {n_commits}, {'after' if after else 'before'}"
                row.note(where, _again(bench, whole))
    return row


def at_random(bench: Bench, whole: dict[str, str], *, n: int, seed: int = 1) -> Row:
    """Kill at random moments, the cache kept: each run goes on where the last was killed."""
    row, draw = Row("kills at random"), random.Random(seed)
    bench.empty()
    started = time.monotonic()
    assert bench.run() == 0, bench.told
    usual = time.monotonic() - started
    for number in range(n):
        if number % 4 == 0:
            bench.empty()
        process = bench.start()
        time.sleep(draw.uniform(0, usual))
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        bench.wait(process)
        row.tried += 1
        if number % 4 == 3:
            row.note(f"kill {number}", _again(bench, whole))
    return row


def _again(bench: Bench, whole: dict[str, str]) -> str | None:
    """Do the run again; says what is wrong with it."""
    status = bench.run()
    if status != 0:
        return f"the run after it ended with {status}: {bench.told[-300:]}"
    return differing(bench.answer(), whole) or left_behind(bench)


def differing(found: dict[str, str], whole: dict[str, str]) -> str | None:
    """Name the first file that is other than in the undisturbed run."""
    names = [name for name in sorted({*found, *whole}) if found.get(name) != whole.get(name)]
    return f"{len(names)} files differ: {', '.join(names[:4])}" if names else None


def left_behind(bench: Bench) -> str | None:
    """Name what stays that should not."""
    found = [path.name for path in bench.out.parent.iterdir() if path != bench.out]
    found += [path.name for path in bench.cache.iterdir() if path.name.startswith(".")]
    waiting = bench.cache / "unfinished"
    found += [path.name for path in waiting.iterdir()] if waiting.is_dir() else []
    return f"left behind: {', '.join(found[:4])}" if found else None
