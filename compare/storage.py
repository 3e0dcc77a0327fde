"""Files that are never half-written, and keys that name a result by what went into it.

Everything is written beside its target under a temporary name and renamed into place, so that a
killed process leaves either the old file, or the new one, or none.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from compare.errors import InputError
from compare.owners import beating, owner_of, partial_path, remove, remove_leftovers


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


def check_writable(target: Path) -> int:
    """Make the folder that will hold ``target`` and prove that a file can be written in it.

    Called before long work starts, so that nobody trains for an hour towards a read-only folder.

    Returns
    -------
    int
        Who may read and write a file that is made there, as the user's umask says.

    Raises
    ------
    InputError
        If the path lies below a file or in a folder that cannot be written.
    """
    probe = partial_path(target.absolute())
    try:
        _make_parents(target.absolute())
        probe.touch()
        mode = stat.S_IMODE(probe.stat().st_mode)
        probe.unlink()
    except OSError as error:
        raise _refusal(target, error) from error
    return mode


def _in_the_making(target: Path) -> int | None:
    """Tell how many folders lie between a path and one in the making around it; None: none is."""
    return next((n for n, path in enumerate(target.parents) if owner_of(path) is not None), None)


def _make_parents(target: Path) -> None:
    """Make the folders above a path; never anew a folder in the making, which somebody removed."""
    n_between = _in_the_making(target)
    if n_between is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    else:
        for folder in reversed(target.parents[:n_between]):
            folder.mkdir(exist_ok=True)


def _refusal(target: Path, error: Exception) -> InputError:
    """Say what could not be written, why, and what to do."""
    number = getattr(error, "errno", None) or _os_error(str(error))
    why = os.strerror(number) if number else str(error)
    if number in (errno.ENOSPC, errno.EDQUOT):
        there = next(path for path in target.absolute().parents if path.is_dir())
        free = shutil.disk_usage(there).free
        remedy = (
            f"{free:,} bytes are free there: make room, or choose another folder "
            "(for what is kept between runs, with EMBCONTRAST_CACHE)"
        )
    elif number == errno.EFBIG:
        remedy = "files here may not grow so large (ulimit -f)"
    else:
        remedy = "give an output path in a folder that you may write"
    return InputError(f"cannot write {target}: {why}; {remedy}")


def _os_error(message: str) -> int | None:
    """Find the number in an error of a library that is not the system's own (safetensors)."""
    match = re.search(r"\(os error (\d+)\)", message)
    return int(match[1]) if match else None


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

    The new content is on the disk before the name is. A link is followed.

    Raises
    ------
    InputError
        If ``target`` is a folder, a device or a pipe, or cannot be written.
    """
    if os.path.lexists(target) and not (target.is_file() or target.is_symlink()):
        raise InputError(f"cannot write {target}: it is no file; give the path of a file")
    target = Path(os.path.realpath(target))
    mode = check_writable(target)
    is_inside = _in_the_making(target) is not None
    if not is_inside:
        remove_leftovers(target)
    temporary = partial_path(target)
    try:
        yield temporary
        if not is_inside:  # else the folder is put on the disk as a whole
            _sync(temporary, mode)
        temporary.replace(target)
        if not is_inside:
            _sync(target.parent)
    except Exception as error:
        if isinstance(error, OSError) or _os_error(str(error)) is not None:
            raise _refusal(target, error) from error
        raise
    finally:
        remove(temporary)


@contextmanager
def atomic_folder(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give an empty temporary folder to fill; it becomes ``target`` when the block ends well.

    All files are on the disk before the name is. A link is followed.

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
    target = Path(os.path.realpath(target))
    if os.path.lexists(target) and not target.is_dir():
        raise InputError(f"cannot write {target}: it is a file; give the path of a folder")
    mode = check_writable(target)
    recover(target)
    remove_leftovers(target)
    temporary = partial_path(target)
    is_inside = _in_the_making(target) is not None
    try:
        temporary.mkdir()
        with beating(temporary):
            yield temporary
            if not is_inside:
                _sync_tree(temporary, mode)
        _put(temporary, target, replace=replace)
        if not is_inside:
            _sync(target.parent)
    except OSError as error:
        raise _refusal(target, error) from error
    finally:
        remove(temporary)


def _put(temporary: Path, target: Path, *, replace: bool) -> None:
    """Give a finished folder its name; at no moment are both the old and the new one nameless."""
    if not target.exists() or (replace and not exchanged(temporary, target)):
        before = _before(target)
        if target.exists():
            target.replace(before)
        try:
            temporary.replace(target)
        except OSError:
            if replace or not target.is_dir():
                recover(target)
                raise
            # the other process was faster by a moment
        remove(before)


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two names at one stroke (Linux's renameat2); False where that cannot be done."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _before(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


def recover(target: Path) -> None:
    """Put back what had been moved aside when a process was killed at the wrong moment."""
    before = _before(target)
    if not before.is_dir():
        return
    if target.exists():
        remove(before)
    else:
        before.replace(target)


def _sync(path: Path, mode: int | None = None) -> None:
    """Wait until a file's content, or a folder's names, are on the disk.

    Parameters
    ----------
    mode : int, optional
        Who may read it: safetensors leaves its files to their owner alone, and others share a
        cache.
    """
    opened = os.open(path, os.O_RDONLY)
    try:
        if mode is not None and stat.S_IMODE(os.fstat(opened).st_mode) != mode:
            with suppress(OSError):  # not all file systems can
                os.fchmod(opened, mode)
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # not all file systems can
            raise
    finally:
        os.close(opened)


def _sync_tree(folder: Path, mode: int) -> None:
    for root, _, files in os.walk(folder):
        for name in files:
            if not (path := Path(root, name)).is_symlink():
                _sync(path, mode)
        _sync(Path(root))


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
