"""Writes what is made of records: measures.md, options.md, lesson.ipynb (``make docs``)."""

import sys
from pathlib import Path

import nbformat

from compare.comparison.options import ExampleOptions, ProtocolOptions
from compare.comparison.quantities import QUANTITIES
from compare.judgments.judgments import JudgmentOptions
from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import WordVectorOptions
from compare.measures.quantity import Quantity
from compare.options import Options
from compare.text.corpus import CorpusOptions
from compare.text.vocabulary import VocabularyOptions
from compare.trainers.all_trainers import TRAINERS
from experiments.config.option_rows import option_rows
from experiments.config.run_config import ReportOptions, RunConfig
from experiments.lesson.page import lesson_texts

FOLDER = Path(__file__).parent

ASKS = {
    "analogies": "a set of analogy questions",
    "similarity": "a set of rated word pairs",
    "company": "the neighbours in a space, by counts of a text",
    "lexicon": "opposites, synonyms and categories",
    "space": "the space alone",
    "pair": "two spaces over the same words",
}

CHANCE = (
    "What guessing reaches is measured, not assumed: it stands in the column `chance` of "
    "`measurements.csv` (for a probe: what its control task reaches), and for likenesses as the "
    "floor of shuffled words."
)


def measures() -> str:
    """Write a section a key, a row a quantity; behind it the key's note, where there is one."""
    lines = [
        "# Measures",
        "",
        "Every number of a report, made from the records in `compare/measures` (`make docs`). In "
        "tables its rows have the values below in the columns `quantity`, `method` and "
        "`candidates`. Where an interval is given, what is resampled stands beside it, and whether "
        "spaces are tested against each other. " + CHANCE,
    ]
    by_key: dict[tuple[str, str], list[Quantity]] = {}
    for one in QUANTITIES:
        by_key.setdefault((one.key, one.asks), []).append(one)
    for (key, asks), members in by_key.items():
        lines += ["", f"## {key}", "", f"Asked of {ASKS[asks]}.", ""]
        lines += [
            "| method | what it is | equation | range, unit | better | interval over | source |"
        ]
        lines += ["|---|---|---|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_cell, _row(one)))} |" for one in members]
        if (note := FOLDER / "notes" / f"{key}.md").is_file():
            lines += ["", note.read_text("utf-8").rstrip()]
    return "\n".join(lines) + "\n"


def _row(one: Quantity) -> tuple[str, ...]:
    low, high = one.bounds
    tested = " (tested)" if one.is_tested else ""
    return (
        f"{one.method}{f', {one.candidates}' if one.candidates else ''}",
        one.says,
        one.equation or "–",
        f"{_bound(low)} to {_bound(high)}, {one.unit}",
        one.better,
        f"{one.drawn}{tested}" if one.drawn else "–",
        one.paper or "own",
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _bound(value: float) -> str:
    return {float("inf"): "∞", float("-inf"): "−∞"}.get(value, f"{value:g}".replace("-", "−"))


def options() -> str:
    """Write a table of options for each part of a run and for each trainer."""
    lines = [
        "# Options",
        "",
        "Made from the options models (`make docs`). In a TOML file an option stands in the table "
        "of its heading; on the command line it is `--set HEADING.option=value`, and for `train "
        "NAME`, `compare` and `evaluate` a flag of its own; from Python it is a keyword. "
        "`embcontrast show PRESET` prints a file with all of them.",
    ]
    parts: list[tuple[str, type[Options]]] = [
        ("corpus", CorpusOptions),
        ("vocabulary", VocabularyOptions),
        ("protocol", ProtocolOptions),
        ("judgments", JudgmentOptions),
        ("examples", ExampleOptions),
        ("report", ReportOptions),
    ]
    grouped = tuple(f"{name}." for name, _ in parts)
    top = [row for row in option_rows(RunConfig) if not row.key.startswith(grouped)]
    lines += ["", "## The run", "", *_table(top)]
    for name, part in parts:
        lines += ["", f"## {name}", "", *_table(list(option_rows(part)))]
    for trainer in TRAINERS:
        also = f" (also {', '.join(trainer.also)})" if trainer.also else ""
        head = f'## models.NAME with trainer = "{trainer.name}"{also}'
        says = trainer.says[0].upper() + trainer.says[1:]
        lines += ["", head, "", f"{says}.", "", *_table(list(option_rows(trainer.options)))]
    lines += ["", "## models.NAME.tokenizer, where tokens are read", ""]
    lines += _table(list(option_rows(TokenizerOptions)))
    lines += [
        "",
        "## models.NAME.word_vectors, where words are made of tokens or read in layers",
        "",
    ]
    lines += _table(list(option_rows(WordVectorOptions)))
    return "\n".join(lines) + "\n"


def _table(rows: list) -> list[str]:
    lines = ["| option | default | what it does |", "|---|---|---|"]
    for row in rows:
        default = f"`{row.default}`" if row.default else "must be given"
        lines.append(f"| `{row.key}` | {_cell(default)} | {_cell(row.says)} |")
    return lines


def lesson() -> str:
    """Write the notebook of the lesson: what each step says, and its lines of Python."""
    head = "# The lesson, step by step\n\nThe lines behind the page of `embcontrast lesson`."
    cells = [nbformat.v4.new_markdown_cell(head, id="head")]
    for number, step in enumerate(lesson_texts()["steps"], start=1):
        told = (
            f"## {number} {step['title']}\n\n**word2vec.** {step['word2vec']} "
            f"**Language model.** {step['gpt']}\n\n*Predict.* {step['question']}"
        )
        cells += [
            nbformat.v4.new_markdown_cell(told, id=f"step-{number}"),
            nbformat.v4.new_code_cell(step["python"], id=f"code-{number}"),
            nbformat.v4.new_markdown_cell(f"*Answer.* {step['answer']}", id=f"answer-{number}"),
        ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n"


PAGES = {"measures.md": measures, "options.md": options, "notebooks/lesson.ipynb": lesson}


def main() -> None:
    """Write the pages; with --check, say which are not up to date."""
    stale = []
    for name, write in PAGES.items():
        path, text = FOLDER / name, write()
        if "--check" in sys.argv:
            is_same = path.is_file() and path.read_text(encoding="utf-8") == text
            stale += [] if is_same else [name]
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        sys.exit(f"not up to date: {', '.join(stale)}; run `make docs`")


if __name__ == "__main__":
    main()
