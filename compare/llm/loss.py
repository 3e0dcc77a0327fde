"""Next-token cross-entropy without holding the logits of a whole batch.

With a vocabulary of V tokens the logits of a batch, N × V numbers, are by far the largest thing in
the training of a small model, and most of the time goes into moving them through memory. Here
they are made for some rows at a time, turned into their gradient at once, and dropped: with
``p = softmax(H Wᵀ)`` the gradient of the mean loss is

    ∂/∂H = (p − onehot) W / N        ∂/∂W = (p − onehot)ᵀ H / N

so three matrix products a chunk do both directions, and memory does not grow with the batch.

The *sampled softmax* (Bengio & Senécal 2008; Jean et al. 2015, arXiv:1412.2007) is an
approximation for large vocabularies: S tokens j, drawn from a distribution q and shared by all
rows, stand for the vocabulary. Of the sum in the loss, log Σ_v exp(h · w_v) − h · w_target, the
target's term is taken as it is and the others are estimated without bias by

    Σ_{v ≠ target} exp(h · w_v)  ≈  Σ_{drawn j ≠ target} exp(h · w_j) / (S q_j)

The logarithm of the estimate is too small on average, the less so the more tokens are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
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


@dataclass(frozen=True)
class TokenSampler:
    """Draws tokens by their frequency to the power 0.75, every token with some chance.

    The power is that of word2vec's noise: rare tokens are drawn, and so pushed away, more often
    than they occur, which brings the model nearer to the one that the exact loss trains.

    Attributes
    ----------
    probabilities : ndarray of float64, shape (vocabulary_size,)
        Proportional to (count + 1)^0.75.
    """

    probabilities: np.ndarray

    @classmethod
    def of_counts(cls, counts: np.ndarray) -> TokenSampler:
        """Make the sampler from how often each token occurs, int (vocabulary_size,)."""
        weights = (counts + 1.0) ** 0.75
        return cls(weights / weights.sum())

    def draw(self, n: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw with replacement.

        Returns
        -------
        ids : tensor of int64, shape (n,)
        expected : tensor of float32, shape (n,)
            log(n q), the logarithm of how often each is expected among the drawn.
        """
        ends = self.probabilities.cumsum()
        ids = np.searchsorted(ends, rng.random(n) * ends[-1], side="right")
        expected = np.log(n * self.probabilities[ids])
        return torch.from_numpy(ids), torch.from_numpy(expected).float()


def sampled_cross_entropy(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    targets: torch.Tensor,
    drawn: tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor:
    """Estimate the mean cross-entropy from some drawn tokens, in nats: an approximation.

    Parameters
    ----------
    hidden, weight, targets
        As for :func:`output_cross_entropy`.
    drawn : (tensor of int64, tensor of float32), each of shape (n_drawn,)
        From :meth:`TokenSampler.draw`, on the device of the others.

    Returns
    -------
    scalar tensor of float32
        Differentiable. ``n_rows × n_drawn`` logits are held in memory.
    """
    ids, expected = drawn
    aimed = (hidden.float() * F.embedding(targets, weight)).sum(dim=1)  # (n_rows,)
    others = F.linear(hidden, F.embedding(ids, weight)).float() - expected  # (n_rows, n_drawn)
    others = others.masked_fill(ids == targets[:, None], -torch.inf)
    return (torch.logaddexp(aimed, others.logsumexp(dim=1)) - aimed).mean()
