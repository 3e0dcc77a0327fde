"""Files of text, compressed or not → passages, read in pieces: larger than memory if need be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from compare.errors import InputError, nearest_names
from compare.storage import refuse_pointer
from compare.text.passages import (
    END_OF_TEXT,
    MAX_PASSAGE_CHARACTERS,
    Passage,
    cut_document,
    last_parts,
)

SUFFIXES = (".txt", ".gz", ".bz2", ".xz", ".zip")


def text_files(source: str, known: Iterable[str]) -> list[Path]:
    """List the files behind a path, a folder's in order.

    Parameters
    ----------
    known : iterable of str
        Corpora that go by name, for the message.

    Raises
    ------
    InputError
        If there is no such file or folder, or no text in it.
    """
    try:
        path = Path(source).expanduser()
        path.exists()
    except (OSError, RuntimeError) as error:
        raise InputError(f"cannot use {source!r} as a corpus: {error}") from error
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        if not files:
            raise InputError(f"folder {source} holds no text file ({' '.join(SUFFIXES)})")
        return files
    if path.is_file():
        return [path]
    if path.suffix or "/" in source or path.exists():
        raise InputError(
            f"no such corpus file or folder: {source}; give the path of your text (in a config: "
            "corpus.source)"
        )
    raise InputError(f"unknown corpus {source!r}; {nearest_names(source, known)}")


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[str]]]]:
    """Open a file, compressed or not, as one or (zip) several named text streams."""
    openers: dict[str, Callable[..., IO[bytes]]] = {
        ".gz": cast("Callable[..., IO[bytes]]", gzip.open),
        ".bz2": cast("Callable[..., IO[bytes]]", bz2.open),
        ".xz": cast("Callable[..., IO[bytes]]", lzma.open),
    }
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if Path(m.filename).suffix == ".txt"]
            members = [m for m in members if not m.filename.startswith("__MACOSX/")]
            if not members:
                raise InputError(f"{path} holds no .txt file")
            yield (
                (f"{path}:{m.filename}", io.TextIOWrapper(archive.open(m), encoding="utf-8-sig"))
                for m in members
            )
    else:
        with openers.get(path.suffix, open)(path, "rb") as handle:
            yield iter([(str(path), io.TextIOWrapper(handle, encoding="utf-8-sig"))])


_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    UnicodeDecodeError,
    zlib.error,
)


def file_passages(paths: list[Path], separator: str) -> Iterator[Passage]:
    """Yield the passages of files, documents numbered through all of them.

    Raises
    ------
    InputError
        If a file cannot be read, or is no UTF-8 text.
    """
    number = -1
    for path in paths:
        refuse_pointer(path)
        try:
            with _opened(path) as streams:
                for name, handle in streams:
                    for is_new, text in _document_parts(name, handle, separator):
                        number += is_new
                        yield Passage(number, text)
        except _UNREADABLE as error:
            raise InputError(f"cannot read {path}: {error}; is it whole?") from error


def _document_parts(name: str, handle: IO[str], separator: str) -> Iterator[tuple[bool, str]]:
    """Yield (starts a document, text), holding no more than about one piece at a time."""
    pending = ""
    is_new = True
    for piece in _pieces(name, handle):
        *whole, last = _documents(piece, separator)
        for end_of_document in whole:
            yield from last_parts(pending + end_of_document, is_new=is_new)
            pending, is_new = "", True
        pending += last
        if len(pending) > MAX_PASSAGE_CHARACTERS:
            *parts, pending = cut_document(pending)
            for part in parts:
                if part.strip() or not is_new:
                    yield is_new, part
                    is_new = False
    yield from last_parts(pending, is_new=is_new)


def _documents(piece: str, separator: str) -> list[str]:
    """Split at separators; the last part may go on in the next piece."""
    if separator == "blank-line":
        return _BLANK_LINE.split(piece)
    return _END_OF_TEXT_LINE.split(piece) if END_OF_TEXT in piece else [piece]


# The literal comes first: the search for it is far faster than one for the beginning of a line.
_END_OF_TEXT_LINE = re.compile(r"{0}(?<![^\n]{0})[^\S\n]*(?:\n|\Z)".format(re.escape(END_OF_TEXT)))


_BLANK_LINE = re.compile(rf"(?m)^[^\S\n]*(?:\n|{re.escape(END_OF_TEXT)}[^\S\n]*(?:\n|\Z))")


_PIECE_CHARACTERS = 1 << 19


def _pieces(name: str, handle: IO[str]) -> Iterator[str]:
    """Yield the text in pieces that end at a line's end, but for a line longer than a piece.

    (text8 is one line of 100 MB.)
    """
    try:
        while piece := handle.read(_PIECE_CHARACTERS):
            if not piece.endswith("\n"):
                piece += handle.readline(_PIECE_CHARACTERS)
            yield piece
    except UnicodeDecodeError as error:
        remedy = (
            "it is no text"
            if b"\0" in error.object
            else "convert it, for example with `iconv -f latin1 -t utf-8`"
        )
        raise InputError(
            f"{name} is not UTF-8 text (byte 0x{error.object[error.start]:02x} found); {remedy}"
        ) from error
