"""Which company words keep in a text: what stands near a word, and what stands directly beside it.

    near(w, c)    how often c stands at most ``window`` words away from w, in the same sentence
    left(w, c)    how often c stands directly left of w
    right(w, c)   how often c stands directly right of w

Near words go *with* a word; words that share their direct neighbours can stand *in its place*
(Sahlgren 2006, "The Word-Space Model", chapter 7): ``measures/company.py`` asks both of neighbours.

Every word of the training text is read. Words that are not counted are no columns but keep their
place: they lie between others, and distances count them. Left out: weights by distance and
subsampling, which are word2vec's own (``word2vec/cooccurrences.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import scipy.sparse

from compare.errors import InputError, whole_number
from compare.progress import Progress, silent
from compare.storage import atomic_file
from compare.text.reading import Text
from compare.text.tokens import TokenArray, token_counts

WINDOW = 5
"""Words to either side that count as near."""

MAX_BLOCK_PAIRS = 1 << 22
"""Pairs of a block of text, at most: about 0.1 GiB while they are sorted."""


@dataclass(frozen=True, eq=False, repr=False)
class CompanyCounts:
    """How often words of a text stand near each other, and how often side by side.

    Attributes
    ----------
    name : str
        Of the text.
    words : tuple of str
        Each once; by falling count where :func:`count_company` chose them.
    counts : ndarray of int64, shape (n,)
        Occurrences of each word; 0 of one that the text does not have.
    n_words : int
        Words of the text, those without a row included.
    window : int
        Largest distance that is near, in words.
    near : csr_array of int64, shape (n, n)
        How often the word of the column stands near that of the row. Symmetric; a pair of the same
        word counts from either of its ends, so the diagonal is even.
    right : csr_array of int64, shape (n, n)
        How often the word of the column stands directly right of that of the row.

    Raises
    ------
    InputError
        If words repeat, or shapes differ.
    """

    name: str
    words: tuple[str, ...]
    counts: np.ndarray
    n_words: int
    window: int
    near: scipy.sparse.csr_array
    right: scipy.sparse.csr_array

    def __post_init__(self) -> None:
        """Check that everything is of the same words."""
        _check_distinct(self.words)
        n = len(self.words)
        shapes = {"counts": self.counts.shape, "near": self.near.shape, "right": self.right.shape}
        expected = {"counts": (n,), "near": (n, n), "right": (n, n)}
        if shapes != expected:
            raise InputError(f"counts of {n} words have shapes {expected}; found {shapes}")

    def __repr__(self) -> str:
        """Say what was counted."""
        return f"CompanyCounts of {self.name}: {len(self):,} words, {self.n_words:,} words of text"

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    @cached_property
    def left(self) -> scipy.sparse.csr_array:
        """How often the word of the column stands directly left of that of the row; (n, n)."""
        return _sorted(self.right.T.tocsr())

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Word → row."""
        return {word: row for row, word in enumerate(self.words)}

    def rows(self, words: Iterable[str]) -> np.ndarray:
        """Look up the rows of words, int64; −1 of one that was not counted."""
        return np.array([self.index.get(word, -1) for word in words], dtype=np.int64)

    @cached_property
    def digest(self) -> str:
        """Name the content, but for the name of the text: sha256, 64 hexadecimal digits."""
        found = hashlib.sha256(_about("", self))
        for _, array in sorted(_arrays(self).items()):
            found.update(np.ascontiguousarray(array, dtype="<i8").data)
        return found.hexdigest()

    def restricted(self, words: Sequence[str]) -> CompanyCounts:
        """Keep the given words, in the given order, as rows and as columns.

        A word that was not counted gets a count of 0, and a row and a column without an entry.

        Raises
        ------
        InputError
            If a word is given twice.
        """
        if tuple(words) == self.words:
            return self
        _check_distinct(words)
        rows = self.rows(words)
        counts = np.append(self.counts, 0)[rows]  # −1 takes the last
        near, right = (_cut(matrix, rows) for matrix in (self.near, self.right))
        return replace(self, words=tuple(words), counts=counts, near=near, right=right)


