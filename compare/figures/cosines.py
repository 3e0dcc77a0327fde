"""How the cosines of random word pairs are distributed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from compare.figures.style import Look, legend_below, panels, styled


@styled
def plot_cosines(cosines: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw a histogram of each space, one panel a transform.

    Parameters
    ----------
    cosines : DataFrame
        space, transform, cosine.
    looks : mapping of space → Look
        Their order is that of the legend.
    """
    if not len(cosines):
        return None
    transforms = list(dict.fromkeys(cosines["transform"]))
    figure, axes = panels(1, len(transforms), 5.2, 3.8)
    edges = np.linspace(-1, 1, 81)
    for axis, transform in zip(axes[0], transforms, strict=True):
        here = cosines[cosines["transform"] == transform]
        for name, look in looks.items():
            values = here.loc[here["space"] == name, "cosine"]
            if not len(values):
                continue
            axis.hist(
                values,
                edges,
                density=True,
                histtype="step",
                lw=1.6,
                color=look.colour,
                linestyle=look.line,
            )
        axis.set_title(f"{transform} cosines", fontsize=10)
        axis.set_xlabel("cosine of two random words")
        axis.set_ylabel("density")
        axis.set_xlim(-1, 1)
    for look in looks.values():
        line = Line2D([], [], color=look.colour, linestyle=look.line, lw=1.6, label=look.label)
        axes[0][0].add_line(line)
    legend_below(figure, axes[0][0])
    return figure
