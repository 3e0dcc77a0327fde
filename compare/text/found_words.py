"""Words and sentences of a text by whole arrays: what ``words.sentences`` does a match at a time.

Every character gets a class from a table of Unicode's properties; where classes change, words
begin and end; their letters go to Arrow as they are. Tests hold the two readings together.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compare.text.characters import (
    CLOSE,
    CONTINUE,
    END,
    GREEK,
    N_KINDS,
    NEWLINE,
    OTHER,
    PARAGRAPH,
    SPACE,
    character_kinds,
)
from compare.text.normalization import beyond_latin_1, lowered_in_place
from compare.text.sentence_ends import Laid, sentence_ends
from compare.text.word_spans import spans_between_spaces, word_spans
from compare.text.words import SentenceRule, WordRule

if TYPE_CHECKING:
    import pyarrow as pa


class FoundWords(NamedTuple):
    """The words of a text, in order.

    Attributes
    ----------
    words : pyarrow.StringArray, n_words
    sentence_starts : int64 ndarray, shape (n_sentences,)
        Number of the first word of each sentence.
    starts, ends : int64 ndarray, shape (n_words,)
        Characters of the text: ``text[start:end]`` is the word.
    """

    words: pa.StringArray
    sentence_starts: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def find_words(
    text: str,
    rule: WordRule = "unicode",
    ends: SentenceRule = "text",
    *,
    lower: bool = False,
    parts: Sequence[int] = (0,),
) -> FoundWords:
    """Find the words and sentences of a text.

    Parameters
    ----------
    rule, ends
        What a word is, and where a sentence ends: see :func:`compare.text.words.sentences`.
    lower : bool
        Write words in small letters; sentences are found by the capitals.
    parts : sequence of int
        Where the passages begin that the text was put together of.

    >>> found = find_words("Mr. King spoke. Nobody listened!", lower=True)
    >>> found.words.to_pylist(), found.sentence_starts.tolist()
    (['mr', 'king', 'spoke', 'nobody', 'listened'], [0, 3])
    """
    import pyarrow as pa

    narrow = latin_1(text, exactly=rule == "whitespace")
    characters = _code_points(text, narrow)
    kinds = _kinds(characters, narrow)
    in_word, starts, word_ends = word_spans(kinds)
    if ends == "lines":
        borders = np.flatnonzero((kinds[:-2] == NEWLINE) | (kinds[:-2] == PARAGRAPH))
    else:
        begins = np.array(parts, dtype=np.int64)
        laid = Laid(text, characters, kinds, in_word, starts, word_ends, begins)
        borders = sentence_ends(laid)
    if rule == "whitespace":
        in_word, starts, word_ends = spans_between_spaces(kinds)
    first = np.append(
        0, np.searchsorted(starts, borders, side="right")
    )  # the first word behind each border
    sentence_starts = first_words(first, len(starts))

    if lower and narrow is not None:
        characters = _code_points(text, narrow.translate(SMALL))
    elif lower:
        characters = _code_points(lowered_in_place(text), None)
    offsets = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(word_ends - starts, out=offsets[1:])
    offsets, letters = as_utf8(offsets, _chosen(characters, in_word))
    words = pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(letters))
    return FoundWords(words, sentence_starts, starts, word_ends)


def first_words(behind: np.ndarray, n_words: int) -> np.ndarray:
    """Keep of the words that follow ends those that begin a sentence, int64, each once."""
    found: np.ndarray = behind[(np.diff(behind, prepend=-1) > 0) & (behind < n_words)]
    return found.astype(np.int64)


def _kinds(characters: np.ndarray, narrow: bytes | None) -> np.ndarray:
    """Give the class of each character, with two ends of paragraphs behind them."""
    behind = bytes([PARAGRAPH, PARAGRAPH])
    if narrow is not None:  # far faster than take
        found = narrow.translate(character_kinds()[:256].tobytes()) + behind
        return np.frombuffer(found, dtype=np.uint8)
    kinds = character_kinds().take(characters)
    return np.concatenate((kinds, np.frombuffer(behind, dtype=np.uint8)))


SMALL = bytes(range(256)).decode("latin-1").lower().encode("latin-1")
"""The small letter of each byte of Latin-1."""


def _code_points(text: str, narrow: bytes | None) -> np.ndarray:
    """Lay a text out as one number a character: uint8 where Latin-1 holds it, else uint32."""
    if narrow is not None:
        return np.frombuffer(narrow, dtype=np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def latin_1(text: str, *, exactly: bool) -> bytes | None:
    """Write a text with a byte a character; None where it has letters that Latin-1 lacks.

    Signs that it lacks (dashes, say) are written as another one of their class, but for
    ``exactly``: they are part of no word that Unicode has. Those of Greek are not: they say what a
    semicolon is.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        if exactly:
            return None
        others = beyond_latin_1(text)
        kinds = character_kinds()[[ord(character) for character in others]]
        if not _HAS_LIKE[kinds].all() or any(map(_GREEK.match, others)):
            return None
        return text.encode("latin-1", _LIKE_IT)


