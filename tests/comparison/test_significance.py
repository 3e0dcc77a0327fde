"""Declared contrasts: three outcomes, families, what is planned, seeds crossed with units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compare.comparison.contrasts import CHANCE, PARTS, Contrast, declared
from compare.comparison.scores import Number, Of
from compare.comparison.significance import (
    APART,
    DIFFERENCE_COLUMNS,
    FEWEST_TESTED,
    NOT_TESTED,
    NOT_TOLD_APART,
    differences,
    relation_differences,
)
from compare.measures.quantity import MARGINS
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import Interval, OverSeeds, UnitMean, equivalence_p, holm

CONTRASTS = (
    Contrast("a", CHANCE, "chance"),
    Contrast("b", "a", "models"),
    Contrast("c", "a", "models"),
)


def _number(space, value, *, n=40, relation="all", words="all", transform="raw", seed=0, **changed):
    scores = np.random.default_rng(seed).normal(size=n)
    estimate = UnitMean.of(value + 0.3 * (scores - scores.mean()) / max(scores.std(), 1e-9))
    of = Of("similarity", "pairs", relation, words, "Spearman", "", transform)
    given = {"chance": 0.0, "estimate": estimate, "excess": None} | changed
    return Number(
        space, of, Interval(value, np.nan, np.nan), given["chance"], n, 0, "correlation",
        given["estimate"], given["excess"],
    )  # fmt: skip


def _tested(found, contrasts=CONTRASTS, **how):
    return differences(found, contrasts, **({"transform": "raw", "words": "all"} | how))


def test_a_contrast_is_apart_not_told_apart_or_not_tested():
    found = [_number("a", 0.5), _number("b", 0.51, seed=1), _number("c", 0.9, seed=2)]
    tests = _tested(found)
    assert tests.columns.tolist() == DIFFERENCE_COLUMNS
    assert tests["outcome"].tolist() == [APART, NOT_TOLD_APART, APART]
    assert tests["holds"].tolist() == [True, False, True]
    assert tests["p_holm"].tolist() == holm(tests["p"].tolist())
    assert tests["value"].tolist() == pytest.approx([0.5, 0.01, 0.4])
    difference = found[2].estimate.minus(found[0].estimate)
    assert tests.loc[2, ["low", "high"]].tolist() == pytest.approx(difference.interval()[1:])
    assert (tests["low"] > 0).tolist() == [True, False, True]


def test_eleven_units_are_not_tested_however_far_apart():
    n = FEWEST_TESTED - 1
    tests = _tested([_number("a", 0.0, n=n), _number("b", 9.0, n=n), _number("c", 9.0, n=n)])
    assert set(tests["outcome"]) == {NOT_TESTED}
    assert set(tests["why"]) == {"11 units; 12 are needed"}
    assert not tests["holds"].any()
    assert tests["p"].isna().all()
    assert tests["p_holm"].isna().all()


def test_where_so_many_tests_could_not_reject_nothing_is_tested():
    """12 units: the least p is 2/4096, and 103 tests multiply it above 0.05."""
    names = [f"s{number}" for number in range(104)]
    found = [_number(name, number, n=12) for number, name in enumerate(names)]
    contrasts = [Contrast(name, names[0], "models") for name in names[1:]]
    tests = _tested(found, contrasts)
    assert set(tests["outcome"]) == {NOT_TESTED}
    assert tests["why"].iloc[0] == "12 units are too few for 103 tests"
    assert set(_tested(found, contrasts[:20])["outcome"]) == {APART}


def test_no_value_and_unknown_chance_are_not_tested():
    nothing = UnitMean.of(np.full(40, np.nan))
    found = [_number("a", 0.5, chance=np.nan), _number("b", np.nan, estimate=nothing)]
    tests = _tested(found)
    assert tests["why"].tolist() == ["chance is not known", "0 units; 12 are needed"]
    assert _tested([_number("a", 0.5, estimate=None)]).empty
    assert isinstance(_tested([]), pd.DataFrame)


def test_a_space_that_equals_another_is_not_told_apart_from_it():
    tests = _tested([_number("a", 0.5), _number("b", 0.5)])
    assert tests["outcome"].tolist() == [APART, NOT_TOLD_APART]
    assert tests["p"].tolist()[1] == 1


def test_alike_is_what_a_test_shows_to_differ_by_less_than_the_margin():
    rng = np.random.default_rng(2)
    units = rng.normal(0.5, 0.1, 400)
    given, alike, unlike = (
        UnitMean.of(units + rng.normal(0, noise, 400)) for noise in (0.0, 0.05, 1.5)
    )
    found = [_number(*one) for one in (("a", 0.5), ("b", alike.value), ("c", unlike.value))]
    estimates = (given, alike, unlike)
    found = [replace(one, estimate=own) for one, own in zip(found, estimates, strict=True)]
    tests = _tested(found, [Contrast(name, "a", "models") for name in "bc"])
    assert tests["outcome"].tolist() == [NOT_TOLD_APART] * 2
    assert tests["alike"].tolist() == [True, False]
    assert tests["margin"].tolist() == [MARGINS[found[0].unit]] * 2
    expected = [equivalence_p(one.minus(given), 0.1) for one in (alike, unlike)]
    assert tests["p_alike"].tolist() == pytest.approx(holm(expected))
    few = _tested([_number("a", 0.5, n=8), _number("b", 0.5, n=8)])
    assert few["p_alike"].isna().all()
    assert not few["alike"].any()


def test_chance_that_varies_over_the_units_is_taken_off_unit_by_unit():
    excess = UnitMean.of(np.random.default_rng(4).normal(0.3, 0.1, 40))
    tests = _tested([_number("a", 0.5, chance=0.2, excess=excess)])
    assert tests["value"].tolist() == pytest.approx([excess.value])


def test_families_are_quantities_in_one_transform_over_one_kind_of_words():
    found = [
        _number(name, value, words=words, transform=transform, seed=number)
        for number, (name, value) in enumerate((("a", 0.5), ("b", 0.6), ("c", 0.7)))
        for words in ("all", "one token")
        for transform in ("raw", "centred")
    ]
    tests = _tested(found, words="one token")
    assert len(tests) == 12
    for _, family in tests.groupby(["words", "transform"]):
        assert family["p_holm"].tolist() == holm(family["p"].tolist())
    planned = tests[tests["is_planned"]]
    assert set(planned["words"]) == {"one token"}
    assert set(planned["transform"]) == {"raw"}


def test_parts_are_families_of_their_own_without_floors():
    found = [
        _number(name, 0.5, relation=relation, seed=number)
        for number, name in enumerate("abc")
        for relation in ("all", "nouns")
    ]
    parts = relation_differences(found, CONTRASTS, transform="raw")
    assert set(parts["relation"]) == {"nouns"}
    assert set(parts["contrast"]) == {"models"}
    assert not parts["is_planned"].any()


def test_seeds_are_crossed_with_units():
    found = [_number("a", 0.5), _number("b", 0.55, seed=1), _number("c", 0.9, seed=2)]
    other = {
        name: [{found[0].of: _number(name, value, seed=5)} for value in values]
        for name, values in (("a", (0.3, 0.7)), ("b", (0.6, 0.5)))
    }
    tests = _tested(found, seeds=other)
    alone = _tested(found)
    assert tests["n_seeds"].tolist() == [3, 3, 1]
    assert tests["value"].tolist() == pytest.approx([0.5, 0.05, 0.4])
    assert (tests["p"] > alone["p"]).all()
    of_a = OverSeeds.of([found[0].estimate, *(o[found[0].of].estimate for o in other["a"])])
    assert tests["p"].iloc[0] == pytest.approx(of_a.p_value())


# ---- Declared contrasts -----------------------------------------------------------------------


def _space(name, role=""):
    provenance = {"name": name, "role": role, "model": name.partition("/")[0]}
    return EmbeddingSpace(("x", "y"), np.eye(2), None, provenance)


def test_contrasts_are_few_and_follow_what_the_spaces_are():
    spaces = [_space(name) for name in ("w2v/input", "ppmi/input", "gpt/input", "gpt/output")]
    spaces.append(_space("gpt/untrained", "floor"))
    found = [(one.space, one.reference, one.kind) for one in declared(spaces)]
    assert found == [
        *((space.name, "gpt/untrained", "floor") for space in spaces[:4]),
        ("ppmi/input", "w2v/input", "models"),
        ("gpt/input", "w2v/input", "models"),
        ("gpt/input", "ppmi/input", "models"),
        ("gpt/output", "w2v/input", "tables"),
    ]
    alone = declared(spaces[:1])
    assert alone == (Contrast("w2v/input", CHANCE, "chance"),)
    many = [_space(f"gpt/layer-{n}") for n in range(14)]
    assert len(declared([*many, _space("gpt/untrained", "floor")])) == 14 + 13


def test_each_model_has_its_own_floor():
    names = ("a/input", "b/input", "b/untrained", "a/untrained")
    spaces = [_space(name, "floor" if "untrained" in name else "") for name in names]
    floors = {one.space: one.reference for one in declared(spaces) if one.kind == "floor"}
    assert floors == {"a/input": "a/untrained", "b/input": "b/untrained"}


def test_a_model_without_a_floor_has_that_of_its_unit():
    spaces = [
        *BOTH_UNITS[:2],
        *(
            _read(f"{unit}/untrained", "gpt", unit).with_provenance({"role": "floor"})
            for unit in ("tokens", "words")
        ),
    ]
    floors = {one.space: one.reference for one in declared(spaces) if one.kind == "floor"}
    assert floors == {"w/input": "words/untrained", "wt/input": "tokens/untrained"}
    only = [*BOTH_UNITS[:1], spaces[2]]
    assert declared(only)[0].reference == "tokens/untrained"


# ---- Parts of a difference --------------------------------------------------------------------


def _read(name, trainer, reads):
    told = {"name": name, "trainer": trainer, "reads": reads}
    return EmbeddingSpace(("a", "b"), np.eye(2), provenance=told)


BOTH_UNITS = [
    _read("w/input", "skipgram", "words"),
    _read("wt/input", "skipgram", "tokens"),
    _read("g/input", "gpt", "tokens"),
    _read("gw/input", "gpt", "words"),
]


def test_the_parts_of_unit_and_model_are_declared_where_both_read_both():
    parts = [one for one in declared(BOTH_UNITS) if one.kind in PARTS]
    assert [(one.space, one.reference) for one in parts] == [("w/input", "g/input")] * 3
    weights = {one.kind: dict(one.terms) for one in parts}
    assert weights["unit"] == {"w/input": 0.5, "wt/input": -0.5, "gw/input": 0.5, "g/input": -0.5}
    assert weights["model"] == {"w/input": 0.5, "wt/input": 0.5, "gw/input": -0.5, "g/input": -0.5}
    assert weights["unit by model"] == {
        "w/input": 1, "wt/input": -1, "gw/input": -1, "g/input": 1,
    }  # fmt: skip
    for fewer in (BOTH_UNITS[:3], [*BOTH_UNITS, _read("third/input", "gpt", "words")]):
        assert not [one for one in declared(fewer) if one.kind in PARTS]
    third = [_read(f"{unit}/input", "glove", unit) for unit in ("words", "tokens")]
    assert len([one for one in declared([*BOTH_UNITS, *third]) if one.kind in PARTS]) == 9


def test_the_parts_of_a_difference_sum_to_it():
    """Words are worth 0.3 whichever the model, word2vec 0.1 whichever the unit."""
    values = {"w/input": 0.8, "wt/input": 0.5, "g/input": 0.4, "gw/input": 0.7}
    found = [_number(name, value, seed=n) for n, (name, value) in enumerate(values.items())]
    tests = _tested(found, [one for one in declared(BOTH_UNITS) if one.kind != "chance"])
    by_kind = tests[(tests["space"] == "w/input") | (tests["reference"] == "w/input")]
    parts = [by_kind[by_kind["contrast"] == kind]["value"].item() for kind in PARTS]
    assert parts == pytest.approx((0.3, 0.1, 0))
    unit, model, _ = parts
    whole = by_kind[(by_kind["contrast"] == "models") & (by_kind["space"] == "g/input")]
    assert whole["value"].item() == pytest.approx(-(unit + model))


def test_seeds_of_some_models_are_crossed_in_the_parts_too():
    found = [_number(one.name, 0.5, seed=n) for n, one in enumerate(BOTH_UNITS)]
    other = {"w/input": [{found[0].of: _number("w/input", 0.6, seed=9)}]}
    tests = _tested(found, [o for o in declared(BOTH_UNITS) if o.kind in PARTS], seeds=other)
    assert tests["n_seeds"].tolist() == [1, 1, 1]
    assert tests["value"].tolist() == pytest.approx([0.025, 0.025, 0.05])
