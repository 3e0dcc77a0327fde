"""Spaces and judgments → the tables of a report. Computes; writes and draws nothing.

Tables are pandas frames, one row a fact, so that they go to CSV and back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from compare.errors import InputError
from compare.judgments import (
    AnalogySet,
    Question,
    Relation,
    SimilaritySet,
    folded_analogies,
    folded_similarity,
)
from compare.measures.analogies import AnalogyScores, score_analogies, solve_analogy
from compare.measures.cka import linear_cka
from compare.measures.effective_dimensions import effective_dimensions
from compare.measures.frequency_bias import frequency_bias
from compare.measures.geometry import principal_plane, random_pair_cosines
from compare.measures.hubness import hubness
from compare.measures.isotropy import isotropy
from compare.measures.likeness import LikenessMeasure, with_bounds
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import common_neighbours, nearest
from compare.measures.procrustes import held_out_precision
from compare.measures.rogue_dimensions import rogue_dimensions
from compare.measures.rsa import similarity_correlation
from compare.measures.similarity import score_similarity
from compare.progress import Progress, silent
from compare.protocol import ProtocolOptions, Transform, share_vocabulary, transformed
from compare.space import EmbeddingSpace
from compare.uncertainty import (
    bootstrap_accuracy,
    bootstrap_mean,
    bootstrap_spearman,
    holm,
    interval,
    paired_p_value,
)
from experiments.config import ReportOptions

OVERLAP_WORDS = 1000
LIKENESS_WORDS = 1000
LIKENESS_SHUFFLES = 10
HUB_WORDS = 2000
RANDOM_PAIRS = 5000
ALL_RELATIONS = "all"


@dataclass(frozen=True)
class Comparison:
    """What comparing spaces found.

    Attributes
    ----------
    measurements : DataFrame
        One row a number: space, measure, judgments, relation, method, candidates, transform,
        value, low, high (95 % bootstrap interval), n_used, n_missing.
    differences : DataFrame
        Paired tests of each pair of spaces: difference, low, high, p, p_holm (over all of them).
    overlaps : DataFrame
        overlap@k of each pair of spaces, with the share expected by chance.
    likeness : DataFrame
        Likeness of each pair of spaces by several measures, with the mean and the 95th percentile
        of the same over shuffled words (floor, floor_high), in the first transform.
    neighbours : list of dict
        For each transform, word and space: the k nearest words and their cosines.
    example : list of dict
        The example analogy in each space and transform: the five best answers, the rank.
    plane : DataFrame
        Words on the first two principal components of each space.
    cosines : DataFrame
        Cosines of random word pairs of each space and transform.
    analogy_scores, similarity_scores : DataFrame
        Scores of every question and pair.
    coverage : DataFrame
        Words of each space before and after the cut to the shared vocabulary.
    judgments : DataFrame
        Sets of judgments with their items, and how many of these are repeated in the set.
    missing_probes : list of str
        Probe words that are not in the shared vocabulary.
    """

    measurements: pd.DataFrame
    differences: pd.DataFrame
    overlaps: pd.DataFrame
    likeness: pd.DataFrame
    neighbours: list[dict[str, Any]]
    example: list[dict[str, Any]]
    plane: pd.DataFrame
    cosines: pd.DataFrame
    analogy_scores: pd.DataFrame
    similarity_scores: pd.DataFrame
    coverage: pd.DataFrame
    judgments: pd.DataFrame
    missing_probes: list[str]


def compare_spaces(
    spaces: Sequence[EmbeddingSpace],
    analogies: Sequence[AnalogySet],
    similarity: Sequence[SimilaritySet],
    protocol: ProtocolOptions,
    report: ReportOptions,
    *,
    seed: int,
    progress: Progress = silent,
) -> Comparison:
    """Compare spaces by the protocol, on the judgments given.

    Raises
    ------
    InputError
        If the spaces share no vocabulary.
    """
    _check_names([*analogies, *similarity])
    shared, coverage = share_vocabulary(spaces, protocol)
    if protocol.case == "fold":
        analogies = [folded_analogies(judgments) for judgments in analogies]
        similarity = [folded_similarity(judgments) for judgments in similarity]
        report = _folded_words(report)
    by_transform = {t: [transformed(space, t) for space in shared] for t in protocol.transforms}
    tables = _Tables(protocol, seed)
    done = 0
    for transform, spaces_alike in by_transform.items():
        for space in spaces_alike:
            for analogy_set in analogies:
                tables.add_analogies(space, transform, analogy_set)
            for similarity_set in similarity:
                tables.add_similarity(space, transform, similarity_set)
            tables.add_geometry(space, transform)
            tables.add_shape(space, transform)
            done += 1
            progress(done, len(by_transform) * len(shared), unit="spaces")
    words = [word for word in report.probe_words if word in shared[0]]
    return Comparison(
        measurements=pd.DataFrame(tables.measurements, columns=MEASUREMENT_COLUMNS),
        differences=tables.differences([space.name for space in shared]),
        overlaps=_overlaps(by_transform, protocol, seed),
        likeness=_likeness(by_transform[protocol.transforms[0]], seed),
        neighbours=_neighbours(by_transform, protocol, words),
        example=_example(by_transform, report.analogy),
        plane=_planes(by_transform[protocol.transforms[0]], (*report.analogy, *report.map_words)),
        cosines=pd.concat(tables.cosines, ignore_index=True),
        analogy_scores=_concatenated(tables.analogy_scores),
        similarity_scores=_concatenated(tables.similarity_scores),
        coverage=pd.DataFrame(coverage),
        judgments=_judgment_table(analogies, similarity),
        missing_probes=[word for word in report.probe_words if word not in shared[0]],
    )


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
        share, word, neighbour, cosine (raw); candidates are the ``max_words`` most frequent.
    """
    rows = []
    for share, space in stages:
        frequent = space.restricted(space.words[: protocol.max_words])
        known = [word for word in words if word in frequent]
        found = nearest(frequent, known, k=min(5, protocol.neighbours))
        rows += [
            {"share": share, "word": word, "neighbour": frequent.words[row], "cosine": cosine}
            for word, near, cosines in zip(known, found.rows, found.cosines, strict=True)
            for row, cosine in zip(near, cosines.tolist(), strict=True)
        ]
    return pd.DataFrame(rows)


