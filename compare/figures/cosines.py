"""How the cosines of random word pairs are distributed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from compare.figures.style import Look, legend_below, styled, wrapped_panels

EDGES = np.linspace(-1, 1, 81)


def cosine_bins(cosines: pd.DataFrame) -> pd.DataFrame:
    """Count cosines in bins of 0.025.

    Parameters
    ----------
    cosines : DataFrame
        space, transform, cosine.

    Returns
    -------
    DataFrame
        space, transform, low, high, density (its integral is 1).
    """
    parts = [
        pd.DataFrame(
            {
                "space": space,
                "transform": transform,
                "low": EDGES[:-1],
                "high": EDGES[1:],
                "density": np.histogram(part["cosine"], EDGES, density=True)[0],
            }
        )
        for (transform, space), part in cosines.groupby(["transform", "space"], sort=False)
    ]
    return pd.concat(parts, ignore_index=True) if parts else cosines.assign(density=0.0)


@styled
def plot_cosines(bins: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw a histogram of each space, one panel a transform.

    Parameters
    ----------
    bins : DataFrame
        Of :func:`cosine_bins`.
    looks : mapping of space → Look
        Their order is that of the legend.
    """
    if not len(bins):
        return None
    transforms = list(dict.fromkeys(bins["transform"]))
    figure, axes = wrapped_panels(len(transforms), len(transforms), 5.2, 3.8)
    for axis, transform in zip(axes.flat, transforms, strict=True):
        here = bins[bins["transform"] == transform]
        for name, look in looks.items():
            density = here.loc[here["space"] == name, "density"]
            if len(density):
                axis.stairs(density, EDGES, lw=1.6, color=look.colour, linestyle=look.line)
        axis.set_title(f"{transform} cosines", fontsize=10)
        axis.set_xlabel("cosine of two random words")
        axis.set_ylabel("density")
        axis.set_xlim(-1, 1)
    for look in looks.values():
        line = Line2D([], [], color=look.colour, linestyle=look.line, lw=1.6, label=look.label)
        axes[0][0].add_line(line)
    legend_below(figure, axes[0][0])
    return figure
