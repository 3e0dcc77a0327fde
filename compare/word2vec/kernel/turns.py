"""Turns of a piece of work, shared out to threads."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from compare.compiling import Whole, compiled_for_threads


@intrinsic
def _call(_typing: Any, _code: Any, _turn: Any, _handed: Any) -> Any:
    """Call code at an address, of ``compiled_apart``."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [whole, whole]).as_pointer()
        builder.call(builder.inttoptr(arguments[0], kind), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), code


@compiled_for_threads
def take_turns(n: Whole, code: Whole, handed: Whole) -> None:
    """Let threads call the code at an address, with each turn from 0 to n − 1, and wait for all."""
    for turn in numba.prange(n):
        _call(code, np.int64(turn), handed)
