"""Words on two principal components, with an analogy's parallelogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from compare.figures.fonts import drawable
from compare.figures.style import Look, styled, wrapped_panels


@styled
def plot_word_map(
    plane: pd.DataFrame, looks: Mapping[str, Look], analogy: Sequence[str] = ()
) -> Figure | None:
    """Draw the words of each space as a map.

    Parameters
    ----------
    plane : DataFrame
        space, word, x, y, explained (share of the variance).
    looks : mapping of space → Look
        Their order is that of the maps.
    analogy : sequence of four str, optional
        Words a, b, c, d, joined by arrows from a to b and from c to d.
    """
    shown = [name for name in looks if len(plane) and (plane["space"] == name).any()]
    if not shown:
        return None
    n_columns = 2 if len(shown) == 4 else 3 if len(shown) <= 6 else 4
    figure, axes = wrapped_panels(len(shown), n_columns, 4.0, 4.3)
    placed = []
    for axis, name in zip(axes.flat, shown, strict=False):
        points = plane[plane["space"] == name]
        places = _draw_map(axis, points, analogy, looks[name])
        placed.append((axis, places))
        share = points["explained"].iloc[0]
        axis.set_title(f"{looks[name].label} ({100 * share:.0f}\u00a0% of variance)", fontsize=10)
    figure.canvas.draw()  # where the axes lie, known before labels are placed in them
    for axis, places in placed:
        _place_labels(axis, places, analogy)
    return figure


def _draw_map(
    axis: Axes, points: pd.DataFrame, corners: Sequence[str], look: Look
) -> dict[str, tuple[float, float]]:
    """Draw a map without labels; gives the places of its words."""
    places = {w: (x, y) for w, x, y in zip(points["word"], points["x"], points["y"], strict=True)}
    axis.scatter(points["x"], points["y"], s=16, color=look.colour, marker=look.marker, zorder=3)
    if corners and all(word in places for word in corners):
        a, b, c, d = (places[word] for word in corners)
        for start, end in ((a, b), (c, d)):
            axis.annotate(
                "",
                end,
                start,
                arrowprops={"arrowstyle": "->", "color": "#222222", "lw": 1.2},
                zorder=2,
            )
        for start, end in ((a, c), (b, d)):
            axis.plot(*zip(start, end, strict=True), ":", color="#888888", lw=1, zorder=1)
    x, y = points["x"].to_numpy(), points["y"].to_numpy()
    # One unit is as long on both axes, and the longer spread fills the square.
    half = 0.66 * max(np.ptp(x), np.ptp(y), 1e-9)
    for middle, set_limits in (
        ((x.min() + x.max()) / 2, axis.set_xlim),
        ((y.min() + y.max()) / 2, axis.set_ylim),
    ):
        set_limits(middle - half, middle + half)
    axis.set_box_aspect(1)
    axis.set_xticks([])
    axis.set_yticks([])
    for side in ("top", "right"):
        axis.spines[side].set_visible(True)
    for spine in axis.spines.values():
        spine.set_color("#cccccc")
    return places


def _place_labels(axis: Axes, places: dict[str, tuple[float, float]], bold: Sequence[str]) -> None:
    """Set each word beside its point, on the side where it covers least."""
    figure = axis.figure
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    dots = [axis.transData.transform(place) for place in places.values()]
    taken: list[tuple[float, float, float, float]] = [(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    if bold and all(word in places for word in bold):
        a, b, c, d = (axis.transData.transform(places[word]) for word in bold)
        for start, end in ((a, b), (c, d)):  # the arrows, as boxes along them
            steps = np.linspace(start, end, 25)[2:-2]
            taken += [(x - 3, y - 3, x + 3, y + 3) for x, y in steps]
    inside = axis.get_window_extent(renderer)
    sides = (
        (6, 0, "left", "center"),
        (-6, 0, "right", "center"),
        (0, 6, "center", "bottom"),
        (0, -6, "center", "top"),
        (5, 5, "left", "bottom"),
        (-5, 5, "right", "bottom"),
        (5, -5, "left", "top"),
        (-5, -5, "right", "top"),
        (0, 16, "center", "bottom"),
        (0, -16, "center", "top"),
    )
    for word in sorted(places, key=lambda w: w not in bold):
        best = None
        for dx, dy, horizontal, vertical in sides:
            text = axis.annotate(
                drawable(word),
                places[word],
                (dx, dy),
                textcoords="offset points",
                ha=horizontal,
                va=vertical,
                fontsize=9,
                fontweight="bold" if word in bold else "normal",
                parse_math=False,
                zorder=4,
            )
            text.set_in_layout(False)  # a long word takes nothing from the map
            box = text.get_window_extent(renderer)
            extent = (box.x0, box.y0, box.x1, box.y1)
            cost = sum(_common_area(extent, other) for other in taken)
            outside = (box.x0 < inside.x0) + (box.x1 > inside.x1)
            outside += (box.y0 < inside.y0) + (box.y1 > inside.y1)
            cost += 1e4 * outside
            if best is None or cost < best[0]:
                if best is not None:
                    best[1].remove()
                best = (cost, text, extent)
            else:
                text.remove()
            if cost == 0:
                break
        if best is not None:
            taken.append(best[2])


def _common_area(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)
