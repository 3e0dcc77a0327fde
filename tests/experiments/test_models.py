"""Layers, pretrained models, models by name and either unit in whole runs on little text."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compare.cache import cache_folder
from compare.errors import InputError
from compare.spaces.formats import load_space
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import write_word2vec_text
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.pipeline import execute
from experiments.stages.models import model_labels
from tests.llm.vectors.test_pretrained import save_tiny, transformers

SMALL = ("corpus.planted.n_words=10000", "threads=1")


def smoke(*settings: str) -> RunConfig:
    config = load_config("smoke", (*SMALL, *settings))
    assert isinstance(config, RunConfig)
    return config


def spaces_of(run: Path) -> dict[str, EmbeddingSpace]:
    folder = run / "spaces"
    return {
        path.relative_to(folder).with_suffix("").as_posix(): load_space(path)
        for path in folder.rglob("*.safetensors")
    }


@pytest.mark.usefixtures("without_page")
def test_layers_and_pretrained_spaces_join_a_run(tmp_path: Path) -> None:
    assert transformers
    words = ("the", "King", "woman", "man", "queen", "unicorn", "bank", "girl", "boy", "prince")
    vectors = np.random.default_rng(0).normal(size=(10, 5)).astype(np.float32)
    write_word2vec_text(EmbeddingSpace(words, vectors), tmp_path / "some.txt")
    save_tiny("gpt2", tmp_path / "gpt2")
    layers = ("gpt/layer-1", "gpt/layer-1-alone", "gpt/input+position")
    others = ("tiny/input", "tiny/layer-2", "tiny/layer-1-alone", "own/vectors")
    compared = ["gpt/input", *layers, *others]
    config = smoke(
        f"spaces={compared}",
        *('models.tiny.trainer="hugging-face"', f'models.tiny.model="{tmp_path / "gpt2"}"'),
        *('models.own.trainer="published"', f'models.own.vectors="{tmp_path / "some.txt"}"'),
    )
    results = execute(config, tmp_path / "run")
    spaces = spaces_of(tmp_path / "run")
    made = {"gpt/input", "gpt/output", "gpt/untrained", "tiny/untrained", *layers, *others}
    assert made == set(spaces)
    assert spaces["gpt/untrained"].provenance["role"] == "floor"
    assert set(spaces["own/vectors"].words) == set(words) - {"unicorn"}
    assert spaces["tiny/layer-2"].vectors.shape[1] == 16
    assert spaces["tiny/layer-2"].provenance["n_occurrences"] > 500
    coverage = results.comparison.coverage
    assert coverage["space"].tolist() == compared
    assert (coverage["n_shared"] == 9).all()  # folded: King is king
    measured = pd.read_csv(tmp_path / "run" / "measurements.csv")
    assert {*layers, *others} <= set(measured["space"])
    kept = {path.name for path in cache_folder().iterdir()}
    assert sum(name.startswith(("context-", "alone-")) for name in kept) == 4
    execute(config, tmp_path / "again")
    assert {path.name for path in cache_folder().iterdir()} == kept  # nothing is read again
    for name in (*layers, *others):
        file = f"spaces/{name}.safetensors"
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "run" / file).read_bytes()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("output", "has no output table of its own"),
        ("layer-3", "has layers 0 to 2; there is no layer 3"),
    ],
)
def test_tables_that_a_model_lacks_are_told(tmp_path: Path, table: str, message: str) -> None:
    save_tiny("gpt2", tmp_path / "gpt2")
    config = smoke(
        f'spaces=["tiny/{table}"]',
        *('models.tiny.trainer="hugging-face"', f'models.tiny.model="{tmp_path / "gpt2"}"'),
    )
    with pytest.raises(InputError, match=message):
        execute(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("without_pictures")
def test_two_of_a_trainer_stand_in_one_report(tmp_path: Path) -> None:
    """Same options under two names are one model: trained once, compared as two."""
    config = smoke(
        'spaces=["w2v/input", "near/input", "again/input", "gpt/input", "small/input"]',
        *("models.near.trainer=skipgram", "models.near.dimension=16", "models.near.epochs=1"),
        "models.near.window=1",
        *("models.again.trainer=skipgram", "models.again.dimension=16", "models.again.epochs=1"),
        *("models.small.trainer=gpt", "models.small.layers=0", "models.small.dimension=8"),
        *("models.small.context=8", "models.small.epochs=0.05", "models.small.batch_size=8"),
        "models.small.tokenizer.vocabulary_size=400",
    )
    results = execute(config, tmp_path / "run")
    spaces = spaces_of(tmp_path / "run")
    assert np.array_equal(spaces["w2v/input"].vectors, spaces["again/input"].vectors)
    assert not np.array_equal(spaces["w2v/input"].vectors, spaces["near/input"].vectors)
    kept = [path.name for path in cache_folder().iterdir()]
    assert sum(name.startswith("skipgram-") for name in kept) == 2
    assert sum(name.startswith("tokens-") for name in kept) == 2  # a stream for each tokenizer
    labels = dict(results.comparison.coverage[["space", "label"]].to_numpy())
    assert labels["near/input"] == "word2vec (embcontrast) near"
    assert labels["small/input"] == "GPT small input table"
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "word2vec (embcontrast) again" in page
    assert results.models["model"].tolist() == ["w2v", "gpt", "near", "again", "small"]
    assert set(spaces) >= {"gpt/untrained", "small/untrained"}


@pytest.mark.usefixtures("without_pictures")
def test_either_wing_reads_either_unit(tmp_path: Path) -> None:
    config = smoke(
        'spaces=["w2v/input", "pieces/input", "gpt/input", "word-gpt/input", "word-gpt/layer-1"]',
        *("models.pieces.trainer=skipgram", "models.pieces.reads=tokens"),
        *("models.pieces.dimension=16", "models.pieces.tokenizer.vocabulary_size=512"),
        *("models.word-gpt.trainer=gpt", "models.word-gpt.reads=words", "models.word-gpt.layers=1"),
        *("models.word-gpt.heads=2", "models.word-gpt.dimension=16", "models.word-gpt.context=16"),
        *("models.word-gpt.epochs=0.05", "models.word-gpt.batch_size=8"),
    )
    results = execute(config, tmp_path / "run")
    spaces = spaces_of(tmp_path / "run")
    vocabulary = spaces["w2v/input"].words
    assert spaces["pieces/input"].words == vocabulary
    assert spaces["pieces/input"].provenance["split_share"] > 0
    assert (spaces["pieces/input"].n_pieces > 1).any()
    assert (spaces["w2v/input"].n_pieces == 1).all()
    assert spaces["pieces/untrained"].provenance["role"] == "floor"
    assert "w2v/untrained" not in spaces
    assert spaces["word-gpt/input"].words == vocabulary
    assert (spaces["word-gpt/input"].n_pieces == 1).all()
    assert results.models.set_index("model")["reads"].to_dict() == {
        "w2v": "words",
        "gpt": "tokens",
        "pieces": "tokens",
        "word-gpt": "words",
    }
    losses = results.models.set_index("model")["loss"]
    assert losses["w2v"] == "pair against noise (words)" != losses["pieces"]
    assert results.models.set_index("model")["split_share"].isna()["word-gpt"]
    markdown = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "0 % of the vocabulary" not in markdown.replace("\u00a0", " ")
    units = results.history.groupby("model")["unit"].first().to_dict()
    assert units == {"w2v": "words", "gpt": "tokens", "pieces": "tokens", "word-gpt": "words"}


def test_labels_differ() -> None:
    models = load_config("smoke", ["models.other.trainer=skipgram"])
    assert isinstance(models, RunConfig)
    labels = model_labels(models.models)
    assert labels["w2v"] == "word2vec (embcontrast) w2v"
    assert labels["gensim"] == "word2vec (gensim)"
    named = load_config("smoke", ["models.other.trainer=skipgram", "models.other.label=mine"])
    assert isinstance(named, RunConfig)
    assert model_labels(named.models)["other"] == "mine"
    same = ["models.w2v.label=GPT"]
    shared = load_config("smoke", same)
    assert isinstance(shared, RunConfig)
    assert len(set(model_labels(shared.models).values())) == 4


def test_what_others_have_trained_has_no_other_seed(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    write_word2vec_text(EmbeddingSpace(("king", "queen", "man"), vectors), tmp_path / "some.txt")
    config = smoke(
        *("seeds=2", 'spaces=["w2v/input", "own/vectors"]'),
        *('models.own.trainer="published"', f'models.own.vectors="{tmp_path / "some.txt"}"'),
    )
    results = execute(config, tmp_path / "run")
    names = set(spaces_of(tmp_path / "run"))
    assert {"w2v/input.seed-2", "own/vectors"} <= names
    assert "own/vectors.seed-2" not in names
    assert set(results.comparison.seeds["space"]) == {"w2v/input"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (('models.own.trainer="published"', 'models.own.vectors="none.txt"'), "expected a file"),
        (("models.gpt.context=100000",), "shorten the context"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_trained(
    tmp_path: Path, settings: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        execute(smoke(*settings), tmp_path / "run")
    trained = {path.name.split("-")[0] for path in cache_folder().iterdir()}
    assert not trained & {"skipgram", "gensim", "ppmi", "gpt"}