def count_company(
    text: Text,
    *,
    part: Literal["training", "validation"] = "training",
    words: Sequence[str] | None = None,
    window: int = WINDOW,
    minimal_count: int = 5,
    fold_case: bool = False,
    progress: Progress = silent,
) -> CompanyCounts:
    """Count which words of a part of a text stand near each other, and side by side.

    Memory grows with the number of different pairs, not with the length of the text.

    Parameters
    ----------
    words : sequence of str, optional
        Words that get a row, in this order. None: those that occur ``minimal_count`` times, by
        falling count; equal counts keep the order of first appearance.
    window : int
        Largest distance that is near, in words; sentence borders end it.
    minimal_count : int
        Least occurrences of a word, where ``words`` are not given.
    fold_case : bool
        Read the text in lower case, so that "Paris" counts as "paris"; ``words`` are taken as
        they are given.

    Raises
    ------
    InputError
        If a word is given twice, or a number is below 1.

    Examples
    --------
    >>> from compare.text.reading import read_text
    >>> text = read_text(["The king spoke. The king slept."] * 40, progress=False)
    >>> counts = count_company(text, words=["king", "the"])
    >>> counts.right.toarray()[counts.index["the"]] / counts.counts
    array([1., 0.])
    """
    numbered = text.numbered
    return company_of_tokens(
        getattr(numbered, part),
        numbered.words,
        name=text.corpus.name + (", held out" if part == "validation" else ""),
        words=words,
        window=window,
        minimal_count=minimal_count,
        fold_case=fold_case,
        progress=progress,
    )


def company_of_tokens(
    tokens: TokenArray,
    text_words: Sequence[str],
    *,
    name: str,
    words: Sequence[str] | None = None,
    window: int = WINDOW,
    minimal_count: int = 5,
    fold_case: bool = False,
    progress: Progress = silent,
) -> CompanyCounts:
    """Count as :func:`count_company` does, in sentences of the numbers of ``text_words``."""
    whole_number(window, "window", least=1)
    whole_number(minimal_count, "minimal_count", least=1)
    place: dict[str, int] = {}
    keys = (word.lower() for word in text_words) if fold_case else text_words
    folded = np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int64)
    counts = np.zeros(len(place), dtype=np.int64)
    np.add.at(counts, folded, token_counts(tokens, len(text_words)))
    if words is None:
        order = np.argsort(-counts, kind="stable")
        kept = order[: int((counts >= minimal_count).sum())]
        names = list(place)
        words = [names[number] for number in kept]
    _check_distinct(words)
    rows = np.array([place.get(word, -1) for word in words], dtype=np.int64)
    near, right = _count(tokens, _new_rows(rows, len(place))[folded], len(rows), window, progress)
    counts = np.append(counts, 0)[rows]  # −1 takes the last
    return CompanyCounts(name, tuple(words), counts, len(tokens), window, near, right)


