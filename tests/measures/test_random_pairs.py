"""Cosines of random pairs: every pair as often, between isotropy and a cone."""

import numpy as np
import pytest

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.random_pairs import random_pair_cosines
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _pairs(space, n_pairs=4000, seed=0):
    return random_pair_cosines(space, n_pairs=n_pairs, rng=np.random.default_rng(seed))


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
