"""One space's numbers: every quantity is asked, each pass run once, each value with its interval.

Every space answers the same items, so that the differences between spaces can be tested unit by
unit (``significance``). Numbers that are tested are also given for parts of the items: words of
one token, split words, bands of frequency (``compare/judgments/strata.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.options import ProtocolOptions, Transform
from compare.judgments.judgments import Judgments
from compare.judgments.strata import ALL_WORDS, Stratum
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts
from compare.uncertainty import Estimate, Interval, share_interval

MEASUREMENT_COLUMNS = [
    *("space", "quantity", "judgments", "relation", "words", "method", "candidates", "transform"),
    *("value", "low", "high", "p", "holds", "chance", "n", "n_missing", "unit"),
]


@dataclass(frozen=True)
class AskedSpace:
    """A space in one transform and what it is asked, each answer kept for all who read it.

    Attributes
    ----------
    analogies, similarity, lexicons : tuple of Asked
        One for each set of judgments, and one for each stratum of it.
    alone : tuple of Asked
        The space without judgments, and each stratum of its words.
    company : tuple of Asked
        As above, of the counts of each text.
    """

    space: EmbeddingSpace
    transform: Transform
    analogies: tuple[Asked, ...]
    similarity: tuple[Asked, ...]
    lexicons: tuple[Asked, ...]
    alone: tuple[Asked, ...]
    company: tuple[Asked, ...] = ()

    def asked(self, quantity: Quantity) -> tuple[Asked, ...]:
        """Give what a quantity reads: one for each set of the judgments that it asks."""
        return {
            "company": self.company,
            "analogies": self.analogies,
            "similarity": self.similarity,
            "lexicon": self.lexicons,
            "space": self.alone,
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
    strata: Sequence[Stratum] = (),
    company: Sequence[CompanyCounts] = (),
) -> AskedSpace:
    """Prepare what a space is asked; nothing is measured before a quantity reads it.

    Parameters
    ----------
    space : EmbeddingSpace
        Transformed already.
    quantities : sequence of Quantity
        Those that will be read.
    strata : sequence of Stratum
        Parts of the items that some quantities are also read of.
    company : sequence of CompanyCounts
        Of the words of the space, in its order.
    """
    methods = tuple(dict.fromkeys(quantity.method for quantity in quantities))

    def about(sets: Iterable[Any], cut: Callable[[Stratum, Any], Any]) -> tuple[Asked, ...]:
        found = []
        for one in sets:
            whole = Asked(space, one, k=protocol.neighbours, seed=seed, methods=methods)
            parts = (replace(whole, judgments=cut(s, one), stratum=s, whole=whole) for s in strata)
            found += [whole, *parts]
        return tuple(found)

    return AskedSpace(
        space,
        transform,
        about(judgments.analogies, Stratum.of_analogies),
        about(judgments.similarity, Stratum.of_similarity),
        about(judgments.lexicons, Stratum.of_lexicon),
        about([None], lambda _, nothing: nothing),
        about(company, lambda _, counts: counts),
    )


class Of(NamedTuple):
    """What a number is of, whatever the space."""

    quantity: str
    judgments: str
    relation: str
    words: str
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
        The value; low and high are NaN where no unit carries them.
    estimate, excess : Estimate or None
        Of what is tested: the value by its units, and what it exceeds chance by.
    """

    space: str
    of: Of
    interval: Interval
    chance: float
    n_used: int
    n_missing: int
    unit: str
    estimate: Estimate | None
    excess: Estimate | None


def numbers(
    asked: AskedSpace, quantities: Iterable[Quantity], *, is_first: bool
) -> Iterator[Number]:
    """Measure a space: one number for each quantity, set of judgments, and part of it.

    Parameters
    ----------
    is_first : bool
        Whether the transform is the first, in which also that is asked which no transform changes.
    """
    for quantity in quantities:
        for one in asked.asked(quantity) if is_first or quantity.is_of_transforms else ():
            if one.stratum is not None and not (quantity.is_tested or quantity.is_by_words):
                continue
            for part, scored in quantity.read(one.once(quantity.measure)).items():
                if one.stratum is None or (part == ALL and scored.n_used):
                    yield _number(asked, quantity, one, part, scored)


def _number(asked: AskedSpace, quantity: Quantity, one: Asked, part: str, scored: Scored) -> Number:
    of = Of(
        quantity=quantity.key,
        judgments="" if one.judgments is None else one.judgments.name,
        # without judgments there is nothing to be a part of
        relation="" if one.judgments is None and part == ALL else part,
        words=ALL_WORDS if one.stratum is None else one.stratum.name,
        method=quantity.method_at(one.n_neighbours),
        candidates=quantity.candidates,
        transform=asked.transform,
    )
    estimate = scored.estimate
    return Number(
        asked.space.name,
        of,
        interval_of(quantity, scored),
        scored.chance,
        scored.n_used,
        scored.n_missing,
        quantity.unit,
        estimate if quantity.is_tested else None,
        scored.excess,
    )


def interval_of(quantity: Quantity, scored: Scored) -> Interval:
    """Give the 95 % interval of a value, within what the quantity can be."""
    estimate = scored.estimate
    if not np.isfinite(scored.value):  # a dimension, say, where all words are equally far
        return Interval(np.nan, np.nan, np.nan)
    if estimate is None:
        return Interval(scored.value, np.nan, np.nan)
    if quantity.unit == "share" and scored.value in (0, 1) and not np.isnan(estimate.error):
        return share_interval(scored.value, estimate.n_units)
    _, low, high = estimate.interval()
    lowest, highest = quantity.bounds
    return Interval(scored.value, max(low, lowest), min(high, highest))


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
