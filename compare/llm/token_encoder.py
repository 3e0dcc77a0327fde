"""Text → token ids, by several worker processes where the text is large.

Passages are handed to the workers in groups and come back in order, so that the ids do not hang on
how many workers there are. Threads would gain little: most of the time goes into Python's part of
the work. ``<|endoftext|>`` begins the text and ends every document, and so begins the next one.
The workers (loky's) stay for some seconds, so that the next text finds them ready.
"""

from __future__ import annotations

import pickle
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import lru_cache

import numpy as np
import tiktoken
from loky import get_reusable_executor

from compare.llm.tokenizer import end_of_text_id, special_tokens_of
from compare.text.passages import MAX_PASSAGE_CHARACTERS, Passage
from compare.text.tokens import TokenArray

PARALLEL_CHARACTERS = 4_000_000
"""Texts from this size on are encoded by worker processes: smaller ones take a second or less."""

GROUP_CHARACTERS = 400_000
"""Text handed over at a time."""

MAX_RUN = 4096
"""Characters without a space that are encoded as one piece, in a text with very long runs."""

_RUN = re.compile(rf"\S{{{MAX_RUN}}}")

Group = list[Passage]


def encode_text(text: str, encoding: tiktoken.Encoding) -> np.ndarray:
    """Encode one passage, int32 (n_tokens,); a trained encoding's special tokens are kept whole.

    A run of more than 4,096 characters without a space, in a passage that is too long because of
    such a run, is cut there: byte-pair merging takes time that grows faster than the run.
    """
    special = set(special_tokens_of(encoding))
    pieces = [text] if len(text) <= MAX_PASSAGE_CHARACTERS else _cut_runs(text)
    found = [
        encoding.encode_to_numpy(piece, allowed_special=special, disallowed_special=())
        for piece in pieces
    ]
    return np.concatenate(found).astype(np.int32)


def _cut_runs(text: str) -> list[str]:
    ends = [match.end() for match in _RUN.finditer(text)]
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def encoded_passages(
    passages: Iterable[Passage],
    encoding: tiktoken.Encoding,
    *,
    n_characters: int,
    n_workers: int,
) -> Iterator[tuple[TokenArray, int]]:
    """Encode a text, passage by passage; ``<|endoftext|>`` stands before and after each document.

    Between two documents it stands once. A text without passages has no token.

    Parameters
    ----------
    passages : iterable of (document number, text)
    n_characters : int
        Of the whole text: from 4 million on, worker processes encode it.
    n_workers : int
        Processes at most; 1: encoded here.

    Yields
    ------
    (TokenArray, int)
        Some passages' tokens, a segment each, and the characters they were made of. The order and
        the ids are the same whatever ``n_workers``.
    """
    end = end_of_text_id(encoding)
    before: int | None = None
    for group, arrays in _encoded_groups(passages, encoding, n_characters, n_workers):
        segments: list[np.ndarray] = []
        for (document, *_), ids in zip(group, arrays, strict=True):
            if document != before:
                segments.append(np.array([end], dtype=np.int32))
            before = document
            if len(ids):
                segments.append(ids)
        n_bytes = sum(len(passage.text.encode()) for passage in group)
        yield _joined(segments, n_bytes), sum(len(passage.text) for passage in group)
    if before is not None:
        yield TokenArray.of_segments([[end]], n_units=0), 0


def _joined(segments: list[np.ndarray], n_bytes: int) -> TokenArray:
    lengths = np.array([len(segment) for segment in segments], dtype=np.int64)
    ids = np.concatenate(segments) if segments else np.zeros(0, dtype=np.int32)
    return TokenArray(ids, lengths.cumsum() - lengths, n_bytes)


def _encoded_groups(
    passages: Iterable[Passage], encoding: tiktoken.Encoding, n_characters: int, n_workers: int
) -> Iterator[tuple[Group, list[np.ndarray]]]:
    if n_workers < 2 or n_characters < PARALLEL_CHARACTERS:
        for group in _groups(passages):
            yield group, [encode_text(passage.text, encoding) for passage in group]
        return
    workers = get_reusable_executor(n_workers)
    saved = pickle.dumps(encoding)
    waiting: deque[tuple[Group, Future[list[np.ndarray]]]] = deque()
    try:
        for group in _groups(passages):
            texts = [passage.text for passage in group]
            waiting.append((group, workers.submit(_encode_all, texts, saved)))
            if len(waiting) > 2 * n_workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        for _, future in waiting:  # of a text that nobody reads on
            future.cancel()


def _groups(passages: Iterable[Passage]) -> Iterator[Group]:
    """Put passages together until they are worth handing over."""
    group: Group = []
    size = 0
    for passage in passages:
        group.append(passage)
        size += len(passage.text)
        if size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _encode_all(texts: list[str], saved: bytes) -> list[np.ndarray]:
    encoding = _opened(saved)
    return [encode_text(text, encoding) for text in texts]


@lru_cache(maxsize=1)
def _opened(saved: bytes) -> tiktoken.Encoding:
    """Open a pickled encoding once in each worker: making one takes longer than a group of text."""
    encoding: tiktoken.Encoding = pickle.loads(saved)  # noqa: S301 - our own, a moment ago
    return encoding
