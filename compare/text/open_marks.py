"""Marks of wiki text that are opened and never closed, by the hundreds: taken out.

Each expression that looks for what closes a mark reads to the end of the page, or of the line, in
vain; with thousands of them that takes minutes. A page of people has none, or a few, and stays as
it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_OPEN = 100
"""So many of a kind may stay open in a page, or in a line."""

LONGEST_LINE = 10_000
"""Characters of a line without a bracket that closes: one link that is open is too many there."""

MOST_LANGUAGES = 1000
_LANGUAGE = re.compile(r"\n\[\[[a-z][a-z][\w-]*:[^:\]]+\]\]")


class _Mark(NamedTuple):
    start: str
    opening: re.Pattern[str]
    closing: re.Pattern[str]


def _mark(start: str, opening: str, closing: str) -> _Mark:
    return _Mark(start, re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))


_HIDING = ("math", "gallery", "timeline", "code", "syntaxhighlight", "score", "chem")
_NOTES = ("ref", "nowiki", "math")

_OF_PAGES = (
    _mark("<!--", "<!--", "-->"),
    *(_mark(f"<{one}", rf"<{one}\b(?:[^<>]*>)?", f"</{one}>") for one in _HIDING),
    *(_mark(f"<{one}", rf"<{one}\b(?:[^<>]*>)?", f"</{one}>|/>") for one in _NOTES),
    _mark("<", "<", ">"),
    _mark("[[", r"\[\[(?:file|image)", r"\]\]"),
)
_LINK = _mark("://", r"\[(?=\w+://)", r"\]")
_TABLE = _mark("|", r"\{\||\|-|\|\}", r"\n")
"""Looked for in the last line of a page, which nothing ends."""


def without_open_marks(text: str) -> str:
    """Take out what is opened too often and never closed.

    >>> without_open_marks("A king.<ref>x</ref> A queen." + "<ref>" * 500)
    'A king.<ref>x</ref> A queen.'
    """
    small = text.lower()
    for mark in _OF_PAGES:
        if small.count(mark.start) > MOST_OPEN:
            text = _closed(text, mark)
    *lines, last = text.split("\n")
    text = "\n".join([*map(_with_links_closed, lines), _closed(_with_links_closed(last), _TABLE)])
    if text.count("\n[[") > MOST_LANGUAGES and len(_LANGUAGE.findall(text)) > MOST_LANGUAGES:
        text = _LANGUAGE.sub("", text)  # one list of them ends a page of people
    return text


def _with_links_closed(line: str) -> str:
    if len(line) > LONGEST_LINE:
        last = line.rfind("]") + 1
        if len(line) - last > LONGEST_LINE:
            return line[:last] + _LINK.opening.sub("", line[last:])
    return _closed(line, _LINK) if line.count(_LINK.start) > MOST_OPEN else line


def _closed(text: str, mark: _Mark) -> str:
    last = max((found.end() for found in mark.closing.finditer(text)), default=0)
    rest, n_open = mark.opening.subn("", text[last:])
    return text[:last] + rest if n_open > MOST_OPEN else text
