"""Numbers with their intervals, as dots and whiskers: a panel a quantity, a line a space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.style import Look, panels, styled

WIDTH, LINE_HEIGHT = 4.3, 0.3
"""Inches of a panel, and of a space in it."""


@styled
def plot_dots(rows: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw each number as a dot with its interval, beside what guessing reaches.

    Parameters
    ----------
    rows : DataFrame
        panel, space, value, low, high, chance (NaN: no line is drawn).
    looks : mapping of space → Look
        Their order is that of the lines, the first on top.
    """
    rows = rows[rows["value"].notna()]
    if not len(rows):
        return None
    titles = list(dict.fromkeys(rows["panel"]))
    height = 0.9 + LINE_HEIGHT * len(looks)
    figure, axes = panels(1, len(titles), WIDTH, height, sharey=True)
    for axis, title in zip(axes[0], titles, strict=True):
        _draw(axis, rows[rows["panel"] == title].set_index("space"), looks)
        axis.set_title(title, fontsize=10)
    axes[0][0].set_yticks(range(len(looks)), [look.label for look in looks.values()])
    axes[0][0].set_ylim(len(looks) - 0.5, -0.5)
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
