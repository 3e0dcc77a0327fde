"""A stretch of text, batch after batch: groups first, then one step of the rows they touched.

Both loops share their turns out to threads; between them all threads meet. Groups read the tables
and write gradients of their own; parts read the gradients and write rows of their own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from compare.word2vec.kernel.compiling import compiled, compiled_for_threads
from compare.word2vec.kernel.groups import (
    GROUP,
    Group,
    clear,
    copy_rows,
    pull_of_contexts,
    push_from_noise,
)
from compare.word2vec.kernel.lanes import Pointer, Whole, behind, pointer
from compare.word2vec.kernel.rows import PARTS, step_rows

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
    n_noise: int
    noise_share: np.float32  # k / n_noise
    batch: int  # kept words, a multiple of GROUP
    curvature: np.float32  # of row_steps.py
    noise_curvature: np.float32


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


@compiled
def _group(
    number: Whole,
    first: Whole,
    stretch: Prepared,
    tables: Tables,
    settings: Settings,
    room: Room,
) -> Group:
    """Lay out the ``number``-th group of a batch; ``first`` is its first centre in the stretch."""
    thread, s = numba.get_thread_id(), settings
    width = s.n_noise + s.window + GROUP + s.window
    return Group(
        np.int64(min(GROUP, stretch.n_kept - first)),
        s.window,
        s.dim,
        s.n_noise,
        s.noise_share,
        pointer(stretch.text, first),
        pointer(stretch.left, first),
        pointer(stretch.right, first),
        pointer(stretch.noise, first // GROUP * s.n_noise),
        pointer(tables.input, 0),
        pointer(tables.output, 0),
        pointer(room.centers, thread * room.centers.shape[1]),
        pointer(room.contexts, thread * room.contexts.shape[1]),
        pointer(room.noises, thread * room.noises.shape[1]),
        pointer(room.columns, thread * room.columns.shape[1]),
        pointer(room.scores, thread * room.scores.shape[1]),
        pointer(room.pulls, thread * room.pulls.shape[1]),
        pointer(room.places, thread * room.places.shape[1]),
        pointer(room.to_center, number * GROUP * s.dim),
        pointer(room.to_output, (number * width + s.n_noise) * s.dim),
        pointer(room.to_output, number * width * s.dim),
        pointer(room.output_pairs, number * width + s.n_noise),
    )


@compiled
def _train_group(
    g: Group,
    noise_curvature: np.float32,
    center_pairs: Pointer,
    noise_pairs: Pointer,
    ids: Pointer,
    sums: Pointer,
    is_told: bool,
) -> None:
    """Compute the gradients of a group, the pairs in each of them, and its sums."""
    n_around = g.window + g.n + g.window
    sums[2] = copy_rows(behind(g.text, g.window), g.n, g.input, g.dim, g.centers)
    clear(behind(g.centers, g.n * g.dim), (GROUP - g.n) * g.dim)
    sums[3] = copy_rows(g.text, n_around, g.output, g.dim, g.contexts)
    sums[3] += copy_rows(g.noise, g.n_noise, g.output, g.dim, g.noises)
    sums[0] = push_from_noise(g, is_told)
    sums[0] += pull_of_contexts(g, is_told)
    n_pairs = 0
    for i in range(g.n):
        n = g.left[i] + g.right[i]
        center_pairs[i] = np.float32(n) * (np.float32(1) + noise_curvature)
        n_pairs += n
    sums[1] = n_pairs
    for j in range(g.n_noise):
        ids[j] = g.noise[j]
        noise_pairs[j] = np.float32(n_pairs) * noise_curvature / np.float32(g.n_noise)
    for j in range(n_around):
        ids[g.n_noise + j] = g.text[j]
    clear(behind(g.seen, n_around), GROUP - g.n)


@compiled
def _step_part(
    part: Whole,
    low: Whole,
    n: Whole,
    rate: np.float32,
    along_others: np.float32,
    along_centers: np.float32,
    stretch: Prepared,
    tables: Tables,
    settings: Settings,
    room: Room,
) -> None:
    """Step a part of both tables, behind a batch of n centres that begins at ``low``."""
    dim, n_links, n_heads = settings.dim, room.links.shape[1], room.heads.shape[2]
    n_others = (n + GROUP - 1) // GROUP * (settings.n_noise + 2 * settings.window + GROUP)
    links, rows = pointer(room.links, part * n_links), pointer(room.rows, part * n_links)
    summed = pointer(room.summed, part * dim)
    step_rows(
        part,
        pointer(stretch.text, low + settings.window),
        pointer(room.center_pairs, 0),
        pointer(room.to_center, 0),
        n,
        pointer(tables.input, 0),
        dim,
        rate,
        along_others,
        pointer(room.heads, part * n_heads),
        links,
        rows,
        summed,
    )
    step_rows(
        part,
        pointer(room.output_ids, 0),
        pointer(room.output_pairs, 0),
        pointer(room.to_output, 0),
        n_others,
        pointer(tables.output, 0),
        dim,
        rate,
        along_centers,
        pointer(room.heads, (PARTS + part) * n_heads),
        links,
        rows,
        summed,
    )


@compiled_for_threads
def train_batches(
    stretch: Prepared, rates: np.ndarray, tables: Tables, settings: Settings, room: Room
) -> tuple[int, float, int]:
    """Train on a stretch, batch after batch.

    Parameters
    ----------
    rates : ndarray of float32, shape (n_batches,)
        Learning rate of each batch.

    Returns
    -------
    broken : int
        The first batch that met a number that is not finite, and was not trained on; −1: none.
    loss : float
        Summed over the pairs of every ``TOLD``-th group of each batch.
    n_pairs : int
        How many these are.
    """
    s = settings
    width = s.n_noise + s.window + GROUP + s.window
    loss, n_told = 0.0, 0
    for batch in range(len(rates)):
        low = batch * s.batch
        n = min(s.batch, stretch.n_kept - low)
        n_groups = (n + GROUP - 1) // GROUP
        for turn in numba.prange(n_groups):
            number = np.int64(turn)  # one type: each more would be compiled anew
            _train_group(
                _group(number, low + number * GROUP, stretch, tables, settings, room),
                s.noise_curvature,
                pointer(room.center_pairs, number * GROUP),
                pointer(room.output_pairs, number * width),
                pointer(room.output_ids, number * width),
                pointer(room.sums, number * 8),
                number % TOLD == 0,
            )
        of_centers, of_others = 0.0, 0.0
        for group in range(n_groups):
            of_centers += room.sums[group, 2]
            of_others += room.sums[group, 3]
        if not (math.isfinite(of_centers) and math.isfinite(of_others)):
            return batch, loss, n_told
        for group in range(0, n_groups, TOLD):
            loss += room.sums[group, 0]
            n_told += int(room.sums[group, 1])
        n_others = n_groups * width
        along_others = np.float32(s.curvature * of_others / n_others)
        along_centers = np.float32(s.curvature * of_centers / n)
        for turn in numba.prange(PARTS):
            _step_part(
                np.int64(turn),
                low,
                n,
                rates[batch],
                along_others,
                along_centers,
                stretch,
                tables,
                settings,
                room,
            )
    return -1, loss, n_told
