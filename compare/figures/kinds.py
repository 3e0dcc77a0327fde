"""How many neighbours stand around a word, and could stand in its place: two bars a space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from compare.figures.style import Look, styled, wrapped_panels

WIDTH, LINE_HEIGHT = 6.4, 0.46
"""Inches of the figure, and of a space in it."""

BARS = {
    "around": ("stands around the word", "////", -0.19),
    "in place": ("could stand in its place", "", 0.19),
}
"""Column: what it says, hatch, and place beside the line of its space."""


@styled
def plot_kinds(rows: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw the shares as bars, the one of each space above the other, with their numbers.

    Parameters
    ----------
    rows : DataFrame
        space, around, in place: shares, 0 to 1.
    looks : mapping of space → Look
        Their order is that of the lines, the first on top.

    Returns
    -------
    Figure, or None where there is no row
    """
    rows = rows.set_index("space")
    names = [name for name in looks if name in rows.index]
    if not names:
        return None
    figure, axes = wrapped_panels(1, 1, WIDTH, 1.0 + LINE_HEIGHT * len(names))
    axis = axes[0, 0]
    for kind, (_, hatch, shift) in BARS.items():
        shares = 100 * rows.loc[names, kind].to_numpy()
        places = np.arange(len(names)) + shift
        axis.barh(
            places,
            shares,
            0.34,
            color=["white" if hatch else looks[name].colour for name in names],
            edgecolor=[looks[name].colour for name in names],
            hatch=hatch,
        )
        for share, place in zip(shares, places, strict=True):
            axis.text(share + 0.8, place, f"{share:.0f}", va="center", fontsize=9)
    axis.set_yticks(range(len(names)), [looks[name].label for name in names])
    axis.invert_yaxis()
    axis.set_xlim(0, 105)
    axis.set_xlabel("of the neighbours listed, %")
    axis.grid(visible=False, axis="y")
    handles = [
        Patch(
            facecolor="white" if hatch else "#555555", edgecolor="#555555", hatch=hatch, label=told
        )
        for told, hatch, _ in BARS.values()
    ]
    n_columns = 2 if figure.get_figwidth() >= WIDTH else 1
    figure.legend(handles=handles, loc="outside lower center", ncols=n_columns, frameon=False)
    return figure
