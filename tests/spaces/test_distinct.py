"""Equal unit vectors put together: by hand, against a dictionary, signs of zero, equal hashes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.spaces import distinct
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space

ROWS = st.lists(
    st.lists(st.sampled_from((-2.0, -0.0, 0.0, 1.0)), min_size=2, max_size=2),
    min_size=1,
    max_size=15,
)


def _space(vectors):
    return EmbeddingSpace(tuple(f"w{n}" for n in range(len(vectors))), np.array(vectors))


def test_distinct_vectors_by_hand():
    found = _space([[1, 0], [0, 0], [0, 3], [5, 0], [-0.0, 0], [0, -3]]).distinct
    assert found.column_of.tolist() == [0, 1, 2, 0, 1, 3]
    assert found.n_words_of.tolist() == [2, 2, 1, 1]
    assert found.unit.tolist() == [[1, 0], [0, 0], [0, 1], [0, -1]]
    assert not found.all_differ


@given(ROWS)
@settings(max_examples=80, deadline=None)
def test_every_word_finds_its_vector_and_no_vector_stands_twice(rows):
    space = _space(rows)
    found = space.distinct
    np.testing.assert_array_equal(found.unit[found.column_of], space.unit_vectors)
    assert len(np.unique(found.unit, axis=0)) == len(found.unit)
    assert found.n_words_of.tolist() == np.bincount(found.column_of).tolist()
    assert np.unique(found.column_of, return_index=True)[1].tolist() == sorted(
        np.unique(found.column_of, return_index=True)[1]
    )


def test_different_vectors_keep_their_rows():
    space = random_space(500, 8)
    found = space.distinct
    assert found.all_differ
    np.testing.assert_array_equal(found.column_of, np.arange(500))


@pytest.mark.parametrize("n_words", [1, 7])
def test_equal_hashes_of_different_vectors_do_no_harm(monkeypatch, n_words):
    monkeypatch.setattr(distinct.np, "einsum", lambda *_, **__: np.zeros(n_words))
    assert random_space(n_words, 3).distinct.all_differ
