"""Next-token cross-entropy without holding the logits of a whole batch.

With a vocabulary of V tokens the logits of a batch, N × V numbers, are by far the largest thing in
the training of a small model, and most of the time goes into moving them through memory. Here
they are made for some rows at a time, turned into their gradient at once, and dropped: with
``p = softmax(H Wᵀ)`` the gradient of the mean loss is

    ∂/∂H = (p − onehot) W / N        ∂/∂W = (p − onehot)ᵀ H / N

so three matrix products a chunk do both directions, and memory does not grow with the batch.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

CHUNK_LOGITS, MIN_CHUNK_ROWS = 1 << 21, 64
"""Logits made at a time: 8 MiB in float32, about what a cache holds; but matrix products want rows,
and each chunk passes over the whole gradient of the output table."""


def chunk_rows(vocabulary_size: int) -> int:
    """Choose how many rows of logits are made at a time."""
    return max(MIN_CHUNK_ROWS, CHUNK_LOGITS // vocabulary_size)


def output_cross_entropy(
    hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor
) -> torch.Tensor:
    """Compute the mean cross-entropy of ``hidden @ weight.T`` against targets, in nats.

    Parameters
    ----------
    hidden : tensor, shape (n_rows, dim)
    weight : tensor, shape (vocabulary_size, dim)
        The output table.
    targets : tensor of int64, shape (n_rows,)

    Returns
    -------
    scalar tensor of float32
        Differentiable once with respect to ``hidden`` and ``weight``. Under bfloat16 autocast
        the products are taken in bfloat16, the softmax in float32.
    """
    if torch.is_grad_enabled() and (hidden.requires_grad or weight.requires_grad):
        loss: torch.Tensor = _ChunkedCrossEntropy.apply(  # type: ignore[no-untyped-call]
            hidden, weight, targets
        )
        return loss
    total = torch.zeros((), device=hidden.device)
    n_rows = chunk_rows(len(weight))
    for start in range(0, len(targets), n_rows):
        rows, aim = hidden[start : start + n_rows], targets[start : start + n_rows]
        total += F.cross_entropy(F.linear(rows, weight).float(), aim, reduction="sum")
    return total / len(targets)


class _ChunkedCrossEntropy(torch.autograd.Function):
    """The gradient is made in the forward pass, while the logits are at hand."""

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor
    ) -> torch.Tensor:
        device = hidden.device.type
        dtype = hidden.dtype
        if torch.is_autocast_enabled(device):
            dtype = torch.get_autocast_dtype(device)
        with torch.autocast(device, enabled=False):
            rows_all, table = hidden.detach().to(dtype), weight.detach().to(dtype)
            hidden_gradient = torch.empty_like(rows_all)
            weight_gradient = torch.zeros_like(weight, dtype=torch.float32)
            total = torch.zeros((), device=hidden.device)
            n_rows = chunk_rows(len(weight))
            for start in range(0, len(targets), n_rows):
                chunk = slice(start, start + n_rows)
                rows, aim = rows_all[chunk], targets[chunk, None]
                logits = rows @ table.T  # (chunk, vocabulary)
                largest = logits.amax(dim=1, keepdim=True).float()
                aimed = logits.gather(1, aim).float()
                # torch's softmax is one vectorised pass, several times faster than exp, sum and
                # division; the largest p is 1 / Σ exp(logit − largest), so that −log p of the
                # target needs no second one and cannot underflow.
                p = logits.float().softmax(dim=1)
                total += (largest - aimed - p.amax(dim=1, keepdim=True).log()).sum()
                p.scatter_add_(1, aim, torch.full_like(aimed, -1.0))  # softmax − onehot
                gradient = p.to(dtype)
                torch.mm(gradient, table, out=hidden_gradient[chunk])
                if dtype == torch.float32:
                    weight_gradient.addmm_(gradient.T, rows)
                else:
                    weight_gradient += gradient.T @ rows
        ctx.save_for_backward(hidden_gradient, weight_gradient)
        ctx.dtypes = (hidden.dtype, weight.dtype)
        return total / len(targets)

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None]:
        hidden_gradient, weight_gradient = ctx.saved_tensors
        hidden_dtype, weight_dtype = ctx.dtypes
        scale = outer[0] / len(hidden_gradient)
        return (
            hidden_gradient.to(hidden_dtype) * scale.to(hidden_dtype),
            weight_gradient.to(weight_dtype) * scale.to(weight_dtype),
            None,
        )
