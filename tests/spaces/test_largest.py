"""The k largest of each row: by hand, and a stable sort whatever is tied, tiny or infinite."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.spaces.largest import largest, some_largest


def _sorted(scores, k):
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def test_by_hand():
    scores = np.array([[0.1, 0.7, 0.3, 0.7], [5, 4, 3, 2]], dtype=np.float32)
    assert largest(scores, 3).tolist() == [[1, 3, 2], [0, 1, 2]]
    assert largest(scores, 4).tolist() == [[1, 3, 2, 0], [0, 1, 2, 3]]
    assert largest(scores, 0).shape == (2, 0)
    assert largest(scores[:0], 2).shape == (0, 2)
    some = some_largest(scores, 3)
    assert some[:, 0].tolist() == [2, 2]
    assert np.sort(some, axis=1).tolist() == [[1, 2, 3], [0, 1, 2]]


@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), max_size=5), st.integers(0, 6))
def test_the_largest_equal_a_stable_sort(scores, k):
    table = np.array(scores, dtype=np.float32).reshape(-1, 6)
    np.testing.assert_array_equal(largest(table, k), _sorted(table, k))


@given(
    n_rows=st.integers(1, 6),
    n_columns=st.integers(1, 1500),
    k=st.integers(1, 12),
    n_levels=st.sampled_from([1, 2, 5, 300, 10**6]),
    dtype=st.sampled_from([np.float32, np.int16]),
    seed=st.integers(0, 9999),
)
@settings(max_examples=150, deadline=None)
def test_groups_find_the_scores_that_a_sort_finds(n_rows, n_columns, k, n_levels, dtype, seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-n_levels, n_levels, (n_rows, n_columns)).astype(dtype)
    k = min(k, n_columns)
    found = some_largest(scores, k)
    assert all(len(set(row)) == k for row in found.tolist())
    values = np.take_along_axis(scores, found, axis=1)
    expected = np.sort(scores, axis=1)[:, n_columns - k :]
    np.testing.assert_array_equal(np.sort(values, axis=1), expected)
    np.testing.assert_array_equal(values[:, 0], expected[:, 0])


@pytest.mark.parametrize("n_columns", [64 * 32, 64 * 32 + 1, 65 * 32 - 1])
def test_the_largest_may_stand_in_one_group_or_behind_the_last(n_columns):
    n_groups = n_columns // 32
    scores = np.random.default_rng(0).random((2, n_columns)).astype(np.float32)
    scores[0, 5 : 5 + 10 * n_groups : n_groups] += 1
    scores[1, -10:] += 1
    found = np.sort(some_largest(scores, 10), axis=1)
    assert found[0].tolist() == list(range(5, 5 + 10 * n_groups, n_groups))
    assert found[1].tolist() == list(range(n_columns - 10, n_columns))
