"""Analogies: a is to b as c is to ? (king − man + woman = queen).

Each method (``compare/spaces/analogy_equations.py`` has the equations) scores every word of the
vocabulary. The usual score *excludes* a, b and c from the answers. That rule alone makes the
nearest neighbour of c right surprisingly often (Linzen 2016; Rogers et al. 2017), so every method
is also scored *honestly*, over all words, and stands beside baselines that leave a part of the
question out, and beside a random guess.

A question counts only if its words are known and its answer is none of a, b, c. The rank of an
answer is 1 plus the number of other words that score as high or higher: a tie counts against it.
Of several right answers the best ranked one counts, and the others do not stand in its way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from compare.errors import InputError, nearest_names
from compare.judgments.analogy_sets import AnalogySet, Relation
from compare.judgments.strata import Stratum
from compare.measures.analogy_questions import AskedRelation
from compare.measures.analogy_ranks import Ranker
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.analogy_equations import BASELINES, EQUATIONS, METHODS, PAPERS, Method
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import PairOutcomes, RelationPairs

Candidates = Literal["excluded", "honest"]
DEFAULT_METHODS: tuple[Method, ...] = ("3CosAdd", "3CosMul", "only-c")


@dataclass(frozen=True)
class RelationRanks:
    """Ranks of the right answers in one relation.

    Attributes
    ----------
    questions : tuple of int
        Places in the relation of the questions that could be asked.
    excluded : ndarray of int64, shape (n_used,)
        Rank of the answer among the words other than a, b, c; 1 is right.
    honest : ndarray of int64, shape (n_used,)
        Rank among all words.
    first_pair, second_pair : ndarray of int64, shape (n_used,)
        Numbers of the pairs (a, b) and (c, d) that each question is made of.
    pairs : tuple of (str, str)
        Those pairs, by number.
    n_missing : int
        Questions not asked: a word is unknown, or the answer is one of a, b, c.
    """

    name: str
    questions: tuple[int, ...]
    excluded: np.ndarray
    honest: np.ndarray
    first_pair: np.ndarray
    second_pair: np.ndarray
    pairs: tuple[tuple[str, str], ...]
    n_missing: int

    @property
    def n_used(self) -> int:
        """Questions asked."""
        return len(self.questions)

    def ranks(self, candidates: Candidates) -> np.ndarray:
        """Give the ranks of one way to choose candidates, int64 (n_used,)."""
        return self.excluded if candidates == "excluded" else self.honest

    def accuracy(self, candidates: Candidates) -> float:
        """Share of the questions whose answer has rank 1, 0 to 1; NaN where none was asked."""
        return _mean(self.ranks(candidates) == 1)

    def reciprocal_rank(self, candidates: Candidates) -> float:
        """Mean of 1 / rank, above 0 to 1; NaN where no question was asked."""
        return _mean(1 / self.ranks(candidates))

    def kept(self, is_kept: np.ndarray) -> RelationRanks:
        """Keep some of the questions asked, by a mask of bool (n_used,)."""
        return replace(
            self,
            questions=tuple(np.array(self.questions, dtype=np.int64)[is_kept].tolist()),
            excluded=self.excluded[is_kept],
            honest=self.honest[is_kept],
            first_pair=self.first_pair[is_kept],
            second_pair=self.second_pair[is_kept],
            n_missing=0,
        )

    def outcomes(self, candidates: Candidates) -> PairOutcomes:
        """Arrange right answers by the pairs of a question, whose pairs are the units."""
        n_pairs = len(self.pairs)
        correct = np.zeros((n_pairs, n_pairs))
        asked = np.zeros((n_pairs, n_pairs))
        np.add.at(asked, (self.first_pair, self.second_pair), 1)
        is_right = self.ranks(candidates) == 1
        np.add.at(correct, (self.first_pair, self.second_pair), is_right)
        return PairOutcomes(correct, asked, self.pairs)


@dataclass(frozen=True)
class AnalogyScores:
    """Ranks by one method over all relations of a set.

    Attributes
    ----------
    random : float
        Accuracy of a random guess where a, b, c are excluded: 1 / (n_words − 3).
    """

    method: Method
    relations: tuple[RelationRanks, ...]
    random: float

    @property
    def n_used(self) -> int:
        """Questions asked."""
        return sum(relation.n_used for relation in self.relations)

    @property
    def n_missing(self) -> int:
        """Questions not asked: a word is unknown, or the answer is one of a, b, c."""
        return sum(relation.n_missing for relation in self.relations)

    def accuracy(self, candidates: Candidates) -> float:
        """Share of questions whose answer has rank 1, over all questions (micro); NaN: none."""
        return _mean(self._all_ranks(candidates) == 1)

    def macro_accuracy(self, candidates: Candidates) -> float:
        """Mean of the accuracies of the relations that were asked (macro); NaN where none."""
        asked = [relation.accuracy(candidates) for relation in self.relations if relation.n_used]
        return _mean(np.array(asked))

    def reciprocal_rank(self, candidates: Candidates) -> float:
        """Mean of 1 / rank over all questions, above 0 to 1; NaN where none was asked."""
        return _mean(1 / self._all_ranks(candidates))

    def _all_ranks(self, candidates: Candidates) -> np.ndarray:
        ranks = [relation.ranks(candidates) for relation in self.relations]
        return np.concatenate(ranks or [np.zeros(0, dtype=np.int64)])


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def score_analogies(
    space: EmbeddingSpace,
    analogies: AnalogySet,
    *,
    methods: Sequence[Method] = DEFAULT_METHODS,
    seed: int = 0,
) -> dict[Method, AnalogyScores]:
    """Score a space on a set of analogies, over all its words as candidates.

    Parameters
    ----------
    space : EmbeddingSpace
        Its words are compared in the case that the set is written in: fold both first.
    methods : sequence of str
        Of ``METHODS`` and ``BASELINES``; all are asked the same questions.
    seed : int
        Of the random words that LRCos learns from; the other methods draw nothing.

    Raises
    ------
    InputError
        If a method is unknown.
    """
    for method in methods:
        if method not in METHODS + BASELINES:
            known = nearest_names(str(method), METHODS + BASELINES)
            raise InputError(f"no analogy method {method!r}; {known}")
    ranker = Ranker(space, seed=seed)
    scored: dict[Method, list[RelationRanks]] = {method: [] for method in methods}
    for relation in analogies.relations:
        asked, places = _ask(space, relation)
        for method, (excluded, honest) in ranker.ranks(asked, methods).items():
            scored[method].append(
                RelationRanks(
                    name=relation.name,
                    questions=places,
                    excluded=excluded,
                    honest=honest,
                    first_pair=asked.first_pair,
                    second_pair=asked.second_pair,
                    pairs=asked.pairs,
                    n_missing=len(relation.questions) - len(places),
                )
            )
    random = 1 / max(len(space) - 3, 1)
    return {method: AnalogyScores(method, tuple(scored[method]), random) for method in methods}


def _ask(space: EmbeddingSpace, relation: Relation) -> tuple[AskedRelation, tuple[int, ...]]:
    """Turn the questions that can be asked into rows, and give their places in the relation."""
    row_of = space.index.get
    n_questions = len(relation.questions)
    # -1 stands for an unknown word.
    asked_rows = np.array(
        [row_of(word, -1) for question in relation.questions for word in question[:3]], np.int64
    ).reshape(n_questions, 3)
    of_question = np.repeat(np.arange(n_questions), [len(q.answers) for q in relation.questions])
    answers = np.array([row_of(d, -1) for q in relation.questions for d in q.answers], np.int64)
    usable = (asked_rows.min(axis=1)[of_question] >= 0) & (answers >= 0)
    usable &= ~(asked_rows[of_question] == answers[:, None]).any(axis=1)
    of_question, answers = of_question[usable], answers[usable]
    if len(answers):
        first_of_each = np.unique(np.stack([of_question, answers]), axis=1, return_index=True)[1]
        kept = np.sort(first_of_each)  # an answer named twice is one answer
        of_question, answers = of_question[kept], answers[kept]
    places, answer_questions = np.unique(of_question, return_inverse=True)
    numbers: dict[tuple[str, str], int] = {}
    first, second = [], []
    for place in places.tolist():
        a, b, c, right = relation.questions[place]
        first.append(numbers.setdefault((a, b), len(numbers)))
        second.append(numbers.setdefault((c, right[0]), len(numbers)))
    asked = AskedRelation(
        questions=asked_rows[places],
        answers=answers,
        answer_questions=answer_questions,
        first_pair=np.array(first, dtype=np.int64),
        second_pair=np.array(second, dtype=np.int64),
        pairs=tuple(numbers),
    )
    return asked, tuple(places.tolist())


def analogies_of(asked: Asked) -> dict[Method, AnalogyScores]:
    """Answer a set by every method, or by those that are asked for, in one pass.

    A stratum's answers are among those to all questions.
    """
    if asked.whole is not None and asked.stratum is not None:
        scores: dict[Method, AnalogyScores] = asked.whole.once(analogies_of)
        return _within(scores, asked.whole.judgments, asked.stratum)
    methods: list[Method] = [
        method for method in (*METHODS, *BASELINES) if not asked.methods or method in asked.methods
    ]
    return score_analogies(asked.space, asked.judgments, methods=methods, seed=asked.seed)


def _within(
    scores: Mapping[Method, AnalogyScores], judgments: AnalogySet, stratum: Stratum
) -> dict[Method, AnalogyScores]:
    """Keep the answers to the questions of a stratum; all methods were asked the same."""
    first = next(iter(scores.values()))
    masks = []
    for relation, ranked in zip(judgments.relations, first.relations, strict=True):
        asked = (relation.questions[place] for place in ranked.questions)
        masks.append(np.array([stratum.holds((*q[:3], q.answers[0])) for q in asked], dtype=bool))
    return {
        method: replace(
            found,
            relations=tuple(
                one.kept(mask) for one, mask in zip(found.relations, masks, strict=True)
            ),
        )
        for method, found in scores.items()
    }


Scores = Mapping[Method, AnalogyScores]


def _is_main(method: Method, candidates: Candidates) -> bool:
    return method == "3CosAdd" and candidates == "excluded"


SYNTACTIC = "gram"
"""How the names of questions-words' syntactic relations begin."""


