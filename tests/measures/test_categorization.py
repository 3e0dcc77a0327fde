"""Categorization: purity by hand, planted categories, chance, few distinct vectors."""

import numpy as np
import pytest
from sklearn.metrics.cluster import contingency_matrix

from compare.errors import InputError
from compare.measures.categorization import categorize, in_majority
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_purity_by_hand():
    clusters, labels = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])
    assert in_majority(clusters, labels).mean() == 5 / 6


def _planted(spread):
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(4, 12))
    vectors = np.repeat(centres, 15, axis=0) + spread * rng.normal(size=(60, 12))
    categories = {f"w{n}": "abcd"[n // 15] for n in range(60)} | {"unknown": "a"}
    return EmbeddingSpace(tuple(f"w{n}" for n in range(60)), vectors), categories


def test_planted_categories_are_recovered_whatever_the_lengths_and_axes():
    space, categories = _planted(0.2)
    found = categorize(space, categories)
    assert found.value == 1
    assert (found.n_used, found.n_missing) == (60, 1)
    assert found.scores.mean() == pytest.approx(found.value)
    assert found.labels.tolist() == [n // 15 for n in range(60)]
    rng = np.random.default_rng(1)
    rotation = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    changed = space.with_vectors(space.vectors @ rotation * rng.uniform(0.1, 9, (60, 1)))
    assert categorize(changed, categories).value == 1
    assert categorize(_planted(1.5)[0], categories).value < 0.9


def test_unrelated_vectors_sit_at_chance():
    space = random_space(200, 20)
    found = categorize(space, {f"w{n}": str(n % 5) for n in range(200)})
    assert found.value == pytest.approx(found.chance, abs=0.05)
    assert found.chance > 0.2  # purity rewards uneven clusters: chance is not one fifth


def test_the_best_of_many_clusterings_flatters():
    """Trap 10: picked by its purity, noise looks better than it is."""
    space = random_space(60, 20)
    categories = {f"w{n}": str(n % 5) for n in range(60)}
    by_seed = [categorize(space, categories, n_seeds=1, seed=seed).value for seed in range(15)]
    assert max(by_seed) > categorize(space, categories, n_seeds=15).value + 0.02


def test_equal_vectors_make_one_cluster():
    space = EmbeddingSpace(tuple("abcd"), np.ones((4, 2)))
    assert categorize(space, {"a": "x", "b": "x", "c": "y", "d": "z"}).value == 0.5


def test_one_category_is_refused():
    with pytest.raises(InputError, match="found 1 categories among 2 known words"):
        categorize(random_space(3, 2), {"w0": "x", "w1": "x", "unknown": "y"})


def test_purity_equals_scikit_learns_contingency_table(rng):
    clusters, labels = rng.integers(0, [[6], [4]], (2, 200))
    table = contingency_matrix(labels, clusters)
    assert in_majority(clusters, labels).mean() == table.max(axis=0).sum() / 200
