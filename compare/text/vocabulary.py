"""Words ↔ ids, with counts. Both wings take their word list from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from pydantic import Field

from compare.errors import InputError, nearest_names
from compare.options import Options
from compare.storage import write_text


class VocabularyOptions(Options):
    """Which words are kept."""

    min_count: int = Field(
        default=5, ge=1, description="words seen fewer times in the training text are dropped"
    )
    max_words: int | None = Field(
        default=None, ge=2, description="keep at most so many words, the most frequent; none: all"
    )


@dataclass(frozen=True, eq=False, repr=False)
class Vocabulary:
    """Words ordered by falling count; equal counts keep the order of first appearance.

    Attributes
    ----------
    words : tuple of str
        The id of a word is its place here.
    counts : ndarray of int64, shape (n_words,)
        Occurrences in the training text.
    """

    words: tuple[str, ...]
    counts: np.ndarray

    def __post_init__(self) -> None:
        """Check that there is a count for each word."""
        if len(self.words) != len(self.counts):
            raise InputError(f"{len(self.words)} words but {len(self.counts)} counts")

    def __repr__(self) -> str:
        """Name the first words."""
        first = ", ".join(self.words[:6])
        return f"Vocabulary: {len(self):,} words ({first}{', …' if len(self) > 6 else ''})"

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Word → id."""
        return {word: number for number, word in enumerate(self.words)}

    def id_of(self, word: str) -> int:
        """Look a word's id up.

        Raises
        ------
        InputError
            If the word is unknown; the message offers near spellings.
        """
        try:
            return self.ids[word]
        except KeyError:
            raise InputError(
                f"word {word!r} is not in the vocabulary; {nearest_names(word, self.words)}"
            ) from None


def new_numbers(kept: np.ndarray, n_old: int) -> np.ndarray:
    """Invert a choice of words: the new id of each old one, int32 (n_old,); −1: not kept.

    >>> new_numbers(np.array([2, 0]), 3)
    array([ 1, -1,  0], dtype=int32)
    """
    numbers = np.full(n_old, -1, dtype=np.int32)
    numbers[kept] = np.arange(len(kept))
    return numbers


def count_words(sentences: Iterable[list[str]]) -> Counter[str]:
    """Count the words of sentences; the counter keeps the order of first appearance."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(sentence)
    return counts


def build_vocabulary(counts: Counter[str], options: VocabularyOptions) -> Vocabulary:
    """Choose from counted words; see :func:`frequent_words`."""
    numbers = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
    return frequent_words(list(counts), numbers, options)[1]


def frequent_words(
    words: Sequence[str], counts: np.ndarray, options: VocabularyOptions
) -> tuple[np.ndarray, Vocabulary]:
    """Order words by falling count and cut at ``min_count`` and ``max_words``.

    Parameters
    ----------
    words : sequence of str
        In order of first appearance, which ties keep.
    counts : int64 ndarray, shape (n_words,)

    Returns
    -------
    (int64 ndarray, Vocabulary)
        Places in ``words`` of the words kept, in the order of the vocabulary; and that.

    Raises
    ------
    InputError
        If fewer than two words are left.
    """
    order = np.argsort(-counts, kind="stable")
    kept = order[: int((counts >= options.min_count).sum())][: options.max_words]
    if len(kept) < 2:
        raise InputError(
            f"{len(kept)} of {len(words)} words occur {options.min_count} times or more "
            f"(the most frequent: {counts.max(initial=0)} times), and a vocabulary needs two; "
            "lower min_count or give more text"
        )
    return kept, Vocabulary(tuple(words[number] for number in kept), counts[kept])


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Write words and counts, tab-separated, a word a line."""
    lines = zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)
    write_text(path, "".join(f"{word}\t{count}\n" for word, count in lines))


def read_vocabulary(path: Path) -> Vocabulary:
    """Read what :func:`write_vocabulary` wrote.

    Raises
    ------
    InputError
        If a line has another form.
    """
    words: dict[str, int] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is damaged: {error}; delete its folder") from error
    least = 2**63 - 1
    for number, line in enumerate(filter(None, lines), start=1):
        word, tab, count = line.rpartition("\t")
        is_count = count.isascii() and count.isdigit() and len(count) < 19
        if not tab or not is_count or int(count) > least or word in words:
            raise InputError(
                f"{path}:{number} is damaged: expected another word, a tab and a count no larger "
                f"than the one before; found {line[:60]!r}; delete its folder"
            )
        words[word] = least = int(count)
    return Vocabulary(tuple(words), np.array(list(words.values()), dtype=np.int64))
