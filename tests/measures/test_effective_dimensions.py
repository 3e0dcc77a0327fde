"""Effective dimensions: by hand, planted ranks, what does and what does not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.measures.effective_dimensions import effective_dimensions
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _space(vectors):
    return EmbeddingSpace(tuple(f"w{n}" for n in range(len(vectors))), np.array(vectors))


def test_effective_dimensions_by_hand():
    """Singular values 3 and 1: p = ¾ ¼, λ = 9 and 1, (9 + 1)² / (81 + 1)."""
    found = effective_dimensions(_space([[3.0, 0], [0, 1]]))
    assert found.effective_rank == pytest.approx(4 / 3**0.75)
    assert found.participation_ratio == pytest.approx(100 / 82)
    assert found.scores.tolist() == pytest.approx([0.9, 0.1])
    assert (found.n_used, found.n_missing) == (2, 0)


@pytest.mark.parametrize("rank", [1, 3, 7])
def test_equal_directions_are_counted(rank):
    vectors = np.vstack([np.eye(rank, 9), -np.eye(rank, 9)])
    found = effective_dimensions(_space(vectors))
    assert found.effective_rank == pytest.approx(rank)
    assert found.participation_ratio == pytest.approx(rank)


@given(st.integers(1, 20), st.integers(1, 8), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_they_equal_the_definition_and_lie_in_range(n, dim, seed):
    rng = np.random.default_rng(seed)
    space = _space(rng.integers(-2, 3, (n, dim)).astype(float))
    found = effective_dimensions(space)
    singular = np.linalg.svd(space.vectors.astype(float), compute_uv=False)
    singular = singular[singular > 1e-6]
    if not len(singular):
        assert np.isnan([found.effective_rank, found.participation_ratio]).all()
        return
    p = singular / singular.sum()
    assert found.effective_rank == pytest.approx(np.exp(-(p * np.log(p)).sum()), rel=1e-4)
    powers = singular**2
    assert found.participation_ratio == pytest.approx(powers.sum() ** 2 / (powers**2).sum())
    for value in (found.effective_rank, found.participation_ratio):
        assert 1 - 1e-9 <= value <= min(n, dim) + 1e-6


def test_rotation_and_scale_do_not_change_them_and_a_rogue_dimension_does():
    space = random_space(300, 10)
    found = effective_dimensions(space)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    turned = effective_dimensions(space.with_vectors(50 * space.vectors @ rotation))
    assert turned.effective_rank == pytest.approx(found.effective_rank, rel=1e-5)
    assert turned.participation_ratio == pytest.approx(found.participation_ratio, rel=1e-5)
    vectors = space.vectors.copy()
    vectors[:, 4] *= 100
    assert effective_dimensions(space.with_vectors(vectors)).participation_ratio < 1.01