def _kinds_of_relations(relations: Sequence[RelationRanks]) -> dict[str, list[RelationRanks]]:
    """Part relations into semantic and syntactic ones, where their names tell."""
    kinds: dict[str, list[RelationRanks]] = {"semantic": [], "syntactic": []}
    for relation in relations:
        is_syntactic = relation.name.startswith(SYNTACTIC)
        kinds["syntactic" if is_syntactic else "semantic"].append(relation)
    return kinds if all(kinds.values()) else {}


def _read_accuracy(scores: Scores, method: Method, candidates: Candidates) -> dict[str, Scored]:
    """Read the accuracy over all questions, by kind of relation, and by relation."""
    found = scores[method]
    read = {ALL: _accuracy(found.relations, candidates, found.random)}
    parts = {
        **_kinds_of_relations(found.relations),
        **{one.name: [one] for one in found.relations},
    }
    for name, relations in parts.items():
        read[name] = _accuracy(
            relations, candidates, found.random, is_alone=not _is_main(method, candidates)
        )
    return read


def _accuracy(
    relations: Sequence[RelationRanks],
    candidates: Candidates,
    random: float,
    *,
    is_alone: bool = False,
) -> Scored:
    """Take the share of right answers, alone or with its uncertainty."""
    ranks = [one.ranks(candidates) for one in relations]
    return Scored(
        _mean(np.concatenate(ranks or [np.zeros(0, dtype=np.int64)]) == 1),
        None if is_alone else RelationPairs.of([one.outcomes(candidates) for one in relations]),
        sum(one.n_used for one in relations),
        sum(one.n_missing for one in relations),
        chance=random,
    )


