"""The machine that work runs on: its memory, and the numbers that its processor multiplies fast."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import psutil

from compare.errors import InputError, whole_number
from compare.options import Precision


def require_memory(n_bytes: int, purpose: str, remedy: str, *, device: str = "cpu") -> None:
    """Make sure that a device has room for ``n_bytes``.

    An allocation that is too large would otherwise end in a killed process, or in the machine
    swapping for hours.

    Parameters
    ----------
    n_bytes : int
        What will be taken.
    purpose, remedy : str
        Words of the message.

    Raises
    ------
    InputError
        If less is free.
    """
    if is_gpu(device):
        import torch

        free = torch.cuda.mem_get_info(device)[0]
    else:
        free = psutil.virtual_memory().available
    if n_bytes > free:
        raise InputError(
            f"{purpose} would take {n_bytes / 2**30:,.1f} GiB of memory, and {free / 2**30:,.1f} "
            f"GiB are free on {device}; {remedy}"
        )


def keep_memory() -> bool:
    """Let this process keep the memory that it frees, and use it again; true where that is done.

    GNU's allocator gives blocks of over 32 MB back to the system at once, and takes fresh pages for
    the next: the logits of each training step, the cosines of each block. The system clears every
    page, so that a tenth to a quarter of the time of training goes there, and more where two
    processes do so at once. A process that has ended its work ends; so a command may keep what it
    has, while a library should leave that to the program that uses it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is None:  # musl, macOS, Windows
        return False
    trim_threshold, top_pad, mmap_max = -1, -2, -4  # malloc.h
    kept = [mallopt(trim_threshold, (1 << 31) - 1), mallopt(top_pad, 1 << 26), mallopt(mmap_max, 0)]
    return all(kept)


def resolve_precision(precision: Precision, device: str) -> Literal["float32", "bfloat16"]:
    """Turn ``auto`` into bfloat16 where the processor has instructions for it."""
    if precision != "auto":
        return precision
    import torch

    if is_gpu(device):
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    # Without AVX-512 BF16 or AMX, bfloat16 is emulated and several times slower.
    return "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"


def hidden_facts() -> dict[str, str]:
    """Say what torch's bits hang on beside device, threads and precision, for the keys of caches.

    The processor's widest instructions; and whether the process may have so much address space
    alone (``ulimit -v``): an allocation that fails there makes oneDNN fall back to other
    algorithms, without a word.
    """
    import torch

    return {
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "address space": "limited" if has_limited_memory() else "free",
    }


def has_limited_memory() -> bool:
    """Say whether the system limits the address space of this process."""
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def resolve_device(device: str) -> str:
    """Turn ``auto`` into a device; refuse ``cuda`` where there is none.

    Raises
    ------
    InputError
    """
    if device == "auto":
        return "cuda" if _has_gpu() else "cpu"
    if device == "cuda" and not _has_gpu():
        raise InputError("device cuda was asked for, but torch finds no GPU; use --device cpu")
    return device


def is_gpu(device: str) -> bool:
    """Say whether a torch device is a GPU."""
    return device.partition(":")[0] == "cuda"


DRIVERS = ("/dev/nvidiactl", "/dev/nvmap", "/dev/kfd", "/dev/dxg")
"""What the drivers of NVIDIA's and AMD's GPUs show on Linux, and Windows' under it."""


def _has_gpu() -> bool:
    """Ask torch for a GPU; without a driver there is none, and torch is not loaded for that."""
    if sys.platform == "linux" and not any(map(os.path.exists, DRIVERS)):
        return False
    import torch

    return torch.cuda.is_available()


_counting = Lock()
_users: list[int] = []
"""Numbers of threads found by the blocks that are open, the outermost first."""


@contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """Let torch use so many threads inside the block, and as many as before behind it.

    Blocks may be open in several Python threads at once: the last one to end puts back what the
    first one found.
    """
    import torch

    before = torch.get_num_threads()
    with _counting:
        _users.append(before)
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        with _counting:
            is_last = len(_users) == 1
            torch.set_num_threads(_users[0] if is_last else before)
            _users.pop()


MOST_THREADS = 1025


def n_threads(asked: int | None) -> int:
    """Say how many threads are used where none, or 0, are asked for: one a core.

    Raises
    ------
    InputError
    """
    if asked is None:
        return os.cpu_count() or 1
    return whole_number(asked, "threads", least=0, below=MOST_THREADS) or os.cpu_count() or 1


@cache
def numpy_facts() -> dict[str, str]:
    """Say what NumPy's and SciPy's bits hang on beside versions and threads, for keys of caches.

    The instructions that NumPy found, and the libraries for matrices with the processor that each
    computes for (``OPENBLAS_CORETYPE`` sets it). torch's own are left out: whether it is loaded
    must change no key.
    """
    import numpy as np
    import scipy.linalg  # noqa: F401 - its library is then loaded
    from threadpoolctl import threadpool_info

    found: Any = np.show_config(mode="dicts")
    libraries = {
        f"{one['internal_api']} {one['version']} {one.get('architecture', '')}".strip()
        for one in threadpool_info()
        if one["user_api"] == "blas" and "torch" not in Path(one["filepath"]).parts
    }
    instructions = found["SIMD Extensions"].get("found", [])
    return {"instructions of NumPy": " ".join(instructions), "blas": ", ".join(sorted(libraries))}


NUMBA_FROM, NUMBA_BELOW = (0, 63), (1, 0)
"""Versions of numba that compiled code was written for."""


@cache
def numba_missing() -> str | None:
    """Say why nothing can be compiled here, with the remedy; None where it can."""
    try:
        import numba
    except ImportError as error:
        if getattr(error, "name", None) in ("numba", "llvmlite"):
            return "numba is not installed; pip install 'embcontrast[fast]'"
        return f"numba does not load ({error}); pip install -U numba"
    version = tuple(int(part) for part in numba.__version__.split(".")[:2] if part.isdigit())
    if not NUMBA_FROM <= version < NUMBA_BELOW:
        expected = f"{'.'.join(map(str, NUMBA_FROM))} or later, below {NUMBA_BELOW[0]}"
        return f"numba is {numba.__version__}, and {expected} is expected; pip install -U numba"
    if numba.config.DISABLE_JIT:
        return "numba is switched off; unset NUMBA_DISABLE_JIT"
    return None
