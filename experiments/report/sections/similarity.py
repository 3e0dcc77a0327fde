"""Agreement with people on how similar two words are."""

from __future__ import annotations

import pandas as pd

from compare.comparison import quantities as known
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


def _tables(results: RunResults) -> list[Table]:
    tables = quantity_tables(
        results,
        "similarity",
        group=lambda one: one.method,
        words_first=headline_words(results),
    )
    return [*tables, *words_tables(results, "similarity"), *part_tables(results, "similarity")]


ASKED = {
    "Spearman": "Agreement with people",
    "similarity − relatedness": "Agreement on similarity above that on relatedness",
}
"""What findings call a quantity, by its method."""


def _findings(results: RunResults) -> list[Finding]:
    transform, words, found = transforms(results)[0], headline_words(results), []
    for quantity in (one for one in known.quantities_of("similarity") if one.is_tested):
        for column in wholes(results, quantity, transform, words=words):
            if told := clauses(results, quantity, column.judgments):
                topic = (
                    f"{ASKED[quantity.method]} ({column.judgments}, {count(column.items[0])} pairs"
                    f"{asked_words(results)}, Spearman's ρ)"
                )
                found.append(Finding(topic, told))
    return found


def _briefs(results: RunResults) -> list[Brief]:
    asked = known.quantity_of("similarity", "Spearman")
    return above_ground(results, asked, topic="agreement with people on {judgments}")


def _drawn(results: RunResults) -> pd.DataFrame:
    columns = drawn_columns(results, known.quantity_of("similarity", "Spearman"))
    titled = [(plain(column.judgments), column) for column in columns]
    return dot_rows(titled)


SIMILARITY = Section(
    "similarity",
    title="Similarity judgments",
    text=lambda _: (
        "Spearman's ρ between cosines and human ratings (−1 to 1, larger is better), with 95 % "
        "intervals over the words of the pairs. The pairs of WordSim-353 that tell of likeness "
        "and those that tell of relatedness (Agirre et al. 2009) stand apart below, with "
        f"the difference of both; SimLex-999 asks for likeness alone. {BOLD}"
    ),
    tables=_tables,
    findings=_findings,
    briefs=_briefs,
    picture=Picture(
        "similarity",
        "Agreement of each space with people, with intervals",
        _drawn,
        dots("Spearman's ρ with human ratings"),
        lambda results: (
            f"95 % intervals over the words of the pairs{asked_words(results)}; dashed: 0, no "
            "agreement."
        ),
    ),
)
