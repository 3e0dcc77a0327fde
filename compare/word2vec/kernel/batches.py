"""A stretch of text, batch after batch: groups first, then one step of the rows they touched.

Both share their turns out to threads; between them all threads meet. Groups read the tables and
write gradients of their own; parts read the gradients and write rows of their own.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, get_type_hints

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from compare.compiling import Whole, compiled, compiled_inside
from compare.word2vec.kernel.groups import (
    GROUP,
    Group,
    clear,
    copy_rows,
    count_seen,
    move_centers,
    pull_of_contexts,
    push_from_noise,
    share_pairs,
)
from compare.word2vec.kernel.lanes import (
    behind,
    float32_at,
    float64_at,
    int32_at,
    int64_at,
)
from compare.word2vec.kernel.products import transpose
from compare.word2vec.kernel.rows import PARTS, step_rows
from compare.word2vec.kernel.turns import take_turns

TOLD = 4
"""The loss is taken on every so many groups: it costs logarithms, which training does not need."""


class Prepared(NamedTuple):
    """A prepared stretch of text."""

    text: np.ndarray  # int32 (window + n_kept + window,), 0 before and behind
    left: np.ndarray  # int32 (n_kept,)
    right: np.ndarray  # int32 (n_kept,)
    noise: np.ndarray  # int32 (groups · n_noise,)
    n_kept: int


class Settings(NamedTuple):
    """What does not change in a training."""

    window: int
    dim: int  # numbers of a padded row
    rounds: int  # that a group is computed in; see groups.py
    n_noise: int  # a multiple of rounds · ROW
    noise_share: np.float32  # k / n_noise
    batch: int  # kept words, a multiple of GROUP
    curvature: np.float32  # of row_steps.py
    noise_curvature: np.float32  # of all noise words of a pair along its centre, by its own
    one_noise_curvature: np.float32  # of one of them along itself


class Tables(NamedTuple):
    """Both tables, rows padded with zeros."""

    input: np.ndarray  # float32 (n_words · dim,)
    output: np.ndarray


class Room(NamedTuple):
    """Memory to compute in: by thread, by group of a batch, or by part; made once."""

    centers: np.ndarray  # float32 (threads, GROUP · dim); see groups.Group
    contexts: np.ndarray
    noises: np.ndarray
    columns: np.ndarray
    scores: np.ndarray
    pulls: np.ndarray
    places: np.ndarray
    so_far: np.ndarray
    first: np.ndarray  # int32 (threads, GROUP)
    n_pairs: np.ndarray
    to_center: np.ndarray  # float32 (batch · dim,)
    to_output: np.ndarray  # float32 (groups · (n_noise + window + GROUP + window) · dim,)
    center_pairs: np.ndarray  # float32 (batch,): pairs, by how much they curve the loss
    output_pairs: np.ndarray  # float32 (groups · (…),)
    output_ids: np.ndarray  # int32 (groups · (…),): each group's noise words, then its contexts
    sums: np.ndarray  # float64 (groups, 8): loss, pairs, squared lengths of centres and of others
    heads: np.ndarray  # int32 (2, PARTS, n_words // PARTS + 1), all −1; see rows.step_rows
    links: np.ndarray  # int32 (PARTS, groups · (…))
    rows: np.ndarray
    summed: np.ndarray  # float32 (PARTS, dim)


class Batch(NamedTuple):
    """The batch that is at hand: set by ``train_batches``."""

    low: int  # its first centre in the stretch
    n: int  # centres
    rate: np.float32
    along_centers: np.float32  # how much the loss curves
    along_others: np.float32


def _fields() -> list[tuple[str, type]]:
    fields: list[tuple[str, type]] = []
    for one in (Prepared, Settings, Tables, Room, Batch):
        for name, kind in get_type_hints(one).items():
            fields.append((name, np.float32 if kind is np.float32 else np.int64))
            fields += [(f"{name}_width", np.int64)] if kind is np.ndarray else []
    return fields


HANDED = np.dtype(_fields())
"""All of it as one record: numbers as they are, arrays as their address and the length of a row.

