"""Tables of the quantities of a section: one row a space, one column a number.

Everything follows from the ``Quantity`` records: a new one appears here, in bold, in LaTeX and on
the terminal without a further line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from compare.comparison import quantities as known
from compare.judgments.strata import ALL_WORDS, ONE_TOKEN, SPLIT
from compare.measures.quantity import ALL, Quantity
from experiments.pages.escapes import markdown_escaped
from experiments.report.cells import (
    outcomes,
    picked_tests,
    slug,
    value_cells,
    written,
    written_chance,
)
from experiments.report.numbers import count
from experiments.report.section import Cell, Table
from experiments.report.spaces import floors, space_labels, space_names, transforms
from experiments.results.run_folder import RunResults

NOUNS = {
    "company": "words",
    "analogies": "questions",
    "similarity": "pairs",
    "lexicon": "items",
    "space": "words",
}
"""What a quantity's items are called, by what it asks for."""

KINDS = {
    ONE_TOKEN: "words of one token",
    ALL_WORDS: "all words",
    SPLIT: "words that are split",
}
"""How tables name the kinds of words."""


@dataclass(frozen=True)
class Column:
    """A number of all spaces: a quantity, asked with one set of judgments."""

    quantity: Quantity
    judgments: str
    rows: pd.DataFrame
    words: str = ALL_WORDS

    @property
    def heading(self) -> str:
        """Name it, judgments filled in."""
        return _filled(self.quantity, self.rows, judgments=self.judgments)

    @property
    def short_heading(self) -> str:
        """Name it where the table says already which judgments are meant."""
        title = self.quantity.title.replace(" ({judgments})", "")
        return _filled(self.quantity, self.rows, title=title, judgments=self.judgments)

    @property
    def items(self) -> tuple[int, int]:
        """Count what was used and what was missing."""
        return int(self.rows["n"].iloc[0]), int(self.rows["n_missing"].iloc[0])

    @property
    def chance(self) -> str:
        """Write what guessing reaches, the mean over spaces; empty where unknown."""
        chance = self.rows["chance"].mean()
        is_plain = self.quantity.unit == "correlation"  # that chance is 0 goes without saying
        return "" if chance != chance or is_plain else written_chance(self.quantity, chance)


def rows_of(
    measurements: pd.DataFrame, quantity: Quantity, *, words: str = ALL_WORDS
) -> pd.DataFrame:
    """Pick the rows of a quantity, of all spaces, judgments, parts and transforms."""
    rows = measurements[measurements["quantity"] == quantity.key]
    rows = rows[(rows["words"] == words) & (rows["candidates"].fillna("") == quantity.candidates)]
    methods = [one for one in rows["method"].unique() if _is_named(quantity, one)]
    return rows[rows["method"].isin(methods)]


def _is_named(quantity: Quantity, method: str) -> bool:
    return quantity.is_named(quantity.key, method, quantity.candidates)


def wholes(
    results: RunResults,
    quantity: Quantity,
    transform: str,
    *,
    judgments: str | None = None,
    words: str = ALL_WORDS,
) -> list[Column]:
    """Give a column for each set of judgments that the quantity was asked with."""
    rows = rows_of(results.comparison.measurements, quantity, words=words)
    rows = rows[rows["relation"].fillna("").isin([ALL, ""]) & (rows["transform"] == transform)]
    of_set = rows["judgments"].fillna("")
    asked = list(dict.fromkeys(of_set)) if judgments is None else [judgments]
    columns = (Column(quantity, one, rows[of_set == one], words) for one in asked)
    return [column for column in columns if len(column.rows)]


def column_tests(
    results: RunResults, column: Column, transform: str, *, is_part: bool = False
) -> pd.DataFrame:
    """Pick the tests of a column's numbers; see :func:`experiments.report.cells.picked_tests`."""
    return picked_tests(
        results.comparison.differences,
        column.quantity,
        column.judgments,
        transform,
        words=column.words,
        is_part=is_part,
    )


def column_cells(results: RunResults, column: Column, transform: str) -> list[Cell]:
    """Write a column, a cell a space."""
    tests = column_tests(results, column, transform)
    return value_cells(
        column.quantity,
        column.rows,
        space_names(results),
        outcomes(tests),
        ground=floors(results),
    )


def by_space(
    results: RunResults,
    name: str,
    headings: Iterable[str],
    columns: Iterable[Sequence[Cell]],
    title: str = "",
) -> Table:
    """Set columns side by side, one row a space."""
    labels = space_labels(results)
    spaces = [Cell(labels[space]) for space in space_names(results)]
    rows = tuple(zip(spaces, *columns, strict=True))
    return Table(name, ("space", *headings), rows, title)


