"""Figures of a report: they take results and compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from compare.judgments.judgments import ALL_RELATIONS
from compare.storage import atomic_file
from experiments.labels import label, model_label
from experiments.results import RunResults

COLOURS = {
    "gensim-input": "#1f5f8b",
    "gensim-output": "#7fa8c4",
    "gensim-mean": "#4f86ab",
    "torch-input": "#2a9d8f",
    "torch-output": "#92cdc6",
    "torch-mean": "#5fb5aa",
    "ppmi-input": "#7b4b94",
    "gpt-input": "#c8553d",
    "gpt-output": "#e0a458",
    "gpt-random": "#9a9a9a",
}
_OTHER_COLOURS = ("#1f5f8b", "#c8553d", "#2a9d8f", "#e0a458", "#7b4b94", "#588157", "#9a9a9a")

_STYLE: Any = {
    "font.size": 10,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e6e6",
    "figure.facecolor": "white",
    "savefig.dpi": 160,
    "text.parse_math": False,  # a "$" in a word is a dollar sign
}


def write_figures(results: RunResults, folder: Path) -> dict[str, Path]:
    """Draw all figures that the results have data for; returns name → PNG file."""
    comparison = results.comparison
    names = list(comparison.coverage["space"])
    drawn: dict[str, Figure | None] = {}
    with plt.rc_context(_STYLE):
        drawn["training"] = _training_curves(results.history)
        drawn["map"] = _maps(comparison.plane, names, results)
        drawn["analogies"] = _analogies(comparison.measurements, names)
        drawn["similarity"] = _similarity(comparison.measurements, names)
        drawn["context"] = _context(results.context_layers)
        drawn["cosines"] = _cosines(comparison.cosines, names)
        paths = {}
        for name, figure in drawn.items():
            path = folder / f"{name}.png"
            if figure is None:
                path.unlink(missing_ok=True)
                continue
            with atomic_file(path) as temporary:
                # Without the version of matplotlib, equal pictures are equal bytes.
                figure.savefig(temporary, format="png", metadata={"Software": None})
            plt.close(figure)
            paths[name] = path
    return paths


def _colour(space: str, names: Sequence[str]) -> str:
    return COLOURS.get(space, _OTHER_COLOURS[list(names).index(space) % len(_OTHER_COLOURS)])


def _training_curves(history: pd.DataFrame) -> Figure | None:
    """Loss against text seen; each model's losses are its own kind and not comparable."""
    if not len(history):
        return None
    models = list(dict.fromkeys(history["model"]))
    figure, axes = plt.subplots(
        1, len(models), figsize=(3.6 * len(models) + 0.4, 3.1), squeeze=False, layout="constrained"
    )
    for axis, model in zip(axes[0], models, strict=True):
        curve = history[history["model"] == model]
        unit = "pair" if model in ("gensim", "torch") else "token"
        seen = curve["seen"] / 1e6
        for column, style, name in (
            ("training_loss", "-", "training"),
            ("validation_loss", "--", "held-out"),
        ):
            if curve[column].notna().any():
                colour = COLOURS.get(f"{model}-input", "#444444")
                axis.plot(seen, curve[column], style, color=colour, label=name, marker="o", ms=3)
        axis.set_title(model_label(model), fontsize=10)
        axis.set_xlabel(f"million {curve['unit'].iloc[0]} seen")
        axis.set_ylabel(f"loss, nats a {unit}")
        axis.legend(frameon=False, fontsize=9)
    # The held-out loss of both word2vec trainers is the same measure: one scale for both.
    alike = [axis for axis, model in zip(axes[0], models, strict=True) if model != "gpt"]
    limits = [axis.get_ylim() for axis in alike]
    for axis in alike:
        axis.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
    return figure


