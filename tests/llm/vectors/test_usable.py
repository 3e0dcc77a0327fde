"""Occurrences are drawn among those that have a vector: against reading all of them."""

from collections import Counter

import numpy as np
import pytest

from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.drawing import drawn_of_some_words, drawn_of_words, drawn_sentences
from compare.llm.vectors.in_context import contextual_vectors
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.occurrences import word_occurrences
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import read_chosen, rows
from compare.llm.vectors.usable import UsableInRows
from compare.runtime import Runtime
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary
from compare.text.words import words
from tests.conftest import restartable

LONG = "qxzvwjkq"  # eight pieces, of single bytes
TEXTS = [" ".join(["the king"] * (3 + n % 5) + [LONG] * (1 + n % 3)) for n in range(40)]
SHAPE = GPTOptions(layers=1, heads=2, dimension=8, context=12)


@pytest.fixture(scope="module")
def model() -> GPTLanguageModel:
    encoding = train_encoding(["the king " * 30], 270)
    return GPTLanguageModel(untrained_gpt(SHAPE, encoding.n_vocab, seed=0), BytePairs(encoding))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    counts = Counter(word for text in TEXTS for word in words(text))
    return build_vocabulary(counts, VocabularyOptions(min_count=1))


def usable_places(model: GPTLanguageModel, overlap: float) -> set[tuple[int, int]]:
    """Read all words of the text, and tell where those of the long one stand that have a vector."""
    every = drawn_sentences(restartable(TEXTS), 10**6, seed=0)
    places = list(zip(every.passage.tolist(), every.number.tolist(), strict=True))
    batches = rows(model, read_chosen(restartable(TEXTS), every), overlap)
    found = {places[tag] for batch in batches for tag in batch.tags.tolist()}
    return {(p, n) for p, n in found if words(TEXTS[p])[n] == LONG}


@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5])
def test_long_words_are_drawn_among_their_usable_occurrences(
    model: GPTLanguageModel, vocabulary: Vocabulary, overlap: float
) -> None:
    usable = usable_places(model, overlap)
    n_all = int(vocabulary.counts[vocabulary.ids[LONG]])
    assert 20 < len(usable) < n_all
    draw = UsableInRows(model, overlap)
    assert draw.doubtful(["the", "king", LONG]).tolist() == [False, False, True]
    for most in (5, 20, n_all - 1):
        of_vocabulary = drawn_of_words(restartable(TEXTS), vocabulary, most, 0, draw)
        of_words = drawn_of_some_words(restartable(TEXTS), ["king", LONG], most, 0, draw)
        for chosen, tag in ((of_vocabulary, vocabulary.ids[LONG]), (of_words, 1)):
            places = list(zip(chosen.passage.tolist(), chosen.number.tolist(), strict=True))
            assert places == sorted(places)
            own = {p for p, t in zip(places, chosen.tag.tolist(), strict=True) if t == tag}
            assert own <= usable
            assert len(own) == min(most, len(usable))
        n_king = int((of_vocabulary.tag == vocabulary.ids["king"]).sum())
        assert n_king == min(most, int(vocabulary.counts[vocabulary.ids["king"]]))


def test_every_usable_occurrence_has_the_same_chance(model: GPTLanguageModel) -> None:
    usable = usable_places(model, 0.0)
    drawn: Counter[tuple[int, int]] = Counter()
    for seed in range(40):
        chosen = drawn_of_some_words(
            restartable(TEXTS), [LONG], len(usable) // 2, seed, UsableInRows(model, 0.0)
        )
        drawn.update(zip(chosen.passage.tolist(), chosen.number.tolist(), strict=True))
    assert set(drawn) == usable
    assert min(drawn.values()) > 6  # 20 on average, with a deviation of 3
    assert max(drawn.values()) < 34


def test_as_many_are_used_as_were_asked_for(
    model: GPTLanguageModel, vocabulary: Vocabulary
) -> None:
    options = WordVectorOptions(overlap=0.0, occurrences=20)
    found, again = (
        contextual_vectors(model, restartable(TEXTS), vocabulary, options, runtime=Runtime(seed=3))
        for _ in range(2)
    )
    assert found.occurrences.tolist() == [20] * 3
    assert found.n_unusable == 0
    assert np.array_equal(found.vectors, again.vectors)
    one_by_one = word_occurrences(model, restartable(TEXTS), [LONG], options, seed=3)
    assert (len(one_by_one), one_by_one.n_unusable) == (20, 0)


def test_without_a_prefix_any_word_may_stand_at_position_0(model: GPTLanguageModel) -> None:
    bare = GPTLanguageModel(model.model, model.coder)
    bare.prefix = ()
    usable = UsableInRows(bare, 0.25)
    assert usable.doubtful(["the", "king"]).all()
    texts = ["king the"] * 6 + ["the king"] * 6
    chosen = drawn_of_some_words(restartable(texts), ["king"], 8, 0, usable)
    assert chosen.passage.tolist() == [6, 7, 8, 9, 10, 11]
