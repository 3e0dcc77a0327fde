"""Procrustes: scipy's map, planted rotations, training words against held-out ones, hubs."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from compare.errors import InputError
from compare.measures.procrustes import (
    held_out_precision,
    orthogonal_map,
    procrustes_retrieval,
)
from compare.spaces.csls import mean_nearest_cosine
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_the_map_equals_scipys():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50, 6))
    np.testing.assert_allclose(orthogonal_map(x, y), orthogonal_procrustes(x, y)[0], atol=1e-10)


def test_the_map_turns_a_right_angle():
    x = np.array([[1.0, 0], [0, 1], [2, 1]])
    np.testing.assert_allclose(
        orthogonal_map(x, x @ np.array([[0, 1], [-1, 0]])), [[0, 1], [-1, 0]], atol=1e-12
    )


@pytest.mark.parametrize(("d", "e"), [(6, 4), (4, 6)])
def test_maps_between_dimensions_have_orthonormal_rows_or_columns(d, e):
    rng = np.random.default_rng(0)
    found = orthogonal_map(rng.normal(size=(50, d)), rng.normal(size=(50, e)))
    gram = found @ found.T if d < e else found.T @ found
    np.testing.assert_allclose(gram, np.eye(4), atol=1e-12)


def test_a_rotated_copy_retrieves_every_held_out_word():
    space = random_space(400, 10)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(10, 10)))[0]
    copy = space.with_vectors(4 * space.vectors @ rotation)
    found = procrustes_retrieval(space, copy, n_held_out=50)
    assert (found.n_used, found.n_missing) == (50, 350)
    assert set(found.ranks) == {
        (way, by) for way in ("forward", "backward") for by in ("cosine", "CSLS")
    }
    assert all((ranks == 1).all() for ranks in found.ranks.values())
    assert found.precision(1, direction="backward", criterion="CSLS") == 1


def test_unrelated_spaces_retrieve_by_chance():
    first, second = random_space(1000, 10, seed=1), random_space(1000, 10, seed=2)
    found = procrustes_retrieval(first, second, n_held_out=200)
    for (direction, criterion), ranks in found.ranks.items():
        assert found.precision(1, direction=direction, criterion=criterion) < 0.03
        assert found.precision(10, direction=direction, criterion=criterion) < 0.06
        assert ranks.mean() == pytest.approx(500, rel=0.15)


def test_scored_on_its_training_words_the_map_of_unrelated_spaces_looks_good():
    """Trap 12: with as many dimensions as words a rotation fits anything it has seen."""
    first, second = random_space(100, 80, seed=1), random_space(100, 80, seed=2)
    held_out = held_out_precision(first, second)
    assert held_out.value < 0.1
    x, y = first.unit_vectors, second.unit_vectors
    mapped = x @ orthogonal_map(x, y)
    found = (mapped @ y.T).argmax(axis=1)
    assert (found == np.arange(100)).mean() > 0.9


def test_coordinates_without_a_map_say_nothing():
    """Trap 12: a rotated copy is the same space, and its coordinates are others."""
    space = random_space(300, 20)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(20, 20)))[0]
    copy = space.with_vectors(space.vectors @ rotation)
    found = (space.unit_vectors @ copy.unit_vectors.T).argmax(axis=1)
    assert (found == np.arange(300)).mean() < 0.05
    assert held_out_precision(space, copy).value == 1


def test_equal_vectors_tie_against_the_word():
    vectors = np.random.default_rng(0).normal(size=(40, 6))
    words = tuple(f"w{n}" for n in range(80))
    space = EmbeddingSpace(words, np.vstack([vectors, vectors]))
    found = procrustes_retrieval(space, space)
    assert all((ranks == 2).all() for ranks in found.ranks.values())


def test_csls_frees_retrieval_of_a_hub():
    """A target that lies near the mean of all is near to every query, CSLS sees that."""
    rng = np.random.default_rng(4)
    shape = (600, 25)
    base = rng.normal(size=shape)
    first = EmbeddingSpace(tuple(f"w{n}" for n in range(600)), base)
    second = first.with_vectors(base + 1.0 * rng.normal(size=shape))
    found = procrustes_retrieval(first, second, n_held_out=120)
    plain = found.precision(1, direction="forward", criterion="cosine")
    scaled = found.precision(1, direction="forward", criterion="CSLS")
    assert scaled >= plain > 0.1


def test_mean_nearest_cosine_equals_sorting():
    x, y = (random_space(n, 5, seed=n).unit_vectors for n in (30, 50))
    expected = np.sort(x @ y.T, axis=1)[:, -4:].mean(axis=1)
    np.testing.assert_allclose(mean_nearest_cosine(x, y, k=4), expected, atol=1e-6)
    own = x @ x.T - 5 * np.eye(30)
    np.testing.assert_allclose(
        mean_nearest_cosine(x, x, k=4, same=True),
        np.sort(own, axis=1)[:, -4:].mean(axis=1),
        atol=1e-6,
    )
    assert mean_nearest_cosine(x, y, k=500).shape == (30,)
    assert mean_nearest_cosine(x[:1], x[:1], k=3, same=True).tolist() == [0]


def test_no_held_out_word_is_refused():
    with pytest.raises(InputError, match="n_held_out must be at least 1"):
        procrustes_retrieval(random_space(9, 2), random_space(9, 2), n_held_out=0)
