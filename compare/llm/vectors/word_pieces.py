"""A table of tokens → word vectors.

A word is looked up in the form that it has in running text, with its space in front (`` king``).
Where the tokenizer splits it, its pieces are pooled, and the share of split words is reported: a
table of byte pairs knows whole words only as far as they are tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.llm.vectors.options import Pooling


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

    @classmethod
    def of(cls, pieces: Iterable[Sequence[int]]) -> WordPieces:
        """Lay lists of pieces out as arrays."""
        listed = [list(piece) for piece in pieces]
        lengths = np.array([len(piece) for piece in listed], dtype=np.int64)
        ids = np.array([token for piece in listed for token in piece], dtype=np.int64)
        return cls(ids, np.cumsum(lengths) - lengths)

    def __len__(self) -> int:
        """Count the words."""
        return len(self.starts)

    @property
    def lengths(self) -> np.ndarray:
        """Pieces of each word, int64 (n_words,)."""
        return np.diff(self.starts, append=len(self.ids))

    @property
    def split_share(self) -> float:
        """Share of the words that are more than one token, 0 to 1."""
        return float((self.lengths > 1).mean())

    @property
    def has_any(self) -> np.ndarray:
        """Whether each word has any piece, bool (n_words,)."""
        return self.lengths > 0

    def kept(self, chosen: np.ndarray) -> WordPieces:
        """Keep the words that a bool array (n_words,) chooses."""
        return WordPieces(self.ids[np.repeat(chosen, self.lengths)], _starts(self.lengths[chosen]))


def _starts(lengths: np.ndarray) -> np.ndarray:
    starts: np.ndarray = np.cumsum(lengths) - lengths
    return starts


def pooled_rows(table: np.ndarray, pieces: WordPieces, pooling: Pooling = "mean") -> np.ndarray:
    """Look words up in a table of tokens, and pool each word's pieces.

    Parameters
    ----------
    table : ndarray, shape (vocabulary_size, dim)
    pieces : WordPieces
        At least one for each word.

    Returns
    -------
    ndarray of float32, shape (n_words, dim)

    Raises
    ------
    InputError
        If a word has no piece.
    """
    lengths = pieces.lengths
    if (lengths == 0).any():
        raise InputError(
            f"{int((lengths == 0).sum())} of {len(lengths)} words tokenize to nothing and have no "
            "vector; leave them out (WordPieces.has_any says which)"
        )
    rows = table[pieces.ids]
    if pooling == "first":
        pooled = rows[pieces.starts]
    elif pooling == "last":
        pooled = rows[pieces.starts + lengths - 1]
    elif pooling == "max":
        pooled = np.maximum.reduceat(rows, pieces.starts, axis=0)
    else:
        sums = np.add.reduceat(rows.astype(np.float64), pieces.starts, axis=0)
        pooled = sums / lengths[:, None]
    vectors: np.ndarray = pooled.astype(np.float32)
    return vectors
