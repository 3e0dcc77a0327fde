"""Results → a report that stands on its own: one HTML page, the same in Markdown, LaTeX tables.

The report leads with the answer and says what was compared under which rules and budgets. Every
word of a corpus is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compare.figures import Figure
from compare.figures.style import save_figure, svg_of
from compare.locks import claimed
from compare.storage import write_text
from experiments.report.contents import SECTIONS
from experiments.report.document import document
from experiments.report.html import page
from experiments.report.latex import latex_tables
from experiments.report.markdown import markdown
from experiments.report.section import Section, Shown
from experiments.results.manifest import note_files
from experiments.results.run_folder import RunResults, is_run_folder, load_results
from experiments.results.tables import csv_text

GENERATOR = '<meta name="generator" content="embcontrast">'


def write_report(
    results: RunResults, folder: Path, *, sections: Sequence[Section] = SECTIONS
) -> Path:
    """Write figures, ``report.html``, ``report.md`` and ``tables/*.tex``; returns the page.

    The manifest of the folder fits again afterwards.
    """
    shown = document(results, sections=sections)
    written = [folder / "report.html", folder / "report.md"]
    for part in shown:
        path = folder / "figures" / f"{part.picture}.png"
        if part.figure is not None:
            save_figure(part.figure, path)
            written.append(path)
        elif part.picture:
            path.unlink(missing_ok=True)
    write_page(shown, written[0], config=results.config, environment=results.environment)
    drawn = [part.picture for part in shown if part.figure is not None]
    write_text(folder / "report.md", markdown(shown, drawn))
    for name, table in latex_tables(shown).items():
        written.append(folder / "tables" / f"{name}.tex")
        write_text(written[-1], table)
    note_files(folder, written)
    return folder / "report.html"


def write_page(
    shown: Sequence[Shown],
    path: Path,
    *,
    config: Mapping[str, Any],
    environment: Mapping[str, Any],
) -> Path:
    """Write sections as one page that holds its figures and their numbers; returns its path."""
    pictures = _pictures({part.picture: part.figure for part in shown})
    narrow = _pictures({part.picture: part.narrow for part in shown})
    data = {
        part.picture: _data_uri(csv_text(part.data).encode(), "text/csv;charset=utf-8")
        for part in shown
        if part.data is not None
    }
    text = page(shown, pictures, data, narrow=narrow, config=config, environment=environment)
    write_text(path, text)
    return path


def _pictures(figures: Mapping[str, Figure | None]) -> dict[str, str]:
    return {
        name: _data_uri(svg_of(figure), "image/svg+xml")
        for name, figure in figures.items()
        if figure is not None
    }


def make_report(folder: Path) -> Path:
    """Make figures and report again from a run folder alone; returns the page's path."""
    return write_report(load_results(folder), folder)


def make_report_again(folder: Path) -> Path:
    """Make figures and report again in a run folder that users may write at any time.

    Raises
    ------
    InputError
        If it is no run folder, or a run is writing it now.
    """
    if not is_run_folder(folder):
        return make_report(folder)  # it says why that cannot be
    with claimed(folder):
        return make_report(folder)


def is_our_page(path: Path) -> bool:
    """Tell whether a page was written by this tool, so that it may be replaced."""
    try:
        return GENERATOR in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def data_uri(path: Path) -> str:
    """Give a PNG file as text that a page can hold."""
    return _data_uri(path.read_bytes(), "image/png")


def _data_uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64," + base64.b64encode(content).decode()
