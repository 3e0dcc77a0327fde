"""One step of many table rows at once, as far as many single steps would go and no further.

A batch names a frequent word hundreds of times. Plain gradient descent adds all these gradients,
taken at the same point, and overshoots: from some thousand words a batch on it diverges. Single
steps would not: each sees what the ones before it did. Near a point where the loss curves by h
along the gradient g, the n-th of n small steps of rate r meets a gradient shrunk by exp(−r h n),
and all of them together go

    r · g · (1 − e^(−x)) / x        with x = r · h · n and g summed over the n pairs,

which is the plain sum for rare rows (x → 0) and bounded for frequent ones. h is not the same for
all: for the loss of a pair it is σ′(s) · |u|² along the other vector u, and less along any other
direction. It is estimated as a fixed share of the mean squared length of the other vectors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

CURVATURE = 0.03
"""h over |u|². From σ′ (0.25 at most, about 0.1 in training) times the squared cosine between u
and the summed gradient; .02 to .05 train alike, below .02 batches of 64 k words diverge."""


def step_size(pairs: torch.Tensor, rate: float, curvature: torch.Tensor) -> torch.Tensor:
    """Compute the rate that a summed gradient of n pairs is multiplied with.

    Parameters
    ----------
    pairs : tensor, any shape
        n, the pairs in each sum; may be fractions.
    rate : float
        Learning rate of a single pair.
    curvature : tensor, shape ()
        h, at least 0.

    Returns
    -------
    tensor of the same shape
        Between 0 and ``rate``; falls as 1/n for large n.

    Examples
    --------
    >>> step_size(torch.tensor([0.0, 1.0, 1000.0]), 0.1, torch.tensor(1.0))
    tensor([0.1000, 0.0952, 0.0010])
    """
    x = (pairs * (rate * curvature)).clamp(min=1e-6)
    return torch.expm1(-x).div_(x).mul_(-rate)


@dataclass(frozen=True)
class RowSteps:
    """Which rows each batch of a chunk touches: every row once, with where its gradients lie.

    Attributes
    ----------
    rows : int64 tensor, shape (n_rows,)
        Row numbers of the table, rising inside a batch; batch after batch.
    first : int64 tensor, shape (n_rows,)
        Where the row's gradients begin in ``order`` of its batch.
    order : int64 tensor, shape (n_batches, n_gradients)
        Places of the gradients of a batch, those of one row side by side.
    pairs : float32 tensor, shape (n_rows, 1)
        Pairs in the summed gradient of the row, each weighted by how much it curves the loss.
    borders : list of int, n_batches + 1
        ``rows[borders[b] : borders[b + 1]]`` belong to batch b.
    """

    rows: torch.Tensor
    first: torch.Tensor
    order: torch.Tensor
    pairs: torch.Tensor
    borders: list[int]

    @classmethod
    def of(cls, ids: torch.Tensor, pairs: torch.Tensor, n_table_rows: int) -> RowSteps:
        """Sort the gradients of each batch by table row.

        Parameters
        ----------
        ids : int64 tensor, shape (n_batches, n_gradients)
            Table row of every gradient.
        pairs : float32 tensor, shape (n_batches, n_gradients)
            Pairs that each gradient sums up.
        """
        n_batches, n_gradients = ids.shape
        batch = torch.arange(n_batches, device=ids.device)[:, None]
        key = (batch * n_table_rows + ids).view(-1)
        if n_batches * n_table_rows < 2**31:
            key = key.int()  # torch sorts integers by radix: half as many digits, half the time
        key, order = key.sort(stable=True)
        key, number, count = torch.unique_consecutive(key, return_inverse=True, return_counts=True)
        summed = torch.zeros(len(key), device=ids.device)
        summed.index_add_(0, number, pairs.reshape(-1).index_select(0, order))
        first = count.cumsum(0) - count
        return cls(
            rows=(key % n_table_rows).long(),
            first=first % n_gradients,
            order=order.view(n_batches, n_gradients) - batch * n_gradients,
            pairs=summed[:, None],
            borders=[0, *torch.bincount(first // n_gradients).cumsum(0).tolist()],
        )

    def take(
        self,
        batch: int,
        table: torch.Tensor,
        gradient: torch.Tensor,
        rate: float,
        curvature: torch.Tensor,
    ) -> None:
        """Step the rows of one batch in place.

        Parameters
        ----------
        table : tensor, shape (n_table_rows, dim)
        gradient : tensor of floating point, shape (n_gradients, dim)
            In the order of the ids that this was made of.
        rate, curvature
            See :func:`step_size`.
        """
        mine = slice(self.borders[batch], self.borders[batch + 1])
        rows = self.rows[mine]
        summed = F.embedding_bag(self.order[batch], gradient, self.first[mine], mode="sum")
        summed = summed.to(table.dtype)
        summed *= step_size(self.pairs[mine], rate, curvature)
        # No row comes twice, so rows can be copied back: faster than adding, and the same bits
        # on a GPU too.
        table.index_copy_(0, rows, table.index_select(0, rows) - summed)


def curvature_along(others: torch.Tensor) -> torch.Tensor:
    """Estimate h from the vectors on the other side of the pairs, contiguous, shape (n, dim)."""
    # In stretches, since a sum of all numbers at once hangs on how many threads share it.
    stretches = others.view(math.gcd(len(others), 256), -1)
    lengths = torch.linalg.vector_norm(stretches, dim=1)
    return torch.dot(lengths, lengths) * (CURVATURE / len(others))
