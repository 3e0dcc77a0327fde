"""What a text is that is no running text: markup, tables, subtitles, mail, code, numbers.

Told by its first lines. Each kind needs more than one sign of it, or one that running text does not
have: a chat's ``<Alice> hello`` and a quotation in brackets are text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

_HTML = frozenset(
    re.findall(
        r"\w+",
        "a abbr article aside b blockquote body br center code dd div dl dt em figure font footer "
        "form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input li link main meta nav ol p "
        "pre script section small span strong style sub sup table tbody td th title tr u ul",
    )
)
_TAG = re.compile(r"</?([A-Za-z][\w:.-]*)(?:\s[^<>]{0,400})?/?>")
_CLOSING = re.compile(r"</[A-Za-z][\w:.-]*\s*>")
_WITH_VALUES = re.compile(r"<[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))+\s*/?>")
_COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
CHARACTERS_A_TAG = 200
"""A text with a tag in so many characters is markup, however it begins."""

_HEADER = re.compile(
    r"(?:From|To|Subject|Date|Received|Return-Path|Message-I[dD]|MIME-Version|Content-Type|"
    r"Delivered-To|X-[\w-]+): \S"
)
_TIMES = re.compile(r"(?:\d+:)?\d\d:\d\d[,.]\d{3} --> (?:\d+:)?\d\d:\d\d[,.]\d{3}")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|[-+]?inf", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,76}={0,2}")
_PYTHON_DICT = re.compile(r"\{\s*u?'[^'\n]{1,200}'\s*:\s*(?:u?['\"\[{(\d-]|None|True|False)")
_PICKLE_0 = re.compile(r"\(?(?:[ld]p\d+\n|c[A-Za-z_][\w.]*\n\w+\n)")

FEW_LINES = 5
"""Lines from which on a table, or lines of numbers, are told."""

LONG_ROW = 20
"""Numbers in a row that no sentence has."""


def text_kind(text: str, *, is_whole: bool) -> str | None:
    r"""Say what a text is that is no running text; None where it may be.

    Parameters
    ----------
    text : str
        The beginning.
    is_whole : bool
        Whether that is all of it.

    >>> text_kind("1\n00:00:01,000 --> 00:00:02,500\nThe king spoke.\n", is_whole=True)
    'subtitles'
    """
    begun = text.lstrip()
    lines = [line for line in begun.split("\n") if line.strip()]
    whole = lines if is_whole else lines[:-1]  # the last may be cut
    return next((kind for tell in _TELLERS if (kind := tell(begun, whole))), None)


def _markup(text: str, lines: Sequence[str]) -> str | None:
    del lines
    begun = text[found.end() :] if (found := _COMMENT.match(text)) else text
    if begun.startswith("<?php"):
        return "PHP"
    first = _TAG.match(begun)
    tags = [tag.lower() for tag in _TAG.findall(text)]
    is_marked = _CLOSING.search(text) is not None or _WITH_VALUES.search(text) is not None
    if first and first[1] == "doc" and "url=" in first[0]:
        return "the output of WikiExtractor"
    if first and first[1].lower() in _HTML and (is_marked or len(tags) > 1):
        return "HTML"
    if first and is_marked:
        return "XML or SGML"
    if is_marked and len(tags) >= FEW_LINES and len(text) < CHARACTERS_A_TAG * len(tags):
        return "HTML" if sum(tag in _HTML for tag in tags) > len(tags) / 2 else "XML or SGML"
    return None


def json_kind(text: str) -> str | None:
    """Tell JSON, whole or its beginning, and a notebook."""
    if text[:1] not in ("[", "{") and not (text[:1] == '"' and "\\n" in text):
        return None
    if text.startswith("{") and '"cells"' in text and '"cell_type"' in text:
        return "a notebook"
    try:
        json.loads(text)
    except RecursionError:
        return "JSON"
    except ValueError:
        return "JSON" if _JSON_BEGUN.match(text) else None
    return "JSON"


_JSON_VALUE = r'(?:"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)'
_JSON_BEGUN = re.compile(
    rf'\[\s*(?:\{{\s*"|\[\s*(?:{_JSON_VALUE}\s*[,\]]|\[)'
    rf"|(?:{_JSON_VALUE}\s*,\s*){{2}}(?={_JSON_VALUE}))"
    rf'|\{{\s*"(?:[^"\\\n]|\\.)*"\s*:\s*(?:{_JSON_VALUE}\s*[,}}]|[\[{{]|"(?:[^"\\\n]|\\.)*\Z)'
)


def _subtitles(text: str, lines: Sequence[str]) -> str | None:
    begins = text.startswith("WEBVTT")
    return "subtitles" if begins or any(_TIMES.match(line) for line in lines[:3]) else None


def _mail(text: str, lines: Sequence[str]) -> str | None:
    if text.startswith("WARC/"):
        return "an archive of the web (WARC)"
    head = lines[1:] if lines and re.match(r"From \S+ .*\d{4}\s*$", lines[0]) else lines
    n_headers = 0
    for line in head:
        if not (_HEADER.match(line) or (n_headers and line[:1] in " \t")):
            break
        n_headers += 1
    return "e-mail" if n_headers >= 3 else None


def _code(text: str, lines: Sequence[str]) -> str | None:
    if r"\documentclass" in text or r"\begin{document}" in text:
        return "LaTeX"
    if _PICKLE_0.match(text):
        return "a pickle"
    if lines and _PYTHON_DICT.match(lines[0]):
        return "Python's dicts"
    if len(lines) >= FEW_LINES and all(_BASE64.fullmatch(line.strip()) for line in lines):
        return "base64"
    return None


def _numbers(text: str, lines: Sequence[str]) -> str | None:
    """Tell lines of numbers, each behind a word or not; the first may be a heading."""
    fields = [re.split(r"[\s,;]+", line.strip()) for line in lines or [text.rpartition(" ")[0]]]
    rows = [(sum(_NUMBER.fullmatch(one) is not None for one in row), len(row)) for row in fields]
    rows = rows[1:] if len(rows) > 2 else rows
    least = FEW_LINES if len(rows) > 1 else LONG_ROW
    if all(n == length for n, length in rows) and sum(n for n, _ in rows) >= LONG_ROW:
        return "numbers"
    if all(n >= max(least, length - 2) for n, length in rows):
        return "word vectors"
    return None


def _table(text: str, lines: Sequence[str]) -> str | None:
    del text
    rows = [line for line in lines if not line.startswith("#")]
    if len(rows) < FEW_LINES:
        return None
    counts = [row.strip().count("\t") for row in rows]  # what indents a line parts nothing
    most = max(set(counts), key=counts.count)
    return "a table" if most >= 2 and counts.count(most) >= 0.8 * len(counts) else None


_Teller = Callable[[str, Sequence[str]], str | None]
_TELLERS: tuple[_Teller, ...] = (
    _markup,
    lambda text, _: json_kind(text),
    _subtitles,
    _mail,
    _code,
    _numbers,
    _table,
)