def _count(
    tokens: TokenArray, row_of: np.ndarray, n: int, window: int, progress: Progress
) -> tuple[scipy.sparse.csr_array, scipy.sparse.csr_array]:
    """Count near pairs and direct ones, block by block of the text."""
    near_sums, right_sums = _Sums(n), _Sums(n)
    n_block = max(MAX_BLOCK_PAIRS // window, 1)
    rows = sentence = np.zeros(0, dtype=np.int64)
    for low in range(0, len(tokens), n_block):
        high = min(low + n_block, len(tokens))
        # The end of the block before comes along, so that no pair is lost between two blocks.
        n_before = min(len(rows), window)
        rows = np.append(rows[len(rows) - n_before :], row_of[tokens.ids[low:high]])
        of_block = np.searchsorted(tokens.starts, np.arange(low, high), side="right")
        sentence = np.append(sentence[len(sentence) - n_before :], of_block)
        near_keys = []
        for distance, (first, second) in enumerate(_pairs(rows, sentence, n_before, window), 1):
            near_keys.append(np.minimum(first, second) * n + np.maximum(first, second))
            if distance == 1:
                right_sums.add(first * n + second)
        near_sums.add(np.concatenate(near_keys))
        progress(high, len(tokens), unit="words")
    half = near_sums.total()
    # Each pair was counted once, above the diagonal or on it; now also from its other word.
    return _sorted(scipy.sparse.csr_array(half + half.T)), right_sums.total()


def _pairs(
    rows: np.ndarray, sentence: np.ndarray, n_before: int, window: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, for each distance, the rows of first and second words that share a sentence.

    Pairs whose second word is among the ``n_before`` were counted with the block before.
    """
    for distance in range(1, window + 1):
        second = slice(max(n_before, distance), None)
        first = slice(second.start - distance, max(len(rows) - distance, 0))
        is_pair = sentence[first] == sentence[second]
        is_pair &= (rows[first] >= 0) & (rows[second] >= 0)
        yield rows[first][is_pair], rows[second][is_pair]


class _Sums:
    """Counts of pairs of ``n`` words, summed over blocks of text."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._sums = [scipy.sparse.csr_array((n, n), dtype=np.int64)]

    def add(self, keys: np.ndarray) -> None:
        """Count pairs, each as the number row · n + column; equal ones come together by sorting."""
        n = self._n
        pairs, counts = np.unique(keys, return_counts=True)
        rows, columns = np.divmod(pairs, max(n, 1))
        borders = np.searchsorted(rows, np.arange(n + 1))
        self._sums.append(
            scipy.sparse.csr_array((counts, columns.astype(np.int32), borders), shape=(n, n))
        )
        # Only sums of like size are added, or each block would cost a pass over all pairs so far.
        while len(self._sums) > 1 and self._sums[-2].nnz < 2 * self._sums[-1].nnz:
            self._sums.append(self._sums.pop() + self._sums.pop())

    def total(self) -> scipy.sparse.csr_array:
        """Add everything up."""
        while len(self._sums) > 1:
            self._sums.append(self._sums.pop() + self._sums.pop())
        return _sorted(self._sums[0])


def _cut(matrix: scipy.sparse.csr_array, rows: np.ndarray) -> scipy.sparse.csr_array:
    """Take rows and columns of a square matrix; −1 gives an empty one."""
    new_rows = _new_rows(rows, matrix.shape[0])
    entries = matrix.tocoo()
    first, second = (new_rows[place] for place in entries.coords)
    kept = (first >= 0) & (second >= 0)
    shape = (len(rows), len(rows))
    return _sorted(
        scipy.sparse.csr_array((entries.data[kept], (first[kept], second[kept])), shape=shape)
    )


def _new_rows(rows: np.ndarray, n_old: int) -> np.ndarray:
    """Invert a choice of rows, in which −1 stands for none: int64 (n_old,); −1: not chosen."""
    new_rows = np.full(n_old, -1, dtype=np.int64)
    new_rows[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    return new_rows


def _sorted(matrix: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    matrix.sort_indices()  # the same content has the same arrays, and the same digest
    return matrix


def _check_distinct(words: Sequence[str]) -> None:
    if len(set(words)) < len(words):
        twice = next(word for word, n in Counter(words).items() if n > 1)
        raise InputError(f"words must differ; {twice!r} is there twice")


def write_company(counts: CompanyCounts, path: Path) -> None:
    """Write counts as a ``.npz`` file, whole or not at all: the same bytes for the same content."""
    about = np.frombuffer(_about(counts.name, counts), dtype=np.uint8)
    with atomic_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, about=about, **_arrays(counts))


def read_company(path: Path) -> CompanyCounts:
    """Read what :func:`write_company` wrote.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            name, words, n_words, window = json.loads(found["about"].tobytes())
            shape = (len(words), len(words))
            near, right = (
                scipy.sparse.csr_array(tuple(found[f"{part}_{x}"] for x in _CSR), shape=shape)
                for part in ("near", "right")
            )
            return CompanyCounts(name, tuple(words), found["counts"], n_words, window, near, right)
    except Exception as error:  # zipfile, zlib, numpy and json each have errors of their own
        raise InputError(f"{path} holds no counts of company: {error}; count again") from error


_CSR = ("data", "indices", "indptr")


def _arrays(counts: CompanyCounts) -> dict[str, np.ndarray]:
    parts = {"near": counts.near, "right": counts.right}
    arrays = {f"{part}_{x}": getattr(matrix, x) for part, matrix in parts.items() for x in _CSR}
    return {"counts": counts.counts, **arrays}


def _about(name: str, counts: CompanyCounts) -> bytes:
    return json.dumps([name, list(counts.words), counts.n_words, counts.window]).encode()
