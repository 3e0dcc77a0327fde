"""What lies in the cache: listed, verified, cleaned; what somebody uses or makes is left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from compare.cache import LOCKS, UNFINISHED, cache_folder, lock_of
from compare.checkpoints import load_state
from compare.errors import InputError
from compare.locks import if_free
from compare.owners import is_left, owner_of, remove, remove_at_once, rival
from compare.records import RECORD, check_files, read_record
from compare.stage_seconds import SECONDS
from compare.uses import unused

Kind = Literal["stage", "damaged", "unfinished", "leftover", "other"]


class Kept(NamedTuple):
    """Something in the cache.

    Attributes
    ----------
    path : Path
    kind : str
        A finished stage; one without a record that can be read; where unfinished work stands; what
        a killed process left half-made; or something else (downloads, compiled code).
    about : str
        What it is for.
    size : int
        Bytes.
    used_at : float
        When it was last used, in seconds since 1970.
    """

    path: Path
    kind: Kind
    about: str
    size: int
    used_at: float

    @property
    def can_go(self) -> bool:
        """Whether it is made again when it is needed."""
        return self.kind != "other"


def everything_kept() -> list[Kept]:
    """List what lies in the cache, the last used first."""
    folder = cache_folder()
    if not folder.is_dir():
        return []
    found = [
        _kept(path)
        for path in folder.iterdir()
        if path.name not in (LOCKS, UNFINISHED, SECONDS) and not path.name.endswith(".probe")
    ]
    waiting = folder / UNFINISHED
    if waiting.is_dir():
        found += [_unfinished(path) for path in waiting.iterdir()]
    return sorted(found, key=lambda one: (-one.used_at, one.path.name))


def _kept(path: Path) -> Kept:
    if owner_of(path) is not None:
        about = "left half-made" if is_left(path) else "being made now"
        return Kept(path, "leftover", about, _size(path), path.lstat().st_mtime)
    if not (path / RECORD).is_file():
        return Kept(path, "other", "", _size(path), path.lstat().st_mtime)
    used_at = (path / RECORD).stat().st_mtime
    try:
        return Kept(path, "stage", read_record(path).about, _size(path), used_at)
    except InputError:
        return Kept(path, "damaged", "its record cannot be read", _size(path), used_at)


def _unfinished(path: Path) -> Kept:
    return Kept(path, "unfinished", "where interrupted work stands", _size(path), _newest(path))


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.lstat().st_size for file in files if file.is_file())


def _newest(path: Path) -> float:
    return max((file.lstat().st_mtime for file in path.rglob("*")), default=path.lstat().st_mtime)


def faults() -> Iterator[tuple[Path, str | None]]:
    """Read everything that has a digest; gives each path with what is wrong, if anything is."""
    for one in everything_kept():
        fault: str | None = None
        try:
            if one.kind in ("stage", "damaged"):
                check_files(one.path, read_record(one.path), again=True)
            elif one.kind == "unfinished":
                for state in sorted(one.path.glob("checkpoint*")):
                    load_state(state)
            else:
                continue
        except InputError as error:
            fault = str(error)
        yield one.path, fault


def cleaned(
    *, older_than: float | None = None, keep_size: float | None = None, only_say: bool = False
) -> list[Kept]:
    """Remove what was not used for long, the least recently used first; gives what went.

    Downloads stay, and so does what a process uses or makes now.

    Parameters
    ----------
    older_than : float, optional
        Seconds: what was used since stays.
    keep_size : float, optional
        Bytes that stages and unfinished work may take together afterwards.
    only_say : bool
        Say what would go.
    """
    known = [one for one in everything_kept() if one.can_go]
    left = sum(one.size for one in known)
    now, gone = time.time(), []
    for one in reversed(known):
        is_old = older_than is not None and now - one.used_at > older_than
        is_too_much = keep_size is not None and left > keep_size
        is_waste = one.kind == "leftover" and is_left(one.path)
        if (is_old or is_too_much or is_waste) and _removed(one, only_say=only_say):
            gone.append(one)
            left -= one.size
    return gone


def _removed(one: Kept, *, only_say: bool) -> bool:
    """Remove something, unless it is used or made now."""
    if one.kind == "leftover":
        if not is_left(one.path):
            return False
        if not only_say:
            remove(one.path)
        return True
    folder = cache_folder() / one.path.name
    with if_free(lock_of(folder)) as is_free, unused(folder / RECORD) as is_unused:
        if not (is_free and is_unused) or rival(folder) is not None:
            return False
        if not only_say:
            with suppress(OSError):
                remove_at_once(one.path)
            if not folder.exists():
                lock_of(folder).unlink(missing_ok=True)
    return only_say or not one.path.exists()
