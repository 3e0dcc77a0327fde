"""Words whose neighbourhoods differ most from those in the first space."""

from __future__ import annotations

import pandas as pd

from experiments.report.numbers import two_decimals
from experiments.report.section import Cell, Section, Table
from experiments.report.spaces import space_labels
from experiments.results.run_folder import RunResults


def changed_tables(results: RunResults) -> list[Table]:
    """Tabulate the words whose neighbourhoods differ most, and list those that differ least."""
    changed, labels = results.comparison.changed, space_labels(results)
    if not len(changed):
        return []
    tables: list[Table] = []
    reasons: list[tuple[Cell, ...]] = []
    for (one, other), part in changed.groupby(["first", "second"], sort=False):
        first, second = labels[str(one)], labels[str(other)]
        of_kind = dict(list(part.groupby("kind", sort=False)))
        rows = [
            (
                Cell(str(word)),
                _near(of_word, "first"),
                _near(of_word, "second"),
                Cell(two_decimals(of_word["change"].iloc[0])),
            )
            for word, of_word in of_kind.get("changed", part[:0]).groupby("word", sort=False)
        ]
        same = ", ".join(
            f"{row.word} ({two_decimals(row.change)})"
            for row in of_kind.get("same", part[:0]).itertuples()
        )
        if not rows:
            why = str(of_kind["none"]["why"].iloc[0]) if "none" in of_kind else "no word changed"
            reasons.append((Cell(f"{first} and {second}"), Cell(why)))
            continue
        columns = ("word", f"near it in {first}", f"in {second}", "change")
        name, title = f"changed-{len(tables) + 1}", f"{first} and {second}"
        note = f"Most alike are the neighbourhoods of {same}." if same else ""
        tables.append(Table(name, columns, tuple(rows), title, note, n_text_columns=3))
    if reasons:
        heads = ("spaces", "why no word is listed")
        title = "Spaces without such a list"
        tables.append(Table("changed-none", heads, tuple(reasons), title, n_text_columns=2))
    return tables


def _near(of_word: pd.DataFrame, side: str) -> Cell:
    words = of_word.loc[of_word["side"] == side, "neighbour"]
    return Cell(", ".join(str(word) for word in words))


CHANGED = Section(
    "changed",
    title="Where neighbourhoods differ",
    text=lambda _: (
        "Of the 2 000 most frequent words, those whose place among the others differs most from "
        "that in the first space, with the three nearest in each. Change: 1 less the correlation "
        "of the word's cosines to the other words in the two spaces; where other seeds were "
        "trained, less what the word moves between these. The list takes what stands out among "
        "words as frequent; where too many words stand out, or nothing is left in common, there "
        "is none."
    ),
    tables=changed_tables,
)
