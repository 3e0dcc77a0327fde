"""Results → a report that stands on its own: one HTML page, the same in Markdown, LaTeX tables.

The report leads with the answer, says what was compared under which rules and budgets, and never
prints more digits than the uncertainty bears. Every word of a corpus is escaped.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w
from jinja2 import DictLoader, Environment, StrictUndefined

from compare.storage import write_text
from experiments.figures import label, write_figures
from experiments.results import RunResults


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``best`` where it is not distinguishable from the column's best."""

    text: str
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A table as the page, Markdown and LaTeX show it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    summary: str = ""
    n_text_columns: int = 1


def write_report(results: RunResults, folder: Path) -> Path:
    """Write figures, ``report.html``, ``report.md`` and ``tables/*.tex``; returns the page."""
    figures = write_figures(results, folder / "figures")
    content = _content(results)
    pictures = {name: _data_uri(path) for name, path in figures.items()}
    page = _environment().get_template("report.html").render(**content, figures=_Pictures(pictures))
    write_text(folder / "report.html", page)
    write_text(folder / "report.md", _markdown(content, figures))
    for table in _tables_of(content):
        write_text(folder / "tables" / f"{table.name}.tex", _latex(table))
    return folder / "report.html"


def write_index(runs: Sequence[tuple[RunResults, Path]], folder: Path, *, title: str) -> Path:
    """Write one page that leads with what several runs show and links to their reports."""
    entries = []
    for results, path in runs:
        picture = path.parent / "figures" / "map.png"
        entries.append(
            {
                "title": results.title,
                "subtitle": _subtitle(results),
                "answer": answer_lines(results),
                "link": path.relative_to(folder).as_posix(),
                "picture": _data_uri(picture) if picture.is_file() else None,
            }
        )
    lead = (
        "The same text, two ways to learn a vector for each word: word2vec pulls the words inside "
        "a window together and pushes others away; a language model looks a row up in a table "
        "that next-token prediction trains. What each of them knows:"
    )
    page = _environment().get_template("index.html").render(title=title, lead=lead, runs=entries)
    write_text(folder / "index.html", page)
    return folder / "index.html"


