"""The written report: it stands on its own, and comes out equal from the folder alone."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from compare.errors import InputError
from experiments.report.evaluation import (
    check_evaluation_folder,
    evaluation_records,
    write_evaluation,
)
from experiments.report.index import write_index
from experiments.report.report import is_our_page, make_report, write_report
from experiments.results.run_folder import save_results
from tests.report.small_results import comparison, run_results


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    save_results(run_results(), folder)
    make_report(folder)
    return folder


def test_the_page_stands_on_its_own(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    assert text.count("data:image/svg+xml;base64,") == 18  # each for phones, too
    names = {path.stem for path in (folder / "figures").iterdir()}
    assert names == {
        *("answer", "training", "map", "analogies", "similarity", "cosines", "context"),
        *("likeness", "kinds"),
    }
    assert is_our_page(folder / "report.html")
    assert not is_our_page(folder / "report.md")


def test_the_report_comes_out_equal_from_the_folder_alone(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(folder, alone)
    shutil.rmtree(alone / "figures")
    shutil.rmtree(alone / "tables")
    (alone / "report.html").unlink()
    (alone / "report.md").unlink()
    make_report(alone)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(files) > 40
    for path in files:
        assert (alone / path).read_bytes() == (folder / path).read_bytes(), path


def test_a_figure_that_is_gone_is_removed(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "run")
    results = replace(run_results(), history=pd.DataFrame())
    write_report(results, tmp_path / "run")
    assert not (tmp_path / "run" / "figures" / "training.png").exists()
    assert "training.png" not in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


def test_the_index_leads_to_the_reports(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "one")
    runs = [(run_results("<i>one</i>"), tmp_path / "one" / "report.html")]
    text = write_index(runs, tmp_path, title="All").read_text(encoding="utf-8")
    assert 'href="one/report.html"' in text
    assert "<i>" not in text
    assert text.count("In word2vec a word") == 1  # one sentence a run
    assert "Analogies (shift" not in text
    assert text.count("data:image/png;base64,") == 1


def test_an_evaluation_keeps_the_fields_of_its_json(tmp_path: Path) -> None:
    found = evaluation_records(comparison())
    assert set(found) >= {
        *("format", "measurements", "differences", "relation_differences", "overlaps", "bands"),
        *("cuts", "likeness", "retrieval", "coverage", "judgments", "changed", "hubs"),
    }
    assert found["changed"] == [
        {
            "first": "w2v/input",
            "second": "gpt/input",
            "changed": [
                {"word": "king", "change": 0.01, "in_first": ["king1"], "in_second": ["king2"]}
            ],
            "same": [{"word": "king9", "change": 0.93}],
            "why_none": "",
        }
    ]
    hubs = {"k": 10, "n_asked": 100, "hubs": [{"word": "king", "n": 17}]}
    assert found["hubs"][0] == {"space": "w2v/input", "transform": "raw", **hubs}


def test_an_evaluation_is_written_whole_and_replaces_its_own_alone(tmp_path: Path) -> None:
    folder = tmp_path / "evaluation"
    write_evaluation(comparison(), folder)
    write_evaluation(comparison(), folder)
    names = {path.name for path in folder.iterdir()}
    assert {"results.json", "measurements.csv", "tables"} <= names
    tables = {path.stem for path in (folder / "tables").iterdir()}
    assert {"summary", "neighbours-raw", "differences", "hubs"} <= tables
    (folder / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="no evaluation"):
        check_evaluation_folder(folder)
    with pytest.raises(InputError, match="is a file"):
        check_evaluation_folder(folder / "thesis.txt")
