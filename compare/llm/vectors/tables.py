"""Tables of a language model that word vectors are taken from, its layers among them."""

from __future__ import annotations

import re
from typing import NamedTuple

MODEL_TABLES = ("input", "output", "input+position")
"""Of any language model; and ``layer-K`` in context, ``layer-K-alone``."""


_LAYER = re.compile(r"layer-(0|[1-9][0-9]{0,3})(-alone)?")


class Layer(NamedTuple):
    """A layer that vectors are taken from, in context or alone."""

    number: int
    is_alone: bool

    @property
    def table(self) -> str:
        """Its name: ``layer-2``, ``layer-2-alone``."""
        return f"layer-{self.number}{'-alone' if self.is_alone else ''}"


def layer_of(table: str) -> Layer | None:
    """Read ``layer-K`` or ``layer-K-alone``; None for other tables.

    >>> layer_of("layer-2-alone")
    Layer(number=2, is_alone=True)
    """
    match = _LAYER.fullmatch(table)
    return Layer(int(match[1]), match[2] is not None) if match else None
