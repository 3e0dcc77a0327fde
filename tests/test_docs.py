"""Pages and notebooks: every Python line runs, pages of records are up to date, links lead on."""

import lzma
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import matplotlib as mpl
import nbformat
import pytest
from nbclient import NotebookClient

from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.planted import PlantedOptions
from tests.test_architecture import ROOT

DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def python_blocks(page: Path) -> list[str]:
    """List the Python examples of a page."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    return tmp_path


@pytest.mark.parametrize("name", ["library.md", "teaching.md"])
def test_examples_of_a_page_run_one_after_the_other(name: str, elsewhere: Path) -> None:
    names: dict[str, object] = {}
    blocks = python_blocks(DOCS / name)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), names)


def test_the_readmes_lines_run_as_they_stand(elsewhere: Path, capsys) -> None:
    """As a script in a process of its own, on a text of the name that stands there."""
    options = CorpusOptions(source="planted", planted=PlantedOptions(n_words=12_000))
    documents = [passage.text for passage in open_corpus(options).passages()]
    text = "\n<|endoftext|>\n".join([*documents, "The king and queen met a man and a woman. " * 9])
    Path("novels.txt.xz").write_bytes(lzma.compress(text.encode()))
    (block,) = python_blocks(ROOT / "README.md")
    head = "if __name__ == '__main__':\n"
    Path("lines.py").write_text(head + indent(block, "    "))
    done = subprocess.run(
        [sys.executable, "lines.py"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert Path("report/report.html").is_file()


SHORTER = {"100_000": "50_000", "epochs=15": "epochs=2", "epochs=3,": "epochs=0.2,"}
"""What trains for long in a notebook, and what takes its place here."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, elsewhere: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for long, short in SHORTER.items():
            cell.source = cell.source.replace(long, short)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(elsewhere))
    shown = {
        kind
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        for kind in output.get("data", ())
    }
    assert {"text/html", "image/png"} <= shown
    told = [
        o for cell in notebook.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"
    ]
    assert not [o for o in told if "Warning" in o["text"]], told


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_pages_made_of_records_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    runpy.run_path(str(DOCS / "generate.py"), run_name="__main__")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_is_one_page() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
