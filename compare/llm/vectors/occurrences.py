"""One vector for each occurrence of a word, in every layer, with the sentence it stands in.

Two samples of the same text: all occurrences (or a uniform draw) of chosen words, to ask whether
their senses lie apart; and all words of sentences drawn uniformly, to ask how much context changes
vectors (``compare.measures.contextuality``, which needs different words, equal words and whole
sentences in one sample).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import torch

from compare.errors import InputError
from compare.llm.vectors.drawing import (
    ChosenWords,
    Passages,
    drawn_of_some_words,
    drawn_sentences,
)
from compare.llm.vectors.language_model import LanguageModel, checked_layers
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import PassageWords, read_chosen, rows
from compare.llm.vectors.usable import UsableInRows
from compare.machine import require_memory


@dataclass(frozen=True)
class OccurrenceVectors:
    """Occurrences of words, in the order of the text.

    Attributes
    ----------
    vectors : ndarray of float32, shape (n_layers, n_occurrences, dim)
    layers : tuple of int
    words : tuple of str
        The distinct ones.
    word : ndarray of int64, shape (n_occurrences,)
        Which word of ``words``.
    sentences : tuple of str
    sentence : ndarray of int64, shape (n_occurrences,)
        Which sentence of ``sentences``.
    document, start : ndarray of int64, shape (n_occurrences,)
        Number of the document in the text, and the character of it where the word begins.
    n_unusable : int
        Occurrences that were drawn and have no vector.
    """

    vectors: np.ndarray
    layers: tuple[int, ...]
    words: tuple[str, ...]
    word: np.ndarray
    sentences: tuple[str, ...]
    sentence: np.ndarray
    document: np.ndarray
    start: np.ndarray
    n_unusable: int

    def __len__(self) -> int:
        """Count the occurrences."""
        return len(self.word)

    def of(self, word: str) -> np.ndarray:
        """Tell which occurrences are of a word, int64 (n,); none, where it is not among them."""
        if word not in self.words:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.word == self.words.index(word))


def word_occurrences(
    model: LanguageModel,
    passages: Passages,
    words: Sequence[str],
    options: WordVectorOptions,
    *,
    seed: int,
    layers: Sequence[int] | None = None,
) -> OccurrenceVectors:
    """Take up to ``options.occurrences`` occurrences of each word, drawn uniformly.

    Raises
    ------
    InputError
        If a layer does not exist, memory is short, or the text has none of the words.
    """
    usable = UsableInRows(model, options.overlap)
    chosen = drawn_of_some_words(passages, words, options.occurrences, seed, usable)
    return occurrence_vectors(model, passages, chosen, options, layers)


def sentence_occurrences(
    model: LanguageModel,
    passages: Passages,
    n_sentences: int,
    options: WordVectorOptions,
    *,
    seed: int,
    layers: Sequence[int] | None = None,
) -> OccurrenceVectors:
    """Take all words of sentences drawn uniformly (of all, where the text has fewer).

    Raises
    ------
    InputError
        If a layer does not exist or memory is short.
    """
    chosen = drawn_sentences(passages, n_sentences, seed)
    return occurrence_vectors(model, passages, chosen, options, layers)


def occurrence_vectors(
    model: LanguageModel,
    passages: Passages,
    chosen: ChosenWords,
    options: WordVectorOptions,
    layers: Sequence[int] | None = None,
) -> OccurrenceVectors:
    """Read chosen words of a text.

    Parameters
    ----------
    chosen : ChosenWords
        Drawn from the same text; whatever its tags are.
    layers : sequence of int, optional
        0 to ``model.n_layers``; by default all.

    Raises
    ------
    InputError
        If a layer does not exist, memory or the context is short, or no word has a vector.
    """
    chosen_layers = checked_layers(model, layers)
    require_memory(
        2 * 4 * len(chosen_layers) * chosen.n_words * model.dimension,
        f"{chosen.n_words:,} vectors in {len(chosen_layers)} layers of {model.name}",
        "ask for fewer sentences, words or layers",
    )
    numbered = chosen._replace(tag=np.arange(chosen.n_words, dtype=np.int32))
    places: list[_Place] = []
    read = _noted(read_chosen(passages, numbered), places)
    vectors: list[np.ndarray] = []
    tags: list[np.ndarray] = []
    with torch.inference_mode():
        for batch in rows(model, read, options.overlap):
            states = model.hidden_states(batch.ids, batch.lengths, max(chosen_layers))
            pooled = [batch.pooled(states[k], options.pooling) for k in chosen_layers]
            vectors.append(torch.stack(pooled).cpu().numpy())  # (n_layers, n_chosen, dim)
            tags.append(batch.tags)
    if not vectors:
        raise InputError(f"{model.name} has no vector for any of the occurrences asked for")
    tag = np.concatenate(tags)
    order = np.argsort(tag)
    found = [places[number] for number in tag[order].tolist()]
    words, word = _numbered([one.word for one in found])
    sentences, sentence = _numbered([one.sentence for one in found])
    return OccurrenceVectors(
        vectors=np.concatenate(vectors, axis=1)[:, order],
        layers=chosen_layers,
        words=words,
        word=word,
        sentences=tuple(one.text for one in sentences),
        sentence=sentence,
        document=np.array([one.document for one in found]),
        start=np.array([one.start for one in found]),
        n_unusable=chosen.n_words - len(found),
    )


class _Sentence(NamedTuple):
    document: int
    start: int
    text: str


class _Place(NamedTuple):
    word: str
    sentence: _Sentence
    document: int
    start: int


def _noted(read: Iterable[PassageWords], places: list[_Place]) -> Iterator[PassageWords]:
    """Hand passages on, and note where their chosen words stand, in the order of the tags."""
    for passage in read:
        document, before, text, found, numbers, _ = passage
        ends = np.append(found.sentence_starts[1:], len(found.words)) - 1
        own = np.searchsorted(found.sentence_starts, numbers, side="right") - 1
        for number, sentence in zip(numbers.tolist(), own.tolist(), strict=True):
            begin = int(found.starts[found.sentence_starts[sentence]])
            whole = text[begin : found.ends[ends[sentence]]]
            start = int(found.starts[number])
            word = text[start : int(found.ends[number])]
            in_document = _Sentence(document, before + begin, whole)
            places.append(_Place(word, in_document, document, before + start))
        yield passage


Item = TypeVar("Item", bound=Hashable)


def _numbered(items: Sequence[Item]) -> tuple[tuple[Item, ...], np.ndarray]:
    """List distinct items in order of first appearance, and tell which of them each is."""
    numbers: dict[Item, int] = {}
    which = [numbers.setdefault(item, len(numbers)) for item in items]
    return tuple(numbers), np.array(which)
