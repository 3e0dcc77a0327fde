"""Intervals and tests: twins of the resampling, planted coverage, hand-worked corrections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compare.comparison.significance import holm, paired_p_value
from compare.uncertainty import (
    PairOutcomes,
    bca_interval,
    bootstrap_accuracy,
    bootstrap_auc,
    bootstrap_groups,
    bootstrap_mean,
    bootstrap_spearman,
    interval,
    jackknife_accuracy,
    jackknife_mean,
    jackknife_spearman,
    permutation_test_mean,
    permutation_test_spearman,
    seed_spread,
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


@given(st.integers(5, 25), st.integers(2, 6), st.integers(0, 99))
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


@pytest.mark.parametrize("n_pairs", [0, 1, 4])
def test_spearman_of_fewer_than_five_pairs_is_unknown(n_pairs):
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


# ---- Pairs shared between relations -----------------------------------------------------------


def _named(relation, names):
    return PairOutcomes(relation.n_correct, relation.n_asked, tuple((name, "x") for name in names))


def test_a_pair_in_two_relations_is_drawn_once_for_both(rng):
    """The same relation twice is no more information than once."""
    relation = _planted_relation(rng, 20)
    names = [f"w{n}" for n in range(20)]
    once = bootstrap_accuracy([_named(relation, names)], n_replicates=500, seed=0)
    twice = bootstrap_accuracy([_named(relation, names)] * 2, n_replicates=500, seed=0)
    np.testing.assert_allclose(once, twice)
    # Trap: taken for two relations of their own, the interval would be narrower by a third.
    apart = bootstrap_accuracy([relation, relation], n_replicates=500, seed=0)
    assert apart.std() < 0.8 * once.std()


def test_shared_pairs_join_relations_into_one_group(rng):
    """a–b and c–d share nothing; e shares with both and joins all three."""
    relations = [_planted_relation(rng, 6) for _ in range(3)]
    names = (list("abcdef"), list("ghijkl"), list("aghxyz"))
    outcomes = [_named(r, n) for r, n in zip(relations, names, strict=True)]
    found = bootstrap_accuracy(outcomes, n_replicates=6, seed=4)
    units = sorted({name for group in names for name in group})
    drawn = np.random.default_rng(4).multinomial(15, np.full(15, 1 / 15), size=6)
    order = list(dict.fromkeys([*names[0], *names[1], *names[2]]))
    assert sorted(order) == units
    for replicate in range(6):
        weight_of = dict(zip(order, drawn[replicate], strict=True))
        right = total = 0
        for relation, group in zip(relations, names, strict=True):
            weight = np.array([weight_of[name] for name in group])
            right += weight @ relation.n_correct @ weight
            total += weight @ relation.n_asked @ weight
        assert found[replicate] == pytest.approx(right / total)


def test_named_pairs_that_are_not_shared_change_nothing(rng):
    relations = [_planted_relation(rng, 8) for _ in range(2)]
    named = [
        _named(relation, [f"{place}{n}" for n in range(8)])
        for place, relation in enumerate(relations)
    ]
    np.testing.assert_array_equal(
        bootstrap_accuracy(relations, n_replicates=20, seed=1),
        bootstrap_accuracy(named, n_replicates=20, seed=1),
    )


# ---- BCa --------------------------------------------------------------------------------------


def test_bca_equals_scipys():
    scores = np.random.default_rng(0).exponential(size=40)
    replicates = bootstrap_mean(scores, n_replicates=20_000, seed=1)
    found = bca_interval(float(scores.mean()), replicates, jackknife_mean(scores))
    theirs = stats.bootstrap(
        (scores,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(2)
    ).confidence_interval
    assert found.low == pytest.approx(theirs.low, abs=0.03)
    assert found.high == pytest.approx(theirs.high, abs=0.03)
    percentile = interval(float(scores.mean()), replicates)
    assert found.high > percentile.high + 0.01  # skewed scores: the interval moves


def test_bca_without_bias_or_skew_is_the_percentile_interval():
    replicates = np.arange(-500.0, 501)
    found = bca_interval(0.0, replicates, np.array([-1.0, 1, -2, 2]))
    assert found == pytest.approx(interval(0.0, replicates))
    assert bca_interval(0.0, replicates, np.full(5, 0.3)) == pytest.approx(found)


def test_bca_of_too_little_is_unknown():
    for replicates, jackknife in ((np.full(9, np.nan), np.ones(5)), (np.ones(9), np.ones(1))):
        assert np.isnan(bca_interval(1.0, replicates, jackknife)[1:]).all()
    assert bca_interval(1.0, np.ones(9), np.ones(5)) == (1, 1, 1)


def test_jackknives_leave_one_unit_out(rng):
    scores = rng.normal(size=9)
    expected = [np.delete(scores, n).mean() for n in range(9)]
    np.testing.assert_allclose(jackknife_mean(scores), expected)
    x, y = rng.integers(0, 4, (2, 12))
    expected = [stats.spearmanr(np.delete(x, n), np.delete(y, n)).statistic for n in range(12)]
    np.testing.assert_allclose(jackknife_spearman(x, y), expected)
    relations = [
        _named(_planted_relation(rng, 4), "abcd"),
        _named(_planted_relation(rng, 3), "cde"),
    ]
    found = jackknife_accuracy(relations)
    for name, value in zip("abcde", found, strict=True):
        right = total = 0
        for relation in relations:
            kept = [n for n, pair in enumerate(relation.pairs) if pair[0] != name]
            right += relation.n_correct[np.ix_(kept, kept)].sum()
            total += relation.n_asked[np.ix_(kept, kept)].sum()
        assert value == pytest.approx(right / total)
    assert np.isnan(jackknife_mean(np.ones(1))).all()
    assert np.isnan(jackknife_spearman(np.ones(3), np.ones(3))).all()
    assert jackknife_accuracy([]).shape == (0,)


# ---- Coverage ---------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", ["mean", "Spearman", "accuracy"])
def test_intervals_cover_the_truth_as_often_as_they_say(statistic):
    """93 to 97 of 100 intervals of nominal 95 % hold the truth that the data were drawn from."""
    rng = np.random.default_rng(12)
    n_covered, n_trials = np.zeros(2), 600  # percentile, BCa
    for trial in range(n_trials):
        if statistic == "mean":
            truth, scores = 0.0, rng.normal(size=150)
            value = scores.mean()
            replicates = bootstrap_mean(scores, n_replicates=600, seed=trial)
            jackknife = jackknife_mean(scores)
        elif statistic == "Spearman":
            truth = 6 / np.pi * np.arcsin(0.6 / 2)
            x, noise = rng.normal(size=(2, 150))
            y = 0.6 * x + 0.8 * noise
            value = stats.spearmanr(x, y).statistic
            replicates = bootstrap_spearman(x, y, n_replicates=600, seed=trial)
            jackknife = jackknife_spearman(x, y)
        else:
            truth, relations = 0.5, [_planted_relation(rng, 50) for _ in range(3)]
            right = sum(relation.n_correct.sum() for relation in relations)
            value = right / sum(relation.n_asked.sum() for relation in relations)
            replicates = bootstrap_accuracy(relations, n_replicates=600, seed=trial)
            jackknife = jackknife_accuracy(relations)
        found = interval(value, replicates), bca_interval(value, replicates, jackknife)
        n_covered += [low <= truth <= high for _, low, high in found]
    shares = n_covered / n_trials
    assert ((shares >= 0.93) & (shares <= 0.97)).all(), shares


def test_skewed_scores_of_few_items_are_covered_less_and_by_bca_less_lopsidedly():
    """Sixty exponential scores: short of 95 % by either kind, as ``bca_interval`` states."""
    rng = np.random.default_rng(5)
    n_trials = 800
    misses = {"percentile": np.zeros(2), "BCa": np.zeros(2)}  # truth above, truth below
    for trial in range(n_trials):
        scores = rng.exponential(size=60)
        replicates = bootstrap_mean(scores, n_replicates=600, seed=trial)
        found = {
            "percentile": interval(float(scores.mean()), replicates),
            "BCa": bca_interval(float(scores.mean()), replicates, jackknife_mean(scores)),
        }
        for kind, (_, low, high) in found.items():
            misses[kind] += [high < 1, low > 1]
    for missed in misses.values():
        assert 0.91 <= 1 - missed.sum() / n_trials <= 0.95
    assert misses["percentile"][0] > 3 * misses["percentile"][1]
    lopsided = {kind: above - below for kind, (above, below) in misses.items()}
    assert lopsided["BCa"] < 0.75 * lopsided["percentile"]


# ---- Permutation tests ------------------------------------------------------------------------


def test_the_test_of_means_by_hand():
    """Differences 1 2 3: of eight signs two reach the sum of 6, so p goes to 1/4."""
    first, second = np.array([2.0, 4, 6]), np.array([1.0, 2, 3])
    p = permutation_test_mean(first, second, n_permutations=20_000, seed=0)
    assert p == pytest.approx(0.25, abs=0.01)
    assert permutation_test_mean(first, first, n_permutations=99, seed=0) == 1
    assert np.isnan(permutation_test_mean(first[:0], second[:0], n_permutations=9, seed=0))


def test_the_test_of_means_equals_scipys(rng):
    first = rng.normal(size=30)
    second = first + rng.normal(size=30) + 0.3
    theirs = stats.permutation_test(
        (first, second),
        lambda x, y: np.mean(x - y),
        permutation_type="samples",
        n_resamples=20_000,
        vectorized=False,
        rng=np.random.default_rng(0),
    ).pvalue
    found = permutation_test_mean(first, second, n_permutations=20_000, seed=0)
    assert found == pytest.approx(theirs, abs=0.01)


def test_permutation_tests_reject_a_true_null_one_time_in_twenty_and_a_false_one_mostly():
    rng = np.random.default_rng(3)
    null, real, null_means = [], [], []
    for trial in range(300):
        ratings = rng.normal(size=60)
        first, second, better = (ratings + s * rng.normal(size=60) for s in (1.5, 1.5, 0.5))
        options = {"n_permutations": 199, "seed": trial}
        null.append(permutation_test_spearman(first, 5 + second, ratings, **options))
        real.append(permutation_test_spearman(better, second, ratings, **options))
        null_means.append(permutation_test_mean(first, second, **options))
    assert 0.02 <= (np.array(null) <= 0.05).mean() <= 0.08
    assert 0.02 <= (np.array(null_means) <= 0.05).mean() <= 0.08
    assert (np.array(real) <= 0.05).mean() > 0.9


def test_the_test_of_correlations_does_not_see_scales(rng):
    first, ratings = rng.normal(size=(2, 40))
    same = permutation_test_spearman(first, np.exp(3 * first), ratings, n_permutations=99, seed=0)
    assert same == 1
    flat = np.ones(40)
    for wrong in ((flat, first, ratings), (first, flat, ratings), (first, first, flat)):
        assert np.isnan(permutation_test_spearman(*wrong, n_permutations=9, seed=0))


# ---- Seeds ------------------------------------------------------------------------------------


def test_the_spread_over_seeds_by_hand():
    """Mean 2, deviation 1, t of two degrees 4.303: 2 ± 4.303 / √3."""
    found = seed_spread([1.0, 2, 3])
    assert found == pytest.approx((2, 2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)
    two = seed_spread([1.0, 3])
    assert two.value == 2
    assert np.isnan([two.low, two.high]).all()  # trap 7: two seeds tell no spread
    assert np.isnan(seed_spread([])).all()


def test_bootstrap_of_an_auc_is_centred_on_it_and_follows_ties():
    rng = np.random.default_rng(0)
    high, low = rng.normal(1, 1, 80), rng.normal(0, 1, 60)
    area = (high[:, None] > low).mean()
    found = bootstrap_auc(high, low, n_replicates=2000, seed=1)
    assert found.mean() == pytest.approx(area, abs=0.01)
    assert 0.02 < found.std() < 0.08
    again = bootstrap_auc(high, low, n_replicates=2000, seed=1)
    np.testing.assert_array_equal(found, again)
    same = np.ones(5)
    assert (bootstrap_auc(same, same, n_replicates=10, seed=0) == 0.5).all()
    assert np.isnan(bootstrap_auc(same, same[:4], n_replicates=10, seed=0)).all()


def test_groups_are_resampled_as_wholes():
    """Items of a group go right or wrong together: a bootstrap of items would be too narrow."""
    groups = np.repeat(np.arange(12), 30)
    scores = (groups % 2 == 0).astype(float)
    of_groups = bootstrap_groups(scores, groups, n_replicates=2000, seed=0)
    of_items = bootstrap_mean(scores, n_replicates=2000, seed=0)
    assert of_groups.mean() == pytest.approx(0.5, abs=0.02)
    assert of_groups.std() == pytest.approx(0.5 / np.sqrt(12), rel=0.1)
    assert of_items.std() < of_groups.std() / 4
    assert np.isnan(bootstrap_groups(scores, groups % 4, n_replicates=9, seed=0)).all()
