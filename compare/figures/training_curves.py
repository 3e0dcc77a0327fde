"""Loss against text seen: curves of one loss share an axis, others cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from compare.figures.style import Look, styled, wrapped_panels


@styled
def plot_training(
    history: pd.DataFrame, looks: Mapping[str, Look], losses: Mapping[str, str]
) -> Figure | None:
    """Draw training and held-out loss of each model.

    Parameters
    ----------
    history : DataFrame
        model, seen, unit, training_loss, validation_loss.
    looks : mapping of model → Look
    losses : mapping of model → str
        What each model's loss is of; equal names share an axis.

    Returns
    -------
    Figure, or None where no loss is known
    """
    columns = ["training_loss", "validation_loss"]
    known = history[history[columns].notna().any(axis=1)] if len(history) else history
    if not len(known):
        return None
    kinds: dict[str, list[str]] = {}
    for model in dict.fromkeys(known["model"]):
        kinds.setdefault(losses.get(model) or f"loss of {looks[model].label}", []).append(model)
    figure, axes = wrapped_panels(len(kinds), len(kinds), 4.8, 3.5)
    for axis, (kind, models) in zip(axes.flat, kinds.items(), strict=True):
        for model in models:
            curve = known[known["model"] == model]
            look = looks[model]
            for column, line, fill, name in (
                ("training_loss", "-", look.colour, "training"),
                ("validation_loss", "--", "white", "held-out"),
            ):
                if curve[column].notna().any():
                    drawn = axis.plot(curve["seen"] / 1e6, curve[column], line)[0]
                    drawn.set(color=look.colour, marker=look.marker, markersize=4)
                    drawn.set(markerfacecolor=fill, label=f"{look.label}, {name}")
        units = dict.fromkeys(known.loc[known["model"].isin(models), "unit"])
        axis.set_xlabel(f"million {' or '.join(units)} seen")
        axis.set_ylabel("loss, nats")
        axis.set_title(kind, fontsize=10)
        axis.legend(frameon=False, fontsize=9)
    return figure
