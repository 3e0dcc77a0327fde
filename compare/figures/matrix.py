"""One number a pair of spaces, as a matrix: darker is larger."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.style import Look, bare, styled, wrapped_panels

CELL, MARGIN = 0.52, 2.0
"""Inches of a pair, and of the names beside it."""


@styled
def plot_matrix(rows: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw the pairs of each panel below the diagonal, each with its number.

    Parameters
    ----------
    rows : DataFrame
        panel, first, second, value (of at most 1), is_bold.
    looks : mapping of space → Look

    Returns
    -------
    Figure, or None where there is no pair
    """
    if not len(rows):
        return None
    titles = list(dict.fromkeys(rows["panel"]))
    side = CELL * (len(looks) - 1) + MARGIN
    figure, axes = wrapped_panels(len(titles), len(titles), side, side)
    for axis, title in zip(axes.flat, titles, strict=True):
        _draw(axis, rows[rows["panel"] == title], list(looks))
        axis.set_title(title, fontsize=10)
        labels = [look.label for look in looks.values()]
        axis.set_xticks(range(len(labels) - 1), labels[:-1], rotation=40, ha="right", fontsize=8)
        axis.set_yticks(range(len(labels) - 1), labels[1:], fontsize=8)
    return figure


def _draw(axis: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    values = np.full((len(names) - 1, len(names) - 1), np.nan)
    for row in rows.itertuples():
        across, down = sorted((names.index(str(row.first)), names.index(str(row.second))))
        values[down - 1, across] = row.value
        colour = "white" if row.value > 0.55 else "#1d2433"
        weight = "bold" if row.is_bold else "normal"
        told = f"{row.value:.2f}".replace("-0.00", "0.00")
        axis.text(across, down - 1, told, ha="center", va="center", color=colour,
                  fontsize=8, fontweight=weight)  # fmt: skip
    axis.imshow(np.clip(values, 0, 1), cmap="Blues", vmin=0, vmax=1)
    bare(axis)
