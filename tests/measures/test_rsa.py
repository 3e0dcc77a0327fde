"""RSA: worked by hand, scipy's Spearman over all pairs, the sample of words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compare.errors import InputError
from compare.measures.rsa import similarity_correlation
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_rsa_by_hand():
    """Cosines of ab, ac, bc: 1 .6 .6 and .6 0 .8; ranks 3 1.5 1.5 and 2 1 3: ρ = 0."""
    words = ("a", "b", "c")
    first = EmbeddingSpace(words, np.array([[1, 0], [2, 0], [3, 4]]))
    second = EmbeddingSpace(words, np.array([[1, 0], [3, 4], [0, 1]]))
    found = similarity_correlation(first, second)
    assert found.value == pytest.approx(0)
    assert (found.n_used, found.n_missing) == (3, 0)
    # a: 1 .6 and .6 0; b: 1 .6 and .6 .8; c: .6 .6 has no order.
    assert found.scores[:2].tolist() == pytest.approx([1, -1])
    assert np.isnan(found.scores[2])


@given(st.integers(3, 25), st.integers(1, 5), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_rsa_equals_scipy_over_all_pairs(n, levels, seed):
    rng = np.random.default_rng(seed)
    words = tuple(f"w{row}" for row in range(n))
    first, second = (
        EmbeddingSpace(words, rng.integers(-levels, levels + 1, (n, 4)).astype(float))
        for _ in range(2)
    )
    pairs = [(i, j) for i in range(n) for j in range(i)]
    x, y = (
        [round(float(s.unit_vectors[i].astype(float) @ s.unit_vectors[j]), 7) for i, j in pairs]
        for s in (first, second)
    )
    found = similarity_correlation(first, second)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(found.value)
    else:
        assert found.value == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-4)


def test_a_sample_of_words_estimates_the_whole():
    first = random_space(500, 8)
    rng = np.random.default_rng(1)
    second = first.with_vectors(first.vectors + rng.normal(size=first.vectors.shape))
    whole = similarity_correlation(first, second)
    part = similarity_correlation(first, second, max_words=200, seed=3)
    assert (part.n_used, part.n_missing, len(part.scores)) == (200, 300, 200)
    assert part.value == pytest.approx(whole.value, abs=0.05)
    again = similarity_correlation(first, second, max_words=200, seed=3)
    assert again.value == part.value
    with pytest.raises(InputError, match="max_words must be at least 3"):
        similarity_correlation(first, second, max_words=2)
