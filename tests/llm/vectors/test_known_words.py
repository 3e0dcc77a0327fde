"""Words that a model can be compared on: those that it has tokens for, and met in training."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.llm.gpt import load_gpt, save_gpt, untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.alone import layers_alone
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.in_context import layers_in_context
from compare.llm.vectors.known_words import known_words
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.tables import table_spaces
from compare.llm.vectors.word_pieces import WordPieces
from compare.runtime import Runtime
from compare.text.vocabulary import VocabularyOptions, build_vocabulary
from compare.text.words import words
from tests.conftest import restartable

SHAPE = GPTOptions(layers=1, heads=2, dimension=8, context=12)
TEXTS = ["a king spoke to the queen", "the queen slept. a zebra ran"]


def test_words_without_a_token_and_with_an_unseen_one_are_left_out() -> None:
    pieces = WordPieces.of([[1], [2, 3], [], [4, 1], [3]])
    seen = np.array([False, True, True, False, True])
    known = known_words(pieces, seen, "m")
    assert known.is_known.tolist() == [True, False, False, True, False]
    assert (known.n_without, known.n_unseen) == (1, 2)
    assert known.pieces.ids.tolist() == [1, 4, 1]
    assert known.pieces.lengths.tolist() == [1, 2]
    assert known.kept("abcde", np.arange(5))[0] == ("a", "d")
    everything = known_words(pieces, None, "m")  # not known what was seen
    assert everything.is_known.tolist() == [True, True, False, True, True]
    assert (everything.n_without, everything.n_unseen) == (1, 0)
    with pytest.raises(InputError, match="0 of 5 words are made of tokens that the training text"):
        known_words(pieces, np.zeros(5, dtype=bool), "m")


@pytest.fixture(scope="module")
def model() -> GPTLanguageModel:
    """A GPT whose training text held no token of `` zebra``, and no capital."""
    encoding = train_encoding([*TEXTS * 9, " zebra zebra zebra"], 300)
    coder = BytePairs(encoding)
    gpt = untrained_gpt(SHAPE, encoding.n_vocab, seed=0)
    ids = np.concatenate([coder.tokenize(text.replace("zebra", "")).ids for text in TEXTS])
    gpt.token_counts = np.bincount(ids, minlength=encoding.n_vocab)
    return GPTLanguageModel(gpt, coder)


def test_all_tables_of_a_model_hold_the_same_words(model: GPTLanguageModel) -> None:
    counts = Counter(word for text in TEXTS for word in words(text))
    vocabulary = build_vocabulary(counts, VocabularyOptions(min_count=1))
    options = WordVectorOptions()
    asked = (model, vocabulary.words, vocabulary.counts)
    spaces = [
        *table_spaces(*asked, ["input", "output", "input+position"], options),
        *layers_alone(*asked, options, [0, 1], Runtime()),
        *layers_in_context(model, restartable(TEXTS), vocabulary, options, [1], Runtime()),
    ]
    expected = tuple(word for word in vocabulary.words if word != "zebra")
    for space in spaces:
        assert space.words == expected, space.name
        assert space.counts.tolist() == [counts[word] for word in expected]
        assert space.provenance["n_words_unseen"] == 1
        assert space.provenance["n_words_without"] == 0


def test_what_was_seen_is_saved_with_the_model(model: GPTLanguageModel, tmp_path: Path) -> None:
    save_gpt(model.model, tmp_path / "model.pt")
    again = load_gpt(tmp_path / "model.pt")
    assert np.array_equal(again.token_counts, model.model.token_counts)
    assert np.array_equal(GPTLanguageModel(again, model.coder).seen, model.seen)
    save_gpt(untrained_gpt(SHAPE, 9, seed=0), tmp_path / "unknown.pt")
    assert load_gpt(tmp_path / "unknown.pt").token_counts is None
    again.token_counts = np.arange(3)
    save_gpt(again, tmp_path / "wrong.pt")
    with pytest.raises(InputError, match="its counts of tokens are not one for each"):
        load_gpt(tmp_path / "wrong.pt")
