"""Ranks of the right answers to analogy questions, by every method.

A relation crosses its pairs, so that the same words and differences come back in many questions.
The cosines of the relation's words with all words are taken once, in one product; the term of a
pair (a, b) once for all questions that share it; and a question costs one pass over the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from compare.measures.analogy_learning import LearnedScorer, average_offsets, class_weights
from compare.measures.analogy_methods import EquationScorer
from compare.measures.analogy_questions import AskedRelation, RelationColumns
from compare.spaces.analogy_equations import Method
from compare.spaces.blocks import blocks
from compare.spaces.space import EmbeddingSpace


class Ranker:
    """Ranks the right answers of one relation after another, in one space.

    Parameters
    ----------
    seed : int
        Of the random words that LRCos learns from.
    """

    def __init__(self, space: EmbeddingSpace, *, seed: int) -> None:
        self._distinct = space.distinct
        self._unit = self._distinct.unit  # (n_distinct, dim)
        # 0 of a zero vector, else 1
        self._lengths: np.ndarray = np.abs(self._unit).max(axis=1, initial=0) > 0
        self._lengths = self._lengths.astype(np.float32)
        self._repeated = np.flatnonzero(self._distinct.n_words_of > 1)
        self._seed = seed

    def ranks(
        self, asked: AskedRelation, methods: Sequence[Method]
    ) -> dict[Method, tuple[np.ndarray, np.ndarray]]:
        """Rank the best right answer of each question, with a, b, c excluded and honestly.

        Returns
        -------
        dict of method → (ndarray of int64, ndarray of int64), each of shape (n,)
        """
        if not len(asked.questions):
            nothing = np.zeros(0, dtype=np.int64)
            return dict.fromkeys(methods, (nothing, nothing))
        relation = RelationColumns(asked, self._distinct.column_of)
        scorers = [self._scorer(method, relation) for method in methods]
        special = relation.special_words()
        special_scores = np.zeros((len(methods), len(special.columns)), dtype=np.float32)
        parts = list(blocks(len(self._unit), 4 * len(relation.columns)))
        for part in parts:
            start, stop = part.start, part.stop
            inside = np.flatnonzero((special.columns >= start) & (special.columns < stop))
            cosines = self._unit[relation.columns] @ self._unit[part].T
            for scores, scorer in zip(special_scores, scorers, strict=True):
                scores[inside] = scorer.some(
                    cosines, start, special.questions[inside], special.columns[inside]
                )
        best = np.full((len(methods), relation.n), -np.inf, dtype=np.float32)
        for least, scores in zip(best, special_scores, strict=True):
            np.maximum.at(least, special.questions[special.right], scores[special.right])
        n_as_high = [[0] * relation.n for _ in methods]  # lists: single numbers are added
        for part in parts:
            start, stop = part.start, part.stop
            if len(parts) > 1:  # the same product again: the same bits
                cosines = self._unit[relation.columns] @ self._unit[part].T
            for counts, least, scorer in zip(n_as_high, best, scorers, strict=True):
                self._count(scorer.each(cosines, start), least.tolist(), counts, start, stop)
        found = {}
        for method, counts, least, scores in zip(
            methods, n_as_high, best, special_scores, strict=True
        ):
            as_high = scores >= least[special.questions]
            honest = 1 + np.array(counts, dtype=np.int64) - special.count(as_high & special.right)
            found[method] = (honest - special.count(as_high & ~special.right), honest)
        return found

    def _count(
        self,
        scored: Iterator[tuple[list[int], np.ndarray]],
        least: list[float],
        counts: list[int],
        start: int,
        stop: int,
    ) -> None:
        """Add to ``counts`` the words of a block that score as high as an answer, or higher.

        Questions with the same scores have the same answer, as a rule: it is counted once.
        """
        is_high = np.empty(stop - start, dtype=bool)
        first, last = np.searchsorted(self._repeated, (start, stop))
        repeated = self._repeated[first:last]
        n_further_words = self._distinct.n_words_of[repeated] - 1
        for questions, scores in scored:
            counted: dict[float, int] = {}
            for question in questions:
                answer = least[question]
                if answer not in counted:
                    np.greater_equal(scores, answer, out=is_high)
                    counted[answer] = int(np.count_nonzero(is_high))
                    if len(repeated):  # a column that stands for several equal words
                        counted[answer] += int(n_further_words[is_high[repeated - start]].sum())
                counts[question] += counted[answer]

    def _scorer(self, method: Method, relation: RelationColumns) -> EquationScorer | LearnedScorer:
        if method == "3CosAvg":
            return LearnedScorer(self._unit, relation, average_offsets(self._unit, relation))
        if method == "LRCos":
            rng = np.random.default_rng(self._seed)
            classes = class_weights(self._unit, relation, self._distinct.column_of, rng)
            return LearnedScorer(self._unit, relation, classes, by_class=True)
        return EquationScorer(method, self._unit, self._lengths, relation)
