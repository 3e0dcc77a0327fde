"""Documents → passages: parts of at most 20,000 characters, cut where a sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import regex

from compare.text.words import WordRule

END_OF_TEXT = "<|endoftext|>"


MAX_PASSAGE_CHARACTERS = 20_000


class Passage(NamedTuple):
    """A document, or a part of one of at most 20,000 characters."""

    document: int
    text: str
    rule: WordRule = "unicode"
    """What a word of it is."""


def cut_document(text: str) -> list[str]:
    """Cut a text into passages of at most 20,000 characters, at a sentence's end where one is near.

    So no passage holds more than 10,000 words, ideographs apart: a word and what parts it from the
    next take two characters. The parts put together are the text, and no word is cut: a run of
    letters, digits and apostrophes that is longer stays whole. The cut depends on what stands
    before it alone, so that a text read in pieces is cut alike.
    """
    parts = []
    position = 0
    while len(text) - position > MAX_PASSAGE_CHARACTERS:
        end = position + MAX_PASSAGE_CHARACTERS
        last_quarter = end - MAX_PASSAGE_CHARACTERS // 4
        found = (
            _LAST_SENTENCE_END.match(text, last_quarter, end)
            or _LAST_WHITE_SPACE.match(text, position, end)
            or _LAST_BREAK.match(text, position, end)
            or _NEXT_BREAK.search(text, end)
        )
        if found is None:
            break
        parts.append(text[position : found.end()])
        position = found.end()
    if position < len(text):
        parts.append(text[position:])
    return parts


_LAST_SENTENCE_END = re.compile(  # several times as fast as regex; white space is Unicode's
    r"(?s).*(?:[.!?][\"')\]]*[^\S\x1c-\x1f]|[。！？।۔]|\n)"
)


_LAST_WHITE_SPACE = re.compile(r".*\s", re.DOTALL)  # keeps don’t and a_b whole


_BREAK = r"(?:[^\p{L}\p{M}\p{N}'’‘.,·\u200c\u200d]|(?<!\p{N}),)"
_LAST_BREAK = regex.compile(rf"(?s).*{_BREAK}")


_NEXT_BREAK = regex.compile(_BREAK)


def next_break(text: str, place: int) -> int:
    """Find where a text may be cut from a place on, so that no word is parted; else its end."""
    found = _NEXT_BREAK.search(text, place)
    return found.end() if found else len(text)


def cut_documents(documents: Iterable[str]) -> Iterator[Passage]:
    """Cut documents into passages; those of white space alone are left out."""
    for number, text in enumerate(text for text in documents if text.strip()):
        for _, part in last_parts(text, is_new=True):
            yield Passage(number, part)


def last_parts(pending: str, *, is_new: bool) -> Iterator[tuple[bool, str]]:
    """Cut what is left of a document; white space alone is none."""
    for part in cut_document(pending):
        if part.strip() or not is_new:
            yield is_new, part
            is_new = False
