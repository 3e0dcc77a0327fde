"""Local intrinsic dimension: planted dimensions, by hand, a slow twin, copies, errors."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.measures import local_intrinsic_dimension as module
from compare.measures.local_intrinsic_dimension import _distances, local_intrinsic_dimension
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def space_of(vectors: np.ndarray) -> EmbeddingSpace:
    return EmbeddingSpace(tuple(f"w{i}" for i in range(len(vectors))), vectors)


def rotated(vectors: np.ndarray, dim: int, *, seed: int = 0) -> np.ndarray:
    """Lay vectors into more dimensions, in any direction."""
    wide = np.zeros((len(vectors), dim))
    wide[:, : vectors.shape[1]] = vectors
    return wide @ np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))[0]


@pytest.mark.parametrize(("d", "low", "high"), [(2, 1.9, 2.1), (5, 4.3, 5.0), (10, 7.2, 9.0)])
def test_points_on_a_flat_have_its_dimension(d, low, high):
    """Beside the origin, so that unit vectors keep it; edges make many dimensions look fewer."""
    x = np.random.default_rng(0).uniform(-0.5, 0.5, (2000, d))
    flat = space_of(rotated(np.hstack([x, np.full((2000, 1), 3.0)]), 30))
    found = local_intrinsic_dimension(flat, flat.words)
    assert low < found.value < high
    assert (found.k, found.n_used, found.n_missing, found.n_copied) == (20, 2000, 0, 0)
    assert found.value == pytest.approx(1 / np.mean(1 / found.scores))
    assert found.scores.mean() > found.value  # why inverses are averaged


def test_a_subspace_through_the_origin_has_one_dimension_less():
    plane = space_of(rotated(np.random.default_rng(0).normal(size=(2000, 3)), 20))
    assert local_intrinsic_dimension(plane, plane.words).value == pytest.approx(2, abs=0.1)


def test_few_and_many_neighbours_agree_on_average():
    """Inverses are not biased by k; the mean of the estimates would be a fifth off at k = 7."""
    circle = np.random.default_rng(0).uniform(0, 2 * np.pi, 20_000)
    space = space_of(np.column_stack([np.cos(circle), np.sin(circle)]))
    rows = np.arange(4000)
    few, many = (local_intrinsic_dimension(space, rows, k=k) for k in (7, 100))
    assert few.value == pytest.approx(1, abs=0.03)
    assert many.value == pytest.approx(1, abs=0.03)
    assert few.scores.mean() == pytest.approx(6 / 5, abs=0.04)


def test_distances_by_hand():
    angles = np.array([0, 0.2, -0.5, 1.0])
    space = space_of(np.column_stack([np.cos(angles), np.sin(angles)]) * [[1], [5], [0.1], [2]])
    found = local_intrinsic_dimension(space, ["w0"], k=3)
    near, middle, far = (2 * math.sin(angle / 2) for angle in (0.2, 0.5, 1.0))  # chords
    expected = 2 / (math.log(far / near) + math.log(far / middle))
    assert found.value == found.scores[0] == pytest.approx(expected, rel=1e-6)


@given(st.integers(3, 40), st.integers(2, 5), st.integers(2, 8), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_it_equals_a_slow_twin(n, dim, k, seed):
    space = random_space(n, dim, seed=seed)
    unit = space.vectors.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    expected = []
    for i in range(n):
        t = sorted(math.dist(unit[i], unit[j]) for j in range(n) if j != i)[:k]
        expected.append((len(t) - 1) / sum(math.log(t[-1] / one) for one in t[:-1]))
    found = local_intrinsic_dimension(space, space.words, k=k)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-3)
    assert found.value == pytest.approx(n / sum(1 / one for one in expected), rel=1e-4)


def test_rotation_and_lengths_change_nothing():
    space = random_space(300, 12)
    before = local_intrinsic_dimension(space, space.words)
    lengths = np.random.default_rng(1).uniform(0.1, 10, (300, 1))
    for vectors in (rotated(space.vectors, 12), 7 * space.vectors, lengths * space.vectors):
        after = local_intrinsic_dimension(space.with_vectors(vectors), space.words)
        np.testing.assert_allclose(after.scores, before.scores, rtol=1e-4)
        assert after.value == pytest.approx(before.value, rel=1e-5)


def test_rows_and_words_are_the_same_and_blocks_change_nothing(monkeypatch):
    space = random_space(200, 6)
    rows = np.array([5, 0, 150])
    found = local_intrinsic_dimension(space, rows)
    monkeypatch.setattr(module, "_BLOCK_NUMBERS", 1)
    named = local_intrinsic_dimension(space, ["w5", "w0", "w150"])
    np.testing.assert_array_equal(found.scores, named.scores)


def test_small_distances_are_not_lost():
    """A cosine in float32 tells 3e-4 from 0 at best."""
    unit = np.array([[1, 0], [np.cos(1e-5), np.sin(1e-5)]], dtype=np.float32)
    assert _distances(unit, np.array([0]), np.array([[1]]))[0, 0] == pytest.approx(1e-5, rel=1e-3)


def test_copies_are_left_out_and_counted():
    """A copy takes a place among the neighbours, and says nothing about the others."""
    space = random_space(100, 4)
    before = local_intrinsic_dimension(space, space.words[:1], k=10)
    copied = space_of(np.vstack([space.vectors, 3 * space.vectors[:1], space.vectors[:1]]))
    after = local_intrinsic_dimension(copied, ["w0", "w100", "w50"], k=12)
    assert after.n_copied == 2
    np.testing.assert_allclose(after.scores[:2], before.value, rtol=1e-5)
    same = space_of(np.vstack([np.ones((30, 4)), space.vectors]))
    found = local_intrinsic_dimension(same, ["w0", "w40"])  # all 20 nearest of w0 are its copies
    assert np.isnan(found.scores[0])
    assert np.isfinite(found.scores[1])
    assert (found.n_used, found.n_missing, found.n_copied) == (1, 1, 0)


def test_unknown_words_and_zero_vectors_are_missing():
    space = space_of(np.vstack([np.zeros(4), random_space(50, 4).vectors]))
    found = local_intrinsic_dimension(space, ["w0", "w1", "nowhere"])
    assert (found.n_used, found.n_missing) == (1, 2)
    assert np.isnan(found.scores[[0, 2]]).all()
    assert found.value == pytest.approx(found.scores[1])


def test_neighbours_equally_far_have_no_finite_dimension():
    found = local_intrinsic_dimension(space_of(np.eye(8)), np.arange(8), k=5)
    assert found.value == np.inf


def test_what_cannot_be_estimated_is_refused():
    space = random_space(10, 3)
    with pytest.raises(InputError, match="k must be at least 2"):
        local_intrinsic_dimension(space, space.words, k=1)
    with pytest.raises(InputError, match="needs three words; random has 2"):
        local_intrinsic_dimension(random_space(2, 3), ["w0"])
    for wrong in (np.array([3, 10]), np.array([-1, 2])):
        with pytest.raises(InputError, match="rows of random are 0 to 9"):
            local_intrinsic_dimension(space, wrong)
    for none in (["nowhere"], [], np.array([], dtype=np.int64)):
        with pytest.raises(InputError, match=r"none of the \d words has a local dimension"):
            local_intrinsic_dimension(space, none)
    with pytest.raises(InputError, match="none of the 4 words"):
        local_intrinsic_dimension(space_of(np.ones((4, 2))), np.arange(4))
