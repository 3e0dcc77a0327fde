"""Layers and pretrained models in a whole run on little text."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compare.errors import InputError
from compare.spaces.formats import write_word2vec_text
from compare.spaces.space import EmbeddingSpace, load_space
from experiments.config import RunConfig, load_config
from experiments.labels import label
from experiments.run import execute
from tests.llm.vectors.test_pretrained import save_tiny, transformers

PRETRAINED = """
trainers = ["gpt"]
threads = 1
spaces = ["gpt-input", "gpt-layer-1", "gpt-layer-1-alone", "gpt-input+position"]

[[pretrained]]
name = "tiny"
model = "{model}"
tables = ["input", "layer-2", "layer-1-alone"]

[[pretrained]]
name = "vectors"
vectors = "{vectors}"
"""


def config(folder: Path, text: str) -> RunConfig:
    path = folder / "run.toml"
    smoke = load_config("smoke", ["corpus.planted.n_words=10000"])
    assert isinstance(smoke, RunConfig)
    sections = smoke.to_toml().split("\n[", 1)[1]
    path.write_text(f'name = "layers"\n{text.split("[[", 1)[0]}\n[{sections}')
    with path.open("a") as handle:
        handle.write("\n[[" + text.split("[[", 1)[1])
    found = load_config(str(path))
    assert isinstance(found, RunConfig)
    return found


def test_layers_and_pretrained_spaces_join_a_run(tmp_path: Path, monkeypatch) -> None:
    assert transformers
    words = ("the", "King", "woman", "man", "queen", "unicorn", "bank", "girl", "boy", "prince")
    vectors = np.random.default_rng(0).normal(size=(10, 5)).astype(np.float32)
    write_word2vec_text(EmbeddingSpace(words, vectors), tmp_path / "some.txt")
    save_tiny("gpt2", tmp_path / "gpt2")
    text = PRETRAINED.format(model=tmp_path / "gpt2", vectors=tmp_path / "some.txt")
    results = execute(config(tmp_path, text), tmp_path / "run")
    spaces = {p.stem: load_space(p) for p in (tmp_path / "run" / "spaces").iterdir()}
    layers = {"gpt-layer-1", "gpt-layer-1-alone", "gpt-input+position"}
    others = {"tiny-input", "tiny-layer-2", "tiny-layer-1-alone", "vectors"}
    assert {"gpt-input", "gpt-output", "gpt-random"} | layers | others == set(spaces)
    assert spaces["gpt-random"].provenance["role"] == "floor"
    assert set(spaces["vectors"].words) == set(words) - {"unicorn"}
    assert spaces["tiny-layer-2"].vectors.shape[1] == 16
    assert spaces["tiny-layer-2"].provenance["n_occurrences"] > 500
    coverage = results.comparison.coverage
    assert set(coverage["space"]) == {"gpt-input"} | layers | others
    assert (coverage["n_shared"] == 9).all()  # folded: King is king
    measured = pd.read_csv(tmp_path / "run" / "measurements.csv")
    assert layers | others <= set(measured["space"])

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("experiments.model_spaces.contextual_vectors", fail)
    monkeypatch.setattr("experiments.model_spaces.alone_vectors", fail)
    execute(config(tmp_path, text), tmp_path / "again")
    for name in layers | others:
        file = f"spaces/{name}.safetensors"
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "run" / file).read_bytes()


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ('["output"]', "has no output table of its own"),
        ('["layer-3"]', "has layers 0 to 2; there is no layer 3"),
    ],
)
def test_tables_that_a_model_lacks_are_told(tmp_path: Path, tables: str, message: str) -> None:
    save_tiny("gpt2", tmp_path / "gpt2")
    text = f'[[pretrained]]\nname = "tiny"\nmodel = "{tmp_path / "gpt2"}"\ntables = {tables}\n'
    with pytest.raises(InputError, match=message):
        execute(config(tmp_path, text), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_labels_of_layers() -> None:
    assert label("gpt-layer-12") == "GPT layer 12"
    assert label("gpt-layer-0-alone") == "GPT layer 0, alone"
    assert label("mini-layer-3") == "mini layer 3"
    assert label("gpt-layers") == "gpt-layers"
