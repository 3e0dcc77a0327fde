"""What each character is to words and sentences: one class each, by Unicode's own properties.

Sources: Unicode Standard Annex 29 (word and sentence boundaries), with the Unicode data of the
library ``regex``. Where this project departs from the annex stands in ``docs/words.md``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import regex

(
    OTHER,
    SPACE,
    NEWLINE,
    PARAGRAPH,
    UPPER,
    LOWER,
    LETTER,
    DIGIT,
    ALONE,
    KATAKANA,
    EXTEND,
    APOSTROPHE,
    MIDDLE,
    COMMA,
    FULL_STOP,
    END,
    SEMICOLON,
    CONTINUE,
    CLOSE,
) = range(19)
"""Letters and digits are UPPER to KATAKANA: UPPER and LOWER by case, LETTER without, ALONE those of
which each is a word (ideographs, hiragana). EXTEND belongs to what stands before it. APOSTROPHE,
MIDDLE (the point of Catalan), COMMA and FULL_STOP hold words or numbers together. After FULL_STOP
and END a sentence may end; CONTINUE says that it goes on; CLOSE are quotes and brackets."""

N_KINDS = CLOSE + 1

CLOSING = (CLOSE, APOSTROPHE, SPACE, NEWLINE, EXTEND)
"""May stand behind the sign that ends a sentence, before the next one."""

GOES_ON = (FULL_STOP, END, CONTINUE, COMMA)
"""Behind a sign and what closes: the sentence does not end with that sign."""

NO_LETTERS = tuple(
    kind
    for kind in range(N_KINDS)
    if kind not in (UPPER, LOWER, LETTER, ALONE, KATAKANA, FULL_STOP, END, PARAGRAPH)
)
"""Passed over in search of the next letter, whose case tells whether a sentence begins."""

GREEK = "\u0370-\u03ff\u1f00-\u1fff"
"""Letters after which a semicolon is a question mark."""

_PATTERNS = (  # later ones take precedence
    (SPACE, r"[\p{White_Space}\u200b]"),
    (NEWLINE, r"[\n\u2028]"),
    (PARAGRAPH, r"\u2029"),
    (CLOSE, r"\p{SB=Close}"),
    (CONTINUE, r"\p{SB=SContinue}"),
    (END, r"[\p{SB=STerm}\u2026\u203d\u037e\u05c3\u0f0d\u0f0e]"),
    (FULL_STOP, r"\p{SB=ATerm}"),
    (LETTER, r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}[\p{LB=SA}&&\p{L}]]"),
    (LOWER, r"[\p{WB=ALetter}&&\p{SB=Lower}]"),
    (UPPER, r"[\p{WB=ALetter}&&\p{SB=Upper}]"),
    (DIGIT, r"\p{WB=Numeric}"),
    (ALONE, r"[[\p{Script=Han}\p{Script=Hiragana}]&&[\p{L}\p{Nl}]]"),
    (KATAKANA, r"\p{WB=Katakana}"),
    (EXTEND, r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"),
    (MIDDLE, r"[\u00b7\u0387\u055f\u05f4\u2027]"),
    (COMMA, r"[,\u060c\u060d\u066c\uff0c]"),
    (SEMICOLON, r";"),
    (APOSTROPHE, r"'"),
)


@cache
def character_kinds() -> np.ndarray:
    """Class of every Unicode character, uint8 (1,114,112,)."""
    kinds = np.full(0x110000, OTHER, dtype=np.uint8)
    for kind, pattern in _PATTERNS:
        _mark(kinds, range(0x20000), kind, pattern)  # planes 0 and 1
        if kind == ALONE:
            _mark(kinds, range(0x20000, 0x40000), kind, pattern)  # ideographs
        if kind == EXTEND:
            _mark(kinds, range(0xE0000, 0xE0200), kind, pattern)  # tags, variation selectors
    return kinds


def _mark(kinds: np.ndarray, characters: range, kind: int, pattern: str) -> None:
    for match in regex.finditer(f"(?V1){pattern}+", "".join(map(chr, characters))):
        kinds[characters[match.start()] : characters[match.end() - 1] + 1] = kind


def kind_table(*kinds: int) -> np.ndarray:
    """Tell of each class whether it is one of these, bool (n_kinds,)."""
    found = np.zeros(N_KINDS, dtype=bool)
    found[list(kinds)] = True
    return found


def has_kind(kinds: np.ndarray, *asked: int) -> bool:
    """Tell whether any character is of some classes; a search among bytes, far under a pass."""
    found = kinds.tobytes()
    return any(found.find(kind) >= 0 for kind in asked)


def characters_of(kind: int) -> str:
    """List the characters of a class."""
    return "".join(map(chr, np.flatnonzero(character_kinds() == kind).tolist()))
