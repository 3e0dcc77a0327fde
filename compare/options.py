"""What options are made of, and values that several options share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

Precision = Literal["auto", "float32", "bfloat16"]


def _rising(shares: tuple[float, ...]) -> tuple[float, ...]:
    if not all(0 < share < 1 for share in shares) or list(shares) != sorted(set(shares)):
        raise ValueError("snapshots must be rising shares between 0 and 1, such as [0.02, 0.2]")
    return shares


SnapshotShares = Annotated[tuple[float, ...], AfterValidator(_rising)]
"""Shares of a training, rising, between 0 and 1."""
