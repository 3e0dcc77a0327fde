"""What a report is made of: sections, which give tables, a sentence and a figure.

A ``Section`` says how a part of the report is made; a ``Shown`` is that part of one report, which
HTML, Markdown, LaTeX and the terminal render each in their way. A new section is a file in
``sections/`` and a line in ``contents.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from compare.figures import Figure
from experiments.results.run_folder import RunResults

BOLD = (
    "Bold: the best that was trained, where a test finds it better than another space; being "
    "the best of several, its value is a little flattered (not corrected). †: tested, and not told "
    "apart from the best."
)
"""What is said of marked numbers, wherever there are some."""


@dataclass(frozen=True)
class Part:
    """A word in a cell: a neighbour, its cosine, whether it is marked, and a sign of its kind."""

    word: str
    cosine: str = ""
    is_marked: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a text, or words; ``is_bold`` as the section's text says."""

    text: str = ""
    is_bold: bool = False
    parts: tuple[Part, ...] = ()

    def written(self, bold: Callable[[str, bool], str]) -> str:
        """Write the cell on one line; ``bold`` escapes a text, and marks it where it shall be."""
        if self.parts:
            return ", ".join(bold(part.word, part.is_marked) for part in self.parts)
        return bold(self.text, self.is_bold)


@dataclass(frozen=True)
class Table:
    """A table, however it is rendered.

    Attributes
    ----------
    name : str
        Of its file in LaTeX.
    title : str
        What it is of, in one line.
    note : str
        What more there is to say of it.
    n_text_columns : int
        Columns from the left that are no numbers.
    is_folded : bool
        Shown on demand.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    note: str = ""
    n_text_columns: int = 1
    is_folded: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure of a section.

    Attributes
    ----------
    name : str
        Of its file.
    alt : str
        What it shows, for who does not see it.
    rows : callable
        Gives the numbers that it shows, which readers can take along.
    draw : callable
        Makes a figure of them, or None where there is nothing to draw.
    caption : callable, optional
        Gives the sentence below it.
    """

    name: str
    alt: str
    rows: Callable[[RunResults], pd.DataFrame]
    draw: Callable[[RunResults, pd.DataFrame], Figure | None]
    caption: Callable[[RunResults], str] | None = None


def _no_findings(_: RunResults) -> Sequence[Finding]:
    return ()


def _no_briefs(_: RunResults) -> Sequence[Brief]:
    return ()


def _no_tables(_: RunResults) -> Sequence[Table]:
    return ()


def _no_notes(_: RunResults) -> str:
    return ""


@dataclass(frozen=True)
class Finding:
    """What was found of one question: the question, and a clause for each outcome of its tests."""

    topic: str
    clauses: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.topic}: {'; '.join(self.clauses)}." if self.clauses else self.topic


@dataclass(frozen=True)
class Brief:
    """A short sentence of the first screen.

    Attributes
    ----------
    text : str
        Of what was not found its topic alone ("SimLex-999").
    kind : {"headline", "found", "not found"}
    ground : str
        Of what was not found: what no space is better than.
    key : str
        The section that has more of it.
    """

    text: str
    kind: Literal["headline", "found", "not found"] = "found"
    ground: str = ""
    key: str = ""


@dataclass(frozen=True)
class Section:
    """How a part of the report is made. It is shown where it has a table or a figure.

    Attributes
    ----------
    key : str
        Names it: quantities say which section shows them.
    title : str or callable
        Its heading; empty: none.
    text : callable
        What stands before the tables, in Markdown; words of a corpus in it are escaped there.
    tables : callable
        Gives its tables.
    findings : callable
        Gives what stands below its heading, made of tested numbers.
    briefs : callable
        Gives short sentences for the first screen, made of the same.
    picture : Picture, optional
    level : int
        Of its heading. The section of level 1 opens the report, with the short sentences of all
        sections.
    notes : callable
        What stands below the tables in small print, in Markdown.
    n_open : int
        Further tables are folded.
    is_heading : bool
        It stands for the sections behind it, and needs neither table nor figure.
    """

    key: str
    title: str | Callable[[RunResults], str]
    text: Callable[[RunResults], str]
    tables: Callable[[RunResults], Sequence[Table]] = _no_tables
    findings: Callable[[RunResults], Sequence[Finding]] = _no_findings
    briefs: Callable[[RunResults], Sequence[Brief]] = _no_briefs
    picture: Picture | None = None
    notes: Callable[[RunResults], str] = _no_notes
    level: int = 2
    n_open: int = 1
    is_heading: bool = False


@dataclass(frozen=True)
class Shown:
    """A section of one report.

    Attributes
    ----------
    title, caption, alt : str
        Plain texts.
    text, notes : str
        Markdown.
    terms : tuple of str
        Entries of the glossary that it is the first to use.
    figure, narrow : Figure or None
        The same figure for wide pages, and for phones.
    data : DataFrame or None
        The numbers of the figure.
    """

    key: str
    level: int
    title: str
    text: str
    tables: tuple[Table, ...]
    notes: str = ""
    findings: tuple[Finding, ...] = ()
    briefs: tuple[Brief, ...] = ()
    picture: str = ""
    figure: Figure | None = None
    narrow: Figure | None = None
    data: pd.DataFrame | None = None
    alt: str = ""
    caption: str = ""
    terms: tuple[str, ...] = ()

    @property
    def told(self) -> list[str]:
        """What it says in words: no cells of tables, which may be words of a corpus."""
        own = [self.title, self.text, *map(str, self.findings), self.caption, self.notes]
        return own + [text for one in self.tables for text in (one.title, one.note, *one.columns)]
