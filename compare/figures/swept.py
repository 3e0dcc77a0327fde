"""What options do to a number: lines over the levels of one, a heat map over two."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.style import Look, bare, legend_below, styled, wrapped_panels

MOST_COLUMNS = 3
"""Panels beside each other."""

LETTERS = 30
"""Of a line beside a panel."""

LEAST_WIDTH = 6.4
"""Inches of a figure: pages show all as wide, and letters of a narrow one would be huge."""


@styled
def plot_levels(rows: pd.DataFrame, looks: Mapping[str, Look], name: str) -> Figure | None:
    """Draw the mean of each space at every level, a panel an option, and a dot for each seed.

    Parameters
    ----------
    rows : DataFrame
        option, level (as text, in order), space, seed, value: the mean over all else.
    looks : mapping of space → Look
    name : str
        What the value is, for the axis.

    Returns
    -------
    Figure, or None where there is nothing
    """
    if not len(rows):
        return None
    options = list(dict.fromkeys(rows["option"]))
    figure, axes = _panels_for(len(options), 3.6, 3.1, sharey=True)
    for axis, option in zip(axes.ravel(), options, strict=False):
        _draw_lines(axis, rows[rows["option"] == option], looks)
        axis.set_xlabel(option)
    for axis in axes[:, 0]:
        axis.set_ylabel(fill(name, LETTERS, break_on_hyphens=False, break_long_words=False))
    legend_below(figure, axes[0, 0])
    return figure


def _panels_for(n: int, width: float, height: float, **shared: Any) -> tuple[Figure, Any]:
    """Make n panels of at least these inches, row by row; what is left over is not shown."""
    width = max(width, LEAST_WIDTH / min(MOST_COLUMNS, n))
    return wrapped_panels(n, MOST_COLUMNS, width, height, **shared)


def _draw_lines(axis: Axes, rows: pd.DataFrame, looks: Mapping[str, Look]) -> None:
    levels = list(dict.fromkeys(rows["level"]))
    spaces = list(dict.fromkeys(rows["space"]))
    for number, space in enumerate(spaces):
        look = looks[space]
        of_space = rows[rows["space"] == space]
        at = of_space["level"].map(levels.index).to_numpy() + 0.0
        means = of_space.groupby("level", sort=False)["value"].mean().reindex(levels)
        # between values that are no numbers there is nothing
        style = look.line if all(map(_is_number, levels)) else "none"
        line = axis.plot(range(len(levels)), means, linestyle=style, label=look.label)[0]
        line.set(color=look.colour, marker=look.marker, markersize=5)
        if rows["seed"].nunique() < 2:
            continue
        nudge = 0.06 * (number - (len(spaces) - 1) / 2)  # seeds of two spaces are not one dot
        axis.scatter(at + nudge, of_space["value"], s=9, color=look.colour, alpha=0.55, linewidth=0)
    axis.set_xticks(range(len(levels)), levels)


def _is_number(level: str) -> bool:
    try:
        float(level)
    except ValueError:
        return False
    return True


@styled
def plot_grid(
    rows: pd.DataFrame,
    across: tuple[str, list[str]],
    down: tuple[str, list[str]],
    least_span: float = 0.0,
) -> Figure | None:
    """Draw the mean over seeds at each pair of levels, a panel a space; darker is larger.

    Parameters
    ----------
    rows : DataFrame
        panel, across, down (levels as text), text (the number as written), value.
    across, down : (str, list of str)
        The option, and its levels in order.
    least_span : float
        What lies between the lightest and the darkest colour at least: small differences look so.

    Returns
    -------
    Figure, or None where there is nothing
    """
    if not len(rows):
        return None
    titles = list(dict.fromkeys(rows["panel"]))
    columns, lines = across[1], down[1]
    width = max(3.0, 0.75 * len(columns) + 1.4)
    figure, axes = _panels_for(len(titles), width, 0.5 * len(lines) + 1.3)
    low, high = float(rows["value"].min()), float(rows["value"].max())
    middle = (low + high) / 2
    reach = max(high - low, least_span) / 2
    for axis, title in zip(axes.ravel(), titles, strict=False):
        values = np.full((len(lines), len(columns)), np.nan)
        for row in rows[rows["panel"] == title].itertuples():
            place = lines.index(row.down), columns.index(row.across)
            values[place] = row.value
            colour = "white" if row.value > middle + 0.1 * reach else "#1d2433"
            axis.text(place[1], place[0], row.text, ha="center", va="center", color=colour,
                      fontsize=8)  # fmt: skip
        colours = {"cmap": "Blues", "vmin": middle - 1.6 * reach, "vmax": middle + reach}
        axis.imshow(values, aspect="auto", **colours)
        axis.set_title(title, fontsize=10)
        axis.set_xticks(range(len(columns)), columns)
        axis.set_yticks(range(len(lines)), lines)
        axis.set_xlabel(across[0])
        axis.set_ylabel(down[0])
        bare(axis)
    return figure
