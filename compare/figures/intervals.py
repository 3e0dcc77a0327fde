"""Numbers with their intervals, as grouped bars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.style import Look, legend_below, panels, styled

WIDEST = 9.0
"""Inches of one panel."""


@styled
def plot_intervals(rows: pd.DataFrame, looks: Mapping[str, Look], *, of: str) -> Figure | None:
    """Draw grouped bars with intervals: a group a position, a space a bar.

    Parameters
    ----------
    rows : DataFrame
        row, column (where the panel stands), title (of the panel), group, space, value, low, high.
    looks : mapping of space → Look
        Their order is that of the bars.
    of : str
        What the numbers are of, beside the axis.
    """
    if not len(rows):
        return None
    heights, widths = list(dict.fromkeys(rows["row"])), list(dict.fromkeys(rows["column"]))
    n_bars = rows["group"].nunique() * len(looks)
    width = min(WIDEST, max(5.2, 1.2 + 0.14 * n_bars))
    if width * len(widths) > 2 * WIDEST:
        width = WIDEST
    figure, axes = panels(len(heights), len(widths), width, 3.6, sharey="row")
    for (row, column), part in rows.groupby(["row", "column"], sort=False):
        axis = axes[heights.index(row)][widths.index(column)]
        _draw_bars(axis, part, looks)
        axis.set_title(part["title"].iloc[0], fontsize=10)
        axis.yaxis.set_tick_params(labelleft=True)
        axis.set_ylabel(of)
        if (part["value"].min() < 0) or (part["low"].min() < 0):
            axis.axhline(0, color="#333333", lw=0.8)
        else:
            axis.set_ylim(0, None)
    legend_below(figure, axes[0][0])
    return figure


def _draw_bars(axis: Axes, rows: pd.DataFrame, looks: Mapping[str, Look]) -> None:
    groups = list(dict.fromkeys(rows["group"]))
    width = 0.8 / max(len(looks), 1)
    for number, (name, look) in enumerate(looks.items()):
        own = rows[rows["space"] == name].set_index("group").reindex(groups)
        x = np.arange(len(groups)) + (number - (len(looks) - 1) / 2) * width
        value = own["value"].to_numpy(dtype=float)
        errors = np.vstack([value - own["low"], own["high"] - value]).astype(float)
        errors = np.clip(np.nan_to_num(errors), 0, None)
        axis.bar(
            x,
            value,
            0.92 * width,
            color=look.colour,
            hatch=look.hatch,
            edgecolor="white",
            linewidth=0,
            label=look.label,
        )
        axis.errorbar(x, value, errors, fmt="none", ecolor="#333333", elinewidth=1, capsize=2)
    axis.set_xticks(np.arange(len(groups)), groups)
    axis.grid(visible=False, axis="x")
