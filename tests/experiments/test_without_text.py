"""Runs that read no text: what others have trained, over the words of published vectors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError, NotHereError
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import write_word2vec_text
from compare.text.corpus import CorpusOptions, open_corpus
from compare.text.english import english_words
from experiments.config.loading import load_config
from experiments.config.presets import preset_text
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute
from experiments.results.run_folder import RunResults, load_results, save_results
from experiments.stages.text import opened_text
from tests.conftest import no_pictures
from tests.experiments.test_cli import call
from tests.llm.vectors.test_pretrained import save_tiny
from tests.report.small_results import run_results

pytest.importorskip("transformers")

WORDS = ("the", "king", "queen", "kings_cross", "people", "bank", "spoke", "waited")


def no_show(_title: str):
    return lambda *_, **__: None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Vectors of a few words, and a small model of others."""
    root = tmp_path_factory.mktemp("published")
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 6))
    write_word2vec_text(EmbeddingSpace(WORDS, vectors), root / "some.txt")
    save_tiny("llama", root / "tiny")
    text = "the king spoke of the bank and the people waited\nthe queen spoke and the king waited\n"
    (root / "text.txt").write_text(text * 40)
    return root


def config(folder: Path, *settings: str) -> RunConfig:
    vectors, model = folder / "some.txt", folder / "tiny"
    found = load_config(
        "real",
        [
            f'models.google-news.vectors="{vectors}"',
            f'models.smollm2.model="{model}"',
            'spaces=["google-news/vectors","smollm2/input","smollm2/layer-1-alone",'
            '"smollm2/layer-1","smollm2/untrained"]',
            "judgments.lexicons=[]",
            "protocol.shuffles=2",
            *settings,
        ],
    )
    assert isinstance(found, RunConfig)
    return found


@pytest.fixture(scope="module")
def results(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResults, Path]:
    out = tmp_path_factory.mktemp("runs") / "real"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(out.parent / "cache"))
        with no_pictures():
            execute(config(folder), out)
    return load_results(out), out


def test_words_are_those_of_the_published_vectors_that_are_words(results) -> None:
    """``kings_cross`` is none, as texts are cut into words."""
    spaces = results[0].comparison.coverage.set_index("space")
    expected = [word for word in WORDS if "_" not in word]
    near = set(results[0].comparison.nearest["neighbour"])
    assert near <= set(expected)
    assert spaces.loc["smollm2/input", "n_words"] == len(expected)


def test_layers_in_context_wait_for_a_text(results) -> None:
    assert list(results[0].comparison.coverage["space"]) == [
        *("google-news/vectors", "smollm2/input", "smollm2/layer-1-alone", "smollm2/untrained")
    ]
    assert results[0].corpus == {}


def test_the_report_says_what_was_compared(results) -> None:
    text = (results[1] / "report.md").read_text(encoding="utf-8")
    assert "4 spaces over 7 shared words" in text
    assert "All models read the same text" not in text
    assert "Each model was trained" not in text
    assert "Left out, as no text was read: smollm2/layer-1." in text


def test_the_untrained_twin_is_the_floor(results) -> None:
    coverage = results[0].comparison.coverage.set_index("space")
    assert coverage["role"].to_dict()["smollm2/untrained"] == "floor"
    assert coverage.loc["smollm2/untrained", "label"] == "SmolLM2 untrained"


@pytest.mark.usefixtures("without_pictures")
def test_a_text_adds_layers_in_context(folder: Path, tmp_path: Path) -> None:
    with_text = config(folder, f"corpus.source={folder / 'text.txt'}", "vocabulary.min_count=2")
    found = execute(with_text, tmp_path / "run")
    assert "smollm2/layer-1" in set(found.comparison.coverage["space"])
    assert found.corpus["n_documents"] == 1
    told = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "Layers in context are read in the training part of text.txt, normalised" in told
    near = set(found.comparison.nearest["neighbour"])
    assert near <= {"the", "king", "queen", "people", "bank", "spoke", "waited"}


