"""A whole run on little text: what it writes, caches, repeats and refuses."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from compare.cache import cache_folder
from compare.errors import InputError
from compare.runtime import Runtime
from compare.spaces.analogy_equations import BASELINES, METHODS
from compare.spaces.formats import load_space
from compare.spaces.writing import save_space
from compare.text.reading import Text
from compare.trainers import all_trainers, sources
from compare.trainers.trained import Trained
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute
from experiments.report.report import make_report
from experiments.results.run_folder import load_results
from experiments.stages.models import trained_models
from tests.experiments import golden_numbers
from tests.experiments.golden_numbers import frozen_config as smoke

HOW_TO_MOVE = "if they are meant to move, see “Numbers that move” in CONTRIBUTING.md"


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
        *("config.toml", "environment.json", "measurements.csv", "history.csv", "neighbours.csv"),
        *("report.html", "report.md", "log.txt", "scores", "figures", "tables", "spaces", "truth"),
    }
    assert expected <= {path.name for path in finished.iterdir()}
    spaces = finished / "spaces"
    names = {path.relative_to(spaces).with_suffix("").as_posix() for path in spaces.rglob("*.saf*")}
    wings = {
        f"{model}/{table}"
        for model in ("gensim", "w2v", "ppmi")
        for table in ("input", "output", "mean")
    }
    assert names == wings | {"gpt/input", "gpt/output", "gpt/untrained"}
    figures = {path.stem for path in (finished / "figures").glob("*.png")}
    assert figures == FIGURES
    assert not list(finished.rglob("*.partial"))


def test_every_number_has_its_items_and_interval(finished: Path) -> None:
    rows = pd.read_csv(finished / "measurements.csv")
    assert (rows["n"] + rows["n_missing"] > 0).all()
    similarity = rows[rows["quantity"] == "similarity"]
    assert set(similarity["transform"]) == {"raw", "centred"}
    known = rows.dropna(subset=["low", "high"])
    assert (known["low"] <= known["high"]).all()
    analogies = rows[(rows["quantity"] == "analogies") & (rows["relation"] == "all")]
    assert set(analogies["method"]) == {*METHODS, *BASELINES}
    assert (analogies["chance"] < 0.01).all()
    assert set(analogies["candidates"]) == {"excluded", "honest"}
    scores = pd.read_csv(finished / "scores" / "analogies.csv")
    part = scores[(scores["space"] == "w2v/input") & (scores["method"] == "3CosAdd")]
    part = part[part["transform"] == "raw"]
    told = analogies[(analogies["space"] == "w2v/input") & (analogies["method"] == "3CosAdd")]
    told = told[(told["transform"] == "raw") & (told["candidates"] == "excluded")]
    assert told["value"].iloc[0] == pytest.approx((part["rank_excluded"] == 1).mean())
    around = rows[(rows["method"] == "around") & (rows["words"] == "all")]
    around = around.set_index(["space", "judgments"])["value"]
    words = pd.read_csv(finished / "scores" / "company.csv", keep_default_na=False)
    of_words = words.groupby(["space", "judgments"])["around"].mean()
    assert of_words.to_dict() == pytest.approx(around.to_dict())


FIGURES = {
    *("answer", "training", "map", "analogies", "similarity", "likeness", "cosines", "context"),
}


def test_the_report_stands_on_its_own_and_comes_out_equal_again(
    finished: Path, tmp_path: Path
) -> None:
    page = (finished / "report.html").read_text(encoding="utf-8")
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/svg+xml;base64,") == 2 * len(FIGURES)  # each for phones, too
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
    assert results.comparison.coverage["space"].iloc[0] == "gensim/input"
    assert set(results.comparison.nearest["word"]) <= {"king", "woman", "bank"}
    environment = json.loads((finished / "environment.json").read_text())
    assert environment["packages"]["torch"]
    assert environment["seed"] == 1


def stages_kept() -> set[str]:
    return {path.name for path in cache_folder().iterdir()}


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is trained: trainers by name, and the byte-pair encoding."""
    noted: list[str] = []

    def watched(name: str, original: object) -> object:
        def fit(*arguments: object, **more: object) -> object:
            noted.append(name)
            return original(*arguments, **more)

        return fit

    records = tuple(
        one if one.fit is None else replace(one, fit=watched(one.name, one.fit))
        for one in all_trainers.TRAINERS
    )
    monkeypatch.setattr(all_trainers, "TRAINERS", records)
    monkeypatch.setattr(sources, "train_encoding", watched("encoding", sources.train_encoding))
    return noted


