"""Geometry: cosines of random pairs between isotropy and a cone, and the plane of a map."""

import numpy as np
import pytest

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.plane import principal_plane
from compare.measures.random_pairs import random_pair_cosines
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _pairs(space, n_pairs=4000, seed=0):
    return random_pair_cosines(space, n_pairs=n_pairs, rng=np.random.default_rng(seed))


# ---- Random pairs -----------------------------------------------------------------------------


def test_no_word_is_paired_with_itself():
    """In an orthonormal space a word's cosine is 1 with itself alone."""
    for n_words in (2, 3, 7):
        space = EmbeddingSpace(tuple("abcdefg"[:n_words]), np.eye(n_words))
        found = _pairs(space)
        assert found.cosines.shape == (4000,)
        assert (found.cosines == 0).all()
        assert (found.value, found.n_used) == (0, 4000)


def test_every_pair_is_drawn_as_often():
    """Unit vectors whose six cosines all differ tell which pair was drawn."""
    angles = np.array([0, 0.1, 0.4, 1.1])
    space = EmbeddingSpace(tuple("abcd"), np.stack([np.cos(angles), np.sin(angles)], axis=1))
    cosines, n_drawn = np.unique(_pairs(space, 60_000).cosines.round(4), return_counts=True)
    expected = {round(float(np.cos(a - b)), 4) for a in angles for b in angles if a != b}
    assert cosines.tolist() == pytest.approx(sorted(expected), abs=2e-4)
    np.testing.assert_allclose(n_drawn, 10_000, rtol=0.05)


def test_the_mean_estimates_the_mean_over_all_pairs():
    space = random_space(60, 5)
    unit = space.unit_vectors.astype(np.float64)
    exact = ((unit @ unit.T).sum() - 60) / (60 * 59)
    found = _pairs(space, 40_000)
    assert found.value == pytest.approx(exact, abs=4 * float(found.cosines.std()) / 200)


def test_a_cone_is_seen_raw_and_gone_centred(rng):
    isotropic = random_space(500, 40)
    cone = isotropic.with_vectors(isotropic.vectors + 5)
    assert abs(_pairs(isotropic).value) < 0.02
    assert _pairs(cone).value > 0.9
    assert abs(_pairs(transformed(cone, "centred")).value) < 0.02


def test_a_rogue_dimension_rules_the_cosine():
    space = random_space(500, 40)
    vectors = space.vectors.copy()
    vectors[:, 7] += 40
    rogue = space.with_vectors(vectors)
    assert _pairs(rogue).value > 0.9
    assert abs(_pairs(transformed(rogue, "centred")).value) < 0.02


def test_cosines_do_not_change_under_rotation_and_scaling(rng):
    space = random_space(100, 6)
    rotation = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    changed = space.with_vectors(space.vectors @ rotation * rng.uniform(0.1, 10, (100, 1)))
    np.testing.assert_allclose(_pairs(space).cosines, _pairs(changed).cosines, atol=1e-6)


def test_the_generator_decides():
    space = random_space(100, 6)
    np.testing.assert_array_equal(_pairs(space).cosines, _pairs(space).cosines)
    assert not np.array_equal(_pairs(space).cosines, _pairs(space, seed=1).cosines)


def test_zero_vectors_have_cosine_zero():
    assert _pairs(EmbeddingSpace(tuple("abc"), np.zeros((3, 4)))).value == 0


def test_a_single_word_has_no_pairs():
    with pytest.raises(InputError, match="two words"):
        _pairs(EmbeddingSpace(("a",), np.ones((1, 3))))


# ---- Plane ------------------------------------------------------------------------------------


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
