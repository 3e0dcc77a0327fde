"""Which spaces are tested against each other: few contrasts, declared before any number is seen.

Every test costs the others power, since p values are adjusted for their number: all pairs of 15
spaces are 105 tests. Declared are, for any number of spaces,

    floor    each space against an untrained table, its own model's where there is one, else that
             of a model that reads the same unit, else any
    chance   each space against a guess, where no table is untrained
    models   the first table of each model against that of each other model
    tables   every other space against the first, the reference
    unit     where two trainers each read words and tokens: what of the difference between the one
             over words and the other over tokens comes of the unit
    model    the rest of it: what comes of the trainer
    unit by model    how much more the unit does to the first trainer than to the second

With w and g the trainers' numbers over words (W) and tokens (T), the difference w_W − g_T is the
sum of its unit's part ½ (w_W − w_T + g_W − g_T) and its model's part ½ (w_W − g_W + w_T − g_T): the
mean of both ways from the one to the other (Shapley 1953). Where w_W − w_T and g_W − g_T differ, a
part is an average of unequal effects: their difference is tested, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from compare.spaces.space import EmbeddingSpace

CHANCE = "chance"
"""What the column ``reference`` says where a space is tested against a guess."""


UNIT, MODEL, BOTH = "unit", "model", "unit by model"
PARTS = (UNIT, MODEL, BOTH)
"""Kinds of contrasts that look into a difference, and are none of two spaces."""


@dataclass(frozen=True)
class Contrast:
    """A space against a reference; ``kind`` is one of those above.

    Attributes
    ----------
    weights : tuple of (str, float)
        Spaces and what each is multiplied by in the sum that is tested; none: 1 and −1 of the two.
    """

    space: str
    reference: str
    kind: str
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def terms(self) -> tuple[tuple[str, float], ...]:
        """The spaces of the sum that is tested, with their weights."""
        return self.weights or ((self.space, 1.0), (self.reference, -1.0))


def is_floor(space: EmbeddingSpace) -> bool:
    """Tell whether a space is an untrained table: what it scores was not learned."""
    return space.provenance.get("role") == "floor"


def model_of(space: EmbeddingSpace) -> str:
    """Name the model that a space is of."""
    return str(space.provenance.get("model") or space.name.partition("/")[0])


def untrained_pairs(
    first: str, second: str, spaces: Sequence[EmbeddingSpace]
) -> tuple[tuple[str, str], ...]:
    """Pair each of two spaces that learned with the untrained table of the other's model.

    What the table shares with the space has not been learned: a floor for the pair. None where
    either is such a table itself.
    """
    floors = {model_of(space): space.name for space in reversed(spaces) if is_floor(space)}
    models = {space.name: model_of(space) for space in spaces}
    if {first, second} & {space.name for space in spaces if is_floor(space)}:
        return ()
    return tuple(
        (one, floors[models[other]])
        for one, other in ((first, second), (second, first))
        if models[other] in floors
    )


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
        own = floors.get(model_of(space)) or _floor_like(space, spaces)
        found.append(Contrast(space.name, own, CHANCE if own == CHANCE else "floor"))
    first_of = {model_of(space): space.name for space in reversed(learned)}
    firsts = [space.name for space in learned if first_of[model_of(space)] == space.name]
    found += [Contrast(name, reference, "models") for reference, name in combinations(firsts, 2)]
    found += [
        Contrast(space.name, learned[0].name, "tables")
        for space in learned[1:]
        if space.name not in firsts
    ]
    return (*found, *_parts([space for space in learned if space.name in firsts]))


def _floor_like(space: EmbeddingSpace, spaces: Sequence[EmbeddingSpace]) -> str:
    """Give another model's untrained table, one of the unit that this model reads if there is."""
    floors = [one for one in spaces if is_floor(one)]
    unit = space.provenance.get("reads")
    of_unit = [one for one in floors if one.provenance.get("reads") == unit]
    return next((one.name for one in (*of_unit, *floors)), CHANCE)


def _parts(spaces: Sequence[EmbeddingSpace]) -> list[Contrast]:
    """Declare what comes of the unit and what of the model, where two trainers have read both."""
    read: dict[str, dict[str, list[str]]] = {}
    for space in spaces:
        of_trainer = read.setdefault(str(space.provenance.get("trainer")), {})
        of_trainer.setdefault(str(space.provenance.get("reads")), []).append(space.name)
    both = [
        (units["words"][0], units["tokens"][0])
        for units in read.values()
        if [len(units.get(unit, ())) for unit in ("words", "tokens")] == [1, 1]
    ]
    found = []
    for (words, tokens), (other_words, other_tokens) in combinations(both, 2):
        names = (words, tokens, other_words, other_tokens)
        for kind, weights in _WEIGHTS.items():
            terms = tuple(zip(names, weights, strict=True))
            found.append(Contrast(words, other_tokens, kind, terms))
    return found


_WEIGHTS = {
    UNIT: (0.5, -0.5, 0.5, -0.5),
    MODEL: (0.5, 0.5, -0.5, -0.5),
    BOTH: (1.0, -1.0, -1.0, 1.0),
}
"""Of the first trainer over words, over tokens, and of the second."""
