"""The report's tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from experiments.report.escapes import plain
from experiments.report.section import Cell, Shown, Table


def print_findings(findings: Sequence[str], console: Console) -> None:
    """Print what was found, a line each."""
    for line in findings:
        console.print(Text(f"- {plain(line)}"))


def print_tables(shown: Sequence[Shown], console: Console) -> None:
    """Print the tables of all sections, each under its section's title.

    In a pipe: a line ``# title``, then tab-separated lines, which no width changes.
    """
    for part in shown:
        for table in part.tables:
            if console.is_terminal:
                console.print(drawn(table, part.title))
                continue
            lines = [table.columns, *([_plain(cell) for cell in row] for row in table.rows)]
            title = plain(": ".join(text for text in (part.title, table.title) if text))
            text = "\n".join("\t".join(map(plain, line)) for line in lines)
            console.out(f"# {title}\n{text}\n", highlight=False)


def _plain(cell: Cell) -> str:
    return cell.written(lambda text, _: text)


def drawn(table: Table, of: str = "") -> Drawn:
    """Draw a table; ``of`` is what its section is about."""
    title = ": ".join(text for text in (of, table.title) if text) or table.name
    found = Drawn(title=Text(plain(title)), title_justify="left", title_style="bold")
    if table.note:
        found.caption = Text(plain(table.note))
    for place, column in enumerate(table.columns):
        justify = "left" if place < table.n_text_columns else "right"
        found.add_column(Text(plain(column)), justify=justify)  # type: ignore[arg-type]
    for row in table.rows:
        found.add_row(*(_text(cell) for cell in row))
    return found


def _text(cell: Cell) -> Text:
    if not cell.parts:
        return Text(plain(cell.text), style="bold" if cell.is_bold else "")
    return Text("\n").join(_lines(cell))


def _lines(cell: Cell) -> Iterator[Text]:
    for part in cell.parts:
        line = Text(plain(part.word), style="bold" if part.is_marked else "")
        if part.cosine:
            line.append(f" {part.cosine}", style="dim")
        yield line
