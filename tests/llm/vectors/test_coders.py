"""A GPT over whole words gives spaces as one over byte pairs does."""

from collections import Counter

import numpy as np
import pytest
import torch

from compare.errors import InputError
from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.alone import layers_alone
from compare.llm.vectors.coders import BytePairs, WholeWords
from compare.llm.vectors.drawing import drawn_sentences
from compare.llm.vectors.in_context import contextual_vectors, layers_in_context
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import read_chosen, rows
from compare.llm.vectors.tables import table_spaces
from compare.runtime import Runtime
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary
from compare.text.words import words
from tests.conftest import restartable

TEXTS = [
    "the king spoke. the queen of the café listened, well-known king! " * 3,
    "a king and a zebra",
    "the queen’s people don't speak; the king's café — closed: 東京 king " * 2,
]
TEXT = restartable(TEXTS)
SHAPE = GPTOptions(layers=2, heads=2, dimension=8, context=12)


def counted(min_count: int) -> Vocabulary:
    counts = Counter(word for text in TEXTS for word in words(text))
    return build_vocabulary(counts, VocabularyOptions(min_count=min_count))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return counted(2)  # "zebra" and "and" are unknown


@pytest.fixture(scope="module")
def model(vocabulary: Vocabulary) -> GPTLanguageModel:
    coder = WholeWords(vocabulary)
    return GPTLanguageModel(untrained_gpt(SHAPE, coder.n_ids, seed=0), coder)


def test_ids_are_the_vocabularys_and_two_more(vocabulary: Vocabulary) -> None:
    coder = WholeWords(vocabulary)
    n_words = len(vocabulary)
    assert (coder.end_id, coder.unknown_id, coder.n_ids) == (n_words, n_words + 1, n_words + 2)
    text = "the zebra's café — don't!"
    tokens = coder.tokenize(text)
    ids = vocabulary.ids
    assert tokens.ids.tolist() == [ids["the"], n_words + 1, ids["café"], ids["don't"]]
    places = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    assert [text[start:end] for start, end in places] == words(text)
    assert all(part.dtype == np.int64 for part in tokens)
    nothing = coder.tokenize(" … ")
    assert [len(part) for part in nothing] == [0, 0, 0]
    for form in ("space", "bare"):
        pieces = coder.word_pieces(["king", "zebra", "the"], form)
        assert pieces.lengths.tolist() == [1, 0, 1]
        assert pieces.ids.tolist() == [ids["king"], ids["the"]]


def test_byte_pairs_say_what_their_encoding_is() -> None:
    encoding = train_encoding(TEXTS, 300)
    coder = BytePairs(encoding)
    assert (coder.name, coder.n_ids, coder.unknown_id) == ("trained", encoding.n_vocab, None)
    assert coder.end_id == encoding.eot_token


def test_a_coder_of_another_size_is_refused(vocabulary: Vocabulary) -> None:
    gpt = untrained_gpt(SHAPE, len(vocabulary), seed=0)
    with pytest.raises(InputError, match="do not belong together"):
        GPTLanguageModel(gpt, WholeWords(vocabulary))


def test_tables_are_the_rows_of_words(model: GPTLanguageModel, vocabulary: Vocabulary) -> None:
    asked = ["king", "zebra", *(word for word in vocabulary.words if word != "king")]
    spaces = table_spaces(
        model, asked, None, ["output", "input", "input+position"], WordVectorOptions()
    )
    assert [space.name for space in spaces] == ["output", "input", "input+position"]
    known = [word for word in asked if word != "zebra"]
    rows_of = [vocabulary.ids[word] for word in known]
    for space, table in zip(
        spaces, (model.model.output, model.model.token_embedding), strict=False
    ):
        assert space.words == tuple(known)
        assert np.array_equal(space.vectors, table.weight.detach().numpy()[rows_of])
        assert space.n_pieces.tolist() == [1] * len(known)
        assert space.provenance["n_words_without"] == 1
        assert space.provenance["split_share"] == 0
    added = spaces[2].vectors - spaces[1].vectors
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-6)


def test_layers_in_context_are_those_of_the_words_rows(
    model: GPTLanguageModel, vocabulary: Vocabulary
) -> None:
    """One row by hand: the end of a document, then the words."""
    text = "the king and the queen"
    one = build_vocabulary(Counter(words(text)), VocabularyOptions(min_count=1))
    spaces = layers_in_context(
        model, restartable([text]), one, WordVectorOptions(), [0, 2], Runtime()
    )
    ids = vocabulary.ids
    row = [model.prefix[0], ids["the"], ids["king"], model.unknown_id, ids["the"], ids["queen"]]
    with torch.no_grad():
        states = model.hidden_states(torch.tensor([row]), torch.tensor([6]))
    assert [space.name for space in spaces] == ["layer-0", "layer-2"]
    for space, layer in zip(spaces, (0, 2), strict=True):
        assert set(space.words) == {"the", "king", "queen"}
        found = states[layer][0].numpy()
        np.testing.assert_allclose(space["king"], found[2], rtol=1e-5)
        np.testing.assert_allclose(space["the"], (found[1] + found[4]) / 2, rtol=1e-5)
        assert space.n_pieces.tolist() == [1, 1, 1]
        assert space.provenance["n_words_without"] == 1  # "and"
        assert space.provenance["n_unusable"] == 1
        assert space.provenance["n_occurrences"] == 4
        assert space.provenance["median_occurrences"] == 1
        assert space.provenance["n_inexact"] == 0


def test_unknown_words_are_never_used(model: GPTLanguageModel) -> None:
    every = drawn_sentences(TEXT, 1000, seed=0)
    place = {tag: (p, n) for p, n, tag in zip(*map(np.ndarray.tolist, every), strict=True)}
    known = model.coder.vocabulary.ids
    taken = [
        words(TEXTS[place[tag][0]])[place[tag][1]]
        for batch in rows(model, read_chosen(TEXT, every), 0.25)
        for tag in batch.tags.tolist()
    ]
    assert Counter(taken) == {
        word: count
        for word, count in Counter(word for text in TEXTS for word in words(text)).items()
        if word in known
    }
    everything = counted(1)
    found = contextual_vectors(model, TEXT, everything, WordVectorOptions(), runtime=Runtime())
    assert found.occurrences[everything.ids["zebra"]] == 0
    assert found.n_unusable == int(everything.counts.sum()) - int(found.occurrences.sum()) > 0
    with pytest.raises(InputError, match="no vector for any"):
        word_occurrences(model, TEXT, ["zebra", "and"], WordVectorOptions(), seed=0)


def test_layers_alone_stand_behind_the_end_of_a_document(
    model: GPTLanguageModel, vocabulary: Vocabulary
) -> None:
    asked = ("zebra", "king", "the")
    spaces = layers_alone(model, asked, np.array([9, 8, 8]), WordVectorOptions(), [1], Runtime())
    (space,) = spaces
    assert space.name == space.provenance["table"] == "layer-1-alone"
    assert space.words == ("king", "the")
    assert space.counts.tolist() == [8, 8]
    assert space.n_pieces.tolist() == [1, 1]
    assert space.provenance["n_words_without"] == 1
    row = torch.tensor([[model.prefix[0], vocabulary.ids["king"]]])
    with torch.no_grad():
        states = model.hidden_states(row, torch.tensor([2]))
    np.testing.assert_allclose(space["king"], states[1][0, 1].numpy(), rtol=1e-5)
    with pytest.raises(InputError, match="knows 1 of the corpus's 2 words"):
        layers_alone(model, ("zebra", "king"), None, WordVectorOptions(), [1], Runtime())
