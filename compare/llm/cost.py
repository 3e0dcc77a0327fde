"""What a GPT costs: parameters, floating-point operations and memory, from the shapes alone."""

from __future__ import annotations

import torch
from torch import nn

from compare.llm.distributed import n_processes
from compare.llm.gpt import GPT, is_explicit
from compare.llm.loss import chunk_rows
from compare.llm.options import GPTOptions, TrainingOptions
from compare.machine import resolve_precision


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
    attention holds its scores (Korthikanti et al. 2022, arXiv:2205.05198). Where documents are
    parted, a mask of context² is made for each row, as truth values and as numbers. Then a chunk of
    logits with its gradient.
    """
    dim, weights = options.dimension, n_weights(options, vocabulary_size)
    tokens = -(-training.batch_size // n_parts) * options.context
    kept = options.layers * 34 * dim + 8 * dim
    precision = resolve_precision(training.precision, device)
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    if is_explicit(options.context, dtype, device):
        kept += options.layers * 5 * options.heads * options.context
    is_parted = options.layers > 0 and not options.attention_across_documents
    mask = 5 * tokens * options.context if is_parted else 0
    logits = chunk_rows(vocabulary_size) * vocabulary_size
    if training.sampled_softmax is not None:
        logits = tokens * training.sampled_softmax
    best = 4 * weights if training.patience else 0
    summed = 4 * weights if n_processes() > 1 else 0  # all gradients as one vector
    gradient_of_output = 8 * vocabulary_size * dim
    activations = 2 * tokens * kept + mask
    return 16 * weights + best + activations + 12 * logits + gradient_of_output + summed


def n_parameters(model: nn.Module) -> int:
    """Count the trainable numbers; a tied table counts once."""
    return sum(parameter.numel() for parameter in model.parameters())


def n_weights(options: GPTOptions, vocabulary_size: int) -> int:
    """Count what :func:`n_parameters` will, from the shapes alone."""
    dim = options.dimension
    tables = vocabulary_size * dim * (1 if options.tied else 2)
    positions = options.context * dim if options.positions == "learned" else 0
    # 12 dim² in matrices; biases 3 + 1 + 4 + 1 and two norms 4 times dim
    blocks = options.layers * (12 * dim * dim + 13 * dim)
    return tables + positions + blocks + (2 * dim if options.layers else 0)


def flops_per_token(model: GPT, *, n_scored: int | None = None) -> int:
    """Estimate the training cost of one token, in floating-point operations.

    ``6 N`` for the N weights that are multiplied (Kaplan et al. 2020, arXiv:2001.08361; look-ups
    cost nothing), and ``6 · layers · context · dim`` for causal attention. ``n_scored`` are the
    tokens that a sampled softmax scores; none: the whole vocabulary.
    """
    return shape_flops_per_token(model.options, model.vocabulary_size, n_scored=n_scored)


def shape_flops_per_token(
    options: GPTOptions, vocabulary_size: int, *, n_scored: int | None = None
) -> int:
    """Estimate what :func:`flops_per_token` will, from the shapes alone."""
    output = 6 * (n_scored or vocabulary_size) * options.dimension
    return output + block_flops_per_token(options)


def block_flops_per_token(options: GPTOptions) -> int:
    """Estimate the part of :func:`flops_per_token` that is not the output layer's."""
    looked_up = options.context * options.dimension if options.positions == "learned" else 0
    attention = 6 * options.layers * options.context * options.dimension
    return 6 * (n_weights(options, 0) - looked_up) + attention
