"""Skip-gram's loss and gradient for blocks of consecutive words, as matrix products.

Training pair by pair moves two or more rows of memory for each pair. A *block* of L consecutive
words takes them once: with the input vectors X of its words and the output vectors Y of the
L + 2·window words in and around it, ``S = X Yᵀ`` holds the score of every (centre, context) pair
of the block, and a *band* of S (the windows, cut at sentence borders) selects the positives. A
*group* of blocks shares its noise words, each weighted so that the expected loss is that of k noise
words a pair (Ji et al. 2016, arXiv:1604.04661, share noise in a similar way). Every gradient is
then a matrix product. ``pairs.py`` says the same one pair at a time; tests hold the two together.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F

SHORTEST_BLOCK = 16


def block_length(window: int) -> int:
    """Choose L: a power of two of about twice the window, 16 at least.

    A longer block scores more words outside its windows; a shorter one fetches more of them twice.

    >>> block_length(5), block_length(10), block_length(100)
    (16, 16, 128)
    """
    length = SHORTEST_BLOCK
    while length < 1.25 * window:
        length *= 2
    return length


def half_bands(window: int, length: int) -> torch.Tensor:
    """List the left and the right half of every band: the contexts of a centre, by its reach.

    Returns
    -------
    tensor of float32, shape (2 · length · (window + 1), length + 2·window)
        Row ``i · (window + 1) + left`` holds 1 at the words before the i-th centre of a block
        that it sees when it reaches ``left`` words; row ``length · (window + 1) + i · (window + 1)
        + right`` likewise behind it.
    """
    reach = torch.arange(window + 1)[:, None]
    center = (torch.arange(length) + window)[:, None, None]
    offset = torch.arange(length + 2 * window) - center  # (length, 1, length + 2·window)
    before = (offset >= -reach) & (offset < 0)
    behind = (offset <= reach) & (offset > 0)
    return torch.stack([before, behind]).reshape(-1, length + 2 * window).float()


def half_band_rows(
    left: torch.Tensor, right: torch.Tensor, window: int, length: int
) -> torch.Tensor:
    """Find the two rows of :func:`half_bands` for each centre.

    Parameters
    ----------
    left, right : int64 tensor, shape (n_words,)
        Words that each centre sees before and behind it; n_words is a multiple of ``length``.

    Returns
    -------
    int64 tensor, shape (n_words, 2)
    """
    place = torch.arange(length, device=left.device).repeat(len(left) // length) * (window + 1)
    return torch.stack([place + left, place + right + length * (window + 1)], dim=1)


def bands(rows: torch.Tensor, halves: torch.Tensor) -> torch.Tensor:
    """Put each centre's band together from its halves: 1 at its contexts, 0 elsewhere.

    Returns
    -------
    tensor of float32, shape (n_words, length + 2·window)
    """
    return F.embedding_bag(rows, halves, mode="sum")


class BlockGradient(NamedTuple):
    """Gradient of the summed loss with respect to each vector of the blocks, and loss by group."""

    center: torch.Tensor  # (blocks · L, dim)
    output: torch.Tensor  # (blocks · (L + 2·window) + groups · n_noise, dim): contexts, then noise
    loss: torch.Tensor | None  # (groups,); None where it was not asked for


def block_gradient(
    center: torch.Tensor,
    context: torch.Tensor,
    noise: torch.Tensor,
    positive: torch.Tensor,
    noise_weight: torch.Tensor,
    *,
    product_dtype: torch.dtype = torch.float32,
    is_told: bool = True,
) -> BlockGradient:
    """Compute gradient, and loss, of blocks in closed form.

    Parameters
    ----------
    center : tensor, shape (blocks, L, dim)
        Input vectors of the centres.
    context : tensor, shape (blocks, L + 2·window, dim)
        Output vectors of the words from ``window`` before the block to ``window`` behind it.
    noise : tensor, shape (groups, n_noise, dim)
        Output vectors of the noise words; ``blocks`` is a multiple of ``groups``, and ``n_noise``
        of 4.
    positive : tensor, shape (blocks, L, L + 2·window)
        1 where a context is inside the centre's window, 0 elsewhere.
    noise_weight : tensor, shape (groups, L · blocks / groups, 1)
        How many noise words each drawn one stands for: pairs of the centre × k / n_noise.
    product_dtype : torch.dtype
        Numbers that the matrix products read and write, scores and gradients among them.
    is_told : bool
        Whether the loss is computed: it costs logarithms, which the gradient does not need.
    """
    dtype, grouped = center.dtype, (len(noise), -1, center.shape[2])
    # Copies where the products are made in bfloat16, the same tensors elsewhere.
    x, y, n = (t.to(product_dtype) for t in (center, context, noise))
    x_of_group = x.view(grouped)
    attraction = torch.bmm(x, y.mT)  # (blocks, L, L + 2·window)
    repulsion = torch.bmm(x_of_group, n.mT)  # (groups, …, n_noise)
    loss = None
    if is_told:
        # By group, since a sum of all numbers at once hangs on how many threads share it.
        pulled = _minus_log_sigmoid(attraction.to(dtype)) * positive
        pushed = _minus_log_sigmoid(-repulsion.to(dtype)) * noise_weight
        loss = pulled.view(len(noise), -1).sum(dim=1) + pushed.sum(dim=(1, 2))
    # d/ds −log σ(s) = σ(s) − 1 = −1 / (1 + e^s), and d/ds −log σ(−s) = σ(s) = 1 / (1 + e^−s): both
    # keep their digits where they are small. By exp, since torch's sigmoid rounds the last numbers
    # of each thread's share differently.
    pull = attraction.exp_().add_(1).reciprocal_().mul_(positive.to(product_dtype)).neg_()
    push = repulsion.neg_().exp_().add_(1).reciprocal_().mul_(noise_weight.to(product_dtype))
    to_center = torch.bmm(pull, y)
    to_center.view(grouped).add_(torch.bmm(push, n))
    n_contexts, n_noise = context.shape[:2].numel(), noise.shape[:2].numel()
    to_output = x.new_empty(n_contexts + n_noise, center.shape[2])
    torch.bmm(pull.mT, x, out=to_output[:n_contexts].view_as(context))
    torch.bmm(push.mT, x_of_group, out=to_output[n_contexts:].view_as(noise))
    return BlockGradient(to_center.view(-1, center.shape[2]), to_output, loss)


def _minus_log_sigmoid(scores: torch.Tensor) -> torch.Tensor:
    """Compute −log σ(s) = log(1 + e^−s); scores beyond ±80 count as that."""
    return torch.log1p(scores.clamp(-80, 80).neg_().exp_())
