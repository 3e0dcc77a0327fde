"""Running text → the ids that a model of ours was trained on, with their places.

A GPT reads byte pairs or whole words; what cuts its text says what its ids are, which id ends a
document, and which stands for what has no id.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import tiktoken

from compare.errors import InputError
from compare.llm.token_encoder import encode_text
from compare.llm.tokenizer import end_of_text_id
from compare.llm.vectors.drawing import word_ids
from compare.llm.vectors.options import Form
from compare.llm.vectors.word_pieces import WordPieces
from compare.text.found_words import find_words
from compare.text.passages import END_OF_TEXT
from compare.text.vocabulary import Vocabulary
from compare.text.words import WordRule

UNKNOWN = "[unknown]"
"""How a word without an id of its own is written."""


class TokenizedText(NamedTuple):
    """Tokens and the characters that each covers: ``text[start:end]``.

    Attributes
    ----------
    ids, starts, ends : ndarray of int64, shape (n_tokens,)
        Places never fall; a character that several tokens share belongs to each of them.
    """

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


class TextCoder(Protocol):
    """What cuts text into ids.

    Attributes
    ----------
    name : str
    n_ids : int
        Ids are below this.
    end_id : int
        Stands at the beginning of the training text and at the end of every document, where it
        begins the next one.
    unknown_id : int or None
        Stands for what has no id of its own; None: everything has one.
    """

    name: str
    n_ids: int
    end_id: int
    unknown_id: int | None

    def tokenize(self, text: str) -> TokenizedText:
        """Cut running text as for training."""

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Cut each word by itself; one that has no id gets no piece."""

    def decode(self, ids: Sequence[int]) -> str:
        """Put ids together to a text."""


class BytePairs:
    """A byte-pair encoding.

    Raises
    ------
    InputError
        If the encoding has no token that parts documents.
    """

    unknown_id: int | None = None

    def __init__(self, encoding: tiktoken.Encoding) -> None:
        self.encoding = encoding
        self.name = encoding.name
        self.n_ids = encoding.n_vocab
        self.end_id = end_of_text_id(encoding)

    def tokenize(self, text: str) -> TokenizedText:
        """Turn running text into tokens; bytes are counted back to characters."""
        ids = encode_text(text, self.encoding).astype(np.int64)  # as for training
        ends = np.cumsum(self._n_bytes[ids])
        if len(ids) and ends[-1] != len(text.encode()):
            raise InputError(
                f"the tokenizer {self.name!r} leaves out parts of the text, so words cannot be "
                "found among its tokens; use one whose pattern covers every character"
            )
        starts = ends - self._n_bytes[ids]
        if not text.isascii():
            widths = np.array([len(char.encode()) for char in text])
            first_bytes = np.cumsum(widths) - widths
            starts = np.searchsorted(first_bytes, starts, side="right") - 1
            ends = np.searchsorted(first_bytes, ends - 1, side="right")
        return TokenizedText(ids, starts, ends)

    @cached_property
    def _n_bytes(self) -> np.ndarray:
        """Bytes of every token, int64 (n_ids,)."""
        sizes = np.zeros(self.n_ids, dtype=np.int64)
        for number in range(len(sizes)):
            with suppress(KeyError):  # some published encodings leave numbers out
                sizes[number] = len(self.encoding.decode_single_token_bytes(number))
        return sizes

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word by itself, with its space in front or bare."""
        prefix = " " if form == "space" else ""
        return WordPieces.of(self.encoding.encode_ordinary(prefix + word) for word in words)

    def decode(self, ids: Sequence[int]) -> str:
        """Put tokens together; bytes that are no character become a mark for it."""
        return self.encoding.decode(list(ids))


class WholeWords:
    """The words of a vocabulary, one id each; then the end of a document; then the unknown word.

    What stands between words has no token.
    """

    name = "words"

    def __init__(self, vocabulary: Vocabulary, rule: WordRule = "unicode") -> None:
        self.vocabulary, self.rule = vocabulary, rule
        self.end_id = len(vocabulary)
        self.unknown_id: int | None = len(vocabulary) + 1
        self.n_ids = len(vocabulary) + 2

    def tokenize(self, text: str) -> TokenizedText:
        """Find the words of running text; each is one token."""
        found = find_words(text, self.rule)
        ids = word_ids(found, self.vocabulary.ids)
        ids[ids < 0] = len(self.vocabulary) + 1
        return TokenizedText(ids, found.starts.astype(np.int64), found.ends.astype(np.int64))

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Look each word up; it is one piece, in either form."""
        del form
        known = self.vocabulary.ids
        return WordPieces.of([known[word]] if word in known else [] for word in words)

    def decode(self, ids: Sequence[int]) -> str:
        """Write the words, parted by spaces."""
        special = {self.end_id: END_OF_TEXT, self.unknown_id: UNKNOWN}
        words = self.vocabulary.words
        return " ".join(special[one] if one in special else words[one] for one in ids)
