"""The shape of each space as a whole."""

from __future__ import annotations

from compare.figures.cosines import cosine_bins, plot_cosines
from experiments.report.quantity_tables import explained, quantity_tables, words_tables
from experiments.report.section import Picture, Section
from experiments.report.spaces import space_looks

GEOMETRY = Section(
    "geometry",
    title="Geometry",
    text=lambda _: explained("geometry"),
    tables=lambda results: [
        *quantity_tables(results, "geometry", vectors="vectors"),
        *words_tables(results, "geometry"),
    ],
    picture=Picture(
        "cosines",
        "Cosines of random word pairs",
        lambda results: cosine_bins(results.comparison.cosines),
        lambda results, rows: plot_cosines(rows, space_looks(results)),
    ),
)
