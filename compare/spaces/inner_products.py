"""The largest inner products of vectors with many others: the search behind every neighbour.

Screen, decide, make sure. A matrix product in whatever numbers are fast here (bfloat16 where the
processor has it, then float32) picks a few candidates for each query; their products are taken
again in float64 and rounded to float32; and a bound on the error of the screen says whether a word
that was not picked could be among the first k. With s the exact product, a the screened one and
u = 2⁻⁸ for bfloat16 (0 for float32, which the vectors already are),

    |a − s| ≤ (2u + u² + (1 + u)² · 2d · 2⁻²⁴) · |query| · |key| + u · |a| · (1 + 2u)

by Cauchy and Schwarz; d is the dimension, and the second part of the bracket the error of sums in
float32 (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1). Where that is
too little to decide, as where many words tie, the whole row is taken in float64. The result is
therefore the same on every machine and with any number of threads: that of float64, rounded.
Blocks bound the memory; no product of all with all is ever held.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from compare.machine import resolve_precision
from compare.spaces.blocks import blocks
from compare.spaces.largest import largest, some_largest

if TYPE_CHECKING:
    import torch

_FEW = 64  # queries that NumPy screens: loading torch takes longer
_WORTHWHILE = 128  # keys for each candidate, below which a screen saves nothing
_CONVERTED = 2048  # keys turned into other numbers at a time
_TOO_FEW = 0.5  # share of sure rows in a block below which a screen is given up


def largest_products(
    queries: np.ndarray, keys: np.ndarray, k: int, *, own: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k keys with the largest inner product with each query.

    Parameters
    ----------
    queries, keys : ndarray of float32, shapes (n, dim) and (n_keys, dim)
        Finite.
    k : int
        0 to the number of keys, less one with ``own``.
    own : ndarray of int64, shape (n,), optional
        A key of each query that is left out: itself.

    Returns
    -------
    (ndarray of int64, ndarray of float32), each of shape (n, k)
        Rows of keys, largest product first, and the products; equal ones in the order of the keys.

    Examples
    --------
    >>> keys = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
    >>> largest_products(keys[:1], keys, 2, own=np.array([0]))[0]
    array([[2, 1]])
    """
    found = np.empty((len(queries), k), dtype=np.int64)
    products = np.empty((len(queries), k), dtype=np.float32)
    n_candidates = 2 * k + 16
    open_rows = np.arange(len(queries))
    is_worthwhile = k and len(keys) >= _WORTHWHILE * n_candidates
    for make in _screens(len(queries)) if is_worthwhile else ():
        if not len(open_rows):
            break
        screen = make(keys, n_candidates)
        is_sure = np.zeros(len(queries), dtype=bool)
        for block in _blocks(open_rows, max(screen.n_row_bytes, 4 * n_candidates * keys.shape[1])):
            candidates, bound = screen.pick(queries[block], None if own is None else own[block])
            exact = row_products(queries[block], keys, candidates)
            order = np.argsort(-exact, axis=1, kind="stable")[:, :k]
            found[block] = np.take_along_axis(candidates, order, axis=1)
            products[block] = np.take_along_axis(exact, order, axis=1)
            is_sure[block] = products[block, -1] > bound
            if is_sure[block].mean() < _TOO_FEW:  # as in a narrow cone: too coarse for this space
                break
        open_rows = open_rows[~is_sure[open_rows]]
    if len(open_rows) and k:
        exact_keys = keys.astype(np.float64)
        for block in _blocks(open_rows, 12 * len(keys)):
            whole = (queries[block].astype(np.float64) @ exact_keys.T).astype(np.float32)
            if own is not None:
                whole[np.arange(len(block)), own[block]] = -np.inf
            found[block] = largest(whole, k)
            products[block] = np.take_along_axis(whole, found[block], axis=1)
    return found, products


