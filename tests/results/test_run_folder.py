"""The run folder: what is written reads back as it was, and damage is noticed."""

import json
from pathlib import Path

import pandas as pd
import pytest

from compare.comparison.comparison import TABLES
from compare.errors import InputError
from experiments.results.run_folder import check_run_folder, load_results, save_results
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
        *("map.csv", "cosines.csv", "analogies.csv", "similarity.csv"),
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
    with pytest.raises(InputError, match="missing, cut off or changed"):
        load_results(folder)


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
