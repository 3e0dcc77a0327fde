"""Pairs of spaces → how alike they are: common neighbours, changed words, likeness as wholes.

Each likeness stands between a floor (what shuffled words or chance reach) and a ceiling (the same
model trained from another seed), where a config asks for seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.protocol import ProtocolOptions, Transform
from compare.measures.cka import linear_cka
from compare.measures.frequency_bands import EDGES, by_frequency_band, most_and_least
from compare.measures.likeness import LikenessMeasure, with_bounds
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import Neighbours, common_neighbours, nearest
from compare.measures.procrustes import held_out_precision, procrustes_retrieval
from compare.measures.rank_biased_overlap import rank_biased_overlap
from compare.measures.rsa import similarity_correlation
from compare.measures.svcca import svcca
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import bootstrap_mean, interval

OVERLAP_WORDS = 1000
BAND_WORDS = 250
CHANGED_WORDS = 2000

SpacesByTransform = Mapping[Transform, Sequence[EmbeddingSpace]]
Repeats = Mapping[str, Sequence[EmbeddingSpace]]
"""Spaces of the same model from other seeds, by the name of the space that is compared."""

OVERLAP_COLUMNS = ["first", "second", "transform", "k", "value", "low", "high", "chance", "n_used"]
BAND_COLUMNS = [
    *("first", "second", "transform", "from_rank", "to_rank", "k", "value", "low", "high"),
    *("rbo", "n_used"),
]
LIKENESS_COLUMNS = [
    *("first", "second", "measure", "transform", "value", "floor", "floor_high", "p", "ceiling"),
    *("n_shuffles", "n_used"),
]

RETRIEVAL_COLUMNS = [
    *("first", "second", "transform", "direction", "criterion", "p_at_1", "p_at_10", "n_used"),
]


def overlaps(
    by_transform: SpacesByTransform, repeats: Repeats, protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """Measure overlap@k of each pair of spaces, over words drawn uniformly from the shared ones.

    A space whose model was trained from other seeds is also paired with itself: the ceiling.
    """
    found = []
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
            replicates = bootstrap_mean(
                overlap.scores, n_replicates=protocol.bootstrap_replicates, seed=seed
            )
            value, low, high = interval(overlap.value, replicates)
            numbers = (overlap.k, value, low, high, overlap.chance, overlap.n_used)
            found.append((first, second, transform, *numbers))
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
            replicates = bootstrap_mean(
                band.scores, n_replicates=protocol.bootstrap_replicates, seed=seed
            )
            value, low, high = interval(band.value, replicates)
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
    spaces: Sequence[EmbeddingSpace], protocol: ProtocolOptions, *, n: int = 8
) -> list[dict[str, Any]]:
    """List the frequent words whose neighbourhoods differ most and least from the first space.

    By rank-biased overlap, among the 2,000 most frequent words; of equal ones the more frequent.
    """
    words = spaces[0].words[:CHANGED_WORDS]
    near = [nearest(space, words, k=protocol.neighbours) for space in spaces]
    found = []
    for space, of_space in zip(spaces[1:], near[1:], strict=True):
        scores = rank_biased_overlap(near[0], of_space)
        same, changed = most_and_least(words, scores, n=n)
        found.append(
            {
                "first": spaces[0].name,
                "second": space.name,
                "same": [{"word": word, "rbo": round(score, 3)} for word, score in same],
                "changed": [
                    {
                        "word": word,
                        "rbo": round(score, 3),
                        "in_first": _top(spaces[0], near[0], word),
                        "in_second": _top(space, of_space, word),
                    }
                    for word, score in changed
                ],
            }
        )
    return found


def _top(space: EmbeddingSpace, near: Neighbours, word: str, n: int = 3) -> list[str]:
    return [space.words[row] for row in near.rows[near.words.index(word)][:n]]


def _likeness_measures(seed: int) -> dict[str, LikenessMeasure]:
    return {
        "linear CKA": linear_cka,
        # all pairs of its words are ranked
        "RSA": partial(similarity_correlation, max_words=250, seed=seed),
        "SVCCA": svcca,
        "mutual k-NN": mutual_neighbours,
        "Procrustes P@1": partial(held_out_precision, seed=seed),
    }


def likeness(
    spaces: Sequence[EmbeddingSpace],
    transform: Transform,
    repeats: Repeats,
    protocol: ProtocolOptions,
    seed: int,
) -> pd.DataFrame:
    """Measure how alike each pair of spaces is, over words drawn uniformly from the shared ones."""
    rng = np.random.default_rng(seed)
    rows = spaces[0].sampled_rows(protocol.likeness_words, seed=seed)
    words = [spaces[0].words[row] for row in rows]
    drawn = [space.restricted(words) for space in spaces]
    again = {
        space.name: [other.restricted(words) for other in repeats.get(space.name, ())]
        for space in spaces
    }
    found = []
    for first, second in combinations(drawn, 2) if len(rows) >= 4 else ():
        seeds = [(one, other) for one in (first, second) for other in again[one.name]]
        for name, measure in _likeness_measures(seed).items():
            bounded = with_bounds(
                measure,
                first,
                second,
                n_permutations=protocol.shuffles,
                rng=rng,
                # a ceiling of one model alone would flatter or blame the other
                seeds=seeds if all(again[one.name] for one in (first, second)) else (),
            )
            numbers = (bounded.value, bounded.floor, bounded.floor_high, bounded.p, bounded.ceiling)
            sizes = (bounded.n_permutations, bounded.n_used)
            found.append((first.name, second.name, name, transform, *numbers, *sizes))
    return pd.DataFrame(found, columns=LIKENESS_COLUMNS)


def retrieval(
    spaces: Sequence[EmbeddingSpace], transform: Transform, protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """Look for held-out words after the best rotation: P@1 and P@10, both ways, also by CSLS."""
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
    return pd.DataFrame(found, columns=RETRIEVAL_COLUMNS)
