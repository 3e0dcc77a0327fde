import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.llm.windows import SlidingWindows, batch_rows, batches


def plain_rows(ids: list[int], max_length: int, stride: int) -> list[tuple[list[int], list[int]]]:
    """The definition, in plain Python: targets are the inputs one token later; the last row ends
    with the text.
    """  # fmt: skip
    starts = list(range(0, len(ids) - max_length, stride))
    if starts[-1] + max_length + 1 < len(ids):
        starts.append(len(ids) - max_length - 1)
    return [
        (ids[start : start + max_length], ids[start + 1 : start + max_length + 1])
        for start in starts
    ]


@given(
    n_tokens=st.integers(2, 60),
    max_length=st.integers(1, 12),
    stride=st.integers(1, 12),
    batch_size=st.integers(1, 70),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
    seed=st.integers(0, 3),
)
def test_batches_are_those_of_the_definition(
    n_tokens: int,
    max_length: int,
    stride: int,
    batch_size: int,
    shuffle: bool,
    drop_last: bool,
    seed: int,
) -> None:
    if n_tokens <= max_length or stride > max_length:
        return
    ids = list(range(100, 100 + n_tokens))
    expected = plain_rows(ids, max_length, stride)
    windows = SlidingWindows(np.array(ids), max_length, stride)
    assert len(windows) == len(expected)
    assert [
        (x.tolist(), y.tolist()) for x, y in (windows[i] for i in range(len(windows)))
    ] == expected

    drawn = [
        list(zip(xs.tolist(), ys.tolist(), strict=True))
        for xs, ys in batches(
            windows,
            batch_size=batch_size,
            shuffle=shuffle,
            drop_last=drop_last,
            rng=np.random.default_rng(seed),
        )
    ]
    n_full, rest = divmod(len(expected), batch_size)
    assert [len(batch) for batch in drawn] == [batch_size] * n_full + (
        [rest] if rest and not drop_last else []
    )
    flat = [row for batch in drawn for row in batch]
    if not shuffle:
        assert flat == expected[: len(flat)]
    order = [expected.index(row) for row in flat]  # every row is one of the definition's …
    assert len(set(order)) == len(order)  # … and is drawn once
    if not drop_last:
        assert len(flat) == len(expected)


@given(st.integers(2, 60), st.integers(1, 12), st.integers(1, 12))
def test_every_token_but_the_first_is_a_target_and_is_new_once(n_tokens, max_length, stride):
    if n_tokens <= max_length or stride > max_length:
        return
    windows = SlidingWindows(np.arange(n_tokens), max_length, stride)
    every = np.arange(len(windows))
    _, targets = windows.rows(every)
    assert set(targets.flatten().tolist()) == set(range(1, n_tokens))
    n_new = windows.n_new(every).tolist()
    new = [row[max_length - n :].tolist() for row, n in zip(targets, n_new, strict=True)]
    assert [token for row in new for token in row] == list(range(1, n_tokens))


def test_an_ordered_epoch_of_any_length_takes_the_memory_of_a_batch() -> None:
    tracemalloc.start()
    drawn = batch_rows(10**15, batch_size=64, shuffle=False, drop_last=False)
    assert next(drawn).tolist() == list(range(64))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_batch_of_no_rows_is_refused() -> None:
    with pytest.raises(InputError, match="batch_size must be at least 1"):
        batch_rows(10, batch_size=0, shuffle=False, drop_last=False)


def test_shuffling_draws_every_row_once_and_by_the_generator_alone() -> None:
    windows = SlidingWindows(np.arange(100), max_length=3, stride=2)

    def starts(seed: int) -> list[int]:
        drawn = batches(
            windows, batch_size=4, shuffle=True, drop_last=False, rng=np.random.default_rng(seed)
        )
        return [int(x) for inputs, _ in drawn for x in inputs[:, 0]]

    assert sorted(starts(0)) == list(range(0, 97, 2))
    assert starts(0) == starts(0) != starts(1)
    assert starts(0) != sorted(starts(0))


def test_rows_are_views_until_a_batch_is_drawn() -> None:
    ids = np.arange(50)
    inputs, targets = SlidingWindows(ids, max_length=8, stride=8)[2]
    assert np.shares_memory(inputs, ids)
    assert np.shares_memory(targets, ids)


def test_a_text_shorter_than_the_context_is_refused() -> None:
    with pytest.raises(InputError, match="5 tokens, and a context of 5 needs 6"):
        SlidingWindows(np.arange(5), max_length=5, stride=1)
    with pytest.raises(InputError, match="at least 1"):
        SlidingWindows(np.arange(5), max_length=2, stride=0)
    with pytest.raises(InputError, match=r"stride \(3\) must be at most max_length \(2\)"):
        SlidingWindows(np.arange(5), max_length=2, stride=3)
    assert len(SlidingWindows(np.arange(6), max_length=5, stride=1)) == 1


def test_shuffle_without_a_generator_is_a_mistake_of_the_caller() -> None:
    windows = SlidingWindows(np.arange(10), max_length=2, stride=2)
    with pytest.raises(ValueError, match="generator"):
        next(batches(windows, batch_size=1, shuffle=True, drop_last=True))


def test_batches_are_int64_tensors() -> None:
    windows = SlidingWindows(np.arange(20, dtype=np.int32), max_length=4, stride=4)
    inputs, targets = next(batches(windows, batch_size=2, shuffle=False, drop_last=True))
    assert inputs.dtype == targets.dtype == torch.int64
    assert inputs.shape == targets.shape == (2, 4)