Compiled code gets the address of the record, and one turn after the other.
"""

Handed = Any
"""For readers: a record of HANDED."""


_KINDS: dict[str, type] = {
    **dict.fromkeys(("text", "left", "right", "noise", "output_ids"), np.int32),
    **dict.fromkeys(("first", "n_pairs", "heads", "links", "rows"), np.int32),
    "places": np.int64,
    "sums": np.float64,
}
"""Arrays of other numbers than float32: nothing checks them once they are addresses."""


def handed_over(*parts: NamedTuple) -> np.ndarray:
    """Write ``Prepared``, ``Settings``, ``Tables`` and ``Room`` (and a ``Batch``) into a record.

    It holds addresses: who calls keeps the arrays.
    """
    record = np.zeros(1, HANDED)
    for part in parts:
        for name, value in part._asdict().items():
            if isinstance(value, np.ndarray):
                assert value.dtype == _KINDS.get(name, np.float32), name
                assert value.flags.carray, name
                record[f"{name}_width"] = value.shape[-1]
                value = value.ctypes.data
            record[name] = value
    return record


@intrinsic
def handed_at(_typing: Any, _address: Any) -> Any:
    """Give the record at an address."""
    record = numba.from_dtype(HANDED)

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(record))

    return record(types.int64), code


@compiled_inside
def _n_others(h: Handed) -> Whole:
    """Count the rows of the output table in a group: its noise words, then its contexts."""
    return h.n_noise + h.window + GROUP + h.window


@compiled_inside
def group_at(number: Whole, h: Handed) -> Group:
    """Lay out the ``number``-th group of a batch."""
    thread, width, first = numba.get_thread_id(), _n_others(h), h.low + number * GROUP
    return Group(
        np.int64(min(GROUP, h.n_kept - first)),
        h.window,
        h.dim,
        h.rounds,
        h.n_noise,
        h.noise_share,
        int32_at(h.text, first),
        int32_at(h.left, first),
        int32_at(h.right, first),
        int32_at(h.noise, first // GROUP * h.n_noise),
        float32_at(h.input, 0),
        float32_at(h.output, 0),
        float32_at(h.centers, thread * h.centers_width),
        float32_at(h.contexts, thread * h.contexts_width),
        float32_at(h.noises, thread * h.noises_width),
        float32_at(h.columns, thread * h.columns_width),
        float32_at(h.scores, thread * h.scores_width),
        float32_at(h.pulls, thread * h.pulls_width),
        int64_at(h.places, thread * h.places_width),
        float32_at(h.so_far, thread * h.so_far_width),
        int32_at(h.first, thread * h.first_width),
        int32_at(h.n_pairs, thread * h.n_pairs_width),
        float32_at(h.to_center, number * GROUP * h.dim),
        float32_at(h.to_output, (number * width + h.n_noise) * h.dim),
        float32_at(h.to_output, number * width * h.dim),
        float32_at(h.output_pairs, number * width + h.n_noise),
    )


def train_group(number: Whole, handed: Whole) -> None:
    """Train the ``number``-th group of a batch.

    Sets the group's gradients, the pairs in each of them, and its sums.
    """
    h = handed_at(handed)
    g = group_at(number, h)
    width, is_told = _n_others(h), number % TOLD == 0
    center_pairs = float32_at(h.center_pairs, number * GROUP)
    noise_pairs = float32_at(h.output_pairs, number * width)
    ids, sums = int32_at(h.output_ids, number * width), float64_at(h.sums, number * 8)
    n_around = g.window + g.n + g.window
    sums[2] = copy_rows(behind(g.text, g.window), g.n, g.input, g.dim, g.centers)
    clear(behind(g.centers, g.n * g.dim), (GROUP - g.n) * g.dim)
    sums[3] = copy_rows(g.text, n_around, g.output, g.dim, g.contexts)
    sums[3] += copy_rows(g.noise, g.n_noise, g.output, g.dim, g.noises)
    transpose(g.noises, g.n_noise, g.dim, g.columns)
    clear(g.to_context, n_around * g.dim)
    clear(g.so_far, GROUP * g.dim)
    count_seen(g)
    along = h.curvature * np.float32(sums[3] / width)
    sums[0] = 0.0
    for one in range(g.rounds):
        share_pairs(g, one)
        sums[0] += push_from_noise(g, one, is_told)
        sums[0] += pull_of_contexts(g, is_told)
        if g.rounds > 1:
            move_centers(g, h.rate, along, h.noise_curvature)
    n_pairs = 0
    for i in range(g.n):
        n = g.left[i] + g.right[i]
        center_pairs[i] = np.float32(n) * (np.float32(1) + h.noise_curvature)
        n_pairs += n
    sums[1] = n_pairs
    for j in range(g.n_noise):
        ids[j] = g.noise[j]
        noise_pairs[j] = np.float32(n_pairs) * h.noise_share * h.one_noise_curvature
    for j in range(n_around):
        ids[g.n_noise + j] = g.text[j]


def step_part(part: Whole, handed: Whole) -> None:
    """Step a part of both tables, behind a batch."""
    h = handed_at(handed)
    n_others = (h.n + GROUP - 1) // GROUP * _n_others(h)
    links = int32_at(h.links, part * h.links_width)
    rows = int32_at(h.rows, part * h.links_width)
    summed = float32_at(h.summed, part * h.dim)
    step_rows(
        part,
        int32_at(h.text, h.low + h.window),
        float32_at(h.center_pairs, 0),
        float32_at(h.to_center, 0),
        h.n,
        float32_at(h.input, 0),
        h.dim,
        h.rate,
        h.along_others,
        int32_at(h.heads, part * h.heads_width),
        links,
        rows,
        summed,
    )
    step_rows(
        part,
        int32_at(h.output_ids, 0),
        float32_at(h.output_pairs, 0),
        float32_at(h.to_output, 0),
        n_others,
        float32_at(h.output, 0),
        h.dim,
        h.rate,
        h.along_centers,
        int32_at(h.heads, (PARTS + part) * h.heads_width),
        links,
        rows,
        summed,
    )


@compiled
def train_batches(
    handed: Whole, rates: np.ndarray, train: Whole, step: Whole
) -> tuple[int, float, int]:
    """Train on a stretch, batch after batch.

    Parameters
    ----------
    handed : int
        Address of a record of the stretch, the settings, the tables, and room to compute in.
    rates : ndarray of float32, shape (n_batches,)
        Learning rate of each batch.
    train, step : int
        Addresses of the code of :func:`train_group` and :func:`step_part`.

    Returns
    -------
    broken : int
        The first batch that met a number that is not finite, and was not trained on; −1: none.
    loss : float
        Summed over the pairs of every ``TOLD``-th group of each batch.
    n_pairs : int
        How many these are.
    """
    h = handed_at(handed)
    width, sums = _n_others(h), float64_at(h.sums, 0)
    loss, n_told = 0.0, 0
    for batch in range(len(rates)):
        h.low = batch * h.batch
        h.n = min(h.batch, h.n_kept - h.low)
        h.rate = rates[batch]
        n_groups = (h.n + GROUP - 1) // GROUP
        take_turns(n_groups, train, handed)
        of_centers, of_others = 0.0, 0.0
        for group in range(n_groups):
            of_centers += sums[group * 8 + 2]
            of_others += sums[group * 8 + 3]
        if not (math.isfinite(of_centers) and math.isfinite(of_others)):
            return batch, loss, n_told
        for group in range(0, n_groups, TOLD):
            loss += sums[group * 8]
            n_told += int(sums[group * 8 + 1])
        h.along_others = np.float32(h.curvature * of_others / (n_groups * width))
        h.along_centers = np.float32(h.curvature * of_centers / h.n)
        take_turns(PARTS, step, handed)
    return -1, loss, n_told