class _Pictures(dict[str, str]):
    """Figures by name; a missing one is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _environment() -> Environment:
    folder = resources.files("experiments") / "templates"
    names = ("report.html", "index.html", "macros.html")
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    imported = "{% from 'macros.html' import plain, neighbours %}"
    texts["report.html"] = imported + texts["report.html"]
    return Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _data_uri(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


# --- what the report says ------------------------------------------------------------------------


def _content(results: RunResults) -> dict[str, Any]:
    comparison = results.comparison
    names = [str(name) for name in comparison.coverage["space"]]
    transforms = list(dict.fromkeys(comparison.measurements["transform"]))
    protocol = results.config.get("protocol", {})
    overlaps = comparison.overlaps
    k = int(overlaps["k"].iloc[0]) if len(overlaps) else protocol.get("neighbours", 10)
    example = _example(results)
    return {
        "title": results.title,
        "subtitle": _subtitle(results),
        "answer": answer_lines(results),
        "caveats": _caveats(results),
        "k": k,
        "neighbour_tables": _neighbour_tables(results, names, transforms),
        "missing": ", ".join(comparison.missing_probes),
        "overlap_words": _count(overlaps["n_used"].iloc[0]) if len(overlaps) else "0",
        "overlap_chance": _share(overlaps["chance"].iloc[0], 2) if len(overlaps) else "–",
        "overlap_tables": _overlap_tables(overlaps, names, transforms),
        "example": example,
        "example_pairs": example["pairs"] if example else "",
        "first_transform": transforms[0],
        "analogy_tables": _analogy_tables(comparison.measurements, names, transforms),
        "relation_tables": _relation_tables(comparison.measurements, names, transforms),
        "similarity_tables": _similarity_tables(comparison.measurements, names, transforms),
        "reference": label(names[0]),
        "difference_table": _difference_table(comparison.differences),
        "geometry_table": _geometry_table(comparison.measurements, names, transforms),
        "budget_table": _budget_table(results.budgets),
        "training_note": (
            "Losses of different models are of different things (a pair against noise words; the "
            "next token among all tokens) and must not be compared. word2vec's held-out loss is "
            "ours for both trainers, over the same held-out pairs; its training loss is the mean "
            "over the pairs seen in each epoch (gensim's own figure is not used)."
        ),
        "rules": _rules(results, transforms),
        "coverage_table": _coverage_table(results),
        "device": results.environment.get("gpu") or results.environment.get("device", ""),
        "config": tomli_w.dumps(_without_none(results.config)),
        "environment": json.dumps(results.environment, indent=2, ensure_ascii=False),
    }


def _subtitle(results: RunResults) -> str:
    corpus = results.corpus
    shared = _count(results.comparison.coverage["n_shared"].iloc[0])
    if not corpus:
        return f"{len(results.comparison.coverage)} spaces over {shared} shared words"
    return (
        f"Corpus {corpus['name']}: {_count(corpus['n_documents'])} documents, "
        f"{_count(corpus['n_training_words'])} training words; "
        f"{shared} words compared (seed {results.environment.get('seed')})"
    )


def answer_lines(results: RunResults) -> list[str]:
    """Say the findings in sentences, made of the numbers."""
    rows = results.comparison.measurements
    names = [str(name) for name in results.comparison.coverage["space"]]
    transform = str(rows["transform"].iloc[0])
    whole = rows[(rows["transform"] == transform) & (rows["relation"] == "all")]
    usual = whole[whole["method"].isin(["3CosAdd", "Spearman"]) & (whole["candidates"] != "honest")]
    lines = []
    for (measure, judgments), part in usual.groupby(["measure", "judgments"], sort=False):
        found = _standing(part, names, percent=measure == "analogies")
        if found:
            n_used = _count(part["n_used"].iloc[0])
            what = (
                f"Analogies ({judgments}, {n_used} questions answered by 3CosAdd)"
                if measure == "analogies"
                else f"Human similarity ({judgments}, {n_used} pairs, Spearman's ρ)"
            )
            lines.append(f"{what}: {found}.")
    return [*lines, *_overlap_line(results, transform), *_example_line(results, transform)]


def _standing(part: pd.DataFrame, names: Sequence[str], *, percent: bool) -> str:
    """Say who is best, who cannot be told from it, who is below, and where the floor lies."""
    write = _percent if percent else _correlation
    by_space = {str(row.space): row for row in part.itertuples() if not math.isnan(row.value)}
    floor = by_space.pop("gpt-random", None)
    if not by_space:
        return ""
    best = max(by_space.values(), key=lambda row: row.value)
    told = [f"{label(best.space)} is best with {write(best.value, best.low, best.high)}"]
    others = [by_space[name] for name in names if name in by_space and name != best.space]
    near = [row for row in others if row.high >= best.value]
    below = [row for row in others if row.high < best.value]
    for group, verb in ((near, "not to be told from it"), (below, "below it")):
        if group:
            listed = ", ".join(
                f"{label(row.space)} {write(row.value, row.low, row.high)}" for row in group
            )
            told.append(f"{verb}: {listed}")
    if floor is not None:
        text = f"the floor, {label(floor.space)}, is at {write(floor.value, floor.low, floor.high)}"
        if floor.high >= best.value:
            text += ", so that none has clearly learned these"
        told.append(text)
    return "; ".join(told)


def _overlap_line(results: RunResults, transform: str) -> list[str]:
    overlaps = results.comparison.overlaps
    if not len(overlaps):
        return []
    part = overlaps[overlaps["transform"] == transform]
    told = [
        f"{label(row.first)} and {label(row.second)} {_percent(row.value, row.low, row.high)}"
        for row in part.sort_values("value", ascending=False).itertuples()
        if "gpt-random" not in (row.first, row.second)
    ]
    if not told:
        return []
    k, chance = int(part["k"].iloc[0]), _share(part["chance"].iloc[0], 2)
    return [f"Common neighbours among the {k} nearest (by chance {chance}): {', '.join(told)}."]


def _example_line(results: RunResults, transform: str) -> list[str]:
    examples = [e for e in results.comparison.example if e["transform"] == transform]
    if not examples:
        return []
    a, b, c, d = examples[0]["analogy"]
    right = [label(e["space"]) for e in examples if e["rank"] == 1]
    wrong = [
        f"{label(e['space'])}: “{e['answers'][0]}”"
        for e in examples
        if e["rank"] != 1 and e["answers"]
    ]
    told = [f"{d} ✓ in {', '.join(right)}"] if right else []
    if wrong:
        told.append(("elsewhere " if right else "") + ", ".join(wrong))
    return [f"{b} − {a} + {c} = {'; '.join(told)}."]


def _caveats(results: RunResults) -> str:
    notes = []
    words = results.corpus.get("n_training_words")
    if words and words < 5_000_000:
        notes.append(
            f"{_count(words)} words are little text (published word2vec figures come from "
            "billions), so absolute scores are low and the comparison counts"
        )
    share = results.corpus.get("split_share")
    if share is not None and not math.isnan(share):
        notes.append(
            f"{_share(share)} of the compared vocabulary are split into several tokens by the "
            "GPT's encoding, and their vectors are means over the pieces"
        )
    if results.corpus:
        random = results.comparison.measurements.query(
            "space == 'gpt-random' and measure == 'analogies' and relation == 'all' "
            "and method == '3CosAdd' and candidates == 'excluded'"
        )["value"].max()
        if random > 0.01:
            notes.append(
                f"the GPT's untrained table already answers up to {_share(random)} of the "
                "analogies, because words that share pieces (big, bigger) share parts of their "
                "vectors: only what exceeds it was learned"
            )
        notes.append("one seed was trained: differences between seeds are not in the intervals")
        budgets = results.budgets.dropna(subset=["flops"])
        if len(budgets) > 1 and budgets["flops"].max() > 2 * budgets["flops"].min():
            notes.append("the models' budgets differ (see below)")
    return "; ".join(notes) + "." if notes else ""


def _neighbour_tables(
    results: RunResults, names: Sequence[str], transforms: Sequence[str]
) -> list[dict[str, Any]]:
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


def _overlap_tables(
    overlaps: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    tables = []
    for transform in transforms if len(overlaps) else ():
        part = overlaps[overlaps["transform"] == transform]
        found = {(r.first, r.second): _percent(r.value, r.low, r.high) for r in part.itertuples()}
        rows = tuple(
            (
                Cell(label(row)),
                *(Cell(found.get((row, column), "")) for column in names[1:]),
            )
            for row in names[:-1]
        )
        columns = ("", *(label(name) for name in names[1:]))
        tables.append(Table(f"overlap-{transform}", columns, rows, f"{transform} cosines"))
    return tables


def _example(results: RunResults) -> dict[str, Any] | None:
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
                Cell("–" if e["rank"] is None else _count(e["rank"])),
                Cell("–" if e["rank_honest"] is None else _count(e["rank_honest"])),
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


_METHODS = (
    ("3CosAdd", "excluded", "3CosAdd"),
    ("3CosAdd", "honest", "3CosAdd, honest"),
    ("3CosMul", "excluded", "3CosMul"),
    ("3CosMul", "honest", "3CosMul, honest"),
    ("only-c", "excluded", "only-c"),
    ("random", "excluded", "random guess"),
)


def _analogy_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    tables = []
    rows = rows[(rows["measure"] == "analogies") & (rows["relation"] == "all")]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            part = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            n_used, n_missing = int(part["n_used"].iloc[0]), int(part["n_missing"].iloc[0])
            columns = [
                _value_cells(
                    part[(part["method"] == method) & (part["candidates"] == candidates)],
                    names,
                    percent=True,
                )
                for method, candidates, _ in _METHODS
            ]
            tables.append(
                Table(
                    f"analogies-{_slug(judgments)}-{transform}",
                    ("space", *(title for *_, title in _METHODS)),
                    tuple(zip([Cell(label(name)) for name in names], *columns, strict=True)),
                    f"{judgments}, {transform} cosines: {_count(n_used)} questions asked, "
                    f"{_count(n_missing)} left out (a word is not in the shared vocabulary)",
                )
            )
    return tables


def _relation_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    tables = []
    rows = rows[(rows["measure"] == "analogies") & (rows["method"] == "3CosAdd")]
    rows = rows[(rows["candidates"] == "excluded") & (rows["relation"] != "all")]
    for judgments in dict.fromkeys(rows["judgments"]):
        for transform in transforms:
            part = rows[(rows["judgments"] == judgments) & (rows["transform"] == transform)]
            lines = []
            for relation in dict.fromkeys(part["relation"]):
                of_relation = part[part["relation"] == relation]
                n_used = int(of_relation["n_used"].iloc[0])
                if n_used:
                    cells = _value_cells(of_relation, names, percent=True)
                    lines.append((Cell(str(relation)), Cell(_count(n_used)), *cells))
            if lines:
                summary = f"{judgments} by relation, {transform} cosines (3CosAdd)"
                columns = ("relation", "questions", *(label(name) for name in names))
                name = f"relations-{_slug(judgments)}-{transform}"
                tables.append(Table(name, columns, tuple(lines), "", summary))
    return tables


def _similarity_tables(
    rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]
) -> list[Table]:
    rows = rows[rows["measure"] == "similarity"]
    judgments = list(dict.fromkeys(rows["judgments"]))
    tables = []
    for transform in transforms if judgments else ():
        columns, titles = [], []
        for one_set in judgments:
            part = rows[(rows["judgments"] == one_set) & (rows["transform"] == transform)]
            columns.append(_value_cells(part, names, percent=False))
            n_used, n_missing = part["n_used"].iloc[0], part["n_missing"].iloc[0]
            titles.append(f"{one_set} ({_count(n_used)} of {_count(n_used + n_missing)} pairs)")
        tables.append(
            Table(
                f"similarity-{transform}",
                ("space", *titles),
                tuple(zip([Cell(label(name)) for name in names], *columns, strict=True)),
                f"{transform} cosines",
            )
        )
    return tables


def _difference_table(differences: pd.DataFrame) -> Table | None:
    if not len(differences):
        return None
    rows = []
    for row in differences.itertuples():
        is_share = row.measure == "analogies"
        write = _percent if is_share else _correlation
        adjusted = "–" if math.isnan(row.p_holm) else _p_value(row.p_holm)
        rows.append(
            (
                Cell(label(row.space)),
                Cell(row.judgments),
                Cell(row.transform),
                Cell(write(row.difference, row.low, row.high, signed=True)),
                Cell(adjusted, best=row.p_holm < 0.05),
            )
        )
    columns = ("space", "judgments", "cosines", "difference", "p (Holm)")
    return Table("differences", columns, tuple(rows), n_text_columns=3)


def _geometry_table(rows: pd.DataFrame, names: Sequence[str], transforms: Sequence[str]) -> Table:
    rows = rows[rows["measure"] == "mean cosine"]
    columns = []
    for transform in transforms:
        part = rows[rows["transform"] == transform]
        columns.append(_value_cells(part, names, percent=False, mark=False))
    return Table(
        "geometry",
        ("space", *(f"mean cosine, {transform}" for transform in transforms)),
        tuple(zip([Cell(label(name)) for name in names], *columns, strict=True)),
    )


def _budget_table(budgets: pd.DataFrame) -> Table:
    names = {"gensim": "word2vec (gensim)", "torch": "word2vec (torch)", "gpt": "GPT"}
    rows = []
    for row in budgets.to_dict("records"):
        unit = row.get("unit", "")
        rows.append(
            (
                Cell(names.get(row["model"], label(row["model"]))),
                Cell(_count(row["dimension"])),
                Cell(_short(row.get("parameters"))),
                Cell(f"{_short(row.get('seen'))} {unit}".strip()),
                Cell(_plain_number(row.get("epochs"))),
                Cell(_short(row.get("flops"))),
                Cell(_seconds(row.get("seconds"))),
            )
        )
    columns = ("model", "dimension", "parameters", "text seen", "epochs", "training FLOPs", "time")
    return Table("budgets", columns, tuple(rows))


def _coverage_table(results: RunResults) -> Table:
    rows = tuple(
        (
            Cell(label(str(row.space))),
            Cell(_count(row.n_words)),
            Cell(_count(row.n_shared)),
            Cell(_count(row.n_case_collisions)),
        )
        for row in results.comparison.coverage.itertuples()
    )
    columns = ("space", "words", "compared", "case variants dropped")
    return Table("coverage", columns, rows, "The cut to the shared vocabulary")


def _rules(results: RunResults, transforms: Sequence[str]) -> list[str]:
    config = results.config
    protocol = config.get("protocol", {})
    rules = []
    if results.corpus:
        normalization = config["corpus"]["normalization"]
        held_out = config["corpus"]["validation_fraction"]
        rules.append(
            "All models read the same text, normalised alike ("
            + ", ".join(f"{key}: {value}" for key, value in normalization.items())
            + f"), and the same training part; {_share(held_out)} is held out."
        )
        form = config["word_vectors"]["form"]
        shown = (
            "with its leading space (“ king”)" if form == "space" else "without a space (“king”)"
        )
        rules.append(
            f"A GPT vector is looked up {shown}; a word of several tokens is the mean of them."
        )
        if config["gpt"]["tied"] and "gpt" in config["trainers"]:
            rules.append("The GPT's output table is its input table (tied), so it is shown once.")
    rules += [
        "Questions, pairs and candidates are cut to the words that all spaces have; "
        f"at most the {_count(protocol.get('max_words', 0))} most frequent.",
        "Case: "
        + (
            "folded to lower case, of variants the most frequent stays."
            if protocol.get("case") == "fold"
            else "compared exactly."
        ),
        f"Cosines: {' and '.join(transforms)}"
        + (
            " (the mean over the shared words is taken off, which removes what all words have in "
            "common, not dimensions that vary widely)."
            if "centred" in transforms
            else "."
        ),
        "Analogies are scored with and without excluding the question words, beside two baselines; "
        "a tie counts against the answer.",
        f"Intervals: {_count(protocol.get('bootstrap_replicates', 0))} bootstrap resamples over "
        "word pairs within a relation (analogies), pairs (similarity) or words (neighbours); none "
        "where fewer than five pairs were asked or all resamples agree. They tell how far another "
        "sample of judgments would move a number, not another seed or corpus.",
        "Likeness to another seed (the ceiling) is not available: one seed was trained.",
    ]
    rules += [
        f"{note[0].upper()}{note[1:]}." for note in results.environment.get("not_repeatable", [])
    ]
    return rules


# --- numbers in words ----------------------------------------------------------------------------


_NBSP = "\u00a0"  # a number and its unit stay on one line


def _value_cells(
    part: pd.DataFrame, names: Sequence[str], *, percent: bool, mark: bool = True
) -> list[Cell]:
    """One cell a space; marked where the interval holds the best value of the column."""
    by_space = {str(row.space): row for row in part.itertuples()}
    values = [row.value for row in by_space.values() if not math.isnan(row.value)]
    best = max(values, default=math.nan)
    write = _percent if percent else _correlation
    cells = []
    for name in names:
        row = by_space.get(name)
        if row is None or math.isnan(row.value):
            cells.append(Cell("–"))
        else:
            is_best = row.value == best or (not math.isnan(row.high) and row.high >= best)
            is_best = mark and is_best and len(set(values)) > 1
            cells.append(Cell(write(row.value, row.low, row.high), best=is_best))
    return cells


def _percent(value: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write a share in percent, with as many digits as its interval bears."""
    digits = _digits(100 * (high - low)) if high == high else 2
    sign = "+" if signed else ""
    text = f"{100 * value:{sign}.{digits}f}{_NBSP}%"
    if low < high:  # no interval where there is none, or where all resamples agree
        text += f" [{100 * low:{sign}.{digits}f}, {100 * high:{sign}.{digits}f}]"
    return _minus(text)