_GREEK = re.compile(f"[{GREEK}]")
_LIKE_IT = "compare.like-it"
_LIKE = {OTHER: "\1", SPACE: " ", NEWLINE: "\n", END: "!", CONTINUE: "-", CLOSE: ")"}
_HAS_LIKE = np.isin(np.arange(N_KINDS), list(_LIKE))


def _like_it(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    others = error.object[error.start : error.end]
    kinds = character_kinds()
    return "".join(_LIKE[int(kinds[ord(char)])] for char in others), error.end


codecs.register_error(_LIKE_IT, _like_it)


def _chosen(characters: np.ndarray, in_word: np.ndarray) -> np.ndarray:
    """Take the characters of words out of a text."""
    if characters.dtype == np.uint32:
        found: np.ndarray = characters[in_word]
        return found
    zeroed = np.multiply(characters, in_word.view(np.uint8))  # no word holds the character 0
    return np.frombuffer(zeroed.tobytes().translate(None, b"\0"), dtype=np.uint8)


def as_utf8(offsets: np.ndarray, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write letters as UTF-8, and offsets among them as offsets among its bytes."""
    if letters.dtype == np.uint8:
        wide = np.flatnonzero(letters > 0x7F)  # two bytes each
        if len(wide) == 0:
            return offsets, letters
        offsets = offsets + np.searchsorted(wide, offsets).astype(np.int32)
        return offsets, np.frombuffer(letters.tobytes().decode("latin-1").encode(), dtype=np.uint8)
    widths = 1 + (letters > 0x7F).astype(np.int32) + (letters > 0x7FF) + (letters > 0xFFFF)
    offsets = np.append(np.int32(0), np.cumsum(widths, dtype=np.int32))[offsets]
    utf8 = letters.tobytes().decode("utf-32-le").encode()
    return offsets, np.frombuffer(utf8, dtype=np.uint8)


class CodedWords(NamedTuple):
    """The words of a text, each as its place among those that differ.

    Attributes
    ----------
    distinct : pyarrow.StringArray
        In order of first appearance.
    places : int32 ndarray, shape (n_words,)
    sentence_starts, starts : int64 ndarrays
        As in :class:`FoundWords`.
    """

    distinct: pa.StringArray
    places: np.ndarray
    sentence_starts: np.ndarray
    starts: np.ndarray


def coded_words(found: Sequence[FoundWords], begins: Sequence[int], *, lower: bool) -> CodedWords:
    """Find the words that differ in texts that stand one behind the other.

    Parameters
    ----------
    begins : sequence of int
        The character with which each text begins.
    lower : bool
        The words were written in small letters.
    """
    import pyarrow as pa

    before = np.cumsum([0, *(len(one.starts) for one in found)])
    coded = pa.concat_arrays([one.words for one in found]).dictionary_encode()
    starts = [one.starts + begin for one, begin in zip(found, begins, strict=True)]
    sentences = [one.sentence_starts + n for one, n in zip(found, before, strict=False)]
    distinct = _composed_words(coded.dictionary) if lower else coded.dictionary
    return CodedWords(
        distinct, coded.indices.to_numpy(), np.concatenate(sentences), np.concatenate(starts)
    )


def _composed_words(words: pa.StringArray) -> pa.StringArray:
    """Compose what was written in small letters: H̱ has no composed form, ẖ has."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wide = words.filter(pc.invert(pc.string_is_ascii(words))).to_pylist()
    if all(unicodedata.is_normalized("NFC", word) for word in wide):
        return words
    return pa.array([unicodedata.normalize("NFC", word) for word in words.to_pylist()])
