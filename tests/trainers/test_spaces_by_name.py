"""Spaces by name and table: models of others, models of ours, files as before."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import compare
from compare.errors import InputError
from compare.llm.vectors.pretrained_loading import load_pretrained
from compare.spaces.writing import save_space
from compare.text.english import english_words
from compare.trainers.spaces_by_name import model_table, needs_words, open_space
from experiments.cli.main import app
from experiments.cli.shown import read_all
from tests.conftest import random_space
from tests.llm.vectors.test_pretrained import save_tiny

pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny("llama", tmp_path_factory.mktemp("models") / "tiny")


def test_a_table_of_a_folder_holds_the_models_rows(tiny: Path) -> None:
    words = ["king", "queen", "bank"]
    model = load_pretrained(str(tiny))
    pieces = model.word_pieces(words, "space")
    for table in ("input", "output"):
        space = open_space(tiny / table, words=words)
        assert space.words == tuple(words)
        rows = model.tables()[table]
        expected = [rows[ids].mean(axis=0) for ids in np.split(pieces.ids, pieces.starts[1:])]
        np.testing.assert_allclose(space.vectors, np.array(expected), rtol=1e-5, atol=1e-7)
    assert open_space(f"{tiny}/layer-1-alone", words=words).dim == model.dimension
    assert open_space(tiny / "input", words=words, name="mine", max_words=2).name == "mine"


def test_without_words_frequent_english_ones_are_looked_up(tiny: Path) -> None:
    space = open_space(tiny / "input")
    assert space.words[:3] == ("the", "of", "and")
    assert set(space.words) <= set(english_words())


def test_a_space_is_made_once(tiny: Path, monkeypatch) -> None:
    first = open_space(tiny / "input", words=["king", "queen"])
    monkeypatch.setattr("compare.llm.vectors.pretrained_loading.load_pretrained", None)
    assert open_space(tiny / "input", words=["king", "queen"]).vectors.tobytes() == (
        first.vectors.tobytes()
    )


def test_another_file_in_the_folder_is_another_space(tiny: Path, tmp_path: Path) -> None:
    folder = save_tiny("llama", tmp_path / "tiny")
    before = open_space(folder / "input", words=["king", "queen"])
    other = save_tiny("gpt2", tmp_path / "other")
    for path in other.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    after = open_space(folder / "input", words=["king", "queen"])
    assert before.vectors.tobytes() != after.vectors.tobytes()


def test_models_of_ours_are_opened_by_table(tmp_path: Path) -> None:
    text = compare.read_text(["the king spoke to the queen of the land"] * 60, min_count=1)
    model = compare.train_word2vec(text, dimension=8, epochs=1)
    model.save(tmp_path / "w2v")
    found = open_space(tmp_path / "w2v" / "output")
    np.testing.assert_array_equal(found.vectors, model.space("output").vectors)
    assert not needs_words(tmp_path / "w2v" / "output")
    assert open_space(tmp_path / "w2v" / "output", words=["queen", "zebra"]).words == ("queen",)


def test_what_is_no_table_is_told(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean"):
        open_space(tiny / "inptu", words=["king", "queen"])
    with pytest.raises(InputError, match="say which table, minilm-l6/input"):
        open_space("minilm-l6")
    assert model_table(tmp_path / "none" / "input") is None
    with pytest.raises(InputError, match="found nothing"):
        open_space(tmp_path / "none" / "input")
    with pytest.raises(InputError, match="takes a list of words"):
        open_space(tiny / "input", words="king")


def test_models_are_asked_for_the_words_of_the_other_spaces(tmp_path: Path) -> None:
    tiny = save_tiny("gpt2", tmp_path / "tiny")
    other = random_space(40, 5, prefix="king")
    save_space(other, tmp_path / "other.safetensors")
    paths = [tiny / "input", tmp_path / "other.safetensors"]
    model, file = read_all(paths, asked=["bank"])
    assert file.words == other.words
    assert model.words[0] == "bank"
    assert set(model.words) <= {"bank", *other.words}
    assert (model.name, file.name) == ("tiny/input", "other")
    (tmp_path / "words.txt").write_text("queen\nking\n")
    (alone,) = read_all(paths[:1], vocabulary=tmp_path / "words.txt")
    assert alone.words == ("queen", "king")
    (tmp_path / "words.txt").write_text("queen\n")
    with pytest.raises(InputError, match="holds 1 words; expected a list, one a line"):
        read_all(paths[:1], vocabulary=tmp_path / "words.txt")


def test_the_command_line_takes_tables_too(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("queen\nking\nbank\npeople\n")
    asked = ["neighbours", "king", "-k", "2", "--vocabulary", str(tmp_path / "words.txt")]
    done = CliRunner().invoke(app, [*asked, "--space", f"{tiny}/input"])
    assert done.exit_code == 0, done.exception
    assert done.stdout.count("tiny/input") == 2