def _read_macro_accuracy(
    scores: Scores, method: Method, candidates: Candidates
) -> dict[str, Scored]:
    """Read the mean over relations: each weighs the same, however many questions it has."""
    found = scores[method]
    asked = [one.outcomes(candidates) for one in found.relations if one.n_used]
    weights = [1 / one.n_asked.sum() for one in asked]
    even = [
        PairOutcomes(weight * one.n_correct, weight * one.n_asked, one.pairs)
        for weight, one in zip(weights, asked, strict=True)
    ]
    return {
        ALL: Scored(
            found.macro_accuracy(candidates),
            RelationPairs.of(even),
            found.n_used,
            found.n_missing,
            chance=found.random,
        )
    }


def _read_reciprocal_rank(
    scores: Scores, method: Method, candidates: Candidates
) -> dict[str, Scored]:
    found = scores[method]
    value = found.reciprocal_rank(candidates)
    return {ALL: Scored(value, n_used=found.n_used, n_missing=found.n_missing)}


_KINDS: tuple[tuple[str, Callable[..., Mapping[str, Scored]], str], ...] = (
    ("analogies", _read_accuracy, "Share of the analogy questions that are answered right"),
    ("macro accuracy", _read_macro_accuracy, "Mean over relations of the share answered right"),
    ("reciprocal rank", _read_reciprocal_rank, "Mean of 1 / rank of the right answer"),
)
"""What is read of the ranks by one method: key, how, and in words."""


def _quantity(
    kind: tuple[str, Callable[..., Mapping[str, Scored]], str],
    method: Method,
    candidates: Candidates,
) -> Quantity:
    key, read, says = kind
    is_main = key == "analogies" and _is_main(method, candidates)
    among = "question words excluded" if candidates == "excluded" else "question words allowed"
    # LRCos draws random words by their place: another order is another draw.
    order = "" if method == "LRCos" else " order"
    return Quantity(
        key=key,
        method=method,
        asks="analogies",
        measure=analogies_of,
        read=partial(read, method=method, candidates=candidates),
        title="analogies ({judgments})" if is_main else f"{method}, {among}",
        says=f"{says}, by {method}, {among}.",
        section="analogies",
        unit="number" if key == "reciprocal rank" else "share",
        better="larger",
        bounds=(0, 1),
        drawn="" if key == "reciprocal rank" else "word pairs within a relation",
        candidates=candidates,
        unchanged=f"rotation scale lengths{order}",
        is_main=is_main,
        is_tested=method == "3CosAdd" and key != "reciprocal rank",
        equation=f"the answer is the x with the largest {EQUATIONS[method]}",
        paper=PAPERS[method],
    )


ANALOGIES: tuple[Quantity, ...] = tuple(
    _quantity(kind, method, candidates)
    for method in (*METHODS, *BASELINES)
    for candidates in ("excluded", "honest")
    for kind in _KINDS
)
