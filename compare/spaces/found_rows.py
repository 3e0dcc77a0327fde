"""Words and vectors as a file gives them: the first of each word counts, the rest is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.text.normalization import normal_word

logger = logging.getLogger(__name__)

SMALLEST, LARGEST, ODD = 1e-12, 1e8, 0.25
"""What the numbers of embeddings lie between, and the share of others that no file has."""

FEWEST = 5
"""Rows from which on what all have in common says what a file is."""

MOST_COLUMNS = 2
"""Whole numbers a word that are no vector."""

Wanted = Callable[[str], bool]


class FoundRows:
    """Collects the rows of a file.

    Words are written as texts have them (composed letters, straight apostrophes; their case stays),
    so that a word is one word in every file.

    Parameters
    ----------
    wanted : callable
        Tells whether a word is kept.
    """

    def __init__(self, path: Path, wanted: Wanted) -> None:
        self._path, self._wanted = path, wanted
        self._rows: dict[str, np.ndarray] = {}
        self._spelled: dict[str, bytes] = {}
        self.n_read = self.n_repeated = self.n_folded = self.n_undecoded = self.n_nameless = 0
        self.n_numbers = self.n_with_numbers = self.n_quoted = self.n_counted = self.n_zero = 0

    def add(self, word: bytes, row: np.ndarray) -> None:
        """Take a row of the file."""
        self.n_read += 1
        try:
            decoded = word.decode()
        except UnicodeDecodeError:
            self.n_undecoded += 1
            return
        normal = normal_word(decoded, fold=False)
        if not normal:
            self.n_nameless += 1
            return
        self.n_numbers += _is_number(word)
        self.n_quoted += len(word) > 2 and word[:1] == word[-1:] and word[:1] in b"\"'"
        if word[:1].isdigit():  # few are to be looked at
            self.n_counted += word.split()[0] in (b"%d" % (self.n_read - 1), b"%d" % self.n_read)
        if b" " in word or b"\t" in word:
            self.n_with_numbers += any(map(_is_number, word.split()[-1:]))
        if normal in self._rows:
            is_same = self._spelled.get(normal, normal.encode()) == word
            self.n_repeated += is_same
            self.n_folded += not is_same
            return
        if not row.any():
            self.n_zero += 1
            return
        if self._wanted(normal):
            self._rows[normal] = row
            if normal != decoded:
                self._spelled[normal] = word

    def told(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Give the words and their vectors; tell how many were left out, and why."""
        reasons = {
            "repeat a word before (the first counts)": self.n_repeated,
            "are another spelling of a word before (é as one letter or two)": self.n_folded,
            "are no UTF-8": self.n_undecoded,
            "are empty": self.n_nameless,
            "have a vector of zeros, which has no direction": self.n_zero,
        }
        for why, n in reasons.items():
            if n:
                logger.warning("%s: %d of %d words %s: left out", self._path, n, self.n_read, why)
        vectors = np.array(list(self._rows.values()), dtype=np.float32)
        if len(vectors) >= FEWEST:
            self._check_numbers(vectors)
        return tuple(self._rows), vectors

    def check_words(self) -> None:
        """Refuse a file most of whose words are none.

        Raises
        ------
        InputError
        """
        problems = {
            "are no UTF-8; is this a file of word vectors?": self.n_undecoded,
            "have a vector of zeros": self.n_zero,
        }
        if self.n_read >= FEWEST:
            problems["stand in quotes; write them without (in R quote = FALSE)"] = self.n_quoted
            if self.n_counted != self.n_numbers:  # numbers alone are a matrix without words
                problems["have a counter before them; write them without"] = self.n_counted
        for problem, n in problems.items():
            if n * 2 > self.n_read:
                raise InputError(f"{self._path}: {n} of {self.n_read} words {problem}")

    def _check_numbers(self, vectors: np.ndarray) -> None:
        """Refuse numbers that no embedding has."""
        sizes = np.abs(vectors[(vectors != 0) & np.isfinite(vectors)])
        is_odd = (sizes < SMALLEST) | (sizes > LARGEST)
        if is_odd.sum() > ODD * len(sizes):
            raise InputError(
                f"{self._path} holds numbers like {sizes[is_odd][0]:.0e}; is it of the other byte "
                "order, or of whole numbers? expected little-endian float32"
            )
        first, others = vectors[:, 0], vectors[:, 1:]
        if not (first == np.round(first)).all():
            return
        falls = bool((np.diff(first) <= 0).all()) and first[0] > first[-1]
        if falls and (others != np.round(others)).any() and first[-1] >= 1:
            raise InputError(
                f"{self._path}: the first number of each row is whole and falls from row to row, "
                "as counts of words do; write the file without it"
            )
        if vectors.shape[1] <= MOST_COLUMNS and (others == np.round(others)).all():
            raise InputError(
                f"{self._path} holds {vectors.shape[1]} whole numbers a word; is it a list of "
                "counts? expected vectors"
            )


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
