"""The report of a sweep: what options do to each number, made of the cells' folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.quantities import main_quantities
from compare.comparison.significance import NOT_TESTED
from compare.figures.style import narrow, save_figure
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import MARGINS, Quantity
from experiments.report.cells import written
from experiments.report.phrases import capitalised
from experiments.report.report import write_page
from experiments.report.section import Brief, Finding, Shown
from experiments.results.tables import joined
from experiments.sweep.effects import SAME
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.items import question_of, title_of
from experiments.sweep.page_tables import (
    best_section,
    effect_table,
    failed_section,
    name_of,
    spread_section,
)
from experiments.sweep.pictures import caption, picture
from experiments.sweep.swept import Swept, read_swept

MOST_BRIEFS = 3

_ONE_SEED = ", for this one seed"

FIGURES = "figures"
"""Folder of the page's pictures, as PNG."""


def write_sweep_report(sweep: SweepFolder, frame: pd.DataFrame, failed: Mapping[int, str]) -> Path:
    """Write the page; of cells that are done.

    Raises
    ------
    InputError
        If none is, or one is damaged.
    """
    swept = read_swept(sweep, frame, failed)
    parts = [_opening(swept), *_numbers(swept), spread_section(swept)]
    parts += [best_section(swept), failed_section(swept)]
    shown = [one for one in parts if one is not None]
    for one in shown:
        if one.figure is not None:
            save_figure(one.figure, sweep.folder / FIGURES / f"{one.picture}.png")
    return write_page(
        shown,
        sweep.folder / "report.html",
        config={
            "name": sweep.name,
            "sweep": sweep.options.model_dump(mode="json"),
            "first_cell": swept.first.config,
        },
        environment=swept.first.environment,
    )


def _opening(swept: Swept) -> Shown:
    found, sweep = swept.tables[0], swept.sweep
    tested = found[found["outcome"] != NOT_TESTED]
    held = tested[tested["holds"].astype(bool)]
    briefs, seeds = [], sweep.options.seeds
    if len(tested):
        strongest = _strongest(held)
        text = _headline(len(tested), len(held), "" if swept.has_seeds else _ONE_SEED)
        if 0 < len(strongest) < len(held):
            text += " Among them:"
        briefs.append(Brief(text, "headline"))
        briefs += [_told_effect(swept, row) for row in strongest]
    options = ", ".join(f"`{axis.name}` ({len(axis.levels)} values)" for axis in swept.axes)
    n_settings = len({cell.levels for cell in sweep.cells})
    n_done = swept.frame.loc[swept.frame["space"] != "", "cell"].nunique()
    done = "" if n_done == len(sweep.cells) else f" ({n_done} of them done)"
    text = (
        f"{n_settings} settings of {options or 'one option'}, {seeds} "
        f"seed{'s' if seeds > 1 else ''} each: {len(sweep.cells)} runs{done}. Each difference in "
        "analogies, rated pairs and the company of neighbours is tested, where it can be, over the "
        "same questions, pairs or words, all of them as one family (Holm); other numbers are "
        "shown, not tested. "
        + (
            "Seeds and items are crossed."
            if swept.has_seeds
            else "One seed says nothing of others: only other items are in the intervals."
        )
    )
    title = f"What options do: {swept.first.corpus.get('name', sweep.name)}"
    return Shown("opening", 1, title, text, (), briefs=tuple(briefs))


def _headline(n_tested: int, n_held: int, limit: str) -> str:
    if n_tested == 1:
        return f"The one difference tested is {'' if n_held else 'not '}told from chance{limit}."
    return (
        f"Of {n_tested} tested differences between values of an option, {n_held or 'none'} "
        f"{'is' if n_held < 2 else 'are'} told from chance{limit}."
    )


def _strongest(held: pd.DataFrame) -> list[Any]:
    """Pick the largest effects, as units go, one of each number and option."""
    found: dict[tuple[str, ...], Any] = {}
    for row in sorted(held.itertuples(), key=_size, reverse=True):
        found.setdefault((*_of(row), row.option), row)
    return list(found.values())[:MOST_BRIEFS]


def _size(effect: Any) -> float:
    return float(abs(effect.value) / MARGINS[question_of(*_of(effect)).quantity.unit])


def _of(row: Any) -> tuple[str, str, str]:
    return row.quantity, row.method, row.judgments


def _told_effect(swept: Swept, row: Any) -> Brief:
    question = question_of(*_of(row))
    way = "more" if row.value > 0 else "less"
    amount = written(question.quantity, abs(row.value)).replace("%", "points")
    return Brief(
        f"{swept.labels[row.space]}, {question.title}: {amount} {way} with {row.changed} than "
        f"with {row.against}.",
        key=name_of(question.quantity, question.judgments),
    )