def _maps(plane: pd.DataFrame, names: Sequence[str], results: RunResults) -> Figure | None:
    """Words on two principal components, with the example analogy's parallelogram."""
    if not len(plane):
        return None
    shown = [name for name in names if (plane["space"] == name).any()]
    n_columns = min(3 if len(shown) <= 6 else 4, len(shown))
    n_rows = -(-len(shown) // n_columns)
    figure, axes = plt.subplots(
        n_rows,
        n_columns,
        figsize=(4.0 * n_columns, 4.3 * n_rows),
        squeeze=False,
        layout="constrained",
    )
    example = results.comparison.example
    corners = example[0]["analogy"] if example else []
    for axis in axes.flat:
        axis.set_visible(False)
    for axis, name in zip(axes.flat, shown, strict=False):
        axis.set_visible(True)
        _draw_map(axis, plane[plane["space"] == name], corners, _colour(name, names))
        share = plane.loc[plane["space"] == name, "explained"].iloc[0]
        axis.set_title(f"{label(name)} ({100 * share:.0f}\u00a0% of variance)", fontsize=10)
    return figure


def _draw_map(axis: Axes, points: pd.DataFrame, corners: Sequence[str], colour: str) -> None:
    places = {w: (x, y) for w, x, y in zip(points["word"], points["x"], points["y"], strict=True)}
    axis.scatter(points["x"], points["y"], s=14, color=colour, zorder=3)
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
    _place_labels(axis, places, corners)
    axis.set_xticks([])
    axis.set_yticks([])
    for side in ("top", "right"):
        axis.spines[side].set_visible(True)
    for spine in axis.spines.values():
        spine.set_color("#cccccc")


def _place_labels(axis: Axes, places: dict[str, tuple[float, float]], bold: Sequence[str]) -> None:
    """Set each word beside its point, on the side where it covers least."""
    figure = axis.figure
    figure.canvas.draw()
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
                word,
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


def _bars(
    axis: Axes, rows: Sequence[pd.DataFrame], names: Sequence[str], groups: Sequence[str]
) -> None:
    """Draw grouped bars with intervals: a group a position, a space a bar."""
    width = 0.8 / max(len(names), 1)
    for number, (name, row) in enumerate(zip(names, rows, strict=True)):
        x = np.arange(len(groups)) + (number - (len(names) - 1) / 2) * width
        value = row["value"].to_numpy(dtype=float)
        errors = np.vstack([value - row["low"], row["high"] - value]).astype(float)
        errors = np.clip(np.nan_to_num(errors), 0, None)
        axis.bar(x, value, 0.92 * width, color=_colour(name, names), label=label(name))
        axis.errorbar(x, value, errors, fmt="none", ecolor="#333333", elinewidth=1, capsize=2)
    axis.set_xticks(np.arange(len(groups)), groups)
    axis.grid(visible=False, axis="x")


def _legend_below(figure: Figure, axis: Axes) -> None:
    handles, texts = axis.get_legend_handles_labels()
    figure.legend(
        handles, texts, loc="outside lower center", ncols=min(3, len(texts)), frameon=False
    )


def _analogies(measurements: pd.DataFrame, names: Sequence[str]) -> Figure | None:
    rows = measurements[
        (measurements["measure"] == "analogies") & (measurements["relation"] == ALL_RELATIONS)
    ]
    rows = rows[rows["n_used"] > 0]
    if not len(rows):
        return None
    judgments = list(dict.fromkeys(rows["judgments"]))
    transforms = list(dict.fromkeys(rows["transform"]))
    figure, axes = plt.subplots(
        len(judgments),
        len(transforms),
        figsize=(5.2 * len(transforms), 3.3 * len(judgments) + 0.6),
        squeeze=False,
        sharey="row",
        layout="constrained",
    )
    wanted = [
        ("3CosAdd", "excluded", "3CosAdd"),
        ("3CosAdd", "honest", "3CosAdd,\nhonest"),
        ("3CosMul", "excluded", "3CosMul"),
        ("only-c", "excluded", "only-c\n(baseline)"),
    ]
    for row_axes, one_set in zip(axes, judgments, strict=True):
        for axis, transform in zip(row_axes, transforms, strict=True):
            part = rows[(rows["judgments"] == one_set) & (rows["transform"] == transform)]
            tables = []
            for name in names:
                of_space = part[part["space"] == name].set_index(["method", "candidates"])
                order = [(method, candidates) for method, candidates, _ in wanted]
                tables.append(of_space.loc[order, ["value", "low", "high"]] * 100)
            _bars(axis, tables, names, [text for *_, text in wanted])
            axis.set_title(f"{one_set}, {transform} cosines", fontsize=10)
            axis.set_ylim(0, None)
            axis.yaxis.set_tick_params(labelleft=True)
            axis.set_ylabel("questions answered right, %")
    _legend_below(figure, axes[0][0])
    return figure


def _similarity(measurements: pd.DataFrame, names: Sequence[str]) -> Figure | None:
    rows = measurements[
        (measurements["measure"] == "similarity")
        & (measurements["method"] == "Spearman")
        & (measurements["relation"] == ALL_RELATIONS)
        & measurements["value"].notna()
    ]
    if not len(rows):
        return None
    judgments = list(dict.fromkeys(rows["judgments"]))
    transforms = list(dict.fromkeys(rows["transform"]))
    figure, axes = plt.subplots(
        1,
        len(transforms),
        figsize=(5.2 * len(transforms), 3.8),
        squeeze=False,
        sharey="row",
        layout="constrained",
    )
    for axis, transform in zip(axes[0], transforms, strict=True):
        tables = []
        for name in names:
            part = rows[(rows["space"] == name) & (rows["transform"] == transform)]
            tables.append(part.set_index("judgments").reindex(judgments)[["value", "low", "high"]])
        _bars(axis, tables, names, judgments)
        axis.axhline(0, color="#333333", lw=0.8)
        axis.set_title(f"{transform} cosines", fontsize=10)
        axis.yaxis.set_tick_params(labelleft=True)
        axis.set_ylabel("Spearman's ρ with human ratings")
    _legend_below(figure, axes[0][0])
    return figure


def _context(layers: pd.DataFrame) -> Figure | None:
    """Contextuality against the layer, one line a model."""
    if not len(layers) or layers["layer"].nunique() < 2:
        return None
    figure, axes = plt.subplots(1, 3, figsize=(10.4, 3.0), layout="constrained")
    models = layers["space"].str.replace(r"-layer-.*", "", regex=True)
    for axis, (column, title) in zip(
        axes,
        (
            ("self_similarity", "two occurrences of a word"),
            ("mev", "variance that one vector explains"),
            ("intra_sentence", "words and their sentence"),
        ),
        strict=True,
    ):
        for number, (model, part) in enumerate(layers.groupby(models, sort=False)):
            colour = COLOURS.get(f"{model}-input", _OTHER_COLOURS[number % len(_OTHER_COLOURS)])
            axis.plot(
                part["layer"], part[column], marker="o", color=colour, label=model_label(str(model))
            )
        axis.axhline(0, color="#333333", lw=0.8)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("layer (0: embeddings)")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].set_ylabel("corrected for the mean cosine")
    axes[1].set_ylabel("corrected for chance")
    axes[2].set_ylabel("corrected for the mean cosine")
    if models.nunique() > 1:
        axes[0].legend(frameon=False, fontsize=9)
    return figure


def _cosines(cosines: pd.DataFrame, names: Sequence[str]) -> Figure | None:
    if not len(cosines):
        return None
    transforms = list(dict.fromkeys(cosines["transform"]))
    figure, axes = plt.subplots(
        1,
        len(transforms),
        figsize=(5.2 * len(transforms), 3.8),
        squeeze=False,
        layout="constrained",
    )
    edges = np.linspace(-1, 1, 81)
    for axis, transform in zip(axes[0], transforms, strict=True):
        for name in names:
            values = cosines.loc[
                (cosines["space"] == name) & (cosines["transform"] == transform), "cosine"
            ]
            axis.hist(
                values,
                edges,
                density=True,
                histtype="step",
                lw=1.6,
                color=_colour(name, names),
                label=label(name),
            )
        axis.set_title(f"{transform} cosines", fontsize=10)
        axis.set_xlabel("cosine of two random words")
        axis.set_ylabel("density")
        axis.set_xlim(-1, 1)
    _legend_below(figure, axes[0][0])
    return figure
