"""Spaces → what is shown of them word by word: neighbours, an analogy worked, a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from pydantic import Field

from compare.comparison.protocol import ProtocolOptions
from compare.comparison.scores import concatenated
from compare.comparison.space_pairs import SpacesByTransform
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.measures.analogies import score_analogies, solve_analogy
from compare.measures.neighbours import nearest
from compare.measures.plane import principal_plane
from compare.options import Options
from compare.spaces.space import EmbeddingSpace


class ExampleOptions(Options):
    """What the report shows."""

    title: str = Field(default="", description="headline of the report; empty: made of the corpus")
    probe_words: tuple[str, ...] = Field(
        default=("king", "woman", "france", "good", "water", "music", "three", "walked"),
        strict=False,
        description="words whose neighbours are shown side by side",
    )
    analogy: tuple[str, str, str, str] = Field(
        default=("man", "king", "woman", "queen"),
        strict=False,
        description="a, b, c, d: a is to b as c is to d, shown in words and on the map",
    )
    map_words: tuple[str, ...] = Field(
        default=("prince", "princess", "boy", "girl", "father", "mother", "son", "daughter"),
        strict=False,
        description="further words on the map",
    )


def neighbour_lists(
    by_transform: SpacesByTransform, protocol: ProtocolOptions, words: Sequence[str]
) -> list[dict[str, Any]]:
    """List the nearest words of words in each space and transform, with their cosines."""
    found = []
    for transform, spaces in by_transform.items():
        for space in spaces:
            table = nearest(space, words, k=protocol.neighbours)
            for word, rows, cosines in zip(words, table.rows, table.cosines, strict=True):
                found.append(
                    {
                        "transform": transform,
                        "word": word,
                        "space": space.name,
                        "neighbours": [space.words[row] for row in rows],
                        "cosines": [round(float(cosine), 4) for cosine in cosines],
                    }
                )
    return found


def neighbours_by_stage(
    stages: Sequence[tuple[float, EmbeddingSpace]], words: Sequence[str], protocol: ProtocolOptions
) -> pd.DataFrame:
    """List the nearest neighbours of words at stages of one training.

    Parameters
    ----------
    stages : sequence of (float, EmbeddingSpace)
        Share of the training, and the vectors then, all over the same words.

    Returns
    -------
    DataFrame
        space, share, word, neighbour, cosine (raw); candidates are the ``max_words`` most frequent.
    """
    rows = []
    for share, space in stages:
        frequent = space.restricted(space.words[: protocol.max_words])
        known = [word for word in words if word in frequent]
        found = nearest(frequent, known, k=min(5, protocol.neighbours))
        rows += [
            {
                "space": space.name,
                "share": share,
                "word": word,
                "neighbour": frequent.words[row],
                "cosine": cosine,
            }
            for word, near, cosines in zip(known, found.rows, found.cosines, strict=True)
            for row, cosine in zip(near, cosines.tolist(), strict=True)
        ]
    return pd.DataFrame(rows)


def worked_example(
    by_transform: SpacesByTransform, analogy: tuple[str, str, str, str]
) -> list[dict[str, Any]]:
    """Work the example analogy in every space: the best answers and the rank of the right one."""
    a, b, c, d = analogy
    if not all(word in next(iter(by_transform.values()))[0] for word in analogy):
        return []
    found = []
    question = AnalogySet("example", (Relation("example", (Question(a, b, c, (d,)),)),))
    for transform, spaces in by_transform.items():
        for space in spaces:
            ranked = score_analogies(space, question, methods=["3CosAdd"])["3CosAdd"].relations[0]
            found.append(
                {
                    "transform": transform,
                    "space": space.name,
                    "analogy": list(analogy),
                    "answers": [word for word, _ in solve_analogy(space, a, b, c, k=5)],
                    "rank": int(ranked.excluded[0]) if ranked.n_used else None,
                    "rank_honest": int(ranked.honest[0]) if ranked.n_used else None,
                }
            )
    return found


def planes(spaces: Sequence[EmbeddingSpace], words: Sequence[str]) -> pd.DataFrame:
    """Place words on the first two principal components of each space."""
    parts = []
    distinct = list(dict.fromkeys(words))
    for space in spaces:
        plane = principal_plane(space, distinct)
        if plane is not None:
            parts.append(
                pd.DataFrame(
                    {
                        "space": space.name,
                        "word": plane.words,
                        "x": plane.coordinates[:, 0],
                        "y": plane.coordinates[:, 1],
                        "explained": plane.explained,
                    }
                )
            )
    return concatenated(parts)
