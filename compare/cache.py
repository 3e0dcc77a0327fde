"""Results kept by the content that they depend on: made once, found again.

A stage's folder is named by a hash of its options and of what it reads: with one option changed,
only what depends on that option is made again. A stage is written whole or not at all; what was on
the way when a process was killed (a checkpoint, snapshots) waits beside it.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from compare.errors import InputError
from compare.storage import (
    atomic_folder,
    check_writable,
    read_json,
    remove_leftovers,
    write_json,
)

logger = logging.getLogger(__name__)

MANIFEST = "manifest.json"
"""Lists the files of a stage with their sizes, so that a cut-off file is noticed."""


def cache_folder() -> Path:
    """Where things are kept between runs: ``EMBCONTRAST_CACHE``, or the user's cache folder."""
    return Path(os.environ.get("EMBCONTRAST_CACHE") or platformdirs.user_cache_dir("embcontrast"))


def stage(name: str, key: str, build: Callable[[Path], None]) -> Path:
    """Give the folder of a stage: from the cache, or built anew, whole or not at all.

    Parameters
    ----------
    name : str
        What the stage is, for people who look into the cache.
    key : str
        Hash of everything that its content hangs on (:func:`compare.storage.content_key`).
    build : callable
        Fills an empty folder.
    """
    folder = cache_folder() / f"{name}-{key[:20]}"
    check_writable(folder)
    # A second process that needs the same waits, and finds it done.
    with _locked(folder):
        remove_leftovers(cache_folder())
        if folder.is_dir():
            if _read_manifest(folder) == _file_sizes(folder):
                logger.info("%s: from the cache (%s)", name, folder.name)
                return folder
            logger.warning("%s: damaged in the cache, done again (%s)", name, folder.name)
            shutil.rmtree(folder, ignore_errors=True)
        started = time.perf_counter()
        _build(folder, snapshots_of(name, key), build)
        checkpoint_of(name, key).unlink(missing_ok=True)  # not before the result is safe
        logger.info("%s: done in %.1f s (%s)", name, time.perf_counter() - started, folder.name)
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        lock.acquire(timeout=1)
    except Timeout:
        logger.warning("waiting for another process that makes %s", folder.name)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build(folder: Path, snapshots: Path, build: Callable[[Path], None]) -> None:
    with atomic_folder(folder, replace=False) as temporary:
        build(temporary)
        if snapshots.is_dir():  # copied: a kill before the stage is whole must not lose them
            shutil.copytree(snapshots, temporary / SNAPSHOTS)
        write_json(temporary / MANIFEST, _file_sizes(temporary))
    shutil.rmtree(snapshots, ignore_errors=True)


SNAPSHOTS = "snapshots"
"""Folder inside a stage that holds what was kept on the way."""


def checkpoint_of(name: str, key: str) -> Path:
    """Name the file in which an unfinished stage keeps where it stands."""
    return cache_folder() / f"{name}-{key[:20]}.checkpoint"


def snapshots_of(name: str, key: str) -> Path:
    """Where snapshots wait until the stage is whole, beside its checkpoint."""
    return cache_folder() / f"{name}-{key[:20]}.snapshots"


def versions(*packages: str) -> dict[str, str]:
    """Name the versions of packages that a result hangs on."""
    return {package: metadata.version(package) for package in packages}


def _file_sizes(folder: Path) -> dict[str, int]:
    """List the files below a folder, the manifest apart, with their sizes in bytes."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _read_manifest(folder: Path) -> dict[str, int] | None:
    try:
        sizes: dict[str, int] = read_json(folder / MANIFEST)
    except InputError:  # missing or damaged
        return None
    return sizes
