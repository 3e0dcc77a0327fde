"""Results → the tables of a report; how they are written is the business of page and markup."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from compare.comparison.comparison import Comparison
from compare.judgments.judgments import ALL_RELATIONS
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.uncertainty import seed_spread
from experiments.cells import LEVEL, Cell, Table, paired_tests, slug, value_cells
from experiments.labels import label, model_label
from experiments.numbers import (
    NBSP,
    correlation,
    count,
    percent,
    plain_number,
    seconds_text,
    share_text,
    short,
    two_decimals,
)
from experiments.results import RunResults


def neighbour_tables(
    results: RunResults, names: Sequence[str], transforms: Sequence[str]
) -> list[dict[str, Any]]:
    """Set the neighbours of each probe word side by side, marking those of the first space."""
    found = {(n["transform"], n["word"], n["space"]): n for n in results.comparison.neighbours}
    words = list(dict.fromkeys(n["word"] for n in results.comparison.neighbours))
    tables = []
    for transform in transforms:
        rows = []
        for word in words:
            first = set(found[transform, word, names[0]]["neighbours"])
            cells = []
            for name in names:
                entry = found[transform, word, name]
                cells.append(
                    [
                        {
                            "word": near,
                            "cosine": f"{cosine:.2f}",
                            "common": name != names[0] and near in first,
                        }
                        for near, cosine in zip(entry["neighbours"], entry["cosines"], strict=True)
                    ]
                )
            rows.append({"word": word, "cells": cells})
        tables.append(
            {"transform": transform, "spaces": [label(name) for name in names], "rows": rows}
        )
    return tables


def settling_tables(settling: pd.DataFrame) -> list[dict[str, Any]]:
    """Set the neighbours of each probe word side by side at stages of training, for each space.

    Those are marked that are neighbours at the end too.
    """
    tables = []
    for space, of_space in settling.groupby("space", sort=False) if len(settling) else ():
        shares = list(dict.fromkeys(of_space["share"]))
        rows = []
        for word, of_word in of_space.groupby("word", sort=False):
            last = set(of_word.loc[of_word["share"] == shares[-1], "neighbour"])
            cells = [
                [
                    {
                        "word": near.neighbour,
                        "cosine": f"{near.cosine:.2f}",
                        "common": share != shares[-1] and near.neighbour in last,
                    }
                    for near in of_word[of_word["share"] == share].itertuples()
                ]
                for share in shares
            ]
            rows.append({"word": word, "cells": cells})
        titles = [f"after {share_text(share)}" for share in shares[:-1]]
        stages = [*titles, "at the end"]
        tables.append({"space": label(str(space)), "spaces": stages, "rows": rows})
    return tables


def example_tables(results: RunResults) -> dict[str, Any] | None:
    """Tabulate how each space answers the example analogy."""
    examples = results.comparison.example
    if not examples:
        return None
    a, b, c, d = examples[0]["analogy"]
    tables = []
    for transform in dict.fromkeys(e["transform"] for e in examples):
        rows = tuple(
            (
                Cell(label(e["space"])),
                Cell(", ".join(e["answers"])),
                Cell("–" if e["rank"] is None else count(e["rank"])),
                Cell("–" if e["rank_honest"] is None else count(e["rank_honest"])),
            )
            for e in examples
            if e["transform"] == transform
        )
        columns = ("space", "best answers", f"rank of {d}", "rank, honest")
        caption = f"{transform} cosines"
        tables.append(Table(f"example-{transform}", columns, rows, caption, n_text_columns=2))
    return {
        "question": f"{b} − {a} + {c} = ?",
        "right": d,
        "pairs": f"{a} → {b} and {c} → {d}",
        "tables": tables,
    }


def analogy_tables(
    comparison: Comparison, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate accuracy by method: question words excluded, honestly, and by the baselines."""
    tables = []
    rows = comparison.measurements
    rows = rows[(rows["measure"] == "analogies") & (rows["relation"] == ALL_RELATIONS)]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            here = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            tests = paired_tests(comparison.differences, "analogies", str(judgments), transform)
            for title, candidates, columns in (
                ("question words excluded", "excluded", METHODS),
                ("question words allowed as answers (honest)", "honest", METHODS),
                ("baselines, question words excluded", "excluded", BASELINES),
            ):
                part = here[here["candidates"] == candidates]
                cells = [
                    value_cells(
                        part[part["method"] == method],
                        names,
                        in_percent=True,
                        tests=tests if (method, candidates) == ("3CosAdd", "excluded") else None,
                    )
                    for method in columns
                ]
                caption = f"{judgments}, {transform} cosines, {title}"
                if title == "question words excluded":
                    caption += _analogy_coverage(part)
                tables.append(
                    Table(
                        f"analogies-{slug(str(judgments))}-{transform}-{slug(title)}",
                        ("space", *columns),
                        tuple(zip([Cell(label(name)) for name in names], *cells, strict=True)),
                        caption,
                    )
                )
            tables.append(_macro_table(comparison.measurements, names, str(judgments), transform))
    return tables


