"""The nearest words of the probe words, side by side."""

from __future__ import annotations

import pandas as pd

from compare.figures import plot_kinds
from experiments.pages.escapes import markdown_escaped
from experiments.report.numbers import count
from experiments.report.section import Cell, Part, Picture, Section, Table
from experiments.report.spaces import floors, space_labels, space_looks, space_names, transforms
from experiments.results.run_folder import RunResults


def neighbour_tables(results: RunResults) -> list[Table]:
    """Set the neighbours of each probe word side by side, marking those of the first space."""
    found = results.comparison.nearest
    if not len(found):
        return []
    first, *others = transforms(results)
    names = space_names(results)
    learned = [name for name in names if name not in floors(results)] or names
    few = found[found["word"].isin(list(dict.fromkeys(found["word"]))[:FEW_WORDS])]
    return [
        _table(results, few[few["place"] <= FEW_PLACES], first, learned, "neighbours"),
        *(
            _table(results, found, transform, names, f"neighbours-{transform}")
            for transform in (first, *others)
        ),
    ]


FEW_WORDS, FEW_PLACES = 3, 5
"""Words whose neighbours are shown at once, and how many; the rest is folded."""


def _table(
    results: RunResults, found: pd.DataFrame, transform: str, names: list[str], name: str
) -> Table:
    labels, rows = space_labels(results), []
    here = found[(found["transform"] == transform) & found["space"].isin(names)]
    for word, of_word in here.groupby("word", sort=False):
        by_space = dict(list(of_word.groupby("space", sort=False)))
        first = set(by_space[names[0]]["neighbour"]) if names[0] in by_space else set()
        cells = [
            words_cell(by_space[name], set() if name == names[0] else first)
            for name in names
            if name in by_space
        ]
        rows.append((Cell(str(word)), *cells))
    columns = ("word", *(labels[name] for name in names))
    n_words, k = here["word"].nunique(), here["place"].max() if len(here) else 0
    among = f"{len(names)} spaces, {transform} cosines"
    title = f"the {count(k)} nearest of {count(n_words)} words, {among}"
    return Table(name, columns, tuple(rows), title, n_text_columns=len(columns))


MARKS = {"around": "◦", "in place": "▪", "both": "▪◦"}
"""Signs of the kinds of neighbours."""


def words_cell(near: pd.DataFrame, marked: set[str]) -> Cell:
    """List neighbours with their cosines (columns neighbour, cosine)."""
    return Cell(
        parts=tuple(
            Part(
                str(row.neighbour),
                f"{row.cosine:.2f}",
                row.neighbour in marked,
                MARKS.get(getattr(row, "kind", ""), ""),
            )
            for row in near.itertuples()
        )
    )


def _text(results: RunResults) -> str:
    found = results.comparison.nearest
    k = count(found["place"].max()) if len(found) else ""
    has_kinds = "kind" in found and found["kind"].fillna("").ne("").any()
    signs = (
        "◦: stands around the word in the text more than 95 % of words as frequent do; ▪: shares "
        "the word's direct neighbours more than 95 % of them, so could stand in its place. "
        if has_kinds
        else ""
    )
    return (
        f"The {k} nearest words by cosine. Marked: neighbours in the first column too. {signs}A "
        "language model's input table is the "
        "token embedding that is looked up, its output table holds the weights that score the "
        "next token; a layer's vector is the mean over occurrences in context, or (alone) what "
        "the word has after nothing but the start of a document."
    )


def _missing(results: RunResults) -> str:
    missing = [str(word) for word in results.comparison.missing.get("word", ())]
    listed = ", ".join(markdown_escaped(word) for word in missing)
    return f"Not in the shared vocabulary: {listed}." if missing else ""


def _kinds(results: RunResults) -> pd.DataFrame:
    """Take the shares of the listed neighbours that carry either sign, by space."""
    found = results.comparison.nearest
    found = found[found["transform"] == transforms(results)[0]]
    kinds = found["kind"].fillna("") if "kind" in found else pd.Series("", index=found.index)
    rows = pd.DataFrame(
        {
            "space": found["space"],
            "around": kinds.isin(["around", "both"]),
            "in place": kinds.isin(["in place", "both"]),
        }
    )
    shares = rows.groupby("space", sort=False).mean().reset_index()
    return shares if kinds.ne("").any() else shares.iloc[:0]


def _caption(results: RunResults) -> str:
    n_words = count(results.comparison.nearest["word"].nunique())
    return (
        f"Signs on the neighbours of these {n_words} words alone; how it is for many words, with "
        "intervals, stands above."
    )


NEIGHBOURS = Section(
    "neighbours",
    title="Neighbours side by side",
    text=_text,
    tables=neighbour_tables,
    notes=_missing,
    picture=Picture(
        "kinds",
        "Share of the listed neighbours that stand around the word, and in its place, by space",
        _kinds,
        lambda results, rows: plot_kinds(rows, space_looks(results)),
        _caption,
    ),
)
