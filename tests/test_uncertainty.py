"""Intervals and tests: twins of the resampling, planted coverage, hand-worked corrections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compare.uncertainty import (
    PairOutcomes,
    bootstrap_accuracy,
    bootstrap_mean,
    bootstrap_spearman,
    holm,
    interval,
    paired_p_value,
)


def _crossed(is_right):
    """Every two different pairs of a relation make a question."""
    asked = 1.0 - np.eye(len(is_right))
    return PairOutcomes(is_right * asked, asked)


# ---- Intervals --------------------------------------------------------------------------------


def test_interval_takes_percentiles_of_what_is_finite():
    replicates = np.append(np.arange(1001.0), [np.nan, np.nan, np.inf])
    assert interval(400.0, replicates[::-1]) == (400.0, 25.0, 975.0)


def test_interval_without_finite_replicates_is_unknown():
    found = interval(0.5, np.full(10, np.nan))
    assert found.value == 0.5
    assert np.isnan([found.low, found.high]).all()


# ---- Similarity -------------------------------------------------------------------------------


@given(st.integers(3, 25), st.integers(2, 6), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_each_spearman_replicate_is_scipys_on_the_same_resample(n_pairs, n_levels, seed):
    rng = np.random.default_rng(seed)
    predicted = rng.integers(0, n_levels, n_pairs).astype(float)  # heavy ties
    ratings = rng.normal(size=n_pairs).round(1)
    found = bootstrap_spearman(predicted, ratings, n_replicates=20, seed=seed)
    drawn = np.random.default_rng(seed).integers(0, n_pairs, size=(20, n_pairs))
    for rho, rows in zip(found, drawn, strict=True):
        x, y = predicted[rows], ratings[rows]
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            assert np.isnan(rho)
        else:
            assert rho == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


def test_spearman_replicates_are_paired_between_spaces(rng):
    ratings, cosines = rng.normal(size=(2, 40))
    first = bootstrap_spearman(cosines, ratings, n_replicates=50, seed=3)
    same_order = bootstrap_spearman(np.exp(cosines), ratings, n_replicates=50, seed=3)
    np.testing.assert_array_equal(first, same_order)
    reversed_order = bootstrap_spearman(-cosines, ratings, n_replicates=50, seed=3)
    np.testing.assert_allclose(first, -reversed_order, atol=1e-12)
    assert not np.array_equal(first, bootstrap_spearman(cosines, ratings, n_replicates=50, seed=4))


@pytest.mark.parametrize("n_pairs", [0, 1, 2])
def test_spearman_of_fewer_than_three_pairs_is_unknown(n_pairs):
    found = bootstrap_spearman(np.arange(n_pairs), np.arange(n_pairs), n_replicates=5, seed=0)
    assert found.shape == (5,)
    assert np.isnan(found).all()


def test_spearman_of_equal_cosines_is_unknown(rng):
    found = bootstrap_spearman(np.full(30, 0.1), rng.normal(size=30), n_replicates=50, seed=0)
    assert np.isnan(found).all()


def test_spearman_interval_covers_the_truth_of_a_normal_pair():
    """Bivariate normal of correlation r: Spearman's ρ is 6/π · arcsin(r/2)."""
    rng = np.random.default_rng(0)
    truth = 6 / np.pi * np.arcsin(0.6 / 2)
    n_covered = 0
    for trial in range(200):
        x, noise = rng.normal(size=(2, 60))
        replicates = bootstrap_spearman(x, 0.6 * x + 0.8 * noise, n_replicates=300, seed=trial)
        _, low, high = interval(np.nan, replicates)
        n_covered += low <= truth <= high
    assert 0.90 <= n_covered / 200 <= 0.98


# ---- Analogies --------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 6), max_size=4).filter(lambda n: sum(n) >= 5), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_each_accuracy_replicate_asks_questions_as_often_as_their_pairs_were_drawn(sizes, seed):
    rng = np.random.default_rng(seed)
    relations = []
    for size in sizes:
        asked = rng.integers(0, 3, (size, size)) * (1 - np.eye(size, dtype=int))
        relations.append(PairOutcomes(rng.integers(0, asked + 1), asked))
    found = bootstrap_accuracy(relations, n_replicates=8, seed=seed)
    draws = np.random.default_rng(seed)
    weights = [
        draws.multinomial(size, np.full(size, 1 / size), size=8) for size in sizes if size > 0
    ]
    filled = [relation for relation, size in zip(relations, sizes, strict=True) if size > 0]
    for replicate in range(8):
        right = total = 0
        for relation, weight in zip(filled, weights, strict=True):
            for p, times_p in enumerate(weight[replicate]):
                for q, times_q in enumerate(weight[replicate]):
                    right += times_p * times_q * relation.n_correct[p, q]
                    total += times_p * times_q * relation.n_asked[p, q]
        if total == 0:
            assert np.isnan(found[replicate])
        else:
            assert found[replicate] == pytest.approx(right / total)


