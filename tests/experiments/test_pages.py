"""The pages from the command line: explorers of files and run folders, the lesson, mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from compare.spaces.writing import write_word2vec_text
from experiments.config.loading import load_config
from experiments.pipeline import execute
from tests.conftest import no_pictures
from tests.experiments.test_cli import call
from tests.explorer.test_explorer import WORDS, space


def data_of(path: Path) -> dict[str, Any]:
    """Read what a page carries."""
    text = path.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0]
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a run: two word2vec, counts and a GPT, in seconds."""
    folder = tmp_path_factory.mktemp("pages") / "smoke"
    with no_pictures():
        execute(load_config("smoke", []), folder)  # type: ignore[arg-type]
    return folder


def test_an_explorer_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(("one", "two")):
        words = tuple(word for word in WORDS if " " not in word)
        write_word2vec_text(space(name, words, 8, number), tmp_path / f"{name}.txt")
    files = [str(tmp_path / f"{name}.txt") for name in ("one", "two")]
    page = tmp_path / "page.html"
    status, _, err = call("explore", *files, "--most", "5", "--out", str(page), capsys=capsys)
    assert status == 0, err
    assert "A page of about" in err
    data = data_of(page)
    assert [one["name"] for one in data["spaces"]] == ["one", "two"]
    assert len(data["spaces"][0]["words"]) == 5
    assert data["marked"] == 0


def test_an_explorer_of_a_run_has_the_first_table_of_each_model(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    status, _, err = call("explore", str(run_folder), "--out", str(page), capsys=capsys)
    assert status == 0, err
    data = data_of(page)
    names = [one["name"] for one in data["spaces"]]
    assert names == ["gensim/input", "w2v/input", "ppmi/input", "gpt/input"]
    assert data["marked"] == 10
    assert data["counted"] == "planted"
    assert data["judged"]


def test_two_runs_keep_their_spaces_apart(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    file = tmp_path / "own.txt"
    write_word2vec_text(space("own", ("king", "queen", "the"), 4, 1), file)
    status, _, err = call(
        "explore", str(run_folder), str(file), "--compact", "--company-corpus", "planted",
        "--out", str(page), capsys=capsys,
    )  # fmt: skip
    assert status == 0, err
    data = data_of(page)
    assert data["spaces"][-1]["name"] == "own"
    assert all(0 <= one["kept"] <= 1 for one in data["spaces"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("explore", "nothing.txt"), "nothing.txt"),
        (("explore", "x.txt", "--map", "umap"), "pca or tsne"),
        (("explore", "x.txt", "--most", "1"), "--most"),
        (("lesson", "--corpus", "nothing.txt"), "nothing.txt"),
        (("lesson", "--seed", "-1"), "seed"),
    ],
)
def test_mistakes_are_one_line(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = call(*arguments, capsys=capsys)
    assert status == 2
    assert told in err
