"""A space as a file: safetensors, and word2vec's text and binary for other tools.

Whatever has words, vectors and the rest can be written; reading stands in ``formats.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from safetensors.numpy import save_file

from compare.errors import InputError
from compare.storage import atomic_file

FORMAT_VERSION = 1
METADATA_KEY = "embcontrast"
EARLIER_KEY = "embcompare"
"""Under which files were written before the project changed its name; they are read like others."""


class SpaceContent(Protocol):
    """What is written of a space."""

    @property
    def words(self) -> tuple[str, ...]:
        """Unique."""

    @property
    def vectors(self) -> np.ndarray:
        """float32 (n_words, dim)."""

    @property
    def counts(self) -> np.ndarray | None:
        """int64 (n_words,)."""

    @property
    def n_pieces(self) -> np.ndarray | None:
        """int64 (n_words,)."""

    @property
    def provenance(self) -> Mapping[str, Any]:
        """JSON-able values."""


def save_space(space: SpaceContent, path: Path) -> None:
    """Save as one safetensors file; equal content gives equal bytes.

    Words are one uint8 tensor (UTF-8) with offsets; counts and vectors are tensors; provenance is
    one JSON metadata entry (several would be written in random order).
    """
    encoded = [word.encode() for word in space.words]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    tensors = {
        "vectors": space.vectors,
        "words": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_offsets": offsets,
    }
    if space.counts is not None:
        tensors["counts"] = space.counts
    if space.n_pieces is not None:
        tensors["n_pieces"] = space.n_pieces
    header = {"format": METADATA_KEY, "version": FORMAT_VERSION, "provenance": {**space.provenance}}
    with atomic_file(path) as temporary:
        save_file(
            {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
            temporary,
            metadata={METADATA_KEY: json.dumps(header, sort_keys=True, ensure_ascii=False)},
        )


def write_word2vec_text(space: SpaceContent, path: Path) -> None:
    """Write word2vec text; 9 significant digits, so that float32 is read back exactly.

    Raises
    ------
    InputError
        If a word holds white space, which the format cannot carry.
    """
    _check_words(space)
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as handle:
        handle.write(f"{len(space.words)} {space.vectors.shape[1]}\n")
        for word, vector in zip(space.words, space.vectors, strict=True):
            handle.write(f"{word} {' '.join(f'{value:.9g}' for value in vector.tolist())}\n")


def write_word2vec_binary(space: SpaceContent, path: Path) -> None:
    """Write word2vec binary (little-endian float32).

    Raises
    ------
    InputError
        If a word holds white space, which the format cannot carry.
    """
    _check_words(space)
    with atomic_file(path) as temporary, temporary.open("wb") as handle:
        handle.write(f"{len(space.words)} {space.vectors.shape[1]}\n".encode())
        for word, vector in zip(space.words, space.vectors.astype("<f4"), strict=True):
            handle.write(word.encode() + b" " + vector.tobytes() + b"\n")


def _check_words(space: SpaceContent) -> None:
    for word in space.words:
        if not word or word.split() != [word]:
            raise InputError(
                f"word {word!r} is empty or holds white space, which word2vec's format cannot "
                "carry; save as safetensors"
            )


WRITERS: Mapping[str, Callable[[SpaceContent, Path], None]] = {
    ".safetensors": save_space,
    ".txt": write_word2vec_text,
    ".vec": write_word2vec_text,
    ".bin": write_word2vec_binary,
}
"""By the ending of the file."""


def write_space(space: SpaceContent, path: Path) -> None:
    """Write a space in the format that the ending of the file names.

    Raises
    ------
    InputError
        If no format has that ending, or the file cannot be written.
    """
    writer = WRITERS.get(path.suffix)
    if writer is None:
        raise InputError(
            f"{path} has no ending that names a format; expected one of {' '.join(WRITERS)}"
        )
    check_replaceable(path)
    writer(space, path)


def check_replaceable(path: Path) -> None:
    """Refuse a file that holds something else than vectors: a text must not be lost.

    Raises
    ------
    InputError
    """
    if not path.is_file():
        return
    with path.open("rb") as handle:
        start = handle.read(64)
    is_ours = start[8:9] == b"{" or re.match(rb"\d+ \d+\n", start) is not None
    if start and not is_ours:
        raise InputError(f"{path} exists and holds no vectors; choose another path, or remove it")
