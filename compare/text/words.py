"""Text → words and sentences, a match at a time: the reading of what ``found_words`` does fast.

A word is what Unicode's word boundaries (Annex 29) make of it: letters with their marks, digits,
and what holds them together (``don't``, ``3.5``, ``U.S``). A sentence ends at ``.``, ``!``, ``?``
and their kin in other scripts, not behind an abbreviation or an initial, not before a small letter;
and where a paragraph ends. ``docs/words.md`` has the rules as a table, with where they depart from
the annex.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import regex

from compare.text.abbreviations import (
    BEFORE_NUMBERS,
    BEGINNERS,
    ELSEWHERE,
    LONGEST,
    NEVER_LAST,
)
from compare.text.characters import (
    CLOSING,
    END,
    FULL_STOP,
    GOES_ON,
    GREEK,
    KATAKANA,
    LOWER,
    NEWLINE,
    NO_LETTERS,
    PARAGRAPH,
    SEMICOLON,
    SPACE,
    UPPER,
    character_kinds,
)

WordRule = Literal["unicode", "whitespace"]
SentenceRule = Literal["text", "lines"]

_MARKS = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*+"
_ALONE = r"[[\p{Script=Han}\p{Script=Hiragana}]&&[\p{L}\p{Nl}]]"
_LETTER = rf"[[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}[\p{{LB=SA}}&&\p{{L}}]]--{_ALONE}]"
_DIGIT = r"\p{WB=Numeric}"
_PLAIN = rf"[{_LETTER}{_DIGIT}]"
_LETTERS_POINT = r"[.\u2024\ufe52\uff0e\u00b7\u0387\u055f\u05f4\u2027]"
_DIGITS_POINT = r"[.,\u2024\ufe52\uff0e\u060c\u060d\u066c\uff0c]"
_LONGEST_RUN = "{1,1000000}+"  # of more the expression would remember each, until memory is full
_WORD = regex.compile(
    rf"""(?xV1)
    {_ALONE}{_MARKS}
    | (?:\p{{WB=Katakana}}{_MARKS}){_LONGEST_RUN}
    | (?:
        {_PLAIN}{_MARKS}
        | (?<={_PLAIN}{_MARKS}) ' (?={_PLAIN})
        | (?<={_LETTER}{_MARKS}) {_LETTERS_POINT} (?={_LETTER})
        | (?<={_DIGIT}{_MARKS}) {_DIGITS_POINT} (?={_DIGIT})
    ){_LONGEST_RUN}
    """
)
CAPITALS = 0.001
"""Share of capitals among characters below which a text is taken to be written without."""


def words(text: str, rule: WordRule = "unicode") -> list[str]:
    """List the words of a text, in order.

    >>> words("Don't stop: the well-known king paid 3.50!")
    ["Don't", 'stop', 'the', 'well', 'known', 'king', 'paid', '3.50']
    """
    return [match[0] for match in word_matches(text, rule)]


def word_matches(text: str, rule: WordRule = "unicode") -> Iterator[regex.Match[str]]:
    """Find the words of a text one after the other."""
    found: Iterator[regex.Match[str]] = _PATTERNS[rule].finditer(text)
    return found


_PATTERNS = {"unicode": _WORD, "whitespace": regex.compile(r"[^\p{White_Space}\u200b]+")}


def sentences(
    text: str, rule: WordRule = "unicode", ends: SentenceRule = "text"
) -> Iterator[list[str]]:
    """Yield the sentences of a text, each as its list of words; empty ones are left out.

    Parameters
    ----------
    rule : "unicode" or "whitespace"
        What a word is; whitespace: what stands between white space.
    ends : "text" or "lines"
        Where a sentence ends; lines: at each line's end, and nowhere else.

    >>> list(sentences("Mr. King spoke. Nobody listened!"))
    [['Mr', 'King', 'spoke'], ['Nobody', 'listened']]
    """
    places = [m.start() for m in _LINE_END.finditer(text)] if ends == "lines" else end_places(text)
    found = word_matches(text, rule)
    for _, sentence in groupby(found, key=lambda word: bisect_left(places, word.start())):
        yield [word[0] for word in sentence]


_LINE_END = regex.compile("[\n\u2028\u2029]")


def end_places(text: str) -> list[int]:
    """List the places of the characters with which sentences and paragraphs end."""
    kinds = [*character_kinds()[[ord(char) for char in text]].tolist(), PARAGRAPH, PARAGRAPH]
    for place, kind in enumerate(kinds[: len(text)]):
        if kind == NEWLINE and kinds[_skipped(kinds, place + 1, (SPACE,))] == NEWLINE:
            kinds[place] = PARAGRAPH  # a blank line
    has_capitals = is_written_with_capitals(kinds.count(UPPER), len(text))
    in_words = {place for word in _WORD.finditer(text) for place in range(*word.span())}
    return [
        place
        for place, kind in enumerate(kinds[: len(text)])
        if kind == PARAGRAPH
        or (kind == SEMICOLON and is_greek_question(text, place))
        or (
            kind in _SIGNS
            and place not in in_words
            and _ends_here(text, kinds, place, has_capitals)
        )
    ]


_SIGNS = (FULL_STOP, END)


def is_greek_question(text: str, place: int) -> bool:
    """Tell whether a semicolon is a Greek question mark."""
    return _GREEK_BEFORE.search(text[max(0, place - 8) : place]) is not None


_GREEK_BEFORE = regex.compile(rf"[{GREEK}]{_MARKS}\Z")


def is_written_with_capitals(n_capitals: int, n_characters: int) -> bool:
    """Tell whether a text has capitals at all, so that a small letter says something."""
    return n_capitals > CAPITALS * n_characters


def _skipped(kinds: list[int], place: int, skipped: tuple[int, ...]) -> int:
    while kinds[place] in skipped:
        place += 1
    return place


def _ends_here(text: str, kinds: list[int], place: int, has_capitals: bool) -> bool:
    """Tell whether a sentence ends with the sign at a place."""
    if kinds[place] == FULL_STOP and UPPER <= kinds[place + 1] <= KATAKANA:
        return False  # U.S, example.org
    behind = _skipped(kinds, place + 1, CLOSING)
    if kinds[behind] in GOES_ON:
        return False
    letter = _skipped(kinds, behind, NO_LETTERS)
    if kinds[letter] == LOWER and has_capitals:
        return False
    if kinds[place] == END:
        return True
    start = max(0, place - 3 * LONGEST)
    before = [word for word in _WORD.finditer(text, start, place) if word.end() == place]
    is_short = bool(before) and len(before[0][0]) <= LONGEST
    return not (is_short and is_held(before[0][0], text, behind))


_ROMAN = regex.compile(r"[IVXLC]+\b")
_FIRST_WORD = regex.compile(r"\p{L}+")
_DOTTED = regex.compile(r"\p{L}(?:\.\p{L})+")


_ABBREVIATIONS = NEVER_LAST | BEFORE_NUMBERS | ELSEWHERE
MAY_BE_HELD = frozenset(
    spelled for word in _ABBREVIATIONS for spelled in (word, word.capitalize(), word.upper())
)
"""Abbreviations as they are spelled; initials and words with full stops inside may be, too."""


def is_held(word: str, text: str, behind: int) -> bool:
    """Tell whether the full stop behind a word belongs to it, so that the sentence goes on.

    Parameters
    ----------
    word : str
        What stands before the full stop.
    behind : int
        Place in the text of what follows it that is no white space, quote or bracket.
    """
    if not (word in MAY_BE_HELD or len(word) == 1 or word[1] == "."):
        return False
    folded = word.lower()
    following = text[behind : behind + LONGEST + 1]
    first = _FIRST_WORD.match(following)
    begins = first is not None and first[0].lower() in BEGINNERS
    if folded in NEVER_LAST:
        return True
    if folded in BEFORE_NUMBERS:
        return following[:1].isdigit() or _ROMAN.match(following) is not None
    if len(word) == 1:
        return not (begins and first is not None and len(first[0]) > 1)
    return (folded in ELSEWHERE or _DOTTED.fullmatch(word) is not None) and not begins
