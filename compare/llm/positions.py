"""How a model knows where in its row a token stands: four ways.

*Learned* (Radford et al. 2019): a table P with a row for each position, x_i = E[t_i] + P[i].

*Sinusoidal* (Vaswani et al. 2017, section 3.5): P is fixed,

    P[i, 2j] = sin(i / 10000^(2j/dim))        P[i, 2j+1] = cos(i / 10000^(2j/dim))

and is added to √dim · E. Here that sum is divided by √dim, x_i = E[t_i] + P[i] / √dim, which leaves
``E`` the table that is read as word vectors.

*Rotary* (Su et al. 2021, arXiv:2104.09864): nothing is added to x. In each attention head, the
pairs of components (2j, 2j+1) of queries and keys are turned by the angle i · θ_j,
θ_j = 10000^(−2j/head_dim); the product of a query at i with a key at k then depends on i − k alone.

*None*: order is known only through the causal mask, which lets a position count what is before it.
"""

from __future__ import annotations

import torch

BASE = 10_000.0
"""The longest wave is this many times 2π positions long."""


def angles(n_positions: int, dim: int) -> torch.Tensor:
    """Give position i's angle on wave j, i / 10000^(2j/dim), float64 (n_positions, ⌈dim / 2⌉)."""
    wave = torch.arange(0, dim, 2, dtype=torch.float64) / dim
    return torch.arange(n_positions, dtype=torch.float64)[:, None] * BASE**-wave


def sinusoidal_positions(n_positions: int, dim: int) -> torch.Tensor:
    """Make the fixed table of Vaswani et al., float32 (n_positions, dim).

    >>> sinusoidal_positions(2, 4)[1]  # sin 1, cos 1, sin 0.01, cos 0.01
    tensor([0.8415, 0.5403, 0.0100, 0.9999])
    """
    waves = angles(n_positions, dim)
    table = torch.stack([waves.sin(), waves.cos()], dim=-1).flatten(1)
    return table[:, :dim].float()


def rotation(n_positions: int, dim: int) -> torch.Tensor:
    """Make the cosines and sines that :func:`rotated` takes, float32 (2, n_positions, dim / 2)."""
    waves = angles(n_positions, dim)
    return torch.stack([waves.cos(), waves.sin()]).float()


def rotated(x: torch.Tensor, rotation: torch.Tensor) -> torch.Tensor:
    """Turn the pairs of components of each vector by the angles of its position.

    Parameters
    ----------
    x : tensor, shape (…, time, dim)
        Queries or keys of a head; ``dim`` is even.
    rotation : tensor of float32, shape (2, time, dim / 2)
        From :func:`rotation`, for the positions of the row.

    Returns
    -------
    tensor, shape and dtype of ``x``
        Lengths are kept.
    """
    cos, sin = rotation
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1)
    return turned.flatten(-2).type_as(x)
