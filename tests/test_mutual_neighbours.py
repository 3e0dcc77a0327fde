"""Mutual k-NN: by hand, against sets, chance, and the outlier that it does not see."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.space import EmbeddingSpace
from tests.conftest import random_space


def test_mutual_neighbours_by_hand():
    """Nearest of a b c d: b a a c in one space; in the other b a b c."""
    words = tuple("abcd")
    first, second = (
        EmbeddingSpace(words, np.stack([np.cos(angles), np.sin(angles)], axis=1))
        for angles in (np.array([0, 0.1, -0.3, -0.9]), np.array([0, 0.2, 0.5, 1.1]))
    )
    found = mutual_neighbours(first, second, k=1)
    assert found.scores.tolist() == [1, 1, 0, 1]
    assert (found.value, found.n_used, found.n_missing) == (0.75, 4, 0)


def test_unrelated_spaces_share_what_chance_gives():
    first, second = random_space(400, 20, seed=1), random_space(400, 20, seed=2)
    assert mutual_neighbours(first, second, k=20).value == pytest.approx(20 / 399, rel=0.1)


def test_long_words_change_nothing():
    """What rules CKA (trap 11) is nothing to neighbours by cosine."""
    first, second = random_space(200, 10, seed=1), random_space(200, 10, seed=2)
    stretched = second.vectors * np.random.default_rng(0).uniform(0.1, 300, (200, 1))
    assert mutual_neighbours(first, second.with_vectors(stretched)).value == pytest.approx(
        mutual_neighbours(first, second).value, abs=1e-3
    )


def test_no_neighbour_is_refused():
    space = random_space(5, 2)
    with pytest.raises(InputError, match="k must be at least 1"):
        mutual_neighbours(space, space, k=0)
