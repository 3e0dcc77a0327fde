"""The nearest words of words as bars of cosine, a row a word and a column a space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.fonts import drawable
from compare.figures.style import Look, panels, styled
from compare.shown import printable
from compare.spaces.answers import Answers
from compare.spaces.side_by_side import SideBySide


@styled
def draw_neighbours(found: Sequence[SideBySide], looks: Mapping[str, Look]) -> Figure:
    """Draw neighbours; words that several spaces list are bold.

    Parameters
    ----------
    found : sequence of SideBySide
        One a word.
    looks : mapping of space → Look
    """
    longest = max((len(column) for one in found for column in one.columns), default=1)
    height = 0.7 + 0.25 * max(longest, 1)
    figure, axes = panels(len(found), len(looks), 3.0, height, sharex=True)
    for row, one in zip(axes, found, strict=True):
        for axis, column in zip(row, one.columns, strict=True):
            _draw(axis, column, looks[column.source], one.shared)
        row[0].set_ylabel(drawable(printable(one.word)), fontsize=11, fontweight="bold")
    for axis, look in zip(axes[0], looks.values(), strict=True):
        axis.set_title(look.label, fontsize=10)
    for axis in axes[-1]:
        axis.set_xlabel("cosine")
    return figure


def _draw(axis: Axes, column: Answers, look: Look, shared: frozenset[str]) -> None:
    axis.grid(visible=False, axis="y")
    axis.set_xlim(0, 1)
    if not len(column):
        axis.set_yticks([])
        axis.text(0.5, 0.5, "not in this space", ha="center", va="center", color="#666666",
                  transform=axis.transAxes)  # fmt: skip
        return
    places = np.arange(len(column))
    cosines = [max(cosine, 0.0) for _, cosine in column]
    axis.barh(places, cosines, 0.72, color=look.colour, hatch=look.hatch, edgecolor="white",
              linewidth=0)  # fmt: skip
    axis.set_yticks(places, [drawable(printable(word)) for word in column.words])
    axis.invert_yaxis()
    for label, word in zip(axis.get_yticklabels(), column.words, strict=True):
        label.set_parse_math(False)
        if word in shared:
            label.set_fontweight("bold")
