"""A language model → word vectors.

A word is looked up in the form that it has in running text, with its space in front (`` king``).
Where the tokenizer splits it, its vector is the mean over the pieces, and the share of split
words is reported: a table of byte pairs knows whole words only as far as they are tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tiktoken
from pydantic import BaseModel, ConfigDict, Field


class WordVectorOptions(BaseModel):
    """How a word is looked up in a table of tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    form: Literal["space", "bare"] = Field(
        default="space",
        description="'space' looks up ' king', as it stands in running text; 'bare' looks up "
        "'king'",
    )


@dataclass(frozen=True)
class WordPieces:
    """The tokens that each word is made of.

    Attributes
    ----------
    ids : ndarray of int64, shape (n_pieces,)
        Pieces of all words, one word after the other.
    starts : ndarray of int64, shape (n_words,)
        Where each word's pieces begin.
    """

    ids: np.ndarray
    starts: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Pieces of each word, int64 (n_words,)."""
        return np.diff(self.starts, append=len(self.ids))

    @property
    def split_share(self) -> float:
        """Share of the words that are more than one token, 0 to 1."""
        return float((self.lengths > 1).mean())


def word_pieces(
    words: Sequence[str], encoding: tiktoken.Encoding, options: WordVectorOptions
) -> WordPieces:
    """Tokenize each word by itself."""
    prefix = " " if options.form == "space" else ""
    pieces = [encoding.encode_ordinary(prefix + word) for word in words]
    lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    return WordPieces(np.array([i for piece in pieces for i in piece], dtype=np.int64), starts)


def pooled_rows(table: np.ndarray, pieces: WordPieces) -> np.ndarray:
    """Look words up in a table of tokens: the mean over each word's pieces.

    Parameters
    ----------
    table : ndarray, shape (vocabulary_size, dim)
    pieces : WordPieces

    Returns
    -------
    ndarray of float32, shape (n_words, dim)
    """
    sums = np.add.reduceat(table[pieces.ids].astype(np.float64), pieces.starts, axis=0)
    means: np.ndarray = (sums / pieces.lengths[:, None]).astype(np.float32)
    return means
