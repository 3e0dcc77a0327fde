"""What context adds: every layer's numbers are those of the measures, senses by word and layer."""

import numpy as np
import pytest
import torch

from compare.comparison.context import (
    LAYER_COLUMNS,
    LAYER_NUMBERS,
    MOST_OCCURRENCES,
    N_SENTENCES,
    SENSE_COLUMNS,
    context_by_layer,
    senses_by_layer,
)
from compare.errors import InputError
from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import sentence_occurrences, word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.sense_probe import probe_senses
from compare.text.passages import Passage
from compare.text.planted import PlantedOptions, planted_documents

OPTIONS = WordVectorOptions(overlap=0.25)
DOCUMENTS = list(planted_documents(PlantedOptions(n_words=6000)))
KNOWN = {
    (number, one.start): (one.word.lower(), one.sense)
    for number, document in enumerate(DOCUMENTS)
    for one in document.senses
}


def passages():
    return (Passage(number, one.text.lower()) for number, one in enumerate(DOCUMENTS))


@pytest.fixture(scope="module")
def model() -> GPTLanguageModel:
    return _model("learned")


def _model(positions: str) -> GPTLanguageModel:
    torch.set_num_threads(1)
    encoding = train_encoding([one.text for one in passages()], 400)
    shape = GPTOptions(layers=1, heads=2, dimension=8, context=24, positions=positions)
    gpt = untrained_gpt(shape, encoding.n_vocab, seed=0)
    return GPTLanguageModel(gpt, BytePairs(encoding), name="small")


def test_layers_have_the_numbers_of_contextuality(model: GPTLanguageModel) -> None:
    found = context_by_layer(model, passages, OPTIONS, seed=1)
    assert tuple(found) == LAYER_COLUMNS
    assert found["model"].tolist() == ["small", "small"]
    assert found["space"].tolist() == ["small/layer-0", "small/layer-1"]
    sample = sentence_occurrences(model, passages, N_SENTENCES, OPTIONS, seed=1)
    for layer, vectors in zip(sample.layers, sample.vectors, strict=True):
        expected = contextuality(vectors, sample.word, sample.sentence)
        for name in LAYER_NUMBERS:
            assert found[name][layer] == getattr(expected, name), name


def test_what_layer_0_lacks_in_self_similarity_is_position(model: GPTLanguageModel) -> None:
    """Where positions are no vectors, occurrences are equal there, but for how they are cut."""

    def cosines(tried: GPTLanguageModel) -> list[float]:
        found = context_by_layer(tried, passages, OPTIONS, seed=1)
        return list(found["self_similarity"] + found["baseline_cosine"])

    rotary = cosines(_model("rotary"))
    assert cosines(model)[0] < 0.9
    assert 0.98 < rotary[0] < 1  # a text's first word has no space before it
    assert rotary[1] < rotary[0] - 1e-6  # context


def test_senses_are_measured_by_word_and_layer(model: GPTLanguageModel) -> None:
    found = senses_by_layer(model, passages, OPTIONS, KNOWN, seed=1)
    assert tuple(found) == SENSE_COLUMNS
    assert set(found["model"]) == {"small"}
    assert set(found["space"]) == {"small/input", "small/layer-0", "small/layer-1"}
    assert found.groupby("word")["layer"].apply(list).map(lambda x: x == [-1, 0, 1]).all()
    tables = found[found["layer"] == -1]
    assert (tables["auc"] == 0.5).all()  # one vector a word tells no senses apart

    ambiguous = sorted({word for word, _ in KNOWN.values()})
    chosen = OPTIONS.model_copy(update={"occurrences": MOST_OCCURRENCES})
    sample = word_occurrences(model, passages, ambiguous, chosen, seed=1)
    word = found["word"].iloc[-1]
    own = sample.of(word)
    places = zip(sample.document[own].tolist(), sample.start[own].tolist(), strict=True)
    senses = np.unique([KNOWN[place][1] for place in places], return_inverse=True)[1]
    expected = sense_separation(sample.vectors[1][own], senses)
    last = found.iloc[-1]
    assert (last["auc"], last["silhouette"]) == (expected.auc, expected.silhouette)
    assert last["n_used"] == len(own)
    try:
        probe = probe_senses(sample.vectors[1][own], senses, sample.document[own]).auc
    except InputError:
        probe = np.nan
    assert last["probe_auc"] == pytest.approx(probe, nan_ok=True)


def test_without_known_senses_there_is_no_row(model: GPTLanguageModel) -> None:
    def unread():
        raise AssertionError("the text is read for nothing")

    found = senses_by_layer(model, unread, OPTIONS, {}, seed=1)
    assert (len(found), tuple(found)) == (0, SENSE_COLUMNS)


def test_too_short_a_text_is_told(model: GPTLanguageModel) -> None:
    with pytest.raises(InputError, match="contextuality needs two words"):
        context_by_layer(model, lambda: [Passage(0, "a king spoke here")], OPTIONS, seed=1)
