"""How well a model predicts text that it was not trained on."""

from __future__ import annotations

import math

import numpy as np
import torch

from compare.llm.distributed import n_processes, rank, sum_over_processes
from compare.llm.gpt import GPT
from compare.llm.windows import SlidingWindows

MAX_ROWS = 256
"""Rows that a validation loss is taken on, spread evenly over the text."""


@torch.no_grad()
def mean_loss(
    model: GPT,
    windows: SlidingWindows,
    *,
    batch_size: int,
    device: str,
    max_rows: int = MAX_ROWS,
) -> float:
    """Compute the mean next-token loss over rows spread evenly over a text, in nats.

    Where several processes train, each takes a share of the rows, and all get the same mean.
    """
    was_training = model.training
    model.eval()
    rows = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), max_rows)).astype(int))
    mine = np.array_split(rows, n_processes())[rank()]
    total = 0.0
    for start in range(0, len(mine), batch_size):
        inputs, targets = windows.rows(mine[start : start + batch_size])
        total += float(model.loss(inputs.to(device), targets.to(device))) * len(inputs)
    model.train(was_training)
    return float(sum_over_processes(torch.tensor(total, dtype=torch.float64))) / len(rows)


def perplexity(loss: float) -> float:
    """Turn a mean loss in nats into the number of equally likely tokens that are as hard to guess.

    >>> round(perplexity(math.log(50)), 6)
    50.0
    """
    return math.exp(loss) if loss < 700 else math.inf


def bits_per_byte(loss: float, bytes_per_token: float) -> float:
    """Spread a mean loss a token, in nats, over the bytes of the text, in bits; NaN without bytes.

    >>> bits_per_byte(2 * math.log(2), 4.0)  # two bits for a token of four bytes
    0.5
    """
    return loss / math.log(2) / bytes_per_token if bytes_per_token else math.nan