def test_fewer_than_five_pairs_give_no_interval():
    few, enough = _crossed(np.ones((4, 4))), _crossed(np.ones((5, 5)))
    assert np.isnan(bootstrap_accuracy([few], n_replicates=20, seed=0)).all()
    assert not np.isnan(bootstrap_accuracy([enough], n_replicates=20, seed=0)).any()
    assert not np.isnan(bootstrap_accuracy([few, few], n_replicates=20, seed=0)).all()


def test_accuracy_of_sure_relations_and_of_none():
    right, wrong = _crossed(np.ones((9, 9))), _crossed(np.zeros((9, 9)))
    assert (bootstrap_accuracy([right], n_replicates=20, seed=0) == 1).all()
    assert (bootstrap_accuracy([wrong], n_replicates=20, seed=0) == 0).all()
    empty = PairOutcomes(np.zeros((0, 0)), np.zeros((0, 0)))
    for nothing in ([], [empty], [empty, empty]):
        assert np.isnan(bootstrap_accuracy(nothing, n_replicates=5, seed=0)).all()


def test_a_relation_without_questions_changes_nothing(rng):
    relation = _crossed(rng.integers(0, 2, (12, 12)))
    empty = PairOutcomes(np.zeros((0, 0)), np.zeros((0, 0)))
    alone = bootstrap_accuracy([relation], n_replicates=30, seed=1)
    np.testing.assert_array_equal(
        alone, bootstrap_accuracy([empty, relation, empty], n_replicates=30, seed=1)
    )


def _planted_relation(rng, n_pairs):
    """A question is right where its two pairs are easy enough: probability one half."""
    easy = rng.normal(size=n_pairs)
    noise = 0.5 * rng.normal(size=(n_pairs, n_pairs))
    return _crossed((easy[:, None] + easy[None, :] + noise > 0).astype(float))


def test_intervals_over_pairs_are_wider_than_over_questions(rng):
    """506 questions of 23 pairs hold the information of 23 pairs."""
    relation = _planted_relation(rng, 23)
    _, low, high = interval(0, bootstrap_accuracy([relation], n_replicates=2000, seed=0))
    questions = relation.n_correct[relation.n_asked == 1]
    assert len(questions) == 506
    _, narrow_low, narrow_high = interval(0, bootstrap_mean(questions, n_replicates=2000, seed=0))
    assert high - low > 3 * (narrow_high - narrow_low)


def test_accuracy_interval_over_pairs_covers_the_truth_and_over_questions_does_not():
    rng = np.random.default_rng(5)
    n_covered = n_covered_by_questions = 0
    for trial in range(200):
        relation = _planted_relation(rng, 30)
        _, low, high = interval(0, bootstrap_accuracy([relation], n_replicates=300, seed=trial))
        n_covered += low <= 0.5 <= high
        questions = relation.n_correct[relation.n_asked == 1]
        _, low, high = interval(0, bootstrap_mean(questions, n_replicates=100, seed=trial))
        n_covered_by_questions += low <= 0.5 <= high
    assert 0.90 <= n_covered / 200 <= 0.98
    assert n_covered_by_questions / 200 < 0.6


# ---- Means ------------------------------------------------------------------------------------


def test_each_mean_replicate_is_the_mean_of_its_resample(rng):
    scores = rng.normal(size=17)
    drawn = np.random.default_rng(2).integers(0, 17, size=(9, 17))
    found = bootstrap_mean(scores, n_replicates=9, seed=2)
    np.testing.assert_allclose(found, [scores[rows].mean() for rows in drawn])


def test_mean_replicates_spread_like_a_standard_error(rng):
    scores = rng.normal(size=400)
    found = bootstrap_mean(scores, n_replicates=2000, seed=0)
    assert found.std() == pytest.approx(scores.std() / 20, rel=0.1)
    assert found.mean() == pytest.approx(scores.mean(), abs=0.01)


def test_mean_of_nothing_is_unknown():
    assert np.isnan(bootstrap_mean(np.zeros(0), n_replicates=4, seed=0)).all()


# ---- Tests ------------------------------------------------------------------------------------


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
