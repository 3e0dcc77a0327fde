"""The report's tables in LaTeX, a file each."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.escapes import latex_escaped
from experiments.report.section import Shown, Table

WORDS_WIDTH = "p{28mm}"
"""Of a column that lists words."""


def latex_tables(shown: Sequence[Shown]) -> dict[str, str]:
    """Write every table; returns its name → its text."""
    return {table.name: latex_table(table) for part in shown for table in part.tables}


def latex_table(table: Table) -> str:
    r"""Write a tabular for \input (needs the package booktabs)."""
    lines = [r"\begin{tabular}{" + _alignment(table) + "}", r"\toprule"]
    lines += [" & ".join(latex_escaped(column) for column in table.columns) + r" \\", r"\midrule"]
    for row in table.rows:
        # {}: a row may begin with "["
        lines.append("{}" + " & ".join(cell.written(_bold) for cell in row) + r" \\")
    head = [f"% {latex_escaped(text)}" for text in (table.title, table.note) if text]
    return "\n".join([*head, *lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _alignment(table: Table) -> str:
    has_words = [any(row[n].parts for row in table.rows) for n in range(len(table.columns))]
    return "".join(
        WORDS_WIDTH if of_words else "l" if place < table.n_text_columns else "r"
        for place, of_words in enumerate(has_words)
    )


def _bold(text: str, is_bold: bool) -> str:
    escaped = latex_escaped(text)
    return rf"\textbf{{{escaped}}}" if is_bold else escaped
