"""What context adds, against the layer of a language model."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from compare.figures.style import Look, styled, wrapped_panels

PANELS = (
    ("self_similarity", "two occurrences of a word", "cosine, less that of any two words"),
    ("mev", "variance that one vector explains", "share, less that of random words"),
    ("intra_sentence", "words and their sentence", "cosine, less that of any two words"),
)


@styled
def plot_context(layers: pd.DataFrame, looks: Mapping[str, Look]) -> Figure | None:
    """Draw contextuality by layer, one line a model.

    Parameters
    ----------
    layers : DataFrame
        model, layer, self_similarity, mev, intra_sentence.
    looks : mapping of model → Look

    Returns
    -------
    Figure, or None where there are no two layers
    """
    if not len(layers) or layers["layer"].nunique() < 2:
        return None
    figure, axes = wrapped_panels(len(PANELS), len(PANELS), 3.5, 3.1)
    for axis, (column, title, corrected) in zip(axes.flat, PANELS, strict=True):
        for model, part in layers.groupby("model", sort=False):
            look = looks[str(model)]
            drawn = axis.plot(part["layer"], part[column], look.line, marker=look.marker)[0]
            drawn.set(color=look.colour, label=look.label)
        axis.axhline(0, color="#333333", lw=0.8)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("layer (0: no context yet)")
        axis.set_ylabel(corrected)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if layers["model"].nunique() > 1:
        axes[0][0].legend(frameon=False, fontsize=9)
    return figure
