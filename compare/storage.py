"""Files that are never half-written, and keys that name a result by what went into it.

Everything is written beside its target under a temporary name and renamed into place, so that a
killed process leaves either the old file, or the new one, or none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from compare.errors import InputError


def checked_path(path: Any) -> Path:
    """Take a path as users give it, ``~`` included.

    Raises
    ------
    InputError
        If it is no path, or none that the system takes.
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"expected a path; found {path!r}")
    try:
        found = Path(path).expanduser()
        os.fspath(found).encode()
        found.exists()
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"cannot use {str(path)[:200]!r} as a path: {why}") from error
    return found


def content_key(*parts: object) -> str:
    """Hash JSON-able values to 64 hexadecimal digits (sha256); equal values give equal keys.

    >>> content_key({"b": 1, "a": 2}) == content_key({"a": 2, "b": 1})
    True
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(path: Path) -> str | None:
    """Hash a file's bytes; None where it cannot be read."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None


def folder_key(folder: Path) -> str:
    """Name the content of a folder's files (not of folders in it), for keys."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return content_key([[path.name, file_sha256(path)] for path in files])


_POINTER = b"version https://git-lfs.github.com/spec/"


def refuse_pointer(path: Path) -> None:
    """Make sure that a file is itself, and not what Git LFS puts in its place until it is fetched.

    Raises
    ------
    InputError
        If it is a pointer.
    """
    try:
        with path.open("rb") as handle:
            start = handle.read(len(_POINTER))
    except OSError:
        return  # whoever reads it says what is wrong
    if start == _POINTER:
        raise InputError(
            f"{path} is a Git LFS pointer, a few lines that stand for the file; fetch the file "
            "itself with `git lfs pull`"
        )


def _temporary_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.partial")


def check_writable(target: Path) -> None:
    """Make the folder that will hold ``target`` and prove that a file can be written in it.

    Called before long work starts, so that nobody trains for an hour towards a read-only folder.

    Raises
    ------
    InputError
        If the path lies below a file or in a folder that cannot be written.
    """
    probe = _temporary_name(target.absolute())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError(
            f"cannot write {target}: {error.strerror or error}; "
            "give an output path in a folder that you may write"
        ) from error


def check_target(folder: Path, what: str, is_own: Callable[[Path], bool] | None = None) -> None:
    """Refuse a folder for results that holds somebody else's: nothing is overwritten.

    Parameters
    ----------
    what : str
        What may be replaced there ("run of embcontrast"), for the message.
    is_own : callable, optional
        Tells whether a folder that is not empty is such a one; without it, none is.

    Raises
    ------
    InputError
        If it is a file, or a folder with other content.
    """
    if os.path.lexists(folder) and not folder.is_dir():  # a device or a pipe is no folder either
        raise InputError(f"{folder} is a file; give the path of a folder for the results")
    if folder.is_dir() and any(folder.iterdir()) and not (is_own is not None and is_own(folder)):
        raise InputError(
            f"folder {folder} exists and is no {what}; choose another one, or empty it first"
        )


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Give a temporary path to write; rename it to ``target`` when the block ends without error.

    Raises
    ------
    InputError
        If ``target`` is a folder, a device or a pipe, or cannot be written.
    """
    if os.path.lexists(target) and not (target.is_file() or target.is_symlink()):
        raise InputError(f"cannot write {target}: it is no file; give the path of a file")
    check_writable(target)
    temporary = _temporary_name(target)
    try:
        yield temporary
        temporary.replace(target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give an empty temporary folder to fill; it becomes ``target`` when the block ends well.

    Parameters
    ----------
    replace : bool
        Replace an existing ``target``; otherwise it stays and the new folder is dropped (another
        process was faster with the same content).

    Raises
    ------
    InputError
        If ``target`` is a file, or cannot be written.
    """
    target = target.absolute()
    if os.path.lexists(target) and not target.is_dir():
        raise InputError(f"cannot write {target}: it is a file; give the path of a folder")
    check_writable(target)
    temporary = _temporary_name(target)
    old = _temporary_name(target)
    temporary.mkdir()
    try:
        yield temporary
        if replace and target.exists():
            target.replace(old)
        if replace or not target.exists():
            temporary.replace(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.replace(target)
        if not replace and target.is_dir():
            return  # the other process was faster by a moment
        raise InputError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left half-written in a folder."""
    for path in folder.glob(".*.partial") if folder.is_dir() else ():
        match = _PARTIAL.fullmatch(path.name)
        if match and not psutil.pid_exists(int(match[1])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


_PARTIAL = re.compile(r"\..*\.(\d+)-[0-9a-f]{8}\.partial")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write a JSON file atomically: sorted keys, two spaces, no NaN."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    InputError
        If the file is missing or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"no such file: {path}") from error
    except (ValueError, OSError, RecursionError) as error:
        raise InputError(f"{path} is damaged (expected JSON): {error}; make it again") from error
