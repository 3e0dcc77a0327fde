"""The share of neighbours that two spaces have in common, also by the frequency of the word."""

from __future__ import annotations

import pandas as pd

from compare.comparison.significance import NOT_TESTED
from experiments.report.brief import named
from experiments.report.cells import slug
from experiments.report.findings import kind_of_words
from experiments.report.numbers import count, percent, share_text, two_decimals
from experiments.report.pair_findings import pair_clauses, with_untrained
from experiments.report.quantity_tables import KINDS
from experiments.report.section import Brief, Cell, Finding, Section, Table
from experiments.report.spaces import (
    first_tables,
    floors,
    headline_words,
    space_labels,
    space_names,
    transforms,
)
from experiments.results.run_folder import RunResults


def overlap_tables(results: RunResults) -> list[Table]:
    """Tabulate common neighbours of each pair of spaces; on the diagonal, another seed."""
    overlaps, labels = results.comparison.overlaps, space_labels(results)
    names, tables = space_names(results), []
    kinds = list(dict.fromkeys((headline_words(results), *overlaps["words"])))
    shown = [(transform, words) for words in kinds for transform in transforms(results)]
    for transform, words in shown:
        part = overlaps[(overlaps["transform"] == transform) & (overlaps["words"] == words)]
        if not len(part):
            continue
        found = {(r.first, r.second): percent(r.value, r.low, r.high) for r in part.itertuples()}
        has_seeds = any(first == second for first, second in found)
        rows = tuple(
            (Cell(labels[row]), *(Cell(found.get((row, column), "")) for column in names))
            for row in names
        )
        columns = ("space", *(labels[name] for name in names))
        if not has_seeds:
            rows, columns = tuple(row[:1] + row[2:] for row in rows[:-1]), columns[:1] + columns[2:]
        title = f"{transform} cosines" + ("; diagonal: another seed" if has_seeds else "")
        name = f"overlap-{transform}"
        if len(kinds) > 1:
            title = f"{KINDS.get(words, words)}, {count(part['n'].iloc[0])} of them, {title}"
            name += f"-{slug(words)}"
        tables.append(Table(name, columns, rows, title, is_folded=words != kinds[0]))
    return [*tables, *_band_tables(results)]


def _band_tables(results: RunResults) -> list[Table]:
    """Tabulate common neighbours by the frequency rank of the word."""
    bands, labels = results.comparison.bands, space_labels(results)
    if not len(bands):
        return []
    edges = list(dict.fromkeys(zip(bands["from_rank"], bands["to_rank"], strict=True)))
    rows = []
    for (first, second), part in bands.groupby(["first", "second"], sort=False):
        cells = [
            Cell(f"{percent(row.value, row.low, row.high)}; {two_decimals(row.rbo)}")
            for row in part.itertuples()
        ]
        rows.append((Cell(f"{labels[str(first)]} – {labels[str(second)]}"), *cells))
    columns = ("spaces", *(f"ranks {count(low)} to {count(high)}" for low, high in edges))
    title = (
        f"The same by how frequent the word is (rank 1: the most frequent), "
        f"{transforms(results)[0]} cosines; behind the semicolon the mean rank-biased overlap"
    )
    return [Table("bands", columns, tuple(rows), title)]


def _text(results: RunResults) -> str:
    overlaps = results.comparison.overlaps
    if not len(overlaps):
        return ""
    k = int(overlaps["k"].iloc[0])
    return (
        f"Of the {k} nearest neighbours of a word, the share that two spaces have in common "
        f"(overlap@{k}), over {count(overlaps['n'].max())} words drawn from the shared "
        "vocabulary. Chance is what other words, as frequent as the neighbours, are shared; a pair "
        "is tested against it and against what an untrained table shares. In the rank-biased "
        "overlap (0 to 1) the first places count most."
    )


def _findings(results: RunResults) -> list[Finding]:
    """Say which tested pairs share more than words drawn at random, and than untrained tables."""
    rows = _headline_rows(results)
    told = pair_clauses(
        results,
        rows,
        chance=lambda apart: f"{share_text(apart['chance'].max(), 2)} at most",
        written=lambda row: with_untrained(
            percent(row.value, row.low, row.high), row.untrained, lambda v: share_text(v, 1)
        ),
    )
    if not told:
        return []
    k, n = int(rows["k"].iloc[0]), count(rows["n"].max())
    of_words = kind_of_words(results)
    return [Finding(f"Common neighbours among the {k} nearest of {n} {of_words}", told)]


def _headline_rows(results: RunResults) -> pd.DataFrame:
    overlaps = results.comparison.overlaps
    is_first = overlaps["transform"] == transforms(results)[0]
    return overlaps[is_first & (overlaps["words"] == headline_words(results))]


def _briefs(results: RunResults) -> list[Brief]:
    """Say how many neighbours the first space shares with each other model's first table."""
    labels, ground = space_labels(results), floors(results)
    learned = [name for name in space_names(results) if name not in ground]
    rows = _headline_rows(results)
    rows = rows[rows["outcome"] != NOT_TESTED]
    if not len(rows) or len(learned) < 2:
        return []
    tested = {frozenset((row.first, row.second)): row for row in rows.itertuples()}
    others = first_tables(results)[1:] or learned[1:]
    pairs = {name: tested.get(frozenset((learned[0], name))) for name in others}
    k = int(rows["k"].iloc[0])
    shared = [
        f"{k * row.value:.1f} with {labels[name]}"
        for name, row in pairs.items()
        if row and row.holds
    ]
    like = [labels[name] for name, row in pairs.items() if row and not row.holds]
    if not shared:
        return []
    most = k * max(row.chance for row in pairs.values() if row)
    chance = f"by chance {most:.2f} at most"
    text = (
        f"Of the {k} nearest words of a word, {labels[learned[0]]} shares "
        f"{named(shared)} ({chance})"
    )
    if like:
        text += f"; no more than by chance is found with {named(like)}"
    return [Brief(f"{text}.")]


COMMON_NEIGHBOURS = Section(
    "common-neighbours",
    title="Common neighbours",
    text=_text,
    tables=overlap_tables,
    findings=_findings,
    briefs=_briefs,
    level=3,
)
