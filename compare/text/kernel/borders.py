"""Where words and sentences begin and end, character by character, without a branch a character.

What ``word_spans`` and ``sentence_ends`` say by whole arrays. A branch that is taken at each word's
end is guessed wrong at each word's end: so a border is written down at every character, and the
next one takes its place unless it was one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.compiling import Whole, compiled, compiled_inside


class Rules(NamedTuple):
    """What characters and classes are to words and sentences, as tables: nothing is fixed here.

    Attributes
    ----------
    kinds, small : uint8 ndarray, shape (256,)
        Class of each character, and its small letter.
    inside, signs, capitals : uint8 ndarray, shape (256,)
        Whether (1) it is a letter or a digit, may join or part words, is a capital.
    joins : bool ndarray, shape (n_kinds, n_kinds, n_kinds)
        Whether a sign [0] holds together what stands before and behind it [1, 2].
    letters, closing, goes_on, no_letter : bool ndarray, shape (n_kinds,)
        See ``characters``; letters: of which words are made.
    abbreviations : bool ndarray, shape (longest + 2, 27, 27)
        Whether there is one of this length, first and last letter (26: none of a to z).
    space, newline, paragraph, full_stop, end, lower : int
        Classes.
    """

    kinds: np.ndarray
    small: np.ndarray
    inside: np.ndarray
    signs: np.ndarray
    capitals: np.ndarray
    joins: np.ndarray
    letters: np.ndarray
    closing: np.ndarray
    goes_on: np.ndarray
    no_letter: np.ndarray
    abbreviations: np.ndarray
    space: int
    newline: int
    paragraph: int
    full_stop: int
    end: int
    lower: int


class LaidOut(NamedTuple):
    """A text of a byte a character, laid out.

    Attributes
    ----------
    text : uint8 ndarray, shape (n,)
    kinds : uint8 ndarray, shape (n + 2,)
        Class of each character; behind them two that end paragraphs.
    in_word : uint8 ndarray, shape (n,)
        1 for letters and digits, and what holds them together once words are found.
    signs : int32 ndarray, shape (n_signs,)
        The places of what may join or part words.
    parts : int64 ndarray, shape (n_parts + 1,)
        Where the passages begin, and the end.
    with_capitals : bool ndarray, shape (n_parts,)
        Whether each is written with capitals.
    """

    text: np.ndarray
    kinds: np.ndarray
    in_word: np.ndarray
    signs: np.ndarray
    parts: np.ndarray
    with_capitals: np.ndarray


@compiled
def lay_out(
    text: np.ndarray,
    parts: np.ndarray,
    rules: Rules,
    kinds: np.ndarray,
    in_word: np.ndarray,
    small: np.ndarray,
    signs: np.ndarray,
    n_capitals: np.ndarray,
) -> Whole:
    """Give each character its class, whether it is a letter or a digit, and its small letter.

    Parameters
    ----------
    text : uint8 ndarray, shape (n,)
    parts : int64 ndarray, shape (n_parts + 1,)
        Where the passages begin, and the end.
    kinds : uint8 ndarray, shape (n + 2,)
        The last two are left as they are.
    in_word, small : uint8 ndarrays, shape (n,) or more
    signs : int32 ndarray, shape (n + 1,)
        Filled with the places of what may join or part words.
    n_capitals : int64 ndarray, shape (n_parts,)
        Filled with the capitals of each passage.

    Returns
    -------
    int
        How many signs there are.
    """
    n_signs = 0
    for part in range(len(n_capitals)):
        n = 0
        for place in range(parts[part], parts[part + 1]):
            character = text[place]
            kinds[place] = rules.kinds[character]
            in_word[place] = rules.inside[character]
            small[place] = rules.small[character]
            signs[n_signs] = place
            n_signs += rules.signs[character]
            n += rules.capitals[character]
        n_capitals[part] = n
    return n_signs


@compiled
def find_words(laid: LaidOut, rules: Rules, borders: np.ndarray) -> Whole:
    """Find where words begin and end.

    Parameters
    ----------
    borders : int32 ndarray, shape (n + 2,)
        Filled with the beginning and the end of each word, in turn.

    Returns
    -------
    int
        How many borders there are.
    """
    kinds, in_word = laid.kinds, laid.in_word
    n = len(in_word)
    for place in laid.signs:
        if 0 < place < n - 1:
            in_word[place] = rules.joins[kinds[place], kinds[place - 1], kinds[place + 1]]
    n_borders = 0
    before = np.uint8(0)
    for place in range(n):
        borders[n_borders] = place
        n_borders += in_word[place] ^ before
        before = in_word[place]
    borders[n_borders] = n
    return n_borders + np.int64(before)


@compiled
def mark_paragraphs(laid: LaidOut, rules: Rules) -> None:
    """Give the newlines before blank lines the class of a paragraph's end."""
    kinds = laid.kinds
    for place in laid.signs:
        if kinds[place] == rules.newline:
            behind = place + 1
            while kinds[behind] == rules.space:
                behind += 1
            if kinds[behind] == rules.newline:
                kinds[place] = rules.paragraph


