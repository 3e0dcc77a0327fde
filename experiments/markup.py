"""The report in Markdown, and tables in LaTeX; every word of a corpus is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from experiments.cells import Table


def markdown(content: dict[str, Any], figures: dict[str, Path]) -> str:
    """Write the whole report in Markdown."""

    def picture(name: str, text: str) -> list[str]:
        return [f"![{text}](figures/{name}.png)", ""] if name in figures else []

    parts = [f"# {_md(content['title'])}", "", _md(content["subtitle"]), ""]
    parts += [f"- {_md(line)}" for line in content["answer"]]
    if content["summary_table"]:
        parts += ["", *_markdown_table(content["summary_table"])[:-1]]
        parts += ["", "**Bold**: the best, and those that a paired test does not tell from it."]
    if content["caveats"]:
        parts += ["", f"Read with this in mind: {_md(content['caveats'])}"]
    parts += ["", "## Neighbours side by side", ""]
    parts += [
        f"The {content['k']} nearest words by cosine; **bold**: also in the first column.",
        "",
    ]
    for table in content["neighbour_tables"]:
        parts += [f"{table['transform']} cosines", "", *_markdown_neighbours(table), ""]
    if content["missing"]:
        parts += [f"Not in the shared vocabulary: {_md(content['missing'])}.", ""]
    if content["settling_tables"]:
        parts += ["### How neighbours settle", "", "**Bold**: neighbours at the end too.", ""]
    for settling in content["settling_tables"]:
        parts += [_md(settling["space"]), "", *_markdown_neighbours(settling), ""]
    parts += ["### Common neighbours", ""]
    for overlap in content["overlap_tables"]:
        parts += _markdown_table(overlap)
    if content["band_table"]:
        parts += ["By how frequent the word is; behind the semicolon: rank-biased overlap.", ""]
        parts += _markdown_table(content["band_table"])
    if content["changed_tables"]:
        parts += ["### Where neighbourhoods differ", ""]
        for changed in content["changed_tables"]:
            parts += [_md(changed.summary), "", *_markdown_table(changed)]
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
    if content["lexicon_tables"]:
        parts += ["## Opposites and categories", ""]
        for lexical in content["lexicon_tables"]:
            parts += _markdown_table(lexical)
    if content["probe_table"]:
        parts += [
            "### What a linear probe reads",
            "",
            "Behind the semicolon: the control task.",
            "",
        ]
        parts += _markdown_table(content["probe_table"])
    if content["difference_tables"]:
        parts += ["## Which differences are more than chance?", ""]
        for differences in content["difference_tables"]:
            parts += _markdown_table(differences)
        if content["relation_difference_table"]:
            parts += _markdown_table(content["relation_difference_table"])
    parts += ["## Geometry", "", *picture("cosines", "Cosines of random word pairs")]
    for geometry in content["geometry_tables"]:
        parts += _markdown_table(geometry)
    if content["hub_table"]:
        parts += ["### Hubs", "", *_markdown_table(content["hub_table"])]
    if content["likeness_table"]:
        bounds = "what shuffled words reach"
        bounds += ", and another seed of each model" if content["has_ceilings"] else ""
        parts += ["## Likeness of the spaces", "", f"In brackets: {bounds}.", ""]
        parts += _markdown_table(content["likeness_table"])
    if content["retrieval_table"]:
        parts += ["Held-out words found again after the best rotation, both ways:", ""]
        parts += _markdown_table(content["retrieval_table"])
    if content["context_table"]:
        parts += ["## What context adds", "", *picture("context", "Contextuality by layer")]
        parts += _markdown_table(content["context_table"])
    if content["sense_tables"]:
        parts += ["### Senses of ambiguous words", ""]
        for senses in content["sense_tables"]:
            parts += _markdown_table(senses)
    if content["cut_tables"]:
        parts += ["## The cut of the vocabulary", ""]
        for cut in content["cut_tables"]:
            parts += _markdown_table(cut)
    if content["seed_table"]:
        parts += ["## Other seeds", "", *_markdown_table(content["seed_table"])]
    parts += ["## Budgets", "", *_markdown_table(content["budget_table"])]
    parts += picture("training", "Training curves")
    if "training" in figures:
        parts += [content["training_note"], ""]
    parts += ["## Protocol", "", *(f"- {_md(rule)}" for rule in content["rules"]), ""]
    parts += _markdown_table(content["coverage_table"])
    return "\n".join(parts).rstrip() + "\n"


def _markdown_table(table: Table) -> list[str]:
    title = table.title
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
    return re.sub(r"([\\`*_{}\[\]|#~$])", r"\\\1", _one_line(text))


def latex_table(table: Table) -> str:
    r"""Write a tabular for \input (needs the package booktabs)."""
    lines = [r"\begin{tabular}{" + _alignment(table, "l", "r") + "}", r"\toprule"]
    lines += [" & ".join(_tex(column) for column in table.columns) + r" \\", r"\midrule"]
    for row in table.rows:
        cells = (rf"\textbf{{{_tex(c.text)}}}" if c.best else _tex(c.text) for c in row)
        lines.append("{}" + " & ".join(cells) + r" \\")  # {}: a row may begin with "["
    title = table.title
    head = [f"% {_tex(title)}"] if title else []
    return "\n".join([*head, *lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


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
    return "".join(_LATEX.get(char, char) for char in _one_line(text))


def _alignment(table: Table, text: str, number: str) -> str:
    return text * table.n_text_columns + number * (len(table.columns) - table.n_text_columns)


def _one_line(text: str) -> str:
    """Fold line breaks of every kind, which would end a comment or a table's row."""
    return " ".join(text.splitlines())
