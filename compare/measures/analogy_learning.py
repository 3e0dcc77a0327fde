"""Analogies by what the other pairs of a relation have in common: 3CosAvg and LRCos.

Both learn one vector for each pair (c, d) from the pairs that share neither c nor a right answer
(Drozd et al. 2016, COLING; the equations stand in ``compare/spaces/analogy_equations.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compare.measures.analogy_questions import RelationColumns, grouped


class LearnedScorer:
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
        relation: RelationColumns,
        learned: tuple[np.ndarray, np.ndarray],
        *,
        by_class: bool = False,
    ) -> None:
        self._unit, self._relation, self._by_class = unit, relation, by_class
        self._directions, self._constants = learned
        self._last: tuple[int, np.ndarray] | None = None
        self._third = np.zeros(len(relation.asked.pairs), dtype=np.int64)
        self._third[relation.asked.second_pair] = relation.c

    def some(
        self, cosines: np.ndarray, start: int, questions: np.ndarray, columns: np.ndarray
    ) -> np.ndarray:
        """Score single words: entry i is word ``columns[i]`` as an answer of a question."""
        scores = self._of_pairs(cosines, start)
        some: np.ndarray = scores[self._relation.asked.second_pair[questions], columns - start]
        return some

    def each(self, cosines: np.ndarray, start: int) -> Iterator[tuple[list[int], np.ndarray]]:
        """Score all words of a block: for the questions of one pair (c, d) at once."""
        scores = self._of_pairs(cosines, start)
        for pair, questions in grouped(self._relation.asked.second_pair):
            yield questions, scores[pair]

    def _of_pairs(self, cosines: np.ndarray, start: int) -> np.ndarray:
        from scipy.special import expit

        if self._last is not None and self._last[0] == start:
            return self._last[1]
        block = self._unit[start : start + cosines.shape[1]]
        scores: np.ndarray = self._directions @ block.T  # (n_pairs, block)
        if self._by_class:
            scores += self._constants[:, None]
            expit(scores, out=scores)
            scores *= cosines[self._third]
        self._last = start, scores
        return scores


def average_offsets(unit: np.ndarray, relation: RelationColumns) -> tuple[np.ndarray, np.ndarray]:
    """Take c + mean of b' − a' for each pair (c, d), times the number of pairs.

    The order is the same, and sums in place of means keep whole numbers whole, and their ties.
    """
    source, target = (unit[of].astype(np.float64) for of in (relation.source, relation.target))
    targets = np.zeros(source.shape)
    for pair in np.unique(relation.asked.second_pair):
        others = relation.training_pairs(pair)
        offsets = target[others] - source[others]
        targets[pair] = max(1, len(others)) * source[pair] + offsets.sum(axis=0)
    return targets.astype(np.float32), np.zeros(len(targets), dtype=np.float32)


def class_weights(
    unit: np.ndarray, relation: RelationColumns, column_of: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a logistic regression for each pair (c, d)."""
    from threadpoolctl import threadpool_limits

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
    with threadpool_limits(1, user_api="blas"):  # systems so small lose by threads
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
    from scipy.special import expit

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
