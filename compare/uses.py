"""Which kept folders are in use: a shared lock on the record, which ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_opened: dict[Path, int] = {}


def in_use(record: Path) -> None:
    """Say that this process uses a folder from now on, and that it was used now."""
    with suppress(OSError):
        os.utime(record)  # the least recently used are cleaned first
    with suppress(OSError):
        if record in _opened and os.path.samestat(os.fstat(_opened[record]), record.stat()):
            return
        opened = os.open(record, os.O_RDONLY)
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _opened[record] = opened


@contextmanager
def unused(record: Path) -> Iterator[bool]:
    """Tell whether no process uses a folder, and keep it so while the block runs."""
    try:
        opened = os.open(record, os.O_RDONLY)
    except OSError:
        yield True  # no record: nobody can use it
        return
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(opened)
