"""Running text → rows that a language model reads, and where in them the chosen words stand.

A passage of more tokens than the context falls into rows that overlap, so that every word is read
in company: the first tokens of a row (and for a model that looks both ways, the last ones) are
there for their neighbours' sake, and each word is taken from the one row that owns it:

    tokens    0 1 2 3 4 5 6 7 8 9
    row 0     0 1 2 3 4 5               owns 0 … 5
    row 1             4 5 6 7 8 9       owns 6 … 9; 4 and 5 are company (overlap 2)

Every row begins with the model's special tokens, and a word at position 0 is never taken: that
position is an attention sink (Xiao et al. 2023, arXiv:2309.17453), whose vector says little of
the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch

from compare.errors import InputError
from compare.llm.vectors.alignment import WordTokens, align
from compare.llm.vectors.coders import TokenizedText
from compare.llm.vectors.drawing import ChosenWords, Passages
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.options import Pooling
from compare.text.found_words import FoundWords, find_words

BATCH_TOKENS = 4096
"""Tokens of a batch, about: hidden states of some batches, not of a text, are in memory."""


@dataclass(frozen=True)
class RowBatch:
    """Rows of tokens and the chosen words in them.

    Attributes
    ----------
    ids : tensor of int64, shape (batch, time)
        Shorter rows are filled up with zeros.
    lengths : tensor of int64, shape (batch,)
    row, first, n_pieces : ndarray of int64, shape (n_chosen,)
        Of each chosen word: its row, the position of its first piece, how many pieces.
    is_exact : ndarray of bool, shape (n_chosen,)
        Whether its pieces hold the word alone (``alignment.py``).
    tags : ndarray of int64, shape (n_chosen,)
    """

    ids: torch.Tensor
    lengths: torch.Tensor
    row: np.ndarray
    first: np.ndarray
    n_pieces: np.ndarray
    is_exact: np.ndarray
    tags: np.ndarray

    def pooled(self, states: torch.Tensor, pooling: Pooling) -> torch.Tensor:
        """Pool the chosen words' pieces in one layer's vectors.

        Parameters
        ----------
        states : tensor, shape (batch, time, dim)

        Returns
        -------
        tensor of float32, shape (n_chosen, dim)
        """
        flat = states.flatten(0, 1)  # (batch · time, dim)
        start = torch.from_numpy(self.row * self.ids.shape[1] + self.first).to(states.device)
        n_pieces = torch.from_numpy(self.n_pieces).to(states.device)
        if pooling == "first":
            return flat[start].float()
        if pooling == "last":
            return flat[start + n_pieces - 1].float()
        owner, places = self._pieces
        pieces = flat[places.to(states.device)].float()  # (n_pieces of all, dim)
        pooled = torch.zeros(len(start), pieces.shape[1], device=states.device)
        owner = owner.to(states.device)
        if pooling == "max":
            index = owner[:, None].expand_as(pieces)
            return pooled.scatter_reduce_(0, index, pieces, "amax", include_self=False)
        return pooled.index_add_(0, owner, pieces).div_(n_pieces[:, None])

    @cached_property
    def _pieces(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Which chosen word each piece is of, and its place in the batch laid flat."""
        owner = np.repeat(np.arange(len(self.row)), self.n_pieces)
        before = np.cumsum(self.n_pieces) - self.n_pieces
        step = np.arange(len(owner)) - before[owner]  # 0, 1, … within each word
        places = (self.row * self.ids.shape[1] + self.first)[owner] + step
        return torch.from_numpy(owner), torch.from_numpy(places)


