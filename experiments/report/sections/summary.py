"""The main numbers side by side, and what to keep in mind when reading them."""

from __future__ import annotations

from dataclasses import replace

from compare.comparison import quantities as known
from compare.judgments.strata import ALL_WORDS, SPLIT
from experiments.pages.escapes import markdown_escaped
from experiments.report.cells import slug
from experiments.report.numbers import count, share_text
from experiments.report.phrases import capitalised
from experiments.report.quantity_tables import KINDS, by_space, column_cells, noted, rows_of, wholes
from experiments.report.section import BOLD, Section, Table
from experiments.report.spaces import (
    floors,
    headline_words,
    model_labels,
    space_labels,
    transforms,
)
from experiments.results.run_folder import RunResults

LEGEND = (
    "One row a space, 95 % intervals in brackets, items asked in the heading. Analogies: 3CosAdd, "
    f"question words excluded; WordSim-353 and the like: Spearman's ρ with human ratings. {BOLD}"
)

LITTLE_TEXT = 5_000_000
"""Words up to which a text is called little."""


def summary_tables(results: RunResults) -> list[Table]:
    """Give one row a space, one column a main quantity and set of judgments.

    For the words that sentences are about first; those of all and of split words are folded.
    """
    transform, first = transforms(results)[0], headline_words(results)
    main = known.main_quantities(known.QUANTITIES)
    tables: list[Table] = []
    for words in dict.fromkeys((first, ALL_WORDS, SPLIT)):
        columns = [
            column
            for one in main
            for column in (
                wholes(results, one, transform, words=words)
                or ([] if one.is_tested else wholes(results, one, transform))
            )
        ]
        if not any(column.words == words for column in columns):
            continue
        cells = [column_cells(results, column, transform) for column in columns]
        headings = [
            noted(column.heading, count(column.items[0]) if column.judgments else "")
            for column in columns
        ]
        name = "summary" if words == first else f"summary-{slug(words)}"
        kind = f" of {KINDS[words]}" if first != ALL_WORDS else ""
        table = by_space(results, name, headings, cells, f"The main numbers{kind}, in one table")
        tables.append(replace(table, note="" if tables else f"{LEGEND} Cosines: {transform}."))
    return tables


def _notes(results: RunResults) -> str:
    notes = [f"- {markdown_escaped(capitalised(note))}." for note in caveats(results)]
    return "\n".join(["Read with this in mind:\n", *notes]) if notes else ""


def caveats(results: RunResults) -> list[str]:
    """Say what to keep in mind when reading."""
    corpus, models, labels = results.corpus, results.models, model_labels(results)
    notes = []
    words = corpus.get("n_training_words")
    if words and words < LITTLE_TEXT and corpus["name"] != "planted":
        notes.append(
            f"{count(words)} words are little text (published word2vec figures come from "
            "billions): scores are low, and what counts is how the models compare"
        )
    for row in models.to_dict("records"):
        name, share = labels[str(row["model"])], row.get("split_share")
        if share is None or share != share or not share:
            continue
        notes.append(
            f"{share_text(share)} of the vocabulary are split into several tokens by the encoding "
            f"of {name}, and their vectors are made of the pieces{_told_of(results)}"
        )
    if corpus:
        notes += _untrained(results)
        costs = models["flops"].dropna() if "flops" in models else []
        if len(costs) > 1 and max(costs) > 2 * min(costs):
            notes.append("the models' budgets differ (see below)")
    return notes


def _told_of(results: RunResults) -> str:
    if headline_words(results) == ALL_WORDS:
        return ""
    return "; the sentences above are about the words that are not split"


def _untrained(results: RunResults) -> list[str]:
    """Say what untrained tables answer already."""
    labels, measured = space_labels(results), results.comparison.measurements
    main = [one for one in known.main_quantities(known.QUANTITIES) if one.asks == "analogies"]
    asked = "" if headline_words(results) == ALL_WORDS else "asked about split words, too, "
    notes = []
    for floor in floors(results):
        values = [
            rows.loc[(rows["space"] == floor) & (rows["relation"] == "all"), "value"].max()
            for rows in (rows_of(measured, one) for one in main)
        ]
        highest = max(values, default=0)
        if highest > 0.01:
            notes.append(
                f"{asked}{labels[floor]} already answers up to {share_text(highest)} of the "
                "analogies, because words that share pieces (big, bigger) share parts of their "
                "vectors: only what exceeds it was learned"
            )
    return notes


SUMMARY = Section(
    "summary", title="", text=lambda _: "", tables=summary_tables, notes=_notes, n_open=0
)
