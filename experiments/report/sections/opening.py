"""The first screen: what was found in short, one picture, what was compared and trained."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compare.comparison import quantities as known
from compare.figures import Figure
from compare.text.corpus import NAMED_CORPORA
from experiments.pages.escapes import markdown_escaped, plain
from experiments.report.column_figures import dot_rows, dots, drawn_columns
from experiments.report.numbers import count, plain_number, seconds_text
from experiments.report.quantity_tables import Column
from experiments.report.section import Picture, Section
from experiments.report.spaces import model_labels, space_names
from experiments.results.run_folder import RunResults


def subtitle(results: RunResults) -> str:
    """Say what was compared, in one line."""
    corpus, coverage = results.corpus, results.comparison.coverage
    shared = count(coverage["n_shared"].iloc[0])
    if not corpus:
        return f"{len(coverage)} spaces over {shared} shared words"
    about = NAMED_CORPORA.get(results.config.get("corpus", {}).get("source"), "")
    return plain(
        f"Corpus {corpus['name']}{f', {about}' if about else ''}: "
        f"{count(corpus['n_documents'])} documents, "
        f"{count(corpus['n_training_words'])} training words; "
        f"{shared} words compared (seed {results.environment.get('seed')})"
    )


def trained(results: RunResults) -> str:
    """Say in one line what each model was given; empty where nothing was trained."""
    labels, told = model_labels(results), []
    costs = results.models["flops"].dropna() if "flops" in results.models else pd.Series()
    costs = costs[costs > 0]
    cheapest = labels[str(results.models["model"][costs.idxmin()])] if len(costs) else ""
    for row in results.models.to_dict("records"):
        epochs, seconds, flops = (row.get(name) for name in ("epochs", "seconds", "flops"))
        if epochs is None or epochs != epochs:
            continue
        parts = [f"{plain_number(epochs)} passes" if epochs != 1 else "1 pass"]
        parts += [seconds_text(seconds)] if seconds == seconds and seconds is not None else []
        if flops == flops and flops and flops >= 1.5 * costs.min():
            times = plain_number(float(f"{flops / costs.min():.2g}"))
            parts.append(f"{times} × the FLOPs of {cheapest}")
        told.append(f"{labels[str(row['model'])]} {', '.join(parts)}")
    return plain(" · ".join(told))


DRAWN = (
    ("company", "around", "", "companions: around the word"),
    ("company", "in place", "", "substitutes: in its place"),
)
OTHERWISE = (
    ("analogies", "3CosAdd", "excluded", "analogies"),
    ("similarity", "Spearman", "", "agreement with people"),
)
"""What the picture shows: key, method, candidates and title; without company the second."""


def _columns(results: RunResults) -> list[tuple[str, Column]]:
    """Give what the picture shows, each with its title; the first set of judgments of each."""
    for shown in (DRAWN, OTHERWISE):
        found = []
        for key, method, candidates, title in shown:
            quantity = known.quantity_of(key, method, candidates)
            found += [(title, column) for column in drawn_columns(results, quantity)[:1]]
        if found:
            return found
    return []


def _drawn(results: RunResults) -> pd.DataFrame:
    columns = _columns(results)
    if _is_company(columns):  # all of one text, which the headline names
        return dot_rows(columns)
    return dot_rows([(f"{title} ({plain(one.judgments)})", one) for title, one in columns])


def _figure(results: RunResults, rows: pd.DataFrame) -> Figure | None:
    is_company = _is_company(_columns(results))
    of = "ahead of words as frequent, share" if is_company else ""
    return dots(of, is_shared=is_company)(results, rows)


def _is_company(columns: Sequence[tuple[str, Column]]) -> bool:
    return any(column.quantity.key == "company" for _, column in columns)


def answer_caption(results: RunResults) -> str:
    """Say how to read the picture."""
    columns = _columns(results)
    sizes = " and ".join(dict.fromkeys(count(column.items[0]) for _, column in columns))
    alone = any(name.endswith("-alone") for name in space_names(results))
    told = " “Alone”: the word by itself, without any context." if alone else ""
    if _is_company(columns):
        return (
            "How often a neighbour is ahead of a word as frequent: means over "
            f"{sizes} words with their 95 % intervals; dashed: ½, as often as not.{told}"
        )
    return f"Means over {sizes} items with their 95 % intervals; dashed: a guess.{told}"


def _text(results: RunResults) -> str:
    lines = (subtitle(results), trained(results))
    return "  \n".join(markdown_escaped(line) for line in lines if line)


OPENING = Section(
    "opening",
    title=lambda results: results.title,
    text=_text,
    picture=Picture(
        "answer", "Main numbers of each space with intervals", _drawn, _figure, answer_caption
    ),
    level=1,
    is_heading=True,
)
