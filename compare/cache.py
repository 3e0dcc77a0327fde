"""Results kept by the content that they depend on: made once, found again.

A stage's folder is named by a hash of its options and of what it reads: with one option changed,
only what depends on that option is made again. A stage is written whole or not at all, and has a
record (``records.py``): what is not as it was written is never used. While one process makes a
stage, others that need it wait. Where unfinished work stands (checkpoints, snapshots) is kept in
``unfinished`` until the stage is safe.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib import metadata
from pathlib import Path

import platformdirs

from compare.errors import InputError
from compare.locks import if_free, locked
from compare.machine import has_limited_memory
from compare.own_results import make_own_folder, own_folder
from compare.owners import owner_of, remove, remove_at_once, rival
from compare.records import RECORD, check_files, read_record, write_record
from compare.stage_seconds import note_seconds
from compare.storage import atomic_folder, check_writable, content_key
from compare.uses import in_use

logger = logging.getLogger(__name__)

SNAPSHOTS = "snapshots"
"""Folder inside a stage that holds what was kept on the way."""

UNFINISHED, LOCKS = "unfinished", "locks"
"""Folders in the cache."""

_RIVAL_SECONDS = 2.0
"""Between two looks at what another machine makes."""


def cache_folder() -> Path:
    """Where things are kept between runs: ``EMBCONTRAST_CACHE``, or the user's cache folder."""
    return Path(os.environ.get("EMBCONTRAST_CACHE") or platformdirs.user_cache_dir("embcontrast"))


def versions(*packages: str) -> dict[str, str]:
    """Name the versions of packages that a result hangs on."""
    return {package: _version(package) for package in packages}


@cache
def _version(package: str) -> str:
    return metadata.version(package)


class NotKeptError(InputError):
    """A stage would have to be made, where none shall be."""


_may_build: ContextVar[bool] = ContextVar("may_build", default=True)


@contextmanager
def only_kept() -> Iterator[None]:
    """Make no stage in this block: one that is not in the cache raises :class:`NotKeptError`."""
    before = _may_build.set(False)
    try:
        yield
    finally:
        _may_build.reset(before)


@dataclass(frozen=True)
class Stage:
    """A result that is kept.

    Attributes
    ----------
    name : str
        What it is, for people who look into the cache.
    made_of : tuple
        Everything that its content hangs on, JSON-able.
    inputs : sequence of (Path or None)
        Folders of the stages that it is made from, if they are stages: where one of them has
        changed, it is made again.
    about : str
        What it is for, for people.
    """

    name: str
    made_of: tuple[object, ...]
    inputs: Sequence[Path | None] = ()
    about: str = ""

    @cached_property
    def key(self) -> str:
        """Name the content."""
        return content_key(*self.made_of)

    @property
    def label(self) -> str:
        """Name its folder in the cache."""
        return f"{self.name}-{self.key[:20]}"

    @property
    def folder(self) -> Path:
        """Where it lies, or will; what others made may be used by who may not make it for all."""
        shared = cache_folder() / self.label
        if not has_limited_memory() or self._fault(shared) is None:
            return shared
        return own_folder(cache_folder()) / self.label

    @property
    def unfinished(self) -> Path:
        """Where it keeps what it needs to go on."""
        own = own_folder(cache_folder()) if has_limited_memory() else cache_folder()
        return own / UNFINISHED / self.label

    @property
    def checkpoint(self) -> Path:
        """Name the file that unfinished work goes on from."""
        return self.unfinished / "checkpoint"

    @property
    def snapshots(self) -> Path:
        """Where snapshots wait until the stage is whole."""
        return self.unfinished / SNAPSHOTS

    def open(self, build: Callable[[Path], None]) -> Path:
        """Give the folder: from the cache, or built anew.

        Parameters
        ----------
        build : callable
            Fills an empty folder.

        Raises
        ------
        InputError
            If it cannot be written; and what ``build`` raises.
        """
        folder = self.folder
        fault = self._fault(folder)
        if fault is not None and not _may_build.get():
            raise NotKeptError(f"{self.name} is not in the cache")
        if fault is not None:
            if has_limited_memory():
                make_own_folder(cache_folder())
            _check_cache(folder)
            with locked(lock_of(folder), partial(_tell_wait, folder)):
                _wait_for_others(folder)
                fault = self._fault(folder)  # whoever held the lock may have made it
                if fault is not None:
                    if os.path.lexists(folder):
                        logger.warning("%s: %s; made again", self.name, fault)
                        _remove_damaged(folder)
                    self._build(folder, build)
        if fault is None:
            logger.info("%s: from the cache (%s)", self.name, folder.name)
        in_use(folder / RECORD)
        if self.unfinished.is_dir():  # left by a process that was killed behind the last step
            with if_free(lock_of(folder)) as is_free:
                if is_free:
                    remove(self.unfinished)
        return folder

    def _fault(self, folder: Path) -> str | None:
        """Say why what is there cannot be used; None where it can."""
        try:
            record = read_record(folder)
            check_files(folder, record)
        except InputError as error:
            return f"damaged in the cache ({error})"
        if record.key != self.key:
            return f"{folder.name} holds another stage"
        for name, digest in _digests(self.inputs).items():
            if record.inputs.get(name) != digest:
                return f"{name}, which it is made from, is another now"
        return None

    def _build(self, folder: Path, build: Callable[[Path], None]) -> None:
        started = time.perf_counter()
        with atomic_folder(folder, replace=False) as temporary:
            build(temporary)
            if self.snapshots.is_dir():  # linked: a kill must not lose them before all is safe
                shutil.copytree(self.snapshots, temporary / SNAPSHOTS, copy_function=_linked)
            made_of = list(self.made_of)
            inputs = _digests(self.inputs)
            write_record(temporary, self.name, self.key, self.about, made_of, inputs)
        remove(self.unfinished)
        passed = time.perf_counter() - started
        if not has_limited_memory():
            note_seconds(cache_folder(), folder.name, passed)
        logger.info("%s: done in %.1f s (%s)", self.name, passed, folder.name)


def _remove_damaged(folder: Path) -> None:
    try:
        remove_at_once(folder)
    except OSError as error:
        raise InputError(
            f"{folder} is damaged and cannot be replaced: {error.strerror}; delete it"
        ) from error


def _tell_wait(folder: Path) -> None:
    made = rival(folder)
    owner = owner_of(made) if made is not None else None
    who = "another process" if owner is None else owner.told
    logger.warning("waiting for %s, which makes what is needed here, too (%s)", who, folder.name)


def _wait_for_others(folder: Path) -> None:
    """Wait for a maker that the lock does not tell of: not all file servers have locks."""
    is_told = False
    while rival(folder) is not None:
        if not is_told:
            _tell_wait(folder)
            is_told = True
        time.sleep(_RIVAL_SECONDS)


def _digests(inputs: Sequence[Path | None]) -> dict[str, str]:
    """Name the content of those stages that are there."""
    found = {}
    for folder in filter(None, inputs):
        with suppress(InputError):
            found[folder.name] = read_record(folder).digest
    return found


def _check_cache(folder: Path) -> None:
    try:
        check_writable(folder)
        check_writable(lock_of(folder))
    except InputError as error:
        raise InputError(
            f"{error}; or name another folder for what is kept between runs with EMBCONTRAST_CACHE"
        ) from error


def lock_of(folder: Path) -> Path:
    """Name the lock that who makes a stage holds."""
    return folder.parent / LOCKS / f"{folder.name}.lock"


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
