"""A GPT trained on the planted text: what its tables and its layers must know."""

from pathlib import Path

import numpy as np
import pytest
import torch

from compare.judgments.analogy_sets import load_analogies
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import OccurrenceVectors, word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.analogies import score_analogies
from compare.measures.sense_probe import probe_senses
from compare.progress import quiet
from compare.text.corpus import normalized_passages
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.planted_truth import read_senses
from experiments.config import RunConfig, load_config
from experiments.context_measures import context_measures
from experiments.model_spaces import gpt_language_model, with_layers
from experiments.stages import CorpusParts, Trained, WordText, token_text, trained_gpt, word_text

CONFIG = (
    "gpt.dimension=64",
    "gpt.heads=2",
    "training.epochs=1.5",
    "training.batch_size=16",
    "threads=1",
    'spaces=["gpt-input", "gpt-random", "gpt-input+position", "gpt-layer-2", "gpt-layer-1-alone"]',
)


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


World = tuple[CorpusParts, WordText, Trained]


@pytest.fixture(scope="module")
def world(config: RunConfig, cache: Path) -> World:
    """Train once: fifteen to twenty seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(cache))
        torch.set_num_threads(1)
        parts = CorpusParts(config.corpus)
        words = word_text(parts, config, quiet)
        tokens = token_text(parts, config, quiet)
        return parts, words, trained_gpt(tokens, words, config, "cpu", quiet)


@pytest.fixture(scope="module")
def model(world: World) -> GPTLanguageModel:
    return gpt_language_model(world[2], "cpu")


@pytest.fixture(scope="module")
def occurrences(world: World, model: GPTLanguageModel, config: RunConfig) -> OccurrenceVectors:
    parts, words, _ = world
    ambiguous = sorted({word for word, _ in read_senses(words.truth / "senses.tsv").values()})
    options = WordVectorOptions(occurrences=300, overlap=0.5)

    def passages():
        return normalized_passages(parts.training, config.corpus.normalization)

    return word_occurrences(model, passages, ambiguous, options, seed=0)


def test_the_input_table_beats_the_untrained_one(world: World) -> None:
    _, words, trained = world
    questions = load_analogies(words.truth / "analogies.txt")
    spaces = {space.name: space for space in trained.spaces}
    accuracy = {
        name: np.mean(
            [
                (ranked.excluded == 1).mean()
                for ranked in score_analogies(spaces[name], questions, methods=["3CosAdd"])[
                    "3CosAdd"
                ].relations
            ]
        )
        for name in ("gpt-input", "gpt-random")
    }
    assert accuracy["gpt-input"] > 0.4
    assert accuracy["gpt-random"] < 0.05
    assert spaces["gpt-random"].provenance["role"] == "floor"
    assert "role" not in spaces["gpt-input"].provenance


def test_layers_tell_senses_apart_and_the_input_table_cannot(
    world: World, model: GPTLanguageModel, occurrences: OccurrenceVectors
) -> None:
    """A causal model knows a sense only from what stood before: from the second mention on."""
    known = read_senses(world[1].truth / "senses.tsv")
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
    world: World, occurrences: OccurrenceVectors
) -> None:
    known = read_senses(world[1].truth / "senses.tsv")
    for number in range(len(occurrences)):
        place = (int(occurrences.document[number]), int(occurrences.start[number]))
        assert known[place][0] == occurrences.words[occurrences.word[number]]


def test_the_words_spaces_of_layers(world: World, config: RunConfig, monkeypatch) -> None:
    parts, words, trained = world
    more = with_layers(trained, parts, words, config, "cpu", quiet)
    spaces = {space.name: space for space in more.spaces}
    assert {"gpt-layer-2", "gpt-layer-1-alone", "gpt-input+position"} <= set(spaces)
    context = spaces["gpt-layer-2"]
    assert context.words == words.vocabulary.words
    counts = words.vocabulary.counts
    assert context.provenance["n_occurrences"] == int(np.minimum(counts, 64).sum())
    assert context.provenance["n_unusable"] == 0
    # what position adds is one vector, the same for all words
    added = spaces["gpt-input+position"].vectors - spaces["gpt-input"].vectors
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-6)
    assert np.linalg.norm(added[0]) > 0

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("experiments.model_spaces.contextual_vectors", fail)
    again = with_layers(trained, parts, words, config, "cpu", quiet)
    assert np.array_equal(again.spaces[-2].vectors, context.vectors)
    without = config.model_copy(update={"spaces": ("gpt-input",)})
    assert with_layers(trained, parts, words, without, "cpu", quiet) is trained


def test_what_context_adds_is_measured_layer_by_layer(
    world: World, model: GPTLanguageModel, config: RunConfig
) -> None:
    parts, words, trained = world
    found = context_measures(model, trained.folder.name, parts, words, config, quiet)
    assert found.layers["space"].tolist() == ["gpt/layer-0", "gpt/layer-1", "gpt/layer-2"]
    # layer 0 knows the place alone; attention mixes the company in (Ethayarajh 2019)
    similarity = found.layers["self_similarity"] + found.layers["baseline_cosine"]
    assert similarity[0] > 0.9 > similarity[1]
    table = found.senses.set_index(["word", "layer"])
    assert len(found.senses) == 8 * 4
    assert (table.xs(-1, level="layer")["auc"] == 0.5).all()
    assert (table.xs(-1, level="layer")["probe_auc"] == 0.5).all()
    assert table.xs(2, level="layer")["probe_auc"].mean() > 0.8  # first mentions included
    again = context_measures(model, trained.folder.name, parts, words, config, quiet)
    assert again.layers.equals(found.layers)
