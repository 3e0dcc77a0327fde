"""Figures: tables and looks → matplotlib figures. They compute nothing and choose no backend.

style (colours, markers, hatches), then one figure a module.
"""

from matplotlib.figure import Figure

from compare.figures.context import plot_context
from compare.figures.cosines import plot_cosines
from compare.figures.intervals import plot_intervals
from compare.figures.style import Look, looks, save_figure
from compare.figures.training_curves import plot_training
from compare.figures.word_map import plot_word_map

__all__ = [
    "Figure",
    "Look",
    "looks",
    "plot_context",
    "plot_cosines",
    "plot_intervals",
    "plot_training",
    "plot_word_map",
    "save_figure",
]
