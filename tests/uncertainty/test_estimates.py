"""Estimates by hand and against references: value, error, interval and p of each kind."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from compare.uncertainty import (
    OverSeeds,
    PairOutcomes,
    RatedPairs,
    RelationPairs,
    TwoGroups,
    UnitMean,
    equivalence_p,
    holm,
    seed_spread,
    share_interval,
)
from compare.uncertainty import unit_means as flips

NAN = float("nan")


# ---- Means over units -------------------------------------------------------------------------


def test_flipping_signs_by_hand():
    """Of the 64 signs only all plus and all minus reach a sum of six ones."""
    alike = UnitMean.of(np.ones(6))
    assert alike.p_value() == 2 / 64
    assert alike.smallest_p == 2 / 64
    mixed = UnitMean.of(np.array([1.0, 2, 3, 4, 5, -6]))  # sum 9
    sums = [abs(np.dot(signs, mixed.values)) for signs in itertools.product((-1, 1), repeat=6)]
    assert mixed.p_value() == np.mean(np.array(sums) >= 9)


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=10), st.floats(-3, 3))
def test_the_interval_holds_what_the_test_does_not_reject(values, null):
    estimate = UnitMean.of(np.array(values))
    _, low, high = estimate.interval()
    if abs(null - low) > 1e-9 and abs(null - high) > 1e-9:
        assert (low <= null <= high) == (estimate.p_value(null) > 0.05)


def test_drawn_signs_agree_with_all_signs_and_with_students_t(monkeypatch):
    values = np.random.default_rng(3).normal(0.4, 1, 14)
    exact = UnitMean.of(values)
    p, ends = exact.p_value(), exact.interval()
    monkeypatch.setattr(flips, "MOST_ENUMERATED", 5)
    flips._subsets.cache_clear()
    assert UnitMean.of(values).p_value() == pytest.approx(p, abs=0.01)
    assert UnitMean.of(values).interval() == pytest.approx(ends, abs=0.05)
    flips._subsets.cache_clear()
    many = UnitMean.of(np.random.default_rng(4).normal(0.15, 1, 180))
    t = stats.ttest_1samp(many.values, 0)
    assert many.p_value() == pytest.approx(t.pvalue, abs=0.005)
    more = UnitMean.of(np.random.default_rng(4).normal(0.05, 1, 900))
    assert more.p_value() == pytest.approx(stats.ttest_1samp(more.values, 0).pvalue, rel=1e-9)


def test_few_units_have_no_interval_and_no_small_p():
    for n in range(6):
        few = UnitMean.of(np.arange(float(n)))
        assert math.isnan(few.error)
        assert few.smallest_p == 1
        assert all(math.isnan(end) for end in few.interval()[1:])
        assert math.isnan(few.p_value())


def test_groups_of_items_are_units():
    scores, groups = np.array([1.0, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 2, 2])
    found = UnitMean.of_groups(scores, groups)
    assert found.value == pytest.approx(0.5)
    assert found.n_units == 3
    even = UnitMean.of_groups(np.array([1.0, 0, 1, 1]), np.array([0, 0, 1, 1]))
    assert even.values.tolist() == [0.5, 1.0]
    assert UnitMean.of_groups(np.zeros(0), np.zeros(0, np.int64)).n_units == 0


def test_units_without_a_value_are_paired_by_place():
    first = UnitMean.of(np.r_[np.arange(8.0), NAN, NAN])
    second = UnitMean.of(np.r_[NAN, np.arange(8.0), NAN])
    assert (first.n_units, first.value) == (8, 3.5)
    difference = first.minus(second)
    assert difference.n_units == 7
    assert difference.value == 1  # 1 − 0, 2 − 1, …
    assert difference.p_value() == 2 / 2**7


# ---- Pairs within relations -------------------------------------------------------------------


def _relation(n, seed=0, pairs=()):
    asked = 1 - np.eye(n)
    correct = (np.random.default_rng(seed).random((n, n)) < 0.4) * asked
    return PairOutcomes(correct, asked, pairs)


def test_the_jackknife_leaves_out_each_pair_with_its_questions():
    one, other = _relation(7), _relation(9, seed=1)
    found = RelationPairs.of([one, other])
    variance = 0.0
    for number, relation in enumerate((one, other)):
        without = []
        for pair in range(len(relation.n_asked)):
            kept = np.delete(np.arange(len(relation.n_asked)), pair)
            rest = (one, other)[1 - number]
            right = relation.n_correct[np.ix_(kept, kept)].sum() + rest.n_correct.sum()
            without.append(
                right / (relation.n_asked[np.ix_(kept, kept)].sum() + rest.n_asked.sum())
            )
        variance += (len(without) - 1) * np.var(without)
    assert found.error == pytest.approx(math.sqrt(variance))
    assert found.n_units == 16
    assert min(6, 8) <= found.df <= 14
    assert found.value == (one.n_correct.sum() + other.n_correct.sum()) / (42 + 72)


def test_a_pair_of_two_relations_is_one_unit():
    pairs = tuple((f"a{n}", f"b{n}") for n in range(8))
    both = RelationPairs.of([_relation(8, pairs=pairs), _relation(8, seed=1, pairs=pairs)])
    assert both.n_units == 8
    assert len(set(both.relation.tolist())) == 1
    apart = RelationPairs.of([_relation(8), _relation(8, seed=1)])
    assert apart.n_units == 16


def test_a_share_stays_within_0_and_1_and_none_right_is_not_certain():
    found = RelationPairs.of([_relation(10)])
    _, low, high = found.interval()
    assert 0 < low < found.value < high < 1
    nothing = RelationPairs.of([PairOutcomes(np.zeros((10, 10)), 1 - np.eye(10))])
    assert nothing.interval() == share_interval(0, 10)
    assert nothing.interval().high == pytest.approx(1 - 0.025**0.1)
    assert share_interval(1, 10).low == pytest.approx(0.025**0.1)


# ---- Rank correlations ------------------------------------------------------------------------


def test_the_influence_of_a_pair_is_what_leaving_it_out_does():
    rng = np.random.default_rng(2)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    words = np.arange(600).reshape(300, 2)
    found = RatedPairs.of(x, y, words)
    assert found.value == pytest.approx(stats.spearmanr(x, y).statistic)
    left_out = np.array(
        [stats.spearmanr(np.delete(x, i), np.delete(y, i)).statistic for i in range(40)]
    )
    pseudo = 299 * (found.value - left_out)
    assert np.corrcoef(pseudo, found.influences[:40])[0, 1] > 0.999
    assert found.influences.mean() == pytest.approx(0, abs=1e-12)


def test_words_that_come_again_make_the_error_larger():
    rng = np.random.default_rng(5)
    of_words = rng.normal(size=(40, 2))
    words = np.array([(i, j) for i in range(40) for j in range(i + 1, 40)])[::4]
    x, y = (of_words[words[:, 0], side] + of_words[words[:, 1], side] for side in (0, 1))
    apart = np.arange(2 * len(words)).reshape(-1, 2)
    assert RatedPairs.of(x, y, words).error > 1.5 * RatedPairs.of(x, y, apart).error
    assert RatedPairs.of(x, y, words).n_units == 40


def test_a_correlation_has_its_interval_within_minus_1_and_1():
    x = np.arange(12.0)
    y = x + np.tile([0, 1.5], 6)
    found = RatedPairs.of(x, y, np.arange(24).reshape(12, 2))
    _, low, high = found.interval()
    assert -1 < low < found.value < high < 1
    assert math.isnan(RatedPairs.of(np.ones(9), np.arange(9.0), np.arange(18).reshape(9, 2)).value)


def test_ties_have_their_mean_rank():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 4, (2, 60)).astype(float)
    found = RatedPairs.of(x, y, np.arange(120).reshape(60, 2))
    assert found.value == pytest.approx(stats.spearmanr(x, y).statistic)


# ---- Two groups -------------------------------------------------------------------------------


def test_placements_by_hand():
    found = TwoGroups.of(np.array([1.0, 2, 3]), np.array([0.0, 2]))
    assert found.first.tolist() == [0.5, 0.75, 1]
    assert found.second.tolist() == [1, 0.5]
    assert found.value == 0.75
    larger, smaller = np.random.default_rng(0).normal(size=(2, 9))
    one = TwoGroups.of(larger, smaller)
    variance = one.first.var(ddof=1) / 9 + one.second.var(ddof=1) / 9
    assert one.error == pytest.approx(math.sqrt(variance))
    assert one.n_units == 9
    assert math.isnan(TwoGroups.of(np.zeros(0), np.zeros(3)).value)


# ---- What all kinds have in common ------------------------------------------------------------


def _four(seed, shift=0.0):
    rng = np.random.default_rng(seed)
    fixed = np.random.default_rng(99)
    truth, words = fixed.normal(size=40), np.arange(80).reshape(40, 2)
    asked = 1 - np.eye(15)
    return (
        UnitMean.of(rng.normal(shift, 1, 15)),
        RelationPairs.of([PairOutcomes((rng.random((15, 15)) < 0.4 + shift / 4) * asked, asked)]),
        RatedPairs.of(truth * (0.5 + shift) + rng.normal(size=40), truth, words),
        TwoGroups.of(rng.normal(0.5 + shift, 1, 20), rng.normal(size=25)),
    )


def test_a_difference_of_equals_is_nothing_and_a_sum_of_halves_the_mean():
    for one, other in zip(_four(1), _four(2), strict=True):
        same = one.minus(one)
        assert same.value == 0
        assert same.p_value() == 1
        assert same.interval()[1:] == pytest.approx((0, 0), abs=1e-12)
        mean = one.combined((0.5, 0.5), (other,))
        assert mean.value == pytest.approx((one.value + other.value) / 2)
        assert one.minus(other).error == pytest.approx(other.minus(one).error)
        assert one.less(0.25).value == pytest.approx(one.value - 0.25)
        assert one.less(0.25).error == pytest.approx(one.error)


def test_estimates_of_other_units_are_refused():
    rng = np.random.default_rng(0)
    others = (
        UnitMean.of(rng.normal(size=9)),
        RelationPairs.of([_relation(9)]),
        RatedPairs.of(*rng.normal(size=(2, 9)), np.arange(18).reshape(9, 2)),
        TwoGroups.of(rng.normal(size=9), rng.normal(size=9)),
    )
    for one, other in zip(_four(1), others, strict=True):
        with pytest.raises(ValueError, match="cannot be combined"):
            one.minus(other)


def test_a_difference_that_all_units_share_has_the_p_of_its_units():
    assert RelationPairs.of(
        [PairOutcomes(1 - np.eye(13), 1 - np.eye(13))]
    ).less(0.0).p_value() == 2**-12  # fmt: skip


# ---- Seeds, equality, families ----------------------------------------------------------------


def test_seeds_add_their_variance_to_that_of_the_units():
    values = np.random.default_rng(1).normal(size=50)
    shifts = (0.0, 0.3, 0.9)
    found = OverSeeds.of([UnitMean.of(values + shift) for shift in shifts])
    of_seeds = np.var(shifts, ddof=1) / 3
    of_units = np.var(values, ddof=1) / 50
    assert found.error == pytest.approx(math.sqrt(of_seeds + of_units))
    expected = (of_seeds + of_units) ** 2 / (of_seeds**2 / 2 + of_units**2 / 49)
    assert found.df == pytest.approx(expected)
    one_table = OverSeeds.of_one(UnitMean.of(values))
    difference = found.minus(one_table)
    assert difference.value == pytest.approx(0.4)
    assert difference.error == pytest.approx(math.sqrt(of_seeds))
    assert found.less(0.4).value == pytest.approx(values.mean())


def test_equality_is_shown_and_not_concluded_from_a_test_that_finds_nothing():
    close = UnitMean.of(np.random.default_rng(0).normal(0.0, 1, 400))
    few = UnitMean.of(np.random.default_rng(0).normal(0.0, 1, 12))
    for one in (close, few):
        assert one.p_value() > 0.05
    assert equivalence_p(close, 0.2) < 0.05
    assert equivalence_p(few, 0.2) > 0.05
    t = (0.2 - abs(close.value)) / close.error
    assert equivalence_p(close, 0.2) == pytest.approx(stats.t.sf(t, 399))
    # nine units that agree are few: as many would, were one in ten to deviate by all it can
    assert equivalence_p(UnitMean.of(np.full(9, 0.1)), 0.2) == pytest.approx(0.9**9)
    assert equivalence_p(UnitMean.of(np.full(9, 0.3)), 0.2) == 1
    assert math.isnan(equivalence_p(close, 0))


def test_holm_by_hand():
    """Sorted .005 .01 .03 .04: ×4, ×3, ×2, ×1, then never below the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([]) == []
    assert holm([0.01, NAN, 0.04]) == pytest.approx([0.02, NAN, 0.04], nan_ok=True)
    assert np.isnan(holm([NAN])).all()


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_lies_between_the_p_value_and_bonferroni_and_keeps_the_order(p_values):
    adjusted = holm(p_values)
    for p, q in zip(p_values, adjusted, strict=True):
        assert p <= q <= min(1, len(p_values) * p) + 1e-12
        # The definition: the largest of (family size − place) · p over the places up to here.
        n_as_small = [sum(other < r for other in p_values) for r in p_values]
        scaled = [
            min(1.0, (len(p_values) - n) * r)
            for n, r in zip(n_as_small, p_values, strict=True)
            if r <= p
        ]
        assert q == pytest.approx(max(scaled))


