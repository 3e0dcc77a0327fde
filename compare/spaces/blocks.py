"""Rows in blocks of bounded memory: no product of all with all is ever held."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK_BYTES = 1 << 25
"""Of what is held at a time: large enough for fast products, small enough for any machine."""


def blocks(n_rows: int, n_row_bytes: int) -> Iterator[slice]:
    """Part rows into blocks of up to :data:`BLOCK_BYTES`, one row at least.

    Parameters
    ----------
    n_row_bytes : int
        What one row takes while its block is at hand.

    Examples
    --------
    >>> list(blocks(3, BLOCK_BYTES // 2))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    size = max(1, BLOCK_BYTES // max(1, n_row_bytes))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))