def row_products(queries: np.ndarray, keys: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Take the products of each query with keys of its own, in float64, rounded to float32.

    Parameters
    ----------
    queries, keys : ndarray of float32, shapes (n, dim) and (n_keys, dim)
    columns : ndarray of int64, shape (n, m)
        Rows of keys.

    Returns
    -------
    ndarray of float32, shape (n, m)
    """
    products = np.empty(columns.shape, dtype=np.float32)
    for block in _blocks(np.arange(len(queries)), 4 * columns.shape[1] * keys.shape[1]):
        products[block] = np.einsum(
            "nd,nmd->nm", queries[block], keys[columns[block]], dtype=np.float64
        )
    return products


def _blocks(rows: np.ndarray, n_row_bytes: int) -> list[np.ndarray]:
    return [rows[block] for block in blocks(len(rows), n_row_bytes)]


def _screens(n_queries: int) -> tuple[MakeScreen, ...]:
    """Give the ways to screen, the faster ones first."""
    if n_queries <= _FEW:
        return (_PlainScreen,)
    import torch

    whole = partial(_screen_of, dtype=torch.float32)
    if resolve_precision("auto", "cpu") == "bfloat16":
        return partial(_screen_of, dtype=torch.bfloat16), whole
    return (whole,)


class _Screen:
    """Picks candidates by a fast product, and bounds what it may have missed.

    Attributes
    ----------
    unit : float
        The rounding of a number that is multiplied.
    """

    unit = 0.0
    n_row_bytes: int
    """Bytes that the products of one query take."""

    def __init__(self, keys: np.ndarray, n_candidates: int) -> None:
        self._longest_key = float(_lengths(keys).max())
        self._n_candidates = n_candidates

    def _picked(self, queries: np.ndarray, own: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Give candidates, and the smallest screened product among them."""
        raise NotImplementedError

    def pick(self, queries: np.ndarray, own: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Give the candidates of each query, by rising column, and the most another can have."""
        picked, least = self._picked(queries, own)
        unit = self.unit
        of_sums = 2 * queries.shape[1] * 2.0**-24
        relative = 2 * unit + unit**2 + (1 + unit) ** 2 * of_sums + 2.0**-23
        error = relative * _lengths(queries) * self._longest_key
        bound = least + error + unit * (1 + 2 * unit) * np.abs(least)
        return np.sort(picked, axis=1), bound


MakeScreen = Callable[[np.ndarray, int], _Screen]


class _PlainScreen(_Screen):
    """Multiplies with NumPy, in float32."""

    def __init__(self, keys: np.ndarray, n_candidates: int) -> None:
        super().__init__(keys, n_candidates)
        self._keys = keys
        self.n_row_bytes = 4 * len(keys)

    def _picked(self, queries: np.ndarray, own: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        scores = queries @ self._keys.T
        if own is not None:
            scores[np.arange(len(scores)), own] = -np.inf
        picked = some_largest(scores, self._n_candidates)
        return picked, np.take_along_axis(scores, picked[:, :1], axis=1)[:, 0]


class _TorchScreen(_Screen):
    """Multiplies with torch, in bfloat16 or float32; its keys and its memory are kept."""

    def __init__(self, keys: np.ndarray, n_candidates: int, dtype: torch.dtype) -> None:
        import torch

        super().__init__(keys, n_candidates)
        self._dtype, self._is_half = dtype, dtype == torch.bfloat16
        self.unit = 2.0**-8 if self._is_half else 0.0
        self.n_row_bytes = len(keys) * dtype.itemsize
        self._keys = torch.empty(keys.shape, dtype=dtype)
        for start in range(0, len(keys), _CONVERTED):  # in parts that stay in the cache
            part = slice(start, start + _CONVERTED)
            self._keys[part] = torch.tensor(keys[part])
        self._out = torch.empty(0, dtype=dtype)
        self._alone = Lock()  # searches of several Python threads share the memory

    def _picked(self, queries: np.ndarray, own: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        with self._alone:
            return self._picked_alone(queries, own)

    def _picked_alone(
        self, queries: np.ndarray, own: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        import torch

        if len(self._out) < len(queries):  # the same memory for every block
            self._out = torch.empty(len(queries), len(self._keys), dtype=self._dtype)
        out = self._out[: len(queries)]
        torch.mm(torch.tensor(queries).to(self._dtype), self._keys.T, out=out)
        # The bits of bfloat16, read as integers, rise with the number from 0 on. Numbers below 0
        # come out of order among themselves, but below all others.
        scores = out.view(torch.int16).numpy() if self._is_half else out.numpy()
        if own is not None:
            scores[np.arange(len(scores)), own] = -32767 if self._is_half else -np.inf
        picked = some_largest(scores, self._n_candidates)
        least = np.take_along_axis(scores, picked[:, :1], axis=1)[:, 0]
        if self._is_half:
            is_ordered = least >= 0
            least = (least.astype(np.uint16).astype(np.uint32) << 16).view(np.float32)
            least = np.where(is_ordered, least, np.inf)
        return picked, least


_kept: dict[torch.dtype, tuple[weakref.ref[np.ndarray], int, _TorchScreen]] = {}
"""The screens of the keys searched last: a space is searched many times in a report."""


def _screen_of(keys: np.ndarray, n_candidates: int, *, dtype: torch.dtype) -> _TorchScreen:
    """Make a screen, or take that of the same keys; only of arrays that nobody can change."""
    known = _kept.get(dtype)
    if known is not None and known[0]() is keys and known[1] == n_candidates:
        return known[2]
    screen = _TorchScreen(keys, n_candidates, dtype)
    if not keys.flags.writeable:
        _kept[dtype] = (weakref.ref(keys, lambda _: _kept.pop(dtype, None)), n_candidates, screen)
    return screen


def _lengths(vectors: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.sqrt(np.einsum("nd,nd->n", vectors, vectors)) * (1 + 2.0**-12)
    return lengths