@pytest.mark.usefixtures("without_page")
def test_a_second_run_makes_nothing_and_gives_the_same_numbers(
    finished: Path, tmp_path: Path, fitted: list[str]
) -> None:
    before = stages_kept()
    execute(smoke(), tmp_path / "again")
    assert not fitted
    assert stages_kept() == before
    for name in ("measurements.csv", "neighbours.csv", "spaces/gpt/input.safetensors"):
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


def models_of(config: RunConfig) -> dict[str, Trained]:
    """Train as a run does, without the comparison."""
    torch.set_num_threads(1)
    text = Text(config.corpus, config.vocabulary)
    return trained_models(config, text, Runtime(seed=config.seed, threads=1))


def test_one_changed_option_redoes_only_what_depends_on_it(
    finished: Path, fitted: list[str]
) -> None:
    models_of(smoke("models.gpt.dimension=20"))
    assert fitted == ["gpt"]
    fitted.clear()
    models_of(smoke("models.*.dimension=20", "models.gpt.dimension=16"))
    assert fitted == ["gensim", "skipgram", "ppmi"]
    fitted.clear()
    models_of(smoke("models.gpt.tokenizer.vocabulary_size=500"))
    assert fitted == ["encoding", "gpt"]


def test_a_fresh_cache_gives_the_same_bits(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(tmp_path / "fresh"))
    again = models_of(smoke())
    saved = sorted((finished / "spaces").rglob("*.safetensors"))
    assert len(saved) == sum(len(model.spaces) for model in again.values())
    for model in again.values():
        for space in model.spaces.values():
            save_space(space, tmp_path / "again.safetensors")
            first = finished / "spaces" / f"{space.name}.safetensors"
            assert (tmp_path / "again.safetensors").read_bytes() == first.read_bytes(), space.name


def test_mistakes_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for setting, message in (
        (
            "corpus.source=nothing-here\njudgments.analogies=[]\njudgments.lexicons=[]",
            "unknown corpus",
        ),
        ("vocabulary.min_count=100000", "lower min_count"),
        ("models.gpt.context=900000", "shorten the context"),
        (
            "models.gpt.tokenizer.encoding=gpt3\nmodels.gpt.tokenizer.vocabulary_size=8192",
            "unknown encoding",
        ),
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
    space = load_space(finished / "spaces" / "w2v" / "input.safetensors")
    assert space.name == "w2v/input"
    assert space.provenance["options"]["dimension"] == 16
    assert space.provenance["seed"] == 1
    assert len(space.provenance["corpus"]) == 64
    assert space.counts is not None
    gpt = load_space(finished / "spaces" / "gpt" / "input.safetensors")
    assert gpt.words == space.words
    assert 0 < gpt.provenance["split_share"] < 1
    assert space.provenance["label"] == "word2vec (embcontrast)"
    assert (gpt.provenance["model"], gpt.provenance["family"]) == ("gpt", "language model")


def test_the_numbers_are_the_frozen_ones(finished: Path) -> None:
    """To the bit where they were written; elsewhere to a thousandth, but for single flips."""
    found = golden_numbers.tables_of(finished)
    hashes = json.loads((golden_numbers.FOLDER / "hashes.json").read_text())
    assert set(found) == set(hashes)
    frozen = golden_numbers.tables_of(golden_numbers.FOLDER)
    name = "measurements.csv"
    found[name] = golden_numbers.of_frozen_measures(found[name], frozen[name])
    for name, table in frozen.items():
        here = found[name]
        assert here.shape == table.shape, (name, HOW_TO_MOVE)
        for column in table if len(table) else ():
            old, new = (
                pd.to_numeric(one[column], errors="coerce").to_numpy() for one in (table, here)
            )
            near = np.isclose(old, new, rtol=1e-3, atol=1e-3, equal_nan=True)
            # a rank or a k-means cluster may flip where two cosines are all but equal
            assert near.mean() >= 0.98, (name, column, HOW_TO_MOVE)
    if golden_numbers.machine() == json.loads((golden_numbers.FOLDER / "machine.json").read_text()):
        digests = {name: golden_numbers.digest(table) for name, table in found.items()}
        assert digests == hashes, HOW_TO_MOVE