def _check_names(judgments: Sequence[AnalogySet | SimilaritySet]) -> None:
    names = [one.name for one in judgments]
    if len(set(names)) != len(names):
        raise InputError(
            f"sets of judgments need different names; found {', '.join(names)} "
            "(a file's name without its ending): rename a file"
        )
    for one in judgments:
        if isinstance(one, AnalogySet):
            relations = [relation.name for relation in one.relations]
            if len(set(relations)) != len(relations) or ALL_RELATIONS in relations:
                raise InputError(
                    f"the relations of {one.name} need different names, none of them "
                    f"{ALL_RELATIONS!r}; found {', '.join(sorted(relations))}"
                )


def _folded_words(report: ReportOptions) -> ReportOptions:
    return report.model_copy(
        update={
            "probe_words": tuple(dict.fromkeys(word.lower() for word in report.probe_words)),
            "map_words": tuple(word.lower() for word in report.map_words),
            "analogy": tuple(word.lower() for word in report.analogy),
        }
    )


def _judgment_table(
    analogies: Sequence[AnalogySet], similarity: Sequence[SimilaritySet]
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {"judgments": one.name, "n_items": one.n_questions, "n_repeated": one.n_repeated}
        for one in analogies
    ]
    rows += [
        {"judgments": one.name, "n_items": len(one.pairs), "n_repeated": one.n_repeated}
        for one in similarity
    ]
    return pd.DataFrame(rows, columns=["judgments", "n_items", "n_repeated"])


MEASUREMENT_COLUMNS = [
    "space",
    "measure",
    "judgments",
    "relation",
    "method",
    "candidates",
    "transform",
    "value",
    "low",
    "high",
    "n_used",
    "n_missing",
]


DIFFERENCE_COLUMNS = [
    "space",
    "reference",
    "measure",
    "judgments",
    "transform",
    "difference",
    "low",
    "high",
    "p",
]


