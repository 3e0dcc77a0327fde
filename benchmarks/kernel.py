"""Where the time of skip-gram's compiled kernel goes, part by part, on one thread.

Nanoseconds of each part a kept word, the least of many turns over one stretch of text, whose rows
lie in the caches then: a whole training waits for memory besides. Beside them what a core can do
at most: products on numbers that never leave its registers.

    python benchmarks/kernel.py --corpus english-novels.txt --dimension 100 300
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from compare.text.corpus import CorpusOptions
from compare.text.reading import Text
from compare.text.vocabulary import VocabularyOptions
from compare.word2vec.kernel import batches, groups, products
from compare.word2vec.kernel.batches import PARTS, Batch, group_at, handed_at, handed_over
from compare.word2vec.kernel.groups import GROUP
from compare.word2vec.kernel.lanes import LANES, behind, float32_at, fma, load, same, store
from compare.word2vec.numba_backend import NumbaBackend, aligned
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.steps import SkipgramSteps

TURNS = 15
SUMS = 12
"""Enough to keep a core's units busy while each waits for the sum before."""

compiled = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})
"""As the kernel is, but anew each time: what is kept would not notice that the kernel changed."""

train_group, step_part = compiled(batches.train_group), compiled(batches.step_part)


@compiled
def gather(handed: int) -> None:
    """Copy the rows of a group out of the tables."""
    g = group_at(0, handed_at(handed))
    groups.copy_rows(behind(g.text, g.window), g.n, g.input, g.dim, g.centers)
    groups.copy_rows(g.text, g.window * 2 + g.n, g.output, g.dim, g.contexts)
    groups.copy_rows(g.noise, g.n_noise, g.output, g.dim, g.noises)


@compiled
def transpose(handed: int) -> None:
    """Transpose a group's noise words."""
    g = group_at(0, handed_at(handed))
    products.transpose(g.noises, g.n_noise, g.dim, g.columns)


@compiled
def multiply(handed: int) -> None:
    """Compute the three products of a group."""
    g = group_at(0, handed_at(handed))
    n, dim = g.n_noise, g.dim
    products.product(g.centers, dim, 1, g.columns, n, g.scores, n, GROUP, dim, n)
    products.product(g.scores, n, 1, g.noises, dim, g.to_center, dim, GROUP, n, dim)
    products.product(g.scores, 1, n, g.centers, dim, g.to_noise, dim, n, GROUP, dim)


@compiled
def push(handed: int) -> None:
    """Compute what a group's noise words do: products, σ."""
    g = group_at(0, handed_at(handed))
    groups.share_pairs(g, 0)
    groups.push_from_noise(g, 0, False)


@compiled
def pull(handed: int) -> None:
    """Do all that a group's positive pairs ask for."""
    g = group_at(0, handed_at(handed))
    groups.clear(g.to_context, (g.n + 2 * g.window) * g.dim)
    groups.count_seen(g)
    groups.share_pairs(g, 0)
    groups.pull_of_contexts(g, False)


@compiled
def train(handed: int) -> None:
    """Train the groups of a batch, without stepping its rows."""
    for number in range(handed_at(handed).n // GROUP):
        train_group(number, handed)


@compiled
def step(handed: int) -> None:
    """Step the rows of a batch; the rate is so small that nothing changes much."""
    for part in range(PARTS):
        step_part(part, handed)


@compiled
def multiply_in_registers(address: int, n: int) -> None:
    """Multiply and add n · SUMS vectors; the address has room for as many."""
    p = float32_at(address, 0)
    x, y = load(p, 0), load(p, LANES)
    a = b = c = d = e = f = g = h = i = j = k = m = same(np.float32(0))
    for _ in range(n):
        a, b, c, d = fma(x, y, a), fma(x, y, b), fma(x, y, c), fma(x, y, d)
        e, f, g, h = fma(x, y, e), fma(x, y, f), fma(x, y, g), fma(x, y, h)
        i, j, k, m = fma(x, y, i), fma(x, y, j), fma(x, y, k), fma(x, y, m)
    for place, found in enumerate((a, b, c, d, e, f, g, h, i, j, k, m)):
        store(p, place * LANES, found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--dimension", type=int, nargs="+", default=[100, 300])
    given = parser.parse_args()
    n, room = 1_000_000, aligned(SUMS * LANES)
    seconds = least(lambda: multiply_in_registers(room.ctypes.data, n))
    print(f"a core's products in registers: {2 * LANES * SUMS * n / seconds / 1e9:.0f} GFLOP/s")
    text = Text(CorpusOptions(source=given.corpus), VocabularyOptions())
    for dimension in given.dimension:
        show(dimension, text)


def show(dimension: int, text: Text) -> None:
    """Measure the parts at one dimension, on the second stretch of a training."""
    options = SkipgramOptions(dimension=dimension, backend="numba")
    steps = SkipgramSteps(text.words.training, text.vocabulary, options, seed=1, device="cpu")
    next(steps.run())
    backend = steps.backend
    assert isinstance(backend, NumbaBackend)
    stretch = steps.stretch()
    prepared = backend.prepare(stretch)
    by_group = range(0, prepared.n_kept - GROUP, GROUP)
    by_batch = range(0, prepared.n_kept - backend.batch, backend.batch)

    def nanoseconds(part: Any, lows: range) -> float:
        hardly, along = np.float32(1e-6), np.float32(0.1)
        at_hand = (Batch(low, lows.step, hardly, along, along) for low in lows)
        always = (prepared, backend.settings, backend.tables, backend.room)
        handed = [handed_over(*always, batch) for batch in at_hand]
        addresses = [one.ctypes.data for one in handed]

        def turn() -> None:
            for address in addresses:
                part(address)

        turn()  # compiles
        return least(turn) / (len(lows) * lows.step) * 1e9

    found = {part.__name__: nanoseconds(part, by_group) for part in (gather, transpose, multiply)}
    pushing, found["pull"] = nanoseconds(push, by_group), nanoseconds(pull, by_group)
    found["sigmoid"] = pushing - found["multiply"]
    groups_of_batch, found["step"] = nanoseconds(train, by_batch), nanoseconds(step, by_batch)
    found["prepare"] = least(lambda: backend.prepare(stretch)) / prepared.n_kept * 1e9
    flop = 3 * 2 * backend.n_noise * backend.dim  # a kept word, padding included
    print(f"{dimension} dimensions, ns a kept word:", end=" ")
    print(*(f"{name} {value:.0f}" for name, value in found.items()), sep=", ", end="; ")
    print(f"groups {groups_of_batch:.0f}; products {flop / found['multiply']:.0f} GFLOP/s")


def least(turn: Callable[[], object]) -> float:
    """Take the seconds of the fastest of some turns: others are slower by what runs beside."""
    seconds = []
    for _ in range(TURNS):
        started = time.perf_counter()
        turn()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
