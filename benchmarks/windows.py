"""Sliding windows: views of the token array against a data set of two lists of tensors.

The lists are those of a usual teaching data set: for each row a tensor of inputs and one of
targets, made before the first batch, and drawn through torch's `DataLoader`. Measured: seconds
until the first batch can be drawn, memory taken until then and by an epoch, and an epoch's
iteration; then ours at stride 1, where the lists would need a tensor pair a token.

    python benchmarks/windows.py                  # 16 million tokens, rows of 64
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import psutil
import torch
from torch.utils.data import DataLoader, Dataset

from compare.llm.windows import SlidingWindows, batches
from compare.text.tokens import TokenArray, write_tokens

MIB = 2**20


class ListOfTensors(Dataset):
    """Every row as two tensors, held in lists."""

    def __init__(self, ids: list[int], max_length: int, stride: int) -> None:
        self.inputs: list[torch.Tensor] = []
        self.targets: list[torch.Tensor] = []
        for start in range(0, len(ids) - max_length, stride):
            self.inputs.append(torch.tensor(ids[start : start + max_length]))
            self.targets.append(torch.tensor(ids[start + 1 : start + max_length + 1]))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.inputs)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Give a row."""
        return self.inputs[row], self.targets[row]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=16_000_000)
    parser.add_argument("--max-length", type=int, default=64)
    parser.add_argument("--stride", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3, help="epochs of each, alternating")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 50_257, given.tokens, dtype=np.int32)
    with tempfile.TemporaryDirectory() as folder:
        whole = TokenArray(ids, np.zeros(1, np.int64), 0)
        tokens = write_tokens(Path(folder) / "tokens", [whole])
        compare(tokens.ids, given)
        alone(tokens.ids, given)


def compare(ids: np.ndarray, given: argparse.Namespace) -> None:
    """Ours beside the lists."""
    as_list = ids.tolist()  # what a tokenizer gives; not counted
    shape = (given.max_length, given.stride)
    options = {"batch_size": given.batch_size, "shuffle": True, "drop_last": True}

    before, started = memory(), time.perf_counter()
    windows = SlidingWindows(ids, *shape)
    first = batches(windows, **options, rng=np.random.default_rng(1))
    our_ready = time.perf_counter() - started
    next(first)
    our_memory = memory() - before
    before, started = memory(), time.perf_counter()
    loader = DataLoader(ListOfTensors(as_list, *shape), **options)
    their_ready = time.perf_counter() - started
    their_memory = memory() - before
    print(f"{len(ids):,} tokens, {len(windows):,} rows of {given.max_length}")
    line("ready", f"{1000 * our_ready:.1f} ms", f"{1000 * their_ready:,.0f} ms")
    line("memory until then", f"{our_memory:.0f} MiB", f"{their_memory:,.0f} MiB")
    print(f"ready sooner: {their_ready / our_ready:,.0f} times")

    seconds: list[tuple[float, float]] = []
    for number in range(given.rounds):
        ours = epoch(batches(windows, **options, rng=np.random.default_rng(number)))
        seconds.append((ours, epoch(loader)))
    our_epoch, their_epoch = map(statistics.median, zip(*seconds, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in seconds)
    line("an epoch", f"{our_epoch:.2f} s", f"{their_epoch:.2f} s")
    print(f"epoch faster: median {ratio:.2f} times")


def alone(ids: np.ndarray, given: argparse.Namespace) -> None:
    """Ours at stride 1: a million rows of an epoch as long as the text."""
    before, started = memory(), time.perf_counter()
    windows = SlidingWindows(ids, given.max_length, 1)
    drawn = batches(
        windows, batch_size=1024, shuffle=True, drop_last=True, rng=np.random.default_rng(1)
    )
    next(drawn)
    ready, taken = time.perf_counter() - started, memory() - before
    started = time.perf_counter()
    n_rows = sum(len(inputs) for (inputs, _), _ in zip(drawn, range(1000), strict=False))
    rate = n_rows / (time.perf_counter() - started)
    print(
        f"stride 1: {len(windows):,} rows, first batch after {ready:.2f} s, {taken:.0f} MiB, "
        f"{rate / 1e3:,.0f} k rows/s; lists would take about "
        f"{len(windows) * 2 * 8 * given.max_length / 2**30:,.0f} GiB and more"
    )


def epoch(drawn: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """Draw all batches; seconds."""
    started = time.perf_counter()
    n = 0
    for inputs, _ in drawn:
        n += len(inputs)
    assert n
    return time.perf_counter() - started


def memory() -> float:
    """Resident memory of this process that no file stands for, MiB."""
    gc.collect()
    found = psutil.Process().memory_info()
    return (found.rss - getattr(found, "shared", 0)) / MIB


def line(what: str, ours: str, theirs: str) -> None:
    """Print one row."""
    print(f"{what:22}{ours:>14}{theirs:>16} (lists of tensors)")


if __name__ == "__main__":
    main()
