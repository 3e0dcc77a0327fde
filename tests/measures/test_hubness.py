"""Hubness: a planted hub, counts by hand, scipy's skewness, dimension makes hubs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.hubness import hubness, hubness_among
from compare.measures.neighbours import nearest
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_a_planted_hub_is_everybodys_neighbour():
    """Axes are orthogonal to each other and lean to their sum."""
    space = EmbeddingSpace((*"abcdef", "hub"), np.vstack([np.eye(6), np.ones(6)]))
    found = hubness(space, k=1)
    assert found.scores.tolist() == [1, 0, 0, 0, 0, 0, 6]  # the hub's own nearest is a
    assert found.hubs(space, n=2) == [("hub", 6), ("a", 1)]
    assert (found.k, found.n_used, found.n_missing) == (1, 7, 0)
    assert found.value > 1.5


@given(st.integers(2, 30), st.integers(1, 4), st.integers(1, 6), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_counts_and_skewness_equal_the_definition(n, dim, k, seed):
    rng = np.random.default_rng(seed)
    space = EmbeddingSpace(tuple(f"w{i}" for i in range(n)), rng.integers(-1, 2, (n, dim)))
    found = hubness(space, k=k)
    near = nearest(space, space.words, k=k).rows
    assert found.scores.tolist() == [sum(i in row for row in near.tolist()) for i in range(n)]
    assert found.scores.mean() == pytest.approx(min(k, n - 1))
    if np.ptp(found.scores):
        assert found.value == pytest.approx(stats.skew(found.scores))
    else:
        assert np.isnan(found.value)


def test_dimension_makes_hubs_and_rotation_does_not_change_them():
    values = [hubness(random_space(600, dim), k=5).value for dim in (2, 10, 60)]
    assert values == sorted(values)
    assert values[-1] > 0.4
    space = random_space(200, 10)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    lengths = np.random.default_rng(1).uniform(0.1, 10, (200, 1))
    turned = space.with_vectors(space.vectors @ rotation * lengths)
    np.testing.assert_array_equal(hubness(space).scores, hubness(turned).scores)


def test_centring_takes_the_hubs_of_a_leaning_space_off():
    space = random_space(500, 40)
    leaning = space.with_vectors(space.vectors + 2)
    assert hubness(leaning).value > hubness(transformed(leaning, "centred")).value + 0.3


def test_csls_has_fewer_hubs():
    """The guard against hubs (Conneau et al. 2018), counted by the same skewness."""
    space = random_space(500, 40)
    space = space.with_vectors(space.vectors + 0.5)
    plain, scaled = (
        np.bincount(nearest(space, space.words, k=10, criterion=by).rows.ravel(), minlength=500)
        for by in ("cosine", "CSLS")
    )
    assert stats.skew(scaled) < stats.skew(plain) - 0.3


def test_a_sample_of_words_asks_fewer():
    space = random_space(300, 8)
    found = hubness(space, k=4, max_words=100, seed=1)
    assert (found.n_used, found.n_missing, int(found.scores.sum())) == (100, 200, 400)


def test_neighbours_found_before_are_counted_alike():
    space = random_space(300, 8)
    words = [space.words[row] for row in space.sampled_rows(90, seed=3)]
    found = hubness_among(space, nearest(space, words, k=4))
    whole = hubness(space, k=4, max_words=90, seed=3)
    np.testing.assert_array_equal(found.scores, whole.scores)
    assert (found.value, found.k, found.n_used) == (whole.value, whole.k, whole.n_used)
    with pytest.raises(InputError, match="no neighbours of words of random"):
        hubness_among(space, nearest(space, [], k=4))


def test_too_little_is_refused():
    with pytest.raises(InputError, match="two words"):
        hubness(random_space(1, 2))
    with pytest.raises(InputError, match="k must be at least 1"):
        hubness(random_space(5, 2), k=0)
    with pytest.raises(InputError, match="max_words must be at least 1"):
        hubness(random_space(5, 2), max_words=0)
