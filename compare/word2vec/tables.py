"""The tables that training or counting leaves: word vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class EpochLoss(NamedTuple):
    """One line of a training curve; losses in nats a pair, smaller is better.

    ``training_loss`` is the true mean over pairs as they are trained on, subsampled: those of every
    eighth step by torch, of every fourth group of centres by numba (NaN for gensim, whose own
    figure cannot be trusted). ``validation_loss`` is the mean over the same held-out pairs every
    time (NaN without held-out text).
    """

    epoch: int
    training_loss: float
    validation_loss: float
    seconds: float


@dataclass(frozen=True)
class SkipgramTables:
    """What skip-gram training leaves behind.

    Attributes
    ----------
    input : ndarray of float32, shape (n_words, dim)
        v, the centre words' table: what is usually called the word vectors.
    output : ndarray of float32, shape (n_words, dim)
        u, the context words' table.
    history : tuple of EpochLoss
        One line an epoch.
    backend : str
        Who did the arithmetic, where there is a choice.
    """

    input: np.ndarray
    output: np.ndarray
    history: tuple[EpochLoss, ...]
    backend: str = ""

    @property
    def mean(self) -> np.ndarray:
        """The mean of a word's two vectors, float32 (n_words, dim).

        Its products with other means mix both kinds of likeness: words that stand in the same
        contexts (v · v) and words that stand beside each other (v · u); Pennington et al. 2014
        add GloVe's two tables for the same reason.
        """
        mean: np.ndarray = (self.input + self.output) / np.float32(2)
        return mean
