"""Numbers with their intervals, as dots and whiskers: a panel a quantity, a line a space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.style import Look, styled, wrapped_panels

WIDTH, LINE_HEIGHT = 4.3, 0.3
"""Inches of a panel, and of a space in it."""

PANELS_A_ROW = 2


@styled
def plot_dots(
    rows: pd.DataFrame, looks: Mapping[str, Look], *, of: str = "", is_shared: bool = False
) -> Figure | None:
    """Draw each number as a dot with its interval, beside what guessing reaches.

    Parameters
    ----------
    rows : DataFrame
        panel, space, value, low, high, chance (dashed; NaN: not known).
    looks : mapping of space → Look
        Their order is that of the lines, the first on top.
    of : str
        What the numbers are of, below the panels.
    is_shared : bool
        Whether all panels have one scale.

    Returns
    -------
    Figure, or None where there is no number
    """
    rows = rows[rows["value"].notna()]
    if not len(rows):
        return None
    titles = list(dict.fromkeys(rows["panel"]))
    height = 0.9 + LINE_HEIGHT * len(looks)
    figure, axes = wrapped_panels(
        len(titles), PANELS_A_ROW, WIDTH, height, sharey=True, sharex=is_shared
    )
    for axis, title in zip(axes.flat, titles, strict=False):
        _draw(axis, rows[rows["panel"] == title].set_index("space"), looks)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel(of)
    for axis in axes[:, 0]:
        axis.set_yticks(range(len(looks)), [look.label for look in looks.values()])
        axis.set_ylim(len(looks) - 0.5, -0.5)
    return figure


def _draw(axis: Axes, rows: pd.DataFrame, looks: Mapping[str, Look]) -> None:
    for place, (name, look) in enumerate(looks.items()):
        if name not in rows.index:
            continue
        row = rows.loc[name]
        ends = [[row["value"] - row["low"]], [row["high"] - row["value"]]]
        reach = np.clip(np.nan_to_num(ends), 0, None)
        axis.errorbar(
            row["value"],
            place,
            xerr=reach,
            fmt=look.marker,
            color=look.colour,
            markersize=7,
            elinewidth=1.6,
            capsize=0,
        )
    chance = rows["chance"].dropna()
    if len(chance):
        axis.axvline(float(chance.mean()), color="#555555", lw=1, ls="--", zorder=1)
    axis.grid(visible=False, axis="x")
    axis.tick_params(axis="y", length=0)
