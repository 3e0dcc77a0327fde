"""SVCCA: canonical correlations worked by hand, scikit-learn's CCA, the directions kept."""

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA

from compare.errors import InputError
from compare.measures.svcca import svcca
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _space(vectors):
    return EmbeddingSpace(tuple(f"w{n}" for n in range(len(vectors))), np.array(vectors))


def test_svcca_by_hand():
    """One column each: the correlation of (1, 1, −1, −1) with (3, 1, −1, −3) is 8 / √80."""
    found = svcca(_space([[1], [1], [-1], [-1]]), _space([[3], [1], [-1], [-3]]))
    assert found.value == pytest.approx(8 / 80**0.5)
    assert found.scores.tolist() == pytest.approx([8 / 80**0.5])
    across = svcca(_space([[1], [1], [-1], [-1]]), _space([[1], [-1], [1], [-1]]))
    assert across.value == pytest.approx(0, abs=1e-9)


def test_canonical_correlations_equal_scikit_learns():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 4))
    y = x @ rng.normal(size=(4, 3)) + 2 * rng.normal(size=(80, 3))
    found = svcca(_space(x), _space(y), kept=1.0)
    a, b = CCA(n_components=3, tol=1e-12, max_iter=10_000).fit_transform(x, y)
    expected = [np.corrcoef(a[:, i], b[:, i])[0, 1] for i in range(3)]
    assert found.scores.tolist() == pytest.approx(expected, abs=1e-4)
    assert found.value == pytest.approx(np.mean(expected), abs=1e-4)


def test_every_invertible_linear_map_is_seen_through():
    space = random_space(100, 5)
    skewed = space.with_vectors(space.vectors @ np.random.default_rng(1).normal(size=(5, 5)))
    assert svcca(space, skewed, kept=1.0).value == pytest.approx(1, abs=1e-5)


def test_weak_directions_are_left_out():
    """Three strong directions that spaces share, five weak ones of each its own."""
    rng = np.random.default_rng(2)
    strong = rng.normal(size=(400, 3))
    first, second = (
        _space(np.hstack([strong, 0.01 * rng.normal(size=(400, 5))])) for _ in range(2)
    )
    assert len(svcca(first, second).scores) == 3
    assert svcca(first, second).value == pytest.approx(1, abs=1e-3)
    whole = svcca(first, second, kept=1.0)
    assert len(whole.scores) == 8
    assert whole.value < 0.6
    with pytest.raises(InputError, match="share of variance kept"):
        svcca(first, second, kept=0)
