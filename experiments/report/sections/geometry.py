"""The shape of each space as a whole."""

from __future__ import annotations

from compare.figures.cosines import cosine_bins, plot_cosines
from compare.measures.quantity import Quantity
from experiments.report.quantity_tables import explained, quantity_tables, words_tables
from experiments.report.section import Picture, Section
from experiments.report.spaces import space_looks

DIRECTIONS = (
    *("IsoScore", "partition isotropy", "effective rank"),
    *("participation ratio", "local dimension", "random pairs"),
)
"""Methods that tell how many directions vectors use; the others are of single words."""


def _group(quantity: Quantity) -> str:
    return "directions in use" if quantity.method in DIRECTIONS else "hubs, lengths and frequency"


GEOMETRY = Section(
    "geometry",
    title="Geometry",
    text=lambda _: explained("geometry"),
    tables=lambda results: [
        *quantity_tables(results, "geometry", group=_group, vectors="vectors"),
        *words_tables(results, "geometry"),
    ],
    picture=Picture(
        "cosines",
        "Cosines of random word pairs",
        lambda results: cosine_bins(results.comparison.cosines),
        lambda results, rows: plot_cosines(rows, space_looks(results)),
    ),
)
