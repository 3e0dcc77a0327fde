"""Copies of a table during training: when they are taken."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _rising(shares: tuple[float, ...]) -> tuple[float, ...]:
    if not all(0 < share < 1 for share in shares) or list(shares) != sorted(set(shares)):
        raise ValueError("snapshots must be rising shares between 0 and 1, such as [0.02, 0.2]")
    return shares


SnapshotShares = Annotated[tuple[float, ...], AfterValidator(_rising)]
"""Shares of a training, rising, between 0 and 1."""
