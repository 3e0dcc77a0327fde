"""Pairs of spaces as wholes: how alike they are, between bounds, and words found again.

Each likeness stands above two floors and below a ceiling:

    floor      the second space's vectors dealt to words as frequent; tested for declared contrasts
    untrained  what the untrained table of either model reaches with the other space
    ceiling    either model beside itself from another seed, where a config asks for seeds
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from compare.at_once import Step, no_step
from compare.comparison.contrasts import declared, untrained_pairs
from compare.comparison.options import ProtocolOptions, Transform
from compare.comparison.protocol import frequencies
from compare.comparison.quantities import PAIR_QUANTITIES
from compare.comparison.seeds import Repeats
from compare.comparison.significance import judge
from compare.measures.likeness import BoundedLikeness, PairMeasure, with_bounds
from compare.measures.procrustes import procrustes_retrieval
from compare.measures.quantity import Quantity
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts

COSTLY_SHUFFLES = 10
"""Shuffles behind the floor of a measure of which a thousand take minutes: too few for a test."""

FEWEST_MOVABLE = 0.5
"""Share of the words that have others as frequent, below which shuffles are no test."""

LIKENESS_COLUMNS = [
    *("first", "second", "quantity", "transform", "value", "floor", "floor_high", "untrained"),
    *("ceiling", "p", "p_holm", "outcome", "holds", "why", "n_shuffles", "shuffled_among", "n"),
]

RETRIEVAL_COLUMNS = [
    *("first", "second", "transform", "direction", "criterion", "p_at_1", "p_at_10", "n"),
]

AS_FREQUENT, ALL = "words as frequent", "all words"
"""What the column ``shuffled_among`` says."""


def likeness(
    spaces: Sequence[EmbeddingSpace],
    transform: Transform,
    repeats: Repeats,
    protocol: ProtocolOptions,
    seed: int,
    company: Sequence[CompanyCounts] = (),
    step: Step = no_step,
) -> pd.DataFrame:
    """Measure how alike each pair of spaces is, over words drawn uniformly from the shared ones.

    A step for each measure of each pair.

    Parameters
    ----------
    company : sequence of CompanyCounts
        Of the same words: says how frequent they are where the spaces do not know.

    Returns
    -------
    DataFrame
        One row for each pair and measure. The declared contrasts are tested against shuffles, a
        family for each measure.
    """
    rows = spaces[0].sampled_rows(protocol.likeness_words, seed=seed)
    if len(rows) < 4:
        return pd.DataFrame(columns=LIKENESS_COLUMNS)
    counts = frequencies(spaces[0], company)
    words = [spaces[0].words[row] for row in rows]
    drawn = [space.restricted(words) for space in spaces]
    again = {
        space.name: [other.restricted(words) for other in repeats.get(space.name, ())]
        for space in spaces
    }
    tested = {frozenset((one.space, one.reference)) for one in declared(spaces)}
    among = ALL if counts is None else AS_FREQUENT
    found: list[dict[str, Any]] = []
    for quantity in PAIR_QUANTITIES:
        measure = _prepared_once(quantity)
        shuffles = min(protocol.shuffles, COSTLY_SHUFFLES if measure.is_costly else np.inf)
        family = []
        for first, second in combinations(drawn, 2):
            is_tested = frozenset((first.name, second.name)) in tested
            bounded = with_bounds(
                measure,
                first,
                second,
                n_permutations=int(shuffles) if is_tested else 0,
                rng=_rng(seed, quantity, first, second),
                counts=None if counts is None else counts[rows],
                seed=seed,
                seeds=_seeds(first, second, again),
            )
            names = {"first": first.name, "second": second.name, "quantity": quantity.method}
            told = {"transform": transform, "shuffled_among": among}
            row = _row(bounded, is_tested=is_tested, is_costly=measure.is_costly)
            family.append({**names, **told, **row})
            step()
        judge(family)
        _add_untrained(family, spaces)
        found += family
    order = {pair: place for place, pair in enumerate(combinations([s.name for s in spaces], 2))}
    found.sort(key=lambda row: order[row["first"], row["second"]])
    return pd.DataFrame(found, columns=LIKENESS_COLUMNS).astype({"holds": bool})


def _rng(
    seed: int, quantity: Quantity, first: EmbeddingSpace, second: EmbeddingSpace
) -> np.random.Generator:
    """Give each test its own draws, so that no further space or measure changes them."""
    key = "\0".join((quantity.method, first.name, second.name)).encode()
    return np.random.default_rng((seed, zlib.crc32(key)))


def _prepared_once(quantity: Quantity) -> PairMeasure:
    """Let the measure of a pair keep what it makes of a space, for all pairs and shuffles."""
    measure = quantity.measure
    assert isinstance(measure, PairMeasure), f"the measure of {quantity.method} is no PairMeasure"
    return replace(measure, prepare=cache(measure.prepare))


def _seeds(
    first: EmbeddingSpace, second: EmbeddingSpace, again: Mapping[str, Sequence[EmbeddingSpace]]
) -> list[tuple[EmbeddingSpace, EmbeddingSpace]]:
    """Pair both spaces with other seeds; a ceiling of one alone would blame the other."""
    if not all(again[one.name] for one in (first, second)):
        return []
    return [(one, other) for one in (first, second) for other in again[one.name]]


def _row(bounded: BoundedLikeness, *, is_tested: bool, is_costly: bool) -> dict[str, Any]:
    why = "" if is_tested else "no declared contrast"
    if is_tested and np.isnan(bounded.p):
        why = "no value, or none that changes"
    if is_tested and bounded.movable < FEWEST_MOVABLE:
        why = f"{bounded.movable:.0%} of the words have others as frequent"
    option = "" if is_costly else " (protocol.shuffles)"
    return {
        "value": bounded.value,
        "floor": bounded.floor,
        "floor_high": bounded.floor_high,
        "ceiling": bounded.ceiling,
        "p": bounded.p,
        "why": why,
        "smallest_p": 1 / (1 + bounded.n_permutations),
        "sample": f"{bounded.n_permutations} shuffles{option}",
        "n_shuffles": bounded.n_permutations,
        "n": bounded.n_used,
    }


def _add_untrained(family: Sequence[dict[str, Any]], spaces: Sequence[EmbeddingSpace]) -> None:
    """Give each pair what the untrained table of one model reaches with the other's space."""
    values = {frozenset((row["first"], row["second"])): row["value"] for row in family}
    for row in family:
        pairs = untrained_pairs(row["first"], row["second"], spaces)
        reached = [values[frozenset(pair)] for pair in pairs]
        row["untrained"] = max((one for one in reached if one == one), default=np.nan)


def retrieval(
    spaces: Sequence[EmbeddingSpace],
    transform: Transform,
    protocol: ProtocolOptions,
    seed: int,
    step: Step = no_step,
) -> pd.DataFrame:
    """Look for held-out words after the best rotation: P@1 and P@10, both ways, also by CSLS.

    A step for each pair.
    """
    rows = spaces[0].sampled_rows(protocol.likeness_words, seed=seed)
    words = [spaces[0].words[row] for row in rows]
    drawn = [space.restricted(words) for space in spaces]
    found = []
    for first, second in combinations(drawn, 2) if len(rows) >= 4 else ():
        held_out = procrustes_retrieval(first, second, seed=seed)
        for direction in ("forward", "backward"):
            for criterion in ("cosine", "CSLS"):
                names = (first.name, second.name, transform, direction, criterion)
                values = [
                    held_out.precision(k, direction=direction, criterion=criterion) for k in (1, 10)
                ]
                found.append((*names, *values, held_out.n_used))
        step()
    return pd.DataFrame(found, columns=RETRIEVAL_COLUMNS)
