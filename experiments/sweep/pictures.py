"""Pictures of a sweep: a quantity over the levels of its options."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compare.figures import Figure
from compare.figures.swept import plot_grid, plot_levels
from compare.measures.quantity import MARGINS, Quantity
from experiments.report.cells import written
from experiments.sweep.axes import Axis
from experiments.sweep.swept import Swept


def caption(swept: Swept) -> str:
    """Say what the marks of a picture are."""
    if len(swept.axes) == 2:
        seeds = "Each number is the mean over the seeds of a setting. " if swept.has_seeds else ""
        return seeds + "Darker is larger. Empty: not done, or no value."
    if not swept.has_seeds:
        return "Marks: means over all other options."
    return "Marks: means over all other options and seeds. Small dots: means of each seed."


def picture(
    swept: Swept, quantity: Quantity, rows: pd.DataFrame, title: str
) -> tuple[Figure | None, pd.DataFrame | None]:
    """Draw a quantity over the options; gives the numbers, too.

    Parameters
    ----------
    rows : DataFrame
        space, setting, seed, value.
    """
    axes = swept.axes
    if not len(rows):
        return None, None
    if len(axes) == 2:
        return _heat_map(swept, quantity, rows)
    parts = []
    for place, axis in enumerate(axes):
        level = rows["setting"].map(lambda setting, place=place: setting[place])
        means = (
            rows.assign(number=level)
            .groupby(["number", "space", "seed"], sort=True, as_index=False)["value"]
            .mean()
        )
        means["level"] = means["number"].map(axis.told)
        parts.append(means.assign(option=axis.name))
    if not parts:
        return None, None
    data = pd.concat(parts)[["option", "level", "space", "seed", "value"]]
    data = _by_space(swept, data)
    return plot_levels(_in_order(data, axes), swept.looks, title), data


def _in_order(data: pd.DataFrame, axes: Sequence[Axis]) -> pd.DataFrame:
    """Sort by option and level, as they are swept."""
    places = {
        (axis.name, axis.told(level)): (number, level)
        for number, axis in enumerate(axes)
        for level in range(len(axis.levels))
    }
    keys = [places[pair] for pair in zip(data["option"], data["level"], strict=True)]
    return data.assign(_key=keys).sort_values("_key", kind="stable").drop(columns="_key")


def _heat_map(
    swept: Swept, quantity: Quantity, rows: pd.DataFrame
) -> tuple[Figure | None, pd.DataFrame]:
    down, across = swept.axes
    means = rows.groupby(["space", "setting"], sort=False, as_index=False)["value"].mean()
    means = means.sort_values("setting", kind="stable")
    data = pd.DataFrame(
        {
            "space": means["space"],
            "panel": means["space"].map(swept.labels),
            "across": [across.told(setting[1]) for setting in means["setting"]],
            "down": [down.told(setting[0]) for setting in means["setting"]],
            "text": [written(quantity, value) for value in means["value"]],
            "value": means["value"],
        }
    )
    data = _by_space(swept, data)
    levels = [[axis.told(n) for n in range(len(axis.levels))] for axis in (across, down)]
    span = 2 * MARGINS[quantity.unit]
    figure = plot_grid(data, (across.name, levels[0]), (down.name, levels[1]), span)
    return figure, data.drop(columns="text")


def _by_space(swept: Swept, data: pd.DataFrame) -> pd.DataFrame:
    order = {space: place for place, space in enumerate(swept.looks)}
    return data.sort_values("space", key=lambda names: names.map(order), kind="stable")
