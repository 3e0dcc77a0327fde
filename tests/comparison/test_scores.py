"""Asking a space: each pass once, intervals of what has samples, tests of what has units."""

from dataclasses import replace

import numpy as np
import pandas as pd

from compare.comparison.quantities import QUANTITIES, main_quantities
from compare.comparison.scores import (
    MEASUREMENT_COLUMNS,
    ask,
    measurements,
    numbers,
)
from compare.judgments.strata import strata_of
from compare.measures.analogies import score_analogies
from compare.measures.quantity import ALL, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import Interval, UnitMean
from tests.comparison.planted_spaces import PROTOCOL, asked, planted

SCORES = np.linspace(0, 1, 40)


def _quantity(calls=None, **changed):
    """A measure of one's own: the mean of forty scores, whatever the space."""

    def measure(one):
        if calls is not None:
            calls.append(one)
        return SCORES

    def read(scores):
        return {ALL: Scored(float(scores.mean()), UnitMean.of(scores), n_used=40)}

    own = Quantity(
        key="own", method="mean", asks="space", measure=measure, read=read, title="own",
        says="A number.", section="geometry", better="larger",
        drawn="scores", is_main=True, is_tested=True,
    )  # fmt: skip
    return replace(own, **changed)


def _asked(quantities=QUANTITIES, space=None):
    space = space or planted(0.2, 1, "sharp")
    return ask(space, "raw", asked(), PROTOCOL, 1, quantities=quantities)


def _numbers(quantities, **how):
    how = {"is_first": True} | how
    return list(numbers(_asked(quantities), quantities, **how))


def test_a_measure_of_ones_own_gives_a_row_an_interval_and_an_estimate():
    [number] = _numbers([_quantity()])
    assert number.estimate is not None
    np.testing.assert_array_equal(number.estimate.values, SCORES)
    assert number.interval == UnitMean.of(SCORES).interval()
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


def test_what_is_not_tested_keeps_its_interval_alone():
    [number] = _numbers([_quantity(is_tested=False)])
    assert number.estimate is None
    assert number.interval == UnitMean.of(SCORES).interval()


def test_without_units_there_is_no_interval():
    plain = _quantity(read=lambda _: {ALL: Scored(0.5)})
    few = _quantity(read=lambda _: {ALL: Scored(0.5, UnitMean.of(SCORES[:4]))})
    for number in (*_numbers([plain]), *_numbers([few])):
        assert number.interval.value == 0.5
        assert np.isnan(number.interval[1:]).all()


def test_an_interval_stays_within_what_the_quantity_can_be():
    scores = np.r_[np.zeros(30), 1.0]
    share = _quantity(
        read=lambda _: {ALL: Scored(scores.mean(), UnitMean.of(scores))},
        bounds=(0, 1), unit="share",
    )  # fmt: skip
    assert _numbers([share])[0].interval.low == 0
    none = replace(share, read=lambda _: {ALL: Scored(0.0, UnitMean.of(np.zeros(30)))})
    assert _numbers([none])[0].interval == Interval(0.0, 0.0, 1 - 0.025 ** (1 / 30))


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
    [number] = numbers(_asked([own], tiny), [own], is_first=True)
    assert number.of.method == "share@2"


def test_a_pass_leaves_out_methods_that_nobody_reads():
    quantities = [one for one in main_quantities() if one.asks != "company"]
    space = _asked(quantities)
    found = list(numbers(space, quantities, is_first=True))
    [analogies] = space.analogies
    assert list(analogies.once(quantities[0].measure)) == ["3CosAdd"]
    scores = score_analogies(space.space, analogies.judgments, methods=["3CosAdd"])["3CosAdd"]
    assert found[0].interval.value == scores.accuracy("excluded")


def test_the_whole_of_it_is_tested():
    found = _numbers(QUANTITIES)
    tested = {(n.of.quantity, n.of.relation, n.of.candidates) for n in found if n.estimate}
    assert {
        ("analogies", "all", "excluded"),
        ("analogies", "all", "honest"),
        ("analogies", "one", "excluded"),
        ("macro accuracy", "all", "excluded"),
        ("similarity", "POS: N", ""),
        ("antonyms", "all", ""),
        ("categories", "all", ""),
    } <= tested
    assert not any(quantity in ("geometry", "probing", "mean cosine") for quantity, *_ in tested)
    assert isinstance(measurements([]), pd.DataFrame)


# ---- Strata -----------------------------------------------------------------------------------


def _split_space():
    space = planted(0.2, 1, "split")
    return replace(space, n_pieces=np.where(np.arange(len(space)) % 24 < 12, 1, 2))


def test_items_of_one_token_and_items_with_a_split_word_make_up_all():
    space = _split_space()
    strata = strata_of([space])
    assert [one.name for one in strata] == ["one token", "split"]
    quantities = [one for one in QUANTITIES if one.is_tested]
    answered = ask(space, "raw", asked(), PROTOCOL, 1, quantities=quantities, strata=strata)
    n_used = {}
    for number in numbers(answered, quantities, is_first=True):
        if number.of.is_whole:
            n_used.setdefault(number.of._replace(words=""), {})[number.of.words] = number.n_used
    assert len(n_used) >= 8
    for of, counts in n_used.items():
        if of.quantity != "odd one out":  # groups are drawn anew
            assert counts["all"] == counts.get("one token", 0) + counts.get("split", 0)


def test_a_stratum_is_what_the_judgments_cut_to_it_give():
    space = _split_space()
    strata = strata_of([space])
    quantities = main_quantities()
    answered = ask(space, "raw", asked(), PROTOCOL, 1, quantities=quantities, strata=strata)
    cut = replace(asked(), analogies=(strata[0].of_analogies(asked().analogies[0]),))
    alone = ask(space, "raw", cut, PROTOCOL, 1, quantities=quantities)
    of_part = {n.of: n for n in numbers(answered, quantities, is_first=True)}
    for number in numbers(alone, quantities, is_first=True):
        if number.of.quantity == "analogies" and number.of.is_whole:
            same = of_part[number.of._replace(words="one token")]
            assert same.interval == number.interval
            assert same.n_used == number.n_used


def test_bands_of_frequency_are_strata_where_words_are_many():
    words = tuple(f"w{n}" for n in range(1200))
    space = EmbeddingSpace(words, np.eye(1200, 4), np.arange(1200, 0, -1))
    first, second = strata_of([space])
    assert (first.name, second.name) == ("ranks 1 to 1000", "ranks 1001 to 1200")
    assert first.of_words(words) == list(words[:1000])
    assert second.holds(("w3", "w1100"))  # the rarer of two words tells
    assert not second.holds(("w3", "w4"))
    assert strata_of([replace(space, counts=None)]) == ()
    whole = replace(space, counts=None, n_pieces=np.ones(1200, np.int64))
    assert strata_of([whole]) == ()
