"""Flipped bits, missing room and limits, two at once: the same numbers, or a line that says why."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.torture.kills import differing, left_behind
from tests.torture.lanes import Trial
from tests.torture.trials import REFUSED, Bench, limited


def flips(full: Bench, whole: dict[str, str], *, each: int = 4) -> Iterator[Trial]:
    """Flip bits in every cached file, one at a time; the next run must give the same numbers."""

    def attempt(bench: Bench, *, name: Path, number: int) -> str | None:
        bench.refill(full)
        flip(bench.cache / name, random.Random(f"{name} {number}"))
        status = bench.run()
        fault = f"ended with {status}: {bench.told[-300:]}" if status else None
        fault = fault or differing(bench.answer(), whole) or left_behind(bench)
        if fault is None and _is_used(bench, name) and not _is_told(bench):
            fault = "not noticed"
        return fault

    for stage in full.stages:
        for path in sorted(path for path in (full.cache / stage).rglob("*") if path.is_file()):
            name = path.relative_to(full.cache)
            for number in range(each):
                yield Trial(f"{name}, flip {number}", partial(attempt, name=name, number=number))


def _is_told(bench: Bench) -> bool:
    return "made again" in (bench.out / "log.txt").read_text()


def _is_used(bench: Bench, name: Path) -> bool:
    """Whether the run opened the stage: those that others are made from may not be needed."""
    return f"({name.parts[0]})" in (bench.out / "log.txt").read_text()


def flip(path: Path, draw: random.Random) -> None:
    """Flip one bit; an empty file gets a byte."""
    content = bytearray(path.read_bytes()) or bytearray(1)
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)


def no_room(full: Bench, whole: dict[str, str], *, n: int) -> Iterator[Trial]:
    """Run on disks too small, of n sizes; then again with room."""

    def attempt(bench: Bench, *, size: int) -> str | None:
        bench.empty()
        bench.cache.mkdir(parents=True)
        _mount("-t", "tmpfs", "-o", f"size={size}k", "none", bench.cache)
        try:
            status, told = bench.run(), bench.told
            _mount("-o", "remount,size=1g", bench.cache)
            if status not in (0, REFUSED) or (status and "No space left" not in told):
                return f"ended with {status}: {told[-300:]}"
            if bench.run() != 0:
                return f"with room again: {bench.told[-300:]}"
            return differing(bench.answer(), whole)
        finally:
            subprocess.run(["umount", bench.cache], check=True)

    if os.geteuid() != 0:  # a disk of its own needs root
        return
    needed = sum(-(-path.stat().st_size // 4096) * 4 for path in full.cache.rglob("*"))
    for number in range(n):  # from before the first stage to the last
        size = needed * (2 * number + 1) // (2 * n)
        yield Trial(f"{size} of {needed} kB", partial(attempt, size=size))


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


def limits(whole: dict[str, str], *, n: int) -> Iterator[Trial]:
    """Run with files that may not grow, and with little memory; then again without."""

    def attempt(bench: Bench, *, kind: int, amount: int) -> str | None:
        bench.empty()
        status, told = bench.run(limited(kind, amount)), bench.told
        if status not in (0, REFUSED):
            return f"ended with {status}: {told[-300:]}"
        if kind == resource.RLIMIT_AS and (
            kept := [*bench.cache.glob("*-*"), *bench.cache.glob(".*")]
        ):
            return f"kept of a process whose memory was limited: {kept[:3]}"
        if bench.run() != 0:
            return f"without the limit: {bench.told[-300:]}"
        return differing(bench.answer(), whole)

    kinds = [(resource.RLIMIT_FSIZE, 2_000 * 3**k) for k in range(n // 2)]
    kinds += [(resource.RLIMIT_AS, 2_500_000_000 + 150_000_000 * k) for k in range(n - n // 2)]
    for kind, amount in kinds:
        where = f"limit {kind} {amount:,}"
        yield Trial(where, partial(attempt, kind=kind, amount=amount))


def ended(whole: dict[str, str], usual: float, *, n: int, seed: int = 1) -> Iterator[Trial]:
    """End runs by Ctrl-C, TERM and HUP, the cache kept; then again."""

    def attempt(bench: Bench, *, moments: list[float]) -> str | None:
        bench.empty()
        for moment, kind in zip(moments, kinds, strict=True):
            process = bench.start()
            time.sleep(moment)
            with suppress(ProcessLookupError):
                os.kill(process, kind)
            bench.wait(process)
        status = bench.run()
        fault = f"the run after it ended with {status}: {bench.told[-300:]}" if status else None
        return fault or differing(bench.answer(), whole)

    kinds, draw = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP), random.Random(seed)
    for _ in range(0, n, len(kinds)):
        moments = [draw.uniform(0, usual) for _ in kinds]
        where = f"ended after {', '.join(f'{moment:.3f} s' for moment in moments)}"
        yield Trial(where, partial(attempt, moments=moments), n=len(kinds))


def rivals(whole: dict[str, str], *, n: int, seed: int = 1) -> Iterator[Trial]:
    """Start two runs that need the same stages, with folders of their own and with one."""

    def attempt(bench: Bench, *, shares_out: bool, pause: float) -> str | None:
        bench.empty()
        other = _beside(bench)
        if shares_out:
            bench.out.parent.mkdir(parents=True, exist_ok=True)
            other.out.parent.symlink_to(bench.out.parent)
        first = bench.start()
        time.sleep(pause)
        second = other.start()
        statuses = [bench.wait(first), other.wait(second)]
        if shares_out:
            fault = None if sorted(statuses) == [0, REFUSED] else f"ended with {statuses}"
        else:
            fault = None if statuses == [0, 0] else f"ended with {statuses}: {other.told[-300:]}"
            fault = fault or differing(other.answer(), whole)
        return fault or differing(bench.answer(), whole) or left_behind(bench)

    draw = random.Random(seed)
    for number in range(n):
        pause = draw.uniform(0, 1)
        where = f"pair {number}, {pause:.3f} s apart"
        yield Trial(where, partial(attempt, shares_out=number % 2 == 1, pause=pause))


def _beside(bench: Bench) -> Bench:
    """Make a bench with the same cache."""
    other = Bench(bench.folder / "other")
    shutil.rmtree(other.folder, ignore_errors=True)
    other.folder.mkdir(parents=True)
    other.cache.symlink_to(bench.cache)
    return other


def namespaces(whole: dict[str, str]) -> Iterator[Trial]:
    """Run in a process namespace of its own beside a run outside: neither clears the other away."""

    def apart() -> None:
        _unshare_pid()
        child = os.fork()
        if child:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    def attempt(bench: Bench, *, pause: float) -> str | None:
        bench.empty()
        other = _beside(bench)
        first = bench.start(apart)
        time.sleep(pause)
        second = other.start()
        statuses = [bench.wait(first), other.wait(second)]
        fault = None if statuses == [0, 0] else f"ended with {statuses}: {bench.told[-300:]}"
        fault = fault or differing(bench.answer(), whole) or differing(other.answer(), whole)
        return fault or left_behind(bench)

    asked = subprocess.run(["unshare", "--pid", "--fork", "true"], check=False)
    if asked.returncode == 0:  # not everybody is allowed to
        for pause in (0.2, 0.5, 1.0, 1.5):
            yield Trial(f"{pause} s apart", partial(attempt, pause=pause))


def _unshare_pid() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000000) != 0:  # CLONE_NEWPID
        raise OSError(ctypes.get_errno(), "unshare")
