"""Spaces out of a language model's tables, and the names of all its tables, layers among them.

    input            E[t], the rows that are looked up for tokens
    output           W[t], the rows that next-token scores are products with
    input+position   E[t] + p̄, p̄ the mean of the position embeddings 1 … context − 1

p̄ is one vector for all words: it moves the cloud as a whole, which raw cosines feel and centred
ones do not. What a layer makes of a word is in ``in_context.py`` (in running text) and in
``alone.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compare.errors import InputError
from compare.llm.vectors.known_words import KnownWords, words_known_to
from compare.llm.vectors.options import PieceOptions, WordVectorOptions
from compare.llm.vectors.word_pieces import WordPieces, pooled_rows
from compare.spaces.space import EmbeddingSpace

if TYPE_CHECKING:
    from compare.llm.vectors.language_model import TokenTables

MODEL_TABLES = ("input", "output", "input+position")
"""Of any language model; and ``layer-K`` in context, ``layer-K-alone``."""


_LAYER = re.compile(r"layer-(0|[1-9][0-9]{0,3})(-alone)?")


class Layer(NamedTuple):
    """A layer that vectors are taken from, in context or alone."""

    number: int
    is_alone: bool

    @property
    def table(self) -> str:
        """Its name: ``layer-2``, ``layer-2-alone``."""
        return f"layer-{self.number}{'-alone' if self.is_alone else ''}"


def layer_of(table: str) -> Layer | None:
    """Read ``layer-K`` or ``layer-K-alone``; None for other tables.

    >>> layer_of("layer-2-alone")
    Layer(number=2, is_alone=True)
    """
    match = _LAYER.fullmatch(table)
    return Layer(int(match[1]), match[2] is not None) if match else None


def table_spaces(
    model: TokenTables,
    words: Sequence[str],
    counts: np.ndarray | None,
    tables: Sequence[str],
    options: WordVectorOptions,
) -> tuple[EmbeddingSpace, ...]:
    """Look words up in tables of a model.

    Words that tokenize to nothing, and those that training never met, are left out and counted in
    the provenance (``n_words_without``, ``n_words_unseen``), which also holds the share of words of
    several pieces.

    Parameters
    ----------
    words : sequence of str
    counts : ndarray of int64, shape (n_words,), optional
    tables : sequence of str
        Of ``MODEL_TABLES``.

    Returns
    -------
    tuple of EmbeddingSpace
        One for each of ``tables``, named as they are.

    Raises
    ------
    InputError
        If the model has no such table, or fewer than two words have tokens.
    """
    known = words_known_to(model, words, options.form)
    rows = _Rows(model, known.pieces, options)
    return tuple(
        pooled_space(rows.of(table), words, counts, known, options, table) for table in tables
    )


def pooled_space(
    vectors: np.ndarray,
    words: Sequence[str],
    counts: np.ndarray | None,
    known: KnownWords,
    options: PieceOptions,
    table: str,
) -> EmbeddingSpace:
    """Put vectors that were pooled from tokens together with their words.

    Parameters
    ----------
    vectors : ndarray, shape (n_known, dim)
    words, counts
        All words that were looked for.
    known : KnownWords
        Those of them that have a vector.
    """
    kept, kept_counts = known.kept(words, counts)
    provenance = {
        "name": table,
        "table": table,
        "form": options.form,
        "pooling": options.pooling,
        "split_share": round(known.pieces.split_share, 6),
        **known.counts,
    }
    return EmbeddingSpace(kept, vectors, kept_counts, provenance, known.pieces.lengths)


class _Rows:
    """The pooled rows of words in each table of a model."""

    def __init__(self, model: TokenTables, pieces: WordPieces, options: WordVectorOptions) -> None:
        self.model, self.pieces, self.pooling = model, pieces, options.pooling
        self.tables = model.tables()

    def of(self, table: str) -> np.ndarray:
        if table == "input+position":
            shifted: np.ndarray = self.of("input") + position_shift(self.model)
            return shifted
        if table not in MODEL_TABLES:
            raise InputError(
                f"{self.model.name} has no table {table!r}; there are {', '.join(MODEL_TABLES)}"
            )
        if table not in self.tables:
            raise InputError(
                f"{self.model.name} has no output table of its own (it is its input table, or "
                "there is none); leave it out"
            )
        return pooled_rows(self.tables[table], self.pieces, self.pooling)


def position_shift(model: TokenTables) -> np.ndarray:
    """Give the mean position embedding of a model, float32 (dim,).

    Raises
    ------
    InputError
        If the model adds none to its token embeddings.
    """
    positions = model.positions()
    if positions is None:
        raise InputError(
            f"{model.name} adds no position embedding to its tokens (its attention knows "
            "positions, or nothing does), so input+position is its input; leave it out"
        )
    return mean_position(positions).astype(np.float32)


def mean_position(table: np.ndarray) -> np.ndarray:
    """Average a table of position embeddings, position 0 left out; (dim,).

    Parameters
    ----------
    table : ndarray, shape (context, dim)
        At least two positions.

    Raises
    ------
    InputError
        If there is one position only, on which no word is ever read.
    """
    if len(table) < 2:
        raise InputError("a model of context 1 has no position after the first; use a longer one")
    mean: np.ndarray = table[1:].mean(axis=0, dtype=np.float64)
    return mean