def _correlation(value: float, low: float, high: float, *, signed: bool = False) -> str:
    digits = max(2, _digits(high - low)) if high == high else 2
    sign = "+" if signed else ""
    text = f"{value:{sign}.{digits}f}"
    if low < high:
        text += f" [{low:{sign}.{digits}f}, {high:{sign}.{digits}f}]"
    return _minus(text)


def _share(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f}{_NBSP}%"


def _minus(text: str) -> str:
    """Set a true minus sign, and no minus before a rounded zero."""
    text = re.sub(r"-(0(?:\.0+)?)(?![\d.])", r"\1", text)
    return re.sub(r"-(?=\d)", "−", text)


def _digits(width: float) -> int:
    """Choose decimals for a number whose interval is ``width`` wide; at most 3."""
    if width <= 0 or math.isnan(width):
        return 0
    return min(3, max(0, -math.floor(math.log10(width))))


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _count(number: float) -> str:
    return f"{int(number):,}".replace(",", " ")


def _plain_number(number: Any) -> str:
    return "–" if number is None or number != number else f"{number:g}"


def _short(number: Any) -> str:
    if number is None or number != number:
        return "–"
    for size, unit in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.3g}"


def _seconds(seconds: Any) -> str:
    if seconds is None or seconds != seconds:
        return "–"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "set"


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return value


