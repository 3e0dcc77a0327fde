"""Words of a text → numbers, by whole arrays: what ``words.sentences`` does one match at a time.

Every character gets a class from a table that is made with the very patterns of ``words.py``;
where classes change, words begin and end; the bytes of all words go to Arrow, which numbers the
distinct ones. Tests hold the two readings together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compare.text.passages import Passage
from compare.text.tokens import TokenArray
from compare.text.words import SENTENCE_END, WORD_CHARACTER

if TYPE_CHECKING:
    import pyarrow as pa

_OTHER, _LETTER, _APOSTROPHE, _END, _FULL_STOP = range(5)

BATCH_CHARACTERS = 1 << 21
"""Passages are put together until they are so long: enough for arrays to pay, and no more."""


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


def find_words(text: str) -> FoundWords:
    """Find the words and sentences of a text.

    >>> found = find_words("The king spoke. Nobody listened!")
    >>> found.words.to_pylist(), found.sentence_starts.tolist()
    (['The', 'king', 'spoke', 'Nobody', 'listened'], [0, 3])
    """
    import pyarrow as pa

    characters = _code_points(text)
    kinds = _character_classes().take(characters)
    is_letter = kinds == _LETTER
    padded = np.zeros(len(text) + 2, dtype=bool)  # a text begins and ends outside of words
    in_word = padded[1:-1]
    in_word[:] = is_letter
    inside = np.flatnonzero(kinds[1:-1] == _APOSTROPHE) + 1
    in_word[inside] = is_letter[inside - 1] & is_letter[inside + 1]

    edges = np.flatnonzero(padded[1:] != padded[:-1])
    starts, ends = edges[0::2], edges[1::2]

    borders = np.flatnonzero(kinds >= _END)
    followed = np.append(is_letter, False)[borders + 1]
    borders = borders[(kinds[borders] == _END) | ~followed]  # 3.5 is one thing
    first = np.append(0, np.searchsorted(starts, borders))  # the first word behind each border
    sentence_starts = first[(np.diff(first, prepend=-1) > 0) & (first < len(starts))]

    offsets = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(ends - starts, out=offsets[1:])
    letters = characters[in_word]
    if characters.dtype == np.uint32 or (letters > 127).any():
        widths = 1 + (letters > 0x7F).astype(np.int32) + (letters > 0x7FF) + (letters > 0xFFFF)
        offsets = np.append(np.int32(0), np.cumsum(widths, dtype=np.int32))[offsets]
        letters = np.frombuffer(_text(letters).encode(), dtype=np.uint8)
    words = pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(letters))
    return FoundWords(words, sentence_starts.astype(np.int64), starts, ends)


def _code_points(text: str) -> np.ndarray:
    """Lay a text out as one number a character: uint8 where Latin-1 holds it, uint32 elsewhere."""
    try:
        return np.frombuffer(text.encode("latin-1"), dtype=np.uint8)
    except UnicodeEncodeError:
        return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _text(characters: np.ndarray) -> str:
    return characters.tobytes().decode("latin-1" if characters.dtype == np.uint8 else "utf-32-le")


@cache
def _character_classes() -> np.ndarray:
    """Class of every Unicode character, uint8 (1,114,112,)."""
    kinds = np.full(0x110000, _OTHER, dtype=np.uint8)
    everything = "".join(map(chr, range(0x110000)))
    for match in re.finditer(f"{WORD_CHARACTER}+", everything):
        kinds[match.start() : match.end()] = _LETTER
    kinds[ord("'")] = _APOSTROPHE
    for character in SENTENCE_END:
        kinds[ord(character)] = _END
    kinds[ord(".")] = _FULL_STOP
    return kinds


class WordEncoder:
    """Numbers words in order of first appearance, text after text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def words(self) -> list[str]:
        """All words so far; the number of a word is its place here."""
        return list(self._numbers)

    def encode(self, text: str, documents: Sequence[int] = ()) -> TokenArray:
        """Encode a text; its segments are sentences, and documents begin at these characters.

        >>> encoder = WordEncoder()
        >>> encoder.encode("The king, the King.").ids.tolist(), encoder.words
        ([0, 1, 2, 3], ['The', 'king', 'the', 'King'])
        """
        found = find_words(text)
        coded = found.words.dictionary_encode()
        known = self._numbers
        distinct = coded.dictionary.to_pylist()
        numbers = np.array([known.setdefault(word, len(known)) for word in distinct], np.int32)
        ids = numbers[coded.indices.to_numpy()] if len(numbers) else numbers
        first_words = np.searchsorted(found.starts, np.array(documents, dtype=np.int64))
        return TokenArray(ids, found.sentence_starts, len(ids), first_words)

    def encode_all(self, passages: Iterable[Passage]) -> Iterator[TokenArray]:
        """Encode passages in batches of about two million characters; none runs into the next."""
        pending: list[str] = []
        n_characters = 0
        begins: list[int] = []  # characters of the batch at which documents begin
        before: int | None = None
        for document, text in passages:
            if document != before:
                begins.append(n_characters)
                before = document
            pending.append(text)
            n_characters += len(text) + 1
            if n_characters >= BATCH_CHARACTERS:
                yield self.encode("\n".join(pending), begins)  # a line break ends a sentence
                pending, n_characters, begins = [], 0, []
        if pending:
            yield self.encode("\n".join(pending), begins)
