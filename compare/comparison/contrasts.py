"""Which spaces are tested against each other: few contrasts, declared before any number is seen.

Every test costs the others power, since p values are adjusted for their number: all pairs of 15
spaces are 105 tests. Declared are, for any number of spaces,

    floor    each space against an untrained table, its own model's where there is one
    chance   each space against a guess, where no table is untrained
    models   the first table of each model against that of each other model
    tables   every other space against the first, the reference
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from compare.spaces.space import EmbeddingSpace

CHANCE = "chance"
"""What the column ``reference`` says where a space is tested against a guess."""


@dataclass(frozen=True)
class Contrast:
    """A space against a reference; ``kind`` is one of those above."""

    space: str
    reference: str
    kind: str


def is_floor(space: EmbeddingSpace) -> bool:
    """Tell whether a space is an untrained table: what it scores was not learned."""
    return space.provenance.get("role") == "floor"


def model_of(space: EmbeddingSpace) -> str:
    """Name the model that a space is of."""
    return str(space.provenance.get("model") or space.name.partition("/")[0])


def declared(spaces: Sequence[EmbeddingSpace]) -> tuple[Contrast, ...]:
    """Declare the contrasts of a comparison, by what the spaces are.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        The first is the reference.
    """
    floors = {model_of(space): space.name for space in reversed(spaces) if is_floor(space)}
    learned = [space for space in spaces if not is_floor(space)]
    found = []
    for space in learned:
        own = floors.get(model_of(space), next(reversed(floors.values()), CHANCE))
        found.append(Contrast(space.name, own, CHANCE if own == CHANCE else "floor"))
    first_of = {model_of(space): space.name for space in reversed(learned)}
    firsts = [space.name for space in learned if first_of[model_of(space)] == space.name]
    found += [Contrast(name, reference, "models") for reference, name in combinations(firsts, 2)]
    found += [
        Contrast(space.name, learned[0].name, "tables")
        for space in learned[1:]
        if space.name not in firsts
    ]
    return tuple(found)
