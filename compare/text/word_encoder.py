"""Words of a text → numbers, by whole arrays: what ``words.sentences`` does one match at a time.

Every character gets a class from a table of Unicode's properties; where classes change, words
begin and end; the bytes of all words go to Arrow, which numbers the distinct ones. Tests hold the
two readings together.
"""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compare.text.characters import (
    CLOSE,
    CONTINUE,
    END,
    N_KINDS,
    NEWLINE,
    OTHER,
    PARAGRAPH,
    SPACE,
    character_kinds,
)
from compare.text.normalization import lowered_in_place
from compare.text.passages import Passage
from compare.text.sentence_ends import Laid, sentence_ends
from compare.text.tokens import TokenArray
from compare.text.word_spans import spans_between_spaces, word_spans
from compare.text.words import SentenceRule, WordRule

if TYPE_CHECKING:
    import pyarrow as pa

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

    narrow = _latin_1(text, exactly=rule == "whitespace")
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
    sentence_starts = first[(np.diff(first, prepend=-1) > 0) & (first < len(starts))]

    if lower and narrow is not None:
        characters = _code_points(text, narrow.translate(_SMALL))
    elif lower:
        characters = _code_points(lowered_in_place(text), None)
    offsets = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(word_ends - starts, out=offsets[1:])
    offsets, letters = _utf8(offsets, _chosen(characters, in_word))
    words = pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(letters))
    return FoundWords(words, sentence_starts.astype(np.int64), starts, word_ends)


def _kinds(characters: np.ndarray, narrow: bytes | None) -> np.ndarray:
    """Give the class of each character, with two ends of paragraphs behind them."""
    behind = bytes([PARAGRAPH, PARAGRAPH])
    if narrow is not None:  # far faster than take
        found = narrow.translate(character_kinds()[:256].tobytes()) + behind
        return np.frombuffer(found, dtype=np.uint8)
    kinds = character_kinds().take(characters)
    return np.concatenate((kinds, np.frombuffer(behind, dtype=np.uint8)))


_SMALL = bytes(range(256)).decode("latin-1").lower().encode("latin-1")
"""The small letter of each byte of Latin-1."""


def _code_points(text: str, narrow: bytes | None) -> np.ndarray:
    """Lay a text out as one number a character: uint8 where Latin-1 holds it, else uint32."""
    if narrow is not None:
        return np.frombuffer(narrow, dtype=np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _latin_1(text: str, *, exactly: bool) -> bytes | None:
    """Write a text with a byte a character; None where it has letters that Latin-1 lacks.

    Signs that it lacks (dashes, say) are written as another one of their class, but for
    ``exactly``: they are part of no word that Unicode has.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        if exactly:
            return None
        others = np.array([ord(character) for character in set(_NOT_LATIN_1.findall(text))])
        if not _HAS_LIKE[character_kinds()[others]].all():
            return None
        return text.encode("latin-1", _LIKE_IT)


_NOT_LATIN_1 = re.compile(r"[^\x00-\xff]")
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


class WordEncoder:
    """Numbers words in order of first appearance, text after text.

    Parameters
    ----------
    rule, ends, lower
        How words and sentences are found: see :func:`find_words`.
    """

    def __init__(
        self, rule: WordRule = "unicode", ends: SentenceRule = "text", *, lower: bool = False
    ) -> None:
        self._rule: WordRule = rule
        self._ends: SentenceRule = ends
        self._lower = lower
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
        return self._numbered(self._coded(_Batch([_Run(text, 0, [0])], list(documents))))

    def encode_all(self, passages: Iterable[Passage]) -> Iterator[TokenArray]:
        """Encode passages in batches of about two million characters; none runs into the next.

        Words are found by several threads, a batch each: arrays are computed without Python's
        lock. They are numbered here, in the order of the text.
        """
        with ThreadPoolExecutor(READERS) as pool:
            waiting: deque[Future[_Coded]] = deque()
            for batch in _batches(passages):
                waiting.append(pool.submit(self._coded, batch))
                if len(waiting) > READERS:
                    yield self._numbered(waiting.popleft().result())
            while waiting:
                yield self._numbered(waiting.popleft().result())

    def _coded(self, batch: _Batch) -> _Coded:
        import pyarrow as pa

        parts = [
            find_words(run.text, self._rule, self._ends, lower=self._lower, parts=run.passages)
            for run in batch.runs
        ]
        before = np.cumsum([0, *(len(part.starts) for part in parts)])
        coded = pa.concat_arrays([part.words for part in parts]).dictionary_encode()
        starts = [part.starts + run.start for part, run in zip(parts, batch.runs, strict=True)]
        sentences = [part.sentence_starts + n for part, n in zip(parts, before, strict=False)]
        documents = np.array(batch.documents, dtype=np.int64)
        return _Coded(
            coded.dictionary,
            coded.indices.to_numpy(),
            np.concatenate(sentences),
            np.searchsorted(np.concatenate(starts), documents),
        )

    def _numbered(self, found: _Coded) -> TokenArray:
        known = self._numbers
        distinct = found.distinct.to_pylist()
        if self._lower:  # H̱ has no composed form, ẖ has
            distinct = [w if w.isascii() else unicodedata.normalize("NFC", w) for w in distinct]
        numbers = np.array([known.setdefault(word, len(known)) for word in distinct], np.int32)
        ids = numbers.take(found.places) if len(numbers) else numbers
        return TokenArray(ids, found.sentence_starts, len(ids), found.documents)


class _Coded(NamedTuple):
    """The words of a batch, each as its place among those that differ."""

    distinct: pa.StringArray
    places: np.ndarray
    sentence_starts: np.ndarray
    documents: np.ndarray


class _Run(NamedTuple):
    """Passages put together, and where each begins; ``start`` is that of the run in its batch."""

    text: str
    start: int
    passages: list[int]


class _Batch(NamedTuple):
    """Runs of passages, and where documents begin among all of their characters."""

    runs: list[_Run]
    documents: list[int]


def _batches(passages: Iterable[Passage]) -> Iterator[_Batch]:
    """Gather passages in batches."""
    pending: list[str] = []
    n_characters = 0
    documents: list[int] = []
    before: int | None = None
    for document, text, _ in passages:
        if document != before:
            documents.append(n_characters)
            before = document
        pending.append(text)
        n_characters += len(text) + len(_BETWEEN)
        if n_characters >= BATCH_CHARACTERS:
            yield _Batch(list(_runs(pending)), documents)
            pending, n_characters, documents = [], 0, []
    if pending:
        yield _Batch(list(_runs(pending)), documents)


def _runs(texts: Sequence[str]) -> Iterator[_Run]:
    """Put texts together with blank lines between, which end sentences.

    Those with letters beyond Latin-1 stand in runs of their own: arrays of a byte a character are
    three times as fast, and one Greek word shall not slow down two million characters.
    """
    start = 0
    for _, group in groupby(texts, key=lambda text: _latin_1(text, exactly=False) is None):
        run = list(group)
        lengths = [len(text) + len(_BETWEEN) for text in run]
        begins = [0, *accumulate(lengths)]
        yield _Run(_BETWEEN.join(run), start, begins[:-1])
        start += begins[-1]


_BETWEEN = "\n\n"
