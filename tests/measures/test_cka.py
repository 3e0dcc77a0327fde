"""CKA: the unbiased HSIC from Gram matrices, a planted value, and the bias that it is free of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.measures.cka import linear_cka
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _unbiased_hsic_slowly(k, l):  # noqa: E741
    """Song et al. 2012, equation 5: Gram matrices with zero diagonals."""
    n = len(k)
    k, l = (gram * (1 - np.eye(n)) for gram in (k, l))  # noqa: E741
    ones = np.ones(n)
    return (
        np.trace(k @ l)
        + (ones @ k @ ones) * (ones @ l @ ones) / ((n - 1) * (n - 2))
        - 2 / (n - 2) * ones @ k @ l @ ones
    ) / (n * (n - 3))


def _cka_slowly(x, y):
    k, l = x @ x.T, y @ y.T  # noqa: E741
    alike = _unbiased_hsic_slowly(k, l)
    return alike / np.sqrt(_unbiased_hsic_slowly(k, k) * _unbiased_hsic_slowly(l, l))


def _biased_cka(x, y):
    """Kornblith et al. 2019: ‖XᵀY‖² / (‖XᵀX‖ ‖YᵀY‖), centred."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    crossed = np.linalg.norm(x.T @ y) ** 2
    return crossed / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def _space(vectors):
    return EmbeddingSpace(tuple(f"w{n}" for n in range(len(vectors))), vectors)


def test_cka_by_hand():
    """Four words on a line, at ±1 ±1, against themselves, and against a split across theirs.

    Gram matrices of x = (1, 1, −1, −1) and y = (1, −1, 1, −1) off their diagonals: rows sum to −1,
    all to −4. trace(KK) = 12, 1ᵀKK1 = 4, so 12 + 16 / 6 − 4 = 10.67; trace(KL) = −4: −5.33.
    """
    x = _space([[1.0], [1.0], [-1.0], [-1.0]])
    y = _space([[1.0], [-1.0], [1.0], [-1.0]])
    assert linear_cka(x, x).value == pytest.approx(1)
    assert linear_cka(x, y).value == pytest.approx(-0.5)
    assert linear_cka(x, y).n_used == 4


@given(st.integers(5, 30), st.integers(1, 9), st.integers(1, 9), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_cka_equals_the_estimate_from_gram_matrices(n, d, e, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)) + 3
    y = x @ rng.normal(size=(d, e)) + rng.normal(size=(n, e))
    spaces = [_space(vectors.astype(np.float32)) for vectors in (x, y)]
    expected = _cka_slowly(*(space.vectors.astype(float) for space in spaces))
    found = linear_cka(*spaces).value
    assert found == pytest.approx(expected, abs=1e-5) or np.isnan(found)


def test_debiased_cka_does_not_grow_with_the_dimensions():
    """Trap 11: the plain estimate of two unrelated spaces goes to 1 where n is near d."""
    values, plain = [], []
    for seed in range(20):
        first = random_space(60, 60, seed=seed)
        second = random_space(60, 60, seed=seed + 100)
        values.append(linear_cka(first, second).value)
        plain.append(_biased_cka(first.vectors, second.vectors))
    assert min(plain) > 0.45
    assert abs(np.mean(values)) < 0.02


def test_few_long_words_rule_cka():
    """Trap 11 again: what 3 of 200 words do decides; unrelated spaces look alike or opposed."""
    first, second = random_space(200, 10, seed=1), random_space(200, 10, seed=2)
    long = [space.with_vectors(_with_long_words(space.vectors)) for space in (first, second)]
    assert abs(linear_cka(first, second).value) < 0.05
    assert abs(linear_cka(*long).value) > 0.3


def _with_long_words(vectors):
    changed = vectors.copy()
    changed[:3] *= 300
    return changed


def test_large_and_small_numbers_do_no_harm():
    first, second = random_space(50, 5, seed=1), random_space(50, 5, seed=2)
    value = linear_cka(first, second).value
    for scale in (1e-18, 1e18):
        scaled = second.with_vectors(second.vectors * np.float32(scale))
        assert linear_cka(first, scaled).value == pytest.approx(value, abs=1e-4)
