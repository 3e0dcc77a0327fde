"""Small pieces of sentences."""

from __future__ import annotations

from collections.abc import Sequence


def joined(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> joined(["one", "two", "three"])
    'one, two and three'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def capitalised(text: str) -> str:
    """Begin a sentence: the first letter alone becomes a capital."""
    return text[:1].upper() + text[1:]
