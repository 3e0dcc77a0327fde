"""The command line from outside: exit status, messages, JSON."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compare.spaces.formats import load_space, read_vectors
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space, write_word2vec_binary, write_word2vec_text
from experiments.cli import main as cli
from experiments.results.run_folder import load_results

COMMANDS = [verb.name for verb in cli.VERBS]


def call(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run the command in this process: exit status, standard output, standard error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["embcontrast", *arguments])
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Write two small spaces in different formats."""
    words = ("man", "woman", "king", "queen", "tiger", "cat", "money", "cash", "bank", "stock")
    rng = np.random.default_rng(0)
    base = rng.normal(size=(10, 6)).astype(np.float32)
    base[3] = base[2] - base[0] + base[1]
    first = EmbeddingSpace(words, base, np.arange(10, 0, -1), {"name": "first"})
    second = EmbeddingSpace(words, rng.normal(size=(10, 6)).astype(np.float32))
    save_space(first, tmp_path / "first.safetensors")
    write_word2vec_text(second, tmp_path / "second.txt")
    write_word2vec_binary(second, tmp_path / "third.bin")
    return [tmp_path / "first.safetensors", tmp_path / "second.txt", tmp_path / "third.bin"]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call("--help", capsys=capsys)
    assert status == 0
    assert all(command in out for command in COMMANDS)
    for command in (*COMMANDS, "train word2vec", "train gensim", "train gpt"):
        status, out, _ = call(*command.split(), "--help", capsys=capsys)
        assert status == 0
        assert "Usage" in out


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "list", "presets", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "smoke" in [row["preset"] for row in json.loads(done.stdout)]


def test_neighbours_and_analogy(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    spaces = [part for path in files[:2] for part in ("--space", str(path))]
    status, out, _ = call("neighbours", "king", *spaces, "-k", "3", "--json", capsys=capsys)
    assert status == 0
    listed = json.loads(out)["neighbours"]
    assert [entry["space"] for entry in listed] == ["first", "second"]
    assert all(len(entry["neighbours"]) == 3 for entry in listed)
    status, out, _ = call("neighbours", "king", *spaces, "-k", "3", capsys=capsys)
    assert status == 0
    assert [line.split("\t")[:3] for line in out.splitlines()] == [
        ["king", name, place] for name in ("first", "second") for place in "123"
    ]
    question = ["analogy", "man", "king", "woman"]
    status, out, _ = call(*question, *spaces, "--json", capsys=capsys)
    assert json.loads(out)["answers"]["first"][0]["word"] == "queen"
    status, out, _ = call(*question, *spaces, capsys=capsys)
    assert out.splitlines()[0].startswith("first\tqueen\t")
    status, out, _ = call(*question, *spaces, "--allow", "--method", "only-b", capsys=capsys)
    assert out.splitlines()[0].startswith("first\tking\t")


@pytest.mark.usefixtures("without_pictures")
def test_evaluate_and_compare(
    files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*map(str, files), "--shuffles", "9", "--json"]
    status, out, _ = call("evaluate", *asked, capsys=capsys)
    assert status == 0
    rows = json.loads(out)["measurements"]
    assert {row["space"] for row in rows} == {"first", "second", "third"}
    status, out, _ = call("evaluate", str(files[0]), capsys=capsys)
    assert status == 0
    assert "WordSim-353" in out
    numbers = tmp_path / "numbers"
    few = ["--shuffles", "9"]
    two = [*map(str, files[:2]), *few]
    status, out, _ = call("evaluate", *two, "--out", str(numbers), capsys=capsys)
    assert status == 0
    assert json.loads((numbers / "results.json").read_text())["likeness"]
    assert pd.read_csv(numbers / "measurements.csv")["value"].notna().any()
    assert "tabular" in (numbers / "tables" / "summary.tex").read_text()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "results.json").write_text('{"mine": 1}')
    status, _, err = call(
        "evaluate", str(files[0]), "--out", str(tmp_path / "foreign"), capsys=capsys
    )
    assert status == 2
    assert "choose another one" in err
    target = tmp_path / "report"
    status, _, _ = call("compare", *two, "--out", str(target), capsys=capsys)
    assert status == 0
    assert (target / "report.html").is_file()
    (target / "report.html").unlink()
    status, _, _ = call("report", str(target), capsys=capsys)
    assert status == 0
    assert (target / "report.html").is_file()


