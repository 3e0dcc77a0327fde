"""A whole run on little text: what it writes, caches, repeats and refuses."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from compare.errors import InputError
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.spaces.space import load_space
from experiments import stages
from experiments.config import RunConfig, load_config
from experiments.results import load_results
from experiments.run import execute, make_report


def smoke(*settings: str) -> RunConfig:
    config = load_config("smoke", settings)
    assert isinstance(config, RunConfig)
    return config


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stages")


@pytest.fixture(autouse=True)
def shared_cache(cache: Path, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(cache))


@pytest.fixture(scope="module")
def finished(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(cache))
        execute(smoke(), folder)
    return folder


def test_the_run_folder_holds_what_the_design_says(finished: Path) -> None:
    expected = {
        *("config.toml", "environment.json", "measurements.csv", "history.csv", "neighbours.json"),
        *("report.html", "report.md", "log.txt", "scores", "figures", "tables", "spaces", "truth"),
    }
    assert expected <= {path.name for path in finished.iterdir()}
    names = {path.stem for path in (finished / "spaces").iterdir()}
    wings = {
        f"{trainer}-{table}"
        for trainer in ("gensim", "torch", "ppmi")
        for table in ("input", "output", "mean")
    }
    assert names == wings | {"gpt-input", "gpt-output", "gpt-random"}
    figures = {path.stem for path in (finished / "figures").glob("*.png")}
    assert figures == {"training", "map", "analogies", "similarity", "cosines", "context"}
    assert not list(finished.rglob("*.partial"))


def test_every_number_has_its_items_and_interval(finished: Path) -> None:
    rows = pd.read_csv(finished / "measurements.csv")
    assert (rows["n_used"] + rows["n_missing"] > 0).all()
    similarity = rows[rows["measure"] == "similarity"]
    assert set(similarity["transform"]) == {"raw", "centred"}
    known = rows.dropna(subset=["low", "high"])
    assert (known["low"] <= known["high"]).all()
    analogies = rows[(rows["measure"] == "analogies") & (rows["relation"] == "all")]
    assert set(analogies["method"]) == {*METHODS, *BASELINES}
    assert (analogies["chance"] < 0.01).all()
    assert set(analogies["candidates"]) == {"excluded", "honest"}
    scores = pd.read_csv(finished / "scores" / "analogies.csv")
    part = scores[(scores["space"] == "torch-input") & (scores["method"] == "3CosAdd")]
    part = part[part["transform"] == "raw"]
    told = analogies[(analogies["space"] == "torch-input") & (analogies["method"] == "3CosAdd")]
    told = told[(told["transform"] == "raw") & (told["candidates"] == "excluded")]
    assert told["value"].iloc[0] == pytest.approx((part["rank_excluded"] == 1).mean())


def test_the_report_stands_on_its_own_and_comes_out_equal_again(
    finished: Path, tmp_path: Path
) -> None:
    page = (finished / "report.html").read_text(encoding="utf-8")
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/png;base64,") == 6
    alone = tmp_path / "alone"
    shutil.copytree(finished, alone)
    shutil.rmtree(alone / "spaces")
    shutil.rmtree(alone / "figures")
    (alone / "report.html").unlink()
    make_report(alone)
    assert (alone / "report.html").read_text(encoding="utf-8") == page
    assert (alone / "report.md").read_text() == (finished / "report.md").read_text()


def test_results_read_back_as_they_were(finished: Path) -> None:
    results = load_results(finished)
    assert results.name == "smoke"
    assert results.comparison.coverage["space"].iloc[0] == "gensim-input"
    assert {entry["word"] for entry in results.comparison.neighbours} <= {"king", "woman", "bank"}
    environment = json.loads((finished / "environment.json").read_text())
    assert environment["packages"]["torch"]
    assert environment["seed"] == 1


def test_a_second_run_trains_nothing_and_gives_the_same_numbers(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("trained again")

    for name in ("train_skipgram", "train_gensim", "train_gpt", "train_encoding"):
        monkeypatch.setattr(stages, name, fail)
    execute(smoke(), tmp_path / "again")
    for name in ("measurements.csv", "neighbours.json", "spaces/gpt-input.safetensors"):
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


def test_one_changed_option_redoes_only_what_depends_on_it(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []
    for name in ("train_skipgram", "train_gensim", "train_gpt", "train_encoding"):
        original = getattr(stages, name)

        def watched(*args: object, _name: str = name, _original=original, **more: object):
            trained.append(_name)
            return _original(*args, **more)

        monkeypatch.setattr(stages, name, watched)
    execute(smoke("gpt.dimension=20"), tmp_path / "wider")
    assert trained == ["train_gpt"]
    trained.clear()
    execute(smoke("word2vec.dimension=20"), tmp_path / "other")
    assert trained == ["train_gensim", "train_skipgram"]


def test_a_fresh_cache_gives_the_same_bits(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "fresh"))
    execute(smoke(), tmp_path / "again")
    for path in sorted((finished / "spaces").iterdir()):
        again = tmp_path / "again" / "spaces" / path.name
        assert again.read_bytes() == path.read_bytes(), path.name


def test_mistakes_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for setting, message in (
        (
            "corpus.source=nothing-here\njudgments.analogies=[]\njudgments.lexicons=[]",
            "unknown corpus",
        ),
        ("vocabulary.min_count=100000", "lower min_count"),
        ("gpt.context=900000", "shorten the context"),
        ("tokenizer.encoding=gpt3", "unknown encoding"),
        ('judgments.analogies=["nowhere.txt"]', "no such file"),
        ('judgments.similarity=["WordSim353"]', "did you mean 'WordSim-353'"),
    ):
        with pytest.raises(InputError, match=message):
            execute(smoke(*setting.split("\n")), folder)
        assert not folder.exists(), setting


def test_folders_that_are_no_run_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="no run"):
        execute(smoke(), tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    with pytest.raises(InputError, match="is a file"):
        execute(smoke(), tmp_path / "mine" / "thesis.txt")
    with pytest.raises(InputError, match="cannot write"):
        execute(smoke(), tmp_path / "mine" / "thesis.txt" / "run")
    with pytest.raises(InputError, match="no run folder"):
        make_report(tmp_path / "mine")


def test_spaces_carry_their_provenance(finished: Path) -> None:
    space = load_space(finished / "spaces" / "torch-input.safetensors")
    assert space.name == "torch-input"
    assert space.provenance["options"]["dimension"] == 16
    assert space.provenance["seed"] == 1
    assert len(space.provenance["corpus"]) == 64
    assert space.counts is not None
    gpt = load_space(finished / "spaces" / "gpt-input.safetensors")
    assert gpt.words == space.words
    assert 0 < gpt.provenance["split_share"] < 1