class _Tables:
    """Rows as they come, and the replicates that the paired tests need."""

    def __init__(self, protocol: ProtocolOptions, seed: int) -> None:
        self.n_replicates, self.seed = protocol.bootstrap_replicates, seed
        self.measurements: list[dict[str, Any]] = []
        self.cosines: list[pd.DataFrame] = []
        self.analogy_scores: list[pd.DataFrame] = []
        self.similarity_scores: list[pd.DataFrame] = []
        # (measure, judgments, transform) → space → (value, replicates)
        self.replicates: dict[tuple[str, str, str], dict[str, tuple[float, np.ndarray]]] = {}

    def add_analogies(
        self, space: EmbeddingSpace, transform: Transform, judgments: AnalogySet
    ) -> None:
        for method, scores in score_analogies(space, judgments).items():
            for candidates in ("excluded", "honest"):
                row = {
                    "space": space.name,
                    "measure": "analogies",
                    "judgments": judgments.name,
                    "method": method,
                    "candidates": candidates,
                    "transform": transform,
                }
                outcomes = [r.outcomes(candidates) for r in scores.relations]
                replicates = self._accuracies(outcomes)
                value = scores.accuracy(candidates)
                self._add(row, ALL_RELATIONS, value, replicates, scores.n_used, scores.n_missing)
                if method == "3CosAdd" and candidates == "excluded":
                    key = ("analogies", judgments.name, transform)
                    self.replicates.setdefault(key, {})[space.name] = (value, replicates)
                for relation, outcome in zip(scores.relations, outcomes, strict=True):
                    self._add(
                        row,
                        relation.name,
                        relation.accuracy(candidates),
                        self._accuracies([outcome]),
                        relation.n_used,
                        relation.n_missing,
                    )
            self.analogy_scores.append(_question_scores(space, transform, judgments, scores))
        self.measurements.append(
            {
                "space": space.name,
                "measure": "analogies",
                "judgments": judgments.name,
                "relation": ALL_RELATIONS,
                "method": "random",
                "candidates": "excluded",
                "transform": transform,
                "value": scores.random,
                "n_used": scores.n_used,
                "n_missing": scores.n_missing,
            }
        )

    def add_similarity(
        self, space: EmbeddingSpace, transform: Transform, judgments: SimilaritySet
    ) -> None:
        score = score_similarity(space, judgments)
        replicates = bootstrap_spearman(
            score.cosines, score.ratings, n_replicates=self.n_replicates, seed=self.seed
        )
        row = {
            "space": space.name,
            "measure": "similarity",
            "judgments": judgments.name,
            "method": "Spearman",
            "transform": transform,
        }
        self._add(row, ALL_RELATIONS, score.value, replicates, score.n_used, score.n_missing)
        key = ("similarity", judgments.name, transform)
        self.replicates.setdefault(key, {})[space.name] = (score.value, replicates)
        pairs = [judgments.pairs[place] for place in score.pairs]
        self.similarity_scores.append(
            pd.DataFrame(
                {
                    "space": space.name,
                    "transform": transform,
                    "judgments": judgments.name,
                    "first": [first for first, _ in pairs],
                    "second": [second for _, second in pairs],
                    "cosine": score.cosines,
                    "rating": score.ratings,
                }
            )
        )

    def add_geometry(self, space: EmbeddingSpace, transform: Transform) -> None:
        rng = np.random.default_rng(self.seed)
        pairs = random_pair_cosines(space, n_pairs=RANDOM_PAIRS, rng=rng)
        replicates = bootstrap_mean(pairs.cosines, n_replicates=self.n_replicates, seed=self.seed)
        row = {
            "space": space.name,
            "measure": "mean cosine",
            "method": "random pairs",
            "transform": transform,
        }
        self._add(row, "", pairs.value, replicates, pairs.n_used, 0)
        self.cosines.append(
            pd.DataFrame({"space": space.name, "transform": transform, "cosine": pairs.cosines})
        )

    def add_shape(self, space: EmbeddingSpace, transform: Transform) -> None:
        """Add the measures of geometry that take the space as a whole: numbers without items."""
        even, filled = isotropy(space), effective_dimensions(space)
        hubs = hubness(space, max_words=HUB_WORDS, seed=self.seed)
        measured = [
            ("partition isotropy", even.partition, even.n_used),
            ("IsoScore", even.isoscore, even.n_used),
            ("effective rank", filled.effective_rank, filled.n_used),
            ("hubness", hubs.value, hubs.n_used),
            ("rogue dimension", rogue_dimensions(space).value, len(space)),
        ]
        if space.counts is not None:  # files of vectors often carry none
            bias = frequency_bias(space, max_words=HUB_WORDS, seed=self.seed)
            measured.append(("norm and frequency", bias.norm, bias.n_used))
            measured.append(("neighbours and frequency", bias.neighbours, bias.n_used))
        for method, value, n_used in measured:
            self.measurements.append(
                {
                    "space": space.name,
                    "measure": "geometry",
                    "relation": "",
                    "method": method,
                    "transform": transform,
                    "value": value,
                    "n_used": n_used,
                    "n_missing": 0,
                }
            )

    def differences(self, names: Sequence[str]) -> pd.DataFrame:
        """Test every pair of spaces on the same resamples, Holm over all tests."""
        rows: list[dict[str, Any]] = []
        for (measure, judgments, transform), by_space in self.replicates.items():
            for reference, name in combinations(names, 2):
                base, base_replicates = by_space[reference]
                value, replicates = by_space[name]
                if np.isnan(value) or np.isnan(base):
                    continue
                paired = replicates - base_replicates
                difference = interval(value - base, paired)
                rows.append(
                    {
                        "space": name,
                        "reference": reference,
                        "measure": measure,
                        "judgments": judgments,
                        "transform": transform,
                        "difference": difference.value,
                        "low": difference.low,
                        "high": difference.high,
                        "p": paired_p_value(difference.value, paired),
                    }
                )
        table = pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)
        table["p_holm"] = holm(table["p"].tolist())
        return table

    def _accuracies(self, outcomes: Sequence[Any]) -> np.ndarray:
        return bootstrap_accuracy(outcomes, n_replicates=self.n_replicates, seed=self.seed)

    def _add(
        self,
        row: dict[str, Any],
        relation: str,
        value: float,
        replicates: np.ndarray,
        n_used: int,
        n_missing: int,
    ) -> None:
        found = interval(value, replicates)
        self.measurements.append(
            {
                **row,
                "relation": relation,
                "value": found.value,
                "low": found.low,
                "high": found.high,
                "n_used": n_used,
                "n_missing": n_missing,
            }
        )


