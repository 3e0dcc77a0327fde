"""Which occurrences are read: against loops over words, and texts that are not what they were."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.llm.vectors.drawing import drawn_of_some_words, drawn_of_words, drawn_sentences
from compare.llm.vectors.rows import read_chosen
from compare.text.passages import Passage
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary
from compare.text.words import sentences, words
from tests.conftest import restartable

TEXT = st.lists(
    st.lists(st.sampled_from(["a", "b", "cc", "d'e", ".", "!", "…"]), max_size=30).map(" ".join),
    min_size=1,
    max_size=5,
)


def counted(texts: list[str]) -> Vocabulary:
    counts = Counter(word for text in texts for word in words(text))
    return build_vocabulary(counts, VocabularyOptions(min_count=1))


@settings(deadline=None)
@given(TEXT, st.integers(1, 6), st.integers(0, 3))
def test_a_draw_holds_so_many_of_each_word_and_knows_their_places(texts, most, seed):
    texts = ["a b", *texts]
    vocabulary = counted(texts)
    chosen = drawn_of_words(restartable(texts), vocabulary, most, seed)
    found = Counter()
    before = (-1, -1)
    for passage, number, tag in zip(*map(np.ndarray.tolist, chosen), strict=True):
        assert before < (passage, number)  # in the order of the text, none twice
        before = (passage, number)
        assert words(texts[passage])[number] == vocabulary.words[tag]
        found[tag] += 1
    assert [found[word] for word in range(len(vocabulary))] == [
        min(count, most) for count in vocabulary.counts.tolist()
    ]


@settings(deadline=None)
@given(TEXT, st.integers(0, 8), st.integers(0, 3))
def test_drawn_sentences_are_whole(texts, n_sentences, seed):
    chosen = drawn_sentences(restartable(texts), n_sentences, seed)
    assert chosen.tag.tolist() == list(range(chosen.n_words))
    taken = set(zip(chosen.passage.tolist(), chosen.number.tolist(), strict=True))
    n_whole = 0
    for passage, text in enumerate(texts):
        first = 0
        for sentence in sentences(text):
            own = {(passage, first + place) for place in range(len(sentence))}
            assert own <= taken or not own & taken
            n_whole += own <= taken
            first += len(sentence)
    assert n_whole == min(n_sentences, sum(1 for text in texts for _ in sentences(text)))


def test_some_words_are_drawn_by_their_own_counts() -> None:
    texts = ["a b a c", "", "a a b"]
    every = drawn_of_some_words(restartable(texts), ["b", "a", "b", "zebra"], 100, 0)
    assert every.passage.tolist() == [0, 0, 0, 2, 2, 2]
    assert every.number.tolist() == [0, 1, 2, 0, 1, 2]
    assert every.tag.tolist() == [1, 0, 1, 1, 1, 0]
    two = drawn_of_some_words(restartable(texts), ["b", "a"], 2, 0)
    assert Counter(two.tag.tolist()) == {0: 2, 1: 2}
    with pytest.raises(InputError, match="none of the words zebra"):
        drawn_of_some_words(restartable(texts), ["zebra"], 1, 0)


def test_another_text_than_the_counted_one_is_told_before_anything_is_read() -> None:
    texts = ["a b a", "c a"]
    with pytest.raises(InputError, match="'a' stands in it 2 times, and 3 were counted"):
        drawn_of_words(restartable(texts[:1]), counted(texts), 5, 0)
    with pytest.raises(InputError, match="'a' stands in it 5 times, and 3 were counted"):
        drawn_of_words(restartable([*texts, "a a"]), counted(texts), 2, 0)


def test_only_passages_with_chosen_words_are_given_and_the_text_is_left_after_the_last() -> None:
    passages = [Passage(3, "a b"), Passage(3, "c c"), Passage(3, "a"), Passage(7, "d a. b")]
    begun = []

    def text():
        for number, passage in enumerate(passages):
            begun.append(number)
            yield passage

    chosen = drawn_of_some_words(text, ["a", "b"], 9, 0)
    begun.clear()
    found = list(read_chosen(text, chosen))
    assert [(one.document, one.before, one.text) for one in found] == [
        (3, 0, "a b"),
        (3, 6, "a"),
        (7, 0, "d a. b"),
    ]
    assert [one.numbers.tolist() for one in found] == [[0, 1], [0], [1, 2]]
    assert [one.tags.tolist() for one in found] == [[0, 1], [0], [0, 1]]
    begun.clear()
    first = drawn_of_some_words(lambda: passages[:1], ["a"], 9, 0)
    assert len(list(read_chosen(text, first))) == 1
    assert begun == [0]


@pytest.mark.parametrize("changed", [[], ["a b a"], ["a b a", "c"]])
def test_a_text_that_changes_between_drawing_and_reading_is_told(changed: list[str]) -> None:
    texts = ["a b a", "c a"]
    chosen = drawn_of_words(restartable(texts), counted(texts), 5, 0)
    assert len(list(read_chosen(restartable(texts), chosen))) == 2
    with pytest.raises(InputError, match="changed between drawing words and reading them"):
        list(read_chosen(restartable(changed), chosen))


def test_nothing_chosen_reads_nothing() -> None:
    chosen = drawn_sentences(restartable(["…", ""]), 5, 0)
    assert chosen.n_words == 0

    def fail():
        raise AssertionError("read")

    assert list(read_chosen(fail, chosen)) == []
