"""Columns of numbers as dots with whiskers: what the figures of several sections are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from compare.figures import Figure
from compare.figures.dots import plot_dots
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.quantity_tables import Column, wholes
from experiments.report.spaces import headline_words, space_looks, transforms
from experiments.results.run_folder import RunResults
from experiments.results.tables import joined

NUMBERS = ["value", "low", "high", "chance"]


def drawn_columns(results: RunResults, quantity: Quantity) -> list[Column]:
    """Give what a figure shows of a quantity: for the words of sentences, else for all words."""
    transform = transforms(results)[0]
    for words in dict.fromkeys((headline_words(results), ALL_WORDS)):
        columns = wholes(results, quantity, transform, words=words)
        if kept := [one for one in columns if one.items[0] and one.rows["value"].notna().any()]:
            return kept
    return []


def dot_rows(titled: Sequence[tuple[str, Column]], *, scale: float = 1.0) -> pd.DataFrame:
    """Put columns below each other, a panel each under its title.

    Parameters
    ----------
    scale : float
        What numbers are multiplied by: 100 for percent.
    """
    parts = [
        column.rows[["space"]].join(column.rows[NUMBERS] * scale).assign(panel=title)
        for title, column in titled
    ]
    return joined([pd.DataFrame(columns=["space", *NUMBERS, "panel"]), *parts])


def dots(
    of: str = "", *, is_shared: bool = False
) -> Callable[[RunResults, pd.DataFrame], Figure | None]:
    """Draw such rows; ``of`` and ``is_shared`` as :func:`compare.figures.dots.plot_dots` has."""
    return lambda results, rows: plot_dots(rows, space_looks(results), of=of, is_shared=is_shared)
