"""The methods that answer "a is to b as c is to ?", and ranks by each of them.

With cos(x, y) between unit vectors, each method scores every word x; the highest answers:

    3CosAdd        cos(x, b) − cos(x, a) + cos(x, c)          Mikolov et al. 2013, NAACL
    3CosMul        s(x, b) · s(x, c) / (s(x, a) + 0.001)      Levy & Goldberg 2014, CoNLL
                   with s = (cos + 1) / 2
    PairDirection  (b − a) · (x − c) / |x − c|                Levy & Goldberg 2014, CoNLL
    3CosAvg        cos(x, c + mean of b' − a')                Drozd et al. 2016, COLING
    LRCos          cos(x, c) · P(x is of the answers' class)  Drozd et al. 2016, COLING

3CosAvg and LRCos learn from the other pairs (a', b') of the relation: those that share neither c
nor a right answer. Without one, c stands alone. P is a logistic regression on unit vectors (L2
penalty 1, classes balanced): the b' against the a' and as many random words. The baselines leave a
part of the question out (Linzen 2016 calls only-c "only-b", and only-b+c "ignore-a"):

    only-c  cos(x, c)        only-a+b  cos(x, a) + cos(x, b)
    only-b  cos(x, b)        only-b+c  cos(x, b) + cos(x, c)

In PairDirection a word nearer to c than 0.001 has no direction: its score is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import numpy as np

from compare.measures.analogy_questions import RelationColumns

Method = Literal[
    "3CosAdd",
    "3CosMul",
    "PairDirection",
    "3CosAvg",
    "LRCos",
    "only-c",
    "only-b",
    "only-a+b",
    "only-b+c",
]
METHODS: tuple[Method, ...] = ("3CosAdd", "3CosMul", "PairDirection", "3CosAvg", "LRCos")
BASELINES: tuple[Method, ...] = ("only-c", "only-b", "only-a+b", "only-b+c")
EQUATIONS: dict[Method, str] = {
    "3CosAdd": "cos(x, b) − cos(x, a) + cos(x, c)",
    "3CosMul": "s(x, b) · s(x, c) / (s(x, a) + 0.001), s = (cos + 1) / 2",
    "PairDirection": "(b − a) · (x − c) / |x − c|",
    "3CosAvg": "cos(x, c + mean of b' − a')",
    "LRCos": "cos(x, c) · P(x is of the answers' class)",
    "only-c": "cos(x, c)",
    "only-b": "cos(x, b)",
    "only-a+b": "cos(x, a) + cos(x, b)",
    "only-b+c": "cos(x, b) + cos(x, c)",
}
PAPERS: dict[Method, str] = {
    "3CosAdd": "Mikolov, Yih & Zweig 2013, NAACL",
    "3CosMul": "Levy & Goldberg 2014, CoNLL",
    "PairDirection": "Levy & Goldberg 2014, CoNLL",
    "3CosAvg": "Drozd, Gladkova & Matsuoka 2016, COLING",
    "LRCos": "Drozd, Gladkova & Matsuoka 2016, COLING",
    **dict.fromkeys(BASELINES, "Linzen 2016, RepEval"),
}
_EPSILON = 0.001
_NO_DIRECTION = 1e-6  # squared distance


# Each score is taken apart into a term of the pair (a, b), a term of c, and how they combine, so
# that the terms can be shared between questions.


def _pair_term(method: Method, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Take the term of (a, b) from the cosines of words with a and with b."""
    term: np.ndarray
    if method in ("3CosAdd", "PairDirection"):
        term = b - a
    elif method == "3CosMul":
        term = ((b + 1) / 2) / ((a + 1) / 2 + np.float32(_EPSILON))
    elif method == "only-a+b":
        term = a + b
    else:
        term = b
    return term


def _third_term(method: Method, c: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Take the term of c from the cosines of words with c.

    ``lengths`` are |x|² + |c|², which is 2 but for zero vectors.
    """
    if method == "3CosMul":
        shifted: np.ndarray = (c + 1) / 2
        return shifted
    if method == "PairDirection":
        squared = lengths - 2 * c  # |x − c|²
        near = squared < _NO_DIRECTION
        squared[near] = 1
        inverse: np.ndarray = 1 / np.sqrt(squared)
        inverse[near] = 0
        return inverse
    return c


def _combined(
    method: Method,
    pair: np.ndarray,
    third: np.ndarray,
    pair_at_c: np.ndarray,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Combine the terms; ``pair_at_c`` is the term of the pair where x is c itself."""
    scores: np.ndarray
    if method in ("3CosAdd", "only-b+c"):
        scores = np.add(pair, third, out=out)
    elif method == "3CosMul":
        scores = np.multiply(pair, third, out=out)
    elif method == "PairDirection":
        scores = np.subtract(pair, pair_at_c, out=out)
        scores *= third
    else:
        scores = third if method == "only-c" else pair
    return scores


class EquationScorer:
    """Scores by an equation over the cosines with a, b and c."""

    def __init__(
        self, method: Method, unit: np.ndarray, lengths: np.ndarray, relation: RelationColumns
    ) -> None:
        self._method, self._relation, self._lengths = method, relation, lengths
        a, b, c = (unit[relation.columns[place]] for place in (relation.a, relation.b, relation.c))
        with_a, with_b = (np.asarray((x * c).sum(axis=1)) for x in (a, b))
        self._pair_at_c = _pair_term(method, with_a, with_b)  # (n,)

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
        return _combined(
            self._method,
            _pair_term(self._method, with_a, with_b),
            _third_term(self._method, with_c, lengths),
            self._pair_at_c[questions],
        )

    def each(self, cosines: np.ndarray, start: int) -> Iterator[tuple[int, np.ndarray]]:
        """Score all words of a block, question by question; the array is used again."""
        relation, method = self._relation, self._method
        third_words = np.unique(relation.c)
        place_of = np.searchsorted(third_words, relation.c).tolist()
        width = cosines.shape[1]
        lengths = (
            self._lengths[relation.columns[third_words], None]
            + self._lengths[start : start + width]
        )
        third = _third_term(method, cosines[third_words], lengths)  # (third words, block)
        out = np.empty(width, dtype=np.float32)
        order = np.argsort(relation.asked.first_pair, kind="stable").tolist()
        pair_of = relation.asked.first_pair.tolist()
        for _, questions in groupby(order, key=pair_of.__getitem__):
            pair = None
            for question in questions:
                if pair is None:
                    a, b = relation.a[question], relation.b[question]
                    pair = _pair_term(method, cosines[a], cosines[b])
                at_c = self._pair_at_c[question]
                yield question, _combined(method, pair, third[place_of[question]], at_c, out)
