"""The report of a sweep: what options do to each number, made of the cells' folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from compare.comparison.columns import COLUMNS
from compare.comparison.quantities import main_quantities
from compare.comparison.significance import APART, NOT_TESTED
from compare.errors import InputError
from compare.figures import Figure
from compare.figures.style import Look, save_figure
from compare.figures.swept import plot_grid, plot_levels
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.cells import slug, written
from experiments.report.numbers import NBSP, p_value
from experiments.report.report import write_page
from experiments.report.section import Brief, Cell, Shown, Table
from experiments.report.spaces import floors, space_labels, space_looks
from experiments.results.run_folder import RunResults, load_results
from experiments.results.table_check import read_table
from experiments.sweep.effects import (
    SAME,
    Axis,
    asked_of,
    axes_of,
    judged,
    settings_of_cells,
    spreads,
)
from experiments.sweep.frozen import SweepFolder

MOST_BRIEFS = 3

FIGURES = "figures"
"""Folder of the page's pictures, as PNG."""


@dataclass(frozen=True)
class Swept:
    """What the report is made of.

    Attributes
    ----------
    frame : DataFrame
        The sweep's table.
    first : RunResults
        Of the first cell that is done: how spaces are called and drawn.
    """

    sweep: SweepFolder
    frame: pd.DataFrame
    failed: Mapping[int, str]
    first: RunResults

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """What is swept."""
        return axes_of(self.sweep)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What readers call the spaces."""
        return space_labels(self.first)

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """How spaces are drawn."""
        return space_looks(self.first)

    @cached_property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Effects, best settings, spreads."""
        chosen = self.sweep.options.quantities
        asked = [
            one
            for one in asked_of(self.sweep)
            if one.space not in floors(self.first) and (not chosen or one.question.kind in chosen)
        ]
        return (
            *judged(self.sweep, asked),
            spreads(self.sweep, asked),
        )


def write_sweep_report(sweep: SweepFolder, frame: pd.DataFrame, failed: Mapping[int, str]) -> Path:
    """Write the page; of cells that are done.

    Raises
    ------
    InputError
        If none is.
    """
    done = next((cell for cell in sweep.cells if sweep.is_done(cell)), None)
    if done is None:
        raise InputError(f"no cell of {sweep.folder} is done yet: there is nothing to report")
    first = load_results(sweep.run(done))
    coverage = coverage_of_all(sweep)
    first = replace(first, comparison=replace(first.comparison, coverage=coverage))
    swept = Swept(sweep, frame, failed, first)
    parts = [_opening(swept), *_numbers(swept), _spread(swept), _best(swept), _failed(swept)]
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


def coverage_of_all(sweep: SweepFolder) -> pd.DataFrame:
    """List the spaces of all cells that are done, as the first that has one knows it."""
    tables = [
        read_table(sweep.run(cell) / "coverage.csv", COLUMNS["coverage"])
        for cell in sweep.cells
        if sweep.is_done(cell)
    ]
    return pd.concat(tables, ignore_index=True).drop_duplicates("space", ignore_index=True)


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
    briefs += [Brief(_told_effect(swept, row), key=row.quantity) for row in strongest.itertuples()][
        :MOST_BRIEFS
    ]
    seeds = sweep.options.seeds
    options = ", ".join(f"`{axis.name}` ({len(axis.levels)} values)" for axis in swept.axes)
    n_settings = len(set(settings_of_cells(sweep).values()))
    n_done = swept.frame.loc[swept.frame["space"] != "", "cell"].nunique()
    done = "" if n_done == len(sweep.cells) else f" ({n_done} of them done)"
    text = (
        f"{n_settings} settings of {options or 'one option'}, {seeds} "
        f"seed{'s' if seeds > 1 else ''} each: {len(sweep.cells)} runs{done}. Each difference is "
        "tested over the same questions or pairs of words, all of them as one family (Holm). "
        + ("Seeds and items are crossed." if seeds > 1 else "One seed says nothing of others.")
    )
    title = f"What options do: {swept.first.corpus.get('name', sweep.name)}"
    return Shown("opening", 1, title, text, (), briefs=tuple(briefs))


