"""Where sentences end, by whole arrays: what ``words.end_places`` does one sign at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.text.abbreviations import LONGEST
from compare.text.characters import (
    ALONE,
    APOSTROPHE,
    CLOSE,
    COMMA,
    CONTINUE,
    END,
    EXTEND,
    FULL_STOP,
    KATAKANA,
    LETTER,
    LOWER,
    N_KINDS,
    NEWLINE,
    PARAGRAPH,
    SEMICOLON,
    SPACE,
    UPPER,
)
from compare.text.words import (
    is_greek_question,
    is_held,
    is_written_with_capitals,
    may_be_held,
)


class Laid(NamedTuple):
    """A text as one class a character.

    Attributes
    ----------
    text : str
    kinds : uint8 ndarray, shape (n_characters + 2,)
        Behind the text two that end paragraphs.
    in_word : bool ndarray, shape (n_characters,)
    starts, ends : int64 ndarray, shape (n_words,)
        Its words, as Unicode has them.
    parts : int64 ndarray, shape (n_parts,)
        Where the passages begin that it was put together of.
    """

    text: str
    kinds: np.ndarray
    in_word: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    parts: np.ndarray


def _table(*kinds: int) -> np.ndarray:
    found = np.zeros(N_KINDS, dtype=bool)
    found[list(kinds)] = True
    return found


_LETTERS = (UPPER, LOWER, LETTER, ALONE, KATAKANA)
_CLOSING = _table(CLOSE, APOSTROPHE, SPACE, NEWLINE, EXTEND)
_NO_LETTER = ~_table(*_LETTERS, FULL_STOP, END, PARAGRAPH)
_GOES_ON = _table(FULL_STOP, END, CONTINUE, COMMA)
MOST_STEPS = 16
"""Signs that are skipped one by one; longer runs are looked up."""


def sentence_ends(laid: Laid) -> np.ndarray:
    """Find the characters with which sentences and paragraphs end: int64, rising."""
    text, kinds = laid.text, laid.kinds.copy()
    kinds[_blank_lines(kinds)] = PARAGRAPH
    inside = kinds[:-2]
    found = [np.flatnonzero(inside == PARAGRAPH), _signs(laid._replace(kinds=kinds))]
    semicolons = np.flatnonzero(inside == SEMICOLON) if ";" in text else ()
    greek = [place for place in semicolons if is_greek_question(text, int(place))]
    found.append(np.array(greek, dtype=np.int64))
    places = np.concatenate(found)
    places.sort()
    return places


def _blank_lines(kinds: np.ndarray) -> np.ndarray:
    lines = np.flatnonzero(kinds == NEWLINE)
    behind = _skipped(kinds, lines + 1, _table(SPACE))
    found: np.ndarray = lines[kinds[behind] == NEWLINE]
    return found


def _signs(laid: Laid) -> np.ndarray:
    """Find the full stops, exclamation marks and the like that end a sentence."""
    kinds = laid.kinds
    places = np.flatnonzero((kinds >= FULL_STOP) & (kinds <= END))
    is_stop = kinds[places] == FULL_STOP
    following = kinds[places + 1]
    goes_on = is_stop & (following >= UPPER) & (following <= KATAKANA)  # U.S, 3.5
    places = places[~goes_on & ~laid.in_word[places]]
    behind = _skipped(kinds, places + 1, _CLOSING)
    ends = ~_GOES_ON[kinds[behind]]
    places, behind = places[ends], behind[ends]
    letters = kinds[_skipped(kinds, behind, _NO_LETTER)]
    ends = ~((letters == LOWER) & _with_capitals(laid, places))
    places, behind = places[ends], behind[ends]
    held = _held(laid, places, behind)
    return np.delete(places, held)


def _with_capitals(laid: Laid, places: np.ndarray) -> np.ndarray:
    """Tell of each place whether its passage is written with capitals."""
    n_characters = len(laid.kinds) - 2
    begins = laid.parts[laid.parts < n_characters]
    capitals = np.searchsorted(np.flatnonzero(laid.kinds == UPPER), np.append(begins, n_characters))
    sizes = np.diff(begins, append=n_characters)
    has_capitals = is_written_with_capitals(np.diff(capitals), sizes)
    found: np.ndarray = has_capitals[np.searchsorted(begins, places, side="right") - 1]
    return found if len(begins) else np.zeros(len(places), dtype=bool)


def _held(laid: Laid, places: np.ndarray, behind: np.ndarray) -> list[int]:
    """List which places are full stops that belong to the word before: an abbreviation's."""
    text, kinds = laid.text, laid.kinds
    if not len(laid.ends):
        return []
    word = np.minimum(np.searchsorted(laid.ends, places), len(laid.ends) - 1)
    is_short = (laid.ends[word] == places) & (places - laid.starts[word] <= LONGEST)
    short = np.flatnonzero(is_short & (kinds[places] == FULL_STOP))
    starts, ends = laid.starts[word[short]].tolist(), places[short].tolist()
    following = behind[short].tolist()
    return [
        number
        for number, start, end, after in zip(short.tolist(), starts, ends, following, strict=True)
        if may_be_held(text[start:end]) and is_held(text[start:end], text, after)
    ]


def _skipped(kinds: np.ndarray, places: np.ndarray, skipped: np.ndarray) -> np.ndarray:
    """Go forward from places over characters of some classes."""
    places = places.copy()
    moving = np.flatnonzero(skipped[kinds[places]])
    for _ in range(MOST_STEPS):
        if not len(moving):
            return places
        places[moving] += 1
        moving = moving[skipped[kinds[places[moving]]]]
    stops = np.flatnonzero(~skipped[kinds])
    places[moving] = stops[np.searchsorted(stops, places[moving])]
    return places
