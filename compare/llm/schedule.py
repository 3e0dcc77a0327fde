"""What happens at which step of training: the learning rate, validations, snapshots."""

from __future__ import annotations

import math

from compare.llm.options import TrainingOptions


def learning_rate_at(step: int, n_steps: int, options: TrainingOptions) -> float:
    """Compute the learning rate of a step (from 0): linear warm-up, then half a cosine.

    >>> options = TrainingOptions(learning_rate=1.0, warmup_fraction=0.1)
    >>> [round(learning_rate_at(step, 100, options), 2) for step in (0, 9, 10, 99)]
    [0.1, 1.0, 1.0, 0.1]
    """
    n_warmup = round(n_steps * options.warmup_fraction)
    if step < n_warmup:
        return options.learning_rate * (step + 1) / n_warmup
    fraction = (step - n_warmup) / max(n_steps - n_warmup, 1)
    low = options.min_learning_rate_fraction
    return options.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * fraction)))


def is_validated(n_done: int, n_steps: int, options: TrainingOptions) -> bool:
    """Say whether the validation loss is taken after ``n_done`` steps; always after the last."""
    return n_done == n_steps or n_done % max(1, -(-n_steps // options.validations)) == 0


def snapshot_steps(n_steps: int, options: TrainingOptions) -> frozenset[int]:
    """Say after how many steps the input table is kept; two shares may fall on one step."""
    return frozenset(max(1, round(share * n_steps)) for share in options.snapshots)
