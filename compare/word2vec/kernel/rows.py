"""One step of every row that a batch touched, each as far as single pairs would have taken it.

What ``row_steps.py`` does, with gradients chained by row in place of sorted. A *part* owns the rows
whose number leaves a certain remainder: parts may run at the same time, no two of them write the
same row, and the order in which a row's gradients are added hangs on the batch alone. So the same
bits come out for any number of threads.
"""

from __future__ import annotations

import math

import numpy as np

from compare.compiling import Whole, compiled, compiled_inside
from compare.word2vec.kernel.lanes import (
    AHEAD,
    LANES,
    Pointer,
    add,
    behind,
    fetch_row,
    fma,
    load,
    same,
    store,
)

PARTS = 8

_ONE = np.float32(1)
_2, _3, _4, _5 = (np.float32(1 / n) for n in (2, 3, 4, 5))


@compiled
def step_size(pairs: np.float32, rate: np.float32, curvature: np.float32) -> np.float32:
    """Compute rate · (1 − e^−x) / x, with x = rate · curvature · pairs; see ``row_steps.py``."""
    x = pairs * rate * curvature
    if x < np.float32(0.2):  # four terms of the series are exact to 1e-7 here
        return rate * (_ONE - _2 * x * (_ONE - _3 * x * (_ONE - _4 * x * (_ONE - _5 * x))))
    return rate * np.float32(-math.expm1(-np.float64(x))) / x


@compiled_inside
def step_rows(
    part: Whole,
    ids: Pointer,
    pairs: Pointer,
    gradients: Pointer,
    n: int,
    table: Pointer,
    dim: int,
    rate: np.float32,
    curvature: np.float32,
    heads: Pointer,
    links: Pointer,
    rows: Pointer,
    summed: Pointer,
) -> None:
    """Step the rows of one part in place.

    Parameters
    ----------
    part : int
        0 … PARTS − 1.
    ids : int32 (n,)
        Row of each gradient.
    pairs : float32 (n,)
        Pairs that each gradient sums up; one of 0 pairs is left out.
    gradients : float32 (n, dim)
    table : float32 (n_rows, dim)
    rate, curvature
        See :func:`step_size`.
    heads : int32 (n_rows // PARTS + 1,)
        The part's own room; −1 everywhere, before and after.
    links, rows : int32 (n,)
        The part's own room.
    summed : float32 (dim,)
        The part's own room.
    """
    n_rows = 0
    for i in range(n):
        if ids[i] % PARTS == part and pairs[i] > 0:
            head = ids[i] // PARTS
            if heads[head] < 0:
                rows[n_rows] = ids[i]
                n_rows += 1
            links[i] = heads[head]
            heads[head] = i
    for number in range(n_rows):
        if number + AHEAD < n_rows:
            later = np.int64(rows[number + AHEAD])
            fetch_row(behind(table, later * dim), dim)
            fetch_row(behind(gradients, np.int64(heads[later // PARTS]) * dim), dim)
        row = np.int64(rows[number])
        place = np.int64(heads[row // PARTS])
        heads[row // PARTS] = -1
        n_pairs, found = pairs[place], behind(gradients, place * dim)
        place = np.int64(links[place])
        while place >= 0:
            n_pairs += pairs[place]
            more = behind(gradients, place * dim)
            if links[place] >= 0:
                fetch_row(behind(gradients, np.int64(links[place]) * dim), dim)
            for k in range(0, dim, LANES):
                store(summed, k, add(load(found, k), load(more, k)))
            found = behind(summed, 0)
            place = np.int64(links[place])
        by, numbers = same(-step_size(n_pairs, rate, curvature)), behind(table, row * dim)
        for k in range(0, dim, LANES):
            store(numbers, k, fma(by, load(found, k), load(numbers, k)))