@pytest.mark.usefixtures("without_pictures")
def test_files_of_vectors_are_judged_by_the_company_in_texts_that_are_named(
    files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "novel.txt"
    text.write_text("The king and the queen spoke. A man and a woman drank water. " * 40)
    target = tmp_path / "report"
    asked = ["--company-corpus", str(text), "--shuffles", "9"]
    status, _, err = call("compare", *map(str, files), *asked, "--out", str(target), capsys=capsys)
    assert status == 0, err
    measured = pd.read_csv(target / "measurements.csv")
    company = measured[measured["quantity"] == "company"]
    assert set(company["judgments"]) == {"novel.txt"}
    assert load_results(target).config["company"] == ["novel.txt"]
    status, out, _ = call("evaluate", str(files[0]), *asked, "--json", capsys=capsys)
    assert {"around", "in place"} <= {row["method"] for row in json.loads(out)["measurements"]}


@pytest.mark.parametrize("trainer", ["word2vec", "gensim"])
def test_training_word_tables_writes_every_format(
    trainer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the king spoke to the queen . the man spoke to the woman .\n" * 60)
    options = ["--corpus", str(text), "--dimension", "8", "--epochs", "1"]
    for name in ("v.safetensors", "v.txt", "v.bin"):
        target = tmp_path / trainer / name
        status, _, err = call("train", trainer, *options, "--out", str(target), capsys=capsys)
        assert status == 0, err
        assert "king" in read_vectors(target)
    status, _, err = call(
        "train", trainer, *options, "--out", str(tmp_path / "both"), capsys=capsys
    )
    assert status == 0, err
    assert {"input.safetensors", "output.safetensors"} <= {
        path.name for path in (tmp_path / "both").iterdir()
    }


def test_train_gpt_writes_model_tokenizer_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the king spoke to the queen . the man spoke to the woman .\n" * 60)
    status, _, err = call(
        *("train", "gpt", "--corpus", str(text), "--out", str(tmp_path / "gpt")),
        *("--layers", "1", "--heads", "2", "--dimension", "8", "--context", "8"),
        *("--vocabulary-size", "300", "--tied", "--positions", "rotary", "--patience", "5"),
        *("--epochs", "3", "--accumulation", "2", "--snapshots", "0.3", "--snapshots", "0.6"),
        capsys=capsys,
    )
    assert status == 0, err
    folder = tmp_path / "gpt"
    names = {path.name for path in folder.iterdir()}
    assert {"model.pt", "encoding.json", "input.safetensors", "untrained.safetensors"} <= names
    assert "output.safetensors" not in names  # tied: the same table
    last = load_space(folder / "input.safetensors")
    early, middle = map(load_space, sorted((folder / "snapshots").iterdir()))
    assert early.words == middle.words == last.words
    distances = [np.linalg.norm(space.vectors - last.vectors) for space in (early, middle)]
    assert distances[0] > distances[1] > 0
    history = pd.read_csv(folder / "history.csv").iloc[-1]
    assert history["validation_perplexity"] == pytest.approx(np.exp(history["validation_loss"]))
    assert 0 < history["validation_bits_per_byte"] < history["validation_loss"]


def test_corpora_are_listed_and_written_with_their_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = call("list", "corpora", "--json", capsys=capsys)
    assert [row["corpus"] for row in json.loads(out)] == ["wiki-sample", "planted"]
    target = tmp_path / "planted"
    status, _, _ = call("fetch", "planted", "--out", str(target), capsys=capsys)
    assert status == 0
    assert {path.name for path in target.iterdir()} == {
        *("corpus.txt", "analogies.txt", "lexicon.tsv", "senses.tsv")
    }


def test_every_mistake_is_one_message_and_status_2(
    files: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "latin.txt").write_bytes("caf\xe9 au lait".encode("latin-1"))
    (tmp_path / "damaged.safetensors").write_bytes(files[0].read_bytes()[:100])
    (tmp_path / "vectors.kv").write_bytes(pickle.dumps({"king": [1.0]}))
    other = EmbeddingSpace(("uno", "dos"), np.eye(2, dtype=np.float32), None, {"name": "other"})
    save_space(other, tmp_path / "other.safetensors")
    first, out = str(files[0]), str(tmp_path / "out")
    mistakes = {
        ("run", "smok"): "did you mean 'smoke'",
        ("run", "smoke", "--set", "models.gpt.head=2"): "did you mean 'heads'",
        ("run", "smoke", "--device", "gpu"): "device",
        ("run", "smoke", "--out", first): "is a file",
        ("train", "word2vec", "--corpus", str(tmp_path / "empty.txt"), "--out", out): "no words",
        ("train", "word2vec", "--corpus", str(tmp_path / "latin.txt"), "--out", out): "UTF-8",
        ("train", "word2vec", "--corpus", "wiki", "--out", out): "did you mean 'wiki-sample'",
        ("train", "word2vec", "--corpus", "planted", "--dimension", "1", "--out", out): "dimension",
        ("train", "gpt", "--corpus", "planted", "--token-encoding", "gpt-2", "--out", out): "gpt2",
        ("train", "gpt", "--corpus", "planted", "--out", f"{first}/below"): "cannot write",
        ("neighbours", "kign", "--space", first): "did you mean 'king'",
        ("analogy", "man", "king", "womann", "--space", first): "did you mean 'woman'",
        ("neighbours", "king", "--space", str(tmp_path / "damaged.safetensors")): "safetensors",
        ("neighbours", "king", "--space", str(tmp_path / "vectors.kv")): "pickle",
        ("neighbours", "king", "--space", str(tmp_path / "none.txt")): "expected a file",
        ("evaluate", first, str(tmp_path / "other.safetensors")): "share 0 words",
        ("evaluate", first, "--analogies", str(tmp_path / "empty.txt")): "no analogy question",
        ("compare", first, "--out", out): "two or more",
        ("report", str(tmp_path)): "no run folder",
        ("fetch", "planted"): "--out",
        ("fetch", "plantd"): "did you mean 'planted'",
        ("fetch", "wiki-sample", "--words", "9", "--out", out): "is what it is",
        ("fetch", "SimLex-999"): "comes along with gensim",
        ("evaluate", first, "--seed", "-1"): "seed must be",
        ("compare", first, str(files[1]), "--out", out, "--seed", "x"): "--seed",
        ("train", "gensim", "--corpus", "planted", "--out", f"{out}.pkl"): ".pkl is no format",
        ("evaluate", first, "--analogy", "man,king"): "analogy",
        ("lst",): "did you mean 'list'",
        ("list", "trainer"): "did you mean 'trainers'",
        ("list", "options", "word2ve"): "did you mean 'word2vec'",
        ("list", "presets", "gpt"): "only `list options`",
        ("show", "smok"): "did you mean 'smoke'",
        ("run", "smoke", "--sed", "1"): "--seed",
        ("run", "smoke", "--spaces", "w2v/inptu"): "did you mean 'w2v/input'",
        ("run", str(tmp_path / "latin.txt")): "own-text --set corpus.source",
        ("neighbours", "king", "--space", str(tmp_path)): "first.safetensors",
        (*["analogy", "man", "king", "woman", "--method", "3CosAd", "--space"], first): "'3CosAdd'",
        ("compare", first, first, "--out", out): "different names",
        ("evaluate", first, "--company-corpus", "held-out"): "no text of their own",
        ("train", "word2vec", "--corpus", "planted", "--pooling", "max", "--out", out): "means",
    }
    for arguments, expected in mistakes.items():
        status, _, err = call(*arguments, capsys=capsys)
        assert status == 2, (arguments, err)
        assert expected in err, (arguments, err)
        assert "Traceback" not in err
        assert len(err.strip().splitlines()) <= 4, (arguments, err)
    assert not Path(out).exists()


def test_a_text_is_not_overwritten_by_vectors(tmp_path: Path, capsys) -> None:
    text = tmp_path / "story.txt"
    text.write_text("the king spoke to the queen . the man spoke to the woman .\n" * 60)
    before = text.read_bytes()
    train = ("train", "word2vec", "--corpus", str(text), "--dimension", "4", "--epochs", "1")
    status, _, err = call(*train, "--out", str(text), capsys=capsys)
    assert (status, "holds no vectors" in err) == (2, True)
    assert text.read_bytes() == before
    for _ in range(2):  # vectors are replaced by vectors
        status, _, err = call(*train, "--out", str(tmp_path / "v.txt"), capsys=capsys)
        assert status == 0, err


def test_neighbours_of_files_without_a_common_word_answer_each(tmp_path: Path, capsys) -> None:
    paths = []
    for name, words in (("x", ("a", "b")), ("y", ("c", "d"))):
        space = EmbeddingSpace(words, np.eye(2), None, {"name": name})
        paths += ["--space", str(space.save(tmp_path / f"{name}.txt"))]
    status, out, err = call("neighbours", "a", *paths, capsys=capsys)
    assert (status, err) == (0, "")
    assert out.split("\t")[:4] == ["a", "x", "1", "b"]


def test_a_collection_file_is_shown_as_it_stands(tmp_path: Path, capsys) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nruns = ["smoke"]\n')
    status, out, _ = call("show", str(path), capsys=capsys)
    assert (status, out) == (0, path.read_text())
