"""Noise words of a stretch of text, drawn by torch; ``kernel/draws.py`` draws them compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class NoiseSampler:
    """Draws noise words so that a large draw holds each word as often as it should.

    Systematic sampling: n points at distance 1/n, shifted by one random number, are looked up in
    the cumulative distribution and shuffled. Each draw has the right distribution, and a word's
    share of n draws is off by less than one draw, where independent draws would be off by the
    root of their number. That matters because a block shares its noise: rare words are then
    noise in few blocks only, with much weight each.

    Attributes
    ----------
    cumulative : float64 tensor, shape (n_words,)
        Ends at 1.
    """

    cumulative: torch.Tensor

    @classmethod
    def of(cls, probability: np.ndarray, *, device: str = "cpu") -> NoiseSampler:
        """Prepare draws from a distribution, shape (n_words,)."""
        cumulative = torch.from_numpy(np.cumsum(probability / probability.sum()))
        cumulative[-1] = 1.0
        return cls(cumulative.to(device))

    def draw(self, n_draws: int, generator: torch.Generator) -> torch.Tensor:
        """Draw word ids, int64 (n_draws,), in random order."""
        device = self.cumulative.device
        shift = torch.rand((), generator=generator, device=device, dtype=torch.float64)
        points = (torch.arange(n_draws, device=device) + shift) / n_draws
        ids = torch.searchsorted(self.cumulative, points, right=True)
        return ids[torch.randperm(n_draws, generator=generator, device=device)]
