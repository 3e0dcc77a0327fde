"""How a space looks in a notebook: one line of text, or a small page with neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from compare.shown import html_table, printable
from compare.spaces.answers import Answers


def described(space: Any) -> str:
    """Say in one line what a space is: name, words × dimensions, counts, where it came from."""
    told = space.provenance
    parts = [f"{len(space.words):,} words × {space.vectors.shape[1]}"]
    if space.counts is not None:
        parts.append("counts")
    maker, text = told.get("trainer") or told.get("source"), told.get("text")
    if maker:
        parts.append(f"from {maker}" + (f" on {text}" if text else ""))
    return printable(f"{space.name!r}: {', '.join(parts)}")


def space_page(space: Any, examples: Sequence[Answers]) -> str:
    """Write the line, and below it the neighbours of a few words side by side."""
    n_rows = max((len(one) for one in examples), default=0)
    rows = [
        [f"{one[place][0]} {one[place][1]:.2f}" if place < len(one) else "" for one in examples]
        for place in range(n_rows)
    ]
    line = f"<p><b>EmbeddingSpace</b> {escape(described(space))}</p>"
    return line + html_table([one.question for one in examples], rows)
