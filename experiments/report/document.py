"""Results → the report as values: every section evaluated once, for all renderings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from compare.figures.style import narrow
from experiments.report.brief import first_screen
from experiments.report.contents import SECTIONS
from experiments.report.section import Brief, Section, Shown, Table
from experiments.report.sections.glossary import terms_in
from experiments.results.run_folder import RunResults


def document(
    results: RunResults,
    *,
    sections: Sequence[Section] = SECTIONS,
    with_figures: bool = True,
) -> tuple[Shown, ...]:
    """Evaluate the sections, in their order; those without table and figure are left out.

    Parameters
    ----------
    with_figures : bool
        Draw them; a terminal shows none.
    """
    evaluated = [(one.is_heading, _shown(one, results, with_figures)) for one in sections]
    kept = [part for is_kept, part in evaluated if is_kept or part.tables or part.figure]
    names = {"all": 1}  # of the file that holds all tables
    shown = [
        replace(part, tables=tuple(_with_own_name(table, names) for table in part.tables))
        for part in kept
    ]
    return tuple(_with_terms(shown))


def answers(shown: Sequence[Shown]) -> list[Brief]:
    """Give the short sentences of the first screen, each with the section that has more of it."""
    return first_screen(
        [replace(one, key=one.key or part.key) for part in shown for one in part.briefs]
    )


def sentences(results: RunResults) -> list[str]:
    """Give the first screen's sentences, without making the rest of the report."""
    briefs = [brief for section in SECTIONS for brief in section.briefs(results)]
    return [one.text for one in first_screen(briefs)]


def _shown(section: Section, results: RunResults, with_figures: bool) -> Shown:
    picture = section.picture
    rows = picture.rows(results) if picture and with_figures else None
    figure = small = None
    if picture and rows is not None:
        figure = picture.draw(results, rows)
        if figure is not None:
            with narrow():
                small = picture.draw(results, rows)
    tables = tuple(
        replace(table, is_folded=table.is_folded or place >= section.n_open)
        for place, table in enumerate(section.tables(results))
    )
    is_shown = section.is_heading or tables or figure is not None
    return Shown(
        key=section.key,
        level=section.level,
        title=section.title if isinstance(section.title, str) else section.title(results),
        text=section.text(results) if is_shown else "",
        tables=tables,
        notes=section.notes(results) if is_shown else "",
        findings=tuple(section.findings(results)),
        briefs=tuple(section.briefs(results)),
        picture=picture.name if picture else "",
        figure=figure,
        narrow=small,
        data=rows if figure is not None else None,
        alt=picture.alt if picture else "",
        caption=picture.caption(results) if picture and picture.caption and figure else "",
    )


def _with_terms(shown: Sequence[Shown]) -> Iterator[Shown]:
    """Let each section explain what it is the first to use; the first screen has all briefs."""
    known: set[str] = set()
    for part in shown:
        told = part.told
        if part.level == 1:
            told += [brief.text for one in shown for brief in one.briefs]
            told += [text for one in shown if not one.title for text in one.told]
        terms = terms_in(told, known)
        known.update(terms)
        yield replace(part, terms=terms)


def _with_own_name(table: Table, names: dict[str, int]) -> Table:
    """Give a table whose name repeats a number: each becomes a file."""
    name = re.sub(r"[^a-z0-9-]+", "-", table.name.lower()).strip("-") or "table"
    names[name] = names.get(name, 0) + 1
    return replace(table, name=name if names[name] == 1 else f"{name}-{names[name]}")
