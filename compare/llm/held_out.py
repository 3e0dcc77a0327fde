"""How well a model predicts text that it was not trained on."""

from __future__ import annotations

import logging
import math

import numpy as np
import torch

from compare.llm.distributed import n_processes, rank, sum_over_processes
from compare.llm.documents import document_mask
from compare.llm.gpt import GPT
from compare.llm.loss import output_cross_entropy
from compare.llm.windows import SlidingWindows

logger = logging.getLogger(__name__)

MAX_ROWS = 256
"""Rows that a validation loss is taken on, spread evenly over the text."""


def held_out_rows(ids: np.ndarray, context: int) -> SlidingWindows | None:
    """Cut held-out text into rows; one shorter row where it is no longer than a context.

    None where it holds no token to predict. Either is told by a warning.
    """
    if len(ids) > context:
        return SlidingWindows(ids, context, context)
    what = "there is no validation loss"
    if len(ids) > 1:
        what = "the validation loss is that of this one short row"
    if rank() == 0:
        logger.warning(
            "the held-out text has %d tokens, and a row has %d: %s; raise "
            "corpus.validation_fraction or give more text",
            len(ids),
            context,
            what,
        )
    return SlidingWindows(ids, len(ids) - 1, len(ids) - 1) if len(ids) > 1 else None


@torch.no_grad()
def mean_loss(
    model: GPT,
    windows: SlidingWindows,
    *,
    batch_size: int,
    device: str,
    end_id: int | None = None,
    max_rows: int = MAX_ROWS,
) -> float:
    """Compute the mean next-token loss over rows spread evenly over a text, in nats.

    A text of up to ``max_rows`` rows is taken whole, each token once. Where several processes
    train, each takes a share of the rows, and all get the same mean.

    Parameters
    ----------
    end_id : int, optional
        The token that parts documents, where none is seen from another.
    """
    was_training = model.training
    model.eval()
    rows = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), max_rows)).astype(int))
    mine = np.array_split(rows, n_processes())[rank()]
    n_new = windows.n_new(rows)
    total = 0.0
    for start in range(0, len(mine), batch_size):
        numbers = mine[start : start + batch_size]
        inputs, targets = (part.to(device) for part in windows.rows(numbers))
        hidden = model.hidden(inputs, document_mask(inputs, end_id))  # (rows, time, dim)
        first = torch.from_numpy(windows.max_length - windows.n_new(numbers))
        is_new = (torch.arange(windows.max_length) >= first[:, None]).to(device)  # (rows, time)
        loss = output_cross_entropy(hidden[is_new], model.output.weight, targets[is_new])
        total += float(loss) * int(is_new.sum())
    model.train(was_training)
    return float(sum_over_processes(torch.tensor(total, dtype=torch.float64))) / int(n_new.sum())


def perplexity(loss: float) -> float:
    """Turn a mean loss in nats into the number of equally likely tokens that are as hard to guess.

    >>> round(perplexity(math.log(50)), 6)
    50.0
    >>> perplexity(math.nan), perplexity(1000.0)
    (nan, inf)
    """
    return math.inf if loss >= 700 else math.exp(loss)


def bits_per_byte(loss: float, bytes_per_token: float) -> float:
    """Spread a mean loss a token, in nats, over the bytes of the text, in bits; NaN without bytes.

    >>> bits_per_byte(2 * math.log(2), 4.0)  # two bits for a token of four bytes
    0.5
    """
    return loss / math.log(2) / bytes_per_token if bytes_per_token else math.nan
