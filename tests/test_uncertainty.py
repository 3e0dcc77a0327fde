"""Intervals: twins of the resampling, planted coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compare.uncertainty import (
    PairOutcomes,
    bootstrap_accuracy,
    bootstrap_auc,
    bootstrap_explained,
    bootstrap_groups,
    bootstrap_mean,
    bootstrap_spearman,
    interval,
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


# ---- Coverage ---------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", ["mean", "Spearman", "accuracy"])
def test_intervals_cover_the_truth_as_often_as_they_say(statistic):
    """93 to 97 of 100 intervals of nominal 95 % hold the truth that the data were drawn from."""
    rng = np.random.default_rng(12)
    n_covered, n_trials = 0, 600
    for trial in range(n_trials):
        if statistic == "mean":
            truth, scores = 0.0, rng.normal(size=150)
            value = scores.mean()
            replicates = bootstrap_mean(scores, n_replicates=600, seed=trial)
        elif statistic == "Spearman":
            truth = 6 / np.pi * np.arcsin(0.6 / 2)
            x, noise = rng.normal(size=(2, 150))
            y = 0.6 * x + 0.8 * noise
            value = stats.spearmanr(x, y).statistic
            replicates = bootstrap_spearman(x, y, n_replicates=600, seed=trial)
        else:
            truth, relations = 0.5, [_planted_relation(rng, 50) for _ in range(3)]
            right = sum(relation.n_correct.sum() for relation in relations)
            value = right / sum(relation.n_asked.sum() for relation in relations)
            replicates = bootstrap_accuracy(relations, n_replicates=600, seed=trial)
        _, low, high = interval(value, replicates)
        n_covered += low <= truth <= high
    assert 0.93 <= n_covered / n_trials <= 0.97


def test_skewed_scores_of_few_items_are_covered_less_and_lopsidedly():
    """Sixty exponential scores: short of 95 %, and missed from below more often than from above."""
    rng = np.random.default_rng(5)
    n_trials = 800
    misses = np.zeros(2)  # truth above, truth below
    for trial in range(n_trials):
        scores = rng.exponential(size=60)
        replicates = bootstrap_mean(scores, n_replicates=600, seed=trial)
        _, low, high = interval(float(scores.mean()), replicates)
        misses += [high < 1, low > 1]
    assert 0.91 <= 1 - misses.sum() / n_trials <= 0.95
    assert misses[0] > 3 * misses[1]


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


def test_each_replicate_of_r2_is_that_of_its_resample(rng):
    values = rng.normal(size=30)
    errors = (0.5 * rng.normal(size=30)) ** 2
    found = bootstrap_explained(errors, values, n_replicates=7, seed=3)
    drawn = np.random.default_rng(3).integers(0, 30, (7, 30))
    spreads = [((values[rows] - values[rows].mean()) ** 2).sum() for rows in drawn]
    expected = 1 - errors[drawn].sum(axis=1) / spreads
    np.testing.assert_allclose(found, expected)
    flat = bootstrap_explained(errors, np.ones(30), n_replicates=7, seed=3)
    assert not np.isfinite(flat).any()
