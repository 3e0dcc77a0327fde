"""Spaces → what is shown of them word by word: neighbours, an analogy worked, a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compare.comparison.item_scores import concatenated
from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import SpacesByTransform
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.measures.analogies import score_analogies
from compare.measures.company import company, nearest_by_company, probe_words
from compare.measures.company_marks import KINDS, marks
from compare.measures.company_of_neighbours import ASKED_WORDS
from compare.measures.neighbours import nearest
from compare.measures.plane import Plane, principal_plane, turned_onto
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts


def nearest_words(
    by_transform: SpacesByTransform,
    words: Sequence[str],
    protocol: ProtocolOptions,
    company: Sequence[CompanyCounts] = (),
) -> pd.DataFrame:
    """List the nearest words of words in each space and transform.

    Parameters
    ----------
    company : sequence of CompanyCounts
        Of all words of texts; the first tells what kind a neighbour is of.

    Returns
    -------
    DataFrame
        transform, word, space, place (from 1), neighbour, cosine (of four digits), kind.
    """
    parts = []
    for transform, spaces in by_transform.items():
        for space in spaces:
            listed = _nearest_words(space, words, k=protocol.neighbours)
            listed.insert(0, "transform", transform)
            listed.insert(2, "space", space.name)
            listed["kind"] = _kinds(listed, words, company[0]) if company else ""
            parts.append(listed.assign(cosine=[round(value, 4) for value in listed["cosine"]]))
    columns = ["transform", "word", "space", "place", "neighbour", "cosine", "kind"]
    return concatenated(parts).reindex(columns=columns)


def _kinds(listed: pd.DataFrame, words: Sequence[str], counts: CompanyCounts) -> list[str]:
    """Say of each neighbour listed whether it stands around its word, could stand in its place."""
    if not len(words):
        return []
    probes = counts.rows(words)
    found = marks(counts.rows(listed["neighbour"]).reshape(len(probes), -1), probes, counts)
    kinds = zip(found.is_around.ravel(), found.is_in_place.ravel(), strict=True)
    return [KINDS[bool(around), bool(in_place)] for around, in_place in kinds]


ANCHORS = ("nearest by co-occurrence", "nearest by direct neighbours")


def anchors(
    company_counts: Sequence[CompanyCounts], protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """Judge the nearest words by co-occurrence alone, and by direct neighbours alone.

    The two ends between which spaces stand: likeness of place alone already brings some of the
    other.
    """
    rows = []
    for counts in company_counts:
        probes = probe_words(counts, n=ASKED_WORDS)
        k = min(protocol.neighbours, max(len(counts) - 1, 1))
        for name, near in zip(ANCHORS, nearest_by_company(counts, probes, k), strict=True):
            found = company(near, probes, counts, seed=seed)
            means = [
                float(np.nanmean(values)) if found.n_used else float("nan")
                for values in (found.around, found.in_place, found.meeting)
            ]
            rows.append((counts.name, name, *means, found.n_used))
    columns = ["judgments", "anchor", "around", "in_place", "meeting", "n"]
    return pd.DataFrame(rows, columns=columns)


def neighbours_by_snapshot(
    snapshots: Sequence[tuple[float, EmbeddingSpace]],
    words: Sequence[str],
    protocol: ProtocolOptions,
) -> pd.DataFrame:
    """List the nearest neighbours of words during one training.

    Parameters
    ----------
    snapshots : sequence of (float, EmbeddingSpace)
        Share of the training, and the vectors then, all over the same words.

    Returns
    -------
    DataFrame
        space, share, word, neighbour, cosine (raw); candidates are the ``max_words`` most frequent.
    """
    parts = []
    for share, space in snapshots:
        frequent = space.restricted(space.words[: protocol.max_words])
        known = [word for word in words if word in frequent]
        listed = _nearest_words(frequent, known, k=min(5, protocol.neighbours))
        parts.append(listed.assign(space=space.name, share=share))
    columns = ["space", "share", "word", "neighbour", "cosine"]
    return concatenated(parts).reindex(columns=columns)


def _nearest_words(space: EmbeddingSpace, words: Sequence[str], *, k: int) -> pd.DataFrame:
    """Columns: word, place (from 1), neighbour, cosine."""
    found = nearest(space, words, k=k)
    rows = [
        (word, place, space.words[row], cosine)
        for word, near, cosines in zip(words, found.rows, found.cosines, strict=True)
        for place, (row, cosine) in enumerate(zip(near, cosines.tolist(), strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=["word", "place", "neighbour", "cosine"])


def worked_example(
    by_transform: SpacesByTransform, analogy: tuple[str, str, str, str]
) -> pd.DataFrame:
    """Work the example analogy in every space: the best answers and the rank of the right one.

    Returns
    -------
    DataFrame
        transform, space, a, b, c, d, rank, rank_honest (NaN where the question cannot be scored),
        place (of the answer, from 1), answer. Empty where a word is unknown.
    """
    a, b, c, d = analogy
    columns = ["transform", "space", *"abcd", "rank", "rank_honest", "place", "answer"]
    rows: list[tuple[object, ...]] = []
    question = AnalogySet("example", (Relation("example", (Question(a, b, c, (d,)),)),))
    for transform, spaces in by_transform.items():
        for space in spaces if all(word in spaces[0] for word in analogy) else ():
            ranked = score_analogies(space, question, methods=["3CosAdd"])["3CosAdd"].relations[0]
            ranks = [
                int(of_way[0]) if ranked.n_used else float("nan")
                for of_way in (ranked.excluded, ranked.honest)
            ]
            rows += [
                (transform, space.name, *analogy, *ranks, place, answer)
                for place, (answer, _) in enumerate(space.analogy(a, b, c), start=1)
            ]
    return pd.DataFrame(rows, columns=columns)


def planes(spaces: Sequence[EmbeddingSpace], words: Sequence[str]) -> pd.DataFrame:
    """Place words on two principal components of each space, turned to lie as in the first."""
    parts = []
    distinct = list(dict.fromkeys(words))
    first: Plane | None = None
    for space in spaces:
        plane = principal_plane(space, distinct)
        if plane is None:
            continue
        first = first or plane
        shared = [word for word in plane.words if word in first.words]
        rows, onto = (np.array([p.words.index(w) for w in shared]) for p in (plane, first))
        places = turned_onto(plane.coordinates, rows, first.coordinates[onto])
        parts.append(
            pd.DataFrame(
                {
                    "space": space.name,
                    "word": plane.words,
                    "x": places[:, 0],
                    "y": places[:, 1],
                    "explained": plane.explained,
                }
            )
        )
    return concatenated(parts)
