"""Hostile words: what is markup in HTML, Markdown, LaTeX or a terminal reaches none as such."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from experiments.pages.escapes import latex_escaped, markdown_escaped, plain
from experiments.report.document import document
from experiments.report.latex import ALL
from experiments.report.report import write_report
from experiments.report.terminal import print_findings, print_tables
from experiments.results.run_folder import RunResults
from tests.report.small_results import run_results

EVIL = "a<b>&$x_1$|</td><script>alert(1)</script>*%\\end{tabular}[red]\x1b[31m\u202e"


def evil_results() -> RunResults:
    """Words, labels of spaces and models, and sets of judgments are hostile."""
    results = run_results(EVIL)
    compared = results.comparison
    coverage = compared.coverage
    labels = [f"{EVIL} {place}" for place in range(len(coverage))]
    measured = compared.measurements.replace({"relation": {"capitals": EVIL}})
    measured["judgments"] = [f"{EVIL} {name}" if name else "" for name in measured["judgments"]]
    compared = replace(compared, coverage=coverage.assign(label=labels), measurements=measured)
    models = results.models.assign(notes=EVIL, label=[f"{EVIL} w2v", f"{EVIL} gpt"])
    return replace(results, comparison=compared, models=models)


@pytest.fixture(scope="module", params=[run_results, evil_results])
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    results = evil_results() if request.param is evil_results else run_results(EVIL)
    write_report(results, folder)
    return folder


def test_html_shows_the_word_as_text(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "<b>" not in text
    assert "a&lt;b&gt;&amp;" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_markdown_shows_the_word_as_text(folder: Path) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "<b>" not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in tables]
    starts = [place for place, line in enumerate(tables) if line.startswith("|---")]
    for start in starts:  # a word opens no further column
        assert widths[start - 1] == widths[start] == widths[start + 1]
    rendered = MarkdownIt("commonmark", {"html": True}).render(text)
    assert "<script>" not in rendered
    assert "<b>" not in rendered


def test_latex_runs_no_command_of_a_word(folder: Path) -> None:
    for path in (folder / "tables").iterdir():
        text = path.read_text(encoding="utf-8")
        if path.stem != ALL:
            assert text.count(r"\end{tabular}") == 1, path.name
        assert "&lt;" not in text
        assert "\x1b" not in text
        assert "<" not in text


def test_a_terminal_is_not_steered() -> None:
    written = io.StringIO()
    console = Console(file=written, width=4000, force_terminal=True, color_system=None)
    shown = document(evil_results(), with_figures=False)
    print_tables(shown, console)
    print_findings([EVIL], console)
    text = written.getvalue()
    assert "\x1b[31m" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_no_word_ends_a_line_or_begins_a_list() -> None:
    assert plain("a\nb\u2028c\r\nd") == "a b c d"
    assert plain("naïve\u200cword") == "naïve\u200cword"
    for word in ("1. one", "- one", "+ one", "# one", "> one", "=== one", "`one`", "[a](b)"):
        [opening, inline, closing] = MarkdownIt("commonmark").parse(markdown_escaped(word))
        assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close"), word
        assert "".join(child.content for child in inline.children or ()) == word


def test_latex_escapes_every_special_character() -> None:
    assert latex_escaped("50 %\u00a0& $5_0^{~}#\\") == (
        r"50 \%~\& \$5\_0\textasciicircum{}\{\textasciitilde{}\}\#\textbackslash{}"
    )
