"""Frequency bias: planted in norms and in directions, scipy's ρ, spaces without counts."""

import numpy as np
import pytest
from scipy import stats

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.frequency_bias import frequency_bias, frequency_bias_among
from compare.measures.neighbours import nearest
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_an_unrelated_space_has_no_bias():
    found = frequency_bias(random_space(1000, 20))
    assert abs(found.norm) < 0.1
    assert abs(found.neighbours) < 0.1
    assert (found.k, found.n_used, found.n_missing) == (10, 1000, 0)


def test_planted_biases_are_found():
    """Trap 6: rare words are long, and frequency is a direction of its own."""
    space = random_space(400, 10)
    rank = np.arange(400)[:, None]
    longer = frequency_bias(space.with_vectors(space.unit_vectors * (1 + rank)))
    assert longer.norm == pytest.approx(-1)
    leaning = np.hstack([space.vectors, (rank - 200) / 10])
    assert frequency_bias(space.with_vectors(leaning)).neighbours > 0.7
    cut = transformed(space.with_vectors(leaning), "all-but-the-top")
    assert abs(frequency_bias(cut).neighbours) < 0.25


def test_correlations_equal_scipys():
    space = random_space(50, 4)
    found = frequency_bias(space, k=3)
    near = nearest(space, space.words, k=3)
    around = np.log(space.counts[near.rows]).mean(axis=1)
    assert found.neighbours == pytest.approx(stats.spearmanr(around, space.counts).statistic)
    norms = np.linalg.norm(space.vectors, axis=1)
    assert found.norm == pytest.approx(stats.spearmanr(norms, space.counts).statistic)
    np.testing.assert_allclose(found.norms, norms, rtol=1e-6)
    np.testing.assert_allclose(found.neighbour_log_counts, around)


def test_a_sample_of_words_is_drawn():
    found = frequency_bias(random_space(100, 4), max_words=30, seed=2)
    assert (found.n_used, found.n_missing, len(found.counts)) == (30, 70, 30)


def test_equal_counts_or_norms_have_no_correlation():
    words = tuple("abcd")
    level = EmbeddingSpace(words, np.eye(4), np.full(4, 7))
    found = frequency_bias(level)
    assert np.isnan([found.norm, found.neighbours]).all()
    never = EmbeddingSpace(words, np.eye(4) * [[1], [2], [3], [4]], np.array([3, 2, 1, 0]))
    assert frequency_bias(never).norm == pytest.approx(-1)


def test_neighbours_found_before_give_the_same():
    space = random_space(100, 4)
    words = [space.words[row] for row in space.sampled_rows(30, seed=2)]
    found = frequency_bias_among(space, nearest(space, words, k=10))
    whole = frequency_bias(space, max_words=30, seed=2)
    assert (found.norm, found.neighbours) == (whole.norm, whole.neighbours)
    assert (found.k, found.n_used, found.n_missing) == (10, 30, 70)
    with pytest.raises(InputError, match="three words"):
        frequency_bias_among(space, nearest(space, words[:2], k=3))


def test_what_has_no_frequency_is_refused():
    with pytest.raises(InputError, match="no word counts"):
        frequency_bias(EmbeddingSpace(tuple("abc"), np.eye(3)))
    with pytest.raises(InputError, match="three words"):
        frequency_bias(random_space(2, 2))