def chosen_quantities(sweep: SweepFolder, frame: pd.DataFrame) -> list[tuple[Quantity, str]]:
    """List the quantities that are shown, each with its judgments."""
    named = sweep.options.quantities
    found = []
    for quantity in main_quantities():
        if named and quantity.key not in named:
            continue
        rows = _rows(frame, quantity)
        found += [(quantity, str(one)) for one in dict.fromkeys(rows["judgments"])]
    return found


def _rows(frame: pd.DataFrame, quantity: Quantity) -> pd.DataFrame:
    rows = frame[(frame["quantity"] == quantity.key) & (frame["words"] == ALL_WORDS)]
    rows = rows[rows["candidates"] == quantity.candidates]
    methods = [
        one
        for one in rows["method"].unique()
        if quantity.is_named(quantity.key, one, quantity.candidates)
    ]
    rows = rows[rows["method"].isin(methods)]
    return rows[rows["transform"] == rows["transform"].iloc[0]] if len(rows) else rows


def _numbers(swept: Swept) -> list[Shown]:
    """Show each quantity over the options, with the tests of its differences."""
    found = []
    for quantity, judgments in chosen_quantities(swept.sweep, swept.frame):
        rows, is_cut = _values(swept, quantity, judgments)
        if len(rows) or is_cut:  # else not one of its items has all its words
            found.append(_section(swept, quantity, judgments, rows, is_cut))
    return found


def _values(swept: Swept, quantity: Quantity, judgments: str) -> tuple[pd.DataFrame, bool]:
    """Give a quantity of every cell: space, setting, seed, value.

    Where not all cells have all items, they are scored on those that all have, as in tests: the
    second value says whether that is so.
    """
    settings = {cell.number: cell.levels for cell in swept.sweep.cells}
    rows = _rows(swept.frame, quantity)
    rows = rows[(rows["judgments"] == judgments) & rows["value"].notna()]
    rows = rows.assign(setting=rows["cell"].map(settings))[["space", "setting", "seed", "value"]]
    cut = {
        one.space: one.values()
        for one in swept.asked
        if (one.question.quantity, one.question.judgments) == (quantity, judgments)
        and not one.is_of_all
    }
    kept = rows[~rows["space"].isin(list(cut))]
    return joined([kept, *(one.assign(space=space) for space, one in cut.items())]), bool(cut)


def _section(
    swept: Swept, quantity: Quantity, judgments: str, rows: pd.DataFrame, is_cut: bool
) -> Shown:
    by_seed = rows.groupby(["space", "seed"], sort=False)["value"]
    is_moved = (by_seed.max() - by_seed.min() > SAME).groupby("space", sort=False).any()
    n_settings = rows.groupby(["space", "seed"], sort=False)["setting"].nunique()
    is_compared = n_settings.groupby("space", sort=False).max() > 1  # within a seed
    moving = [space for space in swept.looks if is_moved.get(space, False)]
    is_map = len(swept.axes) == 2  # which has a panel for each space
    shown = moving if is_map or not moving else list(swept.looks)
    rows = rows[rows["space"].isin(shown)]
    title = capitalised(title_of(quantity, judgments))
    figure, data = picture(swept, quantity, rows, title)
    small = None
    if figure is not None:
        with narrow():
            small, _ = picture(swept, quantity, rows, title)
    table = effect_table(swept, quantity, judgments)
    still = [swept.labels[s] for s in swept.looks if s not in moving and is_compared.get(s, False)]
    told = f" No option changes {', '.join(still)}." if still and moving else ""
    name = name_of(quantity, judgments)
    return Shown(
        name,
        2,
        title,
        quantity.says,
        (table,) if table is not None else (),
        findings=_findings(len(rows), bool(moving), bool(still), table is not None),
        picture=name,
        figure=figure,
        narrow=small,
        data=data,
        alt=f"{title} over the options",
        caption=caption(swept) + told + (CUT if is_cut else ""),
    )


CUT = " Not all runs have all items: numbers are taken over those that all have."


def _findings(
    n_values: int, is_moved: bool, is_compared: bool, is_tested: bool
) -> tuple[Finding, ...]:
    """Say in a sentence what neither picture nor table shows."""
    if not n_values:
        return (Finding("No item is in all runs, so nothing can be set beside each other."),)
    if is_moved:
        told = "" if is_tested else "What options change here is shown, not tested."
    else:
        told = f"No option changes {'its mean' if is_tested else 'it'}." if is_compared else ""
    return (Finding(told),) if told else ()
