"""Which occurrences of words are read: drawn by one quick pass over the words of a text.

Drawing knows nothing of models. It says where the chosen words stand (number of the passage, number
of the word in it); ``rows.py`` then reads the rows of tokens that hold them. A draw depends on the
text and the seed alone, and every occurrence in the text has the same chance, the beginning no
better one. Where a model has no vector for every occurrence of some words (``usable.py``), theirs
are drawn among those that it has a vector for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from compare.errors import InputError
from compare.text.found_words import FoundWords, find_words
from compare.text.passages import Passage
from compare.text.vocabulary import Vocabulary

Passages = Callable[[], Iterable[Passage]]
"""Starts the normalised text from its beginning; it is read twice."""


class Usable(Protocol):
    """Which occurrences a model has a vector for."""

    def doubtful(self, words: Sequence[str]) -> np.ndarray:
        """Tell of which words it may not have one for every occurrence, bool (n_words,)."""

    def of(self, passage: Passage, found: FoundWords, numbers: np.ndarray) -> np.ndarray:
        """Tell for which words of a passage it has one, bool (len(numbers),)."""


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

    def where(self, chosen: np.ndarray) -> ChosenWords:
        """Choose among them, by a bool array or by places."""
        return ChosenWords(*(part[chosen] for part in self))


def drawn_of_words(
    passages: Passages,
    vocabulary: Vocabulary,
    most: int,
    seed: int,
    usable: Usable | None = None,
) -> ChosenWords:
    """Draw up to so many occurrences of every word of a vocabulary; the tags are its ids.

    The vocabulary's counts say how often each word will come, so that what is drawn is known
    before the text is read; but for doubtful words, whose usable occurrences are collected first.

    Raises
    ------
    InputError
        If the text is not the one that was counted.
    """
    counts = vocabulary.counts.astype(np.int64)
    offsets = np.cumsum(counts) - counts
    is_cut = counts > most
    is_doubtful = is_cut & _doubtful(usable, vocabulary.words)
    rng = np.random.default_rng(seed)
    parts = [
        offsets[word] + rng.choice(counts[word], most, replace=False, shuffle=False)
        for word in np.flatnonzero(is_cut & ~is_doubtful).tolist()
    ]
    # Places of the drawn occurrences where all words' occurrences lie one after the other.
    drawn = np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
    seen = np.zeros(len(vocabulary), dtype=np.int64)
    chosen, candidates = [], []
    for number, (passage, found) in enumerate(_words_of(passages)):
        numbers, ids = _known_words(found, vocabulary.ids)
        keys = offsets[ids] + seen[ids] + _ranks(ids)
        np.add.at(seen, ids, 1)
        is_drawn = ~is_cut[ids]
        if len(drawn):
            near = np.minimum(np.searchsorted(drawn, keys), len(drawn) - 1)
            is_drawn |= drawn[near] == keys
        chosen.append(_chosen(number, numbers[is_drawn], ids[is_drawn]))
        candidates.append(_usable(usable, number, passage, found, numbers, ids, is_doubtful))
    if not np.array_equal(seen, counts):
        word = int(np.argmax(seen != counts))
        raise InputError(
            f"the text is not the one that the vocabulary was counted on: "
            f"{vocabulary.words[word]!r} stands in it {seen[word]} times, and "
            f"{counts[word]} were counted"
        )
    return _in_order(_joined(chosen), _drawn_among(_joined(candidates), most, rng))


def drawn_of_some_words(
    passages: Passages,
    words: Sequence[str],
    most: int,
    seed: int,
    usable: Usable | None = None,
) -> ChosenWords:
    """Draw up to so many occurrences of some words of any text; the tags are places in ``words``.

    Raises
    ------
    InputError
        If the text has none of the words.
    """
    wanted = {word: number for number, word in enumerate(dict.fromkeys(words))}
    is_doubtful = _doubtful(usable, list(wanted))
    every, candidates = [], []
    for number, (passage, found) in enumerate(_words_of(passages)):
        numbers, ids = _known_words(found, wanted)
        every.append(_chosen(number, numbers, ids))
        candidates.append(_usable(usable, number, passage, found, numbers, ids, is_doubtful))
    chosen = _joined(every)
    if not chosen.n_words:
        raise InputError(f"the text holds none of the words {', '.join(wanted)}")
    # What is read whole keeps its unusable occurrences, which are counted when they are read.
    is_doubtful &= np.bincount(chosen.tag, minlength=len(wanted)) > most
    rng = np.random.default_rng(seed)
    certain = _drawn_among(chosen.where(~is_doubtful[chosen.tag]), most, rng)
    among = _joined(candidates)
    return _in_order(certain, _drawn_among(among.where(is_doubtful[among.tag]), most, rng))


def _doubtful(usable: Usable | None, words: Sequence[str]) -> np.ndarray:
    return np.zeros(len(words), dtype=bool) if usable is None else usable.doubtful(words)


def _usable(
    usable: Usable | None,
    number: int,
    passage: Passage,
    found: FoundWords,
    numbers: np.ndarray,
    ids: np.ndarray,
    is_doubtful: np.ndarray,
) -> ChosenWords:
    """Collect a passage's usable occurrences of the doubtful words."""
    is_asked = is_doubtful[ids]
    numbers, ids = numbers[is_asked], ids[is_asked]
    if usable is not None and len(numbers):
        is_usable = usable.of(passage, found, numbers)
        numbers, ids = numbers[is_usable], ids[is_usable]
    return _chosen(number, numbers, ids)


def _drawn_among(every: ChosenWords, most: int, rng: np.random.Generator) -> ChosenWords:
    """Draw up to so many of each word's occurrences, in the order of the text."""
    is_drawn = np.zeros(every.n_words, dtype=bool)
    order = np.argsort(every.tag, kind="stable")
    begins = np.flatnonzero(np.diff(every.tag[order], prepend=-1))
    for places in np.split(order, begins[1:]):
        is_drawn[places[rng.permutation(len(places))[:most]]] = True
    return every.where(is_drawn)


def _in_order(one: ChosenWords, other: ChosenWords) -> ChosenWords:
    """Put chosen words together in the order of the text."""
    both = _joined([one, other])
    return both if not other.n_words else both.where(np.lexsort((both.number, both.passage)))


def drawn_sentences(passages: Passages, n_sentences: int, seed: int) -> ChosenWords:
    """Draw sentences, and take all their words; the tags are the words' places among the chosen.

    All sentences are taken where the text has fewer than asked for.
    """
    sizes = [
        np.diff(found.sentence_starts, append=len(found.words)) for _, found in _words_of(passages)
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


def _words_of(passages: Passages) -> Iterator[tuple[Passage, FoundWords]]:
    return ((passage, find_words(passage.text, passage.rule)) for passage in passages())


def _known_words(found: FoundWords, ids: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Give the numbers of a passage's words that have an id, and these ids."""
    of_all = word_ids(found, ids)
    numbers = np.flatnonzero(of_all >= 0)
    return numbers, of_all[numbers]


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
