"""Analogies: a is to b as c is to ? (king − man + woman = queen).

With cos(x, y) between unit vectors, each method scores every word x of the vocabulary:

    3CosAdd   cos(x, b) − cos(x, a) + cos(x, c)              Mikolov et al. 2013, arXiv:1301.3781
    3CosMul   s(x, b) · s(x, c) / (s(x, a) + 0.001),         Levy & Goldberg 2014, CoNLL
              with s = (cos + 1) / 2
    only-c    cos(x, c)                                      the baseline that exposes the trick

The usual score *excludes* a, b and c from the answers. That rule alone makes the nearest
neighbour of c right surprisingly often (Linzen 2016; Rogers et al. 2017), so every method is also
scored *honestly*, over all words, and stands beside only-c and beside a random guess.

A question counts only if its words are known and its answer is none of a, b, c. The rank of an
answer is 1 plus the number of other words that score as high or higher: a tie counts against it.
Of several right answers the best ranked one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from compare.judgments import AnalogySet, Relation
from compare.space import EmbeddingSpace
from compare.uncertainty import PairOutcomes

Method = Literal["3CosAdd", "3CosMul", "only-c"]
METHODS: tuple[Method, ...] = ("3CosAdd", "3CosMul", "only-c")
_EPSILON = 0.001
_BLOCK_BYTES = 1 << 26


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
    n_missing : int
        Questions not asked: a word is unknown, or the answer is one of a, b, c.
    """

    name: str
    questions: tuple[int, ...]
    excluded: np.ndarray
    honest: np.ndarray
    first_pair: np.ndarray
    second_pair: np.ndarray
    n_missing: int

    @property
    def n_used(self) -> int:
        """Questions asked."""
        return len(self.questions)

    def ranks(self, candidates: Literal["excluded", "honest"]) -> np.ndarray:
        """Give the ranks of one way to choose candidates, int64 (n_used,)."""
        return self.excluded if candidates == "excluded" else self.honest

    def accuracy(self, candidates: Literal["excluded", "honest"]) -> float:
        """Share of the questions whose answer has rank 1; NaN where none was asked."""
        return _share_first(self.ranks(candidates))

    def outcomes(self, candidates: Literal["excluded", "honest"]) -> PairOutcomes:
        """Arrange right answers by the pairs of a question, for the bootstrap."""
        n_pairs = int(max(self.first_pair.max(), self.second_pair.max())) + 1 if self.n_used else 0
        correct = np.zeros((n_pairs, n_pairs))
        asked = np.zeros((n_pairs, n_pairs))
        np.add.at(asked, (self.first_pair, self.second_pair), 1)
        is_right = self.ranks(candidates) == 1
        np.add.at(correct, (self.first_pair, self.second_pair), is_right)
        return PairOutcomes(correct, asked)


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

    def accuracy(self, candidates: Literal["excluded", "honest"]) -> float:
        """Share of questions whose answer has rank 1, over all questions; NaN where none."""
        ranks = [relation.ranks(candidates) for relation in self.relations]
        return _share_first(np.concatenate(ranks or [np.zeros(0)]))


def _share_first(ranks: np.ndarray) -> float:
    return float((ranks == 1).mean()) if len(ranks) else float("nan")


def score_analogies(
    space: EmbeddingSpace, analogies: AnalogySet, *, methods: Sequence[Method] = METHODS
) -> dict[Method, AnalogyScores]:
    """Score a space on a set of analogies, over all its words as candidates.

    Parameters
    ----------
    space : EmbeddingSpace
        Its words are compared in the case that the set is written in: fold both first.
    """
    ranks = {method: [] for method in methods}  # type: dict[Method, list[RelationRanks]]
    for relation in analogies.relations:
        for method, found in _rank_relation(space, relation, methods).items():
            ranks[method].append(found)
    random = 1 / max(len(space) - 3, 1)
    return {method: AnalogyScores(method, tuple(ranks[method]), random) for method in methods}


