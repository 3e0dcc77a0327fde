"""Paired tests: by hand, a true null, Holm's corrections, which spaces make a family."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from compare.comparison.scores import Number, Of
from compare.comparison.significance import (
    differences,
    holm,
    paired_p_value,
    relation_differences,
)
from compare.uncertainty import Interval, bootstrap_spearman


def test_p_value_by_hand():
    replicates = np.array([-1.0, 1.0, 0.0, 2.0, 3.0])  # standard error √2.5
    expected = 2 * (1 - stats.norm.cdf(2 / np.sqrt(2.5)))
    assert paired_p_value(2.0, replicates) == pytest.approx(expected)
    assert paired_p_value(2.0, np.append(replicates, np.nan)) == pytest.approx(expected)
    assert paired_p_value(0.0, np.zeros(9)) == 1  # equal spaces
    assert paired_p_value(0.5, np.full(9, 0.5)) == 0  # never varies
    assert np.isnan(paired_p_value(1.0, np.array([np.nan, np.nan])))
    assert np.isnan(paired_p_value(np.nan, replicates))


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=60), st.floats(0, 3), st.floats(0, 3))
def test_p_value_is_symmetric_bounded_and_falls_away_from_zero(values, difference, more):
    replicates = np.array(values)
    p = paired_p_value(difference, replicates)
    assert 0 <= p <= 1
    assert p == paired_p_value(-difference, -replicates)
    assert paired_p_value(difference + more, replicates) <= p


def test_p_value_rejects_a_true_null_about_one_time_in_twenty():
    rng = np.random.default_rng(1)
    p_values = []
    for trial in range(300):
        ratings = rng.normal(size=50)
        predicted = [ratings + rng.normal(size=50) for _ in range(2)]
        rho = [stats.spearmanr(one, ratings).statistic for one in predicted]
        first, second = (
            bootstrap_spearman(one, ratings, n_replicates=199, seed=trial) for one in predicted
        )
        p_values.append(paired_p_value(rho[0] - rho[1], first - second))
    assert 0.01 <= (np.array(p_values) < 0.05).mean() <= 0.10


def test_holm_by_hand():
    """Sorted .005 .01 .03 .04: ×4, ×3, ×2, ×1, then never below the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


def test_holm_leaves_what_could_not_be_tested_out_of_the_family():
    assert holm([0.01, float("nan"), 0.04]) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert np.isnan(holm([float("nan")])).all()


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_lies_between_the_p_value_and_bonferroni_and_keeps_the_order(p_values):
    adjusted = holm(p_values)
    for p, q in zip(p_values, adjusted, strict=True):
        assert p <= q <= min(1, len(p_values) * p) + 1e-12
    for p, q in zip(p_values, adjusted, strict=True):
        # The definition: the largest of (family size − place) · p over the places up to here.
        n_as_small = [sum(other < r for other in p_values) for r in p_values]
        scaled = [
            min(1.0, (len(p_values) - n) * r)
            for n, r in zip(n_as_small, p_values, strict=True)
            if r <= p
        ]
        assert q == pytest.approx(max(scaled))


# ---- Families ---------------------------------------------------------------------------------


def _number(space, value, relation="all", transform="raw", *, is_tested=True):
    replicates = value + np.random.default_rng(len(space)).normal(0, 0.1, 500)
    return Number(
        space,
        Of("similarity", "pairs", relation, "Spearman", "", transform),
        Interval(value, np.nan, np.nan),
        np.nan,
        40,
        0,
        40,
        "correlation",
        replicates if is_tested else None,
    )


def test_every_pair_of_spaces_is_tested_on_the_same_resamples():
    found = [_number("a", 0.1), _number("bb", 0.5), _number("ccc", 0.9)]
    tests = differences(found, ["a", "bb", "ccc"])
    assert list(zip(tests["reference"], tests["space"], strict=True)) == [
        ("a", "bb"), ("a", "ccc"), ("bb", "ccc"),
    ]  # fmt: skip
    assert tests["value"].tolist() == pytest.approx([0.4, 0.8, 0.4])
    paired = found[1].replicates - found[0].replicates
    row = tests.iloc[0]
    expected = np.percentile(paired, [2.5, 97.5]).tolist()
    assert [row["low"], row["high"]] == pytest.approx(expected)
    assert row["p"] == paired_p_value(0.4, paired)
    assert tests["p_holm"].tolist() == holm(tests["p"].tolist())


def test_what_has_no_replicates_or_no_value_is_not_tested():
    found = [_number("a", 0.1), _number("bb", 0.5, is_tested=False), _number("ccc", np.nan)]
    tests = differences(found, ["a", "bb", "ccc"])
    assert isinstance(tests, pd.DataFrame)
    assert len(tests) == 0
    assert "p_holm" in tests.columns


def test_parts_are_a_family_of_their_own_against_the_first_space_in_one_transform():
    names = ["a", "bb", "ccc"]
    found = [
        _number(name, 0.1 * len(name), relation, transform)
        for name in names
        for relation in ("all", "nouns")
        for transform in ("raw", "centred")
    ]
    parts = relation_differences(found, names, transform="raw")
    assert set(parts["relation"]) == {"nouns"}
    assert parts["reference"].tolist() == ["a", "a"]
    assert set(parts["transform"]) == {"raw"}
    wholes = differences(found, names)
    assert set(wholes["relation"]) == {"all"}
    assert len(wholes) == 6
