# ruff: noqa: ARG001 - numba hands the types of all arguments over
"""Products of small matrices, in registers.

For matrices of this size (64 rows, 32 noise words, some hundred numbers) a library spends as long
on packing them as on multiplying; here nothing is packed.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from compare.compiling import compiled_inside
from compare.word2vec.kernel.lanes import (
    LANES,
    REGISTERS,
    VECTOR,
    Pointer,
    behind,
    called,
    interleaved,
    loaded,
    spread_out,
    stored,
)

TILE = REGISTERS // 4
"""Rows that are computed at a time. Two vectors of each take half the registers, and give a
processor enough to do while it waits for the sums of the step before."""


@intrinsic
def _transpose_block(_typing: Any, rows: Any, row: Any, columns: Any, column: Any) -> Any:
    """Copy LANES rows of LANES numbers as columns.

    Vectors of both halves are interleaved: that turns the bits of a number's place, first those of
    its row and then those of its lane, by one. After as many turns as a lane has bits, rows are
    lanes.
    """

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        rows, row, columns, column = arguments
        half = LANES // 2
        places = [ir.Constant(row.type, place) for place in range(LANES)]
        vectors = [loaded(builder, rows, builder.mul(row, place)) for place in places]
        for _ in range(LANES.bit_length() - 1):
            vectors = [
                interleaved(builder, upper, lower, first)
                for upper, lower in zip(vectors[:half], vectors[half:], strict=True)
                for first in (0, half)
            ]
        for place, vector in zip(places, vectors, strict=True):
            stored(builder, columns, builder.mul(column, place), vector)
        return context.get_dummy_value()

    n = types.intp
    return types.void(rows, n, columns, n), code


@compiled_inside
def transpose(rows: Pointer, n: int, dim: int, columns: Pointer) -> None:
    """Copy (n, dim) numbers as (dim, n); both are multiples of LANES."""
    for i in range(0, n, LANES):
        for k in range(0, dim, LANES):
            _transpose_block(behind(rows, i * dim + k), dim, behind(columns, k * n + i), n)


def _tile(n_vectors: int) -> Any:
    """Make a function that computes a tile: TILE rows, and so many vectors of each."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        a, a_row, a_inner, b, b_inner, c, c_row, n_inner = arguments
        rows = [ir.Constant(a_row.type, row) for row in range(TILE)]
        columns = [ir.Constant(a_row.type, LANES * vector) for vector in range(n_vectors)]
        nothing = ir.Constant(VECTOR, None)
        sums = [[cgutils.alloca_once_value(builder, nothing) for _ in columns] for _ in rows]
        with cgutils.for_range(builder, n_inner) as loop:
            p = builder.gep(a, [builder.mul(loop.index, a_inner)])
            q = builder.gep(b, [builder.mul(loop.index, b_inner)])
            right = [loaded(builder, q, column) for column in columns]
            for row, sums_of_row in zip(rows, sums, strict=True):
                number = builder.load(builder.gep(p, [builder.mul(row, a_row)]))
                left = spread_out(builder, number)
                for vector, found in zip(right, sums_of_row, strict=True):
                    builder.store(called(builder, "fma", left, vector, builder.load(found)), found)
        for row, sums_of_row in zip(rows, sums, strict=True):
            p = builder.gep(c, [builder.mul(row, c_row)])
            for column, found in zip(columns, sums_of_row, strict=True):
                stored(builder, p, column, builder.load(found))
        return context.get_dummy_value()

    @intrinsic
    def multiply_tile(
        _typing: Any,
        a: Any,
        a_row: Any,
        a_inner: Any,
        b: Any,
        b_inner: Any,
        c: Any,
        c_row: Any,
        n_inner: Any,
    ) -> Any:
        n = types.intp
        return types.void(a, n, n, b, n, c, n, n), code

    return multiply_tile


_wide, _narrow = _tile(2), _tile(1)


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
    """Compute the matrix product C = A B, a tile at a time.

    The tile stays in registers while the inner dimension runs, and the columns of B that it needs
    in the nearest cache, for the tiles below it. Strides say how many numbers lie between
    neighbours: ``a_row`` and ``c_row`` between rows, ``a_inner`` and ``b_inner`` along the inner
    dimension; the columns of B and C lie side by side. ``n_rows`` is a multiple of TILE, and
    ``n_columns`` of LANES.
    """
    for column in range(0, n_columns, 2 * LANES):
        q, is_wide = behind(b, column), column + 2 * LANES <= n_columns
        for i in range(0, n_rows, TILE):
            p, tile = behind(a, i * a_row), behind(c, i * c_row + column)
            if is_wide:
                _wide(p, a_row, a_inner, q, b_inner, tile, c_row, n_inner)
            else:
                _narrow(p, a_row, a_inner, q, b_inner, tile, c_row, n_inner)
