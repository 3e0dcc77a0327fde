"""The plane of a map: by hand, its share of the variance, signs, too few words."""

import numpy as np
import pytest

from compare.measures.plane import principal_plane
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_plane_by_hand():
    """A right angle's three unit vectors: centred on (1/3, 1/3) of two axes, nothing is lost."""
    vectors = np.array([[5, 0, 0], [0, 2, 0], [3, 4, 0], [9, 9, 9]])
    space = EmbeddingSpace(("x", "y", "xy", "far"), vectors)
    plane = principal_plane(space, ["x", "y", "unknown", "xy"])
    assert plane.words == ("x", "y", "xy")
    assert plane.explained == pytest.approx(1)
    unit = np.array([[1, 0], [0, 1], [0.6, 0.8]])
    np.testing.assert_allclose(plane.coordinates.mean(axis=0), 0, atol=1e-6)
    for i in range(3):
        for j in range(3):
            assert np.linalg.norm(plane.coordinates[i] - plane.coordinates[j]) == pytest.approx(
                np.linalg.norm(unit[i] - unit[j]), abs=1e-6
            )
    assert np.ptp(plane.coordinates[:, 0]) > np.ptp(plane.coordinates[:, 1])


def test_plane_keeps_the_share_of_the_two_largest_singular_values():
    space = random_space(30, 7)
    plane = principal_plane(space, space.words[:20])
    unit = space.unit_vectors[:20].astype(np.float64)
    strengths = np.linalg.svd(unit - unit.mean(axis=0), compute_uv=False) ** 2
    assert plane.explained == pytest.approx(strengths[:2].sum() / strengths.sum())
    np.testing.assert_allclose((plane.coordinates**2).sum(axis=0), strengths[:2], rtol=1e-6)


def test_plane_does_not_change_under_rotation_and_scaling(rng):
    space = random_space(30, 7)
    rotation = np.linalg.qr(rng.normal(size=(7, 7)))[0]
    changed = space.with_vectors(space.vectors @ rotation * rng.uniform(0.1, 10, (30, 1)))
    first, second = (principal_plane(s, space.words) for s in (space, changed))
    np.testing.assert_allclose(first.coordinates, second.coordinates, atol=1e-5)


def test_the_farthest_word_of_each_axis_lies_on_its_positive_side():
    for seed in range(10):
        space = random_space(12, 5, seed=seed)
        coordinates = principal_plane(space, space.words).coordinates
        farthest = np.argmax(np.abs(coordinates), axis=0)
        assert (coordinates[farthest, [0, 1]] > 0).all()


def test_too_few_words_or_dimensions_have_no_plane():
    space = random_space(10, 3)
    assert principal_plane(space, ["w0", "w1", "unknown"]) is None
    assert principal_plane(space, []) is None
    assert principal_plane(random_space(10, 1), space.words) is None
    assert principal_plane(space, ["w0", "w1", "w2"]).coordinates.shape == (3, 2)


def test_words_on_one_spot_keep_nothing():
    plane = principal_plane(EmbeddingSpace(tuple("abc"), np.ones((3, 2))), "abc")
    assert plane.explained == 0
    np.testing.assert_allclose(plane.coordinates, 0, atol=1e-6)
