"""Pairs of spaces, word by word: common neighbours, and words that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.contrasts import declared, untrained_pairs
from compare.comparison.likeness import FEWEST_MOVABLE
from compare.comparison.options import ProtocolOptions, Transform
from compare.comparison.protocol import SpacesByTransform, frequencies
from compare.comparison.seeds import Repeats
from compare.comparison.significance import FEWEST_TESTED, judge, why_untested
from compare.judgments.strata import ALL_WORDS, strata_of
from compare.measures.changed_words import MOST_WORDS
from compare.measures.changed_words import changed_words as changes_of_words
from compare.measures.frequency_bands import EDGES, as_frequent, by_frequency_band
from compare.measures.neighbours import (
    Neighbours,
    common_neighbours,
    controls_in_common,
    nearest,
    shares_in_common,
)
from compare.measures.rank_biased_overlap import rank_biased_overlap
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts
from compare.uncertainty import UnitMean

OVERLAP_WORDS = 1000
"""Words whose neighbours are compared, a quarter of the vocabulary at most.

Words that are each other's neighbours count twice: were all words asked, tests over words would
reject in 8 of 100 draws of unrelated spaces (``tests/statistics/nulls.py``).
"""
BAND_WORDS = 250

OVERLAP_COLUMNS = [
    *("first", "second", "transform", "words", "k", "value", "low", "high", "chance", "untrained"),
    *("p", "p_holm", "outcome", "holds", "why", "n"),
]
BAND_COLUMNS = [
    *("first", "second", "transform", "from_rank", "to_rank", "k", "value", "low", "high"),
    *("rbo", "n"),
]
CHANGED_COLUMNS = ["first", "second", "kind", "word", "change", "side", "place"]
CHANGED_COLUMNS += ["neighbour", "why"]


def overlaps(
    by_transform: SpacesByTransform,
    repeats: Repeats,
    protocol: ProtocolOptions,
    seed: int,
    company: Sequence[CompanyCounts] = (),
) -> pd.DataFrame:
    """Measure overlap@k of each pair of spaces, over words drawn uniformly from the shared ones.

    For all of them, and for words of one token and split words. A space whose model was trained
    from other seeds is also paired with itself: the ceiling.

    The declared contrasts are tested, one-sided: words share more neighbours than words as frequent
    as these would be shared (``chance``), and more than with the untrained table of either model
    (``untrained``, the larger). The p is the larger of these tests', as all must hold; Holm within
    a transform and kind of words.

    Parameters
    ----------
    company : sequence of CompanyCounts
        Of the same words: says how frequent they are where the spaces do not know.
    """
    found: list[dict[str, Any]] = []
    strata = [one for one in strata_of(by_transform[next(iter(by_transform))]) if one.is_of_tokens]
    counts = frequencies(by_transform[next(iter(by_transform))][0], company)
    for transform, spaces in by_transform.items():
        groups = np.zeros(len(spaces[0]), np.int64) if counts is None else as_frequent(counts)
        n_asked = min(OVERLAP_WORDS, max(FEWEST_TESTED, len(spaces[0]) // 4))
        rows = spaces[0].sampled_rows(n_asked, seed=seed)
        words = [spaces[0].words[row] for row in rows]
        near = {space.name: nearest(space, words, k=protocol.neighbours).rows for space in spaces}
        lists = {pair: (near[pair[0]], near[pair[1]]) for pair in combinations(near, 2)}
        for space in spaces if transform == next(iter(by_transform)) else ():
            for other in repeats.get(space.name, ())[:1]:
                again = nearest(other, words, k=protocol.neighbours).rows
                lists[space.name, space.name] = (near[space.name], again)
        shared = {
            pair: _Shared(shares_in_common(*both), *controls_in_common(rows, *both, groups))
            for pair, both in lists.items()
        }
        kinds = {ALL_WORDS: np.ones(len(words), dtype=bool)}
        kinds |= {s.name: np.array([s.holds((word,)) for word in words]) for s in strata}
        names = {"transform": transform, "k": near[spaces[0].name].shape[1]}
        for kind, is_of_it in kinds.items():
            of_kind = {pair: one.within(is_of_it) for pair, one in shared.items()}
            found += [{**names, "words": kind, **row} for row in _tested(of_kind, spaces)]
    return pd.DataFrame(found, columns=OVERLAP_COLUMNS).astype({"holds": bool})


class _Shared(NamedTuple):
    """What each word shares, what words as frequent as its neighbours would, and if there are any.

    Three arrays of float64, a value for each word.
    """

    scores: np.ndarray
    controls: np.ndarray
    movable: np.ndarray

    def within(self, kept: np.ndarray) -> _Shared:
        return _Shared(*(each[kept] for each in self))

    def why_untested(self) -> str:
        if len(self.movable) and self.movable.mean() < FEWEST_MOVABLE:
            return f"{self.movable.mean():.0%} of the neighbours have others as frequent"
        return why_untested(UnitMean.of(self.scores))


def _tested(
    shared: Mapping[tuple[str, str], _Shared], spaces: Sequence[EmbeddingSpace]
) -> list[dict[str, Any]]:
    """Test what pairs of spaces share: one family."""
    means = {frozenset(pair): UnitMean.of(one.scores) for pair, one in shared.items()}
    tested = {frozenset((one.space, one.reference)) for one in declared(spaces)}
    family = []
    for (first, second), of_pair in shared.items():
        mean, control = means[frozenset((first, second))], UnitMean.of(of_pair.controls)
        floors = [means[frozenset(pair)] for pair in untrained_pairs(first, second, spaces)]
        is_tested = first != second and frozenset((first, second)) in tested
        family.append(
            {
                "first": first,
                "second": second,
                **mean.interval()._asdict(),
                "chance": control.value,
                "untrained": max((floor.value for floor in floors), default=np.nan),
                "p": max(mean.minus(ground).p_above() for ground in (control, *floors)),
                "smallest_p": mean.smallest_p / 2,
                "why": of_pair.why_untested() if is_tested else "no declared contrast",
                "sample": f"{mean.n_units} words",
                "n": mean.n_units,
            }
        )
    judge(family)
    return family


def overlaps_by_band(
    spaces: Sequence[EmbeddingSpace], transform: Transform, protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """Measure common neighbours by how frequent the word is, as many words drawn in each band.

    ``value`` is overlap@k, ``rbo`` the mean rank-biased overlap, whose first places count most.
    """
    if spaces[0].counts is None or len(spaces) < 2:
        return pd.DataFrame(columns=BAND_COLUMNS)
    rng = np.random.default_rng(seed)
    edges = [0, *(edge for edge in EDGES if edge < len(spaces[0])), len(spaces[0])]
    rows = np.concatenate(
        [
            low + np.sort(rng.choice(high - low, min(BAND_WORDS, high - low), replace=False))
            for low, high in pairwise(edges)
        ]
    )
    words = [spaces[0].words[row] for row in rows]
    near = [nearest(space, words, k=protocol.neighbours) for space in spaces]
    found: list[dict[str, Any]] = []
    for (one, first), (other, second) in combinations(zip(spaces, near, strict=True), 2):
        shared = common_neighbours(first, second, n_words=len(one))
        ranked = rank_biased_overlap(first, second)
        bands = by_frequency_band(one, words, shared.scores)
        ranked_bands = by_frequency_band(one, words, ranked)
        for band, ranked_band in zip(bands, ranked_bands, strict=True):
            value, low, high = UnitMean.of(band.scores).interval()
            names = (one.name, other.name, transform, band.first, band.last, shared.k)
            found.append(
                dict(
                    zip(
                        BAND_COLUMNS,
                        (*names, value, low, high, ranked_band.value, band.n_used),
                        strict=True,
                    )
                )
            )
    return pd.DataFrame(found, columns=BAND_COLUMNS)


def changed_words(
    spaces: Sequence[EmbeddingSpace], repeats: Repeats, protocol: ProtocolOptions, *, n: int = 8
) -> pd.DataFrame:
    """List the frequent words whose neighbourhoods differ most and least from the first space.

    Among the 2,000 most frequent words; what a word moves between seeds of one model is taken off,
    where there are some.

    Returns
    -------
    DataFrame
        first, second, kind ("changed", "same", or "none" where there is no list), word, change
        (of three digits), side ("first" or "second"), place (from 1), neighbour: the three nearest
        words on either side of each that changed; why (there is no list). Those that stayed the
        same have one row without side and neighbour, at place 0.
    """
    words = spaces[0].words[:MOST_WORDS]

    def vectors(space: EmbeddingSpace) -> np.ndarray:
        return space.vectors[: len(words)]

    found: list[tuple[object, ...]] = []
    for space in spaces[1:]:
        own = [
            vectors(again[0]) if (again := repeats.get(one.name)) else None
            for one in (spaces[0], space)
        ]
        result = changes_of_words(
            vectors(spaces[0]), vectors(space), own_first=own[0], own_second=own[1], n=n
        )
        names = (spaces[0].name, space.name)
        if not result.most:
            found.append((*names, "none", "", np.nan, "", 0, "", result.reason))
            continue
        changed = [words[place] for place, _ in result.most]
        near = [nearest(one, changed, k=protocol.neighbours) for one in (spaces[0], space)]
        sides = list(zip(("first", "second"), (spaces[0], space), near, strict=True))
        for word, (_, change) in zip(changed, result.most, strict=True):
            found += [
                (*names, "changed", word, round(change, 3), side, place, neighbour, "")
                for side, one, of_one in sides
                for place, neighbour in enumerate(_top(one, of_one, word), start=1)
            ]
        found += [
            (*names, "same", words[place], round(change, 3), "", 0, "", "")
            for place, change in result.least
        ]
    return pd.DataFrame(found, columns=CHANGED_COLUMNS)


def _top(space: EmbeddingSpace, near: Neighbours, word: str, n: int = 3) -> list[str]:
    return [space.words[row] for row in near.rows[near.words.index(word)][:n]]
