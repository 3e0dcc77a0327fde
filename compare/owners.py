"""Who is making something: read from its name, wherever it lies, and whether they still are.

What is on the way has a name that tells its maker: the machine's boot and the process's own world
of process numbers, the process, and when that began. A number alone would not do: containers
give the same ones, and numbers come back. What another machine makes is judged by its heartbeat,
the time of the file, and that by the clock of whoever keeps the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from glob import escape
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import psutil

BEAT_SECONDS = 30.0
"""Between two heartbeats of what is being made."""

SILENT_SECONDS = 900.0
"""After so long without a heartbeat the maker, if it is of another machine, counts as gone."""

_NAME = re.compile(
    r"\.(?P<target>.+)\.(?P<where>[0-9a-f]{8})-(?P<process>\d+)-(?P<started>\d+)-[0-9a-f]{8}\.partial"
)


class Owner(NamedTuple):
    """A process of a machine.

    Attributes
    ----------
    where : str
        Hash of boot and process namespace.
    process : int
    started : int
        When the process began: numbers come back.
    """

    where: str
    process: int
    started: int

    @property
    def is_of_this_machine(self) -> bool:
        """Whether its number means something here."""
        return self.where == _this_world()

    @property
    def told(self) -> str:
        """Name it in a sentence."""
        where = "" if self.is_of_this_machine else " of another machine or container"
        return f"process {self.process}{where}"

    @property
    def is_alive(self) -> bool:
        """Whether the process is there, of those of this machine."""
        return self.started == _started(self.process)


def _started(process: int) -> int | None:
    try:  # ticks since boot: other clocks may jump
        stat = Path(f"/proc/{process}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        pass
    try:
        return int(psutil.Process(process).create_time())
    except psutil.Error:
        return None


@cache
def _this_world() -> str:
    """Name this boot of this machine, and the namespace that process numbers are of."""
    told = []
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        with suppress(OSError):
            told.append(Path(path).read_text().strip())
    with suppress(OSError):
        told.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return hashlib.sha256("\n".join([*told, os.uname().nodename]).encode()).hexdigest()[:8]


def partial_path(target: Path) -> Path:
    """Name what is being made, beside its target, by this process."""
    process = os.getpid()
    maker = f"{_this_world()}-{process}-{_started(process)}-{uuid.uuid4().hex[:8]}"
    return target.with_name(f".{target.name}.{maker}.partial")


def owner_of(path: Path) -> Owner | None:
    """Read who makes what has this name; None of other names."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    return Owner(match["where"], int(match["process"]), int(match["started"]))


def partials_of(target: Path) -> list[Path]:
    """List what is being made, or was left half-made, for a target."""
    found = target.parent.glob(f".{escape(target.name)}.*.partial")
    matches = ((path, _NAME.fullmatch(path.name)) for path in found)
    return [path for path, match in matches if match and match["target"] == target.name]


def is_left(partial: Path) -> bool:
    """Tell whether nobody makes it any more."""
    owner = owner_of(partial)
    if owner is None:
        return False
    if owner.is_of_this_machine:
        return not owner.is_alive
    try:
        return _age(partial) > SILENT_SECONDS
    except OSError:
        return False  # gone meanwhile, or not to be written beside: not ours to judge


def _age(path: Path) -> float:
    """Take the seconds since a file's time, by the clock of whoever keeps it."""
    probe = path.with_name(f".{uuid.uuid4().hex[:8]}.probe")
    probe.touch()
    try:
        return probe.stat().st_mtime - path.stat().st_mtime
    finally:
        probe.unlink(missing_ok=True)


def remove_leftovers(target: Path) -> None:
    """Remove what was left half-made for a target by those who are gone."""
    for partial in partials_of(target):
        if is_left(partial):
            remove(partial)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_at_once(path: Path) -> None:
    """Take a folder out of the way at one stroke, so that it is never half there, and remove it.

    Raises
    ------
    OSError
        If it cannot be moved; it is whole then.
    """
    aside = partial_path(path)
    path.rename(aside)
    remove(aside)


def rival(target: Path) -> Path | None:
    """Find what somebody is making for a target now."""
    return next((path for path in partials_of(target) if not is_left(path)), None)


@contextmanager
def beating(path: Path) -> Iterator[None]:
    """Keep the time of a file or folder new while the block runs."""
    done = Event()

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            with suppress(OSError):
                os.utime(path)

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
