"""Isotropy: worked by hand, the authors' algorithm step by step, planted shares of dimensions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from compare.comparison.protocol import transformed
from compare.errors import InputError
from compare.measures.isotropy import isotropy
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _space(vectors):
    return EmbeddingSpace(tuple(f"w{n}" for n in range(len(vectors))), np.array(vectors))


def test_partition_isotropy_by_hand():
    """Words (2, 0) and (1, 0): along x Z is e² + e or e⁻² + e⁻¹, along y 2."""
    found = isotropy(_space([[2.0, 0], [1, 0]]))
    e = np.e
    assert found.partition == pytest.approx((e**-2 + 1 / e) / (e**2 + e))
    cross = isotropy(_space([[1.0, 0], [-1, 0], [0, 1], [0, -1]]))
    assert cross.partition == pytest.approx(1)
    assert cross.isoscore == pytest.approx(1)
    assert (cross.n_used, cross.n_missing) == (4, 0)


def _isoscore_as_published(points):
    """Rudman et al. 2022, algorithm 1, with scikit-learn's PCA for the reorientation."""
    turned = PCA(n_components=points.shape[1]).fit_transform(points)
    diagonal = np.diag(np.cov(turned.T))
    n = len(diagonal)
    normalised = diagonal * np.sqrt(n) / np.linalg.norm(diagonal)
    distance = np.linalg.norm(normalised - np.ones(n)) / np.sqrt(2 * (n - np.sqrt(n)))
    used = (n - distance**2 * (n - np.sqrt(n))) ** 2 / n**2
    return (n * used - 1) / (n - 1)


@given(st.integers(3, 60), st.integers(2, 8), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_isoscore_equals_the_published_algorithm(n, dim, seed):
    n = max(n, dim + 1)
    rng = np.random.default_rng(seed)
    points = (rng.normal(size=(n, dim)) * rng.uniform(0.1, 5, dim) + 3).astype(np.float32)
    expected = _isoscore_as_published(points.astype(float))
    assert isotropy(_space(points)).isoscore == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("n_used", [1, 4, 10, 20])
def test_isoscore_is_the_share_of_dimensions_in_use(n_used):
    """k of d equal variances: φ d dimensions are in use, so (k − 1) / (d − 1)."""
    vectors = np.zeros((8000, 20))
    vectors[:, :n_used] = np.random.default_rng(0).normal(size=(8000, n_used))
    assert isotropy(_space(vectors)).isoscore == pytest.approx((n_used - 1) / 19, abs=0.01)


def test_what_changes_isotropy_and_what_does_not():
    space = random_space(300, 8)
    found = isotropy(space)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0]
    turned = isotropy(space.with_vectors(space.vectors @ rotation))
    assert turned.partition == pytest.approx(found.partition, abs=1e-5)
    assert turned.isoscore == pytest.approx(found.isoscore, abs=1e-5)
    longer = isotropy(space.with_vectors(3 * space.vectors))
    assert longer.isoscore == pytest.approx(found.isoscore, abs=1e-5)
    assert longer.partition < found.partition
    moved = isotropy(space.with_vectors(space.vectors + 3))
    assert moved.isoscore == pytest.approx(found.isoscore, abs=1e-4)
    assert moved.partition < 0.01


def test_long_vectors_do_no_harm():
    assert isotropy(random_space(50, 4).with_vectors(1e6 * random_space(50, 4).vectors)) is not None
    blown = random_space(400, 10)
    vectors = blown.vectors.copy()
    vectors[:, 2] *= 100
    rogue = isotropy(blown.with_vectors(vectors))
    assert rogue.partition == pytest.approx(0, abs=1e-9)
    assert rogue.isoscore < 0.01
    assert isotropy(transformed(blown.with_vectors(vectors), "z-scored")).isoscore > 0.9


def test_without_variance_or_words_there_is_no_isotropy():
    assert np.isnan(isotropy(_space([[0.1, 0.3]] * 5)).isoscore)
    assert np.isnan(isotropy(_space([[1.0], [2.0]])).isoscore)
    assert isotropy(_space([[0.0, 0]] * 3)).partition == 1
    with pytest.raises(InputError, match="two words"):
        isotropy(_space([[1.0, 2]]))
