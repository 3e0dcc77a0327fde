"""Rogue dimensions: by hand, the mean over all pairs, a blown-up dimension called out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.random_pairs import random_pair_cosines
from compare.measures.rogue_dimensions import rogue_dimensions
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_rogue_dimensions_by_hand():
    """Pairs of (1, 0), (.6, .8), (.6, −.8): x adds .6 .6 .36, y adds 0 0 −.64."""
    space = EmbeddingSpace(("a", "b", "c"), np.array([[2, 0], [3, 4], [3, -4]]))
    found = rogue_dimensions(space)
    assert found.scores.tolist() == pytest.approx([1.56 / 3, -0.64 / 3])
    assert found.mean_cosine == pytest.approx(0.92 / 3)
    assert found.value == pytest.approx(1.56 / 2.2)


@given(st.integers(2, 15), st.integers(1, 5), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_parts_equal_the_mean_over_all_pairs(n, dim, seed):
    vectors = np.random.default_rng(seed).integers(-2, 3, (n, dim))
    space = EmbeddingSpace(tuple(f"w{i}" for i in range(n)), vectors)
    unit = space.unit_vectors.astype(float)
    expected = np.mean([unit[i] * unit[j] for i in range(n) for j in range(i)], axis=0)
    found = rogue_dimensions(space)
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)
    assert found.mean_cosine == pytest.approx(expected.sum(), abs=1e-6)
    assert np.isnan(found.value) or 1 / dim - 1e-9 <= found.value <= 1 + 1e-9


def test_a_blown_up_dimension_is_called_out_and_centring_takes_it_off():
    """Trap 4."""
    space = random_space(500, 40)
    vectors = space.vectors.copy()
    vectors[:, 7] += 40
    rogue = space.with_vectors(vectors)
    found = rogue_dimensions(rogue)
    assert np.abs(found.scores).argmax() == 7
    assert found.value > 0.95
    assert found.mean_cosine > 0.9
    centred = rogue_dimensions(transformed(rogue, "centred"))
    assert abs(centred.mean_cosine) < 0.01
    assert centred.value < 0.3


def test_the_sampled_mean_estimates_it():
    space = random_space(200, 6)
    space = space.with_vectors(space.vectors + 0.7)
    sample = random_pair_cosines(space, n_pairs=20_000, rng=np.random.default_rng(0))
    assert sample.value == pytest.approx(rogue_dimensions(space).mean_cosine, abs=0.02)


def test_it_is_about_axes():
    space = random_space(300, 10)
    vectors = space.vectors.copy()
    vectors[:, 0] += 30
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    straight = rogue_dimensions(space.with_vectors(vectors))
    turned = rogue_dimensions(space.with_vectors(vectors @ rotation))
    assert turned.mean_cosine == pytest.approx(straight.mean_cosine, abs=1e-6)
    assert turned.value < straight.value - 0.1


def test_zero_vectors_and_single_words():
    zero = rogue_dimensions(EmbeddingSpace(("a", "b"), np.zeros((2, 2))))
    assert zero.mean_cosine == 0
    assert np.isnan(zero.value)
    with pytest.raises(InputError, match="two words"):
        rogue_dimensions(EmbeddingSpace(("a",), np.ones((1, 2))))