# --- the same in Markdown and LaTeX --------------------------------------------------------------


def _tables_of(content: dict[str, Any]) -> list[Table]:
    tables: list[Table] = [*content["overlap_tables"], *content["analogy_tables"]]
    tables += content["relation_tables"] + content["similarity_tables"]
    if content["example"]:
        tables += content["example"]["tables"]
    if content["difference_table"]:
        tables.append(content["difference_table"])
    return [*tables, content["geometry_table"], content["budget_table"], content["coverage_table"]]


def _markdown(content: dict[str, Any], figures: dict[str, Path]) -> str:
    def picture(name: str, text: str) -> list[str]:
        return [f"![{text}](figures/{name}.png)", ""] if name in figures else []

    parts = [f"# {_md(content['title'])}", "", _md(content["subtitle"]), ""]
    parts += [f"- {_md(line)}" for line in content["answer"]]
    if content["caveats"]:
        parts += ["", f"Read with this in mind: {_md(content['caveats'])}"]
    parts += ["", "## Neighbours side by side", ""]
    parts += [
        f"The {content['k']} nearest words by cosine; **bold**: also in the first column.",
        "",
    ]
    for table in content["neighbour_tables"]:
        parts += [f"{table['transform']} cosines", "", *_markdown_neighbours(table), ""]
    parts += ["### Common neighbours", ""]
    for overlap in content["overlap_tables"]:
        parts += _markdown_table(overlap)
    if content["example"]:
        parts += [f"## {_md(content['example']['question'])}", ""]
        for example in content["example"]["tables"]:
            parts += _markdown_table(example)
    parts += picture("map", "Words on two principal components")
    if content["analogy_tables"]:
        parts += ["## Analogies", "", *picture("analogies", "Analogy accuracy with intervals")]
        for analogy in (*content["analogy_tables"], *content["relation_tables"]):
            parts += _markdown_table(analogy)
    if content["similarity_tables"]:
        parts += ["## Similarity judgments", "", *picture("similarity", "Similarity")]
        for similarity in content["similarity_tables"]:
            parts += _markdown_table(similarity)
    if content["difference_table"]:
        parts += ["## Which differences are more than chance?", ""]
        parts += [f"Against {_md(content['reference'])}, paired bootstrap, p by Holm.", ""]
        parts += _markdown_table(content["difference_table"])
    parts += ["## Geometry", "", *picture("cosines", "Cosines of random word pairs")]
    parts += _markdown_table(content["geometry_table"])
    parts += ["## Budgets", "", *_markdown_table(content["budget_table"])]
    parts += picture("training", "Training curves")
    if "training" in figures:
        parts += [content["training_note"], ""]
    parts += ["## Protocol", "", *(f"- {_md(rule)}" for rule in content["rules"]), ""]
    parts += _markdown_table(content["coverage_table"])
    return "\n".join(parts).rstrip() + "\n"


