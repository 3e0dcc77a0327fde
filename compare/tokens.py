"""Token ids on disk: one memory-mapped array with the borders of sentences and documents.

The same room serves both wings: word ids with sentence borders for word2vec, byte-pair ids with
document borders for the language model. Nothing is copied until somebody indexes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.storage import atomic_folder, read_json, write_json


@dataclass(frozen=True)
class TokenArray:
    """A text as token ids.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        Memory-mapped when opened from disk.
    starts : ndarray of int64, shape (n_segments,)
        Where each segment (a sentence, a document) begins; the first is 0.
    n_units : int
        Raw words (or bytes) of the text behind the ids, those without an id included: the
        denominator of words per second.
    """

    ids: np.ndarray
    starts: np.ndarray
    n_units: int

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.ids)

    @classmethod
    def of_segments(
        cls, segments: Iterable[list[int]], *, n_units: int | None = None
    ) -> TokenArray:
        """Hold segments in memory; empty ones are left out."""
        ids: list[int] = []
        starts: list[int] = []
        for segment in segments:
            if segment:
                starts.append(len(ids))
                ids.extend(segment)
        return cls(
            np.array(ids, dtype=np.int32),
            np.array(starts, dtype=np.int64),
            len(ids) if n_units is None else n_units,
        )


def write_tokens(folder: Path, segments: Iterable[tuple[list[int], int]]) -> TokenArray:
    """Stream (ids, raw units) of segments to disk and open the result.

    Parameters
    ----------
    folder : Path
        Replaced if it exists; written whole or not at all.
    segments : iterable of (list of int, int)
        Token ids of a segment, and how many raw words or bytes it was made of.
    """
    starts: list[int] = []
    n_tokens = n_units = 0
    with atomic_folder(folder) as temporary:
        with (temporary / "ids.int32").open("wb") as handle:
            for ids, units in segments:
                n_units += units
                if ids:
                    starts.append(n_tokens)
                    n_tokens += len(ids)
                    handle.write(np.array(ids, dtype="<i4").tobytes())
        np.save(temporary / "starts.npy", np.array(starts, dtype=np.int64), allow_pickle=False)
        write_json(temporary / "meta.json", {"n_tokens": n_tokens, "n_units": n_units})
    return open_tokens(folder)


def open_tokens(folder: Path) -> TokenArray:
    """Open what :func:`write_tokens` wrote, memory-mapped and read-only.

    Raises
    ------
    InputError
        If a file is missing or its length does not fit.
    """
    meta = read_json(folder / "meta.json")
    try:
        n_tokens, n_units = meta["n_tokens"], meta["n_units"]
        starts = np.load(folder / "starts.npy", allow_pickle=False)
        if n_tokens == 0:  # an empty file cannot be mapped
            ids = np.zeros(0, dtype=np.int32)
        else:
            ids = np.memmap(folder / "ids.int32", dtype="<i4", mode="r")
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"token folder {folder} is damaged: {error}; delete it") from error
    if len(ids) != n_tokens:
        raise InputError(
            f"token folder {folder} is damaged: expected {n_tokens} ids, "
            f"found {len(ids)}; delete it"
        )
    return TokenArray(ids, starts, n_units)
