"""Words looked at one by one: neighbours, a worked analogy, a map, snapshots of a training."""

import numpy as np
import pytest

from compare.comparison.examples import (
    nearest_words,
    neighbours_by_snapshot,
    planes,
    worked_example,
)
from compare.comparison.options import ExampleOptions
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import company_of_tokens
from compare.text.tokens import TokenArray
from tests.comparison.planted_spaces import PROTOCOL, planted

ANALOGY = ("w0", "w1", "w2", "w3")


def test_neighbours_are_listed_by_place_with_four_digits() -> None:
    vectors = np.array([[1, 0], [1, 0.1], [1, 1], [-1, 1]])
    space = EmbeddingSpace(tuple("abcd"), vectors, provenance={"name": "plane"})
    found = nearest_words({"raw": [space]}, ["a"], PROTOCOL.model_copy(update={"neighbours": 2}))
    assert list(found) == ["transform", "word", "space", "place", "neighbour", "cosine", "kind"]
    assert found.to_numpy().tolist() == [
        ["raw", "a", "plane", 1, "b", 0.995, ""],
        ["raw", "a", "plane", 2, "c", 0.7071, ""],
    ]
    nothing = nearest_words({"raw": [space]}, [], PROTOCOL)
    assert (len(nothing), list(nothing)) == (0, list(found))


def test_the_example_has_the_best_answers_and_the_rank_of_the_right_one() -> None:
    space = planted(0.2, 1, "sharp")
    found = worked_example({"raw": [space]}, ANALOGY)
    assert found["answer"].tolist() == [word for word, _ in space.analogy(*ANALOGY[:3])]
    assert found["place"].tolist() == [1, 2, 3, 4, 5]
    [rank], [honest] = set(found["rank"]), set(found["rank_honest"])
    assert rank <= honest
    assert (rank == 1) == (found["answer"].iloc[0] == "w3")
    assert worked_example({"raw": [space]}, ("w0", "w1", "w2", "unknown")).empty


def test_an_example_that_cannot_be_scored_has_no_rank() -> None:
    found = worked_example({"raw": [planted(0.2, 1, "sharp")]}, ("w0", "w1", "w2", "w1"))
    assert found["rank"].isna().all()
    assert len(found) == 5


def test_snapshots_tell_how_neighbours_settle() -> None:
    early, late = planted(3.0, 1, "one"), planted(0.2, 1, "one")
    found = neighbours_by_snapshot([(0.1, early), (1.0, late)], ["w0", "unknown"], PROTOCOL)
    assert list(found) == ["space", "share", "word", "neighbour", "cosine"]
    assert found["share"].tolist() == [0.1] * 5 + [1.0] * 5
    assert set(found["word"]) == {"w0"}
    assert found["cosine"].iloc[5] > found["cosine"].iloc[0] - 1


def test_a_plane_has_each_known_word_once() -> None:
    spaces = [planted(0.2, 1, "sharp"), planted(3.0, 2, "blurred")]
    found = planes(spaces, (*ANALOGY, "w0", "unknown"))
    assert found.groupby("space", sort=False)["word"].apply(list).tolist() == [list(ANALOGY)] * 2
    assert found["explained"].between(0, 1).all()


def test_words_fold_and_repeats_go() -> None:
    folded = ExampleOptions(words=("King", "king", "Bank"), map_words=("Boy",)).normal(fold=True)
    assert folded.words == ("king", "bank")
    assert folded.map_words == ("boy",)
    with pytest.raises(ValueError, match="frozen"):
        folded.words = ()


def test_no_word_shown_that_the_spaces_have_is_no_crash_beside_counts() -> None:
    sentences = TokenArray.of_segments([[0, 1, 2]] * 30)
    counts = company_of_tokens(sentences, ["a", "b", "c"], name="text", words=["a", "b", "c"])
    space = EmbeddingSpace(("a", "b", "c"), np.eye(3))
    assert nearest_words({"raw": [space]}, [], PROTOCOL, [counts]).empty
