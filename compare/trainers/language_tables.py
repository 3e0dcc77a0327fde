"""The tables of language models, and what readers are told of them."""

from __future__ import annotations

LABELS = {
    "input": " input table",
    "output": " output table",
    "input+position": " input + position",
    "untrained": " untrained",
}
MORE_TABLES = ("input+position",)
UNTRAINED = "untrained"
