"""What the explorer's page carries of each space, and of all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from compare.errors import InputError
from compare.figures.style import Look
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.changed_words import MOST_WORDS, changed_words
from compare.measures.company_marks import marks
from compare.measures.frequency_bands import EDGES
from compare.measures.neighbours import nearest
from compare.measures.plane import turned_onto
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts
from compare.text.english import english_words
from experiments.explorer.packing import (
    PLACE,
    as_text,
    framed,
    kept_neighbours,
    map_places,
    packed_places,
    packed_vectors,
    page_space,
    tsne_places,
)

MARKED = 10
"""Neighbours of each word that are marked by kind."""

DIFFERING = 15
"""Words listed that differ most, in each band of frequency."""

FIRST_WORDS = ("king", "music", "good")
"""Words that the page begins with, where the spaces have them."""

KIND_BITS = {"around": 1, "in place": 2, "judged": 4}
"""How a neighbour's kind is written: the sum; 0 of one that is too rare in the text to tell."""

Map = Literal["pca", "tsne"]


def explorer_data(
    spaces: Sequence[EmbeddingSpace],
    looks: Mapping[str, Look],
    *,
    compact: bool,
    map_kind: Map,
    similarity: Sequence[SimilaritySet] = (),
    counts: CompanyCounts | None = None,
    seed: int = 1,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Prepare the page: what is read as JSON, and blocks of numbers by name.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        As they are shown: cut to the words that are kept.
    counts : CompanyCounts, optional
        Says of what kind neighbours are.
    """
    told: list[dict[str, Any]] = []
    blocks: dict[str, str] = {}
    shown: list[EmbeddingSpace] = []
    first_places: np.ndarray | None = None
    for number, space in enumerate(spaces):
        vectors = packed_vectors(space, compact=compact)
        own = page_space(space, vectors)
        places = tsne_places(own, seed=seed) if map_kind == "tsne" else map_places(own)
        if first_places is None:
            first_places = places
        else:
            rows, others = _shared_rows(space, spaces[0])
            places = turned_onto(places, rows, first_places[others])
        blocks[f"vectors-{number}"] = as_text(vectors)
        blocks[f"places-{number}"] = as_text(packed_places(places))
        if counts is not None:
            blocks[f"kinds-{number}"] = as_text(_kinds(own, counts))
        same = next((place for place, one in enumerate(shown) if one.words == space.words), None)
        told.append(
            {
                "name": space.name,
                "label": looks[space.name].label,
                "colour": looks[space.name].colour,
                "dim": vectors.shape[1],
                "bytes": vectors.dtype.itemsize,
                "kept": round(kept_neighbours(space, own), 2) if compact else 1,
                "frame": framed(places),
                "mean": round(_mean_cosine(own), 2),
                "words": list(space.words) if same is None else None,
                "words_of": same,
            }
        )
        shown.append(own)
    data = {
        "spaces": told,
        "place": PLACE,
        "start": _first_word(shown),
        "map": map_kind,
        "compact": compact,
        "marked": MARKED if counts is not None else 0,
        "counted": counts.name if counts is not None else "",
        "judged": [_judged(one, shown) for one in similarity],
        "differ": [_differing(shown[0], other) for other in shown[1:]],
    }
    return data, blocks


def kept_words(space: EmbeddingSpace, most: int | None) -> EmbeddingSpace:
    """Keep the frequent words: by the space's counts, else by a list of frequent English words.

    Raises
    ------
    InputError
        If fewer than two are left.
    """
    kept = space
    if most is not None and most < len(space):
        words = space.words
        if space.counts is None:
            known = [word for word in english_words() if word in space.index]
            words = tuple(dict.fromkeys((*known, *words)))
        kept = space.restricted(words[:most])
    if len(kept) < 2:
        raise InputError(f"{space.name} has {len(kept)} words; the explorer needs 2 or more")
    return kept


def _mean_cosine(space: EmbeddingSpace) -> float:
    """Take the mean cosine of two different words, over all pairs: what any two words have."""
    n = len(space)
    total = space.unit_vectors.sum(axis=0, dtype=np.float64)
    return float((total @ total - n) / (n * (n - 1)))


def _first_word(spaces: Sequence[EmbeddingSpace]) -> str:
    """Choose the word that the page begins with: a known one where all have it."""
    chosen = (word for word in FIRST_WORDS if all(word in space.index for space in spaces))
    return next(chosen, spaces[0].words[0])


def _shared_rows(space: EmbeddingSpace, first: EmbeddingSpace) -> tuple[np.ndarray, np.ndarray]:
    shared = [word for word in space.words if word in first.index]
    return (
        np.array([space.index[word] for word in shared], dtype=np.int64),
        np.array([first.index[word] for word in shared], dtype=np.int64),
    )


def _kinds(space: EmbeddingSpace, counts: CompanyCounts) -> np.ndarray:
    """Judge the nearest ten of every word: 0, or the sum of its kinds, uint8 (n_words, 10)."""
    near = nearest(space, space.words, k=min(MARKED, len(space) - 1)).rows
    rows = counts.rows(space.words)
    found = marks(rows[near], rows, counts)
    kinds = (
        KIND_BITS["around"] * found.is_around
        + KIND_BITS["in place"] * found.is_in_place
        + KIND_BITS["judged"] * found.is_judged
    )
    padded = np.zeros((len(space), MARKED), dtype=np.uint8)
    padded[:, : kinds.shape[1]] = kinds
    return padded


def _judged(one: SimilaritySet, spaces: Sequence[EmbeddingSpace]) -> dict[str, Any]:
    """List the pairs that some space has."""
    pairs = [
        [*pair, round(float(rating), 2)]
        for pair, rating in zip(one.pairs, one.ratings, strict=True)
        if any(pair[0] in space.index and pair[1] in space.index for space in spaces)
    ]
    ends = {"least": float(np.min(one.ratings)), "largest": float(np.max(one.ratings))}
    return {"name": one.name, "pairs": pairs, **ends}


def _differing(first: EmbeddingSpace, other: EmbeddingSpace) -> dict[str, Any]:
    """List the words whose company differs most between two spaces, by band of frequency."""
    shared = [word for word in first.words if word in other.index][:MOST_WORDS]
    names = {"first": first.name, "other": other.name}
    if len(shared) < MARKED:
        return {**names, "bands": [], "why": f"{len(shared)} words in common"}
    edges = [edge for edge in EDGES if edge < len(shared)]
    bands = []
    for low, high in pairwise([0, *edges, len(shared)]):
        words = shared[low:high]
        band: dict[str, Any] = {"from": low + 1, "to": high, "words": [], "why": ""}
        if len(words) < MARKED:
            band["why"] = f"{len(words)} words"
        else:
            vectors = (one.restricted(words).vectors for one in (first, other))
            found = changed_words(*vectors, n=DIFFERING, edges=())
            band["words"] = [[words[row], round(change, 2)] for row, change in found.most]
            band["why"] = "" if found.most else found.reason
        bands.append(band)
    return {**names, "bands": bands, "why": ""}