def _alignment(table: Table, text: str, number: str) -> str:
    return text * table.n_text_columns + number * (len(table.columns) - table.n_text_columns)


def _markdown_table(table: Table) -> list[str]:
    title = table.caption or table.summary
    lines = [_md(title), ""] if title else []
    lines.append("| " + " | ".join(_md(column) for column in table.columns) + " |")
    lines.append("|" + _alignment(table, "---|", "---:|"))
    for row in table.rows:
        cells = (f"**{_md(cell.text)}**" if cell.best else _md(cell.text) for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def _markdown_neighbours(table: dict[str, Any]) -> list[str]:
    lines = ["| word | " + " | ".join(_md(space) for space in table["spaces"]) + " |"]
    lines.append("|" + "---|" * (len(table["spaces"]) + 1))
    for row in table["rows"]:
        cells = (
            ", ".join(
                f"**{_md(near['word'])}**" if near["common"] else _md(near["word"]) for near in cell
            )
            for cell in row["cells"]
        )
        lines.append(f"| {_md(row['word'])} | " + " | ".join(cells) + " |")
    return lines


def _md(text: str) -> str:
    """Escape what Markdown (and HTML inside it) would take as markup."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]|#~$])", r"\\\1", text).replace("\n", " ")


_LATEX = {
    "\u00a0": "~",
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "−": "$-$",
    "ρ": r"$\rho$",
    "→": r"$\rightarrow$",
    "–": "--",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def _tex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)


def _latex(table: Table) -> str:
    r"""Write a tabular for \input (needs the package booktabs)."""
    lines = [r"\begin{tabular}{" + _alignment(table, "l", "r") + "}", r"\toprule"]
    lines += [" & ".join(_tex(column) for column in table.columns) + r" \\", r"\midrule"]
    for row in table.rows:
        cells = (rf"\textbf{{{_tex(c.text)}}}" if c.best else _tex(c.text) for c in row)
        lines.append(" & ".join(cells) + r" \\")
    title = table.caption or table.summary
    head = [f"% {title}"] if title else []
    return "\n".join([*head, *lines, r"\bottomrule", r"\end{tabular}"]) + "\n"
