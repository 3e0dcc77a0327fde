"""One normalisation for both wings, so that word2vec and the language model read the same text."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from pydantic import Field

from compare.options import Options


class Normalization(Options):
    """What is done to every document before either wing sees it."""

    case: Literal["lower", "keep"] = Field(
        default="lower", description="'lower' folds capitals; 'keep' leaves Paris and paris apart"
    )
    digits: Literal["keep", "zero", "drop"] = Field(
        default="keep",
        description="'zero' writes each digit as 0 (1984 → 0000); 'drop' removes digits",
    )
    accents: Literal["keep", "strip"] = Field(
        default="keep", description="'strip' takes accents off letters (café → cafe)"
    )
    punctuation: Literal["keep", "drop"] = Field(
        default="keep",
        description="'drop' leaves letters, digits, apostrophes inside words and white space; "
        "sentence borders are lost with it",
    )


_TYPOGRAPHIC_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"'}
_APOSTROPHE_OUTSIDE_WORD = re.compile(r"(?<!\w)'|'(?!\w)")
_PUNCTUATION = re.compile(r"[^\w\s']|_")


def normalize(text: str, normalization: Normalization) -> str:
    """Normalise a text; Unicode composition (NFC) and straight quotes are always applied.

    >>> normalize("The Café’s 20 chairs.", Normalization(digits="zero", accents="strip"))
    "the cafe's 00 chairs."
    """
    text = unicodedata.normalize("NFC", text)
    for typographic, plain in _TYPOGRAPHIC_QUOTES.items():
        text = text.replace(typographic, plain)  # four searches take less than one translate
    if normalization.case == "lower":
        text = text.lower()
    if normalization.accents == "strip":
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", text)
    if normalization.digits == "zero":
        text = re.sub(r"\d", "0", text)
    elif normalization.digits == "drop":
        text = re.sub(r"\d+", "", text)
    if normalization.punctuation == "drop":
        text = _PUNCTUATION.sub(" ", text)
        text = _APOSTROPHE_OUTSIDE_WORD.sub(" ", text)
    return text
