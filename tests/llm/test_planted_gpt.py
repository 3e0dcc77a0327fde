"""A GPT trained on the planted text: what its tables and its layers must know."""

from pathlib import Path

import numpy as np
import pytest
import torch

from compare.cache import cache_folder
from compare.judgments.analogy_sets import load_analogies
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.occurrences import OccurrenceVectors, word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.analogies import score_analogies
from compare.measures.sense_probe import probe_senses
from compare.runtime import Runtime
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.planted_truth import read_senses
from compare.text.reading import Text, read_text
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.stages.context import context_of_models
from experiments.stages.models import Model, trained_models

CONFIG = (
    "models.gpt.dimension=64",
    "models.gpt.heads=2",
    "models.gpt.epochs=1.5",
    "models.gpt.batch_size=16",
    "threads=1",
    'spaces=["gpt/input", "gpt/untrained", "gpt/input+position", "gpt/layer-2", '
    '"gpt/layer-1-alone"]',
)
RUNTIME = Runtime(seed=1, threads=1)


@pytest.fixture(scope="module")
def config() -> RunConfig:
    config = load_config("planted", CONFIG)
    assert isinstance(config, RunConfig)
    return config


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted-gpt")


@pytest.fixture(autouse=True)
def shared_cache(cache: Path, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBCONTRAST_CACHE", str(cache))


@pytest.fixture(scope="module")
def text(config: RunConfig, cache: Path) -> Text:
    return read_text(config.corpus, config.vocabulary)


@pytest.fixture(scope="module")
def trained(config: RunConfig, text: Text, cache: Path) -> Model:
    """Train once: fifteen to twenty seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(cache))
        torch.set_num_threads(1)
        return trained_models(config, text, RUNTIME)["gpt"]


@pytest.fixture(scope="module")
def model(trained: Model) -> LanguageModel:
    return trained.trained.model


@pytest.fixture(scope="module")
def occurrences(text: Text, model: LanguageModel) -> OccurrenceVectors:
    ambiguous = sorted({word for word, _ in read_senses(text.words.truth / "senses.tsv").values()})
    options = WordVectorOptions(occurrences=300, overlap=0.5)
    return word_occurrences(model, text.passages, ambiguous, options, seed=0)


def test_the_input_table_beats_the_untrained_one(text: Text, trained: Model) -> None:
    questions = load_analogies(text.words.truth / "analogies.txt")
    spaces = trained.spaces
    accuracy = {
        name: np.mean(
            [
                (ranked.excluded == 1).mean()
                for ranked in score_analogies(spaces[name], questions, methods=["3CosAdd"])[
                    "3CosAdd"
                ].relations
            ]
        )
        for name in ("input", "untrained")
    }
    assert accuracy["input"] > 0.4
    assert accuracy["untrained"] < 0.05
    assert spaces["untrained"].provenance["role"] == "floor"
    assert spaces["input"].provenance["role"] == ""


def test_layers_tell_senses_apart_and_the_input_table_cannot(
    text: Text, model: LanguageModel, occurrences: OccurrenceVectors
) -> None:
    """A causal model knows a sense only from what stood before: from the second mention on."""
    known = read_senses(text.words.truth / "senses.tsv")
    texts = [document.text.lower() for document in planted_documents(PlantedOptions())]
    aucs = {layer: [] for layer in (0, 1, 2)}
    for word in occurrences.words:
        own = occurrences.of(word)
        place = list(
            zip(occurrences.document[own].tolist(), occurrences.start[own].tolist(), strict=True)
        )
        is_told = np.array([word in paragraph_before(texts[d], at) for d, at in place])
        own, place = own[is_told], [p for p, told in zip(place, is_told, strict=True) if told]
        senses = np.unique([known[p][1] for p in place], return_inverse=True)[1]
        documents = occurrences.document[own]
        for layer in aucs:
            aucs[layer].append(probe_senses(occurrences.vectors[layer][own], senses, documents).auc)
        row = pooled_rows(model.tables()["input"], model.word_pieces([word], "space"))
        assert probe_senses(np.repeat(row, len(own), axis=0), senses, documents).auc == 0.5
    assert len(aucs[1]) == 8
    assert np.mean(aucs[1]) >= 0.9
    assert np.mean(aucs[2]) >= 0.9
    assert abs(np.mean(aucs[0]) - 0.5) < 0.1  # token and position: no context yet


def paragraph_before(text: str, at: int) -> str:
    return text[max(text.rfind("\n\n", 0, at), 0) : at]


def test_every_occurrence_of_an_ambiguous_word_is_one_of_the_truth(
    text: Text, occurrences: OccurrenceVectors
) -> None:
    known = read_senses(text.words.truth / "senses.tsv")
    for number in range(len(occurrences)):
        place = (int(occurrences.document[number]), int(occurrences.start[number]))
        assert known[place][0] == occurrences.words[occurrences.word[number]]


def test_the_words_spaces_of_layers(config: RunConfig, text: Text, trained: Model) -> None:
    spaces = trained.spaces
    assert {"layer-2", "layer-1-alone", "input+position"} <= set(spaces)
    context = spaces["layer-2"]
    assert context.name == "gpt/layer-2"
    assert context.words == text.vocabulary.words
    counts = text.vocabulary.counts
    assert context.provenance["n_occurrences"] == int(np.minimum(counts, 64).sum())
    assert context.provenance["n_unusable"] == 0
    # what position adds is one vector, the same for all words
    added = spaces["input+position"].vectors - spaces["input"].vectors
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-6)
    assert np.linalg.norm(added[0]) > 0
    kept = {path.name for path in cache_folder().iterdir()}
    assert any(name.startswith("context-") for name in kept)
    again = trained_models(config, text, RUNTIME)["gpt"]
    assert np.array_equal(again.spaces["layer-2"].vectors, context.vectors)
    assert {path.name for path in cache_folder().iterdir()} == kept  # nothing is read again


def test_what_context_adds_is_measured_layer_by_layer(text: Text, trained: Model) -> None:
    found = context_of_models({"gpt": trained}, text, RUNTIME)
    assert found.layers["space"].tolist() == ["gpt/layer-0", "gpt/layer-1", "gpt/layer-2"]
    # layer 0 knows the place alone; attention mixes the company in (Ethayarajh 2019)
    similarity = found.layers["self_similarity"] + found.layers["baseline_cosine"]
    assert similarity[0] > 0.9 > similarity[1]
    table = found.senses.set_index(["word", "layer"])
    assert len(found.senses) == 8 * 4
    assert (table.xs(-1, level="layer")["auc"] == 0.5).all()
    assert (table.xs(-1, level="layer")["probe_auc"] == 0.5).all()
    assert table.xs(2, level="layer")["probe_auc"].mean() > 0.8  # first mentions included
    kept = {path.name for path in cache_folder().iterdir()}
    again = context_of_models({"other": trained}, text, RUNTIME)
    assert {path.name for path in cache_folder().iterdir()} == kept
    assert again.layers["space"].tolist() == ["other/layer-0", "other/layer-1", "other/layer-2"]
    numbers = found.layers.columns[2:]
    assert again.layers[numbers].equals(found.layers[numbers])
