"""Kills: before and after every call that commits something, and at random moments.

After each, the same run is done again and compared to the bit with an undisturbed one.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.torture.lanes import Trial
from tests.torture.trials import Bench, Hook

COMMITS = ("replace", "rename", "unlink", "mkdir", "link", "rmdir")
"""Of ``os``: what changes names."""

RUN = "the run folder"
"""What commits belong to that are not of a stage."""

Begin = Callable[[Bench], None]
"""Puts on a bench what a trial begins with."""


class Commit(NamedTuple):
    """A call that changes names.

    Attributes
    ----------
    number : int
        The first of a run is 1.
    function : str
    told : str
        What it was given.
    """

    number: int
    function: str
    told: str


def killing(at: int, *, after: bool) -> Hook:
    """Make a hook that kills its process at the so-manieth commit."""

    def kill(commit: Commit, *, is_after: bool) -> None:
        if commit.number == at and is_after == after:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: _watch_commits(kill)


def listing(place: Path) -> Hook:
    """Make a hook that writes a line of each commit into a file."""

    def hook() -> None:
        opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

        def tell(commit: Commit, *, is_after: bool) -> None:
            if not is_after:
                os.write(opened, f"{commit.function} {commit.told!r}\n".encode())

        _watch_commits(tell)

    return hook


def listed(place: Path) -> list[Commit]:
    """Read what such a hook wrote."""
    parted = (line.split(" ", 1) for line in place.read_text().splitlines())
    return [Commit(n, function, told) for n, (function, told) in enumerate(parted, start=1)]


def _watch_commits(met: Any) -> None:
    import compare.storage as storage

    number = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal number
            number += 1
            mine = Commit(number, function.__name__, " ".join(map(str, arguments)))
            met(mine, is_after=False)
            try:
                return function(*arguments, **more)
            finally:
                met(mine, is_after=True)

        return call

    for name in COMMITS:
        setattr(os, name, counted(getattr(os, name)))
    storage.exchanged = counted(storage.exchanged)
    shutil.rmtree = counted(shutil.rmtree)


def _commits(bench: Bench, begin: Begin) -> list[Commit]:
    """List the commits of an undisturbed run."""
    begin(bench)
    place = bench.folder / "commits"
    assert bench.run(listing(place)) == 0, bench.told
    return listed(place)


def _owners(commits: list[Commit], stages: list[str], out: Path) -> list[str]:
    """Say of each commit what it belongs to; a name without its folder goes with the last one."""
    owners, owner = [], RUN
    for commit in commits:
        named = [stage for stage in stages if stage in commit.told]
        owner = named[0] if named else RUN if str(out.parent) in commit.told else owner
        owners.append(owner)
    return owners


def at_every_commit(bench: Bench, full: Bench, whole: dict[str, str]) -> Iterator[Trial]:
    """Kill before and after every commit, stage by stage: the others lie there already.

    The first stage begins from nothing at all. A run folder is written where none is, and where
    one is; that one, or the new one, is there after every kill.
    """
    order = dict.fromkeys(_owners(_commits(bench, Bench.empty), full.stages, bench.out))
    assert {*order} == {RUN, *full.stages}, order
    first = next(name for name in order if name != RUN)
    for stage in order:
        begin: Begin = partial(Bench.refill, other=full, without=stage)
        begin = Bench.empty if stage == first else begin
        commits = _commits(bench, begin)
        owners = _owners(commits, full.stages, bench.out)
        mine = [commit for commit, of in zip(commits, owners, strict=True) if of == stage]
        yield from _kills(stage, mine, begin, whole, has_run=False)

    def replacing(bench: Bench) -> None:
        bench.refill(full)
        shutil.copytree(full.out, bench.out)

    commits = _commits(bench, replacing)
    at = next(n for n, commit in enumerate(commits) if commit.function == "exchanged")
    yield from _kills("a run folder replaced", commits[at - 4 :], replacing, whole, has_run=True)


def _kills(
    what: str, commits: list[Commit], begin: Begin, whole: dict[str, str], *, has_run: bool
) -> Iterator[Trial]:
    def attempt(bench: Bench, *, at: int, after: bool) -> str | None:
        begin(bench)
        status = bench.run(killing(at, after=after))
        if status != -signal.SIGKILL:
            return f"was not killed, but ended with {status}: {bench.told[-300:]}"
        if has_run and (fault := differing(bench.answer(), whole)):
            return f"right after the kill: {fault}"
        return _again(bench, whole)

    for commit in commits:
        for after in (False, True):
            when = "after" if after else "before"
            where = f"{what}, {when} commit {commit.number}, {commit.function} {commit.told[-120:]}"
            yield Trial(where, partial(attempt, at=commit.number, after=after))


def at_random(whole: dict[str, str], usual: float, *, n: int, seed: int = 1) -> Iterator[Trial]:
    """Kill four times at random moments, the cache kept: each run goes on where one was killed.

    Parameters
    ----------
    usual : float
        Seconds of a run.
    """

    def attempt(bench: Bench, *, moments: list[float]) -> str | None:
        bench.empty()
        for moment in moments:
            process = bench.start()
            time.sleep(moment)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            bench.wait(process)
        return _again(bench, whole)

    draw = random.Random(seed)
    for number in range(0, n, 4):
        moments = [draw.uniform(0, usual) for _ in range(min(4, n - number))]
        where = f"killed after {', '.join(f'{moment:.3f} s' for moment in moments)}"
        yield Trial(where, partial(attempt, moments=moments), n=len(moments))


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
