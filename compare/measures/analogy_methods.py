"""Scores of many analogy questions at once, their terms shared (spaces/analogy_equations.py)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compare.measures.analogy_questions import RelationColumns, grouped
from compare.spaces.analogy_equations import Method, combined, pair_term, third_term


class EquationScorer:
    """Scores by an equation over the cosines with a, b and c."""

    def __init__(
        self, method: Method, unit: np.ndarray, lengths: np.ndarray, relation: RelationColumns
    ) -> None:
        self._method, self._relation, self._lengths = method, relation, lengths
        a, b, c = (unit[relation.columns[place]] for place in (relation.a, relation.b, relation.c))
        with_a, with_b = (np.asarray((x * c).sum(axis=1)) for x in (a, b))
        self._pair_at_c = pair_term(method, with_a, with_b)  # (n,)

    def some(
        self, cosines: np.ndarray, start: int, questions: np.ndarray, columns: np.ndarray
    ) -> np.ndarray:
        """Score single words: entry i is word ``columns[i]`` as an answer of a question."""
        relation = self._relation
        with_a, with_b, with_c = (
            cosines[place[questions], columns - start]
            for place in (relation.a, relation.b, relation.c)
        )
        lengths = self._lengths[columns] + self._lengths[relation.columns[relation.c[questions]]]
        return combined(
            self._method,
            pair_term(self._method, with_a, with_b),
            third_term(self._method, with_c, lengths),
            self._pair_at_c[questions],
        )

    def each(self, cosines: np.ndarray, start: int) -> Iterator[tuple[list[int], np.ndarray]]:
        """Score all words of a block: for the questions with equal scores at once.

        The array is used again.
        """
        relation, method = self._relation, self._method
        if method == "only-c":
            for word, questions in grouped(relation.c):
                yield questions, cosines[word]
            return
        third_words = np.unique(relation.c)
        place_of = np.searchsorted(third_words, relation.c).tolist()
        width = cosines.shape[1]
        lengths = (
            self._lengths[relation.columns[third_words], None]
            + self._lengths[start : start + width]
        )
        third = third_term(method, cosines[third_words], lengths)  # (third words, block)
        out = np.empty(width, dtype=np.float32)
        for _, questions in grouped(relation.asked.first_pair):
            a, b = relation.a[questions[0]], relation.b[questions[0]]
            pair = pair_term(method, cosines[a], cosines[b])
            if method in ("only-b", "only-a+b"):
                yield questions, pair
                continue
            for question in questions:
                at_c = self._pair_at_c[question]
                yield [question], combined(method, pair, third[place_of[question]], at_c, out)
