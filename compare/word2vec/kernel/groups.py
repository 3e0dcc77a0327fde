"""Loss and gradient of a group: consecutive centres that share their noise words.

What ``blocks.py`` computes, for one group at a time and in registers. The scores of all centres
with all noise words are one matrix product, and so are both of its gradients. Centres and contexts
meet in a narrow band only, so their scores are single dot products: all of them first, then what
each pulls, then what that does to both vectors.

Where a centre has many pairs, one step for all of them would go where the first few point. Then a
group is computed in *rounds*: each takes its share of every centre's pairs and of the noise words,
and the next meets the centres where the ones before have moved them, as single pairs would.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from compare.compiling import Whole, compiled_inside
from compare.word2vec.kernel.lanes import (
    AHEAD,
    LANES,
    Lanes,
    Pointer,
    add,
    behind,
    divide,
    fetch_row,
    floor,
    fma,
    greater,
    lesser,
    load,
    multiply,
    power_of_two,
    same,
    spread,
    store,
    subtract,
    total,
)
from compare.word2vec.kernel.products import product
from compare.word2vec.kernel.rows import step_size

GROUP = 64
"""Centres of a group; fewer at the end of a stretch."""

FARTHEST = np.float32(30)
"""Scores beyond it count as it: σ is 0 or 1 there, to 13 digits."""

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_LOG2_E = np.float32(1 / math.log(2))
_C1, _C2, _C3, _C4, _C5, _C6 = (
    np.float32(math.log(2) ** n / math.factorial(n)) for n in range(1, 7)
)


class Group(NamedTuple):
    """One group: what it reads, where it computes, and what it leaves.

    ``dim`` counts the padded numbers of a row; all rows lie side by side.
    """

    n: Whole  # centres, GROUP at most
    window: int
    dim: int
    rounds: int
    n_noise: int  # a multiple of rounds · ROW
    noise_share: np.float32  # k / n_noise: noise words that a drawn one stands for, a pair
    text: Pointer  # int32 (window + n + window,)
    left: Pointer  # int32 (n,), words that each centre sees before it
    right: Pointer  # int32 (n,)
    noise: Pointer  # int32 (n_noise,)
    input: Pointer  # float32 (n_words, dim), the tables
    output: Pointer
    centers: Pointer  # float32 (GROUP, dim), and so on: rows of the tables, and room to compute
    contexts: Pointer  # (window + GROUP + window, dim)
    noises: Pointer  # (n_noise, dim)
    columns: Pointer  # (dim, n_noise): noises, transposed
    scores: Pointer  # (GROUP, n_noise)
    pulls: Pointer  # (GROUP · 2 · window + ROW,): one number a pair
    places: Pointer  # int64 (GROUP · 2 · window,): where the row of each pair's context begins
    so_far: Pointer  # (GROUP, dim): gradients of the rounds so far; see move_centers
    first: Pointer  # int32 (GROUP,): the first pair of each centre in the round, and how many
    n_pairs: Pointer  # int32 (GROUP,)
    to_center: Pointer  # float32 (GROUP, dim): gradients of the summed loss
    to_context: Pointer  # (window + GROUP + window, dim)
    to_noise: Pointer  # (n_noise, dim)
    seen: Pointer  # (window + GROUP + window,): centres that each context is seen by


@compiled_inside
def clear(numbers: Pointer, n: int) -> None:
    """Set n numbers to 0."""
    for place in range(n):
        numbers[place] = _ZERO


@compiled_inside
def exp(x: Lanes) -> Lanes:
    """Compute eˣ to 3e-7 of itself; x beyond ±FARTHEST counts as that.

    eˣ = 2ⁿ · 2ᶠ with whole n and f from −½ to ½, where seven terms of the series are enough.
    """
    x = greater(lesser(x, same(FARTHEST)), same(-FARTHEST))
    y = multiply(x, same(_LOG2_E))
    n = floor(add(y, same(_HALF)))
    f = subtract(y, n)
    found = fma(f, same(_C6), same(_C5))
    found = fma(f, found, same(_C4))
    found = fma(f, found, same(_C3))
    found = fma(f, found, same(_C2))
    found = fma(f, found, same(_C1))
    found = fma(f, found, same(_ONE))
    return multiply(found, power_of_two(n))


@compiled_inside
def copy_rows(ids: Pointer, n: int, table: Pointer, dim: int, rows: Pointer) -> np.float32:
    """Copy n rows of a table; returns the sum of their squared lengths."""
    squares = same(_ZERO)
    for i in range(n):
        if i + AHEAD < n:
            fetch_row(behind(table, np.int64(ids[i + AHEAD]) * dim), dim)
        row = behind(table, np.int64(ids[i]) * dim)
        for k in range(0, dim, LANES):
            numbers = load(row, k)
            store(rows, i * dim + k, numbers)
            squares = fma(numbers, numbers, squares)
    return total(squares)


@compiled_inside
def _log_of_one_plus(numbers: Pointer, n: int) -> float:
    """Compute Σ log(1 + e) over n ≤ 16 numbers e ≤ e³⁰, by the logarithm of their product."""
    product = 1.0
    for place in range(n):
        product *= 1.0 + np.float64(numbers[place])
    return math.log(product)


@compiled_inside
def share_pairs(group: Group, number: int) -> None:
    """Find the pairs of a round, which all rounds share evenly: sets ``first`` and ``n_pairs``."""
    g = group
    for i in range(g.n):
        n = g.left[i] + g.right[i]
        g.first[i] = n * number // g.rounds
        g.n_pairs[i] = n * (number + 1) // g.rounds - g.first[i]


@compiled_inside
def push_from_noise(group: Group, number: int, is_told: bool) -> float:
    """Compute what the noise words of a round do to the centres, and the centres to them.

    Sets ``to_center`` and ``to_noise``. Returns the loss, 0 where it is not told: −log σ(−s) =
    log(1 + eˢ) for each score s, its derivative σ(s) = eˢ / (1 + eˢ).
    """
    g, n_noise = group, group.n_noise // group.rounds
    share = g.noise_share * np.float32(g.rounds)
    first = number * n_noise
    columns, noises = behind(g.columns, first), behind(g.noises, first * g.dim)
    to_noise = behind(g.to_noise, first * g.dim)
    product(g.centers, g.dim, 1, columns, g.n_noise, g.scores, n_noise, GROUP, g.dim, n_noise)
    loss = 0.0
    for i in range(g.n):
        weight = np.float32(g.n_pairs[i]) * share
        scores = behind(g.scores, i * n_noise)
        for j in range(0, n_noise, LANES):
            e = exp(load(scores, j))
            if is_told:
                store(scores, j, e)
                loss += float(weight) * _log_of_one_plus(behind(scores, j), LANES)
            store(scores, j, multiply(divide(e, add(same(_ONE), e)), same(weight)))
    clear(behind(g.scores, g.n * n_noise), (GROUP - g.n) * n_noise)
    product(g.scores, n_noise, 1, noises, g.dim, g.to_center, g.dim, GROUP, n_noise, g.dim)
    product(g.scores, 1, n_noise, g.centers, g.dim, to_noise, g.dim, n_noise, GROUP, g.dim)
    return loss


@compiled_inside
def pull_of_contexts(group: Group, is_told: bool) -> float:
    """Compute what the contexts of a round do to the centres, and the centres to them.

    Adds to ``to_center`` and ``to_context``. Returns the loss, 0 where it is not told: −log σ(s) =
    log(1 + eˢ) − s for each score s, its derivative σ(s) − 1 = −1 / (1 + eˢ).
    """
    g = group
    n_pairs, loss = 0, 0.0
    for i in range(g.n):
        n_pairs = _score(g, i, n_pairs)
    clear(behind(g.pulls, n_pairs), LANES)  # the last vector may be half full
    if is_told:
        for pair in range(n_pairs):
            loss -= float(min(max(g.pulls[pair], -FARTHEST), FARTHEST))
    for pair in range(0, n_pairs, LANES):
        e = exp(load(g.pulls, pair))
        if is_told:
            store(g.pulls, pair, e)
            loss += _log_of_one_plus(behind(g.pulls, pair), min(LANES, n_pairs - pair))
        store(g.pulls, pair, divide(same(-_ONE), add(same(_ONE), e)))
    _pull(g)
    return loss


@compiled_inside
def _score(group: Group, i: int, pair: int) -> int:
    """Score the i-th centre with each of its contexts, two at a time, from the ``pair``-th on.

    Sets ``places`` and ``pulls``. Returns where the pairs of the next centre begin.
    """
    g, places = group, behind(group.places, pair)
    center, n = i + g.window, g.n_pairs[i]
    first = center - g.left[i] + g.first[i]
    for at in range(n):
        place = first + at
        place += place >= center
        places[at] = place * g.dim
    x = behind(g.centers, i * g.dim)
    for at in range(0, n - 1, 2):
        y, z = behind(g.contexts, places[at]), behind(g.contexts, places[at + 1])
        s = t = same(_ZERO)
        for k in range(0, g.dim, LANES):
            numbers = load(x, k)
            s, t = fma(numbers, load(y, k), s), fma(numbers, load(z, k), t)
        g.pulls[pair + at] = total(s)
        g.pulls[pair + at + 1] = total(t)
    if n % 2:
        y, s = behind(g.contexts, places[n - 1]), same(_ZERO)
        for k in range(0, g.dim, LANES):
            s = fma(load(x, k), load(y, k), s)
        g.pulls[pair + n - 1] = total(s)
    return pair + n


@compiled_inside
def _pull(group: Group) -> None:
    """Add the gradients of all pairs to centres and contexts, a strip of numbers at a time.

    A strip of all rows fits into the cache nearest to a core; whole rows do not.
    """
    g, k = group, 0
    while k + 2 * LANES <= g.dim:
        pair = 0
        for i in range(g.n):
            x, to_x = behind(g.centers, i * g.dim + k), behind(g.to_center, i * g.dim + k)
            u, v, s, t = load(x, 0), load(x, LANES), load(to_x, 0), load(to_x, LANES)
            for _ in range(g.n_pairs[i]):
                place, pull = g.places[pair] + k, spread(g.pulls, pair)
                y, to_y = behind(g.contexts, place), behind(g.to_context, place)
                s, t = fma(pull, load(y, 0), s), fma(pull, load(y, LANES), t)
                store(to_y, 0, fma(pull, u, load(to_y, 0)))
                store(to_y, LANES, fma(pull, v, load(to_y, LANES)))
                pair += 1
            store(to_x, 0, s)
            store(to_x, LANES, t)
        k += 2 * LANES
    if k < g.dim:  # one vector is left
        pair = 0
        for i in range(g.n):
            to_x = behind(g.to_center, i * g.dim + k)
            u, s = load(g.centers, i * g.dim + k), load(to_x, 0)
            for _ in range(g.n_pairs[i]):
                place, pull = g.places[pair] + k, spread(g.pulls, pair)
                s = fma(pull, load(g.contexts, place), s)
                store(g.to_context, place, fma(pull, u, load(g.to_context, place)))
                pair += 1
            store(to_x, 0, s)


@compiled_inside
def count_seen(group: Group) -> None:
    """Count the centres that see each context: sets ``seen``."""
    g = group
    clear(g.seen, g.window + GROUP + g.window)
    for i in range(g.n):
        center = i + g.window
        for place in range(center - g.left[i], center + g.right[i] + 1):
            g.seen[place] += _ONE
        g.seen[center] -= _ONE


@compiled_inside
def move_centers(
    group: Group, rate: np.float32, curvature: np.float32, noise_curvature: np.float32
) -> None:
    """Move the centres behind a round, as far as its pairs would have.

    Adds to ``so_far``, and sets ``to_center`` to it: the gradient that takes the centres as far as
    all rounds did, when all pairs step at once.
    """
    g, per_pair = group, _ONE + noise_curvature
    for i in range(g.n):
        step = step_size(np.float32(g.n_pairs[i]) * per_pair, rate, curvature)
        whole = step_size(np.float32(g.left[i] + g.right[i]) * per_pair, rate, curvature)
        x, to_x = behind(g.centers, i * g.dim), behind(g.to_center, i * g.dim)
        so_far = behind(g.so_far, i * g.dim)
        share, back = same(step / whole), same(-step)
        for k in range(0, g.dim, LANES):
            toward = load(to_x, k)
            found = add(multiply(share, toward), load(so_far, k))
            store(so_far, k, found)
            store(to_x, k, found)
            store(x, k, fma(back, toward, load(x, k)))
