"""How figures look: one colour a family, lightness, marker and hatch within it, plain axes.

Figures take tables and looks, and compute nothing. They are made without pyplot and without a
backend being chosen, so that drawing one changes nothing in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from compare.figures.fonts import families
from compare.storage import atomic_file

STYLE: Any = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e6e6",
    "hatch.linewidth": 0.8,
    "figure.facecolor": "white",
    "savefig.dpi": 160,
    "text.parse_math": False,  # a "$" in a word is a dollar sign
}

FAMILIES = {
    "word2vec": ("#182c49", "#2f4d6f", "#559abc"),
    "counts": ("#32065d", "#ae05d1", "#a96abf"),
    "language model": ("#350f08", "#973f0d", "#e56b1f"),
    "pretrained": ("#122b16", "#1d7c56", "#42a859"),
}
"""The colours of a family, from dark to light; one space has the middle one.

Of eight series, any two differ by CIEDE2000 14 or more, to eyes of each kind, and each has a
contrast of 3 to white.
"""

OTHER = ("#3d4654", "#6b7685", "#b4bcc8")
"""Of families that have no colours."""

FLOOR = "#949494"
"""Of untrained tables."""

HATCHES = ("", "//", "..", "\\\\", "xx", "++")
Line = Literal["-", "--", "-.", ":"]
LINES: tuple[Line, ...] = ("-", "--", "-.", ":")
MARKERS = {"input": "o", "output": "^", "mean": "D", "layer": "s", "untrained": "x"}

Parameters = ParamSpec("Parameters")
Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Look:
    """How a space or a model is drawn."""

    label: str
    colour: str
    hatch: str = ""
    marker: str = "o"
    line: Line = "-"


def looks(
    names: Sequence[str],
    labels: Sequence[str],
    families: Sequence[str],
    roles: Sequence[str] = (),
) -> dict[str, Look]:
    """Give each space (or model) its look.

    Parameters
    ----------
    names : sequence of str
        Spaces as MODEL/TABLE, or models.
    labels, families, roles : sequence of str
        One each; a role of "floor" is an untrained table. No roles: none is.
    """
    kinds = [
        "floor" if role == "floor" else family if family in FAMILIES else "other"
        for family, role in zip(families, roles or [""] * len(names), strict=True)
    ]
    made = {}
    for place, (name, label, kind) in enumerate(zip(names, labels, kinds, strict=True)):
        number, n = kinds[:place].count(kind), kinds.count(kind)
        table = name.partition("/")[2].split("-")[0]
        made[name] = Look(
            label,
            FLOOR if kind == "floor" else _shade(FAMILIES.get(kind, OTHER), number, n),
            "////" if kind == "floor" else HATCHES[number % len(HATCHES)],
            MARKERS.get(table, "o"),
            ":" if kind == "floor" else LINES[number % len(LINES)],
        )
    return made


def _shade(ramp: tuple[str, str, str], number: int, n: int) -> str:
    """Take the ``number``-th of ``n`` colours along a ramp."""
    where = 1.0 if n == 1 else 2 * number / (n - 1)
    channels = zip(*(to_rgb(colour) for colour in ramp), strict=True)
    red, green, blue = (float(np.interp(where, (0, 1, 2), channel)) for channel in channels)
    return to_hex((red, green, blue))


def styled(draw: Callable[Parameters, Drawn]) -> Callable[Parameters, Drawn]:
    """Draw with this style, and leave matplotlib's settings as they were."""

    @wraps(draw)
    def with_style(*args: Parameters.args, **more: Parameters.kwargs) -> Drawn:
        with mpl.rc_context({**STYLE, "font.family": list(families())}):
            return draw(*args, **more)

    return with_style


class ShownFigure(Figure):
    """A figure that a notebook shows, whether or not pyplot has been set up there."""

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()


def panels(
    n_rows: int, n_columns: int, width: float, height: float, **shared: Any
) -> tuple[Figure, Any]:
    """Make a figure of panels, each ``width`` by ``height`` inches.

    Returns
    -------
    (Figure, ndarray of Axes (n_rows, n_columns))
    """
    figure = ShownFigure(figsize=(width * n_columns, height * n_rows), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(n_rows, n_columns, squeeze=False, **shared)


NARROW = 4.3
"""Inches of a figure that is read on a phone."""

_is_narrow: ContextVar[bool] = ContextVar("is_narrow", default=False)


@contextmanager
def narrow() -> Iterator[None]:
    """Draw for a narrow screen, as long as this is open: panels stand below each other."""
    token = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(token)


def wrapped_panels(
    n: int, n_columns: int, width: float, height: float, **shared: Any
) -> tuple[Figure, Any]:
    """Make a figure of ``n`` panels, at most ``n_columns`` a line; in :func:`narrow` one.

    Returns
    -------
    (Figure, ndarray of Axes (n_rows, at most n_columns))
        Panels beyond ``n`` are hidden.
    """
    n_columns = 1 if _is_narrow.get() else min(n, n_columns)
    width = min(width, NARROW) if _is_narrow.get() else width
    figure, axes = panels(-(-n // n_columns), n_columns, width, height, **shared)
    for axis in axes.flat[n:]:
        axis.set_visible(False)
    return figure, axes


def bare(axis: Axes) -> None:
    """Leave a map of cells without lines around and between them."""
    axis.grid(visible=False)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def legend_below(figure: Figure, axis: Axes) -> None:
    """Set one legend under all panels."""
    handles, texts = axis.get_legend_handles_labels()
    width = figure.get_figwidth()
    longest = max((len(text) for text in texts), default=1)
    n_columns = max(1, min(len(texts), int(width / (0.6 + 0.085 * longest))))
    figure.legend(handles, texts, loc="outside lower center", ncols=n_columns, frameon=False)


@styled
def svg_of(figure: Figure) -> bytes:
    """Write an SVG: equal figures, equal bytes; letters are drawn, so that no font is needed."""
    picture = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "embcontrast", "svg.fonttype": "path"}):
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    _keep_layout(figure)
    return picture.getvalue()


@styled
def save_figure(figure: Figure, path: Path) -> None:
    """Write a PNG file: equal figures, equal bytes."""
    with atomic_file(path) as temporary:
        # Without the version of matplotlib, equal pictures are equal bytes.
        figure.savefig(temporary, format="png", metadata={"Software": None})
    _keep_layout(figure)


def _keep_layout(figure: Figure) -> None:
    """Keep what was laid out when a picture was drawn: the next one has the same places, sooner."""
    figure.set_layout_engine("none")
