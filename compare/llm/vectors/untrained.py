"""A model before it has learned anything, as far as its input table goes: its pieces, random rows.

What such a table knows, words know because they share tokens: the floor of every table of tokens.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.options import Form
from compare.llm.vectors.word_pieces import WordPieces
from compare.machine import require_memory


class UntrainedTwin:
    """The tokens of a model with random rows in place of its input table; a ``TokenTables``.

    Parameters
    ----------
    model : LanguageModel
    shape : (int, int)
        Of its input table.
    seed : int
        Of the rows, which are drawn from a normal distribution: cosines know no scale.
    """

    def __init__(self, model: LanguageModel, shape: tuple[int, int], *, seed: int) -> None:
        self.name, self._model = f"{model.name}, untrained", model
        self._shape, self._seed = shape, seed
        self.seen = model.seen

    def word_pieces(self, words: Sequence[str], form: Form) -> WordPieces:
        """Tokenize each word as the model does."""
        return self._model.word_pieces(words, form)

    def tables(self) -> dict[str, np.ndarray]:
        """Give ``input`` alone."""
        require_memory(
            4 * math.prod(self._shape), f"the table of {self.name}", "leave its space out"
        )
        random = np.random.default_rng(self._seed)
        return {"input": random.standard_normal(self._shape, np.float32)}

    def positions(self) -> None:
        """Give no positions: rows alone are compared."""
        return
