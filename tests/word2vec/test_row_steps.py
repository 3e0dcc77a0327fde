import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.word2vec.row_steps import RowSteps, curvature_along, step_size


def test_step_size_is_what_many_single_steps_go() -> None:
    """On a parabola of curvature h, n steps of rate r from 1 end at (1 − r·h)^n."""
    rate, h = 0.001, torch.tensor(2.0)
    for n in (1, 10, 1000, 100_000):
        one_by_one = 1 - (1 - rate * float(h)) ** n
        at_once = float(step_size(torch.tensor(float(n)), rate, h)) * float(h) * n
        assert at_once == pytest.approx(one_by_one, rel=2e-3)


def test_step_size_is_bounded_falls_with_pairs_and_is_plain_without_curvature() -> None:
    pairs = torch.tensor([0.0, 1.0, 50.0, 1e4, 1e9])
    size = step_size(pairs, 0.05, torch.tensor(0.3))
    assert (size.diff() <= 0).all()
    assert float((size * pairs)[-1]) == pytest.approx(1 / 0.3)  # no further than the minimum
    flat = step_size(pairs, 0.05, torch.tensor(0.0))
    torch.testing.assert_close(flat, torch.full_like(pairs, 0.05))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 12), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_taken_steps_equal_those_of_each_row_on_its_own(
    n_batches: int, n_gradients: int, n_rows: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(n_rows, (n_batches, n_gradients), generator=generator)
    pairs = torch.rand(n_batches, n_gradients, generator=generator) * 100
    gradient = torch.randn(n_gradients, 3, generator=generator)
    table = torch.randn(n_rows, 3, generator=generator)
    expected = table.clone()
    curvature = curvature_along(torch.randn(5, 3, generator=generator))
    steps = RowSteps.of(ids, pairs, n_rows)
    assert steps.borders[-1] == len(steps.rows) == sum(len(set(row.tolist())) for row in ids)
    for batch in range(n_batches):
        steps.take(batch, table, gradient, 0.1, curvature)
        for row in range(n_rows):
            mine = ids[batch] == row
            if mine.any():
                size = step_size(pairs[batch][mine].sum(), 0.1, curvature)
                expected[row] -= size * gradient[mine].sum(0)
        np.testing.assert_allclose(table.numpy(), expected.numpy(), rtol=1e-4, atol=1e-5)


def test_curvature_is_a_share_of_the_mean_squared_length() -> None:
    others = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert float(curvature_along(others)) == pytest.approx(0.03 * 12.5)


def test_large_tables_are_sorted_with_wide_keys() -> None:
    ids = torch.tensor([[2**30, 5, 2**30], [7, 7, 7]])
    steps = RowSteps.of(ids, torch.ones(2, 3), 2**31)
    assert steps.rows.tolist() == [5, 2**30, 7]
    assert steps.pairs.view(-1).tolist() == [1, 2, 3]
