"""Which occurrences of words a model has a vector for, asked before any is drawn.

A word has none where it is cut by the border of a row (``rows.py``), where it has no token or an
unknown one, and at position 0. A word of few pieces is never cut: the row that owns it has company
before it. So only the others are doubtful, and only their passages are cut into tokens twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.rows import company, placed
from compare.text.found_words import FoundWords
from compare.text.passages import Passage


class UsableInRows:
    """The answers of one model, read in rows of some overlap; a ``drawing.Usable``.

    Parameters
    ----------
    model : LanguageModel
    overlap : float
        Share of a row that repeats the end of the row before.
    """

    def __init__(self, model: LanguageModel, overlap: float) -> None:
        self.model, self.overlap = model, overlap

    def doubtful(self, words: Sequence[str]) -> np.ndarray:
        """Tell of which words some occurrences may have no vector, bool (n_words,).

        By the pieces of the word alone; in running text it may rarely have others, and then what
        cannot be used is drawn and counted.
        """
        if not self.model.prefix:  # any word may stand at position 0
            return np.ones(len(words), dtype=bool)
        spaced, bare = (self.model.word_pieces(words, form).lengths for form in ("space", "bare"))
        most, least = np.maximum(spaced, bare), np.minimum(spaced, bare)
        doubtful: np.ndarray = (most > company(self.model, self.overlap).lead + 1) | (least == 0)
        return doubtful

    def of(self, passage: Passage, found: FoundWords, numbers: np.ndarray) -> np.ndarray:
        """Tell which of a passage's words have a vector, bool (len(numbers),)."""
        return placed(self.model, passage.text, found, numbers, self.overlap).is_usable