def _macro_table(rows: pd.DataFrame, names: Sequence[str], judgments: str, transform: str) -> Table:
    """Tabulate other means of the same answers: over relations, and of reciprocal ranks."""
    rows = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
    rows = rows[(rows["relation"] == ALL_RELATIONS) & (rows["method"] == "3CosAdd")]
    values = {(r.space, r.measure, r.candidates): r.value for r in rows.itertuples()}
    columns = (
        ("macro accuracy", "excluded", "mean over relations"),
        ("reciprocal rank", "excluded", "reciprocal rank"),
        ("macro accuracy", "honest", "mean over relations, honest"),
        ("reciprocal rank", "honest", "reciprocal rank, honest"),
    )
    lines = tuple(
        (
            Cell(label(name)),
            *(
                Cell(two_decimals(values.get((name, measure, candidates))))
                for measure, candidates, _ in columns
            ),
        )
        for name in names
    )
    titles = ("space", *(title for *_, title in columns))
    caption = f"{judgments}, {transform} cosines, 3CosAdd, other means"
    return Table(f"analogies-{slug(judgments)}-{transform}-means", titles, lines, caption)


def _analogy_coverage(part: pd.DataFrame) -> str:
    n_used, n_missing = int(part["n_used"].iloc[0]), int(part["n_missing"].iloc[0])
    return (
        f": {count(n_used)} questions asked, {count(n_missing)} left out (a word is not in the "
        "shared vocabulary, or the answer is one of the question words); a random guess is right "
        f"in {100 * part['chance'].iloc[0]:.2g}{NBSP}%"
    )


