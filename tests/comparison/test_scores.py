"""Asking a space: each pass once, intervals of what has samples, tests of what has units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compare.comparison.quantities import QUANTITIES, main_quantities
from compare.comparison.scores import (
    FEWEST_TESTED,
    MEASUREMENT_COLUMNS,
    ask,
    measurements,
    numbers,
)
from compare.measures.analogies import score_analogies
from compare.measures.quantity import ALL, Quantity, Scored
from compare.uncertainty import bootstrap_mean, interval
from tests.comparison.planted_spaces import PROTOCOL, asked, planted

SCORES = np.linspace(0, 1, 40)


def _quantity(calls=None, **changed):
    """A measure of one's own: the mean of forty scores, whatever the space."""

    def measure(one):
        if calls is not None:
            calls.append(one)
        return SCORES

    def read(scores):
        return {ALL: Scored(float(scores.mean()), (scores,), n_used=40, n_units=40)}

    own = Quantity(
        key="own", method="mean", asks="space", measure=measure, read=read, title="own",
        says="A number.", section="geometry", better="larger", bootstrap=bootstrap_mean,
        drawn="scores", is_main=True,
    )  # fmt: skip
    return replace(own, **changed)


def _asked(quantities=QUANTITIES, space=None):
    space = space or planted(0.2, 1, "sharp")
    return ask(space, "raw", asked(), PROTOCOL, 1, quantities=quantities)


def _numbers(quantities, **how):
    how = {"n_replicates": 100, "is_first": True} | how
    return list(numbers(_asked(quantities), quantities, **how))


def test_a_measure_of_ones_own_gives_a_row_an_interval_and_replicates():
    [number] = _numbers([_quantity()])
    replicates = bootstrap_mean(SCORES, n_replicates=100, seed=1)
    np.testing.assert_array_equal(number.replicates, replicates)
    assert number.interval == interval(0.5, replicates)
    table = measurements([number])
    assert table.columns.tolist() == MEASUREMENT_COLUMNS
    row = table.iloc[0]
    assert row[["space", "quantity", "judgments", "relation", "method"]].tolist() == [
        "sharp", "own", "", "", "mean",
    ]  # fmt: skip
    assert (row["value"], row["n"], row["n_missing"]) == (0.5, 40, 0)
    assert np.isnan(row["chance"])


def test_quantities_of_one_pass_share_it():
    calls = []
    first = _quantity(calls)
    assert len(_numbers([first, replace(first, method="again")])) == 2
    assert len(calls) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"is_main": False},
        {"better": "neither"},
        {"read": lambda scores: {ALL: Scored(0.5, (scores,), n_units=FEWEST_TESTED - 1)}},
        {"read": lambda scores: {ALL: Scored(0.5, (scores[:4],), n_units=40)}},  # all NaN
    ],
)
def test_what_is_not_tested_keeps_no_replicates(changed):
    [number] = _numbers([_quantity(**changed)])
    assert number.replicates is None


def test_without_a_sample_or_replicates_there_is_no_interval():
    plain = _quantity(read=lambda _: {ALL: Scored(0.5)})
    for number in (
        *_numbers([plain]),
        *_numbers([_quantity(bootstrap=None)]),
        *_numbers([_quantity()], n_replicates=0),
    ):
        assert number.interval.value == 0.5
        assert np.isnan(number.interval[1:]).all()
        assert number.replicates is None


def test_parts_are_relations_and_a_question_that_does_not_apply_has_no_row():
    found = _numbers([_quantity(read=lambda _: {"length": Scored(1.0), "frequency": Scored(2.0)})])
    assert [number.of.relation for number in found] == ["length", "frequency"]
    assert not any(number.of.is_whole for number in found)
    assert _numbers([_quantity(read=lambda _: {})]) == []


def test_what_no_transform_changes_is_asked_in_the_first_alone():
    quantities = [_quantity(is_of_transforms=False), _quantity(method="every")]
    later = _numbers(quantities, is_first=False)
    assert [number.of.method for number in later] == ["every"]
    assert len(_numbers(quantities)) == 2


def test_a_method_of_k_neighbours_is_named_after_those_there_are():
    own = _quantity(method="share@{k}")
    [number] = _numbers([own])
    assert number.of.method == "share@5"
    tiny = planted(0.2, 1, "tiny").restricted(["w0", "w1", "w2"])
    [number] = numbers(_asked([own], tiny), [own], n_replicates=0, is_first=True)
    assert number.of.method == "share@2"


def test_a_pass_leaves_out_methods_that_nobody_reads():
    quantities = main_quantities()
    space = _asked(quantities)
    found = list(numbers(space, quantities, n_replicates=0, is_first=True))
    [analogies] = space.analogies
    assert list(analogies.once(quantities[0].measure)) == ["3CosAdd"]
    scores = score_analogies(space.space, analogies.judgments, methods=["3CosAdd"])["3CosAdd"]
    assert found[0].interval.value == scores.accuracy("excluded")


def test_the_whole_of_it_is_tested_where_there_are_units_enough():
    found = _numbers(QUANTITIES)
    tested = {number.of[:4] for number in found if number.replicates is not None}
    # The lexicon has five categories: too few units for purity and odd ones out.
    assert tested == {
        ("analogies", "shift", "all", "3CosAdd"),
        ("analogies", "shift", "one", "3CosAdd"),
        ("analogies", "shift", "two", "3CosAdd"),
        ("similarity", "pairs", "all", "Spearman"),
        ("similarity", "pairs", "POS: N", "Spearman"),
        ("similarity", "pairs", "POS: V", "Spearman"),
        ("antonyms", "groups", "all", "AUC"),
    }
    assert all(n.of.candidates in ("excluded", "") for n in found if n.replicates is not None)
    assert isinstance(measurements([]), pd.DataFrame)
