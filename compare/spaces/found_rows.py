"""Words and vectors as a file gives them: the first of each word counts, the rest is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np

from compare.text.normalization import normal_word

logger = logging.getLogger(__name__)

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
        self.n_numbers = self.n_with_numbers = 0

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
        if b" " in word or b"\t" in word:
            self.n_with_numbers += _is_number(word.split()[-1])
        if normal in self._rows:
            is_same = self._spelled.get(normal, normal.encode()) == word
            self.n_repeated += is_same
            self.n_folded += not is_same
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
        }
        for why, n in reasons.items():
            if n:
                logger.warning("%s: %d of %d words %s: left out", self._path, n, self.n_read, why)
        return tuple(self._rows), np.array(list(self._rows.values()), dtype=np.float32)


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
