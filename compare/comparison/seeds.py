"""How much another seed moves a number: the main quantities of the same models, trained again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from compare.at_once import Step, Task
from compare.comparison.item_scores import concatenated
from compare.comparison.options import ProtocolOptions, Transform
from compare.comparison.protocol import normal_space
from compare.comparison.quantities import QUANTITIES, main_quantities
from compare.comparison.scores import AskedSpace, Number, measurements, numbers
from compare.judgments.strata import ALL_WORDS
from compare.spaces.space import EmbeddingSpace

Repeats = Mapping[str, Sequence[EmbeddingSpace]]
"""Spaces of the same model from other seeds, by the name of the space that is compared."""


def cut_repeats(
    repeats: Repeats, reference: EmbeddingSpace, protocol: ProtocolOptions
) -> dict[str, list[EmbeddingSpace]]:
    """Cut other seeds' spaces to the shared words; they hold them, being of the same models.

    Parameters
    ----------
    reference : EmbeddingSpace
        One that was cut to the shared words.
    """
    cut = {}
    for name, again in repeats.items():
        folded = (normal_space(one, fold=protocol.case == "fold")[0] for one in again)
        kept = [replace(one, counts=None).restricted(reference.words) for one in folded]
        cut[name] = [replace(one, counts=reference.counts) for one in kept]
    return cut


def asked_again(
    spaces: Sequence[EmbeddingSpace],
    repeats: Repeats,
    transform: Transform,
    asking: Callable[..., AskedSpace],
) -> list[Task[list[Number]]]:
    """Ask the spaces of further seeds the tested and the main quantities.

    Each under the name of its first, in the order of the spaces and of their seeds.

    Parameters
    ----------
    asking : callable
        :func:`compare.comparison.scores.ask` with all that is the same for all spaces.
    """
    quantities = [one for one in QUANTITIES if one.is_tested or one.is_main]

    def numbers_of(space: EmbeddingSpace, _: Step) -> list[Number]:
        asked = asking(space, transform, quantities=quantities)
        return list(numbers(asked, quantities, is_first=True))

    return [
        Task(partial(numbers_of, one.named(space.name)))
        for space in spaces
        for one in repeats.get(space.name, ())
    ]


def values_by_seed(
    first: Sequence[Number], by_seed: Mapping[str, Sequence[Sequence[Number]]], seed: int
) -> pd.DataFrame:
    """Tabulate the main numbers of every seed, without intervals.

    Parameters
    ----------
    first : sequence of Number
        Of the spaces compared, of the first seed; spaces without further seeds are left out.
    by_seed : mapping
        For each space the numbers of its further seeds (:func:`asked_again`).

    Returns
    -------
    DataFrame
        The columns of measurements but low and high, and seed.
    """
    tables = []
    for space, further in by_seed.items():
        own = [number for number in first if number.space == space]
        for number, found in enumerate((own, *further)):
            kept = [n for n in found if _is_main(n) and n.of.words == ALL_WORDS]
            tables.append(measurements(kept).assign(seed=seed + number))
    return concatenated(tables).drop(columns=["low", "high"], errors="ignore")


def _is_main(number: Number) -> bool:
    of = number.of
    return any(one.is_named(of.quantity, of.method, of.candidates) for one in main_quantities())
