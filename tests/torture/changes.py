"""Changes of files: what disks, transfers and people with other aims do to them.

Each takes the bytes of a file and a source of random numbers, and gives other bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Change = Callable[[bytes, random.Random], bytes]

_SIGNS = (
    *(b"\t", b",", b"\n", b"\r", b'"', b";", b" ", b"#", b"="),
    *(b"\0", b"\x1b[2J", b"\xef\xbb\xbf"),
)
_NUMBERS = (
    *("0", "-1", "1e999", "-1e30", "1e-300", "NaN", "nan", "Infinity", "9" * 30, "1_0", "0x10"),
    *("\u0663", "\u00b2", "1,5", "1.5", str(2**31), str(2**62), str(2**63), str(-(2**63))),
)
_NO_UTF8 = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x80")
DEEP = 100_000


def flipped(whole: bytes, draw: random.Random) -> bytes:
    """Flip one bit."""
    place = draw.randrange(len(whole))
    return whole[:place] + bytes([whole[place] ^ (1 << draw.randrange(8))]) + whole[place + 1 :]


def inserted(whole: bytes, draw: random.Random) -> bytes:
    """Insert a few bytes, or a sign that parts fields and lines."""
    place = draw.randrange(len(whole) + 1)
    new = draw.randbytes(draw.randrange(1, 5)) if draw.random() < 0.5 else draw.choice(_SIGNS)
    return whole[:place] + new + whole[place:]


def deleted(whole: bytes, draw: random.Random) -> bytes:
    """Take a few bytes out."""
    place = draw.randrange(len(whole))
    return whole[:place] + whole[place + draw.randrange(1, 5) :]


def cut(whole: bytes, draw: random.Random) -> bytes:
    """Cut the end off."""
    return whole[: draw.randrange(len(whole))]


def repeated(whole: bytes, draw: random.Random) -> bytes:
    """Put a part of the file once more, or often, somewhere."""
    begin, place = draw.randrange(len(whole)), draw.randrange(len(whole) + 1)
    part = whole[begin : begin + draw.randrange(1, 200)]
    return whole[:place] + part * draw.choice((1, 2, 50)) + whole[place:]


def other_number(whole: bytes, draw: random.Random) -> bytes:
    """Put another number, or what looks like one, in the place of one."""
    places = [n for n, byte in enumerate(whole) if 0x30 <= byte <= 0x39]
    if not places:
        return inserted(whole, draw)
    begin = end = draw.choice(places)
    while end < len(whole) and whole[end] in b"0123456789.":
        end += 1
    return whole[:begin] + draw.choice(_NUMBERS).encode() + whole[end:]


def no_utf8(whole: bytes, draw: random.Random) -> bytes:
    """Insert bytes that are no UTF-8."""
    place = draw.randrange(len(whole) + 1)
    return whole[:place] + draw.choice(_NO_UTF8) + whole[place:]


def long_line(whole: bytes, draw: random.Random) -> bytes:
    """Insert a long run without a break."""
    place = draw.randrange(len(whole) + 1)
    sign = draw.choice((b"a", b"7", b" ", b"(", b"."))
    return whole[:place] + sign * draw.choice((200, 5_000, 200_000)) + whole[place:]


def nested(whole: bytes, draw: random.Random) -> bytes:
    """Insert brackets within brackets, deeper than any program should follow."""
    opening, closing = draw.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")")))
    depth = draw.choice((50, 3_000, DEEP))
    deep = opening * depth + b"1" + closing * depth * draw.randrange(2)
    place = draw.choice((0, draw.randrange(len(whole) + 1)))
    return deep if draw.random() < 0.3 else whole[:place] + deep + whole[place:]


LOCAL: tuple[Change, ...] = (flipped, inserted, deleted)
"""Changes of at most four bytes that stand together: no row but one or two can be another."""

ANY: tuple[Change, ...] = (*LOCAL, *LOCAL, cut, repeated, other_number, no_utf8, long_line, nested)


def cell(whole: bytes, draw: random.Random) -> bytes:
    """Put another value in the place of a field of a table, or of a heading."""
    lines = whole.decode().split("\n")
    number = 0 if draw.random() < 0.2 else draw.randrange(len(lines))
    fields = lines[number].split(",")
    others = (*_NUMBERS, "", "x", "True", '"', draw.choice(draw.choice(lines).split(",")))
    fields[draw.randrange(len(fields))] = draw.choice(others)
    lines[number] = ",".join(fields)
    return "\n".join(lines).encode()


def row(whole: bytes, draw: random.Random) -> bytes:
    """Take out a row or a column of a table, or put one twice."""
    lines = whole.decode().split("\n")
    if draw.random() < 0.4:
        place = draw.randrange(lines[0].count(",") + 1)
        parted = [line.split(",") for line in lines]
        lines = [",".join(one[:place] + one[place + 1 :]) for one in parted]
        return "\n".join(lines).encode()
    begin = draw.randrange(len(lines))
    end = begin + draw.randrange(1, 4)
    kept = lines[begin:end] * draw.choice((0, 2))
    return "\n".join([*lines[:begin], *kept, *lines[end:]]).encode()


def other_json(whole: bytes, draw: random.Random) -> bytes:
    """Put a value of another kind in the place of one, or take or rename a key."""
    root: list[Any] = [json.loads(whole)]
    holder: Any = root
    key: Any = 0
    while isinstance(holder[key], dict | list) and holder[key] and draw.random() < 0.8:
        holder = holder[key]
        key = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    if isinstance(holder, dict) and draw.random() < 0.2:
        moved = holder.pop(key)
        if draw.random() < 0.5:
            holder[draw.choice(("", "x", "../x", "__class__", f"{key} "))] = moved
    else:
        holder[key] = draw.choice(_VALUES)
    return json.dumps(root[0]).encode()


_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 3, -1, 1.5, 1e300, 10**30, float("nan"), float("inf"), "", "a"),
    *("../a", "/etc/passwd", "\u0663", "\x1b[31m", "x" * 5000),
    *([], [1], {}, {"a": 3}, [[]], ["a", 3], {"": None}),
)

_DTYPES = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL", "F8_E4M3", "X9", 3)


def other_header(whole: bytes, draw: random.Random) -> bytes:
    """Let the header of a safetensors file lie: of a kind, a shape, a place, or its own length."""
    n_header = int.from_bytes(whole[:8], "little")
    header, rest = json.loads(whole[8 : 8 + n_header]), whole[8 + n_header :]
    tensors = [name for name in header if name != "__metadata__"]
    entry = header[draw.choice(tensors)]
    lie = draw.randrange(6)
    if lie == 0:
        entry["dtype"] = draw.choice(_DTYPES)
    elif lie == 1:
        sizes = (0, 1, 2, 3, -1, 2**31, 2**62, None)
        entry["shape"] = [draw.choice(sizes) for _ in range(draw.randrange(4))]
    elif lie == 2:
        entry["data_offsets"] = [draw.choice((0, 1, 4, len(rest), 2**40, -1)) for _ in range(2)]
    elif lie == 3 and len(tensors) > 1:
        one, other = draw.sample(tensors, 2)
        header[one], header[other] = header[other], header[one]
    elif lie == 4:
        header["__metadata__"] = draw.choice((None, 3, {}, {"a": 3}, {"embcontrast": "[" * DEEP}))
    else:
        told = draw.choice((0, 1, n_header - 1, n_header + 8, len(whole) * 2, 2**40, 2**64 - 1))
        return told.to_bytes(8, "little") + whole[8:]
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + rest
