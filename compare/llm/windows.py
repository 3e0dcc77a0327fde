"""Sliding windows: a row of tokens and, as its targets, the same row one token later.

Row r of the text starts at token ``r · stride``; its inputs are ``max_length`` tokens and its
targets the ``max_length`` tokens that follow each of them. The last row ends with the text, so that
every token but the first is a target; for that it may begin earlier, and overlap the row before it.
Every row holds ``max_length`` prediction tasks at once, with contexts growing from one token on.
Nothing is copied until a batch is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from compare.errors import InputError


@dataclass(frozen=True)
class SlidingWindows:
    """Input/target rows over token ids.

    Attributes
    ----------
    ids : ndarray of int, shape (n_tokens,)
        May be memory-mapped.
    max_length : int
        Tokens in a row: the context size of the model.
    stride : int
        Tokens from the start of one row to the start of the next, the last row apart; at most
        ``max_length``.

    Raises
    ------
    InputError
        If the text is shorter than one row and its last target, or the stride skips text.

    Examples
    --------
    >>> windows = SlidingWindows(np.arange(10), max_length=4, stride=4)
    >>> windows[1]
    (array([4, 5, 6, 7]), array([5, 6, 7, 8]))
    >>> windows[2]  # the last row ends with the text
    (array([5, 6, 7, 8]), array([6, 7, 8, 9]))
    """

    ids: np.ndarray
    max_length: int
    stride: int

    def __post_init__(self) -> None:
        """Check that there is at least one row."""
        if self.max_length < 1 or self.stride < 1:
            raise InputError(
                f"max_length and stride must be at least 1; found {self.max_length}, {self.stride}"
            )
        if self.stride > self.max_length:
            raise InputError(
                f"stride ({self.stride}) must be at most max_length ({self.max_length}), or the "
                "text between two rows would be skipped"
            )
        if len(self.ids) <= self.max_length:
            raise InputError(
                f"the text has {len(self.ids)} tokens, and a context of {self.max_length} needs "
                f"{self.max_length + 1}: shorten the context or give more text"
            )

    def __len__(self) -> int:
        """Count the rows."""
        return 1 + -(-self._last_start // self.stride)

    @property
    def _last_start(self) -> int:
        return len(self.ids) - self.max_length - 1

    def __getitem__(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Give inputs and targets of a row, each a view of shape (max_length,)."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        start = min(row * self.stride, self._last_start)
        end = start + self.max_length
        return self.ids[start:end], self.ids[start + 1 : end + 1]

    def rows(self, numbers: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Gather a batch: inputs and targets, each int64 (len(numbers), max_length)."""
        starts = self._starts(numbers)[:, None]
        spans = self.ids[starts + np.arange(self.max_length + 1)]  # (batch, max_length + 1)
        batch = torch.from_numpy(spans.astype(np.int64))
        return batch[:, :-1], batch[:, 1:]

    def n_new(self, numbers: np.ndarray) -> np.ndarray:
        """Count each row's targets, at its end, that the row before it did not have; int64.

        >>> SlidingWindows(np.arange(10), max_length=4, stride=4).n_new(np.arange(3))
        array([4, 4, 1])
        """
        numbers = np.asarray(numbers, dtype=np.int64)
        moved = self._starts(numbers) - self._starts(np.maximum(numbers - 1, 0))
        new: np.ndarray = np.where(numbers == 0, self.max_length, moved)
        return new

    def _starts(self, numbers: np.ndarray) -> np.ndarray:
        starts: np.ndarray = np.minimum(np.asarray(numbers) * self.stride, self._last_start)
        return starts


def batches(
    windows: SlidingWindows,
    *,
    batch_size: int,
    shuffle: bool,
    drop_last: bool,
    rng: np.random.Generator | None = None,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield one epoch of batches.

    Parameters
    ----------
    batch_size : int
        Rows in a batch.
    shuffle : bool
        Draw the rows in random order (from ``rng``), each once.
    drop_last : bool
        Leave out a last batch that is not full.

    Yields
    ------
    (tensor, tensor)
        Inputs and targets, int64 (batch_size, max_length).
    """
    numbers = batch_rows(
        len(windows), batch_size=batch_size, shuffle=shuffle, drop_last=drop_last, rng=rng
    )
    return map(windows.rows, numbers)


def batch_rows(
    n_rows: int,
    *,
    batch_size: int,
    shuffle: bool,
    drop_last: bool,
    rng: np.random.Generator | None = None,
) -> Iterator[np.ndarray]:
    """Yield the numbers of the rows of each batch of an epoch.

    The options are those of :func:`batches`. Memory: in order, a batch; shuffled, the order of the
    epoch, 4 bytes a row (64 MB for 16 million rows).
    """
    if batch_size < 1:
        raise InputError(f"batch_size must be at least 1; found {batch_size}")
    order = None
    if shuffle:
        if rng is None:
            raise ValueError("shuffle needs a random generator")
        order = np.arange(n_rows, dtype=np.int32 if n_rows <= 2**31 else np.int64)
        rng.shuffle(order)
    return _cut(n_rows, order, batch_size, drop_last=drop_last)


def _cut(
    n_rows: int, order: np.ndarray | None, batch_size: int, *, drop_last: bool
) -> Iterator[np.ndarray]:
    end = n_rows - n_rows % batch_size if drop_last else n_rows
    for start in range(0, end, batch_size):
        stop = min(start + batch_size, end)
        yield np.arange(start, stop) if order is None else order[start:stop].astype(np.int64)
