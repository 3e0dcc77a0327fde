"""Spaces and judgments → scores: what is measured of one space at a time, with its uncertainty.

Every space answers the same items, resampled with the same draws, so that the differences between
spaces can be tested pair by pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compare.comparison.protocol import ProtocolOptions, Transform
from compare.comparison.significance import holm, paired_p_value
from compare.judgments.analogy_sets import AnalogySet
from compare.judgments.judgments import ALL_RELATIONS, Judgments
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.analogies import DEFAULT_METHODS, AnalogyScores, score_analogies
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.measures.antonyms import antonyms
from compare.measures.categorization import categorize
from compare.measures.effective_dimensions import effective_dimensions
from compare.measures.frequency_bias import frequency_bias_among
from compare.measures.hubness import hubness_among
from compare.measures.isotropy import isotropy
from compare.measures.neighbours import nearest
from compare.measures.odd_one_out import odd_one_out
from compare.measures.probing import probe_classes, probe_numbers
from compare.measures.random_pairs import random_pair_cosines
from compare.measures.rogue_dimensions import rogue_dimensions
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import (
    PairOutcomes,
    bootstrap_accuracy,
    bootstrap_auc,
    bootstrap_groups,
    bootstrap_mean,
    bootstrap_spearman,
    interval,
)

HUB_WORDS = 2000


HUB_NEIGHBOURS = 10


PROBE_WORDS = 2000


RANDOM_PAIRS = 5000


ODD_GROUPS = 200


FEWEST_TESTED = 12
"""Pairs or items from which spaces are tested against each other: a difference that all of them
share would have p = 2⁻¹¹ by flipping signs."""


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
    "chance",
    "n_used",
    "n_missing",
]


DIFFERENCE_COLUMNS = [
    "space",
    "reference",
    "measure",
    "judgments",
    "relation",
    "method",
    "transform",
    "difference",
    "low",
    "high",
    "p",
    "p_holm",
]


class _Asked(NamedTuple):
    """What a number is of, whatever the space."""

    measure: str
    judgments: str
    relation: str
    method: str
    transform: str


@dataclass
class Scores:
    """Rows as they come, and the replicates that paired tests need.

    Attributes
    ----------
    brief : bool
        Values of the main measures alone, without intervals: for spaces that stand by to tell how
        much another seed moves a number.
    """

    protocol: ProtocolOptions
    seed: int
    brief: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    cosines: list[pd.DataFrame] = field(default_factory=list)
    questions: list[pd.DataFrame] = field(default_factory=list)
    pairs: list[pd.DataFrame] = field(default_factory=list)
    hubs: list[dict[str, Any]] = field(default_factory=list)
    replicates: dict[_Asked, dict[str, tuple[float, np.ndarray]]] = field(default_factory=dict)

    def add(self, space: EmbeddingSpace, transform: Transform, judgments: Judgments) -> None:
        """Ask a space everything."""
        for analogies in judgments.analogies:
            self._add_analogies(space, transform, analogies)
        for similarity in judgments.similarity:
            self._add_similarity(space, transform, similarity)
        for lexicon in judgments.lexicons:
            self._add_opposites(space, transform, lexicon)
            self._add_categories(space, transform, lexicon)
        self._add_mean_cosine(space, transform)
        if not self.brief:
            self._add_geometry(space, transform)
            if transform == self.protocol.transforms[0]:  # a probe learns shift and scale itself
                self._add_probes(space, transform, judgments.lexicons)

    def measurements(self) -> pd.DataFrame:
        """One row a number."""
        return pd.DataFrame(self.rows, columns=MEASUREMENT_COLUMNS)

    def differences(self, names: Sequence[str]) -> pd.DataFrame:
        """Test every pair of spaces on the same resamples; Holm over all tests."""
        asked = [one for one in self.replicates if one.relation == ALL_RELATIONS]
        return self._tests(asked, list(combinations(names, 2)))

    def relation_differences(self, names: Sequence[str]) -> pd.DataFrame:
        """Test each space against the first by relation, in the first transform; Holm over these.

        A family of their own: they look closer at what :meth:`differences` tests as a whole.
        """
        first = self.protocol.transforms[0]
        asked = [
            one
            for one in self.replicates
            if one.relation != ALL_RELATIONS and one.transform == first
        ]
        return self._tests(asked, [(names[0], name) for name in names[1:]])

    def _tests(self, asked: Sequence[_Asked], pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for one in asked:
            by_space = self.replicates[one]
            for reference, name in pairs:
                if name not in by_space or reference not in by_space:
                    continue
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
                        **one._asdict(),
                        "difference": difference.value,
                        "low": difference.low,
                        "high": difference.high,
                        "p": paired_p_value(difference.value, paired),
                    }
                )
        table = pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)
        table["p_holm"] = holm(table["p"].tolist())
        return table

    def _add_analogies(
        self, space: EmbeddingSpace, transform: Transform, judgments: AnalogySet
    ) -> None:
        methods = ("3CosAdd",) if self.brief else (*METHODS, *BASELINES)
        scored = score_analogies(space, judgments, methods=methods, seed=self.seed)
        for method, scores in scored.items():
            for candidates in ("excluded", "honest"):
                outcomes = [r.outcomes(candidates) for r in scores.relations]
                asked = _Asked("analogies", judgments.name, ALL_RELATIONS, method, transform)
                items = (scores.n_used, scores.n_missing)
                is_main = method == "3CosAdd" and candidates == "excluded"
                n_pairs = len({pair for one in outcomes for pair in one.pairs})
                self._put(
                    space,
                    asked,
                    scores.accuracy(candidates),
                    self._accuracies(outcomes),
                    tested=is_main and n_pairs >= FEWEST_TESTED,
                    candidates=candidates,
                    chance=scores.random,
                    items=items,
                )
                for measure, value in (
                    ("macro accuracy", scores.macro_accuracy(candidates)),
                    ("reciprocal rank", scores.reciprocal_rank(candidates)),
                ):
                    kind = asked._replace(measure=measure)
                    self._put(space, kind, value, None, candidates=candidates, items=items)
                for relation, outcome in zip(scores.relations, outcomes, strict=True):
                    self._put(
                        space,
                        asked._replace(relation=relation.name),
                        relation.accuracy(candidates),
                        self._accuracies([outcome]) if is_main else None,
                        tested=is_main and len(outcome.pairs) >= FEWEST_TESTED,
                        candidates=candidates,
                        items=(relation.n_used, relation.n_missing),
                    )
            if method in DEFAULT_METHODS and not self.brief:
                self.questions.append(_question_scores(space, transform, judgments, scores))

    def _add_similarity(
        self, space: EmbeddingSpace, transform: Transform, judgments: SimilaritySet
    ) -> None:
        score = score_similarity(space, judgments)
        asked = _Asked("similarity", judgments.name, ALL_RELATIONS, "Spearman", transform)
        items = (score.n_used, score.n_missing)
        replicates = None
        if not self.brief:
            replicates = bootstrap_spearman(score.cosines, score.ratings, **self._draws)
        tested = score.n_used >= FEWEST_TESTED
        self._put(space, asked, score.value, replicates, tested=tested, items=items)
        if self.brief:
            return
        self._put(space, asked._replace(method="Pearson"), score.pearson, None, items=items)
        for column in judgments.labels:
            for part in judgments.parts(column) if _is_grouping(judgments, column) else ():
                of_part = score_similarity(space, part)
                self._put(
                    space,
                    asked._replace(relation=f"{column}: {part.labels[column][0]}"),
                    of_part.value,
                    bootstrap_spearman(of_part.cosines, of_part.ratings, **self._draws),
                    tested=of_part.n_used >= FEWEST_TESTED,
                    items=(of_part.n_used, of_part.n_missing),
                )
        self.pairs.append(
            pd.DataFrame(
                {
                    "space": space.name,
                    "transform": transform,
                    "judgments": judgments.name,
                    "first": [judgments.pairs[place][0] for place in score.pairs],
                    "second": [judgments.pairs[place][1] for place in score.pairs],
                    "cosine": score.cosines,
                    "rating": score.ratings,
                }
            )
        )

    def _add_opposites(self, space: EmbeddingSpace, transform: Transform, lexicon: Lexicon) -> None:
        found = antonyms(space, lexicon.antonyms, lexicon.synonyms, k=self.protocol.neighbours)
        items = (found.n_used, found.n_missing)
        asked = _Asked("antonyms", lexicon.name, ALL_RELATIONS, "AUC", transform)
        replicates = None
        if not self.brief:
            replicates = bootstrap_auc(found.synonym_cosines, found.antonym_cosines, **self._draws)
        self._put(space, asked, found.auc, replicates, tested=True, chance=0.5, items=items)
        share = asked._replace(method=f"share@{found.k}")
        items = (len(found.scores), len(lexicon.antonyms) - len(found.scores))
        self._put(space, share, found.share, self._means(found.scores), tested=False, items=items)

    def _add_categories(
        self, space: EmbeddingSpace, transform: Transform, lexicon: Lexicon
    ) -> None:
        known = [word for word in lexicon.categories if word in space]
        kinds = {lexicon.categories[word] for word in known}
        if len(kinds) < 2:
            return
        number = {kind: place for place, kind in enumerate(sorted(kinds))}
        clustered = categorize(space, lexicon.categories, seed=self.seed)
        asked = _Asked("categories", lexicon.name, ALL_RELATIONS, "purity", transform)
        # Words of a category go right or wrong together: categories are the units.
        of_word = np.array([number[lexicon.categories[word]] for word in known])
        replicates = bootstrap_groups(clustered.scores, of_word, **self._draws)
        value, chance = clustered.value, clustered.chance
        items = (clustered.n_used, clustered.n_missing)
        tested = len(kinds) >= FEWEST_TESTED
        self._put(space, asked, value, replicates, tested=tested, chance=chance, items=items)
        groups = lexicon.odd_groups(space.index, n_groups=ODD_GROUPS, seed=self.seed)
        if groups:
            odd = odd_one_out(space, groups)
            asked = _Asked("odd one out", lexicon.name, ALL_RELATIONS, "accuracy", transform)
            # As a question of two pairs, a group is made of two categories.
            outcomes = np.zeros((2, len(kinds), len(kinds)))
            for (together, other), score in zip(groups, odd.scores, strict=True):
                place = (
                    number[lexicon.categories[together[0]]],
                    number[lexicon.categories[other]],
                )
                outcomes[(0, *place)] += score == 1
                outcomes[(1, *place)] += 1
            resampled = self._accuracies([PairOutcomes(outcomes[0], outcomes[1])])
            value, chance = odd.value, odd.chance
            items = (odd.n_used, odd.n_missing)
            self._put(space, asked, value, resampled, tested=tested, chance=chance, items=items)

    def _add_probes(
        self, space: EmbeddingSpace, transform: Transform, lexicons: Sequence[Lexicon]
    ) -> None:
        drawn = space.sampled_rows(PROBE_WORDS, seed=self.seed)
        numbers = {"length": {space.words[row]: float(len(space.words[row])) for row in drawn}}
        if space.counts is not None:
            logs = np.log(np.maximum(space.counts, 1))
            numbers["log frequency"] = {space.words[row]: float(logs[row]) for row in drawn}
        for name, of_word in numbers.items():
            if len(of_word) >= 10 and len(set(of_word.values())) > 1:
                probe = probe_numbers(space, of_word, seed=self.seed)
                asked = _Asked("probing", "", name, "R²", transform)
                replicates = self._explained(probe.scores, np.array(list(of_word.values())))
                items = (probe.n_used, probe.n_missing)
                self._put(space, asked, probe.value, replicates, chance=probe.control, items=items)
        for lexicon in lexicons:
            known = [c for word, c in lexicon.categories.items() if word in space]
            if sum(known.count(category) >= 5 for category in set(known)) >= 2:
                probe = probe_classes(space, lexicon.categories, seed=self.seed)
                asked = _Asked("probing", lexicon.name, "categories", "accuracy", transform)
                replicates = self._means(probe.scores)
                items = (probe.n_used, probe.n_missing)
                self._put(space, asked, probe.value, replicates, chance=probe.control, items=items)

    def _add_mean_cosine(self, space: EmbeddingSpace, transform: Transform) -> None:
        rng = np.random.default_rng(self.seed)
        pairs = random_pair_cosines(space, n_pairs=RANDOM_PAIRS, rng=rng)
        asked = _Asked("mean cosine", "", "", "random pairs", transform)
        self._put(space, asked, pairs.value, self._means(pairs.cosines), items=(pairs.n_used, 0))
        self.cosines.append(
            pd.DataFrame({"space": space.name, "transform": transform, "cosine": pairs.cosines})
        )

    def _add_geometry(self, space: EmbeddingSpace, transform: Transform) -> None:
        """Add the measures that take the space as a whole: numbers without items."""
        even, filled = isotropy(space), effective_dimensions(space)
        drawn = [space.words[row] for row in space.sampled_rows(HUB_WORDS, seed=self.seed)]
        near = nearest(space, drawn, k=HUB_NEIGHBOURS)  # searched once for both measures
        hubs = hubness_among(space, near)
        measured = [
            ("partition isotropy", even.partition, even.n_used),
            ("IsoScore", even.isoscore, even.n_used),
            ("effective rank", filled.effective_rank, filled.n_used),
            ("participation ratio", filled.participation_ratio, filled.n_used),
            ("hubness", hubs.value, hubs.n_used),
            ("rogue dimension", rogue_dimensions(space).value, len(space)),
        ]
        # files of vectors often carry no counts
        if space.counts is not None and len(near.words) >= 3:
            bias = frequency_bias_among(space, near)
            measured.append(("norm and frequency", bias.norm, bias.n_used))
            measured.append(("neighbours and frequency", bias.neighbours, bias.n_used))
        for method, value, n_used in measured:
            asked = _Asked("geometry", "", "", method, transform)
            self._put(space, asked, value, None, items=(n_used, 0))
        listed = [{"word": word, "n": n} for word, n in hubs.hubs(space, n=8)]
        counted = {"k": hubs.k, "n_asked": hubs.n_used, "hubs": listed}
        self.hubs.append({"space": space.name, "transform": transform, **counted})

    @property
    def _draws(self) -> dict[str, int]:
        return {"n_replicates": self.protocol.bootstrap_replicates, "seed": self.seed}

    def _accuracies(self, outcomes: Sequence[PairOutcomes]) -> np.ndarray | None:
        return None if self.brief else bootstrap_accuracy(outcomes, **self._draws)

    def _explained(self, errors: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Resample words; R² of each resample from its own errors and its own variance."""
        n = len(values)
        rng = np.random.default_rng(self.seed)
        drawn = rng.integers(0, n, (self.protocol.bootstrap_replicates, n))
        with np.errstate(invalid="ignore", divide="ignore"):
            explained: np.ndarray = 1 - errors[drawn].mean(axis=1) / values[drawn].var(axis=1)
        return explained

    def _means(self, scores: np.ndarray) -> np.ndarray:
        return bootstrap_mean(scores, **self._draws)

    def _put(
        self,
        space: EmbeddingSpace,
        asked: _Asked,
        value: float,
        replicates: np.ndarray | None,
        *,
        tested: bool = False,
        candidates: str = "",
        chance: float = float("nan"),
        items: tuple[int, int],
    ) -> None:
        """Note a number; ``items`` are those used and those missing."""
        low = high = float("nan")
        if replicates is not None and not self.brief:
            _, low, high = interval(value, replicates)
            if tested and np.isfinite(replicates).any():
                self.replicates.setdefault(asked, {})[space.name] = (value, replicates)
        self.rows.append(
            {
                "space": space.name,
                **asked._asdict(),
                "candidates": candidates,
                "value": value,
                "low": low,
                "high": high,
                "chance": chance,
                "n_used": items[0],
                "n_missing": items[1],
            }
        )


def _is_grouping(judgments: SimilaritySet, column: str) -> bool:
    """Tell whether a column parts the pairs into a few groups that can be scored."""
    n_groups = len(set(judgments.labels[column]))
    return 2 <= n_groups <= 12


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
    return concatenated(parts)


def concatenated(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Join tables, leaving out empty ones, whose columns have no types."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
