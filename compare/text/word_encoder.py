"""Words of texts → numbers, batch after batch: by whole arrays, long texts by compiled code."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from compare.machine import numba_missing
from compare.progress import Show, quiet
from compare.text.found_words import CodedWords, coded_words, find_words, latin_1
from compare.text.passages import Passage
from compare.text.sentence_ends import BETWEEN
from compare.text.tokens import TokenArray
from compare.text.words import SentenceRule, WordRule

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_CHARACTERS = 1 << 21
"""Passages are put together until they are so long: enough for arrays to pay, and no more."""


READERS = min(4, os.cpu_count() or 1)
"""Batches that are looked through at a time."""


COMPILED_FROM = 20_000_000
"""Characters from which on words are read by compiled code: to compile takes some seconds, once on
a machine, and to load what was compiled a few tenths."""


class WordNumbers(Protocol):
    """Numbers words in order of first appearance."""

    def of(self, distinct: pa.StringArray) -> np.ndarray:
        """Give the number of each word, int32 (n,); new ones get the next."""

    def words(self) -> list[str]:
        """List the words in the order of their numbers."""


class WordEncoder:
    """Numbers words in order of first appearance, text after text.

    Parameters
    ----------
    rule, ends, lower
        How words and sentences are found: see :func:`~compare.text.found_words.find_words`.
    n_characters : int
        About as long will the text be: a long one is read by compiled code, where numba is there,
        to the same words.
    show : callable
        Opens a display while code is compiled.
    """

    def __init__(
        self,
        rule: WordRule = "unicode",
        ends: SentenceRule = "text",
        *,
        lower: bool = False,
        n_characters: int = 0,
        show: Show = quiet,
    ) -> None:
        self._rule: WordRule = rule
        self._ends: SentenceRule = ends
        self._lower = lower
        self._numbers: WordNumbers = _Numbers()
        by_default = rule == "unicode" and ends == "text"
        self._is_compiled = by_default and n_characters >= COMPILED_FROM and numba_missing() is None
        if self._is_compiled:
            from compare.text.compiled_words import WordTable, compile_kernel

            compile_kernel(show)
            self._numbers = WordTable()

    @property
    def words(self) -> list[str]:
        """All words so far; the number of a word is its place here."""
        return self._numbers.words()

    def encode(self, text: str, documents: Sequence[int] = ()) -> TokenArray:
        """Encode a text; its segments are sentences, and documents begin at these characters.

        >>> encoder = WordEncoder()
        >>> encoder.encode("The king, the King.").ids.tolist(), encoder.words
        ([0, 1, 2, 3], ['The', 'king', 'the', 'King'])
        """
        return self._numbered(self._coded(_Batch(list(_runs([text])), list(documents))))

    def encode_all(self, passages: Iterable[Passage]) -> Iterator[TokenArray]:
        """Encode passages in batches of about two million characters; none runs into the next.

        Words are found by several threads, a batch each: neither arrays nor compiled code are
        computed under Python's lock. They are numbered here, in the order of the text.
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
        if self._is_compiled:
            parts = [self._compiled(run) for run in batch.runs]
        else:
            parts = [self._by_arrays(batch.runs)]
        starts = np.concatenate([part.starts for part in parts])
        documents = np.array(batch.documents, dtype=np.int64)
        return _Coded(parts, np.searchsorted(starts, documents))

    def _by_arrays(self, runs: Sequence[_Run]) -> CodedWords:
        found = [
            find_words(run.text, self._rule, self._ends, lower=self._lower, parts=run.passages)
            for run in runs
        ]
        return coded_words(found, [run.start for run in runs], lower=self._lower)

    def _compiled(self, run: _Run) -> CodedWords:
        from compare.text.compiled_words import compiled_words, is_readable

        if run.narrow is None or not is_readable(run.narrow):
            return self._by_arrays([run])
        found = compiled_words(run.text, run.narrow, run.passages, lower=self._lower)
        return found._replace(starts=found.starts + run.start)

    def _numbered(self, found: _Coded) -> TokenArray:
        ids, sentences, n_words = [], [], 0
        for part in found.parts:
            numbers = self._numbers.of(part.distinct)
            ids.append(numbers.take(part.places) if len(numbers) else numbers)
            sentences.append(part.sentence_starts + n_words)
            n_words += len(part.places)
        return TokenArray(np.concatenate(ids), np.concatenate(sentences), n_words, found.documents)


class _Numbers:
    """Numbers of words, in a dictionary."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, distinct: pa.StringArray) -> np.ndarray:
        known = self._known
        found = [known.setdefault(word, len(known)) for word in distinct.to_pylist()]
        return np.array(found, dtype=np.int32)

    def words(self) -> list[str]:
        return list(self._known)


class _Coded(NamedTuple):
    """The words of a batch, and the word with which each document begins."""

    parts: list[CodedWords]
    documents: np.ndarray


class _Run(NamedTuple):
    """Passages put together, and where each begins; ``start`` is that of the run in its batch."""

    text: str
    narrow: bytes | None  # in Latin-1, as found_words.latin_1 has it
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
        n_characters += len(text) + len(BETWEEN)
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
    coded = ((text, latin_1(text, exactly=False)) for text in texts)
    for is_wide, group in groupby(coded, key=lambda one: one[1] is None):
        run, narrow = zip(*group, strict=True)
        begins = [0, *accumulate(len(text) + len(BETWEEN) for text in run)]
        joined = None if is_wide else BETWEEN.encode().join(narrow)
        yield _Run(BETWEEN.join(run), joined, start, begins[:-1])
        start += begins[-1]
