"""How much another seed moves a number: the main quantities of the same models, trained again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from compare.comparison.item_scores import concatenated
from compare.comparison.options import ProtocolOptions, Transform
from compare.comparison.protocol import fold_case
from compare.comparison.quantities import main_quantities
from compare.comparison.scores import ask, measurements, numbers
from compare.judgments.judgments import Judgments
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
        folded = (fold_case(one)[0] if protocol.case == "fold" else one for one in again)
        kept = [replace(one, counts=None).restricted(reference.words) for one in folded]
        cut[name] = [replace(one, counts=reference.counts) for one in kept]
    return cut


def values_by_seed(
    spaces: Sequence[EmbeddingSpace],
    repeats: Repeats,
    transform: Transform,
    judgments: Judgments,
    protocol: ProtocolOptions,
    seed: int,
) -> pd.DataFrame:
    """Take the main numbers of every seed's space, without intervals.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        Those that are compared, of the first seed; spaces without repeats are left out.

    Returns
    -------
    DataFrame
        The columns of measurements but low and high, and seed.
    """
    quantities = main_quantities()
    tables = []
    for space in spaces:
        again = repeats.get(space.name, ())
        for number, one in enumerate((space, *again) if again else ()):
            named = one.named(space.name)
            asked = ask(named, transform, judgments, protocol, seed, quantities=quantities)
            found = numbers(asked, quantities, n_replicates=0, is_first=True)
            tables.append(measurements(found).assign(seed=seed + number))
    return concatenated(tables).drop(columns=["low", "high"], errors="ignore")
