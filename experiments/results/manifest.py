"""The manifest of a run folder: the sha256 of every file, so that a cut-off one is noticed.

It is written last. Files that a user puts into the folder are none of its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from compare.errors import InputError
from compare.storage import file_sha256, read_json, write_json

MANIFEST = "manifest.json"


def note_files(folder: Path, files: Iterable[Path]) -> None:
    """Note what was written anew; entries of files that are gone go."""
    known = read_manifest(folder).items()
    noted = {name: entry for name, entry in known if (folder / name).is_file()}
    for path in files:
        noted[path.relative_to(folder).as_posix()] = {"sha256": file_sha256(path)}
    write_json(folder / MANIFEST, noted)


def complete_manifest(folder: Path) -> None:
    """Note every file that has no entry yet; of a folder that nobody else has written into."""
    noted = read_manifest(folder)
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    new = [path for path in files if path.relative_to(folder).as_posix() not in noted]
    note_files(folder, [path for path in new if path != folder / MANIFEST])


def read_manifest(folder: Path) -> dict[str, Mapping[str, Any]]:
    """Read file → entry; nothing, where there is none or it is damaged."""
    try:
        found = read_json(folder / MANIFEST)
    except InputError:
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {str(name): entry for name, entry in entries if isinstance(entry, dict)}


def check_file(folder: Path, name: str, manifest: Mapping[str, Mapping[str, Any]]) -> None:
    """Make sure that a file is what it was when it was written.

    Raises
    ------
    InputError
        If it is missing, cut off or changed, or nobody noted it.
    """
    expected = manifest.get(name, {}).get("sha256")
    if expected is None:
        raise InputError(
            f"{folder / MANIFEST} does not name {name}: one of the two was cut off or changed "
            "since the run; run again (finished stages come from the cache)"
        )
    if file_sha256(folder / name) != expected:
        raise InputError(
            f"{folder / name} is missing, cut off or changed since the run; run again "
            "(finished stages come from the cache)"
        )
