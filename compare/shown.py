"""Text as it is shown: what steers a terminal is made visible, and tables of plain text line up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

NBSP = "\u00a0"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows them."""


def printable(text: str) -> str:
    """Replace control characters, which a terminal would obey, and marks that turn a line.

    >>> printable("bell: " + chr(7))
    'bell: �'
    """
    text = text.replace(NBSP, " ")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\ufffd" if steers(char) or (char.isspace() and char != " ") else char for char in text
    )


def steers(char: str) -> bool:
    """Say whether a terminal would obey a character, or a line turn its direction at it."""
    return char in _TURNING or unicodedata.category(char) in ("Cc", "Cs")


def printable_lines(text: str) -> str:
    """Make each line of a text printable."""
    return "\n".join(map(printable, text.split("\n")))


def escaped(text: str) -> str:
    r"""Write what would steer a terminal as ``\u001b``: in strings of JSON and TOML the same text.

    >>> print(escaped('"' + chr(0x9B) + '"'))
    "\u009b"
    """
    return "".join(
        f"\\u{ord(char):04x}" if char not in "\n\t" and steers(char) else char for char in text
    )


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal: wide characters two, marks none."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(unicodedata.combining(char) != 0 for char in text)
    return len(text) + wide - marks


def plain_table(rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> str:
    """Line up rows of cells by spaces.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of one length; cells become printable.
    numbers : sequence of int
        Columns that are set to the right.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]

    def padded(text: str, column: int) -> str:
        fill = " " * (widths[column] - columns(text))
        return fill + text if column in numbers else text + fill

    lines = ["  ".join(padded(cell, n) for n, cell in enumerate(row)).rstrip() for row in cells]
    return "\n".join(lines)


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table for a notebook; every cell is text, set to the left."""

    def line(cells: Sequence[str], tag: str) -> str:
        written = (f'<{tag} style="text-align: left">{escape(printable(c))}</{tag}>' for c in cells)
        return f"<tr>{''.join(written)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
