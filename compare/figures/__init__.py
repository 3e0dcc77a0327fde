"""Figures: tables and looks → matplotlib figures. They compute nothing and choose no backend.

style (colours, markers, hatches), then one figure a module.
"""

from matplotlib.figure import Figure

from compare.figures.context import plot_context
from compare.figures.cosines import plot_cosines
from compare.figures.dots import plot_dots
from compare.figures.kinds import plot_kinds
from compare.figures.matrix import plot_matrix
from compare.figures.style import Look, looks, save_figure, svg_of
from compare.figures.training_curves import plot_training
from compare.figures.word_map import plot_word_map

__all__ = [
    "Figure",
    "Look",
    "looks",
    "plot_context",
    "plot_cosines",
    "plot_dots",
    "plot_kinds",
    "plot_matrix",
    "plot_training",
    "plot_word_map",
    "save_figure",
    "svg_of",
]
