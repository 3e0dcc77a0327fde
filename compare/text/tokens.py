"""Token ids on disk: one memory-mapped array with the borders of sentences and documents.

The same form serves both wings: word ids and byte-pair ids, with the borders that word2vec's
windows stop at and those that a language model is told. Nothing is copied until it is indexed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from compare.errors import InputError, whole_number
from compare.storage import atomic_folder, read_json, write_json


@dataclass(frozen=True)
class TokenArray:
    """A text as token ids.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        Memory-mapped when opened from disk.
    starts : ndarray of int64, shape (n_segments,)
        Where each segment (a sentence; of byte pairs, a passage) begins; the first is 0.
    n_units : int
        Raw words (or bytes) of the text behind the ids, those without an id included: the
        denominator of words per second.
    documents : ndarray of int64, shape (n_documents,)
        Where each document begins, the first at 0; one that holds nothing begins where the next
        does. Empty where nobody noted it.
    """

    ids: np.ndarray
    starts: np.ndarray
    n_units: int
    documents: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.ids)

    def digest(self) -> str:
        """Hash all ids and borders of segments, 16 hexadecimal digits: by them a text is known."""
        found = hashlib.sha256()
        for array, kind in ((self.ids, "<i4"), (self.starts, "<i8")):
            found.update(f"{len(array)} ".encode())
            for part in blocks_of(array):
                found.update(np.ascontiguousarray(part, dtype=kind).data)
        return found.hexdigest()[:16]

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


def write_tokens(folder: Path, parts: Iterable[TokenArray]) -> TokenArray:
    """Stream a text to disk, part after part, and open the whole.

    Parameters
    ----------
    folder : Path
        Replaced if it exists; written whole or not at all.
    parts : iterable of TokenArray
        Each begins a new segment.
    """
    n_tokens = n_segments = n_units = n_documents = 0
    with atomic_folder(folder) as temporary:
        with (
            (temporary / IDS).open("wb") as ids,
            (temporary / STARTS).open("wb") as starts,
            (temporary / DOCUMENTS).open("wb") as documents,
        ):
            for part in parts:
                ids.write(part.ids.astype("<i4").tobytes())
                starts.write((part.starts + n_tokens).astype("<i8").tobytes())
                documents.write((part.documents + n_tokens).astype("<i8").tobytes())
                n_tokens += len(part)
                n_segments += len(part.starts)
                n_units += part.n_units
                n_documents += len(part.documents)
        sizes = {"n_tokens": n_tokens, "n_segments": n_segments, "n_documents": n_documents}
        write_json(temporary / META, {**sizes, "n_units": n_units})
    return open_tokens(folder)


IDS, STARTS, DOCUMENTS, META = "ids.int32", "starts.int64", "documents.int64", "meta.json"


def open_tokens(folder: Path) -> TokenArray:
    """Open what :func:`write_tokens` wrote, memory-mapped and read-only.

    Raises
    ------
    InputError
        If a file is missing or its length does not fit.
    """
    meta = read_json(folder / META)
    try:
        expected = (meta["n_tokens"], meta["n_segments"], meta["n_documents"])
        n_units = whole_number(meta["n_units"], "n_units", least=0)
        ids, starts = _mapped(folder / IDS, "<i4"), _mapped(folder / STARTS, "<i8")
        documents = _mapped(folder / DOCUMENTS, "<i8")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"token folder {folder} is damaged: {error}; delete it") from error
    found = (len(ids), len(starts), len(documents))
    if found != expected:
        told = "{} ids in {} segments of {} documents"
        raise InputError(
            f"token folder {folder} is damaged: expected {told.format(*expected)}, found "
            f"{told.format(*found)}; delete it"
        )
    return TokenArray(ids, starts, n_units, documents)


def _mapped(path: Path, dtype: str) -> np.ndarray:
    if path.stat().st_size == 0:  # an empty file cannot be mapped
        return np.zeros(0, dtype=dtype)
    return np.memmap(path, dtype=dtype, mode="r")


def renumbered(
    tokens: TokenArray, new_ids: np.ndarray, *, block: int = 1 << 20
) -> Iterator[TokenArray]:
    """Yield a text in parts with other ids; what has none is dropped.

    Parameters
    ----------
    tokens : TokenArray
    new_ids : int32 ndarray, shape (n_old_ids,)
        New id of each old one; −1: dropped. A segment that loses all its tokens goes.
    block : int
        Segments are read until about so many tokens are in memory.

    Yields
    ------
    TokenArray
        Its ``n_units`` counts the tokens before any was dropped: the words of the text, where
        every word had an id.
    """
    starts = tokens.starts
    low = 0
    while low < len(starts):
        high = max(low + 1, int(np.searchsorted(starts, starts[low] + block)))
        begin = int(starts[low])
        end = int(starts[high]) if high < len(starts) else len(tokens)
        ids = new_ids[tokens.ids[begin:end]]
        dropped = np.flatnonzero(ids < 0)
        moved = _without(dropped, starts[low:high] - begin)
        kept = np.delete(ids, dropped)
        # A segment that lost all its tokens begins where the next one does, or at the end.
        is_left = np.diff(moved, append=len(kept)) > 0
        documents = tokens.documents[slice(*np.searchsorted(tokens.documents, (begin, end)))]
        yield TokenArray(kept, moved[is_left], end - begin, _without(dropped, documents - begin))
        low = high


def _without(dropped: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Say where places are once the ones dropped, which rise, are gone."""
    found: np.ndarray = places - np.searchsorted(dropped, places)
    return found


def token_counts(tokens: TokenArray, n_ids: int, *, block: int = 1 << 20) -> np.ndarray:
    """Count the occurrences of every id, int64 (n_ids,), without reading all into memory."""
    counts = np.zeros(n_ids, dtype=np.int64)
    for part in blocks_of(tokens.ids, block):
        counts += np.bincount(part, minlength=n_ids)
    return counts


def blocks_of(ids: np.ndarray, block: int = 1 << 20) -> Iterator[np.ndarray]:
    """Yield ids that may be on disk in parts that fit into memory."""
    for low in range(0, len(ids), block):
        yield np.asarray(ids[low : low + block])
