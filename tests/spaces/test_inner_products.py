"""The search behind neighbours: by hand, float64 as the twin, both screens, bounded memory."""

import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.spaces import blocks, inner_products
from compare.spaces.inner_products import largest_products, row_products
from tests.conftest import random_space


def _slowly(queries, keys, k, own=None):
    """The definition: all products in float64, rounded, sorted with ties in order."""
    products = (queries.astype(np.float64) @ keys.T.astype(np.float64)).astype(np.float32)
    if own is not None:
        products[np.arange(len(queries)), own] = -np.inf
    found = np.argsort(-products, axis=1, kind="stable")[:, :k]
    return found, np.take_along_axis(products, found, axis=1)


@pytest.fixture(params=["float32", "bfloat16"])
def screen(request, monkeypatch):
    """Both kinds of numbers, whatever this processor has."""
    monkeypatch.setattr(inner_products, "resolve_precision", lambda *_: request.param)


def test_by_hand():
    keys = np.array([[1, 0], [0, 1], [1, 1], [0, 1]], dtype=np.float32)
    found, products = largest_products(keys[:2], keys, 3)
    assert found.tolist() == [[0, 2, 1], [1, 2, 3]]
    assert products.tolist() == [[1, 1, 0], [1, 1, 1]]
    found, _ = largest_products(keys[:2], keys, 2, own=np.array([0, 1]))
    assert found.tolist() == [[2, 1], [2, 3]]
    assert row_products(keys[:1], keys, np.array([[3, 2]])).tolist() == [[0, 1]]
    assert largest_products(keys[:0], keys, 2)[0].shape == (0, 2)
    assert largest_products(keys, keys, 0)[0].shape == (4, 0)


@pytest.mark.parametrize("shape", [(4000, 3), (5000, 40), (4100, 129)])
def test_a_screen_changes_nothing(screen, shape):
    unit = random_space(*shape).unit_vectors
    own = np.arange(0, shape[0], 40)
    for left_out in (own, None):
        found, products = largest_products(unit[own], unit, 4, own=left_out)
        expected, exact = _slowly(unit[own], unit, 4, left_out)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(products, exact)


@given(st.integers(0, 9999), st.sampled_from([1, 3, 12]), st.sampled_from([0.0, 0.02, 3.0]))
@settings(max_examples=20, deadline=None)
def test_ties_near_ties_zeros_and_narrow_cones_are_decided_exactly(seed, dim, offset):
    """bfloat16 sees a cone as one direction, and few whole numbers tie everywhere."""
    rng = np.random.default_rng(seed)
    keys = rng.integers(-1, 2, (3000, dim)) + offset * rng.normal(size=(3000, dim))
    keys = np.asarray(keys + 10 * offset, dtype=np.float32)
    keys[rng.random(3000) < 0.01] = 0
    rows = rng.integers(0, 3000, 30)
    for dtype in ("float32", "bfloat16"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inner_products, "resolve_precision", lambda *_, dtype=dtype: dtype)
            found, products = largest_products(keys[rows], keys, 2, own=rows)
        expected, exact = _slowly(keys[rows], keys, 2, rows)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(products, exact)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_bound_holds_what_the_screen_leaves_out_and_lets_most_rows_pass(dtype):
    unit = random_space(20_000, 50).unit_vectors
    picked, bound = inner_products._TorchScreen(unit, 36, getattr(torch, dtype)).pick(
        unit[:200], None
    )
    exact = unit[:200].astype(np.float64) @ unit.T.astype(np.float64)
    tenth = np.sort(exact, axis=1)[:, -10]
    np.put_along_axis(exact, picked, -np.inf, axis=1)
    assert (exact.max(axis=1) <= bound).all()
    assert (bound < tenth).mean() > 0.98


def test_a_narrow_cone_is_left_to_finer_numbers(monkeypatch):
    """Cosines above 0.999 are one to bfloat16; float32 tells them apart, and float64 is spared."""
    monkeypatch.setattr(inner_products, "resolve_precision", lambda *_: "bfloat16")
    cone = random_space(8000, 30)
    unit = cone.with_vectors(cone.vectors + 30).unit_vectors
    rows = np.arange(0, 8000, 8)
    tried, whole = [], []
    pick, largest = inner_products._Screen.pick, inner_products.largest
    monkeypatch.setattr(
        inner_products._Screen,
        "pick",
        lambda self, queries, own: (
            tried.append((self._dtype, len(queries))) or pick(self, queries, own)
        ),
    )
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1 << 22)
    monkeypatch.setattr(
        inner_products, "largest", lambda scores, k: whole.append(len(scores)) or largest(scores, k)
    )
    found, products = largest_products(unit[rows], unit, 5, own=rows)
    expected, exact = _slowly(unit[rows], unit, 5, rows)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(products, exact)
    assert [kind for kind, _ in tried].count(torch.bfloat16) == 1  # given up after a block
    assert sum(n for kind, n in tried if kind == torch.float32) == 1000
    assert sum(whole) < 100


def test_blocks_change_nothing_and_bound_the_arrays(monkeypatch):
    """All products of 6,000 words would take 288 MB in float64; blocks of 1 MB take a few."""
    unit = random_space(6000, 20).unit_vectors
    whole = largest_products(unit, unit, 5, own=np.arange(6000))[0]
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1 << 20)
    tracemalloc.start()  # sees NumPy's memory, not torch's (test_mutual_neighbours.py does)
    try:
        parts = largest_products(unit, unit, 5, own=np.arange(6000))[0]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(parts, whole)
    assert peak < 8e6
