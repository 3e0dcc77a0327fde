"""How much memory training is going to take, from the shapes alone."""

from __future__ import annotations

import torch

from compare.llm.distributed import n_processes
from compare.llm.gpt import GPTOptions, is_explicit, n_weights
from compare.llm.loss import chunk_rows
from compare.llm.options import TrainingOptions
from compare.precision import resolve_precision


def training_bytes(
    options: GPTOptions,
    training: TrainingOptions,
    vocabulary_size: int,
    *,
    n_parts: int = 1,
    device: str = "cpu",
) -> int:
    """Foretell the memory of training from the shapes, in bytes; right to within a half.

    Parameters
    ----------
    n_parts : int
        Parts that a step's rows are taken in, over all processes.

    Notes
    -----
    Weights, gradients and AdamW's two averages are 16 bytes a weight. Activations kept for the
    backward pass are 34 · dim 16-bit numbers a token and layer, and 5 · heads · context where
    attention holds its scores (Korthikanti et al. 2022, arXiv:2205.05198). Then a chunk of logits
    with its gradient.
    """
    dim, weights = options.dimension, n_weights(options, vocabulary_size)
    tokens = -(-training.batch_size // n_parts) * options.context
    kept = options.layers * 34 * dim + 8 * dim
    precision = resolve_precision(training.precision, device)
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    if is_explicit(options.context, dtype, device):
        kept += options.layers * 5 * options.heads * options.context
    logits = chunk_rows(vocabulary_size) * vocabulary_size
    if training.sampled_softmax is not None:
        logits = tokens * training.sampled_softmax
    best = 4 * weights if training.patience else 0
    summed = 4 * weights if n_processes() > 1 else 0  # all gradients as one vector
    gradient_of_output = 8 * vocabulary_size * dim
    return 16 * weights + best + 2 * tokens * kept + 12 * logits + gradient_of_output + summed
