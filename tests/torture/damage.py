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
from contextlib import suppress
from pathlib import Path

from tests.torture.kills import differing, left_behind
from tests.torture.table import Row
from tests.torture.trials import REFUSED, Bench, limited


def flips(bench: Bench, full: Bench, whole: dict[str, str], *, each: int = 4, seed: int = 1) -> Row:
    """Flip bits in every cached file, one at a time; the next run must give the same numbers."""
    row, draw = Row("flipped bits in cached files"), random.Random(seed)
    names = [path.relative_to(full.cache) for path in full.cache.rglob("*") if path.is_file()]
    for name in sorted(name for name in names if name.parts[0] not in ("locks", "unfinished")):
        for _ in range(each):
            bench.refill(full)
            flip(bench.cache / name, draw)
            row.tried += 1
            status = bench.run()
            fault = f"ended with {status}: {bench.told[-300:]}" if status else None
            fault = fault or differing(bench.answer(), whole) or left_behind(bench)
            if fault is None and _is_used(bench, name) and not _is_told(bench):
                fault = "not noticed"
            row.note(str(name), fault)
    return row


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


def no_room(bench: Bench, whole: dict[str, str], *, n: int) -> Row:
    """Run on disks too small, of n sizes; then again with room."""
    row = Row("full disk")
    if os.geteuid() != 0:
        row.more = "needs root for a disk of its own"
        return row
    for number in range(n):
        bench.empty()
        bench.cache.mkdir(parents=True)
        size = 200 + 300 * number  # kB: from before the first stage to after the last
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", bench.cache], check=True
        )
        try:
            status, told = bench.run(), bench.told
            subprocess.run(["mount", "-o", "remount,size=1g", bench.cache], check=True)
            row.tried += 1
            fault = None
            if status not in (0, REFUSED) or (status and "No space left" not in told):
                fault = f"ended with {status}: {told[-300:]}"
            if bench.run() != 0:
                fault = f"with room again: {bench.told[-300:]}"
            row.note(f"{size} kB", fault or differing(bench.answer(), whole))
        finally:
            subprocess.run(["umount", bench.cache], check=True)
    return row


def limits(bench: Bench, whole: dict[str, str], *, n: int) -> Row:
    """Run with files that may not grow, and with little memory; then again without."""
    row = Row("files and memory limited")
    kinds = [(resource.RLIMIT_FSIZE, 2_000 * 3**k) for k in range(n // 2)]
    kinds += [(resource.RLIMIT_AS, 2_500_000_000 + 150_000_000 * k) for k in range(n - n // 2)]
    for kind, amount in kinds:
        bench.empty()
        status, told = bench.run(limited(kind, amount)), bench.told
        row.tried += 1
        fault = f"ended with {status}: {told[-300:]}" if _is_broken(status, told) else None
        if bench.run() != 0:
            fault = f"without the limit: {bench.told[-300:]}"
        row.note(f"limit {kind} {amount:,}", fault or differing(bench.answer(), whole))
    return row


def _is_broken(status: int, told: str) -> bool:
    if status in (0, REFUSED):
        return False
    return not any(word in told for word in ("allocat", "primitive", "MemoryError", "memory"))


def ended(bench: Bench, whole: dict[str, str], *, n: int, seed: int = 1) -> Row:
    """End runs by Ctrl-C, TERM and HUP; then again."""
    row, draw = Row("signals"), random.Random(seed)
    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in range(n):
        if number % 3 == 0:
            bench.empty()
        process = bench.start()
        time.sleep(draw.uniform(0, 6))
        with suppress(ProcessLookupError):
            os.kill(process, kinds[number % 3])
        bench.wait(process)
        row.tried += 1
        if number % 3 == 2:
            status = bench.run()
            fault = f"the run after it ended with {status}: {bench.told[-300:]}" if status else None
            row.note(f"signal {number}", fault or differing(bench.answer(), whole))
    return row


def rivals(bench: Bench, whole: dict[str, str], *, n: int, seed: int = 1) -> Row:
    """Start two runs that need the same stages, with folders of their own and with one."""
    row, draw = Row("two runs at once"), random.Random(seed)
    other = Bench(bench.folder / "other")
    for number in range(n):
        bench.empty()
        shutil.rmtree(other.folder, ignore_errors=True)
        other.folder.mkdir(parents=True)
        other.cache.symlink_to(bench.cache)
        shares_out = number % 2 == 1
        if shares_out:
            bench.out.parent.mkdir(parents=True, exist_ok=True)
            other.out.parent.symlink_to(bench.out.parent)
        first = bench.start()
        time.sleep(draw.uniform(0, 2))
        second = other.start()
        statuses = [bench.wait(first), other.wait(second)]
        row.tried += 1
        if shares_out:
            fault = None if sorted(statuses) == [0, REFUSED] else f"ended with {statuses}"
        else:
            fault = None if statuses == [0, 0] else f"ended with {statuses}: {other.told[-300:]}"
            fault = fault or differing(other.answer(), whole)
        row.note(f"pair {number}", fault or differing(bench.answer(), whole) or left_behind(bench))
    return row


def namespaces(bench: Bench, whole: dict[str, str]) -> Row:
    """Run in a process namespace of its own beside a run outside: neither clears the other away."""
    row = Row("two process namespaces")
    if subprocess.run(["unshare", "--pid", "--fork", "true"], check=False).returncode != 0:
        row.more = "not allowed here"
        return row
    bench.empty()

    def apart() -> None:
        _unshare_pid()
        child = os.fork()
        if child:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    other = Bench(bench.folder / "other")
    shutil.rmtree(other.folder, ignore_errors=True)
    other.folder.mkdir(parents=True)
    other.cache.symlink_to(bench.cache)
    first = bench.start(apart)
    time.sleep(1.0)
    second = other.start()
    statuses = [bench.wait(first), other.wait(second)]
    row.tried += 1
    fault = None if statuses == [0, 0] else f"ended with {statuses}: {bench.told[-300:]}"
    fault = fault or differing(bench.answer(), whole) or differing(other.answer(), whole)
    row.note("pair", fault or left_behind(bench))
    return row


def _unshare_pid() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000000) != 0:  # CLONE_NEWPID
        raise OSError(ctypes.get_errno(), "unshare")
