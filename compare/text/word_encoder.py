"""Words of a text → numbers, by whole arrays: what ``words.sentences`` does one match at a time.

Every character gets a class from a table that is made with the very patterns of ``words.py``;
where classes change, words begin and end; the bytes of all words go to Arrow, which numbers the
distinct ones. Tests hold the two readings together.
"""

from __future__ import annotations

import codecs
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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


READERS = min(4, os.cpu_count() or 1)
"""Batches that are looked through at a time."""


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

    characters, kinds = _code_points(text)
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
    offsets, letters = _utf8(offsets, _chosen(characters, in_word))
    words = pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(letters))
    return FoundWords(words, sentence_starts.astype(np.int64), starts, ends)


def _code_points(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Lay a text out as one number a character, and one class.

    Numbers are uint8 where Latin-1 holds the text, uint32 elsewhere.
    """
    narrow = _latin_1(text)
    if narrow is None:
        wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return wide, _character_classes().take(wide)
    kinds = narrow.translate(_character_classes()[:256].tobytes())  # far faster than take
    return np.frombuffer(narrow, dtype=np.uint8), np.frombuffer(kinds, dtype=np.uint8)


def _latin_1(text: str) -> bytes | None:
    """Write a text with a byte a character; None where it has letters that Latin-1 lacks.

    What is neither a letter nor a border (dashes, say) may be anything of its kind: a blank.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        others = np.array([ord(character) for character in set(_NOT_LATIN_1.findall(text))])
        if (_character_classes()[others] != _OTHER).any():
            return None
        return text.encode("latin-1", _BLANKS)


_NOT_LATIN_1 = re.compile(r"[^\x00-\xff]")
_BLANKS = "compare.blanks"


def _blanks(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return " " * (error.end - error.start), error.end


codecs.register_error(_BLANKS, _blanks)


def _chosen(characters: np.ndarray, in_word: np.ndarray) -> np.ndarray:
    """Take the characters of words out of a text."""
    if characters.dtype == np.uint32:
        found: np.ndarray = characters[in_word]
        return found
    zeroed = np.multiply(characters, in_word.view(np.uint8))  # no word holds the character 0
    return np.frombuffer(zeroed.tobytes().translate(None, b"\0"), dtype=np.uint8)


def _utf8(offsets: np.ndarray, letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
        return self._numbered(_coded(text, documents))

    def encode_all(self, passages: Iterable[Passage]) -> Iterator[TokenArray]:
        """Encode passages in batches of about two million characters; none runs into the next.

        Words are found by several threads, a batch each: arrays are computed without Python's
        lock. They are numbered here, in the order of the text.
        """
        with ThreadPoolExecutor(READERS) as pool:
            waiting: deque[Future[_Coded]] = deque()
            for text, documents in _batches(passages):
                waiting.append(pool.submit(_coded, text, documents))
                if len(waiting) > READERS:
                    yield self._numbered(waiting.popleft().result())
            while waiting:
                yield self._numbered(waiting.popleft().result())

    def _numbered(self, found: _Coded) -> TokenArray:
        known = self._numbers
        distinct = found.distinct.to_pylist()
        numbers = np.array([known.setdefault(word, len(known)) for word in distinct], np.int32)
        ids = numbers.take(found.places) if len(numbers) else numbers
        return TokenArray(ids, found.sentence_starts, len(ids), found.documents)


class _Coded(NamedTuple):
    """The words of a batch, each as its place among those that differ."""

    distinct: pa.StringArray
    places: np.ndarray
    sentence_starts: np.ndarray
    documents: np.ndarray


def _coded(text: str, documents: Sequence[int]) -> _Coded:
    found = find_words(text)
    coded = found.words.dictionary_encode()
    first_words = np.searchsorted(found.starts, np.array(documents, dtype=np.int64))
    return _Coded(coded.dictionary, coded.indices.to_numpy(), found.sentence_starts, first_words)


def _batches(passages: Iterable[Passage]) -> Iterator[tuple[str, list[int]]]:
    """Put passages together; with the characters of each batch at which documents begin."""
    pending: list[str] = []
    n_characters = 0
    begins: list[int] = []
    before: int | None = None
    for document, text in passages:
        if document != before:
            begins.append(n_characters)
            before = document
        pending.append(text)
        n_characters += len(text) + 1
        if n_characters >= BATCH_CHARACTERS:
            yield "\n".join(pending), begins  # a line break ends a sentence
            pending, n_characters, begins = [], 0, []
    if pending:
        yield "\n".join(pending), begins
