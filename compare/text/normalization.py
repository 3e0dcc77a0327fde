"""One normalisation for both wings, so that word2vec and the language model read the same text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import regex
from pydantic import Field

from compare.options import Options
from compare.text.words import word_matches


class Normalization(Options):
    """What is done to every document before either wing sees it."""

    case: Literal["lower", "keep"] = Field(
        default="lower", description="'lower' folds capitals; 'keep' leaves Paris and paris apart"
    )
    digits: Literal["keep", "zero", "drop"] = Field(
        default="keep",
        description="'zero' writes each digit as 0 (1984 → 0000); 'drop' removes digits",
    )
    compatibility: Literal["keep", "fold"] = Field(
        default="keep",
        description="'fold' writes ligatures, full-width letters and raised digits as plain ones "
        "(ﬁnd → find, ｋｉｎｇ → king, x² → x2; Unicode's NFKC)",
    )
    accents: Literal["keep", "strip"] = Field(
        default="keep",
        description="'strip' takes accents off Latin and Greek letters (café → cafe)",
    )
    punctuation: Literal["keep", "drop"] = Field(
        default="keep",
        description="'drop' leaves words and white space; sentence borders are lost with it",
    )


_STRAIGHT = {
    **dict.fromkeys("’‘ʼ＇‛᾽՚", "'"),
    **dict.fromkeys("“”", '"'),
    "ŀ": "l·",
    "Ŀ": "L·",  # of Catalan
}
_LIKE_APOSTROPHES = regex.compile(r"(?<=[\p{L}\p{M}])[`´′](?=\p{L})")
_UNSEEN_RANGES = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x2064), (0x180E, 0x180E), (0x640, 0x640), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
    (0xFE00, 0xFE0F), (0x20E3, 0x20E3), (0xE0100, 0xE01EF),
)  # fmt: skip
"""Hyphens that may show at a line's end, marks of direction, the stretch of Arabic, forms of signs:
no part of a word; the first and the last of each range."""
_UNSEEN = frozenset(
    chr(point) for first, last in _UNSEEN_RANGES for point in range(first, last + 1)
)
_UNSEEN_PATTERN = re.compile(f"[{''.join(sorted(_UNSEEN))}]")
_LOOSE_JOINERS = regex.compile(
    r"(?<=[\p{L}\p{M}])[\u200c\u200d]+(?![\p{L}\p{M}\u200c\u200d])"
    r"|(?<![\p{L}\p{M}\u200c\u200d])[\u200c\u200d]+(?=[\p{L}\p{M}])"
)
_DOUBLED_JOINERS = re.compile("(\u200c|\u200d)\\1+")
_CHILLU = {
    "\u0d23\u0d4d\u200d": "\u0d7a", "\u0d28\u0d4d\u200d": "\u0d7b", "\u0d30\u0d4d\u200d": "\u0d7c",
    "\u0d32\u0d4d\u200d": "\u0d7d", "\u0d33\u0d4d\u200d": "\u0d7e", "\u0d15\u0d4d\u200d": "\u0d7f",
    "\u09a4\u09cd\u200d": "\u09ce",
}  # fmt: skip
"""Letters of Malayalam and Bengali that were written by a joiner before they had a sign."""
_HEBREW_LETTERS = frozenset(map(chr, range(0x5D0, 0x5EB)))
_GERSHAYIM = regex.compile(r"(?<=[\u05d0-\u05ea]\p{M}*)\"(?=[\u05d0-\u05ea])")
_GERESH = regex.compile(r"(?<=[\u05d0-\u05ea]\p{M}*)'")
"""Quotes that Hebrew writes for its own signs, in acronyms and foreign sounds (Annex 29, WB7)."""
_ACCENTS = regex.compile(r"(?<=[\p{Latin}\p{Greek}])\p{M}+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def normalize(text: str, normalization: Normalization) -> str:
    """Normalise a text, for both wings.

    Always: letters and their marks are composed (NFC), quotes and apostrophes straight, and what
    is not seen (soft hyphens, marks of direction) is left out.

    >>> normalize("The Café’s 20 chairs.", Normalization(digits="zero", accents="strip"))
    "the cafe's 00 chairs."
    """
    text = with_case(text, normalization)
    return lowered(text) if normalization.case == "lower" else text


def with_case(text: str, normalization: Normalization) -> str:
    """Normalise a text, all but its case: sentences are found by capitals."""
    if normalization.compatibility == "fold" and not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _composed(text)
    if normalization.accents == "strip" and not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    if normalization.digits == "zero":
        text = re.sub(r"\d", "0", text)
    elif normalization.digits == "drop":
        text = _NUMBER.sub("", text)
    if normalization.punctuation == "drop":
        text = "".join(_words_alone(text))
    return text


def _words_alone(text: str) -> Iterator[str]:
    """Give the words of a text and the white space between them; other signs become blanks."""
    end = 0
    for word in word_matches(text):
        yield _SIGN.sub(" ", text[end : word.start()])
        yield word[0]
        end = word.end()
    yield _SIGN.sub(" ", text[end:])


_SIGN = re.compile(r"\S")


def _composed(text: str) -> str:
    beyond: set[str] = set()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for sign, straight in _STRAIGHT.items():
            text = text.replace(sign, straight)
        beyond = beyond_latin_1(text)
        if "\u00ad" in text or beyond & _UNSEEN:
            text = _UNSEEN_PATTERN.sub("", text)
        if beyond & {"\u200c", "\u200d"}:
            text = _DOUBLED_JOINERS.sub(r"\1", text)
            for old, new in _CHILLU.items():
                text = text.replace(old, new)
            text = _LOOSE_JOINERS.sub("", text)
        if not beyond.isdisjoint(_HEBREW_LETTERS):
            text = _GERESH.sub("\u05f3", _GERSHAYIM.sub("\u05f4", text))
    if "`" in text or "´" in text or "′" in beyond:
        text = _LIKE_APOSTROPHES.sub("'", text)
    return text


def beyond_latin_1(text: str) -> set[str]:
    """Give the characters of a text that Latin-1 lacks."""
    try:
        text.encode("latin-1")  # far faster than to look at each character
    except UnicodeEncodeError:
        return set(_BEYOND_LATIN_1.findall(text))
    return set()


_BEYOND_LATIN_1 = re.compile(r"[^\x00-\xff]")


def lowered_in_place(text: str) -> str:
    """Write small letters, as many as there were: the Turkish İ becomes an i without a loose dot.

    The Greek Σ at a word's end becomes ς, whatever sign follows.

    >>> lowered_in_place("İZMİR"), lowered_in_place("ΠΡΟΣ:ΟΛΟΥΣ")
    ('izmir', 'προς:ολους')
    """
    small = text.replace("İ", "i").lower()
    return _LAST_SIGMA.sub("ς", small) if "Σ" in text else small


_LAST_SIGMA = regex.compile(r"(?<=\p{L}\p{M}*)σ(?![\p{L}\p{M}])")


def lowered(text: str) -> str:
    """Write small letters, composed (some have a composed form that their capital lacks)."""
    text = lowered_in_place(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def normal_word(word: str, *, fold: bool) -> str:
    """Write a word of a list, of judgments or of foreign vectors as texts have it.

    >>> normal_word("Cafe\u0301’s", fold=True)
    "café's"
    """
    if word.isascii() and "`" not in word:
        return word.lower() if fold else word
    word = _composed(word)
    return lowered(word) if fold else word
