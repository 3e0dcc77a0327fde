"""What spaces answered: their numbers, the lists that come out of the same passes, the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from compare.at_once import Step, Task
from compare.comparison.contrasts import declared
from compare.comparison.cuts import scores_by_cut
from compare.comparison.item_scores import (
    company_scores,
    concatenated,
    hubs,
    pair_scores,
    question_scores,
    random_cosines,
)
from compare.comparison.options import Transform
from compare.comparison.protocol import SpacesByTransform
from compare.comparison.quantities import SPACE_QUANTITIES
from compare.comparison.scores import AskedSpace, Number, measurements, numbers
from compare.comparison.seeds import values_by_seed
from compare.comparison.significance import differences, relation_differences
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Answers:
    """What one space answered in one transform: numbers, and tables by their names."""

    numbers: list[Number]
    tables: dict[str, pd.DataFrame]


def asked_of_all(
    by_transform: SpacesByTransform, asking: Callable[..., AskedSpace]
) -> list[Task[Answers]]:
    """Ask every space every quantity, in every transform.

    Parameters
    ----------
    by_transform : mapping
        In the first transform also that is asked which no transform changes.
    asking : callable
        :func:`compare.comparison.scores.ask` with all that is the same for all spaces.
    """
    first = next(iter(by_transform))
    return [
        Task(partial(_answers, space, transform, asking, transform == first), len(SPACE_QUANTITIES))
        for transform, spaces in by_transform.items()
        for space in spaces
    ]


def _answers(
    space: EmbeddingSpace,
    transform: Transform,
    asking: Callable[..., AskedSpace],
    is_first: bool,
    step: Step,
) -> Answers:
    asked = asking(space, transform, quantities=SPACE_QUANTITIES)
    found: list[Number] = []
    for quantity in SPACE_QUANTITIES:
        found += numbers(asked, [quantity], is_first=is_first)
        step()
    return Answers(
        found,
        {
            "analogy_scores": question_scores(asked),
            "similarity_scores": pair_scores(asked),
            "cosines": random_cosines(asked),
            "hubs": hubs(asked),
            # what no transform changes is asked in the first alone
            "cuts": scores_by_cut(asked) if is_first else pd.DataFrame(),
            "company_scores": company_scores(asked) if is_first else pd.DataFrame(),
        },
    )


def answer_tables(
    answered: Sequence[Answers],
    again: Sequence[Sequence[Number]],
    spaces: Sequence[EmbeddingSpace],
    *,
    first: Transform,
    words: str,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Tabulate and test what all spaces answered.

    Parameters
    ----------
    again : sequence of sequence of Number
        Of further seeds, in their order, each under the name of its space.
    spaces : sequence of EmbeddingSpace
        In the first transform.
    words : str
        The stratum whose tests are planned.
    """
    found = [number for one in answered for number in one.numbers]
    by_seed: dict[str, list[Sequence[Number]]] = {}
    for further in again:
        by_seed.setdefault(further[0].space, []).append(further)
    contrasts = declared(spaces)
    return {
        "measurements": measurements(found),
        "differences": differences(
            found,
            contrasts,
            transform=first,
            words=words,
            seeds={
                name: [{number.of: number for number in one} for one in seeds]
                for name, seeds in by_seed.items()
            },
        ),
        "relation_differences": relation_differences(found, contrasts, transform=first),
        "seeds": values_by_seed(found, by_seed, seed),
        **{
            name: concatenated([one.tables[name] for one in answered])
            for name in answered[0].tables
        },
    }
