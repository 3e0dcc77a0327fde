r"""The report's tables in LaTeX: a file each, and ``all.tex``, which compiles as it is.

A table is a float with caption, label and notes, no wider than the text around it; one of many rows
is a longtable. Needed: booktabs, adjustbox, longtable, amssymb (``all.tex`` names them).
"""

from __future__ import annotations

from collections.abc import Sequence

from experiments.pages.escapes import latex_escaped
from experiments.report.phrases import capitalised
from experiments.report.section import Shown, Table

WORDS_WIDTH = "p{28mm}"
"""Of a column that lists words."""

MOST_ROWS = 40
"""Rows up to which a table is on one page."""

ALL = "all"
"""The file that holds all tables."""

_PREAMBLE = r"""\documentclass{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
\else
  \usepackage{fontspec}
\fi
\usepackage{adjustbox,amssymb,booktabs,longtable}
\begin{document}
"""


def latex_tables(shown: Sequence[Shown]) -> dict[str, str]:
    """Write every table, and the file that holds them all; returns its name → its text."""
    tables = {
        table.name: latex_table(table, of=part.title) for part in shown for table in part.tables
    }
    inputs = "".join(f"\\input{{{name}}}\n\\clearpage\n" for name in tables)
    return {**tables, ALL: f"{_PREAMBLE}{inputs}\\end{{document}}\n"}


def latex_table(table: Table, *, of: str = "") -> str:
    """Write a table to be put in; ``of`` is what its section is about."""
    told = ": ".join(text for text in (of, table.title) if text) or table.name
    caption = rf"\caption{{{latex_escaped(capitalised(told))}.}}\label{{tab:{table.name}}}"
    head = " & ".join(latex_escaped(column) for column in table.columns) + r" \\"
    # {}: a row may begin with "["
    rows = ["{}" + " & ".join(cell.written(_bold) for cell in row) + r" \\" for row in table.rows]
    note = rf"\par\smallskip {{\footnotesize {latex_escaped(table.note)}}}" if table.note else ""
    is_long = len(rows) > MOST_ROWS
    lines = _long(table, caption, head, rows) if is_long else _short(table, caption, head, rows)
    end = [note, r"\end{table}"] if not is_long else [note]
    return "\n".join(line for line in [*lines, *end] if line) + "\n"


def _short(table: Table, caption: str, head: str, rows: Sequence[str]) -> list[str]:
    return [
        r"\begin{table}[p]",
        r"\centering\footnotesize",
        caption,
        r"\begin{adjustbox}{max width=\linewidth,max totalheight=0.85\textheight}",
        r"\begin{tabular}{" + _alignment(table) + "}",
        *(r"\toprule", head, r"\midrule", *rows, r"\bottomrule"),
        r"\end{tabular}",
        r"\end{adjustbox}",
    ]


def _long(table: Table, caption: str, head: str, rows: Sequence[str]) -> list[str]:
    n_text = table.n_text_columns
    n_numbers = len(table.columns) - n_text
    width = (0.9 - 0.13 * min(n_numbers, 4)) / n_text
    columns = rf"p{{{width:.2f}\linewidth}}" * n_text + r"p{0.13\linewidth}" * n_numbers
    return [
        r"{\scriptsize\setlength{\tabcolsep}{2pt}",
        r"\begin{longtable}{" + columns + "}",
        caption + r"\\",
        *(r"\toprule", head, r"\midrule", r"\endhead", *rows, r"\bottomrule"),
        r"\end{longtable}}",
    ]


def _alignment(table: Table) -> str:
    has_words = [any(row[n].parts for row in table.rows) for n in range(len(table.columns))]
    return "".join(
        WORDS_WIDTH if of_words else "l" if place < table.n_text_columns else "r"
        for place, of_words in enumerate(has_words)
    )


def _bold(text: str, is_bold: bool) -> str:
    escaped = latex_escaped(text)
    return rf"\textbf{{{escaped}}}" if is_bold else escaped