def test_the_spread_over_seeds_is_students_and_needs_three():
    assert math.isnan(seed_spread([1.0, 2.0]).low)
    value, low, high = seed_spread([1.0, 2.0, 3.0])
    reach = 4.30265 / math.sqrt(3)
    assert (value, low, high) == pytest.approx((2, 2 - reach, 2 + reach), abs=1e-4)
    assert math.isnan(seed_spread([]).value)


def test_hardly_a_unit_that_differs_shows_equality_of_many_alone():
    """Where spaces are equal but for a few units, t would call 12 of them alike."""
    assert equivalence_p(UnitMean.of(np.zeros(12)), 0.05) == pytest.approx(0.95**12)
    assert equivalence_p(UnitMean.of(np.zeros(60)), 0.05) < 0.05
    few = np.zeros(400)
    few[:3] = (1, -1, 1)
    room = 0.05 - 1 / 400
    assert equivalence_p(UnitMean.of(few), 0.05) == pytest.approx(stats.binom.cdf(3, 400, room))
    apart = np.zeros(12)
    apart[:2] = 1
    assert equivalence_p(UnitMean.of(apart), 0.05) == 1


def test_parts_of_pairs_have_the_units_of_the_smaller():
    rng = np.random.default_rng(0)
    x, y, words = rng.normal(size=100), rng.normal(size=100), np.arange(200).reshape(100, 2)
    large, small = (RatedPairs.within(x, y, words, np.arange(100) < n) for n in (90, 8))
    difference = large.minus(small)
    assert (difference.n_units, difference.df) == (8, 7)
    assert large.n_units == 90
