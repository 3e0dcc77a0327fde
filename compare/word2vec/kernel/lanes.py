# ruff: noqa: ARG001 - numba hands the types of all arguments over
"""Vectors of numbers in a processor's registers, for compiled code: load, compute, store.

A loop over single numbers is left to the compiler to vectorise, which it does well for long loops
and badly for rows of a hundred numbers. Here the vectors are written down: ``LANES`` float32
numbers are one value (sixteen with AVX-512, eight with AVX2, four elsewhere), and each function
below is one instruction, or a few. Rows are padded to ``ROW`` numbers: no loop has a remainder.

Memory is named by pointers, since arrays count who holds them: two threads that count the same
arrays at every call wait for each other. Nothing checks bounds.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from compare.compiling import compiled_inside

Pointer = Any
"""For readers: the address of a number, and of those behind it."""

Lanes = Any
"""For readers: ``LANES`` float32 numbers."""

ROW = 16
"""Rows hold a multiple of so many numbers: a cache line."""

AHEAD = 4
"""Rows that memory is asked for before their turn comes: it cannot foresee them."""

_features = llvmlite.binding.get_host_cpu_features()

LANES = 16 if _features.get("avx512f") else 8 if _features.get("avx2") else 4

REGISTERS = 32 if _features.get("avx512f") or _features.get("neon") else 16
"""Vectors that a processor holds."""

_INT = ir.IntType(32)
VECTOR = ir.VectorType(ir.FloatType(), LANES)
"""What LLVM calls ``Lanes``."""

_WHOLE = ir.VectorType(_INT, LANES)


class _LanesType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Lanes({LANES})")


_lanes = _LanesType()


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, numba_type: types.Type) -> None:
        super().__init__(manager, numba_type, VECTOR)


def called(builder: Any, name: str, *vectors: Any) -> Any:
    """Write code that calls an LLVM intrinsic on vectors, lane by lane."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * len(vectors))
    full = f"llvm.{name}.v{LANES}f32"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, full), vectors)


def _calling(name: str) -> Any:
    """Make a function of an LLVM intrinsic that maps vectors to a vector."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return called(builder, name, *arguments)

    return code


def _built(name: str) -> Any:
    """Make a function of an LLVM instruction on two vectors."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return getattr(builder, name)(*arguments)

    return code


def _vector_at(builder: Any, start: Any, place: Any) -> Any:
    """Write code that takes numbers from the ``place``-th on as the address of lanes."""
    return builder.bitcast(builder.gep(start, [place]), VECTOR.as_pointer())


def loaded(builder: Any, start: Any, place: Any) -> Any:
    """Write code that reads lanes from the ``place``-th number on."""
    return builder.load(_vector_at(builder, start, place), align=4)


def stored(builder: Any, start: Any, place: Any, lanes: Any) -> None:
    """Write code that writes lanes from the ``place``-th number on."""
    builder.store(lanes, _vector_at(builder, start, place), align=4)


