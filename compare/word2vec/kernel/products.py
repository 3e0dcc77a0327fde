"""Products of small matrices, in registers.

For matrices of this size (64 rows, 32 noise words, some hundred numbers) a library spends as long
on packing them as on multiplying; here nothing is packed.
"""

from __future__ import annotations

import numpy as np

from compare.compiling import compiled_inside
from compare.word2vec.kernel.lanes import (
    LANES,
    Lanes,
    Pointer,
    behind,
    fma,
    load,
    same,
    spread,
    store,
)

_ZERO = np.float32(0)


@compiled_inside
def transpose(rows: Pointer, n: int, dim: int, columns: Pointer) -> None:
    """Copy (n, dim) numbers as (dim, n)."""
    for i in range(n):
        for k in range(dim):
            columns[k * n + i] = rows[i * dim + k]


@compiled_inside
def product(
    a: Pointer,
    a_row: int,
    a_inner: int,
    b: Pointer,
    b_inner: int,
    c: Pointer,
    c_row: int,
    n_rows: int,
    n_inner: int,
    n_columns: int,
) -> None:
    """Compute the matrix product C = A B, a tile of 8 rows and two vectors at a time.

    The tile stays in registers while the inner dimension runs. Strides say how many numbers lie
    between neighbours: ``a_row`` and ``c_row`` between rows, ``a_inner`` and ``b_inner`` along the
    inner dimension; the columns of B and C lie side by side. ``n_rows`` is a multiple of 8, and
    ``n_columns`` of LANES.
    """
    for i in range(0, n_rows, 8):
        column = 0
        while column + 2 * LANES <= n_columns:
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = same(_ZERO)
            t0 = t1 = t2 = t3 = t4 = t5 = t6 = t7 = same(_ZERO)
            p, q = behind(a, i * a_row), behind(b, column)
            for _ in range(n_inner):
                u, v = load(q, 0), load(q, LANES)
                w = spread(p, 0)
                s0, t0 = fma(w, u, s0), fma(w, v, t0)
                w = spread(p, a_row)
                s1, t1 = fma(w, u, s1), fma(w, v, t1)
                w = spread(p, 2 * a_row)
                s2, t2 = fma(w, u, s2), fma(w, v, t2)
                w = spread(p, 3 * a_row)
                s3, t3 = fma(w, u, s3), fma(w, v, t3)
                w = spread(p, 4 * a_row)
                s4, t4 = fma(w, u, s4), fma(w, v, t4)
                w = spread(p, 5 * a_row)
                s5, t5 = fma(w, u, s5), fma(w, v, t5)
                w = spread(p, 6 * a_row)
                s6, t6 = fma(w, u, s6), fma(w, v, t6)
                w = spread(p, 7 * a_row)
                s7, t7 = fma(w, u, s7), fma(w, v, t7)
                p, q = behind(p, a_inner), behind(q, b_inner)
            tile = behind(c, i * c_row + column)
            _store_column(tile, c_row, s0, s1, s2, s3, s4, s5, s6, s7)
            _store_column(behind(tile, LANES), c_row, t0, t1, t2, t3, t4, t5, t6, t7)
            column += 2 * LANES
        if column < n_columns:  # one vector is left
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = same(_ZERO)
            p, q = behind(a, i * a_row), behind(b, column)
            for _ in range(n_inner):
                u = load(q, 0)
                s0 = fma(spread(p, 0), u, s0)
                s1 = fma(spread(p, a_row), u, s1)
                s2 = fma(spread(p, 2 * a_row), u, s2)
                s3 = fma(spread(p, 3 * a_row), u, s3)
                s4 = fma(spread(p, 4 * a_row), u, s4)
                s5 = fma(spread(p, 5 * a_row), u, s5)
                s6 = fma(spread(p, 6 * a_row), u, s6)
                s7 = fma(spread(p, 7 * a_row), u, s7)
                p, q = behind(p, a_inner), behind(q, b_inner)
            tile = behind(c, i * c_row + column)
            _store_column(tile, c_row, s0, s1, s2, s3, s4, s5, s6, s7)


@compiled_inside
def _store_column(
    tile: Pointer,
    row: int,
    s0: Lanes,
    s1: Lanes,
    s2: Lanes,
    s3: Lanes,
    s4: Lanes,
    s5: Lanes,
    s6: Lanes,
    s7: Lanes,
) -> None:
    store(tile, 0, s0)
    store(tile, row, s1)
    store(tile, 2 * row, s2)
    store(tile, 3 * row, s3)
    store(tile, 4 * row, s4)
    store(tile, 5 * row, s5)
    store(tile, 6 * row, s6)
    store(tile, 7 * row, s7)
