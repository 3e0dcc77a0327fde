"""Steps of training: every row once an epoch, in nearly equal steps, from any step on."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.llm.epochs import Epochs

PLANS = st.builds(
    Epochs,
    n_rows=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    n_epochs=st.floats(0.01, 4),
)


@given(PLANS, st.integers(0, 3))
def test_every_row_is_taken_as_often_as_there_are_epochs(plan: Epochs, seed: int) -> None:
    steps = [numbers.tolist() for numbers in plan.numbers(seed)]
    assert len(steps) == plan.n_steps
    taken = [row for step in steps for row in step]
    assert len(taken) == plan.n_planned == max(1, round(plan.n_rows * plan.n_epochs))
    whole = plan.n_planned // plan.n_rows
    counts = Counter(taken)
    assert set(counts) <= set(range(plan.n_rows))
    assert all(whole <= counts[row] <= whole + 1 for row in range(plan.n_rows))
    for epoch in range(whole):
        assert sorted(taken[epoch * plan.n_rows : (epoch + 1) * plan.n_rows]) == list(
            range(plan.n_rows)
        )
    sizes = [len(step) for step in steps]
    assert 0 < min(sizes) <= max(sizes) == plan.largest_step <= plan.batch_size
    of_an_epoch = sizes[: plan.steps_per_epoch] if whole else sizes
    assert max(of_an_epoch) - min(of_an_epoch) <= 1
    before = [plan.rows_before(step) for step in range(plan.n_steps + 1)]
    assert before == [sum(sizes[:step]) for step in range(plan.n_steps + 1)]


@given(PLANS, st.integers(0, 20))
def test_training_goes_on_from_any_step(plan: Epochs, first: int) -> None:
    whole = [numbers.tolist() for numbers in plan.numbers(1)]
    assert [one.tolist() for one in plan.numbers(1, first_step=first)] == whole[first:]


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "n_epochs", "sizes"),
    [
        (63, 32, 1.0, [31, 32]),  # a step of 32 alone would leave half of the text out
        (100, 64, 1.0, [50, 50]),
        (40, 32, 1.4, [20, 20, 16]),
        (3, 8, 0.4, [1]),
        (2, 1, 2.0, [1, 1, 1, 1]),
    ],
)
def test_sizes_by_hand(n_rows: int, batch_size: int, n_epochs: float, sizes: list[int]) -> None:
    plan = Epochs(n_rows, batch_size, n_epochs)
    assert [len(numbers) for numbers in plan.numbers(0)] == sizes
