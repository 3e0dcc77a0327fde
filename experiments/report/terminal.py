"""The report's tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from compare.shown import columns
from experiments.pages.escapes import plain
from experiments.report.section import Cell, Shown, Table


def print_findings(sentences: Sequence[str], console: Console) -> None:
    """Print what was found, a line each."""
    for line in sentences:
        console.print(Text(f"- {plain(line)}"))


def print_tables(shown: Sequence[Shown], console: Console) -> None:
    """Print the tables of all sections, each under its section's title.

    In a pipe: a line ``# title``, then tab-separated lines, which no width changes.
    """
    for part in shown:
        for table in part.tables:
            if console.is_terminal:
                for piece in fitting(table, console.width):
                    console.print(drawn(piece, part.title))
                continue
            lines = [table.columns, *([_plain(cell) for cell in row] for row in table.rows)]
            title = plain(": ".join(text for text in (part.title, table.title) if text))
            text = "\n".join("\t".join(map(plain, line)) for line in lines)
            console.out(f"# {title}\n{text}\n", highlight=False)


def _plain(cell: Cell) -> str:
    return cell.written(lambda text, _: text)


_MOST_TEXT = 24
"""Columns that a cell of text takes at the most, where there is little room; longer ones wrap."""


def fitting(table: Table, width: int) -> Iterator[Table]:
    """Cut a table that is wider than the terminal into tables below each other.

    Each begins with the columns of text: no number is cut.
    """
    widths = [_width(table, place) + 3 for place in range(len(table.columns))]
    n_head = min(table.n_text_columns, len(widths) - 1)
    room = width - 1 - sum(widths[:n_head])
    pieces: list[list[int]] = [[]]
    left = room
    for place in range(n_head, len(widths)):
        if pieces[-1] and widths[place] > left:
            pieces.append([])
            left = room
        pieces[-1].append(place)
        left -= widths[place]
    for number, piece in enumerate(pieces):
        chosen = [*range(n_head), *piece]
        yield replace(
            table,
            columns=tuple(table.columns[place] for place in chosen),
            rows=tuple(tuple(row[place] for place in chosen) for row in table.rows),
            note=table.note if number == len(pieces) - 1 else "",
        )


def _width(table: Table, place: int) -> int:
    """Say how wide a column must be: its numbers whole, its texts to the longest word at least."""
    is_text = place < table.n_text_columns
    widest = 1
    for row in table.rows:
        lines = [line.plain for line in _lines(row[place])] or [plain(row[place].text)]
        widest = max(widest, *map(columns, lines))
    if is_text:
        widest = min(widest, _MOST_TEXT)
    heading = max(map(columns, plain(table.columns[place]).split()), default=1)
    return max(widest, heading)


def drawn(table: Table, of: str = "") -> Drawn:
    """Draw a table; ``of`` is what its section is about."""
    title = ": ".join(text for text in (of, table.title) if text) or table.name
    found = Drawn(title=Text(plain(title)), title_justify="left", title_style="bold")
    if table.note:
        found.caption = Text(plain(table.note))
    for place, column in enumerate(table.columns):
        justify = "left" if place < table.n_text_columns else "right"
        found.add_column(
            Text(plain(column)),
            justify=justify,  # type: ignore[arg-type]
            overflow="fold",
            no_wrap=False,
        )
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
            line.append(f" {part.cosine} {part.mark}".rstrip(), style="dim")
        yield line
