"""Odd one out: whether the word that does not belong is farthest from the others.

The word of a group with the lowest mean cosine to the rest is taken for the odd one
(Camacho-Collados & Navigli 2016, "Find the word that does not belong", RepEval).

    accuracy  share of the groups whose odd one is the last by falling mean cosine

Range: 0 to 1; larger is better; chance is mean 1 / n, of groups of n words. A tie counts against:
the odd one takes the lowest position among equals. Unchanged by rotation and by scaling words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.judgments.lexicon import Lexicon
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import PairOutcomes, RelationPairs

ODD_GROUPS = 200
"""Groups drawn from the categories of a lexicon."""

_TIE = 1e-6  # cosines in float32


@dataclass(frozen=True)
class OddOneOut:
    """How often the odd one is found.

    Attributes
    ----------
    value : float
        Accuracy; NaN without a group.
    chance : float
        Accuracy of a guess.
    scores : ndarray of float64, shape (n_used,)
        Of each group: the share of the other words that are nearer to the rest; 1 is found.
    """

    value: float
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
        chance=float(np.mean(1 / np.array(sizes))) if scores else nan,
        n_used=len(scores),
        n_missing=len(groups) - len(scores),
        scores=found,
    )


@dataclass(frozen=True)
class OddOnesOfCategories:
    """Groups drawn from the categories of a lexicon, and how often their odd one is found.

    Attributes
    ----------
    outcomes : PairOutcomes
        As a question is made of two pairs, a group is made of two categories.
    """

    found: OddOneOut
    outcomes: PairOutcomes


def odd_ones_of(asked: Asked) -> OddOnesOfCategories | None:
    """Draw groups of a lexicon's words and look for the odd ones; None where none can be drawn."""
    lexicon: Lexicon = asked.judgments
    groups = lexicon.odd_groups(asked.space.index, n_groups=ODD_GROUPS, seed=asked.seed)
    if not groups:
        return None
    kinds = sorted({kind for word, kind in lexicon.categories.items() if word in asked.space})
    number = {kind: place for place, kind in enumerate(kinds)}
    found = odd_one_out(asked.space, groups)
    n_found, n_asked = np.zeros((2, len(kinds), len(kinds)))
    for (together, odd), score in zip(groups, found.scores, strict=True):
        place = tuple(number[lexicon.categories[word]] for word in (together[0], odd))
        n_found[place] += score == 1
        n_asked[place] += 1
    return OddOnesOfCategories(found, PairOutcomes(n_found, n_asked))


def _read_accuracy(drawn: OddOnesOfCategories | None) -> dict[str, Scored]:
    if drawn is None:
        return {}
    found = drawn.found
    return {
        ALL: Scored(
            found.value,
            RelationPairs.of([drawn.outcomes]),
            found.n_used,
            found.n_missing,
            chance=found.chance,
        )
    }


ODD_ONE_OUT = Quantity(
    key="odd one out",
    method="accuracy",
    asks="lexicon",
    measure=odd_ones_of,
    read=_read_accuracy,
    title="odd one out ({judgments})",
    says="How often the one of five words that is of another category is the farthest from the "
    "others.",
    section="lexicon",
    unit="share",
    better="larger",
    bounds=(0, 1),
    drawn="categories",
    unchanged="rotation scale lengths",
    is_main=True,
    is_tested=True,
    equation="the odd one has the lowest mean cosine to the rest",
    paper="Camacho-Collados & Navigli 2016, RepEval",
)
