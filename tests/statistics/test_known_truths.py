"""Whole comparisons of drawn spaces: what is said of them is true, and equals are called alike."""

from scipy.stats import binom

from tests.statistics import known_truths

SEEDS = 10


def test_what_is_said_is_true_and_equals_are_hardly_ever_told_apart() -> None:
    """Counts that are compatible, at 99 %, with 5 of 100 false and 6 of 100 told apart."""
    found = known_truths.said([known_truths.tested(seed) for seed in range(SEEDS)])
    assert len(found.false) > 80
    assert max(found.false.values()) <= binom.ppf(0.995, SEEDS, 0.05)
    assert found.n_told_apart <= binom.ppf(0.995, SEEDS, 0.06)
    assert found.n_alike >= binom.ppf(0.005, SEEDS, 0.94)
