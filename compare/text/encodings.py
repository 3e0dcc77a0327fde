"""Bytes → text: what a byte-order mark says is believed, UTF-8 is expected, the rest is named."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import IO, Literal

from compare.errors import InputError
from compare.storage import refuse_pointer
from compare.text.file_kinds import HEAD_BYTES, foreign_kind, is_zip

_MARKS = (  # the longer ones first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
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
    if not getattr(found, "_is_text_encoding", True):
        raise InputError(f"{name!r} is no encoding of text; expected utf-8, latin-1, gb18030, …")
    return name


def encoding_of(head: bytes, name: str) -> str:
    """Tell the encoding by the first bytes: by its mark, or by the zeros of UTF-16 and UTF-32.

    Raises
    ------
    InputError
        If it is UTF-16 or UTF-32 without a mark.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    guess = _by_zeros(head[: len(head) // 4 * 4])
    if guess is not None:
        raise InputError(
            f"{name} seems to be {guess.upper()} text without a byte-order mark; give encoding = "
            f"{guess} (--encoding {guess})"
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


def text_stream(handle: IO[bytes], encoding: str, errors: Errors) -> IO[str]:
    """Read bytes as text; damaged ones become U+FFFD where ``errors`` is "replace"."""
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    return io.TextIOWrapper(handle, encoding=encoding, errors=errors)


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
    encoding = encoding_of(content[:HEAD_BYTES], str(path))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        fitting = ", ".join(fitting_encodings(content)) or "of another encoding"
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"cannot read {path} as {encoding.upper()} text: line {line}, byte "
            f"0x{content[error.start]:02x}; write it as UTF-8 (it may be {fitting})"
        ) from error
    if "\0" in text:
        raise InputError(f"{path} holds NUL characters and is no {what}")
    return text


def not_this_encoding(
    name: str, encoding: str, sample: bytes, place: int, lines_before: int = 0
) -> InputError:
    """Say where bytes are no text of the expected encoding, and which encodings would fit.

    Parameters
    ----------
    sample : bytes
        From the beginning of the file, or a part of it with the fault.
    place : int
        Of the fault in the sample.
    lines_before : int
        Lines of the file before the sample.
    """
    line = lines_before + sample.count(b"\n", 0, place) + 1
    fitting = fitting_encodings(sample[max(0, place - (1 << 15)) :])
    remedy = (
        f"give its encoding (--encoding {fitting[0]}"
        + (f"; also possible: {', '.join(fitting[1:])}" if fitting[1:] else "")
        + "), or errors = replace"
        if fitting
        else "give its encoding (--encoding NAME), or errors = replace"
    )
    return InputError(
        f"{name}:{line}: byte 0x{sample[place]:02x} is no {encoding.upper()} text; {remedy}"
    )


_BLOCK = 1 << 20


def fault_in(name: str, raw: IO[bytes], handle: IO[str], encoding: str) -> InputError:
    """Find the first bytes of a stream that are no text, and say where, and what would fit.

    Parameters
    ----------
    raw : IO[bytes]
        Seekable.
    handle : IO[str]
        Read from ``raw`` until it failed; it is detached.
    """
    handle.detach()  # type: ignore[attr-defined]
    raw.seek(0)
    known = "utf-8" if encoding == "utf-8-sig" else encoding
    lines, rest = 0, b""
    while block := raw.read(_BLOCK):
        block = rest + block
        try:
            block.decode(known)
        except UnicodeDecodeError as error:
            is_cut = error.end == len(block) and "unexpected end" in error.reason
            if is_cut and (more := raw.read(8)):
                rest = block[error.start :] + more
                lines += block[: error.start].count(b"\n")
                continue
            return not_this_encoding(name, known, block, error.start, lines)
        lines, rest = lines + block.count(b"\n"), b""
    return InputError(f"{name} is no {encoding} text; give its encoding (--encoding NAME)")


FEW = 32
"""Bytes beyond ASCII."""


def fitting_encodings(sample: bytes, most: int = 3) -> list[str]:
    """List encodings in which bytes read as text of a language, the likeliest first."""
    from charset_normalizer import from_bytes

    found = from_bytes(sample[: 1 << 16], explain=False)
    names = [match.encoding.replace("_", "-") for match in found]
    if sum(byte > 0x7F for byte in sample) < FEW:  # too few to tell: the most common in the West
        names.insert(0, "cp1252")
    return list(dict.fromkeys(name for name in names if name not in ("ascii", "utf-8")))[:most]