def _one_group(_: Quantity) -> str:
    return ""


def quantity_tables(
    results: RunResults,
    section: str,
    *,
    group: Callable[[Quantity], str] = _one_group,
    first: Sequence[str] = (),
    heading: Callable[[Quantity], str] | None = None,
    vectors: str = "cosines",
    words_first: str = ALL_WORDS,
) -> list[Table]:
    """Tabulate a section's quantities, of each transform.

    Parameters
    ----------
    group : callable
        Parts the quantities: each group of one name is a table of its own.
    first : sequence of str
        Groups that stand before the others, in their order.
    heading : callable, optional
        Names a column; else its title.
    vectors : str
        What a transform is of, for the title.
    words_first : str
        The kind of words whose tables, with the first transform, stand before those of all words.

    Returns
    -------
    list of Table
        Where several quantities of a group are asked with a set of judgments, that set has a table
        of its own; else the sets stand side by side.
    """
    quantities = known.quantities_of(section)
    tables = []
    shown = [(ALL_WORDS, transform) for transform in transforms(results)]
    if words_first != ALL_WORDS:
        shown.insert(0, (words_first, transforms(results)[0]))
    for words, transform in shown:
        found = [
            column for one in quantities for column in wholes(results, one, transform, words=words)
        ]
        kind = KINDS[words] if words_first != ALL_WORDS else ""
        for judgments, columns in _sets(found, group):
            for title, part in _groups(columns, group, first):
                where = f"{transform} {vectors}"
                told = ", ".join(text for text in (judgments, kind, where, title) if text)
                own = "" if words == ALL_WORDS else words
                name = "-".join(
                    slug(text) for text in (section, judgments, own, transform, title) if text
                )
                tables.append(
                    _table(results, name, told, part, transform, bool(judgments), heading)
                )
    return tables


def _sets(
    columns: Sequence[Column], group: Callable[[Quantity], str]
) -> list[tuple[str, list[Column]]]:
    """Part columns by judgments, where any group holds two quantities of one set."""
    seen = [(group(column.quantity), column.judgments) for column in columns]
    if len(set(seen)) == len(seen):
        return [("", list(columns))] if columns else []
    sets = dict.fromkeys(column.judgments for column in columns)
    return [(one, [column for column in columns if column.judgments == one]) for one in sets]


def _groups(
    columns: Sequence[Column], group: Callable[[Quantity], str], first: Sequence[str]
) -> list[tuple[str, list[Column]]]:
    groups: dict[str, list[Column]] = {title: [] for title in first}
    for column in columns:
        groups.setdefault(group(column.quantity), []).append(column)
    return [(title, part) for title, part in groups.items() if part]


def _table(
    results: RunResults,
    name: str,
    title: str,
    columns: Sequence[Column],
    transform: str,
    has_one_set: bool,
    heading: Callable[[Quantity], str] | None,
) -> Table:
    """Set columns side by side; what all have in common stands in the title."""
    notes = [_note(column) for column in columns]
    is_common = len(columns) > 1 and len(set(notes)) == 1 and has_one_set
    if is_common:
        title, notes = f"{title}{': ' if notes[0] else ''}{notes[0]}", [""] * len(columns)
    headings = []
    for column, note in zip(columns, notes, strict=True):
        own = column.short_heading if has_one_set else column.heading
        headings.append(noted(heading(column.quantity) if heading else own, note))
    cells = [column_cells(results, column, transform) for column in columns]
    return by_space(results, name, headings, cells, title)


def noted(heading: str, note: str) -> str:
    """Add a note in brackets; where the heading ends with some, in these."""
    if not note:
        return heading
    return f"{heading[:-1]}, {note})" if heading.endswith(")") else f"{heading} ({note})"


def _note(column: Column) -> str:
    """Say how much was asked, and what guessing reaches."""
    notes = []
    if column.judgments:
        n_used, n_missing = column.items
        noun = NOUNS.get(column.quantity.asks, "items")
        notes.append(f"{count(n_used)} of {count(n_used + n_missing)} {noun}")
    if column.chance:
        notes.append(f"chance {column.chance}")
    return ", ".join(notes)


