"""LaTeX: what is written compiles, where a TeX is installed; hostile words are text there, too."""

import shutil
import subprocess
from pathlib import Path

import pytest

from experiments.report.latex import ALL, MOST_ROWS, latex_table
from experiments.report.report import write_report
from experiments.report.section import Cell, Table
from tests.report.small_results import run_results

HOSTILE = r"\input{x} 5% $q_1^2$ & # ~"


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_all_tables_compile_and_none_is_wider_than_the_text(engine: str, tmp_path: Path) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"no {engine} here: apt install texlive-latex-extra texlive-luatex")
    write_report(run_results(HOSTILE), tmp_path)
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", f"{ALL}.tex"],
        cwd=tmp_path / "tables",
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull \\hbox" not in done.stdout


def test_a_table_has_caption_label_and_notes() -> None:
    table = Table("set", ("space", "n"), ((Cell("one"), Cell("1")),), "raw cosines", "A note.")
    text = latex_table(table, of="analogies")
    assert r"\caption{Analogies: raw cosines.}\label{tab:set}" in text
    assert "A note." in text
    assert text.index(r"\caption") < text.index(r"\begin{tabular}{lr}")


def test_a_table_of_many_rows_goes_over_pages_with_its_head() -> None:
    rows = tuple((Cell(f"row {n}"), Cell("1")) for n in range(MOST_ROWS + 1))
    text = latex_table(Table("long", ("space", "n"), rows))
    assert r"\begin{longtable}" in text
    assert r"\endhead" in text
    assert r"\begin{table}" not in text
