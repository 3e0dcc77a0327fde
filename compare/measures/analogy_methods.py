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

A relation crosses its pairs, so that the same words and differences come back in many questions.
The cosines of the relation's words with all words are taken once, in one product; the term of a
pair (a, b) once for all questions that share it; and a question costs one pass over the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from scipy.special import expit

from compare.measures.distinct import distinct_vectors
from compare.space import EmbeddingSpace

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
_EPSILON = 0.001
_NO_DIRECTION = 1e-6  # squared distance
_BLOCK_BYTES = 1 << 25  # cosines held at a time


@dataclass(frozen=True)
class AskedRelation:
    """The questions of one relation, as rows of a space.

    Attributes
    ----------
    questions : ndarray of int64, shape (n, 3)
        Rows of a, b and c.
    answers : ndarray of int64, shape (n_answers,)
        Rows of right answers: one or more a question, none of them a, b or c.
    answer_questions : ndarray of int64, shape (n_answers,)
        The question of each, rising.
    first_pair, second_pair : ndarray of int64, shape (n,)
        Numbers of the pairs (a, b) and (c, d).
    pairs : tuple of (str, str)
        Those pairs, by number.
    """

    questions: np.ndarray
    answers: np.ndarray
    answer_questions: np.ndarray
    first_pair: np.ndarray
    second_pair: np.ndarray
    pairs: tuple[tuple[str, str], ...]


# ---- The equations ----------------------------------------------------------------------------
#
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


# ---- Ranks ------------------------------------------------------------------------------------


