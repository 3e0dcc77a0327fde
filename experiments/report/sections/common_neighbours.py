"""The share of neighbours that two spaces have in common, also by the frequency of the word."""

from __future__ import annotations

from compare.judgments.strata import ALL_WORDS
from experiments.report.brief import MOST_NAMES
from experiments.report.cells import slug
from experiments.report.numbers import count, percent, share_text, two_decimals
from experiments.report.phrases import joined
from experiments.report.quantity_tables import KINDS
from experiments.report.section import Brief, Cell, Section, Table
from experiments.report.spaces import (
    floors,
    headline_words,
    models_of,
    space_labels,
    space_names,
    transforms,
)
from experiments.results.run_folder import RunResults

MOST_PAIRS = 4
"""Pairs of spaces that a sentence lists."""


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
        f"vocabulary; by chance {share_text(overlaps['chance'].iloc[0], 2)}. In the rank-biased "
        "overlap (0 to 1) the first places count most."
    )


def _findings(results: RunResults) -> list[str]:
    overlaps, labels = results.comparison.overlaps, space_labels(results)
    if not len(overlaps):
        return []
    ground, models = floors(results), models_of(results)
    words = headline_words(results)
    part = overlaps[overlaps["transform"] == transforms(results)[0]]
    part = part[part["words"] == words]
    is_pair = ~part["first"].isin(ground) & ~part["second"].isin(ground)
    pairs = part[is_pair & (part["first"] != part["second"])]
    ordered = list(pairs.sort_values("value", ascending=False, kind="stable").itertuples())
    if not ordered:
        return []
    told = [
        f"{labels[row.first]} and {labels[row.second]} {percent(row.value, row.low, row.high)}"
        for row in ordered[:MOST_PAIRS]
    ]
    if len(ordered) > MOST_PAIRS:
        told.append(f"the other pairs {share_text(ordered[MOST_PAIRS].value, 1)} or less")
    untrained = [
        f"{labels[other]} {percent(row.value, row.low, row.high)}"
        for row in part.itertuples()
        for one, other in ((row.first, row.second), (row.second, row.first))
        if one in ground and other not in ground and models[other] == models[one]
    ]
    if untrained:
        tables = "the untrained table" if len(ground) == 1 else "the model's untrained table"
        reads = {row["model"]: row.get("reads") for row in results.models.to_dict("records")}
        is_pieces = all(reads.get(model) == "tokens" for model in ground.values())
        alone = "pieces alone, " if is_pieces else ""
        told.append(f"and with {tables}, {alone}{', '.join(untrained)}")
    k, chance = int(part["k"].iloc[0]), share_text(part["chance"].iloc[0], 2)
    of_words = "" if words == ALL_WORDS else f" of words of {words}"
    return [
        f"Common neighbours among the {k} nearest{of_words} (by chance {chance}): "
        f"{', '.join(told)}."
    ]


def _briefs(results: RunResults) -> list[Brief]:
    """Say how many of ten neighbours the first space shares with each other model's first table."""
    overlaps, labels = results.comparison.overlaps, space_labels(results)
    ground, models = floors(results), models_of(results)
    learned = [name for name in space_names(results) if name not in ground]
    if not len(overlaps) or len(learned) < 2:
        return []
    part = overlaps[overlaps["transform"] == transforms(results)[0]]
    part = part[part["words"] == headline_words(results)]
    values = {frozenset((row.first, row.second)): row for row in part.itertuples()}
    firsts = {models[name]: name for name in reversed(learned)}
    others = [n for n in learned[1:] if firsts[models[n]] == n] or learned[1:]
    shared = [(name, values[frozenset((learned[0], name))]) for name in others]
    k = int(part["k"].iloc[0])
    told = [f"{k * row.value:.1f} with {labels[name]}" for name, row in shared[:MOST_NAMES]]
    chance = k * float(part["chance"].iloc[0])
    text = f"Of the {k} nearest words of a word, {labels[learned[0]]} shares {joined(told)}"
    return [Brief(f"{text} (by chance {chance:.1g}).")]


COMMON_NEIGHBOURS = Section(
    "common-neighbours",
    title="Common neighbours",
    text=_text,
    tables=overlap_tables,
    findings=_findings,
    briefs=_briefs,
    level=3,
)