def test_without_published_vectors_words_are_english(folder: Path) -> None:
    alone = config(folder, 'spaces=["smollm2/input","smollm2/untrained"]', "protocol.max_words=50")
    assert opened_text(alone, no_show).vocabulary.words == english_words()[:50]


def test_the_first_words_are_kept_after_the_cut_into_words(tmp_path: Path, monkeypatch) -> None:
    """Phrases and marks count as nothing, and variants by case as one."""
    listed = ("</s>", "New_York", "the", "The", "-", "king", "queen")
    vectors = np.random.default_rng(0).normal(size=(len(listed), 3))
    write_word2vec_text(EmbeddingSpace(listed, vectors), tmp_path / "some.txt")
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = ['models.google-news.vectors="~/some.txt"', 'spaces=["google-news/vectors"]']

    def words(*more: str) -> tuple[str, ...]:
        return opened_text(load_config("real", [*settings, *more]), no_show).vocabulary.words

    assert words("protocol.max_words=2") == ("the", "The", "king")
    assert words("protocol.max_words=2", "protocol.case=exact") == ("the", "The")
    assert words() == ("the", "The", "king", "queen")
    write_word2vec_text(EmbeddingSpace(listed[:2], vectors[:2]), tmp_path / "some.txt")
    with pytest.raises(InputError, match="holds 0 words as texts are cut into words"):
        words()


def test_the_reference_of_tests_is_there_or_the_config_is_refused() -> None:
    with pytest.raises(InputError, match=r"the first space, smollm2/layer-1, is the reference"):
        load_config("real", ['spaces=["smollm2/layer-1","google-news/vectors"]'])
    found = load_config("real", ['spaces=["google-news/vectors","smollm2/layer-1"]'])
    assert isinstance(found, RunConfig)
    assert list(found.trained) == ["google-news"]


def test_what_learns_needs_a_text() -> None:
    with pytest.raises(InputError, match=r"models\.gensim learns from a text, and the corpus is"):
        load_config("wiki-sample", ["corpus.source=none"])
    with pytest.raises(InputError, match="a text is needed, and the corpus is 'none'"):
        open_corpus(CorpusOptions(source="none"))
    with pytest.raises(InputError, match="there is nothing to compare"):
        load_config("real", ['spaces=["smollm2/layer-1"]'])


def test_a_collection_goes_on_without_what_cannot_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fake(one: RunConfig, folder: Path, **_: object) -> None:
        if one.name == "real":
            raise NotHereError("no network, and nothing here")
        results = replace(run_results(one.name), name=one.name)
        save_results(results, folder)

    explored: list[str] = []
    monkeypatch.setattr("experiments.collection.execute", fake)
    monkeypatch.setattr("experiments.collection.write_lesson", lambda path, **_: None)
    monkeypatch.setattr(
        "experiments.collection.explorer_into", lambda run, path, **_: explored.append(run.name)
    )
    one_by_one = tmp_path / "demo.toml"
    one_by_one.write_text(preset_text("demo").replace("at_once = 2", "at_once = 1"))
    status, out, err = call("run", str(one_by_one), "--out", str(tmp_path / "demo"), capsys=capsys)
    assert status == 0
    assert "real is left out: no network, and nothing here" in err
    assert "planted/report.html" in out
    page = (tmp_path / "demo" / "index.html").read_text(encoding="utf-8")
    assert "wiki-sample/report.html" in page
    assert "real/report.html" not in page
    assert 'href="lesson.html"' in page
    assert 'href="explorer.html"' in page
    assert explored == ["wiki-sample"]


def test_a_collection_of_which_nothing_is_here_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fake(*_: object, **__: object) -> None:
        raise NotHereError("no network, and nothing here")

    monkeypatch.setattr("experiments.collection.execute", fake)
    one_by_one = tmp_path / "demo.toml"
    one_by_one.write_text('name = "demo"\nruns = ["real", "planted"]\n')
    status, _, err = call("run", str(one_by_one), "--out", str(tmp_path / "demo"), capsys=capsys)
    assert status == 2
    assert "no network" in err
    assert not (tmp_path / "demo" / "index.html").exists()
