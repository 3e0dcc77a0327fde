"""Where sentences end, by whole arrays: what ``words.end_places`` does one sign at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.text.abbreviations import LONGEST
from compare.text.characters import (
    CLOSING,
    END,
    FULL_STOP,
    GOES_ON,
    KATAKANA,
    LOWER,
    NEWLINE,
    NO_LETTERS,
    PARAGRAPH,
    SEMICOLON,
    SPACE,
    UPPER,
    has_kind,
    kind_table,
)
from compare.text.words import (
    MAY_BE_HELD,
    is_greek_question,
    is_held,
    is_written_with_capitals,
)


class Laid(NamedTuple):
    """A text as one class a character.

    Attributes
    ----------
    text : str
    characters : unsigned ndarray, shape (n_characters,)
        The same as numbers; signs may be others of their class.
    kinds : uint8 ndarray, shape (n_characters + 2,)
        Behind the text two that end paragraphs.
    in_word : bool ndarray, shape (n_characters,)
    starts, ends : int64 ndarray, shape (n_words,)
        Its words, as Unicode has them.
    parts : int64 ndarray, shape (n_parts,)
        Where the passages begin that it was put together of.
    """

    text: str
    characters: np.ndarray
    kinds: np.ndarray
    in_word: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    parts: np.ndarray


_CLOSING, _NO_LETTER, _GOES_ON = (kind_table(*one) for one in (CLOSING, NO_LETTERS, GOES_ON))
_SPACE = kind_table(SPACE)
BETWEEN = "\n\n"
"""Stands between passages that were put together: a blank line, which ends sentences."""

FIRST_MARK = "\u0300"
"""Before it stands no Greek letter, and no mark."""
MOST_STEPS, MANY, WINDOW = 16, 1000, 4096
"""Signs that are skipped one by one; longer runs are looked through window by window, or, where
there are many, all at once."""


def sentence_ends(laid: Laid) -> np.ndarray:
    """Find the characters with which sentences and paragraphs end: int64, rising."""
    text, kinds = laid.text, laid.kinds.copy()
    kinds[_blank_lines(kinds)] = PARAGRAPH
    inside = kinds[:-2]
    found = [np.flatnonzero(inside == PARAGRAPH), _signs(laid._replace(kinds=kinds))]
    semicolons = np.flatnonzero(inside == SEMICOLON) if has_kind(inside, SEMICOLON) else ()
    greek = [
        place
        for place in map(int, semicolons)
        if text[place - 1] >= FIRST_MARK and is_greek_question(text, place)
    ]
    found.append(np.array(greek, dtype=np.int64))
    places = np.concatenate(found)
    places.sort()
    return places


def _blank_lines(kinds: np.ndarray) -> np.ndarray:
    lines = np.flatnonzero(kinds == NEWLINE)
    behind = _skipped(kinds, lines + 1, _SPACE)
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


def part_ends(parts: np.ndarray, n_characters: int) -> np.ndarray:
    """Say where the passages end that begin at ``parts``, :data:`BETWEEN` between them."""
    found: np.ndarray = np.append(parts[1:], n_characters + len(BETWEEN)) - len(BETWEEN)
    return found


def _with_capitals(laid: Laid, places: np.ndarray) -> np.ndarray:
    """Tell of each place whether its passage is written with capitals."""
    kinds = laid.kinds.tobytes()
    ends = part_ends(laid.parts, len(kinds) - 2).tolist()
    has_capitals = [
        is_written_with_capitals(kinds.count(UPPER, start, end), end - start)
        for start, end in zip(laid.parts.tolist(), ends, strict=True)
    ]
    number = np.searchsorted(laid.parts, places, side="right") - 1
    found: np.ndarray = np.array(has_capitals)[number]
    return found


def _held(laid: Laid, places: np.ndarray, behind: np.ndarray) -> list[int]:
    """List which places are full stops that belong to the word before: an abbreviation's."""
    text, kinds = laid.text, laid.kinds
    if not len(laid.ends):
        return []
    nearest = np.minimum(np.searchsorted(laid.ends, places), len(laid.ends) - 1)
    is_word = (laid.ends[nearest] == places) & (kinds[places] == FULL_STOP)
    short = np.flatnonzero(is_word & _may_be_held(laid, laid.starts[nearest], places))
    starts, ends = laid.starts[nearest[short]].tolist(), places[short].tolist()
    following = behind[short].tolist()
    return [
        number
        for number, start, end, after in zip(short.tolist(), starts, ends, following, strict=True)
        if is_held(text[start:end], text, after)
    ]


def _may_be_held(laid: Laid, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Tell words that may be abbreviations by length, first and last letter, and initials."""
    characters, lengths = laid.characters, ends - starts
    first = (characters[starts] | 0x20) - ord("a")
    last = (characters[ends - 1] | 0x20) - ord("a")  # what is no letter of a to z: over 25
    is_like_one = LIKE_ABBREVIATIONS[
        np.clip(lengths, 0, LONGEST + 1), np.minimum(first, 26), np.minimum(last, 26)
    ]
    second = characters[np.minimum(starts + 1, len(characters) - 1)]
    may_be = is_like_one | (lengths == 1) | (second == ord("."))
    found: np.ndarray = may_be & (lengths <= LONGEST)
    return found


def _abbreviations_by_letters() -> np.ndarray:
    found = np.zeros((LONGEST + 2, 27, 27), dtype=bool)
    for word in MAY_BE_HELD:
        first, last = (min((ord(char) | 0x20) - ord("a"), 26) for char in (word[0], word[-1]))
        found[len(word), first, last] = True
    return found


LIKE_ABBREVIATIONS = _abbreviations_by_letters()


def _skipped(kinds: np.ndarray, places: np.ndarray, skipped: np.ndarray) -> np.ndarray:
    """Go forward from places over characters of some classes."""
    places = places.copy()
    moving = np.flatnonzero(skipped[kinds[places]])
    for _ in range(MOST_STEPS):
        if not len(moving):
            return places
        places[moving] += 1
        moving = moving[skipped[kinds[places[moving]]]]
    if len(moving) > MANY:
        stops = np.flatnonzero(~skipped[kinds])
        places[moving] = stops[np.searchsorted(stops, places[moving])]
        return places
    for number in moving:
        while (run := skipped[kinds[places[number] : places[number] + WINDOW]]).all():
            places[number] += len(run)
        places[number] += int(run.argmin())
    return places
