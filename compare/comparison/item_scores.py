"""What passes over a space give besides numbers: scores of every item, cosines, hubs.

Read from the answers that the numbers were read from; nothing is measured again.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compare.comparison.scores import AskedSpace
from compare.measures.analogies import DEFAULT_METHODS, AnalogyScores, analogies_of
from compare.measures.company_of_neighbours import CompanyOfNeighbours, company_of
from compare.measures.hubness import Hubness, hubness_of
from compare.measures.quantity import ALL, Asked
from compare.measures.random_pairs import random_pairs_of
from compare.measures.similarity import similarity_by_part

N_HUBS = 8
"""Words listed for each space."""


def question_scores(asked: AskedSpace) -> pd.DataFrame:
    """Give the rank of every analogy question's answer, by the methods that most people use.

    Columns: space, transform, judgments, relation, method, a, b, c, answer (right ones parted by
    ``/``), rank_excluded, rank_honest.
    """
    return concatenated(
        [
            _ranks(asked, one, scores)
            for one in asked.analogies
            if one.stratum is None
            for method, scores in one.once(analogies_of).items()
            if method in DEFAULT_METHODS
        ]
    )


def _ranks(asked: AskedSpace, one: Asked, scores: AnalogyScores) -> pd.DataFrame:
    parts = []
    for relation, ranked in zip(one.judgments.relations, scores.relations, strict=True):
        questions = [relation.questions[place] for place in ranked.questions]
        parts.append(
            pd.DataFrame(
                {
                    "space": asked.space.name,
                    "transform": asked.transform,
                    "judgments": one.judgments.name,
                    "relation": relation.name,
                    "method": scores.method,
                    "a": [q.a for q in questions],
                    "b": [q.b for q in questions],
                    "c": [q.c for q in questions],
                    "answer": ["/".join(q.answers) for q in questions],
                    "rank_excluded": ranked.excluded,
                    "rank_honest": ranked.honest,
                }
            )
        )
    return concatenated(parts)


def pair_scores(asked: AskedSpace) -> pd.DataFrame:
    """Give the cosine and the rating of every word pair.

    Columns: space, transform, judgments, first, second, cosine, rating.
    """
    parts = []
    for one in (one for one in asked.similarity if one.stratum is None):
        score = one.once(similarity_by_part)[ALL]
        pairs = [one.judgments.pairs[place] for place in score.pairs]
        parts.append(
            pd.DataFrame(
                {
                    "space": asked.space.name,
                    "transform": asked.transform,
                    "judgments": one.judgments.name,
                    "first": [first for first, _ in pairs],
                    "second": [second for _, second in pairs],
                    "cosine": score.cosines,
                    "rating": score.ratings,
                }
            )
        )
    return concatenated(parts)


def company_scores(asked: AskedSpace) -> pd.DataFrame:
    """Give how the neighbours of every word that could be judged stand to it, by each text.

    Columns: space, transform, judgments (the text), word, around, in_place.
    """
    parts = []
    for one in (one for one in asked.company if one.stratum is None):
        answered: CompanyOfNeighbours = one.once(company_of)
        parts.append(
            pd.DataFrame(
                {
                    "space": asked.space.name,
                    "transform": asked.transform,
                    "judgments": one.judgments.name,
                    "word": answered.words,
                    "around": answered.found.around,
                    "in_place": answered.found.in_place,
                }
            ).dropna(subset=["around", "in_place"])
        )
    return concatenated(parts)


def random_cosines(asked: AskedSpace) -> pd.DataFrame:
    """Give the cosines of random word pairs. Columns: space, transform, cosine."""
    found = asked.alone[0].once(random_pairs_of)
    return pd.DataFrame(
        {"space": asked.space.name, "transform": asked.transform, "cosine": found.cosines}
    )


def hubs(asked: AskedSpace) -> pd.DataFrame:
    """List the words that are neighbours of the most others.

    Columns: transform, space, k, n_asked (words whose k nearest were looked at), place (from 1),
    word, n (of the words asked, those that have it among their nearest).
    """
    found: Hubness = asked.alone[0].once(hubness_of)
    listed = [
        {"place": place, "word": word, "n": n}
        for place, (word, n) in enumerate(found.hubs(asked.space, n=N_HUBS), start=1)
    ]
    table = pd.DataFrame(listed)
    table.insert(0, "n_asked", found.n_used)
    table.insert(0, "k", found.k)
    table.insert(0, "space", asked.space.name)
    table.insert(0, "transform", asked.transform)
    return table


def concatenated(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Join tables, leaving out empty ones, whose columns have no types."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
