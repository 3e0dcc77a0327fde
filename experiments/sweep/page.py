"""The report of a sweep: what options do to each number, made of the cells' folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.quantities import main_quantities
from compare.comparison.significance import NOT_TESTED
from compare.figures.style import save_figure
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.cells import written
from experiments.report.report import write_page
from experiments.report.section import Brief, Finding, Shown
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
        config={"name": sweep.name, "sweep": sweep.options.model_dump(mode="json")},
        environment=swept.first.environment,
    )


def _opening(swept: Swept) -> Shown:
    found, sweep = swept.tables[0], swept.sweep
    tested = found[found["outcome"] != NOT_TESTED]
    held = tested[tested["holds"].astype(bool)]
    briefs = []
    if len(tested):
        if len(tested) == 1:
            text = f"The one difference tested is {'' if len(held) else 'not '}told from chance."
        else:
            text = (
                f"Of {len(tested)} tested differences between values of an option, "
                f"{len(held) or 'none'} {'is' if len(held) < 2 else 'are'} told from chance."
            )
        briefs.append(Brief(text, "headline", key="spread"))
    strongest = held.reindex(held["value"].abs().sort_values(ascending=False).index)
    strongest = strongest.drop_duplicates(["quantity", "method", "judgments", "option"])
    briefs += [_told_effect(swept, row) for row in strongest[:MOST_BRIEFS].itertuples()]
    seeds = sweep.options.seeds
    options = ", ".join(f"`{axis.name}` ({len(axis.levels)} values)" for axis in swept.axes)
    n_settings = len({cell.levels for cell in sweep.cells})
    n_done = swept.frame.loc[swept.frame["space"] != "", "cell"].nunique()
    done = "" if n_done == len(sweep.cells) else f" ({n_done} of them done)"
    text = (
        f"{n_settings} settings of {options or 'one option'}, {seeds} "
        f"seed{'s' if seeds > 1 else ''} each: {len(sweep.cells)} runs{done}. Each difference in "
        "analogies, rated pairs and the company of neighbours is tested over the same questions, "
        "pairs or words, all of them as one family (Holm); other numbers are shown, not tested. "
        + ("Seeds and items are crossed." if seeds > 1 else "One seed says nothing of others.")
    )
    title = f"What options do: {swept.first.corpus.get('name', sweep.name)}"
    return Shown("opening", 1, title, text, (), briefs=tuple(briefs))


def _told_effect(swept: Swept, row: Any) -> Brief:
    question = question_of(row.quantity, row.method, row.judgments)
    way = "more" if row.value > 0 else "less"
    amount = written(question.quantity, abs(row.value)).replace("%", "points")
    return Brief(
        f"{swept.labels[row.space]}, {question.title}: {amount} {way} where {row.option} is "
        f"{row.level} than where it is {row.reference}.",
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
    settings = {cell.number: cell.levels for cell in swept.sweep.cells}
    for quantity, judgments in chosen_quantities(swept.sweep, swept.frame):
        rows = _rows(swept.frame, quantity)
        rows = rows[(rows["judgments"] == judgments) & rows["value"].notna()]
        of_seeds = rows.groupby(["space", "seed"], sort=False)["value"]
        is_moved = (of_seeds.max() - of_seeds.min() > SAME).groupby("space", sort=False).any()
        moving = [space for space in swept.looks if is_moved.get(space, False)]
        is_map = len(swept.axes) == 2  # which has a panel for each space
        shown = moving if is_map or not moving else list(swept.looks)
        rows = rows[rows["space"].isin(shown)].assign(
            setting=lambda table: table["cell"].map(settings)
        )
        title = title_of(quantity, judgments)
        title = title[0].upper() + title[1:]
        figure, data = picture(swept, quantity, rows, title)
        table = effect_table(swept, quantity, judgments)
        still = [swept.labels[s] for s in swept.looks if s not in moving]
        told = f" No option changes {', '.join(still)}." if still else ""
        findings: tuple[Finding, ...] = ()
        if not moving:
            findings = (Finding("No option changes it."),)
        elif table is None:
            findings = (Finding("What options change here is shown, not tested."),)
        name = name_of(quantity, judgments)
        found.append(
            Shown(
                name,
                2,
                title,
                quantity.says,
                (table,) if table is not None else (),
                findings=findings,
                picture=name,
                figure=figure,
                data=data,
                alt=f"{title} over the options",
                caption=caption(swept) + told,
            )
        )
    return found
