"""Odd one out: whether the word that does not belong is farthest from the others.

The word of a group with the lowest mean cosine to the rest is taken for the odd one
(Camacho-Collados & Navigli 2016, "Find the word that does not belong", RepEval).

    accuracy  share of the groups whose odd one has position n, the last by falling mean cosine
    OPP       mean of (position of the odd one − 1) / (n − 1)

Range: 0 to 1; larger is better; chance is mean 1 / n, and ½. A tie counts against: the odd one
takes the lowest position among equals. Unchanged by rotation and by scaling words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace

_TIE = 1e-6  # cosines in float32


@dataclass(frozen=True)
class OddOneOut:
    """How often the odd one is found.

    Attributes
    ----------
    value : float
        Accuracy; NaN without a group.
    position : float
        OPP.
    chance : float
        Accuracy of a guess.
    scores : ndarray of float64, shape (n_used,)
        (position − 1) / (n − 1) of each group; 1 is found.
    """

    value: float
    position: float
    chance: float
    n_used: int
    n_missing: int
    scores: np.ndarray


def odd_one_out(space: EmbeddingSpace, groups: Sequence[tuple[Sequence[str], str]]) -> OddOneOut:
    """Look for the odd one of each group.

    Parameters
    ----------
    groups : sequence of (words that belong together, odd word)
        Two or more words and the odd one. A group with an unknown word is left out and counted.

    Raises
    ------
    InputError
        If a group has fewer than two words beside the odd one, or repeats a word.
    """
    scores, sizes = [], []
    for together, odd in groups:
        words = [*together, odd]
        if len(words) < 3 or len(set(words)) != len(words):
            raise InputError(f"a group needs two words and another odd one; found {words}")
        if not all(word in space for word in words):
            continue
        unit = space.unit_vectors[[space.index[word] for word in words]].astype(np.float64)
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, 0)
        nearness = cosines.sum(axis=1) / (len(words) - 1)
        n_farther_or_as_far = np.count_nonzero(nearness[:-1] <= nearness[-1] + _TIE)
        scores.append(1 - n_farther_or_as_far / (len(words) - 1))
        sizes.append(len(words))
    found = np.array(scores)
    nan = float("nan")
    return OddOneOut(
        value=float((found == 1).mean()) if scores else nan,
        position=float(found.mean()) if scores else nan,
        chance=float(np.mean(1 / np.array(sizes))) if scores else nan,
        n_used=len(scores),
        n_missing=len(groups) - len(scores),
        scores=found,
    )
