"""Opposites, synonyms and categories of a lexicon."""

from __future__ import annotations

from compare.comparison import quantities as known
from compare.measures.quantity import Quantity
from experiments.report.findings import asked_words, clauses
from experiments.report.numbers import count
from experiments.report.phrases import capitalised
from experiments.report.quantity_tables import (
    NOUNS,
    explained,
    quantity_tables,
    wholes,
    words_tables,
)
from experiments.report.section import BOLD, Finding, Section
from experiments.report.spaces import headline_words, transforms
from experiments.results.run_folder import RunResults


def _findings(results: RunResults) -> list[Finding]:
    """Say what tests found of opposites and categories."""
    found, transform, words = [], transforms(results)[0], headline_words(results)
    for quantity in known.quantities_of("lexicon"):
        for column in wholes(results, quantity, transform, words=words):
            is_told = quantity.is_tested and not quantity.is_control
            told = clauses(results, quantity, column.judgments) if is_told else ()
            if told:
                size = f"{count(column.items[0])} {NOUNS[quantity.asks]}{asked_words(results)}"
                heading = capitalised(column.short_heading)
                found.append(Finding(f"{heading} ({column.judgments}, {size})", told))
    return found


def _group(quantity: Quantity) -> str:
    return "opposites" if quantity.key == "antonyms" else "categories"


LEXICON = Section(
    "lexicon",
    title="Opposites and categories",
    text=lambda _: (
        "Opposites stand in the same contexts: are they neighbours, and do synonyms have larger "
        "cosines? Do the vectors hold the categories that people know? A vector that knows nothing "
        "has synonyms above opposites half of the time; to hold opposites closer than synonyms is "
        f"knowledge, too. {explained('lexicon')} "
        f"{BOLD}"
    ),
    tables=lambda results: [
        *quantity_tables(results, "lexicon", group=_group, words_first=headline_words(results)),
        *words_tables(results, "lexicon"),
    ],
    findings=_findings,
)
