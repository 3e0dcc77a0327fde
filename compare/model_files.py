"""JSON files in folders of models that others made: what they name stays in the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compare.errors import InputError

_LONGEST_NAME = 255
_HOLES = 100_000
"""Ids without a token that a tokenizer may have: the library goes through all of them."""


def file_beside(listed_in: Path, name: object) -> Path:
    """Take the name of a file or folder beside the file that lists it.

    Nothing outside of the folder is looked at: a name with a separator is refused by its letters.

    Raises
    ------
    InputError
        If it is no plain name, or a link that leads out of the folder.
    """
    folder = listed_in.parent
    is_plain = (
        isinstance(name, str)
        and 0 < len(name.encode(errors="replace")) <= _LONGEST_NAME
        and name not in (".", "..")
        and not set(name) & set("/\\:\0")
    )
    if not is_plain:
        raise InputError(
            f"{listed_in} is damaged: the path {str(name)[:60]!r}; expected the name of a file "
            "beside it; make or fetch it again"
        )
    path = folder / str(name)
    if path.is_symlink() and not _stays_near(path, folder):
        raise InputError(f"{path} is a link that leads out of its folder; put the file there")
    return path


def _stays_near(path: Path, folder: Path) -> bool:
    """Say whether a link stays in the folder, or in the one of a Hugging Face cache around it."""
    near = folder.resolve()
    if near.parent.name == "snapshots":  # there, files are links to ../../blobs
        near = near.parent.parent
    return path.resolve().is_relative_to(near)


def read_tokenizer_file(path: Path) -> dict[str, Any]:
    """Read a ``tokenizer.json`` as plain values, before its library does.

    Raises
    ------
    InputError
        If it is no JSON, has no model, or its ids are so far apart that the library would not end.
    """
    try:
        described: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise InputError(f"tokenizer file {path} is damaged: {error}; fetch it again") from error
    model = described.get("model") if isinstance(described, dict) else None
    if not isinstance(model, dict):
        raise InputError(f"tokenizer file {path} is damaged: it has no model; fetch it again")
    vocabulary, added = model.get("vocab"), described.get("added_tokens")
    ids = list(vocabulary.values()) if isinstance(vocabulary, dict) else []
    if isinstance(added, list):
        ids += [one.get("id") for one in added if isinstance(one, dict)]
    largest = max((number for number in ids if isinstance(number, int)), default=0)
    if largest > 4 * len(ids) + _HOLES:
        raise InputError(
            f"tokenizer file {path} is damaged: {len(ids)} tokens, and one has the id {largest}; "
            "fetch it again"
        )
    return dict(described)
