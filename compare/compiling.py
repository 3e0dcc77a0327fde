"""Compiling with numba, once on a machine: where compiled code is kept, and whether it is there.

numba keeps it in folders of the user's cache, one a package that is compiled, named by all that
it hangs on: the sources of the package and this one (numba itself looks at one file at a time),
the versions of Python and numba, and the processor. So compiled code takes nothing from another
package, but what it is handed. Like Python's own ``__pycache__`` the folders hold code, not data:
whoever may write there may run code as this user. Nothing here is imported where numba is missing.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import platform
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
from numba.core.caching import FunctionCache
from numba.core.ccallback import CFunc
from numba.core.sigutils import normalize_signature

from compare.cache import cache_folder
from compare.progress import Show, silent

Function = TypeVar("Function", bound=Callable[..., Any])

Whole = Any
"""For readers: an int64. (Each other type of whole number would be compiled anew.)"""

DONE = "compiled"
"""A file in the folder: everything was compiled, and can be read."""

_OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}

_warned: list[bool] = []


@functools.cache
def folder(package: Path) -> Path | None:
    """Name the folder of a package's compiled code; None, said once, where none can be written.

    It stands in ``NUMBA_CACHE_DIR``, where that is set, or else in the cache folder.
    """
    digest = hashlib.sha256()
    for path in (Path(__file__), *sorted(package.glob("*.py"))):
        digest.update(path.read_bytes())
    features = llvmlite.binding.get_host_cpu_features().flatten()
    machine = (llvmlite.binding.get_host_cpu_name(), features)
    digest.update(repr((numba.__version__, platform.python_version(), machine)).encode())
    above = Path(os.environ.get("NUMBA_CACHE_DIR") or cache_folder())
    found = above / f"compiled-{digest.hexdigest()[:20]}"
    try:
        found.mkdir(parents=True, exist_ok=True)
        probe = found / f".{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        _warn_not_kept(error)
        return None
    return found


def is_warm(package: Path) -> bool:
    """Say whether compiled code is there: whether the first call takes no seconds."""
    found = folder(package)
    return found is not None and (found / DONE).exists()


def keep(package: Path) -> None:
    """Note that all of a package was compiled."""
    found = folder(package)
    if found is not None:
        (found / DONE).touch()


def compile_once(package: Path, what: str, use: Callable[[], None], show: Show) -> None:
    """Compile a package by using it; where that was not done yet, show that it takes its time.

    Parameters
    ----------
    what : str
        What it does, for the display.
    use : callable
        Calls all that is compiled.
    """
    progress = silent if is_warm(package) else show(f"compiling {what}, once on this machine")
    progress(0, 1, unit="kernel")
    with _without_search_for_cycles():
        use()
    keep(package)
    progress(1, 1, unit="kernel")


@contextmanager
def _without_search_for_cycles() -> Iterator[None]:
    """Compiling makes objects by the hundred thousand: a tenth of its time would go there."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compiled(function: Function) -> Function:
    """Compile a function that Python calls, at its first call.

    A product may be joined to a sum (rounded once, not twice); nothing else is reordered, so NaN
    and infinity are found as such.
    """
    return _compiled(function)


def compiled_inside(function: Function) -> Function:
    """Compile a function that compiled code alone calls: what Python would need is left out."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled_for_threads(function: Function) -> Function:
    """Compile a function whose ``prange`` loops share their turns out to numba's threads."""
    return _compiled(function, parallel=True)


@functools.cache
def compiled_apart(function: Callable[[Whole, Whole], None]) -> CFunc:
    """Compile a function of two whole numbers that compiled code calls by its ``address``.

    Code that calls a compiled function otherwise holds all of it, and is compiled with it; and so
    is each of the layers that numba puts around a ``prange`` loop.
    """
    signature = numba.void(numba.int64, numba.int64)
    found = CFunc(function, normalize_signature(signature), locals={}, options=dict(_OPTIONS))
    _keep_code(found, function)
    found.compile()
    return found


def _compiled(function: Any, **how: bool) -> Any:
    found = numba.njit(**how, **_OPTIONS)(function)
    _keep_code(found, function)
    template = found.get_call_template
    # A number that is written down is of the type of others: no version of its own is compiled.
    found.get_call_template = lambda args, kws: template(
        [numba.types.unliteral(one) for one in args], kws
    )
    return found


def _keep_code(compiled: Any, function: Any) -> None:
    """Let compiled code be read from the folder of its package, and written there."""
    where = folder(Path(function.__code__.co_filename).parent)
    if where is not None:
        before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(where)  # read right here
        try:
            compiled._cache = _Kept(function)  # what enable_caching() does with numba's own
        finally:
            numba.config.CACHE_DIR = before


class _Kept(FunctionCache):
    """Compiled code on disk; what cannot be read or written there is compiled, and goes on."""

    def load_overload(self, signature: Any, context: Any) -> Any:
        try:
            return super().load_overload(signature, context)
        except Exception:  # whatever a damaged file leads to
            return None

    def save_overload(self, signature: Any, data: Any) -> None:
        try:
            try:
                super().save_overload(signature, data)
            except OSError:
                raise
            except Exception:  # a damaged index: begin it anew
                self.flush()
                super().save_overload(signature, data)
        except OSError as error:
            _warn_not_kept(error)


def _warn_not_kept(error: OSError) -> None:
    if not _warned:
        _warned.append(True)
        warnings.warn(
            f"compiled code cannot be kept ({error}), so each process compiles it anew, for some "
            "seconds; set NUMBA_CACHE_DIR to a folder that can be written",
            stacklevel=2,
        )
