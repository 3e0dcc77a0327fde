"""Training word vectors while other programs keep every processor busy, beside an idle machine.

Rounds alternate between the idle machine and one with busy loops beside the training; in each, the
settings take turns, each in a process of its own (how threads wait is read once, when torch is
loaded): as torch comes (GNU OpenMP's spin count, 300,000, and all threads all the time), with our
spin count alone, and ours, with threads for the free processors only, by torch and by numba.
Medians of words/s, and how many times slower than the same on the idle machine. Text: random words,
Zipfian.

    python benchmarks/busy.py --loops 3 --rounds 5 --epochs 1 5
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np

from compare.processors import FreeProcessors
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.waiting import SPIN_COUNT
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.skipgram import train_skipgram

SETTINGS = {
    "as torch comes": ("300000", "all", "torch"),
    "spin count": (str(SPIN_COUNT), "all", "torch"),
    "ours": (str(SPIN_COUNT), "free", "torch"),
    "ours, numba": (str(SPIN_COUNT), "free", "numba"),
}

LOOP = """
import os, sys
while os.getppid() == int(sys.argv[1]):
    for _ in range(1_000_000):
        pass
"""
"""Ends by itself, too, where this process was killed."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loops", type=int, default=3, help="busy loops")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=int, default=400_000, help="of the text")
    parser.add_argument("--epochs", type=int, nargs="+", default=[1])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--in-turn", choices=["all", "free"], help=argparse.SUPPRESS)
    parser.add_argument("--backend", default="torch", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.in_turn:
        print(rate(given))
        return
    for epochs in given.epochs:
        idle: dict[str, list[float]] = {name: [] for name in SETTINGS}
        busy: dict[str, list[float]] = {name: [] for name in SETTINGS}
        for number in range(given.rounds):
            names = list(SETTINGS)[:: 1 if number % 2 else -1]
            for name in names:
                idle[name].append(in_own_process(name, epochs, given))
            with busy_loops(given.loops):
                for name in names:
                    busy[name].append(in_own_process(name, epochs, given))
        first = statistics.median(idle["as torch comes"])
        print(f"{epochs} epochs, {given.threads} threads, {given.loops} loops; M words/s, medians")
        for name in SETTINGS:
            quiet, loud = statistics.median(idle[name]), statistics.median(busy[name])
            print(
                f"{name:16}idle {quiet:.3f} ({quiet / first:.2f} of the first)   "
                f"busy {loud:.3f}: {quiet / loud:.1f} times slower   "
                f"[{min(busy[name]):.3f}, {max(busy[name]):.3f}]",
                flush=True,
            )


@contextmanager
def busy_loops(n: int) -> Iterator[None]:
    """Keep n processors busy."""
    loops = [subprocess.Popen([sys.executable, "-c", LOOP, str(os.getpid())]) for _ in range(n)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
        for loop in loops:
            loop.wait()


def in_own_process(name: str, epochs: int, given: argparse.Namespace) -> float:
    """Measure one setting in a new process."""
    spin_count, threads, backend = SETTINGS[name]
    options = [
        "--backend",
        backend,
        "--words",
        given.words,
        "--epochs",
        epochs,
        "--threads",
        given.threads,
    ]
    done = subprocess.run(
        [sys.executable, __file__, "--in-turn", threads, *map(str, options)],
        env={**os.environ, "GOMP_SPINCOUNT": spin_count},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def rate(given: argparse.Namespace) -> float:
    """Train once to warm up, and three times; M words/s, the median."""
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(1, 8001)
    ids = rng.choice(8000, given.words, p=weights / weights.sum())
    ids[:8000] = np.arange(8000)  # each word occurs
    counts, starts = np.bincount(ids), np.arange(0, given.words, 20)
    order = np.argsort(-counts, kind="stable")
    ids = np.argsort(order)[ids].astype(np.int32)
    tokens = TokenArray(ids, starts, len(ids))
    vocabulary = Vocabulary(tuple(f"w{number}" for number in range(8000)), counts[order])
    options = SkipgramOptions(epochs=given.epochs[0], backend=given.backend)
    if given.in_turn == "all":
        mock.patch.object(FreeProcessors, "look", return_value=given.threads).start()
    rates = []
    for _ in range(4):
        started = time.perf_counter()
        train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1, threads=given.threads))
        rates.append(given.words * options.epochs / (time.perf_counter() - started) / 1e6)
    return statistics.median(rates[1:])


if __name__ == "__main__":
    main()
