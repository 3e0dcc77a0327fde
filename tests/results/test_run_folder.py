"""The run folder: what is written reads back as it was, and damage is noticed."""

import json
from pathlib import Path

import pandas as pd
import pytest

from compare.comparison.comparison import TABLES
from compare.errors import InputError
from experiments.report.report import make_report
from experiments.results.manifest import check_file, complete_manifest, note_files, read_manifest
from experiments.results.run_folder import check_run_folder, load_results, save_results
from experiments.results.saved_spaces import SPACES, save_compared
from tests.conftest import random_space
from tests.report.small_results import run_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_results(run_results("null"), tmp_path / "run")
    return tmp_path / "run"


def test_results_read_back_as_they_were(folder: Path) -> None:
    before, after = run_results("null"), load_results(folder)
    assert (after.name, after.title) == (before.name, before.title)
    for name in ("config", "environment", "corpus", "protocol"):
        assert getattr(after, name) == getattr(before, name)
    for name in ("models", "history", "settling", "context_layers", "context_senses"):
        pd.testing.assert_frame_equal(
            getattr(after, name), getattr(before, name), check_dtype=False
        )
    for name in TABLES:
        then = getattr(before.comparison, name).reset_index(drop=True)
        pd.testing.assert_frame_equal(
            getattr(after.comparison, name), then, check_dtype=False, rtol=1e-7
        )


def test_words_that_look_like_numbers_or_nothing_are_words(folder: Path) -> None:
    compared = load_results(folder).comparison
    assert set(compared.nearest["word"]) == {"null"}
    assert list(compared.similarity_scores["second"]) == ["1984"]


def test_every_table_is_a_csv(folder: Path) -> None:
    names = {path.name for path in folder.glob("*.csv")}
    assert {"measurements.csv", "neighbours.csv", "hubs.csv", "models.csv"} <= names
    assert {path.name for path in (folder / "scores").iterdir()} == {
        *("map.csv", "cosines.csv", "analogies.csv", "similarity.csv", "company.csv"),
    }
    assert {path.name for path in folder.glob("*.json")} == {
        *("environment.json", "summary.json", "manifest.json"),
    }


@pytest.mark.parametrize("name", ["measurements.csv", "scores/map.csv", "summary.json"])
def test_a_cut_off_or_missing_file_is_noticed(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="missing, cut off or changed"):
        load_results(folder)
    path.unlink()
    with pytest.raises(InputError, match="missing, cut off or changed"):
        load_results(folder)


@pytest.mark.parametrize("text", ["[]", "{}", '{"measurements.csv": 3}'])
def test_a_damaged_manifest_is_noticed(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=r"manifest\.json does not name"):
        load_results(folder)


@pytest.mark.usefixtures("without_pictures")
def test_the_manifest_covers_every_file_and_fits_after_a_report(folder: Path) -> None:
    save_compared({"w2v/input": random_space(4, 2)}, folder / SPACES)
    complete_manifest(folder)
    (folder / "my notes.txt").write_text("mine")
    make_report(folder)
    noted = read_manifest(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(noted) == files - {"manifest.json", "my notes.txt"}
    for name in noted:
        check_file(folder, name, noted)
    space = folder / SPACES / "01.safetensors"
    space.write_bytes(space.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match=r"01\.safetensors is missing, cut off or changed"):
        load_results(folder).spaces["w2v/input"]
    make_report(folder)  # does not make a damaged space right
    with pytest.raises(InputError, match=r"01\.safetensors is missing, cut off or changed"):
        load_results(folder).spaces["w2v/input"]


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("measurements.csv", ",raw,90,4,", ",raw,90.5,4,", "column 'n', row 1: .*a whole number"),
        ("measurements.csv", "value,low", "valve,low", "unknown column 'valve'; did you mean"),
        ("differences.csv", "apart,True", "apart,yes", "column 'holds', row .: expected True or F"),
        (
            "differences.csv",
            "gpt/untrained",
            "gpt/other",
            "column 'reference', row 1: expected o",
        ),
        ("neighbours.csv", ",0.8,", ",\u0663,", "column 'cosine', row 1: expected a number; found"),
        ("overlaps.csv", "0.001", "7", "column 'p', row 1: .*from 0 to 1, or nothing; found '7"),
        ("coverage.csv", "role,model", "role", "rows with more fields|column 'model' is missing"),
        ("summary.json", '"title": "', '"title": 3, "x": "', "title: .*valid string, found 3"),
        ("environment.json", '"seed": 1', '"seed": "1"', "seed: .*valid integer, found '1'"),
    ],
)
def test_a_table_that_was_made_to_fit_is_told_by_file_and_column(
    folder: Path, file: str, before: str, after: str, message: str
) -> None:
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))
    note_files(folder, [folder / file])
    with pytest.raises(InputError, match=message) as raised:
        load_results(folder)
    assert str(folder / file) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_run_of_an_earlier_version_is_refused_in_a_line(folder: Path) -> None:
    marker = folder / "environment.json"
    marker.write_text(json.dumps({"format": "embcompare run", "name": "old"}))
    with pytest.raises(InputError, match="earlier version") as raised:
        load_results(folder)
    assert "\n" not in str(raised.value)
    check_run_folder(folder)  # it may be replaced


def test_folders_that_are_no_run_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="no run"):
        check_run_folder(tmp_path)
    with pytest.raises(InputError, match="is a file"):
        check_run_folder(tmp_path / "thesis.txt")
    with pytest.raises(InputError, match="no run folder"):
        load_results(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        load_results(tmp_path / "nowhere")
    check_run_folder(tmp_path / "nowhere")