def solve_analogy(
    space: EmbeddingSpace, a: str, b: str, c: str, *, k: int
) -> list[tuple[str, float]]:
    """Find the k best answers to "a is to b as c is to ?" by 3CosAdd, question words excluded.

    Returns
    -------
    list of (str, float)
        Words with their cosine to b − a + c, best first.
    """
    unit = space.unit_vectors
    rows = [space.id_of(word) for word in (a, b, c)]
    target = unit[rows[1]] - unit[rows[0]] + unit[rows[2]]
    length = float(np.linalg.norm(target))
    scores = unit @ (target / length if length > 0 else target)
    scores[rows] = -np.inf
    best = np.argsort(-scores, kind="stable")[: max(0, min(k, len(space) - len(set(rows))))]
    return [(space.words[row], float(scores[row])) for row in best]


def _rank_relation(
    space: EmbeddingSpace, relation: Relation, methods: Sequence[Method]
) -> dict[Method, RelationRanks]:
    asked: list[int] = []
    triples: list[tuple[int, int, int]] = []
    answers: list[list[int]] = []
    pair_numbers: dict[tuple[str, ...], int] = {}
    pairs: list[tuple[int, int]] = []
    for place, (a, b, c, right) in enumerate(relation.questions):
        known = [space.index[d] for d in right if d in space and d not in (a, b, c)]
        if not known or not all(word in space for word in (a, b, c)):
            continue
        asked.append(place)
        triples.append((space.index[a], space.index[b], space.index[c]))
        answers.append(known)
        first = pair_numbers.setdefault((a, b), len(pair_numbers))
        second = pair_numbers.setdefault((c, right[0]), len(pair_numbers))
        pairs.append((first, second))
    n_used = len(asked)
    question_rows = np.array(triples, dtype=np.int64).reshape(n_used, 3)
    pair_rows = np.array(pairs, dtype=np.int64).reshape(n_used, 2)
    best = {method: np.zeros((2, n_used), dtype=np.int64) for method in methods}

    rows, inverse = np.unique(question_rows, return_inverse=True)
    inverse = inverse.reshape(n_used, 3)
    # In float64 and then rounded: a float32 product gives equal vectors cosines that differ in the
    # last bit, and their tie would be decided by it.
    unit = space.unit_vectors.astype(np.float64)
    cosines = (unit[rows] @ unit.T).astype(np.float32)  # (distinct words, n_words)
    n_block = max(1, _BLOCK_BYTES // (4 * len(space)))
    for start in range(0, n_used, n_block):
        block = slice(start, start + n_block)
        with_a, with_b, with_c = (cosines[inverse[block, i]] for i in range(3))  # (block, n_words)
        for method in methods:
            scores = _scores(method, with_a, with_b, with_c)
            excluded, honest = _best_ranks(scores, answers[block], question_rows[block])
            best[method][0, block] = excluded
            best[method][1, block] = honest
    return {
        method: RelationRanks(
            name=relation.name,
            questions=tuple(asked),
            excluded=best[method][0],
            honest=best[method][1],
            first_pair=pair_rows[:, 0],
            second_pair=pair_rows[:, 1],
            n_missing=len(relation.questions) - n_used,
        )
        for method in methods
    }


def _scores(method: Method, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Score every word for every question, (block, n_words), from the cosines with a, b and c."""
    if method == "3CosAdd":
        sums: np.ndarray = b - a + c
        return sums
    if method == "3CosMul":
        product: np.ndarray = ((b + 1) / 2) * ((c + 1) / 2) / ((a + 1) / 2 + _EPSILON)
        return product
    return c


def _best_ranks(
    scores: np.ndarray, answers: list[list[int]], question_rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rank the best right answer of each question, without and with a, b, c as candidates."""
    excluded = np.empty(len(scores), dtype=np.int64)
    honest = np.empty(len(scores), dtype=np.int64)
    for i, (row, right, asked) in enumerate(zip(scores, answers, question_rows, strict=True)):
        best_answer = right[int(np.argmax(row[right]))]
        as_high = row >= row[best_answer]
        as_high[right] = False  # other right answers do not stand in its way
        honest[i] = 1 + np.count_nonzero(as_high)
        as_high[asked] = False
        excluded[i] = 1 + np.count_nonzero(as_high)
    return excluded, honest