def _told_effect(swept: Swept, row: Any) -> str:
    quantity = _quantity_of(row.quantity)
    told = quantity.title.replace("{judgments}", str(row.judgments))
    way = "more" if row.value > 0 else "less"
    amount = written(quantity, abs(row.value)).replace("%", "points")
    return (
        f"{swept.labels[row.space]}, {told}: {amount} {way} where {row.option} is {row.level} than "
        f"where it is {row.reference}."
    )


def _quantity_of(key: str) -> Quantity:
    return next(one for one in main_quantities() if one.key == key)


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
    settings = settings_of_cells(swept.sweep)
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
        title = quantity.title.replace("{judgments}", judgments)
        title = title[0].upper() + title[1:]
        figure, data = _figure(swept, quantity, rows, title)
        table = _effect_table(swept, quantity, judgments)
        still = [swept.labels[s] for s in swept.looks if s not in moving]
        told = f" No option changes {', '.join(still)}." if still else ""
        findings = () if moving else ("No option changes it.",)
        name = slug(f"{quantity.key} {quantity.method} {judgments}")
        found.append(
            Shown(
                quantity.key if quantity.key in ("analogies", "similarity") else name,
                2,
                title,
                quantity.says,
                (table,) if table is not None else (),
                findings=findings,
                picture=name,
                figure=figure,
                data=data,
                alt=f"{title} over the options",
                caption=_caption(swept) + told,
            )
        )
    return found


def _caption(swept: Swept) -> str:
    if len(swept.axes) == 2:
        return "Each number is the mean over the seeds of a setting."
    return "Marks: means over all other options and seeds. Small dots: means of each seed."


def _figure(
    swept: Swept, quantity: Quantity, rows: pd.DataFrame, title: str
) -> tuple[Figure | None, pd.DataFrame | None]:
    axes = swept.axes
    if not len(rows):
        return None, None
    if len(axes) == 2:
        return _heat_map(swept, quantity, rows)
    parts = []
    for place, axis in enumerate(axes or ()):
        level = rows["setting"].map(lambda setting, place=place: setting[place])
        means = (
            rows.assign(number=level)
            .groupby(["number", "space", "seed"], sort=True, as_index=False)["value"]
            .mean()
        )
        means["level"] = means["number"].map(axis.told)
        parts.append(means.assign(option=_short(axis)))
    if not parts:
        return None, None
    data = pd.concat(parts)[["option", "level", "space", "seed", "value"]]
    order = {space: place for place, space in enumerate(swept.looks)}
    data = data.sort_values("space", key=lambda names: names.map(order), kind="stable")
    return plot_levels(_in_order(data, axes), swept.looks, title), data


def _in_order(data: pd.DataFrame, axes: Sequence[Axis]) -> pd.DataFrame:
    """Sort by option and level, as they are swept."""
    places = {
        (_short(axis), axis.told(level)): (number, level)
        for number, axis in enumerate(axes)
        for level in range(len(axis.levels))
    }
    keys = [places[pair] for pair in zip(data["option"], data["level"], strict=True)]
    return data.assign(_key=keys).sort_values("_key", kind="stable").drop(columns="_key")


def _heat_map(
    swept: Swept, quantity: Quantity, rows: pd.DataFrame
) -> tuple[Figure | None, pd.DataFrame]:
    down, across = swept.axes
    means = rows.groupby(["space", "setting"], sort=False, as_index=False)["value"].mean()
    means = means.sort_values("setting", kind="stable")
    data = pd.DataFrame(
        {
            "space": means["space"],
            "panel": means["space"].map(swept.labels),
            "across": [across.told(setting[1]) for setting in means["setting"]],
            "down": [down.told(setting[0]) for setting in means["setting"]],
            "text": [written(quantity, value) for value in means["value"]],
            "value": means["value"],
        }
    )
    order = {space: place for place, space in enumerate(swept.looks)}
    data = data.sort_values("space", key=lambda names: names.map(order), kind="stable")
    levels = [[axis.told(n) for n in range(len(axis.levels))] for axis in (across, down)]
    figure = plot_grid(data, (_short(across), levels[0]), (_short(down), levels[1]))
    return figure, data.drop(columns="text")


def _short(axis: Axis) -> str:
    return ", ".join(key.removeprefix("models.") for key in axis.keys)


