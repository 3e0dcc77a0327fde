"""Columns of numbers as dots with whiskers: what the figures of several sections are made of."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compare.figures import Figure
from compare.figures.dots import plot_dots
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.quantity_tables import Column, wholes
from experiments.report.spaces import headline_words, space_looks, transforms
from experiments.results.run_folder import RunResults

NUMBERS = ["value", "low", "high", "chance"]


def drawn_columns(results: RunResults, quantity: Quantity) -> list[Column]:
    """Give what a figure shows of a quantity: for the words of sentences, else for all words."""
    transform = transforms(results)[0]
    for words in dict.fromkeys((headline_words(results), ALL_WORDS)):
        columns = wholes(results, quantity, transform, words=words)
        if kept := [one for one in columns if one.items[0] and one.rows["value"].notna().any()]:
            return kept
    return []


def dots_of(
    results: RunResults,
    titled: Sequence[tuple[str, Column]],
    *,
    of: str = "",
    scale: float = 1.0,
    is_shared: bool = False,
) -> Figure | None:
    """Draw columns, a panel each under its title; None where there is none.

    Parameters
    ----------
    scale : float
        What numbers are multiplied by: 100 for percent.
    of, is_shared
        As :func:`compare.figures.dots.plot_dots` takes them.
    """
    parts = [
        column.rows[["space"]].join(column.rows[NUMBERS] * scale).assign(panel=title)
        for title, column in titled
    ]
    if not parts:
        return None
    drawn = pd.concat(parts, ignore_index=True)
    return plot_dots(drawn, space_looks(results), of=of, is_shared=is_shared)
