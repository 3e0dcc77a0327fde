"""Where words begin and end, by whole arrays over the classes of characters."""

from __future__ import annotations

import numpy as np

from compare.text.characters import (
    ALONE,
    APOSTROPHE,
    COMMA,
    DIGIT,
    EXTEND,
    FULL_STOP,
    KATAKANA,
    LETTER,
    MIDDLE,
    NEWLINE,
    OTHER,
    PARAGRAPH,
    SPACE,
    UPPER,
    has_kind,
)


def word_spans(kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find words, as Unicode has them.

    Parameters
    ----------
    kinds : uint8 ndarray, shape (n_characters + 2,)
        Behind the text two that end paragraphs.

    Returns
    -------
    (bool ndarray, int64 ndarray, int64 ndarray)
        Whether each character is in a word, (n_characters,); where words begin, and end.
    """
    text = kinds[:-2]
    text = _with_marks_as_letters(text)
    padded = np.zeros(len(text) + 2, dtype=bool)  # a text begins and ends outside of words
    in_word = padded[1:-1]
    np.less_equal(text - np.uint8(UPPER), KATAKANA - UPPER, out=in_word)
    joiners = np.flatnonzero(text[1:-1] - np.uint8(APOSTROPHE) <= FULL_STOP - APOSTROPHE) + 1
    in_word[joiners] = joins(text[joiners], text[joiners - 1], text[joiners + 1])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    starts, ends = edges[0::2], edges[1::2]
    parted = _parted(text, in_word, kinds)
    if len(parted):
        starts = np.insert(starts, np.searchsorted(starts, parted), parted)
        ends = np.insert(ends, np.searchsorted(ends, parted), parted)
    return in_word, starts, ends


def _with_marks_as_letters(text: np.ndarray) -> np.ndarray:
    """Give what extends a character the class of that one."""
    if not has_kind(text, EXTEND):
        return text
    extending = np.flatnonzero(text == EXTEND)
    is_first = np.diff(extending, prepend=-2) != 1
    bases = extending[is_first] - 1
    kinds = np.where(bases >= 0, text[bases], np.uint8(OTHER))
    text = text.copy()
    text[extending] = kinds[np.cumsum(is_first) - 1]
    return text


def joins(joiner: np.ndarray, before: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """Tell whether signs hold together what stands before and behind them, by classes: bool."""
    letters = _within(before, UPPER, LETTER) & _within(behind, UPPER, LETTER)
    digits = (before == DIGIT) & (behind == DIGIT)
    either = _within(before, UPPER, DIGIT) & _within(behind, UPPER, DIGIT)
    found: np.ndarray = (
        ((joiner == APOSTROPHE) & either)
        | (((joiner == MIDDLE) | (joiner == FULL_STOP)) & letters)
        | (((joiner == COMMA) | (joiner == FULL_STOP)) & digits)
    )
    return found


def _within(kinds: np.ndarray, first: int, last: int) -> np.ndarray:
    found: np.ndarray = (kinds >= first) & (kinds <= last)
    return found


def _parted(text: np.ndarray, in_word: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Find where a word begins right behind another: ideographs, and beside katakana."""
    if not has_kind(text, ALONE, KATAKANA):
        return np.zeros(0, dtype=np.int64)
    special = np.flatnonzero((text >= ALONE) & (text <= KATAKANA))
    places = np.unique(np.concatenate((special, special + 1)))
    places = places[(places > 0) & (places < len(text))]
    before, behind = text[places - 1], text[places]
    differs = (before == ALONE) | (behind == ALONE) | ((before == KATAKANA) != (behind == KATAKANA))
    differs &= in_word[places - 1] & in_word[places] & (kinds[places] != EXTEND)
    found: np.ndarray = places[differs]
    return found


def spans_between_spaces(kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find what stands between white space, as :func:`word_spans` does words."""
    text = kinds[:-2]
    padded = np.zeros(len(text) + 2, dtype=bool)
    in_word = padded[1:-1]
    in_word[:] = (text != SPACE) & (text != NEWLINE) & (text != PARAGRAPH)
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return in_word, edges[0::2], edges[1::2]
