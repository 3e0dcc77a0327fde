"""Locks: one process at a time makes something; they end with the process, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from compare.errors import BusyError
from compare.owners import remove_leftovers
from compare.storage import check_writable, recover


@contextmanager
def locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold a lock while the block runs; whoever comes second waits.

    Parameters
    ----------
    path : Path
        The lock's file; it stays.
    on_wait : callable
        Is told once, when somebody else has held it for a second.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        on_wait()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def if_free(path: Path) -> Iterator[bool]:
    """Take a lock, and say whether it could be had, without waiting."""
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def claimed(target: Path) -> Iterator[None]:
    """Keep a folder or file that a user named for this process; nothing stays beside it.

    Raises
    ------
    BusyError
        If another process is writing it.
    """
    target = target.resolve()
    path = target.with_name(f".{target.name}.lock")
    check_writable(target)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"another process is writing {target}; wait for its end, or choose another --out"
        ) from None
    try:
        recover(target)
        remove_leftovers(target)
        yield
    finally:
        with suppress(OSError):
            path.unlink()  # who waits sees that it is gone, and takes a new one
        lock.release()
