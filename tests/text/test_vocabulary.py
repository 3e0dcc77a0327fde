"""Words ↔ ids: a text counted by hand, gensim's counts, ties, cuts and errors."""

from collections import Counter

import numpy as np
import pytest
from gensim.models import Word2Vec
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.errors import InputError
from compare.text.vocabulary import (
    Vocabulary,
    VocabularyOptions,
    build_vocabulary,
    count_words,
    frequent_words,
)

SENTENCES = [["b", "a", "c"], ["a", "d", "b"], ["a", "e", "c"]]
ALL = VocabularyOptions(min_count=1)


def test_words_are_ordered_by_count_then_by_first_appearance():
    vocabulary = build_vocabulary(count_words(SENTENCES), ALL)
    assert vocabulary.words == ("a", "b", "c", "d", "e")
    assert vocabulary.counts.tolist() == [3, 2, 2, 1, 1]
    assert vocabulary.counts.dtype == np.int64
    assert len(vocabulary) == 5
    assert [vocabulary.id_of(word) for word in vocabulary.words] == [0, 1, 2, 3, 4]
    assert vocabulary.ids == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_cuts_by_count_and_by_number_fall_inside_ties_in_order():
    counts = count_words(SENTENCES)
    assert build_vocabulary(counts, VocabularyOptions(min_count=2)).words == ("a", "b", "c")
    assert build_vocabulary(counts, VocabularyOptions(min_count=1, max_words=4)).words == tuple(
        "abcd"
    )
    reversed_text = [sentence[::-1] for sentence in SENTENCES[::-1]]
    assert build_vocabulary(count_words(reversed_text), ALL).words == ("a", "c", "b", "e", "d")


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), max_size=9), st.integers(1, 4))
def test_vocabulary_agrees_with_gensim(sentences, min_count):
    model = Word2Vec(min_count=min_count, sample=0)
    model.build_vocab(sentences, update=False) if any(sentences) else None
    theirs = {word: model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key}
    options = VocabularyOptions(min_count=min_count)
    if len(theirs) < 2:
        with pytest.raises(InputError):
            build_vocabulary(count_words(sentences), options)
        return
    ours = build_vocabulary(count_words(sentences), options)
    assert dict(zip(ours.words, ours.counts.tolist(), strict=True)) == theirs
    assert (np.diff(ours.counts) <= 0).all()


def test_frequent_words_name_their_places_by_hand():
    counts = np.array([1, 4, 2, 4, 0])
    places, vocabulary = frequent_words(["e", "b", "c", "a", "unseen"], counts, ALL)
    assert places.tolist() == [1, 3, 2, 0]  # b before a: ties keep the order of appearance
    assert vocabulary.words == ("b", "a", "c", "e")
    assert vocabulary.counts.tolist() == [4, 4, 2, 1]
    assert (places.dtype, vocabulary.counts.dtype) == (np.int64, np.int64)
    assert counts.tolist() == [1, 4, 2, 4, 0]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=12),
    st.integers(1, 3),
    st.none() | st.integers(2, 5),
)
def test_frequent_words_are_those_of_a_stable_sort(counts, min_count, max_words):
    words = [f"w{number}" for number in range(len(counts))]
    options = VocabularyOptions(min_count=min_count, max_words=max_words)
    kept = [place for place, n_seen in enumerate(counts) if n_seen >= min_count]
    kept = sorted(kept, key=lambda place: -counts[place])[:max_words]
    if len(kept) < 2:
        with pytest.raises(InputError, match=f"{len(kept)} of {len(words)} words"):
            frequent_words(words, np.array(counts), options)
        return
    places, vocabulary = frequent_words(words, np.array(counts), options)
    assert places.tolist() == kept
    assert vocabulary.words == tuple(words[place] for place in kept)
    assert vocabulary.counts.tolist() == [counts[place] for place in kept]


def test_too_few_words_tell_the_most_frequent_and_the_remedy():
    with pytest.raises(InputError, match=r"1 of 5 words occur 3 times or more .*3 times.*lower"):
        build_vocabulary(count_words(SENTENCES), VocabularyOptions(min_count=3))
    with pytest.raises(InputError, match="0 of 0 words"):
        build_vocabulary(Counter(), ALL)


def test_unknown_words_get_near_spellings():
    vocabulary = Vocabulary(("king", "queen"), np.array([2, 1]))
    with pytest.raises(InputError, match=r"'qeen' is not in the vocabulary; did you mean 'queen'"):
        vocabulary.id_of("qeen")


def test_lengths_and_options_are_checked():
    with pytest.raises(InputError, match="2 words but 1 counts"):
        Vocabulary(("a", "b"), np.array([1]))
    for wrong in ({"min_count": 0}, {"max_words": 1}, {"min_count": "5"}, {"mincount": 5}):
        with pytest.raises(ValidationError):
            VocabularyOptions(**wrong)
