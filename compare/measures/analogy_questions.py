"""The questions of one analogy relation, as rows of a space and as columns of its vectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


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


class RelationColumns:
    """The questions of a relation as columns of the distinct vectors.

    Parameters
    ----------
    column_of : ndarray of int64, shape (n_words,)
        The column of each row of the space.
    """

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

    def special_words(self) -> SpecialWords:
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
        return SpecialWords(
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


def grouped(numbers: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """Give each number, rising, with the places where it stands.

    >>> list(grouped(np.array([3, 1, 3])))
    [(1, [1]), (3, [0, 2])]
    """
    found, starts = np.unique(np.sort(numbers), return_index=True)
    places = np.split(np.argsort(numbers, kind="stable"), starts[1:])
    for number, group in zip(found.tolist(), places, strict=len(found) > 0):
        yield number, group.tolist()


@dataclass(frozen=True)
class SpecialWords:
    """Words of questions, one an entry: the question, the column, whether it is a right answer."""

    questions: np.ndarray
    columns: np.ndarray
    right: np.ndarray
    n_questions: int

    def count(self, chosen: np.ndarray) -> np.ndarray:
        """Count the chosen entries of each question."""
        counts: np.ndarray = np.bincount(self.questions[chosen], minlength=self.n_questions)
        return counts