class Ranker:
    """Ranks the right answers of one relation after another, in one space.

    Parameters
    ----------
    seed : int
        Of the random words that LRCos learns from.
    """

    def __init__(self, space: EmbeddingSpace, *, seed: int) -> None:
        self._distinct = distinct_vectors(space)
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
        relation = _Relation(asked, self._distinct.column_of)
        scorers = [self._scorer(method, relation) for method in methods]
        special = relation.special_words()
        special_scores = np.zeros((len(methods), len(special.columns)), dtype=np.float32)
        blocks = list(self._blocks(len(relation.columns)))
        for start, stop in blocks:
            inside = np.flatnonzero((special.columns >= start) & (special.columns < stop))
            cosines = self._unit[relation.columns] @ self._unit[start:stop].T
            for scores, scorer in zip(special_scores, scorers, strict=True):
                scores[inside] = scorer.some(
                    cosines, start, special.questions[inside], special.columns[inside]
                )
        best = np.full((len(methods), relation.n), -np.inf, dtype=np.float32)
        for least, scores in zip(best, special_scores, strict=True):
            np.maximum.at(least, special.questions[special.right], scores[special.right])
        n_as_high = [[0] * relation.n for _ in methods]  # lists: single numbers are added
        for start, stop in blocks:
            if len(blocks) > 1:  # the same product again: the same bits
                cosines = self._unit[relation.columns] @ self._unit[start:stop].T
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

    def _blocks(self, n_rows: int) -> Iterator[tuple[int, int]]:
        size = max(1, _BLOCK_BYTES // (4 * n_rows))
        for start in range(0, len(self._unit), size):
            yield start, min(start + size, len(self._unit))

    def _count(
        self,
        scored: Iterator[tuple[int, np.ndarray]],
        least: list[float],
        counts: list[int],
        start: int,
        stop: int,
    ) -> None:
        """Add to ``counts`` the words of a block that score as high as an answer, or higher."""
        is_high = np.empty(stop - start, dtype=bool)
        first, last = np.searchsorted(self._repeated, (start, stop))
        repeated = self._repeated[first:last]
        n_further_words = self._distinct.n_words_of[repeated] - 1
        for question, scores in scored:
            np.greater_equal(scores, least[question], out=is_high)
            counts[question] += int(np.count_nonzero(is_high))
            if len(repeated):  # a column that stands for several equal words
                counts[question] += int(n_further_words[is_high[repeated - start]].sum())

    def _scorer(self, method: Method, relation: _Relation) -> _Scorer:
        if method == "3CosAvg":
            return _LearnedScorer(self._unit, relation, _average_offsets(self._unit, relation))
        if method == "LRCos":
            rng = np.random.default_rng(self._seed)
            classes = _class_weights(self._unit, relation, self._distinct.column_of, rng)
            return _LearnedScorer(self._unit, relation, classes, by_class=True)
        return _EquationScorer(method, self._unit, self._lengths, relation)


class _Relation:
    """The questions of a relation as columns of the distinct vectors."""

    def __init__(self, asked: AskedRelation, column_of: np.ndarray) -> None:
        self.n = len(asked.questions)
        self.asked = asked
        self._column_of = column_of
        self.columns, inverse = np.unique(column_of[asked.questions], return_inverse=True)
        self.a, self.b, self.c = inverse.reshape(self.n, 3).T  # places in columns
        # All questions of a pair name the same words; of several right answers the first counts.
        first_answer = np.searchsorted(asked.answer_questions, np.arange(self.n))
        self.source = np.empty(len(asked.pairs), dtype=np.int64)
        self.target = np.empty(len(asked.pairs), dtype=np.int64)
        self.source[asked.second_pair] = column_of[asked.questions[:, 2]]
        self.target[asked.second_pair] = column_of[asked.answers[first_answer]]
        self.source[asked.first_pair] = column_of[asked.questions[:, 0]]
        self.target[asked.first_pair] = column_of[asked.questions[:, 1]]

    def special_words(self) -> _SpecialWords:
        """List the words of each question that its rank treats apart: a, b, c, right answers."""
        a, b, c = self.asked.questions.T
        of_asked = np.arange(self.n)
        different = [np.full(self.n, True), b != a, (c != a) & (c != b)]
        right = self.asked.answers
        questions = [of_asked[keep] for keep in different]
        words = [word[keep] for word, keep in zip((a, b, c), different, strict=True)]
        is_right = np.zeros(sum(map(len, words)) + len(right), dtype=bool)
        is_right[len(is_right) - len(right) :] = True
        columns = self._column_of[np.concatenate([*words, right])]
        return _SpecialWords(
            np.concatenate([*questions, self.asked.answer_questions]), columns, is_right, self.n
        )

    def right_answers(self, second: int) -> np.ndarray:
        """Give the columns of the right answers to the questions whose second pair this is."""
        of_pair = self.asked.second_pair[self.asked.answer_questions] == second
        right: np.ndarray = self._column_of[self.asked.answers[of_pair]]
        return right

    def training_pairs(self, second: int) -> np.ndarray:
        """Give the numbers of the pairs that share neither c nor a right answer with a pair."""
        shares = np.isin(self.target, self.right_answers(second))
        return np.flatnonzero(~shares & (self.source != self.source[second]))


@dataclass(frozen=True)
class _SpecialWords:
    questions: np.ndarray
    columns: np.ndarray
    right: np.ndarray
    n_questions: int

    def count(self, chosen: np.ndarray) -> np.ndarray:
        counts: np.ndarray = np.bincount(self.questions[chosen], minlength=self.n_questions)
        return counts


class _EquationScorer:
    """Scores by an equation over the cosines with a, b and c."""

    def __init__(
        self, method: Method, unit: np.ndarray, lengths: np.ndarray, relation: _Relation
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


class _LearnedScorer:
    """Scores by a vector learned from the other pairs of a relation: one for each (c, d).

    Parameters
    ----------
    learned : (ndarray of float32 (n_pairs, dim), ndarray of float32 (n_pairs,))
        A direction and a constant for each pair.
    by_class : bool
        Whether P of the class times the cosine with c is the score, in place of the product.
    """

    def __init__(
        self,
        unit: np.ndarray,
        relation: _Relation,
        learned: tuple[np.ndarray, np.ndarray],
        *,
        by_class: bool = False,
    ) -> None:
        self._unit, self._relation, self._by_class = unit, relation, by_class
        self._directions, self._constants = learned
        self._third = np.zeros(len(relation.asked.pairs), dtype=np.int64)
        self._third[relation.asked.second_pair] = relation.c

    def some(
        self, cosines: np.ndarray, start: int, questions: np.ndarray, columns: np.ndarray
    ) -> np.ndarray:
        """Score single words: entry i is word ``columns[i]`` as an answer of a question."""
        scores = self._of_pairs(cosines, start)
        some: np.ndarray = scores[self._relation.asked.second_pair[questions], columns - start]
        return some

    def each(self, cosines: np.ndarray, start: int) -> Iterator[tuple[int, np.ndarray]]:
        """Score all words of a block, question by question."""
        scores = self._of_pairs(cosines, start)
        yield from (
            (question, scores[pair])
            for question, pair in enumerate(self._relation.asked.second_pair)
        )

    def _of_pairs(self, cosines: np.ndarray, start: int) -> np.ndarray:
        block = self._unit[start : start + cosines.shape[1]]
        scores: np.ndarray = self._directions @ block.T  # (n_pairs, block)
        if self._by_class:
            scores += self._constants[:, None]
            expit(scores, out=scores)
            scores *= cosines[self._third]
        return scores


_Scorer = _EquationScorer | _LearnedScorer


# ---- What is learned from the other pairs -----------------------------------------------------


def _average_offsets(unit: np.ndarray, relation: _Relation) -> tuple[np.ndarray, np.ndarray]:
    """Take c + mean of b' − a' for each pair (c, d), times the number of pairs.

    The order is the same, and sums in place of means keep whole numbers whole, and their ties.
    """
    vectors = unit.astype(np.float64)
    targets = np.zeros((len(relation.asked.pairs), unit.shape[1]))
    for pair in np.unique(relation.asked.second_pair):
        others = relation.training_pairs(pair)
        offsets = vectors[relation.target[others]] - vectors[relation.source[others]]
        targets[pair] = max(1, len(others)) * vectors[relation.source[pair]] + offsets.sum(axis=0)
    return targets.astype(np.float32), np.zeros(len(targets), dtype=np.float32)


def _class_weights(
    unit: np.ndarray, relation: _Relation, column_of: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a logistic regression for each pair (c, d)."""
    n_pairs = len(relation.asked.pairs)
    weights = np.zeros((n_pairs, unit.shape[1]), dtype=np.float32)
    biases = np.zeros(n_pairs, dtype=np.float32)
    of_class = np.concatenate([relation.target, column_of[relation.asked.answers]])
    drawn = column_of[rng.integers(0, len(column_of), len(np.unique(relation.source)))]
    random_words = drawn[~np.isin(drawn, of_class)]
    # All examples of the relation once, with their products; each pair learns from a part.
    columns, place_of = np.unique(
        np.concatenate([relation.target, relation.source, random_words]), return_inverse=True
    )
    target, source, negative_words = np.split(place_of, [n_pairs, 2 * n_pairs])
    examples = unit[columns].astype(np.float64)
    products = examples @ examples.T
    for pair in np.unique(relation.asked.second_pair):
        others = relation.training_pairs(pair)
        positive = np.unique(target[others])
        negative = np.concatenate([np.unique(source[others]), negative_words])
        if not len(positive) or not len(negative):
            continue  # P is one half everywhere: the cosine with c decides
        chosen = np.concatenate([positive, negative])
        is_positive = np.arange(len(chosen)) < len(positive)
        factors, bias = logistic_regression(products[np.ix_(chosen, chosen)], is_positive)
        weights[pair], biases[pair] = factors @ examples[chosen], bias
    return weights, biases


def logistic_regression(products: np.ndarray, is_positive: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit a logistic regression on the products of its examples, which are few.

    The minimum of |w|² / 2 + Σ balanced log-loss, as scikit-learn finds it with C = 1 and
    ``class_weight="balanced"``; in terms of the examples, w = Σ factor · example, the cost does
    not depend on their dimension. Newton's steps (Hastie, Tibshirani & Friedman 2009, The Elements
    of Statistical Learning, 4.4.1 and 12.3.3).

    Parameters
    ----------
    products : ndarray of float64, shape (n, n)
        Dot products of the examples with each other.
    is_positive : ndarray of bool, shape (n,)
        Both classes occur.

    Returns
    -------
    (ndarray of float64 (n,), float)
        The factors and the bias.
    """
    n = len(products)
    n_positive = int(is_positive.sum())
    balance = np.where(is_positive, n / (2 * n_positive), n / (2 * (n - n_positive)))
    scores = np.zeros(n)
    # Unknowns: the factors and the bias; the last row says that the factors sum to 0.
    system = np.ones((n + 1, n + 1))
    system[n, n] = 0
    for _ in range(100):
        probability = expit(scores)
        curvature = np.maximum(balance * probability * (1 - probability), 1e-12)
        response = scores + balance * (is_positive - probability) / curvature
        system[:n, :n] = products
        system[np.arange(n), np.arange(n)] += 1 / curvature
        solution = np.linalg.solve(system, np.append(response, 0))
        before, scores = scores, products @ solution[:n] + solution[n]
        if np.abs(scores - before).max() < 1e-8:
            break
    return solution[:n], float(solution[n])
