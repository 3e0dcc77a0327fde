"""The layouts of other tools: word2vec text and binary, GloVe text.

Source of the layouts: word2vec.c (Mikolov et al. 2013) as gensim and fastText read and write it.
A text file begins with a line ``n_words dim`` (GloVe's has none); a binary file has the same line
and then ``word``, a space, and ``dim`` little-endian float32 for each word.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np

from compare.errors import InputError
from compare.spaces.found_rows import FoundRows

logger = logging.getLogger(__name__)

_HEADER = re.compile(rb"^\s*(-?\d{1,18})\s+(-?\d{1,18})\s*$")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_DIMENSION = 1 << 20
_MAX_WORD_BYTES = 1 << 16
_LONGEST_LINE = 1 << 22
"""Bytes; of numbers with 16 digits some 200,000."""

_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
LEAST_HEADING = 3
"""Numbers from which on 0, 1, 2, … are a heading and no vector."""

LOOKED_AT = 20
"""Lines by which the dimension of a file without a header is told."""


def read_rows(path: Path, handle: IO[bytes], start: bytes, rows: FoundRows) -> None:
    """Read a file of words and vectors, by its header and its first row.

    Raises
    ------
    InputError
        If it is none, is cut off, or holds more than it says.
    """
    skipped = len(_BYTE_ORDER_MARK) if start.startswith(_BYTE_ORDER_MARK) else 0
    handle.seek(skipped)
    header = _HEADER.match(start[skipped:].partition(b"\n")[0])
    if header is None:
        _read_text(path, handle, None, rows)
        return
    n_words, dim = int(header[1]), int(header[2])
    if n_words < 1 or not 1 <= dim <= _MAX_DIMENSION:
        raise InputError(f"{path} declares {n_words} words of {dim} dimensions: nothing to read")
    handle.readline(_LONGEST_LINE)
    begin = handle.tell()
    sample = handle.read(4096)
    handle.seek(begin)
    if _is_text(sample, dim):
        _read_text(path, handle, (n_words, dim), rows)
        return
    try:
        _read_binary(path, handle, n_words, dim, rows)
    except InputError:
        if _NO_TEXT.search(sample) is None and sample.isascii():
            handle.seek(begin)  # names the line that is wrong
            _read_text(path, handle, (n_words, dim), FoundRows(path, lambda _: False))
        raise


def _is_text(sample: bytes, dim: int) -> bool:
    """Tell lines of words and numbers from numbers as bytes: by what stands in the first row."""
    first, end, _ = sample.lstrip(b"\r\n").partition(b"\n")
    if _NO_TEXT.search(first):
        return False
    fields = first.split()[-dim:] if end else first.split()[1:-1]  # a long row is cut
    n_numbers = sum(map(bool, map(_LIKE_A_NUMBER.fullmatch, fields)))
    return n_numbers * 2 > (dim if end else len(fields)) > 0


_LIKE_A_NUMBER = re.compile(rb"[-+]?(?:[\d.,]+(?:[eE][-+]?\d*)?|nan|inf)")


def _numbers(fields: list[bytes]) -> np.ndarray | None:
    if not fields or any(b"_" in field for field in fields):  # Python reads 1_0 as ten
        return None
    try:
        with np.errstate(over="ignore"):  # infinity is refused by the space, with the word's name
            return np.array(fields, dtype=np.float32)
    except ValueError:
        return None


def _read_text(
    path: Path, handle: IO[bytes], declared: tuple[int, int] | None, rows: FoundRows
) -> None:
    dim = declared[1] if declared else _dimension(path, handle)
    first = 2 if declared else 1
    for number, line in enumerate(_lines(path, handle), start=first):
        if not line.strip():
            continue
        # From the right: GloVe 840B has words with spaces inside.
        fields = line.rstrip().rsplit(maxsplit=dim)
        if len(fields) == dim and line[:1].isspace():
            fields.insert(0, b"")  # a word of white space
        row = _numbers(fields[1:])
        if row is None or len(row) != dim:
            raise InputError(f"{path}:{number}: {_expected(dim, fields, line)}")
        if b"\r" in line.rstrip(b"\r\n"):
            raise InputError(f"{path}:{number}: holds line ends of old (\\r alone); write \\n")
        if number == 1 and dim >= LEAST_HEADING and (row == np.arange(dim)).all():
            raise InputError(
                f"{path}:1: expected a word and its vector; found a heading, {line[:60]!r}: write "
                "it without (in pandas header=False, index=False)"
            )
        rows.add(fields[0].strip(), row)
    if rows.n_read and not line.endswith(b"\n"):
        logger.warning("%s: its last line has no end; is it whole?", path)
    if declared and rows.n_read != declared[0]:
        raise InputError(
            f"{path} declares {declared[0]} words but holds {rows.n_read}; it may be cut off"
        )
    if not rows.n_read:
        raise InputError(f"{path} is empty; expected words and their vectors")
    rows.check_words()
    if rows.n_with_numbers * 2 > rows.n_read:
        raise InputError(
            f"{path}: most rows hold more than the {dim} numbers that "
            f"{'the first line declares' if declared else 'the first rows have'}; is it damaged?"
        )
    if declared is None and rows.n_numbers == rows.n_read:
        raise InputError(
            f"{path} holds numbers alone, a matrix without words; write each row's word before it "
            "(paste the file of labels that belongs to it in front: paste -d' ' labels matrix)"
        )


def _lines(path: Path, handle: IO[bytes]) -> Iterator[bytes]:
    """Read lines, none of them longer than any row of numbers."""
    while line := handle.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            raise InputError(
                f"{path} has a line of more than {_LONGEST_LINE >> 20} MiB; is this a file of word "
                "vectors?"
            )
        yield line


def _expected(dim: int, fields: list[bytes], line: bytes) -> str:
    found = line[:60].decode(errors="replace").rstrip()
    if len(fields) == dim and _numbers(fields) is not None:
        return (
            f"expected a word and {dim} numbers; found {dim} numbers without a word, or one number "
            f"too few: {found!r}"
        )
    commas = [field for field in fields[1:] if re.fullmatch(rb"-?\d+,\d+(?:e-?\d+)?", field)]
    if commas:
        return (
            f"expected a word and {dim} numbers; found decimal commas ({commas[0].decode()}): "
            "write points"
        )
    if line.count(b",") >= dim:
        return f"expected a word and {dim} numbers parted by blanks; found commas: {found!r}"
    return f"expected a word and {dim} numbers (is this a file of word vectors?); found {found!r}"


def _dimension(path: Path, handle: IO[bytes]) -> int:
    """Tell how many numbers end most of the first lines (words may end in a number, too)."""
    start = handle.tell()
    lines = islice(_lines(path, handle), LOOKED_AT)
    looked_at = [line for line in lines if line.strip()]
    handle.seek(start)
    found = Counter(map(_n_numbers, looked_at))
    if not found:
        return 1
    # Of two as frequent ones the larger: the shorter rows lack something.
    dim = max(found, key=lambda n: (found[n], n))
    if dim < 2:
        shown = looked_at[0][:60].decode(errors="replace").rstrip()
        has_commas = len(shown.split()) > 2 and "," in shown.split()[-1]
        why = "decimal points, not commas" if has_commas else "is this a file of word vectors?"
        raise InputError(
            f"{path}:1: expected a word and two numbers or more ({why}); found {shown!r}"
        )
    return dim


def _n_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, behind its first field."""
    fields = line.split()
    most = len(fields) - (not line[:1].isspace())
    n = 0
    while n < most and _numbers([fields[-1 - n]]) is not None:
        n += 1
    return n


def _read_binary(path: Path, handle: IO[bytes], n_words: int, dim: int, rows: FoundRows) -> None:
    n_bytes = 4 * dim
    blob, position = b"", 0
    while rows.n_read < n_words:
        space = blob.find(b" ", position)
        if space < 0 or len(blob) < space + 1 + n_bytes:
            more = handle.read(1 << 20)
            if not more or (space < 0 and len(blob) - position > _MAX_WORD_BYTES):
                raise InputError(
                    f"{path} declares {n_words} words but ends after {rows.n_read}; "
                    "it is cut off or no word2vec file"
                )
            blob, position = blob[position:] + more, 0
            continue
        word = blob[position:space].lstrip(b"\n")
        if b"\n" in word:
            raise InputError(
                f"{path}: word {rows.n_read + 1} holds a line break; it is damaged, or no file in "
                "word2vec's binary format"
            )
        position = space + 1 + n_bytes
        rows.add(word, np.frombuffer(blob, dtype="<f4", count=dim, offset=space + 1))
    if (blob[position:] + handle.read(16)).strip(b"\n"):
        raise InputError(f"{path} declares {n_words} words but holds more; its header is wrong")
    rows.check_words()
