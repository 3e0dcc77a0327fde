"""Rank-biased overlap: worked by hand, a slow twin by sets, bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.measures.neighbours import Neighbours, nearest
from compare.measures.rank_biased_overlap import rank_biased_overlap
from tests.conftest import random_space


def _lists(*rows):
    table = np.array(rows, dtype=np.int64)
    words = tuple(f"w{n}" for n in range(len(rows)))
    return Neighbours(words, table, np.zeros(table.shape, dtype=np.float32))


def _slowly(first, second, p):
    k = len(first)
    agreement = [len({*first[:d]} & {*second[:d]}) / d for d in range(1, k + 1)]
    total = sum(share * p**d for d, share in enumerate(agreement, start=1))
    return agreement[-1] * p**k + (1 - p) / p * total


def test_rank_biased_overlap_by_hand():
    """1 2 3 and 2 1 4: A = 0, 1, 2/3; with p = .5: 2/3 · 1/8 + 1 · (1/4 + 2/3 · 1/8) = 5/12."""
    found = rank_biased_overlap(_lists([1, 2, 3]), _lists([2, 1, 4]), p=0.5)
    assert found.tolist() == pytest.approx([5 / 12])


@given(st.integers(1, 8), st.integers(0, 12), st.floats(0.05, 0.99), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_it_equals_the_slow_twin_and_lies_in_range(k, n_words, p, seed):
    rng = np.random.default_rng(seed)
    lists = [
        np.array([rng.permutation(10)[:k] for _ in range(n_words)]).reshape(n_words, k)
        for _ in range(2)
    ]
    found = rank_biased_overlap(
        _lists(*lists[0]) if n_words else _none(k), _lists(*lists[1]) if n_words else _none(k), p=p
    )
    expected = [_slowly(a.tolist(), b.tolist(), p) for a, b in zip(*lists, strict=True)]
    assert found.tolist() == pytest.approx(expected)
    assert ((found >= 0) & (found <= 1 + 1e-12)).all()


def _none(k):
    return Neighbours((), np.zeros((0, k), dtype=np.int64), np.zeros((0, k), dtype=np.float32))


def test_equal_lists_have_one_and_disjoint_ones_zero():
    near = nearest(random_space(40, 5), ["w1", "w2"], k=10)
    assert rank_biased_overlap(near, near).tolist() == pytest.approx([1, 1])
    assert rank_biased_overlap(_lists([1, 2]), _lists([3, 4])).tolist() == [0]


def test_the_top_counts_most():
    base = list(range(10))
    at_the_top, at_the_end = [99, *base[1:]], [*base[:-1], 99]
    first, last = (
        rank_biased_overlap(_lists(base), _lists(other))[0] for other in (at_the_top, at_the_end)
    )
    assert first < last - 0.2


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(InputError, match="same words and equally many"):
        rank_biased_overlap(_lists([1, 2]), _lists([1, 2, 3]))
    with pytest.raises(InputError, match="p must lie between 0 and 1"):
        rank_biased_overlap(_lists([1]), _lists([1]), p=1)
    single = random_space(1, 2)
    near = nearest(single, ["w0"], k=3)
    assert np.isnan(rank_biased_overlap(near, near)).all()