def words_tables(results: RunResults, section: str) -> list[Table]:
    """Tabulate quantities of a section for each kind of words: the main ones, or those so given.

    One column a kind, with the number of its items.
    """
    transform = transforms(results)[0]
    kinds = list(dict.fromkeys(results.comparison.measurements["words"]))
    tables = []
    of_section = known.quantities_of(section)
    given = [one for one in of_section if one.is_by_words or (one.is_main and one.is_tested)]
    for quantity in given:
        for whole in wholes(results, quantity, transform) if len(kinds) > 1 else ():
            noun = NOUNS.get(quantity.asks, "items")
            columns = {
                f"{words} ({count(column.items[0])}\u00a0{noun})": column_cells(
                    results, column, transform
                )
                for words in kinds
                for column in wholes(
                    results, quantity, transform, judgments=whole.judgments, words=words
                )
            }
            name = f"{section}-words-{slug(f'{quantity.method} {whole.judgments}')}"
            title = f"{whole.heading} by kind of words, {transform} cosines"
            tables.append(by_space(results, name, columns, columns.values(), title))
    return tables


def part_tables(results: RunResults, section: str) -> list[Table]:
    """Tabulate the parts of a section's main quantities: relations, parts of speech.

    One row a part, one column a space.
    """
    tables = []
    names, labels = space_names(results), space_labels(results)
    for quantity in known.main_quantities(known.quantities_of(section)):
        rows = rows_of(results.comparison.measurements, quantity)
        rows = rows[~rows["relation"].fillna("").isin([ALL, ""]) & (rows["n"] > 0)]
        for (transform, judgments), part in rows.groupby(["transform", "judgments"], sort=False):
            lines = [
                (
                    Cell(str(relation)),
                    Cell(count(one["n"].iloc[0])),
                    *value_cells(
                        quantity,
                        one,
                        names,
                        outcomes(
                            picked_tests(
                                results.comparison.relation_differences,
                                quantity,
                                str(judgments),
                                str(transform),
                                relation=str(relation),
                            )
                        ),
                        ground=floors(results),
                    ),
                )
                for relation, one in part.groupby("relation", sort=False)
            ]
            noun = NOUNS.get(quantity.asks, "items")
            columns = ("part", noun, *(labels[name] for name in names))
            name = f"{section}-parts-{slug(str(judgments))}-{transform}"
            title = f"{judgments} by part, {transform} cosines ({quantity.method})"
            tables.append(Table(name, columns, tuple(lines), title, is_folded=True))
    return tables


def part_columns(results: RunResults, section: str) -> Table | None:
    """Tabulate quantities that have parts and no whole, each part a column with its control.

    The control is what stands in the column ``chance``.
    """
    transform, names = transforms(results)[0], space_names(results)
    headings, columns = [], []
    for quantity in known.quantities_of(section):
        rows = rows_of(results.comparison.measurements, quantity)
        rows = rows[rows["transform"] == transform]
        sets = rows["judgments"].fillna("")
        for (judgments, relation), part in rows.groupby([sets, "relation"], sort=False):
            controls = {row.space: row.chance for row in part.itertuples()}
            cells = [
                Cell(f"{cell.text}; {written(quantity, controls[name])}", cell.is_bold)
                if name in controls
                else cell
                for name, cell in zip(names, value_cells(quantity, part, names), strict=True)
            ]
            columns.append(cells)
            title = _filled(quantity, part, judgments=str(judgments), relation=str(relation))
            headings.append(noted(title, f"{count(part['n'].iloc[0])} words"))
    if not columns:
        return None
    return by_space(results, section, headings, columns, "value; the same on a control task")


def explained(section: str) -> str:
    """Say in sentences what the quantities of a section are, in Markdown."""
    quantities = known.quantities_of(section)
    return " ".join(
        f"*{markdown_escaped(_bare(one))}*: {markdown_escaped(one.says)}" for one in quantities
    )


def _bare(quantity: Quantity) -> str:
    """Name a quantity whatever it is asked with."""
    if "{relation}" in quantity.title:
        return quantity.method
    title = quantity.title.replace(" ({judgments})", "").replace("{judgments}", quantity.method)
    return title.replace("{k}", "k")


def _filled(
    quantity: Quantity,
    rows: pd.DataFrame,
    *,
    title: str | None = None,
    judgments: str = "",
    relation: str = "",
) -> str:
    """Fill in a title; k is read from the method's name."""
    method = str(rows["method"].iloc[0])
    k = "".join(re.findall(r"@(\d+)", method)) if "{k}" in quantity.method else ""
    text = quantity.title if title is None else title
    for name, value in (("judgments", judgments), ("relation", relation), ("k", k)):
        text = text.replace("{" + name + "}", value)
    return text