def spread_out(builder: Any, number: Any) -> Any:
    """Write code that puts one number into every lane."""
    nothing = ir.Constant(VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, number, ir.Constant(_INT, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(_WHOLE, [0] * LANES))


def interleaved(builder: Any, a: Any, b: Any, first: int) -> Any:
    """Write code that takes numbers of two vectors in turn, from the ``first`` of each on."""
    order = [lane for place in range(first, first + LANES // 2) for lane in (place, LANES + place)]
    return builder.shuffle_vector(a, b, ir.Constant(_WHOLE, order))


def _pointer_to(kind: Any) -> Any:
    """Make a function of an address, as a number, that gives the address of an item behind it."""

    @intrinsic
    def at(_typing: Any, address: Any, place: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            of_kind = context.get_data_type(kind).as_pointer()
            return builder.gep(builder.inttoptr(arguments[0], of_kind), [arguments[1]])

        return types.CPointer(kind)(types.int64, types.intp), code

    return at


float32_at, float64_at, int32_at, int64_at = map(
    _pointer_to, (types.float32, types.float64, types.int32, types.int64)
)


@intrinsic
def behind(_typing: Any, start: Any, n: Any) -> Any:
    """Give the address of the n-th item behind an address."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return start(start, types.intp), code


@intrinsic
def load(_typing: Any, start: Any, place: Any) -> Any:
    """Read lanes from the ``place``-th number on."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return loaded(builder, *arguments)

    return _lanes(start, types.intp), code


@intrinsic
def store(_typing: Any, start: Any, place: Any, lanes: Any) -> Any:
    """Write lanes from the ``place``-th number on."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        stored(builder, *arguments)
        return context.get_dummy_value()

    return types.void(start, types.intp, _lanes), code


@intrinsic
def spread(_typing: Any, start: Any, place: Any) -> Any:
    """Read the ``place``-th number into every lane."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return spread_out(builder, builder.load(builder.gep(arguments[0], [arguments[1]])))

    return _lanes(start, types.intp), code


@intrinsic
def same(_typing: Any, number: Any) -> Any:
    """Put one number into every lane."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return spread_out(builder, arguments[0])

    return _lanes(types.float32), code


@intrinsic
def _fetch(_typing: Any, start: Any, place: Any) -> Any:
    """Ask memory for the ``place``-th number and those of its cache line, without waiting."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _INT, _INT, _INT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        to_read, nearest, data = (ir.Constant(_INT, one) for one in (0, 3, 1))
        address = builder.bitcast(builder.gep(arguments[0], [arguments[1]]), byte)
        builder.call(function, [address, to_read, nearest, data])
        return context.get_dummy_value()

    return types.void(start, types.intp), code


@intrinsic
def total(_typing: Any, lanes: Any) -> Any:
    """Sum up the lanes: halves, quarters, …, always in the same order."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        found, n = arguments[0], LANES
        while n > 1:
            n //= 2
            order = ir.Constant(_WHOLE, [(lane + n) % LANES for lane in range(LANES)])
            found = builder.fadd(found, builder.shuffle_vector(found, found, order))
        return builder.extract_element(found, ir.Constant(_INT, 0))

    return types.float32(_lanes), code


@intrinsic
def fma(_typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Compute a · b + c, rounded once."""
    return _lanes(_lanes, _lanes, _lanes), _calling("fma")


@intrinsic
def add(_typing: Any, a: Any, b: Any) -> Any:
    """Compute a + b."""
    return _lanes(_lanes, _lanes), _built("fadd")


@intrinsic
def subtract(_typing: Any, a: Any, b: Any) -> Any:
    """Compute a − b."""
    return _lanes(_lanes, _lanes), _built("fsub")


@intrinsic
def multiply(_typing: Any, a: Any, b: Any) -> Any:
    """Compute a · b."""
    return _lanes(_lanes, _lanes), _built("fmul")


@intrinsic
def divide(_typing: Any, a: Any, b: Any) -> Any:
    """Compute a / b."""
    return _lanes(_lanes, _lanes), _built("fdiv")


@intrinsic
def lesser(_typing: Any, a: Any, b: Any) -> Any:
    """Take the smaller number of each lane."""
    return _lanes(_lanes, _lanes), _calling("minnum")


@intrinsic
def greater(_typing: Any, a: Any, b: Any) -> Any:
    """Take the larger number of each lane."""
    return _lanes(_lanes, _lanes), _calling("maxnum")


@intrinsic
def floor(_typing: Any, a: Any) -> Any:
    """Round down."""
    return _lanes(_lanes), _calling("floor")


@intrinsic
def power_of_two(_typing: Any, n: Any) -> Any:
    """Compute 2ⁿ for whole numbers from −126 to 127: n is the exponent of a float32."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        exponent = builder.add(
            builder.fptosi(arguments[0], _WHOLE), ir.Constant(_WHOLE, [127] * LANES)
        )
        bits = builder.shl(exponent, ir.Constant(_WHOLE, [23] * LANES))
        return builder.bitcast(bits, VECTOR)

    return _lanes(_lanes), code


@compiled_inside
def fetch_row(row: Pointer, dim: int) -> None:
    """Ask memory for a row, without waiting."""
    for k in range(0, dim, ROW):
        _fetch(row, k)
