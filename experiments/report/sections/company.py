"""What kind of neighbours a space has: around a word, or such as could stand in its place."""

from __future__ import annotations

from typing import Any

from compare.comparison import quantities as known
from compare.comparison.contrasts import CHANCE
from compare.comparison.significance import APART
from compare.judgments.strata import ALL_WORDS
from compare.text.company_texts import FEWEST_HELD_OUT, HELD_OUT
from experiments.report.brief import grouped
from experiments.report.findings import clauses, kind_of_words
from experiments.report.numbers import count, share_text, two_decimals
from experiments.report.phrases import joined
from experiments.report.quantity_tables import (
    by_space,
    column_cells,
    column_tests,
    noted,
    wholes,
    words_tables,
)
from experiments.report.section import Brief, Cell, Finding, Section, Table
from experiments.report.spaces import headline_words, transforms
from experiments.results.run_folder import RunResults


def company_tables(results: RunResults) -> list[Table]:
    """Tabulate both measures of each space, by text, with the anchors below."""
    transform, words = transforms(results)[0], headline_words(results)
    columns = [
        column
        for one in known.quantities_of("company")
        for column in wholes(results, one, transform, words=words if one.is_tested else ALL_WORDS)
    ]
    anchors = results.comparison.anchors
    tables: list[Table] = []
    for text in dict.fromkeys(column.judgments for column in columns):
        own = [column for column in columns if column.judgments == text]
        cells = [column_cells(results, column, transform) for column in own]
        headings = [noted(one.short_heading, f"{count(one.items[0])} words") for one in own]
        table = by_space(results, f"company-{len(tables) + 1}", headings, cells)
        rows = [*table.rows]
        for row in anchors[anchors["judgments"] == text].itertuples():
            told = [two_decimals(row.around), two_decimals(row.in_place), share_text(row.meeting)]
            rows.append((Cell(str(row.anchor)), *map(Cell, told)))
        chance = own[-1].chance
        note = (
            f"Of words as frequent as the neighbours {chance} stand near the word."
            if chance
            else ""
        )
        title = f"by the counts of {text}"
        tables.append(Table(table.name, table.columns, tuple(rows), title, note))
    return [*tables, *words_tables(results, "company")]


KINDS = {"around": "stand around the word", "in place": "could stand in its place"}
"""The methods of both measures, and what neighbours do by them."""

TOLD = {
    ("yes", "yes"): "tend to be both companions and substitutes",
    ("yes", "some"): "tend to be companions, and only a little substitutes",
    ("yes", "hardly"): (
        "tend to be companions, but substitutes hardly more than other words, if at all"
    ),
    ("some", "yes"): "tend to be substitutes, and only a little companions",
    ("hardly", "yes"): (
        "tend to be substitutes, but companions hardly more than other words, if at all"
    ),
    ("some", "some"): "tend a little to be both companions and substitutes",
    ("some", "hardly"): (
        "tend a little to be companions, but substitutes hardly more than other words, if at all"
    ),
    ("hardly", "some"): (
        "tend a little to be substitutes, but companions hardly more than other words, if at all"
    ),
    ("hardly", "hardly"): (
        "are companions and substitutes hardly more than other words, if at all"
    ),
}
"""Of both measures: by a test more than the ground by the margin or above, by less, or not more.

The ground are words as frequent, or the neighbours of an untrained table. "Hardly, if at all" is
less than it, too.
"""


MEANT = {"companions": "words around it", "substitutes": "words that fit in its place"}
"""What is said of these words where they first stand."""


def _how_much(test: Any) -> str:
    """Place a measure by its test against the untrained table, or ½; empty where it says nothing.

    "hardly" takes a test, too: that it is less, or alike within the margin.
    """
    if test.outcome == APART:
        amount = "yes" if test.value > test.margin else "some"
        return amount if test.value > 0 else "hardly"
    return "hardly" if test.alike else ""


def headline(results: RunResults, text: str) -> str:
    """Say in one sentence what kind of neighbours each space has; empty where too little is known.

    A space is named where tests against the untrained table, or ½, place it by both measures.
    """
    transform, words = transforms(results)[0], headline_words(results)
    placed: dict[str, list[str]] = {}
    for method in KINDS:
        quantity = known.quantity_of("company", method)
        for column in wholes(results, quantity, transform, judgments=text, words=words):
            tests = column_tests(results, column, transform)
            for test in tests[tests["contrast"].isin(["floor", CHANCE])].itertuples():
                placed.setdefault(test.space, []).append(_how_much(test))
    groups: dict[str, list[str]] = {}
    for space, kinds in placed.items():
        if told := TOLD.get((kinds[0], kinds[-1])):
            groups.setdefault(told, []).append(space)
    if not groups:
        return ""
    k = int(results.protocol.get("neighbours", 10))
    parts = [(joined(grouped(results, names)), told) for told, names in groups.items()]
    (first, told), *others = parts
    told = f"In {first} a word's {k} nearest words {told}"
    told += "".join(f"; in {spaces} they {more}" for spaces, more in others)
    for word, meaning in MEANT.items():
        told = told.replace(word, f"{word} ({meaning})", 1)
    return f"{told} (counted in {text})."


def _findings(results: RunResults) -> list[Finding]:
    transform, words, found = transforms(results)[0], headline_words(results), []
    for method, kind in KINDS.items():
        quantity = known.quantity_of("company", method)
        for column in wholes(results, quantity, transform, words=words):
            topic = (
                f"Neighbours that {kind} (counts of {column.judgments}, "
                f"{count(column.items[0])} {kind_of_words(results)})"
            )
            found.append(Finding(topic, clauses(results, quantity, column.judgments)))
    return found


def _briefs(results: RunResults) -> list[Brief]:
    around = known.quantity_of("company", "around")
    columns = wholes(results, around, transforms(results)[0], words=headline_words(results))
    told = headline(results, columns[0].judgments) if columns else ""
    return [Brief(told, "headline")] if told else []


def _held_out(results: RunResults) -> str:
    """Say why what was held out is not counted, where it is not."""
    n_words = results.corpus.get("n_validation_words")
    asked = results.config.get("judgments", {}).get("company_corpus", ())
    if n_words is None or HELD_OUT not in asked or n_words >= FEWEST_HELD_OUT:
        return ""
    return (
        f" The held-out text is too short to count neighbours in: it has {count(n_words)} words, "
        f"and {count(FEWEST_HELD_OUT)} are needed."
    )


COMPANY = Section(
    "company",
    title="Around a word, or in its place?",
    text=lambda results: (
        "Do the ten nearest words stand around the word in a text, or could they stand in its "
        "place, as they share its direct neighbours left and right? Each neighbour is set beside "
        "words as frequent: the number is how often it exceeds them, and ½ is no more than "
        "frequency (Sahlgren 2006; Rapp 2002). Below the spaces stand the two ends: the nearest "
        "words by co-occurrence alone, and by direct neighbours alone. Counts of the text that a "
        f"space was trained on favour spaces that are made of such counts.{_held_out(results)}"
    ),
    tables=company_tables,
    findings=_findings,
    briefs=_briefs,
)
