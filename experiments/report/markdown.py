"""The report in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from experiments.pages.escapes import markdown_escaped
from experiments.report.document import answers
from experiments.report.section import Finding, Shown, Table
from experiments.report.sections.glossary import TERMS


def markdown(shown: Sequence[Shown], pictures: Collection[str]) -> str:
    """Write the whole report in Markdown.

    Parameters
    ----------
    pictures : collection of str
        Names of the figures that stand in the folder ``figures``.
    """
    blocks = [block for part in shown for block in _blocks(part, shown, pictures)]
    return "\n\n".join(blocks) + "\n"


def _blocks(part: Shown, shown: Sequence[Shown], pictures: Collection[str]) -> list[str]:
    blocks = [f"{'#' * part.level} {markdown_escaped(part.title)}"] if part.title else []
    blocks += [part.text] if part.text else []
    if part.level == 1:
        blocks += [_answers(shown)]
    if part.findings:
        blocks.append("\n".join(line for one in part.findings for line in _finding(one)))
    if part.picture in pictures:
        blocks.append(f"![{markdown_escaped(part.alt)}](figures/{part.picture}.png)")
        blocks += [markdown_escaped(part.caption)] if part.caption else []
    blocks += [*(markdown_table(table) for table in part.tables), part.notes]
    blocks += ["\n".join(f"- *{term}*: {markdown_escaped(TERMS[term])}" for term in part.terms)]
    return [block for block in blocks if block]


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- {markdown_escaped(finding.topic)}"
    for clause in finding.clauses:
        yield f"  - {markdown_escaped(clause)}"


def _answers(shown: Sequence[Shown]) -> str:
    """Write the first screen's sentences: the headline in bold, the others as a list."""
    found = answers(shown)
    heads = [f"**{markdown_escaped(one.text)}**" for one in found if one.kind == "headline"]
    items = [f"- {markdown_escaped(one.text)}" for one in found if one.kind != "headline"]
    return "\n\n".join(["\n\n".join(heads), "\n".join(items)]).strip()


def markdown_table(table: Table) -> str:
    """Write a table, its title above it."""
    n_numbers = len(table.columns) - table.n_text_columns
    told = " ".join(f"{text.rstrip('.')}." for text in (table.title, table.note) if text)
    lines = [markdown_escaped(told if table.note else table.title), ""] if told else []
    lines.append("| " + " | ".join(markdown_escaped(column) for column in table.columns) + " |")
    lines.append("|" + "---|" * table.n_text_columns + "---:|" * n_numbers)
    lines += ["| " + " | ".join(cell.written(_bold) for cell in row) + " |" for row in table.rows]
    return "\n".join(lines)


def _bold(text: str, is_bold: bool) -> str:
    escaped = markdown_escaped(text)
    return f"**{escaped}**" if is_bold else escaped