def relation_tables(
    comparison: Comparison, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate 3CosAdd by relation, one column a space; what differs from the first stands out."""
    tables = []
    rows = comparison.measurements
    rows = rows[(rows["measure"] == "analogies") & (rows["method"] == "3CosAdd")]
    rows = rows[(rows["candidates"] == "excluded") & (rows["relation"] != ALL_RELATIONS)]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            part = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            lines = []
            for relation in dict.fromkeys(part["relation"]):
                of_relation = part[part["relation"] == relation]
                n_used = int(of_relation["n_used"].iloc[0])
                if n_used:
                    cells = value_cells(of_relation, names, in_percent=True, mark=False)
                    tests = paired_tests(
                        comparison.relation_differences,
                        "analogies",
                        str(judgments),
                        transform,
                        str(relation),
                    )
                    marked = (
                        replace(cell, best=tests.get(frozenset((name, names[0])), 1) < LEVEL)
                        for name, cell in zip(names, cells, strict=True)
                    )
                    lines.append((Cell(str(relation)), Cell(count(n_used)), *marked))
            if lines:
                summary = f"{judgments} by relation, {transform} cosines (3CosAdd)"
                caption = ""
                if len(names) > 1 and transform == transforms[0]:
                    caption = f"In bold: differs from {label(names[0])} (paired test, Holm)"
                columns = ("relation", "questions", *(label(name) for name in names))
                name = f"relations-{slug(str(judgments))}-{transform}"
                tables.append(Table(name, columns, tuple(lines), caption, summary))
    return tables


def similarity_tables(
    comparison: Comparison, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate Spearman's ρ, one row a space; then that of the parts of a set, where it has any."""
    every = comparison.measurements
    every = every[every["measure"] == "similarity"]
    rows = every[every["method"] == "Spearman"]
    asked = list(dict.fromkeys(zip(rows["judgments"], rows["relation"], strict=True)))
    wholes = [(judgments, relation) for judgments, relation in asked if relation == ALL_RELATIONS]
    parts = [one for one in asked if one not in wholes]
    tables = []
    for transform in transforms:
        here = rows[rows["transform"] == transform]
        for name, columns_asked in (("similarity", wholes), ("similarity-parts", parts)):
            if not columns_asked:
                continue
            columns, titles = [], []
            for judgments, relation in columns_asked:
                part = here[(here["judgments"] == judgments) & (here["relation"] == relation)]
                tests = paired_tests(comparison.differences, "similarity", judgments, transform)
                is_whole = relation == ALL_RELATIONS
                columns.append(
                    value_cells(part, names, in_percent=False, tests=tests if is_whole else None)
                )
                n_used, n_missing = part["n_used"].iloc[0], part["n_missing"].iloc[0]
                title = judgments if is_whole else f"{judgments}, {relation}"
                titles.append(f"{title} ({count(n_used)} of {count(n_used + n_missing)} pairs)")
            tables.append(
                Table(
                    f"{name}-{transform}",
                    ("space", *titles),
                    tuple(zip([Cell(label(one)) for one in names], *columns, strict=True)),
                    f"{transform} cosines",
                )
            )
        pearson = every[(every["method"] == "Pearson") & (every["transform"] == transform)]
        if len(pearson):
            columns = [
                value_cells(part, names, in_percent=False, mark=False)
                for _, part in pearson.groupby("judgments", sort=False)
            ]
            titles = list(dict.fromkeys(pearson["judgments"]))
            lines = tuple(zip([Cell(label(one)) for one in names], *columns, strict=True))
            caption = f"Pearson's r, {transform} cosines"
            tables.append(Table(f"pearson-{transform}", ("space", *titles), lines, caption))
    return tables


_LEXICAL = (
    ("antonyms", "AUC", "synonyms above antonyms (AUC)", False),
    ("antonyms", "share", "antonyms among the neighbours", True),
    ("categories", "purity", "purity of clusters", True),
    ("odd one out", "accuracy", "odd one out", True),
)


def lexicon_tables(
    comparison: Comparison, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate opposites, categories and odd ones out, one row a space."""
    rows = comparison.measurements
    rows = rows[rows["measure"].isin([measure for measure, *_ in _LEXICAL])]
    tables = []
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            here = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            columns, titles = [], []
            for measure, method, title, in_percent in _LEXICAL:
                part = here[(here["measure"] == measure) & here["method"].str.startswith(method)]
                if not len(part):
                    continue
                tests = paired_tests(comparison.differences, measure, str(judgments), transform)
                is_scored = method != "share"  # neither more nor fewer opposites is better
                columns.append(
                    value_cells(part, names, in_percent=in_percent, tests=tests, mark=is_scored)
                )
                chance = part["chance"].mean()
                write = share_text if in_percent else two_decimals
                used, missing = part["n_used"].iloc[0], part["n_missing"].iloc[0]
                title = f"{title} ({count(used)} of {count(used + missing)})"
                titles.append(title if math.isnan(chance) else f"{title}; chance {write(chance)}")
            if columns:
                tables.append(
                    Table(
                        f"words-{slug(str(judgments))}-{transform}",
                        ("space", *titles),
                        tuple(zip([Cell(label(one)) for one in names], *columns, strict=True)),
                        f"{judgments}, {transform} cosines",
                    )
                )
    return tables


def probe_table(rows: pd.DataFrame, names: Sequence[str]) -> Table | None:
    """Tabulate what a linear probe reads from the vectors, with its control task."""
    rows = rows[rows["measure"] == "probing"]
    if not len(rows):
        return None
    columns, titles = [], []
    for (judgments, relation), part in rows.groupby(["judgments", "relation"], sort=False):
        by_space = {row.space: row for row in part.itertuples()}
        is_class = part["method"].iloc[0] == "accuracy"
        write = percent if is_class else correlation
        cells = []
        for name in names:
            row = by_space.get(name)
            if row is None:
                cells.append(Cell("–"))
                continue
            control = share_text(row.chance) if is_class else two_decimals(row.chance)
            cells.append(Cell(f"{write(row.value, row.low, row.high)}; {control}"))
        columns.append(cells)
        unit = f"{judgments}, accuracy" if is_class else "R²"
        n_used = count(part["n_used"].iloc[0])
        titles.append(f"{relation} ({unit}, {n_used} words)")
    lines = tuple(zip([Cell(label(name)) for name in names], *columns, strict=True))
    caption = "linear probes: value; the same on a control task"
    return Table("probing", ("space", *titles), lines, caption)


def summary_table(comparison: Comparison, names: Sequence[str], transform: str) -> Table | None:
    """Set the main numbers side by side: one row a space, one column a measure."""
    rows = comparison.measurements
    whole = (rows["relation"] == ALL_RELATIONS) | (rows["measure"] == "mean cosine")
    rows = rows[(rows["transform"] == transform) & whole]
    wanted = (
        ("analogies", "3CosAdd", "analogies ({})", True),
        ("similarity", "Spearman", "{}", False),
        ("antonyms", "AUC", "synonyms above antonyms ({})", False),
        ("categories", "purity", "purity ({})", True),
        ("odd one out", "accuracy", "odd one out ({})", True),
        ("mean cosine", "random pairs", "mean cosine", False),
    )
    columns, titles = [], []
    for measure, method, title, in_percent in wanted:
        part = rows[(rows["measure"] == measure) & (rows["method"] == method)]
        part = part[part["candidates"].fillna("") != "honest"]
        for judgments, of_set in part.groupby(part["judgments"].fillna(""), sort=False):
            tests = paired_tests(comparison.differences, measure, str(judgments), transform)
            is_scored = measure != "mean cosine"
            columns.append(
                value_cells(of_set, names, in_percent=in_percent, tests=tests, mark=is_scored)
            )
            titles.append(title.format(judgments))
    if not columns:
        return None
    lines = tuple(zip([Cell(label(name)) for name in names], *columns, strict=True))
    return Table("summary", ("space", *titles), lines, f"{transform} cosines")


def cut_tables(cuts: pd.DataFrame, names: Sequence[str]) -> list[Table]:
    """Tabulate the scores of growing vocabularies, one row a space, one column a cut."""
    tables = []
    for (measure, judgments), part in cuts.groupby(["measure", "judgments"], sort=False):
        sizes = part.drop_duplicates("n_words")
        if len(sizes) < 2:
            continue
        values = {(row.space, row.n_words): row.value for row in part.itertuples()}
        write = share_text if measure == "analogies" else two_decimals
        rows = tuple(
            (
                Cell(label(name)),
                *(Cell(_or_dash(write, values.get((name, size)))) for size in sizes["n_words"]),
            )
            for name in names
        )
        items = "questions" if measure == "analogies" else "pairs"
        columns = (
            "space",
            *(
                f"{count(row.n_words)} words ({count(row.n_used)} {items})"
                for row in sizes.itertuples()
            ),
        )
        name = f"cuts-{slug(str(judgments))}"
        tables.append(Table(name, columns, rows, str(judgments)))
    return tables


def _or_dash(write: Callable[[float], str], value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else write(value)


def seed_table(seeds: pd.DataFrame, names: Sequence[str]) -> Table | None:
    """Tabulate how far the main numbers move with the seed: mean, and the 95 % interval of it."""
    if not len(seeds):
        return None
    rows = seeds[seeds["relation"].isin([ALL_RELATIONS]) & (seeds["candidates"] != "honest")]
    rows = rows[rows["method"].isin(["3CosAdd", "Spearman", "AUC", "purity", "accuracy"])]
    rows = rows[rows["measure"].isin(["analogies", "similarity", *(m for m, *_ in _LEXICAL)])]
    columns, titles = [], []
    for (measure, judgments), part in rows.groupby(["measure", "judgments"], sort=False):
        write = correlation if measure in ("similarity", "antonyms") else percent
        cells = []
        for name in names:
            values = part.loc[part["space"] == name, "value"].dropna()
            if len(values):
                mean, low, high = seed_spread(values.tolist())
                text = write(mean, low, high)
                text += f" ({write(values.max() - values.min(), math.nan, math.nan)} apart)"
                cells.append(Cell(text))
            else:
                cells.append(Cell("–"))
        columns.append(cells)
        titles.append(f"{judgments}: {measure}")
    lines = tuple(zip([Cell(label(name)) for name in names], *columns, strict=True))
    n_seeds = seeds["seed"].nunique()
    return Table("seeds", ("space", *titles), lines, f"{n_seeds} seeds, mean and 95 % interval")


def hub_table(hubs: Sequence[dict[str, Any]], names: Sequence[str], transform: str) -> Table | None:
    """List the words that are neighbours of the most others."""
    listed = {entry["space"]: entry for entry in hubs if entry["transform"] == transform}
    if not listed:
        return None
    rows = tuple(
        (
            Cell(label(name)),
            Cell(", ".join(f"{hub['word']} ({count(hub['n'])})" for hub in listed[name]["hubs"])),
        )
        for name in names
    )
    first = listed[names[0]]
    caption = f"Among the {first['k']} nearest of {count(first['n_asked'])} words"
    return Table("hubs", ("space", "hubs"), rows, caption, n_text_columns=2)


_SHAPE = (
    ("IsoScore", "IsoScore"),
    ("partition isotropy", "partition"),
    ("effective rank", "rank"),
    ("hubness", "hubness"),
    ("rogue dimension", "largest"),
    ("norm and frequency", "norms"),
    ("neighbours and frequency", "neighbours"),
)


def geometry_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    """Tabulate the measures of geometry, one row a space."""
    tables = []
    for transform in transforms:
        here = rows[rows["transform"] == transform]
        mean = value_cells(
            here[here["measure"] == "mean cosine"], names, in_percent=False, mark=False
        )
        shape = here[here["measure"] == "geometry"]
        values = {(row.space, row.method): row.value for row in shape.itertuples()}
        columns = [
            [Cell(two_decimals(values.get((name, method)))) for name in names]
            for method, _ in _SHAPE
        ]
        tables.append(
            Table(
                f"geometry-{transform}",
                ("space", "mean cosine", *(title for _, title in _SHAPE)),
                tuple(zip([Cell(label(name)) for name in names], mean, *columns, strict=True)),
                f"{transform} vectors",
            )
        )
    return tables


def context_table(layers: pd.DataFrame) -> Table | None:
    """Tabulate what context adds in each layer."""
    if not len(layers):
        return None
    rows = tuple(
        (
            Cell(label(str(row.space))),
            Cell(two_decimals(row.self_similarity)),
            Cell(two_decimals(row.mev)),
            Cell(two_decimals(row.intra_sentence)),
            Cell(two_decimals(row.baseline_cosine)),
            Cell(count(row.n_used)),
        )
        for row in layers.itertuples()
    )
    columns = (
        "layer",
        "self-similarity",
        "explained by one vector",
        "to its sentence",
        "cosine of any two words",
        "words",
    )
    return Table("context", columns, rows)


def sense_tables(senses: pd.DataFrame) -> list[Table]:
    """Tabulate how far the senses of ambiguous words lie apart, one row a word."""
    if not len(senses):
        return []
    spaces = list(dict.fromkeys(senses["space"]))
    tables = []
    for column, title in (
        ("probe_auc", "read by a linear probe (AUC)"),
        ("auc", "larger cosines within a sense (AUC)"),
        ("silhouette", "silhouette"),
    ):
        rows = [
            (
                Cell(str(word)),
                Cell(count(part["n_used"].iloc[0])),
                *(
                    Cell(two_decimals(part.loc[part["space"] == space, column].mean()))
                    for space in spaces
                ),
            )
            for word, part in senses.groupby("word", sort=False)
        ]
        means = senses.groupby("space")[column].mean()
        rows.append((Cell("mean"), Cell(""), *(Cell(two_decimals(means[one])) for one in spaces)))
        columns = ("word", "occurrences", *(label(space) for space in spaces))
        tables.append(Table(f"senses-{slug(column)}", columns, tuple(rows), title))
    return tables


def budget_table(budgets: pd.DataFrame) -> Table:
    """Tabulate what each model was given."""
    rows = []
    for row in budgets.to_dict("records"):
        unit = row.get("unit", "")
        rows.append(
            (
                Cell(model_label(row["model"])),
                Cell(count(row["dimension"])),
                Cell(short(row.get("parameters"))),
                Cell(f"{short(row.get('seen'))} {unit}".strip()),
                Cell(plain_number(row.get("epochs"))),
                Cell(short(row.get("flops"))),
                Cell(plain_number(row.get("threads"))),
                Cell(seconds_text(row.get("seconds"))),
            )
        )
    columns = (
        "model",
        "dimension",
        "parameters",
        "text seen",
        "epochs",
        "training FLOPs",
        "threads",
        "time",
    )
    return Table("budgets", columns, tuple(rows))


def coverage_table(results: RunResults) -> Table:
    """Tabulate what the cut to the shared vocabulary cost."""
    rows = tuple(
        (
            Cell(label(str(row.space))),
            Cell(count(row.n_words)),
            Cell(count(row.n_shared)),
            Cell(count(row.n_case_collisions)),
        )
        for row in results.comparison.coverage.itertuples()
    )
    columns = ("space", "words", "compared", "case variants dropped")
    return Table("coverage", columns, rows, "The cut to the shared vocabulary")
