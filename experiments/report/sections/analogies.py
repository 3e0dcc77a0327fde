"""Analogies by every method, with and without the question words, beside baselines."""

from __future__ import annotations

import pandas as pd

from compare.comparison import quantities as known
from compare.measures.quantity import Quantity
from compare.spaces.analogy_equations import BASELINES
from experiments.pages.escapes import plain
from experiments.report.brief import above_ground
from experiments.report.column_figures import dot_rows, dots, drawn_columns
from experiments.report.findings import asked_words, clauses
from experiments.report.numbers import count
from experiments.report.quantity_tables import (
    part_tables,
    quantity_tables,
    wholes,
    words_tables,
)
from experiments.report.section import BOLD, Brief, Finding, Picture, Section, Table
from experiments.report.spaces import headline_words, transforms
from experiments.results.run_folder import RunResults

AMONG = {
    "excluded": "question words excluded",
    "honest": "question words allowed as answers",
}

DRAWN = (
    ("3CosAdd", "excluded", "question words excluded (3CosAdd)"),
    ("3CosAdd", "honest", "question words allowed (3CosAdd)"),
)
"""Method, candidates and label of what the figure shows."""


def _group(quantity: Quantity) -> str:
    among = AMONG.get(quantity.candidates, quantity.candidates)
    if quantity.key != "analogies":
        return f"{quantity.key}, {among}"
    return f"baselines, {among}" if quantity.method in BASELINES else among


def _tables(results: RunResults) -> list[Table]:
    first = (*AMONG.values(), f"baselines, {AMONG['excluded']}")
    tables = quantity_tables(
        results, "analogies", group=_group, first=first, heading=lambda one: one.method
    )
    return [*words_tables(results, "analogies"), *tables, *part_tables(results, "analogies")]


def _findings(results: RunResults) -> list[Finding]:
    """Say who answers best, and what is left when the question words may be answers."""
    found, transform, words = [], transforms(results)[0], headline_words(results)
    for quantity in known.quantities_of("analogies"):
        if not quantity.is_tested or quantity.key != "analogies":
            continue
        among = "" if quantity.is_main else ", question words allowed as answers"
        for column in wholes(results, quantity, transform, words=words):
            if told := clauses(results, quantity, column.judgments):
                topic = (
                    f"Analogies ({column.judgments}, {count(column.items[0])} questions"
                    f"{asked_words(results)}, {quantity.method}{among})"
                )
                found.append(Finding(topic, told))
    return found


def _briefs(results: RunResults) -> list[Brief]:
    asked = known.quantity_of("analogies", "3CosAdd", "excluded")
    return above_ground(
        results,
        asked,
        topic="analogies answered right ({judgments}, the question's words left out)",
    )


def _drawn(results: RunResults) -> pd.DataFrame:
    titled = [
        (f"{plain(column.judgments)}\n{label}", column)
        for method, candidates, label in DRAWN
        for column in drawn_columns(results, known.quantity_of("analogies", method, candidates))
    ]
    return dot_rows(titled, scale=100)


ANALOGIES = Section(
    "analogies",
    title="Analogies",
    text=lambda _: (
        "Share of questions whose best answer is right, with 95 % intervals over the "
        "word pairs of each relation. Left out are questions with a word that is not in the "
        "shared vocabulary, or whose answer is one of the question words. 3CosAdd, 3CosMul and "
        "PairDirection ask one pair at a time; 3CosAvg and LRCos learn from all other pairs of "
        "the relation. “only-c” and its like leave a part of the question out and show how far "
        f"that trick alone goes. {BOLD}"
    ),
    tables=_tables,
    findings=_findings,
    briefs=_briefs,
    picture=Picture(
        "analogies",
        "Share of analogies answered right by each space, with intervals",
        _drawn,
        dots("right, %", is_shared=True),
        lambda results: f"95 % intervals over word pairs{asked_words(results)}; dashed: a guess.",
    ),
)
