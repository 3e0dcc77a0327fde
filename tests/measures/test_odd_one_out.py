"""Odd one out: by hand, ties, chance, what does not change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.measures.odd_one_out import odd_one_out
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_odd_one_out_by_hand():
    """Sums of cosines a 0, b .88, c −.32: c is farthest; a lies between."""
    space = EmbeddingSpace(("a", "b", "c"), np.array([[1, 0], [3, 4], [-0.6, 0.8]]))
    found = odd_one_out(space, [(("a", "b"), "c"), (("b", "c"), "a"), (("a", "x"), "b")])
    # Cosines ab .6, ac −.6, bc .28: sums a 0, b .88, c −.32.
    assert found.scores.tolist() == [1, 0.5]
    assert (found.value, found.chance) == (0.5, pytest.approx(1 / 3))
    assert (found.n_used, found.n_missing) == (2, 1)


def test_a_tie_counts_against():
    space = EmbeddingSpace(("a", "b", "c"), np.ones((3, 2)))
    assert odd_one_out(space, [(("a", "b"), "c")]).scores.tolist() == [0]


@given(st.integers(3, 9), st.integers(1, 5), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_it_equals_the_definition(n, dim, seed):
    vectors = np.random.default_rng(seed).normal(size=(n, dim))
    space = EmbeddingSpace(tuple(f"w{i}" for i in range(n)), vectors)
    unit = space.unit_vectors.astype(float)
    nearness = [np.mean([unit[i] @ unit[j] for j in range(n) if j != i]) for i in range(n)]
    (score,) = odd_one_out(space, [(space.words[:-1], space.words[-1])]).scores
    expected = np.mean([other > nearness[-1] + 1e-6 for other in nearness[:-1]])
    assert score == pytest.approx(expected)


def test_unrelated_vectors_guess():
    space = random_space(300, 10)
    rng = np.random.default_rng(1)
    drawn = [[f"w{n}" for n in rng.choice(300, 5, replace=False)] for _ in range(2000)]
    found = odd_one_out(space, [(words[:-1], words[-1]) for words in drawn])
    assert found.value == pytest.approx(found.chance, abs=0.03)
    assert found.scores.mean() == pytest.approx(0.5, abs=0.03)


def test_wrong_groups_are_refused_and_none_has_no_score():
    space = random_space(5, 2)
    for together in (["w0"], ["w0", "w0"], ["w0", "w4"]):
        with pytest.raises(InputError, match="two words and another odd one"):
            odd_one_out(space, [(together, "w4")])
    assert np.isnan(odd_one_out(space, []).value)
