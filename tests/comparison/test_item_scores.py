"""Lists beside the numbers: they agree with them, and nothing is measured for them again."""

import numpy as np
import pytest

from compare.comparison import item_scores
from compare.comparison.comparison import Comparison
from compare.comparison.item_scores import (
    concatenated,
    hubs,
    pair_scores,
    question_scores,
    random_cosines,
)
from compare.comparison.quantities import QUANTITIES
from compare.comparison.scores import ask, numbers
from compare.measures.neighbours import nearest
from compare.measures.quantity import Asked
from tests.comparison.planted_spaces import PROTOCOL, asked, planted


def _value(compared: Comparison, **of: str) -> float:
    rows = compared.measurements
    for column, value in {"space": "sharp", "transform": "raw", "relation": "all", **of}.items():
        rows = rows[rows[column] == value]
    return rows["value"].item()


def test_ranks_of_questions_make_the_accuracy(compared: Comparison) -> None:
    scores = compared.analogy_scores
    assert set(scores["method"]) == {"3CosAdd", "3CosMul", "only-c"}
    of_space = scores[(scores["space"] == "sharp") & (scores["transform"] == "raw")]
    for candidates, column in (("excluded", "rank_excluded"), ("honest", "rank_honest")):
        ranks = of_space[of_space["method"] == "3CosAdd"][column]
        accuracy = _value(compared, quantity="analogies", method="3CosAdd", candidates=candidates)
        assert (ranks == 1).mean() == accuracy
    first = of_space.iloc[0]
    assert first[["a", "b", "c", "answer"]].tolist() == ["w0", "w1", "w2", "w3"]


def test_cosines_of_pairs_make_the_correlation(compared: Comparison) -> None:
    scores = compared.similarity_scores
    of_space = scores[(scores["space"] == "sharp") & (scores["transform"] == "raw")]
    rho = of_space["cosine"].corr(of_space["rating"], method="spearman")
    assert rho == pytest.approx(_value(compared, quantity="similarity", method="Spearman"))


def test_random_cosines_make_their_mean(compared: Comparison) -> None:
    cosines = compared.cosines
    of_space = cosines[(cosines["space"] == "sharp") & (cosines["transform"] == "raw")]
    mean = _value(compared, quantity="mean cosine", relation="")
    assert of_space["cosine"].mean() == pytest.approx(mean, abs=1e-6)


def test_hubs_are_the_words_that_most_have_among_their_nearest(compared: Comparison) -> None:
    listed = compared.hubs[compared.hubs["space"] == "sharp"]
    assert list(listed) == ["transform", "space", "k", "n_asked", "place", "word", "n"]
    raw = listed[listed["transform"] == "raw"]
    assert raw["place"].tolist() == list(range(1, 9))
    space = planted(0.2, 1, "sharp")
    near = nearest(space, space.words, k=10).rows
    for word, n in zip(raw["word"], raw["n"], strict=True):
        assert n == np.count_nonzero(near == space.index[word])
    assert raw["n"].is_monotonic_decreasing


def test_nothing_is_measured_for_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    space = ask(planted(0.2, 1, "one"), "raw", asked(), PROTOCOL, 1, quantities=QUANTITIES)
    list(numbers(space, QUANTITIES, is_first=True))
    done = [len(one._done) for one in (*space.analogies, *space.similarity, *space.alone)]
    for lists in (question_scores, pair_scores, random_cosines, hubs):
        assert len(lists(space))
    assert [len(o._done) for o in (*space.analogies, *space.similarity, *space.alone)] == done


def test_once_runs_a_measure_once() -> None:
    calls: list[Asked] = []
    one = Asked(planted(0.2, 1, "one"))
    assert one.once(lambda _: 1) == 1
    for _ in range(3):
        one.once(calls.append)
    assert calls == [one]
    assert one.n_neighbours == 10


def test_empty_tables_leave_no_trace() -> None:
    table = item_scores.pd.DataFrame({"a": [1]})
    joined = concatenated([item_scores.pd.DataFrame(), table, table])
    assert joined["a"].tolist() == [1, 1]
    assert concatenated([]).empty
