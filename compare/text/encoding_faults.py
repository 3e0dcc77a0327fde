"""Bytes that are no text of the encoding expected: where, and which encodings would fit."""

from __future__ import annotations

import codecs
from typing import IO

from compare.errors import InputError


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
    if _is_binary(sample):
        return InputError(f"{name} is no text: bytes that no text has; give a text file (.txt)")
    start, end = _word_at(sample, place)
    read = [
        f"--encoding {one} ({sample[start:end].decode(one, 'replace')})"
        for one in fitting_encodings(sample[max(0, place - (1 << 15)) :])
    ]
    remedy = f"give its encoding: {', or '.join(read) or '--encoding NAME'}; or errors = replace"
    remedy += " (of a run: --set corpus.encoding=NAME, corpus.errors=replace)"
    return InputError(
        f"{name}:{line}: byte 0x{sample[place]:02x} is no {encoding.upper()} text; {remedy}"
    )


def _word_at(sample: bytes, place: int) -> tuple[int, int]:
    """Find the word around a byte, of 30 bytes at most."""
    start, end = place, place + 1
    while start > max(0, place - 15) and sample[start - 1 : start].strip(_NO_WORD):
        start -= 1
    while end < min(len(sample), place + 15) and sample[end : end + 1].strip(_NO_WORD):
        end += 1
    return start, end


_NO_WORD = bytes(range(0x41)) + b"[]{}<>\x7f"


def _is_binary(sample: bytes) -> bool:
    """Tell bytes that are no text in any encoding of a byte a letter: controls among them."""
    sample = sample[: 1 << 16]
    return len(sample) > FEW and sum(map(sample.count, _CONTROLS)) > 0.01 * len(sample)


_CONTROLS = [bytes([one]) for one in range(0x20) if chr(one) not in "\t\n\x0b\f\r\x1a\x1b"]


_BLOCK = 1 << 20
_CUT = ("unexpected end", "incomplete multibyte", "truncated data")
"""What decoders say of a character that a block ends in."""


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
            is_cut = error.end == len(block) and error.reason.startswith(_CUT)
            if is_cut and (more := raw.read(8)):
                rest = block[error.start :] + more
                lines += block[: error.start].count(b"\n")
                continue
            if codecs.lookup(known).name.startswith(("utf-16", "utf-32")):
                break
            return not_this_encoding(name, known, block, error.start, lines)
        lines, rest = lines + block.count(b"\n"), b""
    return InputError(
        f"{name} is damaged {encoding.upper()} text: is it whole? errors = replace "
        "(--errors replace) reads it all the same"
    )


FEW = 32
"""Bytes beyond ASCII."""


def fitting_encodings(sample: bytes, most: int = 3) -> list[str]:
    """List encodings in which bytes read as text of a language, the likeliest first."""
    from charset_normalizer import from_bytes

    sample = sample[: 1 << 16]
    names = [match.encoding.replace("_", "-") for match in from_bytes(sample, explain=False)]
    n_beyond = sum(byte > 0x7F for byte in sample)
    if n_beyond < max(FEW, WESTERN * len(sample)):  # the commonest in the West, where it fits
        names.insert(0, "cp1252")
    names = list(dict.fromkeys(name for name in names if name not in ("ascii", "utf-8")))
    return [name for name in names if _fits(sample, name)][:most]


WESTERN = 0.04
"""Share of bytes beyond ASCII below which a text is likely to be of the West."""


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeError, LookupError):
        return False
    return True
