"""Which occurrences of words are read: drawn by one quick pass over the words of a text.

Drawing knows nothing of models. It says where the chosen words stand (number of the passage, number
of the word in it); ``rows.py`` then reads the rows of tokens that hold them. A draw depends on the
text and the seed alone, and every occurrence in the text has the same chance, the beginning no
better one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from compare.errors import InputError
from compare.text.passages import Passage
from compare.text.vocabulary import Vocabulary
from compare.text.word_encoder import FoundWords, find_words

Passages = Callable[[], Iterable[Passage]]
"""Starts the normalised text from its beginning; it is read twice."""


class ChosenWords(NamedTuple):
    """Words of a text, in its order.

    Attributes
    ----------
    passage : ndarray of int32, shape (n_chosen,)
        Number of the passage in the text, from 0.
    number : ndarray of int32, shape (n_chosen,)
        Number of the word in its passage, from 0.
    tag : ndarray of int32, shape (n_chosen,)
        What the word is known by: its id, or its place among the chosen.
    """

    passage: np.ndarray
    number: np.ndarray
    tag: np.ndarray

    @property
    def n_words(self) -> int:
        """Count them."""
        return len(self.tag)


def drawn_of_words(passages: Passages, vocabulary: Vocabulary, most: int, seed: int) -> ChosenWords:
    """Draw up to so many occurrences of every word of a vocabulary; the tags are its ids.

    The vocabulary's counts say how often each word will come, so that what is drawn is known
    before the text is read.

    Raises
    ------
    InputError
        If the text is not the one that was counted.
    """
    counts = vocabulary.counts.astype(np.int64)
    offsets = np.cumsum(counts) - counts
    is_cut = counts > most
    rng = np.random.default_rng(seed)
    parts = [
        offsets[word] + rng.choice(counts[word], most, replace=False, shuffle=False)
        for word in np.flatnonzero(is_cut).tolist()
    ]
    # Places of the drawn occurrences where all words' occurrences lie one after the other.
    drawn = np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
    seen = np.zeros(len(vocabulary), dtype=np.int64)
    chosen = []
    for passage, numbers, ids in _known_words(passages, vocabulary.ids):
        keys = offsets[ids] + seen[ids] + _ranks(ids)
        np.add.at(seen, ids, 1)
        is_drawn = ~is_cut[ids]
        if len(drawn):
            near = np.minimum(np.searchsorted(drawn, keys), len(drawn) - 1)
            is_drawn |= drawn[near] == keys
        chosen.append(_chosen(passage, numbers[is_drawn], ids[is_drawn]))
    if not np.array_equal(seen, counts):
        word = int(np.argmax(seen != counts))
        raise InputError(
            f"the text is not the one that the vocabulary was counted on: "
            f"{vocabulary.words[word]!r} stands in it {seen[word]} times, and "
            f"{counts[word]} were counted"
        )
    return _joined(chosen)


def drawn_of_some_words(
    passages: Passages, words: Sequence[str], most: int, seed: int
) -> ChosenWords:
    """Draw up to so many occurrences of some words of any text; the tags are places in ``words``.

    Raises
    ------
    InputError
        If the text has none of the words.
    """
    wanted = {word: number for number, word in enumerate(dict.fromkeys(words))}
    every = _joined([_chosen(*found) for found in _known_words(passages, wanted)])
    if not every.n_words:
        raise InputError(f"the text holds none of the words {', '.join(wanted)}")
    counts = np.bincount(every.tag, minlength=len(wanted))
    rng = np.random.default_rng(seed)
    is_drawn = np.zeros(every.n_words, dtype=bool)
    for word, count in enumerate(counts.tolist()):
        drawn = rng.permutation(count)[:most]
        is_drawn[np.flatnonzero(every.tag == word)[drawn]] = True
    return ChosenWords(*(part[is_drawn] for part in every))


def drawn_sentences(passages: Passages, n_sentences: int, seed: int) -> ChosenWords:
    """Draw sentences, and take all their words; the tags are the words' places among the chosen.

    All sentences are taken where the text has fewer than asked for.
    """
    sizes = [
        np.diff(found.sentence_starts, append=len(found.words)) for found in _words_of(passages)
    ]
    n_words = np.concatenate([*sizes, np.zeros(0, dtype=np.int64)])
    drawn = np.sort(np.random.default_rng(seed).permutation(len(n_words))[:n_sentences])
    passage = np.repeat(np.arange(len(sizes)), [len(part) for part in sizes])[drawn]
    before = np.cumsum(n_words) - n_words  # words of the text before each sentence
    in_passages = np.array([part.sum() for part in sizes], dtype=np.int64)
    first = before[drawn] - (np.cumsum(in_passages) - in_passages)[passage]
    lengths = n_words[drawn]
    own_place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return ChosenWords(
        np.repeat(passage, lengths).astype(np.int32),
        (np.repeat(first, lengths) + own_place).astype(np.int32),
        np.arange(lengths.sum(), dtype=np.int32),
    )


def word_ids(found: FoundWords, ids: Mapping[str, int]) -> np.ndarray:
    """Look the words of a text up, int64 (n_words,); −1: not among those that have an id."""
    coded = found.words.dictionary_encode()
    known = np.array([ids.get(word, -1) for word in coded.dictionary.to_pylist()], dtype=np.int64)
    return known[coded.indices.to_numpy()] if len(known) else known


def _words_of(passages: Passages) -> Iterator[FoundWords]:
    return (find_words(passage.text, passage.rule) for passage in passages())


def _known_words(
    passages: Passages, ids: Mapping[str, int]
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Give the number of each passage, the numbers of its words that have an id, and these ids."""
    for passage, found in enumerate(_words_of(passages)):
        of_all = word_ids(found, ids)
        numbers = np.flatnonzero(of_all >= 0)
        yield passage, numbers, of_all[numbers]


def _chosen(passage: int, numbers: np.ndarray, tags: np.ndarray) -> ChosenWords:
    return ChosenWords(
        np.full(len(numbers), passage, dtype=np.int32),
        numbers.astype(np.int32),
        tags.astype(np.int32),
    )


def _joined(parts: list[ChosenWords]) -> ChosenWords:
    nothing = np.zeros(0, dtype=np.int32)
    return ChosenWords(*(np.concatenate([*part, nothing]) for part in zip(*parts, strict=True)))


def _ranks(ids: np.ndarray) -> np.ndarray:
    """Count equal ids in order of appearance, from 0.

    >>> _ranks(np.array([7, 3, 7, 7, 3])).tolist()
    [0, 0, 1, 2, 1]
    """
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[order] = np.arange(len(ids)) - np.repeat(begins, np.diff(begins, append=len(ids)))
    return ranks
