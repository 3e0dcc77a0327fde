"""Pairs of spaces, word by word: common neighbours, and words that changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.options import ProtocolOptions, Transform
from compare.comparison.protocol import SpacesByTransform
from compare.comparison.seeds import Repeats
from compare.judgments.strata import ALL_WORDS, strata_of
from compare.measures.changed_words import MOST_WORDS
from compare.measures.changed_words import changed_words as changes_of_words
from compare.measures.frequency_bands import EDGES, by_frequency_band
from compare.measures.neighbours import Neighbours, common_neighbours, nearest
from compare.measures.rank_biased_overlap import rank_biased_overlap
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import UnitMean

OVERLAP_WORDS = 1000
BAND_WORDS = 250

OVERLAP_COLUMNS = [
    *("first", "second", "transform", "words", "k", "value", "low", "high", "chance", "n"),
]
BAND_COLUMNS = [
    *("first", "second", "transform", "from_rank", "to_rank", "k", "value", "low", "high"),
    *("rbo", "n"),
]
CHANGED_COLUMNS = ["first", "second", "kind", "word", "change", "side", "place"]
CHANGED_COLUMNS += ["neighbour", "why"]


def overlaps(
    by_transform: SpacesByTransform, repeats: Repeats, protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """Measure overlap@k of each pair of spaces, over words drawn uniformly from the shared ones.

    For all of them, and for words of one token and split words. A space whose model was trained
    from other seeds is also paired with itself: the ceiling.
    """
    found = []
    strata = [one for one in strata_of(by_transform[next(iter(by_transform))]) if one.is_of_tokens]
    for transform, spaces in by_transform.items():
        rows = spaces[0].sampled_rows(OVERLAP_WORDS, seed=seed)
        words = [spaces[0].words[row] for row in rows]
        near = {space.name: nearest(space, words, k=protocol.neighbours) for space in spaces}
        pairs = [(first, second, near[second]) for first, second in combinations(near, 2)]
        for space in spaces if transform == next(iter(by_transform)) else ():
            pairs += [
                (space.name, space.name, nearest(other, words, k=protocol.neighbours))
                for other in repeats.get(space.name, ())[:1]
            ]
        for first, second, of_second in pairs:
            overlap = common_neighbours(near[first], of_second, n_words=len(spaces[0]))
            kinds = {ALL_WORDS: np.ones(len(words), dtype=bool)}
            kinds |= {s.name: np.array([s.holds((word,)) for word in words]) for s in strata}
            for kind, is_of_it in kinds.items():
                scores = overlap.scores[is_of_it]
                value, low, high = UnitMean.of(scores).interval()
                numbers = (overlap.k, value, low, high, overlap.chance, len(scores))
                found.append((first, second, transform, kind, *numbers))
    return pd.DataFrame(found, columns=OVERLAP_COLUMNS)


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