@compiled
def find_sentences(
    laid: LaidOut, borders: np.ndarray, rules: Rules, firsts: np.ndarray, asked: np.ndarray
) -> tuple[int, int]:
    """Find where sentences end; whether an abbreviation's full stop does is left to be asked.

    Parameters
    ----------
    laid : LaidOut
        Paragraphs are marked.
    borders : int32 ndarray, shape (n_borders,)
        Of words.
    firsts : int32 ndarray, shape (n_signs,)
        Filled with the number of the first word behind each end that was found.
    asked : int32 ndarray, shape (n_signs, 4)
        Filled with what may be abbreviations: place in ``firsts``, beginning and end of the word,
        and the place of what follows.

    Returns
    -------
    (int, int)
        How many ends were found, and how many are asked.
    """
    kinds, parts = laid.kinds, laid.parts
    n_found = n_asked = word = part = 0
    n_words = len(borders) // 2
    for place in laid.signs:
        kind = kinds[place]
        is_sign = rules.full_stop <= kind <= rules.end and not laid.in_word[place]
        if not is_sign and kind != rules.paragraph:
            continue
        while word < n_words and borders[2 * word + 1] <= place:
            word += 1
        if is_sign:
            if kind == rules.full_stop and rules.letters[kinds[place + 1]]:
                continue
            behind = place + 1
            while rules.closing[kinds[behind]]:
                behind += 1
            if rules.goes_on[kinds[behind]]:
                continue
            letter = behind
            while rules.no_letter[kinds[letter]]:
                letter += 1
            while parts[part + 1] <= place:
                part += 1
            if kinds[letter] == rules.lower and laid.with_capitals[part]:
                continue
            if kind == rules.full_stop and word > 0 and borders[2 * word - 1] == place:
                start = borders[2 * word - 2]
                if _may_be_held(laid.text, start, place, rules.abbreviations):
                    asked[n_asked, 0] = n_found
                    asked[n_asked, 1] = start
                    asked[n_asked, 2] = place
                    asked[n_asked, 3] = behind
                    n_asked += 1
        firsts[n_found] = word
        n_found += 1
    return n_found, n_asked


@compiled_inside
def _may_be_held(text: np.ndarray, start: int, end: int, abbreviations: np.ndarray) -> bool:
    """Tell words that may be abbreviations by length, first and last letter, and initials."""
    length = end - start
    if length > len(abbreviations) - 2:
        return False
    if length == 1 or text[start + 1] == ord("."):
        return True
    first, last = (text[start] | 0x20) - ord("a"), (text[end - 1] | 0x20) - ord("a")
    first = first if 0 <= first < 26 else 26
    last = last if 0 <= last < 26 else 26
    return abbreviations[length, first, last]