def rows(model: LanguageModel, read: Iterable[PassageWords], overlap: float) -> Iterator[RowBatch]:
    """Make batches of the rows that hold chosen words; others are not read.

    A word that has no vector is in no batch: one without a token or with an unknown one, one at
    position 0, one of more pieces than a row has room for.

    Parameters
    ----------
    read : iterable of PassageWords
        From :func:`read_chosen`.
    overlap : float
        Share of a row that repeats the end of the row before.

    Raises
    ------
    InputError
        If the context leaves no room beside prefix and suffix.
    """
    pending: list[_Row] = []
    n_pending = 0
    for row in _rows_of(model, read, overlap):
        pending.append(row)
        n_pending += len(row.ids)
        if n_pending >= BATCH_TOKENS:
            yield _batch(pending)
            pending, n_pending = [], 0
    if pending:
        yield _batch(pending)


def checked_room(model: LanguageModel) -> int:
    """Tell how many tokens of text a row holds.

    Raises
    ------
    InputError
        If prefix and suffix leave no room for two.
    """
    room = model.context - len(model.prefix) - len(model.suffix)
    if room < 2:
        raise InputError(
            f"{model.name} has a context of {model.context} tokens, and reading words in it "
            f"needs {2 + model.context - room}; use a model of longer context"
        )
    return room


class PassageWords(NamedTuple):
    """A passage and the chosen words in it.

    Attributes
    ----------
    document : int
    before : int
        Characters of the document before the passage.
    text : str
    found : FoundWords
        All words of the passage.
    numbers : ndarray of int64, shape (n_chosen,)
        Which of them are chosen, rising.
    tags : ndarray of int64, shape (n_chosen,)
    """

    document: int
    before: int
    text: str
    found: FoundWords
    numbers: np.ndarray
    tags: np.ndarray


def read_chosen(passages: Passages, chosen: ChosenWords) -> Iterator[PassageWords]:
    """Go through a text, and give the passages that hold chosen words.

    Raises
    ------
    InputError
        If the text is not the one that the words were drawn from.
    """
    needed, begins, sizes = np.unique(chosen.passage, return_index=True, return_counts=True)
    parts = dict(zip(needed.tolist(), map(slice, begins, begins + sizes), strict=True))
    if not parts:
        return
    document, before, n_characters = -1, 0, 0
    for number, passage in enumerate(passages()):
        before = before + n_characters if passage.document == document else 0
        document, n_characters = passage.document, len(passage.text)
        if number not in parts:
            continue
        part = parts.pop(number)
        found = find_words(passage.text, passage.rule)
        numbers, tags = (of[part].astype(np.int64) for of in (chosen.number, chosen.tag))
        if numbers[-1] >= len(found.words):
            break
        yield PassageWords(document, before, passage.text, found, numbers, tags)
        if not parts:
            return
    raise InputError("the text changed between drawing words and reading them; start again")


class _Row(NamedTuple):
    ids: np.ndarray
    first: np.ndarray
    n_pieces: np.ndarray
    is_exact: np.ndarray
    tags: np.ndarray


class Placed(NamedTuple):
    """A passage's tokens in rows, and chosen words among them.

    Attributes
    ----------
    tokens : TokenizedText
    starts : ndarray of int64, shape (n_rows,)
        First token of each row.
    row, first, n_pieces : ndarray of int64, shape (n_chosen,)
        Of each word: the row that owns it, the position of its first piece, how many pieces.
    is_exact, is_usable : ndarray of bool, shape (n_chosen,)
        Whether its pieces hold the word alone, and whether it has a vector.
    """

    tokens: TokenizedText
    starts: np.ndarray
    row: np.ndarray
    first: np.ndarray
    n_pieces: np.ndarray
    is_exact: np.ndarray
    is_usable: np.ndarray


class Company(NamedTuple):
    """How rows overlap.

    Attributes
    ----------
    room : int
        Tokens of text in a row.
    n_shared : int
        How many of them repeat the end of the row before.
    lead : int
        Tokens that stand, at least, before one that a row after the first owns.
    """

    room: int
    n_shared: int
    lead: int