def _question_scores(
    space: EmbeddingSpace, transform: Transform, judgments: AnalogySet, scores: AnalogyScores
) -> pd.DataFrame:
    parts = []
    for relation, ranked in zip(judgments.relations, scores.relations, strict=True):
        questions = [relation.questions[place] for place in ranked.questions]
        parts.append(
            pd.DataFrame(
                {
                    "space": space.name,
                    "transform": transform,
                    "judgments": judgments.name,
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
    return _concatenated(parts)


def _concatenated(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


SpacesByTransform = Mapping[Transform, Sequence[EmbeddingSpace]]


def _overlaps(
    by_transform: SpacesByTransform, protocol: ProtocolOptions, seed: int
) -> pd.DataFrame:
    """overlap@k of each pair of spaces, over words drawn uniformly from the shared ones."""
    rng = np.random.default_rng(seed)
    shared_words = next(iter(by_transform.values()))[0].words
    n_words = min(OVERLAP_WORDS, len(shared_words))
    rows = np.sort(rng.choice(len(shared_words), n_words, replace=False))
    words = [shared_words[row] for row in rows]
    found = []
    for transform, spaces in by_transform.items():
        near = {space.name: nearest(space, words, k=protocol.neighbours) for space in spaces}
        for first, second in combinations(near, 2):
            overlap = common_neighbours(near[first], near[second], n_words=len(shared_words))
            replicates = bootstrap_mean(
                overlap.scores, n_replicates=protocol.bootstrap_replicates, seed=seed
            )
            value, low, high = interval(overlap.value, replicates)
            found.append(
                {
                    "first": first,
                    "second": second,
                    "transform": transform,
                    "k": overlap.k,
                    "value": value,
                    "low": low,
                    "high": high,
                    "chance": overlap.chance,
                    "n_used": overlap.n_used,
                }
            )
    columns = ["first", "second", "transform", "k", "value", "low", "high", "chance", "n_used"]
    return pd.DataFrame(found, columns=columns)


LIKENESS_MEASURES: dict[str, LikenessMeasure] = {
    "linear CKA": linear_cka,
    "RSA": partial(similarity_correlation, max_words=250),  # all its pairs are ranked
    "mutual k-NN": mutual_neighbours,
    "Procrustes P@1": held_out_precision,
}


def _likeness(spaces: Sequence[EmbeddingSpace], seed: int) -> pd.DataFrame:
    """Measure how alike each pair of spaces is, over words drawn uniformly from the shared ones."""
    rng = np.random.default_rng(seed)
    n_words = min(LIKENESS_WORDS, len(spaces[0]))
    rows = np.sort(rng.choice(len(spaces[0]), n_words, replace=False))
    drawn = [space.restricted([space.words[row] for row in rows]) for space in spaces]
    found = []
    for first, second in combinations(drawn, 2) if n_words >= 4 else ():
        for name, measure in LIKENESS_MEASURES.items():
            bounded = with_bounds(measure, first, second, n_permutations=LIKENESS_SHUFFLES, rng=rng)
            found.append(
                {
                    "first": first.name,
                    "second": second.name,
                    "measure": name,
                    "value": bounded.value,
                    "floor": bounded.floor,
                    "floor_high": bounded.floor_high,
                    "n_used": bounded.n_used,
                }
            )
    columns = ["first", "second", "measure", "value", "floor", "floor_high", "n_used"]
    return pd.DataFrame(found, columns=columns)


def _neighbours(
    by_transform: SpacesByTransform, protocol: ProtocolOptions, words: Sequence[str]
) -> list[dict[str, Any]]:
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


def _example(
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


def _planes(spaces: Sequence[EmbeddingSpace], words: Sequence[str]) -> pd.DataFrame:
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
    return _concatenated(parts)
