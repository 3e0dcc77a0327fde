"""``Kind``: a kind of file that the program reads, and how changed ones are tried."""

from __future__ import annotations

import logging
import os
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compare.errors import InputError, TrainingError
from tests.torture.changes import ANY, LOCAL, Change

LONGEST = 5.0
"""Seconds that reading a changed file may take."""

MOST_TIMES, FLOOR = 4, 96 << 20
"""So many times the file, and so many bytes besides, may be taken of memory."""


class HangError(BaseException):
    """A reader did not come back in time."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    make : callable
        Writes a small whole one, with what belongs to it, into an empty folder, and gives its path.
    read : callable
        Reads it, as the program does.
    changes : tuple of callable
        What may happen to its bytes.
    is_right : callable, optional
        Says of what was read after a change of a few bytes whether each number stands in its row.
    weight : int
        Share of all trials.
    seconds : float
        That reading may take.
    """

    name: str
    make: Callable[[Path], Path]
    read: Callable[[Path], Any]
    changes: tuple[Change, ...] = ANY
    is_right: Callable[[Any], bool] | None = None
    weight: int = 10
    seconds: float = LONGEST


@dataclass
class Tally:
    """What became of the trials of a kind: ``failed`` says how to see each fault again."""

    name: str
    tried: int = 0
    refused: int = 0
    read: int = 0
    failed: list[str] = field(default_factory=list)


def changed_file(kind: Kind, whole: bytes, number: int, *, seed: int = 1) -> tuple[bytes, Change]:
    """Give a file's bytes after the change of a number, and which that is."""
    draw = random.Random(f"{seed} {kind.name} {number}")
    change = draw.choice(kind.changes)
    return change(whole, draw), change


def tally(kind: Kind, n: int, folder: Path, *, seed: int = 1) -> Tally:
    """Change a file so many times, and read it.

    Parameters
    ----------
    folder : Path
        Empty.
    """
    path = kind.make(folder)
    whole = path.read_bytes()
    found = Tally(kind.name)
    logging.disable(logging.CRITICAL)
    try:
        with suppress(InputError):  # kinds that are refused, as they should be
            kind.read(path)  # what is imported and kept at the first reading is not counted
        for number in range(n):
            changed, change = changed_file(kind, whole, number, seed=seed)
            path.write_bytes(changed)
            fault = _fault(kind, path, changed, found, is_local=change in LOCAL)
            found.tried += 1
            if fault:
                found.failed.append(f"{kind.name} {number} ({change.__name__}): {fault}")
            if not path.is_file():
                path = kind.make(folder)
    finally:
        logging.disable(logging.NOTSET)
        path.write_bytes(whole)
    return found


def _fault(kind: Kind, path: Path, changed: bytes, found: Tally, *, is_local: bool) -> str:
    """Read a file; say what went wrong, or nothing."""
    before = _reset_peak()
    started = time.process_time()
    try:
        with _watched(kind.seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = kind.read(path)
    except (InputError, TrainingError) as error:
        found.refused += 1
        told = "" if str(error).strip() else "an error without words"
    except HangError:
        return f"no answer in {kind.seconds:g} s"
    except Exception as error:  # what no reader may let through
        at = traceback.extract_tb(error.__traceback__)[-1]
        return (
            f"{type(error).__name__}: {str(error)[:100]!r} at {Path(at.filename).name}:{at.lineno}"
        )
    else:
        found.read += 1
        is_wrong = is_local and kind.is_right is not None and not kind.is_right(result)
        told = "a number from another row" if is_wrong else ""
    seconds, taken = time.process_time() - started, _peak() - before
    if seconds > kind.seconds:
        return f"took {seconds:.1f} s"
    if taken > MOST_TIMES * len(changed) + FLOOR:
        return f"took {taken >> 20} MiB for {len(changed)} bytes"
    return told


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """Stop what does not come back; where it is in C, its time is told afterwards.

    Seconds are the processor's own, as others may use it, too; what waits gets twelve times that.
    """

    def stop(number: int, frame: object) -> None:
        raise HangError

    timers = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, 12 * seconds),
    )
    before = [signal.signal(number, stop) for number, _, _ in timers]
    for _, timer, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for _, timer, _ in timers:
            signal.setitimer(timer, 0)
        for (number, _, _), handler in zip(timers, before, strict=True):
            signal.signal(number, handler)


_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def _reset_peak() -> int:
    """Begin to count the most memory anew, where the system can; give what is held, in bytes."""
    if os.access(_CLEAR, os.W_OK):
        _CLEAR.write_text("5")
    return _peak()


def _peak() -> int:
    if _STATUS.is_file():
        line = next(one for one in _STATUS.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10