def company(model: LanguageModel, overlap: float) -> Company:
    """Tell how a model's rows overlap.

    Raises
    ------
    InputError
        If prefix and suffix leave no room for two tokens.
    """
    room = checked_room(model)
    n_shared = min(max(1, round(overlap * room)), room - 1)
    # A model that looks both ways has company on both sides.
    return Company(room, n_shared, n_shared if model.is_causal else (n_shared + 1) // 2)


def placed(
    model: LanguageModel, text: str, found: FoundWords, numbers: np.ndarray, overlap: float
) -> Placed:
    """Find the rows that own words of a passage, and which of these have a vector there."""
    room, n_shared, lead = company(model, overlap)
    tokens = model.tokenize(text)
    place = align(text, found.starts[numbers], found.ends[numbers], tokens)
    starts = row_starts(len(tokens.ids), room, n_shared)
    row = owners(place.last, starts, lead)
    first = place.first - starts[row] + len(model.prefix)
    usable = (place.last >= place.first) & (place.first >= starts[row]) & (first >= 1)
    usable &= place.last < starts[row] + room
    usable &= ~_holds_unknown(model, tokens, place)
    n_pieces = place.last - place.first + 1
    return Placed(tokens, starts, row, first, n_pieces, place.is_exact, usable)


def _rows_of(model: LanguageModel, read: Iterable[PassageWords], overlap: float) -> Iterator[_Row]:
    room = checked_room(model)
    for passage in read:
        found = placed(model, passage.text, passage.found, passage.numbers, overlap)
        used = np.flatnonzero(found.is_usable)
        if not len(used):
            continue
        used = used[np.argsort(found.row[used], kind="stable")]
        needed, begins = np.unique(found.row[used], return_index=True)
        for number, own in zip(needed.tolist(), np.split(used, begins[1:]), strict=True):
            start = found.starts[number]
            ids = found.tokens.ids[start : start + room]
            ids = np.concatenate([model.prefix, ids, model.suffix]).astype(np.int64)
            first, n_pieces, is_exact = found.first[own], found.n_pieces[own], found.is_exact[own]
            yield _Row(ids, first, n_pieces, is_exact, passage.tags[own])


def _holds_unknown(model: LanguageModel, tokens: TokenizedText, place: WordTokens) -> np.ndarray:
    if model.unknown_id is None:
        return np.zeros(len(place.first), dtype=bool)
    before = np.append(0, np.cumsum(tokens.ids == model.unknown_id))
    n_unknown: np.ndarray = before[np.maximum(place.last + 1, place.first)] - before[place.first]
    return n_unknown > 0


def _batch(rows: list[_Row]) -> RowBatch:
    lengths = np.array([len(row.ids) for row in rows])
    ids = np.zeros((len(rows), lengths.max()), dtype=np.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
    return RowBatch(
        torch.from_numpy(ids),
        torch.from_numpy(lengths),
        np.repeat(np.arange(len(rows)), [len(row.tags) for row in rows]),
        np.concatenate([row.first for row in rows]),
        np.concatenate([row.n_pieces for row in rows]),
        np.concatenate([row.is_exact for row in rows]),
        np.concatenate([row.tags for row in rows]),
    )


def row_starts(n_tokens: int, room: int, n_shared: int) -> np.ndarray:
    """List the first token of each row; the last row ends with the text, int64.

    >>> row_starts(10, 6, 2).tolist(), row_starts(11, 6, 2).tolist(), row_starts(4, 6, 2).tolist()
    ([0, 4], [0, 4, 5], [0])
    """
    starts = np.arange(0, max(n_tokens - room, 0), room - n_shared)
    return np.append(starts, max(n_tokens - room, 0)).astype(np.int64)


def owners(tokens: np.ndarray, starts: np.ndarray, lead: int) -> np.ndarray:
    """Find the row that owns each token: the last one in which ``lead`` tokens stand before it.

    >>> owners(np.array([3, 5, 6]), np.array([0, 4]), 2).tolist()
    [0, 0, 1]
    """
    return np.searchsorted(starts[1:] + lead, tokens, side="right")
