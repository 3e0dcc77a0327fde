"""One analogy worked in every space, with a map of its words."""

from __future__ import annotations

import pandas as pd

from compare.figures import Figure
from compare.figures.word_map import plot_word_map
from experiments.pages.escapes import markdown_escaped, plain
from experiments.report.numbers import count
from experiments.report.phrases import joined
from experiments.report.section import Cell, Finding, Picture, Section, Table
from experiments.report.spaces import space_labels, space_looks, space_names, transforms
from experiments.results.run_folder import RunResults


def _analogy(results: RunResults) -> tuple[str, str, str, str] | None:
    example = results.comparison.example
    if not len(example):
        return None
    first = example.iloc[0]
    return str(first["a"]), str(first["b"]), str(first["c"]), str(first["d"])


def example_tables(results: RunResults) -> list[Table]:
    """Tabulate how each space answers the example analogy."""
    words, example, labels = _analogy(results), results.comparison.example, space_labels(results)
    if words is None:
        return []
    tables = []
    for transform in transforms(results):
        here = example[example["transform"] == transform]
        rows = tuple(
            (
                Cell(labels[str(space)]),
                Cell(", ".join(str(one) for one in part["answer"] if isinstance(one, str) and one)),
                Cell(_rank(part["rank"].iloc[0])),
                Cell(_rank(part["rank_honest"].iloc[0])),
            )
            for space, part in here.groupby("space", sort=False)
        )
        columns = ("space", "best answers", f"rank of {words[3]}", "rank, question words allowed")
        name, title = f"example-{transform}", f"{transform} cosines"
        tables.append(Table(name, columns, rows, title, n_text_columns=2))
    return tables


def _rank(rank: float) -> str:
    return "–" if rank is None or rank != rank else count(rank)


def _title(results: RunResults) -> str:
    words = _analogy(results)
    return "A map of words" if words is None else plain(f"{words[1]} − {words[0]} + {words[2]} = ?")


def _text(results: RunResults) -> str:
    words = _analogy(results)
    if words is None:
        return ""
    return (
        "Best answers by 3CosAdd, with the three question words excluded; the rank of "
        f"“{markdown_escaped(words[3])}” with that rule and honestly, the question words allowed."
    )


def _findings(results: RunResults) -> list[Finding]:
    words, labels = _analogy(results), space_labels(results)
    if words is None:
        return []
    a, b, c, d = words
    ranks = _ranks(results)
    if not ranks:
        return []
    right = [labels[name] for name, rank in ranks.items() if rank == 1]
    asked = f"{b} − {a} + {c}"
    if right:
        others = "; the other spaces answer something else" if len(right) < len(ranks) else ""
        return [Finding(f"{asked} is {d} in {joined(right)}{others}.")]
    nearest = min(ranks, key=lambda name: ranks[name])
    where = f"{labels[nearest]} has it in place {count(ranks[nearest])}"
    return [Finding(f"No space answers {asked} with {d}: the nearest try, {where}.")]


def _ranks(results: RunResults) -> dict[str, int]:
    """Give the place of the right answer in each space, question words excluded."""
    example = results.comparison.example
    example = example[example["transform"] == transforms(results)[0]]
    first = example.dropna(subset=["rank"]).drop_duplicates("space").set_index("space")["rank"]
    return {name: int(first[name]) for name in space_names(results) if name in first.index}


def _map(results: RunResults, rows: pd.DataFrame) -> Figure | None:
    words = [plain(word) for word in _analogy(results) or ()]
    if len(rows):
        rows = rows.assign(word=[plain(str(word)) for word in rows["word"]])
    return plot_word_map(rows, space_looks(results), words)


def _caption(results: RunResults) -> str:
    words = _analogy(results)
    text = (
        "Each space's words, flattened to the two directions in which they differ most (PCA of "
        f"unit vectors, {transforms(results)[0]}; in the title how much of their differences is "
        "left), and turned to lie like the first."
    )
    if words is None:
        return text
    a, b, c, d = words
    return (
        f"{text} Arrows: {a} → {b} and {c} → {d}; were the analogy exact, they would be parallel "
        "and as long, and the dotted lines would close a parallelogram. What is near on two "
        f"directions need not be near. The rank of {d} as the answer: {_places(results)}."
    )


def _places(results: RunResults) -> str:
    labels = space_labels(results)
    told = [f"{count(rank)} in {labels[name]}" for name, rank in _ranks(results).items()]
    return joined(told) if told else "not known"


EXAMPLE = Section(
    "example",
    title=_title,
    text=_text,
    tables=example_tables,
    findings=_findings,
    picture=Picture(
        "map",
        "Words of each space on two principal components",
        lambda results: results.comparison.plane,
        _map,
        _caption,
    ),
)