def _effect_table(swept: Swept, quantity: Quantity, judgments: str) -> Table | None:
    found = swept.tables[0]
    rows = found[(found["quantity"] == quantity.key) & (found["judgments"] == judgments)]
    if not len(rows):
        return None
    cells = [
        (
            Cell(swept.labels[row.space]),
            Cell(f"{row.option} {row.level}, not {row.reference}"),
            Cell(written(quantity, row.value, row.low, row.high, signed=True), bool(row.holds)),
            Cell(p_value(row.p_holm) if row.outcome != NOT_TESTED else "–"),
            Cell(row.why if row.outcome == NOT_TESTED else row.outcome),
            Cell(f"{row.n:,}"),
            Cell(f"{row.n_settings:,}"),
        )
        for row in rows.itertuples()
    ]
    columns = ("space", "change", "difference", "p (Holm)", "outcome", "n", "pairs")
    return Table(
        f"effects-{quantity.key}-{slug(judgments)}",
        columns,
        tuple(cells),
        "What each change does, all else equal",
        f"Bold: {APART}. n: units of the test. pairs: of settings that differ in this alone, over "
        "which the difference is the mean. 95 % intervals, of each difference alone.",
        n_text_columns=2,
    )


def _spread(swept: Swept) -> Shown | None:
    found = swept.tables[2]
    if not len(found):
        return None
    sources = list(dict.fromkeys(found["source"]))
    rows = []
    for (space, key, judgments), part in found.groupby(
        ["space", "quantity", "judgments"], sort=False
    ):
        by_source = dict(zip(part["source"], part["sd"], strict=True))
        quantity = _quantity_of(str(key))
        title = quantity.title.replace("{judgments}", str(judgments))
        values = [_written_sd(quantity, by_source.get(source)) for source in sources]
        rows.append((Cell(swept.labels[space]), Cell(title), *map(Cell, values)))
    table = Table(
        "spread",
        ("space", "number", *sources),
        tuple(rows),
        "Standard deviation that each brings",
        "seeds: another seed of the same setting; items: other questions or pairs like these.",
        n_text_columns=2,
    )
    text = (
        "How far a number moves by each option (the means of its values, less what seeds bring), "
        "by the seed, and by which items are asked. An option that moves it less than seeds and "
        "items do needs more of both to be judged."
    )
    return Shown("spread", 2, "What moves the numbers", text, (table,))


def _written_sd(quantity: Quantity, sd: float | None) -> str:
    """Write a standard deviation with two digits, of shares in points."""
    if sd is None or sd != sd:
        return "–"
    return f"{100 * sd:.2g}{NBSP}points" if quantity.unit == "share" else f"{sd:.2g}"


def _best(swept: Swept) -> Shown | None:
    found = swept.tables[1]
    if not len(found):
        return None
    rows = []
    for row in found.itertuples():
        quantity = _quantity_of(row.quantity)
        title = quantity.title.replace("{judgments}", str(row.judgments))
        outcome = row.why if row.outcome == NOT_TESTED else row.outcome
        bounds = (row.difference_low, row.difference_high)
        rows.append(
            (
                Cell(swept.labels[row.space]),
                Cell(title),
                Cell(row.setting),
                Cell(written(quantity, row.value, row.low, row.high), bool(row.holds)),
                Cell(written(quantity, row.first)),
                Cell(written(quantity, row.difference, *bounds, signed=True)),
                Cell(outcome),
            )
        )
    table = Table(
        "best",
        ("space", "number", "best setting", "its score", "first setting", "difference", "outcome"),
        tuple(rows),
        "Chosen on one half, scored on the other",
        f"Bold: {APART} from the first setting of the grid, on the half that did not choose.",
        n_text_columns=3,
    )
    text = (
        "The best of many settings flatters itself on the items that chose it. So each is chosen "
        "on one half of the questions or pairs, and scored on the other."
    )
    return Shown("best", 2, "The best settings", text, (table,))


def _failed(swept: Swept) -> Shown | None:
    cells = {cell.number: cell for cell in swept.sweep.cells}
    rows = tuple(
        (Cell(str(number)), Cell(cells[number].told), Cell(told))
        for number, told in sorted(swept.failed.items())
    )
    if not rows:
        return None
    table = Table("failed", ("cell", "settings", "error"), rows, "Not done", n_text_columns=3)
    text = "These runs ended in an error, and are in none of the numbers above."
    return Shown("failed", 2, "Runs that failed", text, (table,))
