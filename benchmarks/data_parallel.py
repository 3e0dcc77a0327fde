"""Losses of several processes beside those of one: the same global batch, float32, no dropout.

    torchrun --standalone --nproc-per-node 2 benchmarks/data_parallel.py --steps 200

The processes train together; then the first one trains alone from the same seed. Prints the largest
difference of two losses, and the tokens/s of both; exits with 1 if it is over 1e-4.
"""

import argparse
import sys
import time

import numpy as np
import torch

from compare.llm.checked_ids import CheckedIds
from compare.llm.distributed import ending_at_once, joined, n_processes, rank
from compare.llm.options import GPTOptions, TrainingOptions
from compare.llm.steps import GPTSteps

LARGEST = 1e-4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=31, help="odd: parts differ in size")
    parser.add_argument("--vocabulary-size", type=int, default=500)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with joined():
        n, number = n_processes(), rank()
        if n == 1:
            raise SystemExit("start me by torchrun --nproc-per-node 2 (or more)")
        together, their_seconds = losses(given)
    if number > 0:
        return
    alone, seconds = losses(given)
    difference = np.abs(np.array(together) - np.array(alone)).max()
    n_tokens = given.steps * given.batch_size * 32
    print(
        f"{given.steps} steps, loss {alone[0]:.4f} to {alone[-1]:.4f}; {n} processes differ by "
        f"{difference:.1e} at most; tokens/s {n_tokens / their_seconds:,.0f} together, "
        f"{n_tokens / seconds:,.0f} alone"
    )
    sys.exit(int(difference > LARGEST))


def losses(given: argparse.Namespace) -> tuple[list[float], float]:
    """Train for some steps; each step's loss, and the seconds."""
    rng = np.random.default_rng(0)
    # some tokens are frequent, as in text, so that there is something to learn
    ids = (given.vocabulary_size * rng.random(200_000) ** 3).astype(np.int32)
    text = CheckedIds.read(ids, given.vocabulary_size)
    shape = GPTOptions(layers=given.layers, heads=4, dimension=given.dimension, context=32)
    options = TrainingOptions(
        batch_size=given.batch_size,
        precision="float32",
        compile=False,
        epochs=10.0,
        learning_rate=1e-3,  # far from where rounding decides the path
    )
    trainer = GPTSteps(text, text, shape, options, seed=1, device=given.device)
    numbers = trainer.row_numbers()
    found = []
    started = time.perf_counter()
    for _ in range(given.steps):
        found.append(trainer.take_step(next(numbers)))
        trainer.step += 1
    return found, time.perf_counter() - started


if __name__ == "__main__":
    with ending_at_once():
        main()
