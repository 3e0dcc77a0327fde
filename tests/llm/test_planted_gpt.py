"""A GPT trained on the planted text: what its tables and its layers must know."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from compare.judgments.analogy_sets import AnalogySet, load_analogies
from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions, TrainingOptions
from compare.llm.token_encoder import encoded_passages
from compare.llm.tokenizer import train_encoding
from compare.llm.training import train_gpt
from compare.llm.vectors.alone import layers_alone
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.in_context import layers_in_context
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import (
    OccurrenceVectors,
    sentence_occurrences,
    word_occurrences,
)
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.tables import table_spaces
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.analogies import score_analogies
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.sense_probe import probe_senses
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.planted_truth import read_senses
from compare.text.reading import Text, read_text

SHAPE = GPTOptions(layers=2, heads=2, dimension=64, context=64)
TRAINING = TrainingOptions(epochs=1.5, batch_size=16)
RUNTIME = Runtime(seed=1)


@dataclass(frozen=True)
class World:
    """The planted text, its truth, and a GPT before and after its training on it."""

    text: Text
    model: GPTLanguageModel
    untrained: GPTLanguageModel
    questions: AnalogySet
    senses: dict[tuple[int, int], tuple[str, str]]

    def table(self, name: str, *, of: GPTLanguageModel | None = None) -> EmbeddingSpace:
        vocabulary = self.text.vocabulary
        return table_spaces(
            of or self.model, vocabulary.words, vocabulary.counts, [name], WordVectorOptions()
        )[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Train once: fifteen to twenty seconds."""
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBCONTRAST_CACHE", str(tmp_path_factory.mktemp("planted-gpt")))
        text = read_text("planted")
        truth = text.words.truth
        assert len(text.vocabulary)
    encoding = train_encoding((passage.text for passage in text.passages()), 2048)
    training, validation = (
        np.concatenate(
            [
                tokens.ids
                for tokens, _ in encoded_passages(
                    text.passages(part), encoding, n_characters=0, n_workers=1
                )
            ]
        )
        for part in ("training", "validation")
    )
    trained = train_gpt(training, validation, encoding.n_vocab, SHAPE, TRAINING, runtime=RUNTIME)
    untrained = untrained_gpt(SHAPE, encoding.n_vocab, seed=RUNTIME.seed)
    coder = BytePairs(encoding)
    return World(
        text,
        GPTLanguageModel(trained.model, coder),
        GPTLanguageModel(untrained, coder),
        load_analogies(truth / "analogies.txt"),
        read_senses(truth / "senses.tsv"),
    )


@pytest.fixture(scope="module")
def occurrences(world: World) -> OccurrenceVectors:
    ambiguous = sorted({word for word, _ in world.senses.values()})
    options = WordVectorOptions(occurrences=300, overlap=0.5)
    return word_occurrences(world.model, world.text.passages, ambiguous, options, seed=0)


def test_the_input_table_beats_the_untrained_one(world: World) -> None:
    spaces = {
        "trained": world.table("input"),
        "untrained": world.table("input", of=world.untrained),
    }
    accuracy = {
        name: np.mean(
            [
                (ranked.excluded == 1).mean()
                for ranked in score_analogies(space, world.questions, methods=["3CosAdd"])[
                    "3CosAdd"
                ].relations
            ]
        )
        for name, space in spaces.items()
    }
    assert accuracy["trained"] > 0.4
    assert accuracy["untrained"] < 0.05


def test_layers_tell_senses_apart_and_the_input_table_cannot(
    world: World, occurrences: OccurrenceVectors
) -> None:
    """A causal model knows a sense only from what stood before: from the second mention on."""
    known = world.senses
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
        row = pooled_rows(world.model.tables()["input"], world.model.word_pieces([word], "space"))
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
    known = world.senses
    for number in range(len(occurrences)):
        place = (int(occurrences.document[number]), int(occurrences.start[number]))
        assert known[place][0] == occurrences.words[occurrences.word[number]]


def test_the_words_spaces_of_layers(world: World) -> None:
    vocabulary = world.text.vocabulary
    options = WordVectorOptions()
    (context,) = layers_in_context(
        world.model, world.text.passages, vocabulary, options, [2], RUNTIME
    )
    assert context.name == "layer-2"
    assert context.words == vocabulary.words
    assert context.provenance["n_occurrences"] == int(np.minimum(vocabulary.counts, 64).sum())
    assert context.provenance["n_unusable"] == 0
    (alone,) = layers_alone(world.model, vocabulary.words, vocabulary.counts, options, [1], RUNTIME)
    assert (alone.name, alone.words) == ("layer-1-alone", vocabulary.words)
    assert np.array_equal(alone.n_pieces, context.n_pieces)
    # what position adds is one vector, the same for all words
    added = world.table("input+position").vectors - world.table("input").vectors
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-6)
    assert np.linalg.norm(added[0]) > 0


def test_context_makes_a_word_less_like_itself_layer_by_layer(world: World) -> None:
    """Layer 0 knows the place alone; attention mixes the company in (Ethayarajh 2019)."""
    options = WordVectorOptions(occurrences=300)
    sample = sentence_occurrences(world.model, world.text.passages, 500, options, seed=1)
    found = [contextuality(vectors, sample.word, sample.sentence) for vectors in sample.vectors]
    similarity = [layer.self_similarity + layer.baseline_cosine for layer in found]
    assert similarity[0] > 0.9 > similarity[1]


def test_senses_are_told_apart_where_first_mentions_are_included(world: World) -> None:
    options = WordVectorOptions(occurrences=300)
    ambiguous = sorted({word for word, _ in world.senses.values()})
    found = word_occurrences(world.model, world.text.passages, ambiguous, options, seed=1)
    probed = []
    for word in ambiguous:
        own = found.of(word)
        places = zip(found.document[own].tolist(), found.start[own].tolist(), strict=True)
        senses = np.unique([world.senses[place][1] for place in places], return_inverse=True)[1]
        row = pooled_rows(world.model.tables()["input"], world.model.word_pieces([word], "space"))
        assert sense_separation(np.repeat(row, len(own), axis=0), senses).auc == 0.5
        probed.append(probe_senses(found.vectors[2][own], senses, found.document[own]).auc)
    assert len(probed) == 8
    assert np.mean(probed) > 0.8
