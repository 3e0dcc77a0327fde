"""A few questions that every introduction to word2vec asks, put to any static space.

king + woman − man; how alike are woman and man, king and queen, paper and water; is the step from
man to woman shorter than the one from semiconductor to earthworm? A first look, with no interval
and no claim: five questions are no evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from compare.errors import InputError
from compare.options import Options
from compare.spaces.space import EmbeddingSpace

# TOML writes tuples as lists.
Pair = Annotated[tuple[str, str], Field(strict=False)]
Triple = Annotated[tuple[str, str, str], Field(strict=False)]


class VectorChecks(Options):
    """Which words are asked about."""

    analogies: tuple[Triple, ...] = Field(
        default=(("man", "king", "woman"),),
        strict=False,
        description="a, b, c: which word is to c as b is to a (b − a + c)",
    )
    similarities: tuple[Pair, ...] = Field(
        default=(("woman", "man"), ("king", "queen"), ("uncle", "aunt"), ("paper", "water")),
        strict=False,
        description="pairs whose cosine is told",
    )
    differences: tuple[Pair, ...] = Field(
        default=(("man", "woman"), ("semiconductor", "earthworm")),
        strict=False,
        description="pairs whose difference's length is told",
    )
    neighbours: tuple[str, ...] = Field(
        default=("tower",), strict=False, description="words whose nearest words are told"
    )


@dataclass(frozen=True)
class CheckedVectors:
    """The answers; what has a word that the space lacks is left out and listed.

    Attributes
    ----------
    analogies : tuple of ((a, b, c), ((word, score), …))
        The best five answers by 3CosAdd, the question words excluded.
    similarities : tuple of ((first, second), cosine)
        −1 to 1.
    differences : tuple of ((first, second), length)
        Of the vectors as they are, in the space's own unit; compare within a space only.
    neighbours : tuple of (word, ((neighbour, cosine), …))
    missing : tuple of str
        Words asked about that the space lacks.
    """

    space: str
    analogies: tuple[tuple[tuple[str, str, str], tuple[tuple[str, float], ...]], ...]
    similarities: tuple[tuple[tuple[str, str], float], ...]
    differences: tuple[tuple[tuple[str, str], float], ...]
    neighbours: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    missing: tuple[str, ...]


def check_vectors(space: EmbeddingSpace, checks: VectorChecks, *, k: int = 5) -> CheckedVectors:
    """Put the questions to a space.

    Raises
    ------
    InputError
        If the space has none of the words.
    """
    groups = (*checks.analogies, *checks.similarities, *checks.differences)
    asked = dict.fromkeys([word for group in groups for word in group] + list(checks.neighbours))
    missing = tuple(word for word in asked if word not in space)
    if len(missing) == len(asked):
        raise InputError(f"{space.name} has none of the words asked about: {', '.join(missing)}")

    def known(*words: str) -> bool:
        return all(word in space for word in words)

    def length(first: str, second: str) -> float:
        return float(np.linalg.norm(space[first].astype(np.float64) - space[second]))

    return CheckedVectors(
        space=space.name,
        analogies=tuple(
            ((a, b, c), space.analogy(a, b, c, k).items)
            for a, b, c in checks.analogies
            if known(a, b, c)
        ),
        similarities=tuple(
            (pair, space.similarity(*pair)) for pair in checks.similarities if known(*pair)
        ),
        differences=tuple((pair, length(*pair)) for pair in checks.differences if known(*pair)),
        neighbours=tuple(
            (word, space.neighbours(word, k).items) for word in checks.neighbours if known(word)
        ),
        missing=missing,
    )
