"""Bytes → text: what a byte-order mark says is believed, UTF-8 is expected, the rest is named."""

from __future__ import annotations

import codecs
import io
import logging
from pathlib import Path
from typing import IO, Literal

from compare.errors import InputError
from compare.storage import refuse_pointer
from compare.text.containers import Once, Stream
from compare.text.encoding_faults import fitting_encodings
from compare.text.file_kinds import HEAD_BYTES, foreign_kind, is_zip, mark_of

AUTO = "auto"
Errors = Literal["strict", "replace"]


def checked_encoding(name: str) -> str:
    """Take the name of an encoding of text.

    Raises
    ------
    InputError
    """
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"unknown encoding {name!r}; expected a name such as utf-8, latin-1, gb18030 or auto"
        ) from error
    if not getattr(found, "_is_text_encoding", True) or found.name.replace("_", "-") in _NO_FILES:
        raise InputError(f"{name!r} is no encoding of text; expected utf-8, latin-1, gb18030, …")
    return name


_NO_FILES = ("undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape")
"""Encodings that Python knows and no file is written in."""


def stream_encoding(stream: Stream, asked: str, tell: Once) -> str:
    """Choose how a stream is read: by its mark, else as asked for, else as UTF-8.

    A file that is UTF-8 beyond doubt is read so where an encoding of a byte a character is asked
    for, which would make other letters of it; that is told. latin-1 is read as cp1252, as browsers
    do: its other 27 signs (“ ” ’ – €) stand where latin-1 has none.

    Raises
    ------
    InputError
        If it is UTF-16 or UTF-32, and which of the two of its kind is not known.
    """
    head, name = stream.head, stream.name
    if asked == AUTO or mark_of(head) is not None:
        found = encoding_of(head, name)
        if asked != AUTO and codecs.lookup(found).name[:6] != codecs.lookup(asked).name[:6]:
            told = "%s is read as %s, as its byte-order mark says"
            tell(logging.WARNING, told, name, found.upper())
        return found
    known = codecs.lookup(asked).name
    if known in ("utf-16", "utf-32"):
        guess = _by_zeros(head[: len(head) // 4 * 4]) or ""
        if not guess.startswith(known):
            raise InputError(f"{name} has no byte-order mark; give {known}-le or {known}-be")
        return guess
    if _is_one_byte(known) and _is_utf8(head):
        tell(logging.WARNING, "%s is UTF-8 text and read as such, not as %s", name, asked)
        return "utf-8"
    return "cp1252" if known == "iso8859-1" else asked


def _is_one_byte(encoding: str) -> bool:
    """Tell an encoding in which each byte is a character, by two bytes that are no ASCII."""
    try:
        return len(b"\xe9\xe9".decode(encoding)) == 2
    except UnicodeError:
        return False


def _is_utf8(head: bytes) -> bool:
    """Tell UTF-8 that has letters beyond ASCII; the last may be cut."""
    if head.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(
    head: bytes, name: str, remedy: str = "give encoding = {guess} (--encoding {guess})"
) -> str:
    """Tell the encoding by the first bytes: by its mark, or by the zeros of UTF-16 and UTF-32.

    Parameters
    ----------
    remedy : str
        What to do about UTF-16 without a mark: corpora have an option.

    Raises
    ------
    InputError
        If it is UTF-16 or UTF-32 without a mark.
    """
    marked = mark_of(head)
    if marked is not None:
        return marked
    guess = _by_zeros(head[: len(head) // 4 * 4])
    if guess is not None:
        raise InputError(
            f"{name} seems to be {guess.upper()} text without a byte-order mark; "
            f"{remedy.format(guess=guess)}"
        )
    return "utf-8"


def _by_zeros(head: bytes) -> str | None:
    """Guess by where the zeros stand: letters of the West have one or three beside them."""
    if len(head) < 8 or b"\0" not in head:
        return None
    n = len(head) // 4
    zeros = [head[place::4].count(0) / n for place in range(4)]
    if zeros[0] < 0.2 and min(zeros[1:]) > 0.6:
        return "utf-32-le"
    if zeros[3] < 0.2 and min(zeros[:3]) > 0.6:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if odd > 0.2 and even < 0.05:
        return "utf-16-le"
    if even > 0.2 and odd < 0.05:
        return "utf-16-be"
    return None


def text_stream(
    handle: IO[bytes], encoding: str, errors: Errors, *, newline: str | None = None
) -> IO[str]:
    """Read bytes as text; damaged ones become U+FFFD where ``errors`` is "replace"."""
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    return io.TextIOWrapper(handle, encoding=encoding, errors=errors, newline=newline)


def read_text_file(path: Path, what: str, remedy: str = "") -> str:
    """Read a file of text that people or spreadsheets wrote: UTF-8, or what its mark says.

    Parameters
    ----------
    what, remedy : str
        Words of the message: "no such WHAT: PATHREMEDY".

    Raises
    ------
    InputError
        If it is missing, a pointer of Git LFS, or of another encoding.
    """
    refuse_pointer(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"no such {what}: {path}{remedy}") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    kind = foreign_kind(content[:HEAD_BYTES]) or ("a zip archive" if is_zip(content) else None)
    if kind is not None:
        raise InputError(f"{path} is {kind}, no {what}; save it as plain text (.txt, .csv, .tsv)")
    encoding = encoding_of(content[:HEAD_BYTES], str(path), "write it as UTF-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        fitting = " or ".join(fitting_encodings(content)) or "of another encoding"
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"cannot read {path} as {encoding.upper()} text: line {line}, byte "
            f"0x{content[error.start]:02x}; write it as UTF-8 (it may be {fitting})"
        ) from error
    if "\0" in text:
        raise InputError(f"{path} holds NUL characters and is no {what}")
    return text
