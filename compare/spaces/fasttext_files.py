"""fastText's own models (``.bin``), read by gensim once their header and their lengths fit.

gensim believes what a file says of itself, and reads for ever where a word has no end.

Source of the layout: fastText's ``Dictionary::save`` and ``DenseMatrix::save``, version 12:
magic, version; twelve int32 and a double of options; n_words, n_used, n_labels (int32), n_tokens,
n_pruned (int64); each word, a zero byte, its count (int64) and a kind (int8); a bool, then the rows
and columns of the table (int64) and its float32.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

from compare.errors import InputError
from compare.spaces.found_rows import FoundRows

FASTTEXT = b"\xba\x16\x4f\x2f"
"""What such a file begins with."""

_OPTIONS = struct.Struct("<2i12id")
_SIZES = struct.Struct("<3i2q")
_TABLE = struct.Struct("<?2q")
_BEHIND_WORD = struct.Struct("<qb")
_VERSION = 12
_LONGEST_WORD = 1 << 16
_LONGEST_PIECE = 1000
"""Characters of a piece of a word; 3 to 6 are usual."""


def read_fasttext(path: Path, rows: FoundRows) -> None:
    """Read the words of a fastText model, each with its subwords, as fastText gives them.

    Raises
    ------
    InputError
        If the file is cut off, damaged, or quantised.
    """
    from gensim.models.fasttext import load_facebook_vectors

    with path.open("rb") as handle:
        try:
            is_other = _check(handle, path.stat().st_size)
        except (struct.error, ValueError) as error:
            raise InputError(f"{path} is no whole fastText model: {error}") from error
    if is_other:
        raise InputError(
            f"{path} is a quantised fastText model or a classifier, which gensim does not read; "
            "export its vectors with fastText itself: fasttext print-word-vectors"
        )
    try:
        found = load_facebook_vectors(str(path))
    except Exception as error:
        raise InputError(f"{path} is no whole fastText model: {error}") from error
    for word, row in zip(found.index_to_key, found.vectors, strict=True):
        rows.add(word.encode(), row)


def _check(handle: IO[bytes], size: int) -> bool:
    """Go through a file without its numbers, and say whether it is of the kinds that are not read.

    What does not fit is a ValueError.
    """
    _, version, dim, *_, bucket, shortest, longest, _, _ = _OPTIONS.unpack(
        handle.read(_OPTIONS.size)
    )
    n_words, n_used, n_labels, _, n_pruned = _SIZES.unpack(handle.read(_SIZES.size))
    if version != _VERSION:
        raise ValueError(f"version {version}, expected {_VERSION}")
    if n_labels or n_pruned > 0:
        return True
    if not 0 <= shortest <= _LONGEST_PIECE or not 0 <= longest <= _LONGEST_PIECE or bucket < 0:
        raise ValueError(f"pieces of {shortest} to {longest} characters in {bucket} rows")
    if not 0 < n_words == n_used or n_words * (_BEHIND_WORD.size + 1) > size:
        raise ValueError(f"{n_words} words in {size} bytes")
    _check_words(handle, n_words)
    is_quantised, n_rows, n_columns = _TABLE.unpack(handle.read(_TABLE.size))
    if is_quantised:
        return True
    if n_rows != n_words + bucket or n_columns != dim or dim < 1:
        raise ValueError(f"a table of {n_rows} × {n_columns} for {n_words} words × {dim}")
    if handle.tell() + 4 * n_rows * n_columns > size:
        raise ValueError(f"the table of {n_rows} × {n_columns} is cut off")
    return False


def _check_words(handle: IO[bytes], n_words: int) -> None:
    """Go through the words: each ends, none stands twice, and counts fall, as gensim takes it."""
    begin = handle.tell()
    block, place, seen = b"", 0, set()
    last = None
    for number in range(1, n_words + 1):
        end = block.find(b"\0", place)
        while end < 0 or len(block) < end + 1 + _BEHIND_WORD.size:
            more = handle.read(1 << 20)
            if not more or (end < 0 and len(block) - place > _LONGEST_WORD):
                raise ValueError(f"word {number} of {n_words} has no end")
            begin += place
            block, place = block[place:] + more, 0
            end = block.find(b"\0", place)
        count, _ = _BEHIND_WORD.unpack_from(block, end + 1)
        word = block[place:end]
        if word in seen:
            raise ValueError(f"{word.decode(errors='replace')!r} stands twice")
        if count < 1 or (last is not None and count > last):
            raise ValueError(f"the count of word {number}, {count}, does not fit those before it")
        seen.add(word)
        last, place = count, end + 1 + _BEHIND_WORD.size
    handle.seek(begin + place)
