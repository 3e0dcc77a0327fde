"""Which differences between spaces are more than chance."""

from __future__ import annotations

import math
import re

import pandas as pd

from compare.comparison import quantities as known
from compare.comparison.contrasts import BOTH, CHANCE, MODEL, UNIT
from compare.comparison.significance import NOT_TESTED
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import ALL, MARGINS, Quantity
from experiments.report.cells import written
from experiments.report.numbers import count, p_value, share_text
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import headline_words, space_labels, transforms
from experiments.results.run_folder import RunResults


def difference_tables(results: RunResults) -> list[Table]:
    """Tabulate the planned tests, those of other words and cosines, and those by part."""
    whole, by_part = results.comparison.differences, results.comparison.relation_differences
    tables = []
    if len(whole):
        planned = whole["is_planned"].astype(bool)
        words = headline_words(results)
        told = "" if words == ALL_WORDS else f", words of {words}"
        title = f"Planned: {transforms(results)[0]} cosines{told}"
        tables.append(_table(results, whole[planned], "differences", title))
        other = "With other words and other cosines, adjusted among themselves"
        tables.append(_table(results, whole[~planned], "differences-other", other))
    if len(by_part):
        title = f"By part ({count(len(by_part))} tests, adjusted among themselves)"
        tables.append(_table(results, by_part, "differences-parts", title))
    return [table for table in tables if table.rows]


def _table(
    results: RunResults,
    differences: pd.DataFrame,
    name: str,
    title: str,
) -> Table:
    labels, rows = {**space_labels(results), CHANCE: "a guess"}, []
    for row in differences.itertuples():
        quantity = _tested(row.quantity, row.method, row.candidates)
        numbers = (row.value, row.low, row.high)
        outcome = f"{row.outcome}: {row.why}" if row.outcome == NOT_TESTED else row.outcome
        if row.alike:
            outcome += ", by little" if row.holds else ", alike"
        what = _asked(quantity, row)
        rows.append(
            (
                Cell(f"{labels[row.space]} − {labels[row.reference]}{_PART.get(row.contrast, '')}"),
                Cell(what if row.words == ALL_WORDS else f"{what} ({row.words})"),
                Cell(row.transform),
                Cell(written(quantity, *numbers, signed=True)),
                Cell("–" if math.isnan(row.p_holm) else p_value(row.p_holm)),
                Cell(outcome, is_bold=bool(row.holds)),
            )
        )
    columns = ("spaces", "asked", "cosines", "difference", "p (Holm)", "outcome")
    return Table(name, columns, tuple(rows), title, n_text_columns=3)


_PART = {UNIT: ", the unit's part", MODEL: ", the model's part", BOTH: ", unit by model"}
"""What is said of a contrast that is a part of a difference."""


def _asked(quantity: Quantity | None, row: pd.Series) -> str:
    """Name what was asked, as the other tables name it."""
    if quantity is None:
        told = str(row.method)
    else:
        told = quantity.title.replace("{k}", "".join(re.findall(r"@(\d+)", str(row.method))))
        told = told.replace(" ({judgments})", "").replace("{judgments}, ", "")
        told = told.replace("{judgments}", quantity.method)
        if quantity.key == "macro accuracy":
            told = f"{quantity.key}, {told}"
    told = f"{row.judgments}: {told}" if row.judgments else told
    return told if row.relation in (ALL, "") else f"{told}, {row.relation}"


def _tested(key: str, method: str, candidates: object) -> Quantity | None:
    among = candidates if isinstance(candidates, str) else ""
    tested = (one for one in known.QUANTITIES if one.is_tested)
    return next((one for one in tested if one.is_named(key, method, among)), None)


def _text(results: RunResults) -> str:
    n_seeds = results.protocol.get("n_seeds", 1)
    seeds = (
        f"Models were trained from {n_seeds} seeds, which the tests cross with the units."
        if n_seeds > 1
        else "There is one table of each: the tests speak of these tables, not of what training "
        "again would give."
    )
    return (
        f"{seeds} Planned before any number was seen: each space against an untrained table (or a "
        "guess), the models against each other, all other tables against the first. The difference "
        "stands with its 95 % interval, p is adjusted within each quantity (Holm), and is no "
        "less than what the pair of spaces reaches over all quantities (Bonferroni). *Apart*: p "
        "below 0.05. *Not told apart*: tested; the interval says how large the difference may be. "
        "*Not tested*: too few units; nothing is known. *Alike*: two one-sided tests show the "
        f"difference to be smaller than {share_text(MARGINS['share'])[:-1]}points, or "
        f"{MARGINS['correlation']:g} of a correlation, or {MARGINS['number']:g} of other numbers; "
        "margins that were fixed beforehand (*by little*: apart, and smaller than that)."
    )


DIFFERENCES = Section(
    "differences",
    title="Which differences are more than chance?",
    text=_text,
    tables=difference_tables,
)
