"""Records: what a finished folder holds, file by file, so that damage is found before use.

A record is written last. It names what the folder was made of, and of every file its size and
the sha256 of each 64 MiB; its own digest stands in it, too. Blocks are hashed on several
processors: two read a gigabyte in about half a second.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import InputError
from compare.storage import content_key, write_text

RECORD = "record.json"

BLOCK = 1 << 26
"""Bytes of a file that are hashed together."""

LONGEST = 4000
"""Characters of one part of what a folder was made of; a longer one is named by its hash."""


class Record(NamedTuple):
    """What was written into a folder.

    Attributes
    ----------
    name, key : str
        Of the stage.
    about : str
        What it is for, to be read by people.
    made_of : list
        What the key was made of.
    files : dict
        Of each file, by its path in the folder, ``{"size": …, "sha256": [one of each block]}``.
    inputs : dict
        Digests of the records of what it was made from, by folder name.
    """

    name: str
    key: str
    about: str
    made_of: list[Any]
    files: dict[str, dict[str, Any]]
    inputs: dict[str, str]

    @property
    def digest(self) -> str:
        """Hash of all that it says."""
        return content_key(self._asdict())

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(int(file["size"]) for file in self.files.values())


def write_record(
    folder: Path, name: str, key: str, about: str, made_of: list[Any], inputs: Mapping[str, str]
) -> None:
    """Describe the files that are in a folder now."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    files = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": digests}
        for path, digests in _digests_of(sorted(found)).items()
    }
    record = Record(name, key, about, [_short(part) for part in made_of], files, dict(inputs))
    text = json.dumps({**record._asdict(), "digest": record.digest}, indent=1, ensure_ascii=False)
    write_text(folder / RECORD, text + "\n")


def _short(part: Any) -> Any:
    plain = json.loads(json.dumps(part))
    if len(json.dumps(plain)) <= LONGEST:
        return plain
    return {"sha256": content_key(plain)}


def read_record(folder: Path) -> Record:
    """Read a folder's record.

    Raises
    ------
    InputError
        If there is none, or it is not as it was written.
    """
    try:
        told = json.loads((folder / RECORD).read_bytes())
        digest = told.pop("digest")
        record = Record(**told)
        is_whole = record.digest == digest and _has_its_form(record)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"{folder / RECORD} is missing or no record ({error})") from error
    if not is_whole:
        raise InputError(f"{folder / RECORD} is not as it was written")
    return record


def _has_its_form(record: Record) -> bool:
    """Whether a record that fits its digest could have been written here."""
    return all(
        type(file["size"]) is int and all(isinstance(one, str) for one in file["sha256"])
        for file in record.files.values()
    ) and all(
        isinstance(one, str) for one in (*record[:3], *record.inputs, *record.inputs.values())
    )


def check_files(folder: Path, record: Record, *, again: bool = False) -> None:
    """Make sure that every file is as it was written; further ones do not matter.

    What was read once is not read again by this process while size and times stay the same.

    Parameters
    ----------
    again : bool
        Read all.

    Raises
    ------
    InputError
        With the first file that is not.
    """
    unread: dict[Path, tuple[object, ...]] = {}
    try:
        for name, expected in record.files.items():
            path = folder / name
            state = path.stat()
            if state.st_size != expected["size"]:
                raise InputError(f"{path} has {state.st_size} bytes, not {expected['size']}")
            times = (state.st_mtime_ns, state.st_ctime_ns)
            identity = (state.st_dev, state.st_ino, state.st_size, *times, *expected["sha256"])
            if again or identity not in _read:
                unread[path] = identity
        digests = _digests_of(list(unread))
    except OSError as error:
        raise InputError(f"cannot read {error.filename or folder}: {error.strerror}") from error
    for path, identity in unread.items():
        if digests[path] != record.files[path.relative_to(folder).as_posix()]["sha256"]:
            raise InputError(f"{path} is not as it was written")
        _read.add(identity)


_read: set[tuple[object, ...]] = set()
"""Files that were found as they should be: identity, size, times and digests."""


def _digests_of(paths: list[Path]) -> dict[Path, list[str]]:
    """Hash files block by block."""
    blocks = [
        (path, start) for path in paths for start in range(0, max(1, path.stat().st_size), BLOCK)
    ]
    digests: dict[Path, list[str]] = {path: [] for path in paths}
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        for (path, _), digest in zip(blocks, threads.map(_digest_of, blocks), strict=True):
            digests[path].append(digest)
    return digests


def _digest_of(block: tuple[Path, int]) -> str:
    path, start = block
    digest = hashlib.sha256()
    buffer = bytearray(1 << 18)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        left = BLOCK
        while left and (n := file.readinto(view[:left])):
            digest.update(view[:n])
            left -= n
    return digest.hexdigest()
