"""One space's numbers: every quantity is asked, each pass run once, each value with its interval.

Every space answers the same items, resampled with the same draws, so that the differences between
spaces can be tested pair by pair (``significance``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.options import ProtocolOptions, Transform
from compare.judgments.judgments import Judgments
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import Interval, interval

FEWEST_TESTED = 12
"""Units from which spaces are tested against each other: a difference that all of them share would
have p = 2⁻¹¹ by flipping signs."""

MEASUREMENT_COLUMNS = [
    *("space", "quantity", "judgments", "relation", "method", "candidates", "transform"),
    *("value", "low", "high", "p", "holds", "chance", "n", "n_missing", "unit"),
]


@dataclass(frozen=True)
class AskedSpace:
    """A space in one transform and what it is asked, each answer kept for all who read it.

    Attributes
    ----------
    analogies, similarity, lexicons : tuple of Asked
        One for each set of judgments.
    alone : Asked
        The space without judgments.
    """

    space: EmbeddingSpace
    transform: Transform
    analogies: tuple[Asked, ...]
    similarity: tuple[Asked, ...]
    lexicons: tuple[Asked, ...]
    alone: Asked

    def asked(self, quantity: Quantity) -> tuple[Asked, ...]:
        """Give what a quantity reads: one for each set of the judgments that it asks."""
        return {
            "analogies": self.analogies,
            "similarity": self.similarity,
            "lexicon": self.lexicons,
            "space": (self.alone,),
            "pair": (),
        }[quantity.asks]


def ask(
    space: EmbeddingSpace,
    transform: Transform,
    judgments: Judgments,
    protocol: ProtocolOptions,
    seed: int,
    *,
    quantities: Sequence[Quantity],
) -> AskedSpace:
    """Prepare what a space is asked; nothing is measured before a quantity reads it.

    Parameters
    ----------
    space : EmbeddingSpace
        Transformed already.
    quantities : sequence of Quantity
        Those that will be read.
    """
    methods = tuple(dict.fromkeys(quantity.method for quantity in quantities))

    def about(sets: Iterable[object]) -> tuple[Asked, ...]:
        return tuple(
            Asked(space, one, k=protocol.neighbours, seed=seed, methods=methods) for one in sets
        )

    [alone] = about([None])
    return AskedSpace(
        space,
        transform,
        about(judgments.analogies),
        about(judgments.similarity),
        about(judgments.lexicons),
        alone,
    )


class Of(NamedTuple):
    """What a number is of, whatever the space."""

    quantity: str
    judgments: str
    relation: str
    method: str
    candidates: str
    transform: str

    @property
    def is_whole(self) -> bool:
        """Whether it is of all that was asked, and no part of it."""
        return self.relation in (ALL, "")


@dataclass(frozen=True)
class Number:
    """A number of one space.

    Attributes
    ----------
    interval : Interval
        The value; low and high are NaN where nothing was resampled.
    replicates : ndarray of float64, shape (n_replicates,), or None
        Of what is tested between spaces.
    """

    space: str
    of: Of
    interval: Interval
    chance: float
    n_used: int
    n_missing: int
    n_units: int
    unit: str
    replicates: np.ndarray | None


def numbers(
    asked: AskedSpace, quantities: Iterable[Quantity], *, n_replicates: int, is_first: bool
) -> Iterator[Number]:
    """Measure a space: one number for each quantity, set of judgments, and part of it.

    Parameters
    ----------
    n_replicates : int
        Resamples behind each interval; 0: values alone.
    is_first : bool
        Whether the transform is the first, in which also that is asked which no transform changes.
    """
    for quantity in quantities:
        for one in asked.asked(quantity) if is_first or quantity.is_of_transforms else ():
            for part, scored in quantity.read(one.once(quantity.measure)).items():
                of = Of(
                    quantity=quantity.key,
                    judgments="" if one.judgments is None else one.judgments.name,
                    # without judgments there is nothing to be a part of
                    relation="" if one.judgments is None and part == ALL else part,
                    method=quantity.method_at(one.n_neighbours),
                    candidates=quantity.candidates,
                    transform=asked.transform,
                )
                found, replicates = _resampled(quantity, scored, one.seed, n_replicates)
                counts = (scored.n_used, scored.n_missing, scored.n_units)
                yield Number(
                    asked.space.name, of, found, scored.chance, *counts, quantity.unit, replicates
                )


def _resampled(
    quantity: Quantity, scored: Scored, seed: int, n_replicates: int
) -> tuple[Interval, np.ndarray | None]:
    """Give the interval, and the replicates where spaces are to be tested by them."""
    if quantity.bootstrap is None or not scored.sample or not n_replicates:
        return Interval(scored.value, float("nan"), float("nan")), None
    replicates = quantity.bootstrap(*scored.sample, n_replicates=n_replicates, seed=seed)
    is_tested = quantity.is_tested and scored.n_units >= FEWEST_TESTED
    is_tested = is_tested and bool(np.isfinite(replicates).any())
    return interval(scored.value, replicates), replicates if is_tested else None


def measurements(found: Iterable[Number]) -> pd.DataFrame:
    """Tabulate numbers, one a row; columns are :data:`MEASUREMENT_COLUMNS`."""
    rows = [
        {
            "space": number.space,
            **number.of._asdict(),
            **number.interval._asdict(),
            "p": float("nan"),  # a number alone is no difference: nothing is tested
            "holds": False,
            "chance": number.chance,
            "n": number.n_used,
            "n_missing": number.n_missing,
            "unit": number.unit,
        }
        for number in found
    ]
    return pd.DataFrame(rows, columns=MEASUREMENT_COLUMNS)
