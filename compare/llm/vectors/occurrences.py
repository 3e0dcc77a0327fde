"""One vector for each occurrence of a word, in every layer, with the sentence it stands in.

Two samples of the same text: all occurrences (or a uniform draw) of chosen words, to ask whether
their senses lie apart; and all words of sentences drawn uniformly, to ask how much context changes
vectors (``compare.measures.contextuality``, which needs different words, equal words and whole
sentences in one sample).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from compare.errors import InputError
from compare.llm.vectors.in_context import checked_layers
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import Chosen, RowReader
from compare.machine import require_memory
from compare.text.passages import Passage
from compare.text.word_encoder import FoundWords, find_words

Passages = Callable[[], Iterable[Passage]]
"""Starts the normalised text from its beginning; it is read twice."""


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
    wanted = {word: number for number, word in enumerate(dict.fromkeys(words))}
    counts = np.zeros(len(wanted), dtype=np.int64)
    for passage in passages():
        ids = _ids(find_words(passage.text), wanted)
        counts += np.bincount(ids[ids >= 0], minlength=len(wanted))
    if not counts.sum():
        raise InputError(f"the text holds none of the words {', '.join(wanted)}")
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(count)[: options.occurrences] for count in counts.tolist()]
    seen = np.zeros(len(wanted), dtype=np.int64)

    def choose(found: FoundWords) -> np.ndarray:
        ids = _ids(found, wanted)
        chosen: list[int] = []
        for word in range(len(wanted)):
            numbers = np.flatnonzero(ids == word)
            is_drawn = np.isin(seen[word] + np.arange(len(numbers)), drawn[word])
            seen[word] += len(numbers)
            chosen += numbers[is_drawn].tolist()
        return np.sort(np.array(chosen, dtype=np.int64))

    n_most = int(np.minimum(counts, options.occurrences).sum())
    return _collected(model, passages, choose, options, layers, n_most)


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
    sizes = [np.diff(f.sentence_starts, append=len(f.words)) for f in _found_in(passages)]
    n_words = np.concatenate(sizes)
    drawn = np.random.default_rng(seed).permutation(len(n_words))[:n_sentences]
    is_drawn = np.zeros(len(n_words), dtype=bool)
    is_drawn[drawn] = True
    n_before = 0

    def choose(found: FoundWords) -> np.ndarray:
        nonlocal n_before
        lengths = np.diff(found.sentence_starts, append=len(found.words))
        here = is_drawn[n_before : n_before + len(lengths)]
        n_before += len(lengths)
        return np.flatnonzero(np.repeat(here, lengths))

    return _collected(model, passages, choose, options, layers, int(n_words[drawn].sum()))


def _found_in(passages: Passages) -> Iterable[FoundWords]:
    return (find_words(passage.text) for passage in passages())


def _ids(found: FoundWords, wanted: dict[str, int]) -> np.ndarray:
    coded = found.words.dictionary_encode()
    numbers = [wanted.get(word, -1) for word in coded.dictionary.to_pylist()]
    known = np.array(numbers, dtype=np.int64)
    return known[coded.indices.to_numpy()] if len(known) else known


class _Found(NamedTuple):
    word: str
    sentence: int
    document: int
    start: int


def _collected(
    model: LanguageModel,
    passages: Passages,
    choose: Callable[[FoundWords], np.ndarray],
    options: WordVectorOptions,
    layers: Sequence[int] | None,
    n_most: int,
) -> OccurrenceVectors:
    chosen_layers = checked_layers(model, layers)
    require_memory(
        2 * 4 * len(chosen_layers) * n_most * model.dimension,
        f"{n_most:,} vectors in {len(chosen_layers)} layers of {model.name}",
        "ask for fewer sentences, words or layers",
    )
    notes = _Notes(choose)
    reader = RowReader(model, options.overlap)
    vectors: list[np.ndarray] = []
    tags: list[np.ndarray] = []
    with torch.inference_mode():
        for batch in reader.batches(notes.texts(passages()), notes.choose):
            states = model.hidden_states(batch.ids, batch.lengths)
            pooled = [batch.pooled(states[k], options.pooling) for k in chosen_layers]
            vectors.append(torch.stack(pooled).cpu().numpy())  # (n_layers, n_chosen, dim)
            tags.append(batch.tags)
    if not vectors:
        raise InputError(f"{model.name} has no vector for any of the occurrences asked for")
    tag = np.concatenate(tags)
    order = np.argsort(tag)
    found = [notes.found[number] for number in tag[order].tolist()]
    words = tuple(dict.fromkeys(one.word for one in found))
    sentences = tuple(dict.fromkeys(one.sentence for one in found))
    number_of = {word: number for number, word in enumerate(words)}
    place_of = {sentence: place for place, sentence in enumerate(sentences)}
    return OccurrenceVectors(
        vectors=np.concatenate(vectors, axis=1)[:, order],
        layers=chosen_layers,
        words=words,
        word=np.array([number_of[one.word] for one in found]),
        sentences=tuple(notes.sentences[number] for number in sentences),
        sentence=np.array([place_of[one.sentence] for one in found]),
        document=np.array([one.document for one in found]),
        start=np.array([one.start for one in found]),
        n_unusable=reader.tally.n_unusable,
    )


class _Notes:
    """What is remembered of each occurrence while its passage is at hand."""

    def __init__(self, pick: Callable[[FoundWords], np.ndarray]) -> None:
        self.pick = pick
        self.found: list[_Found] = []
        self.sentences: list[str] = []
        self.document, self.before, self.length = -1, 0, 0

    def texts(self, passages: Iterable[Passage]) -> Iterable[str]:
        """Give the texts, keeping track of the document and of the characters before them."""
        for document, text in passages:
            self.before = self.before + self.length if document == self.document else 0
            self.document, self.length = document, len(text)
            yield text

    def choose(self, text: str, found: FoundWords) -> Chosen:
        """Note the chosen words and their sentences; their tags are places in the notes."""
        numbers = self.pick(found)
        first_tag = len(self.found)
        ends = np.append(found.sentence_starts[1:], len(found.words)) - 1
        before = -1
        for number in numbers.tolist():
            sentence = int(np.searchsorted(found.sentence_starts, number, side="right")) - 1
            if sentence != before:
                begin = found.starts[found.sentence_starts[sentence]]
                self.sentences.append(text[begin : found.ends[ends[sentence]]])
                before = sentence
            start = int(found.starts[number])
            word = text[start : int(found.ends[number])]
            here = len(self.sentences) - 1
            self.found.append(_Found(word, here, self.document, self.before + start))
        return Chosen(numbers, np.arange(first_tag, len(self.found)))
