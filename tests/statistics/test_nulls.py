"""Tests reject a truth one time in twenty, families hardly ever, and planted shifts are found."""

import numpy as np
import pytest
from scipy.stats import binom

from compare.comparison.contrasts import Contrast
from compare.comparison.scores import Number, Of
from compare.comparison.significance import differences
from compare.uncertainty import Interval, UnitMean
from tests.statistics.nulls import COMMON_NEIGHBOURS, TRUTHS, UNITS, Truth, called_alike, wrong

REPLICATES = 300


@pytest.mark.parametrize("n", UNITS)
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.name)
def test_a_truth_is_rejected_about_one_time_in_twenty(truth: Truth, n: int) -> None:
    """Counts that are compatible, at 99 %, with a rate within the bounds."""
    found = wrong(truth, n, REPLICATES)
    lowest = binom.ppf(0.005, REPLICATES, truth.low)
    highest = binom.ppf(0.995, REPLICATES, truth.high)
    assert lowest <= found.rejected <= highest
    assert lowest <= found.missed <= highest
    assert found.called_alike <= binom.ppf(0.995, REPLICATES, 0.06)


def test_spaces_that_share_frequency_alone_are_hardly_ever_called_alike() -> None:
    found = called_alike(100)
    assert set(found) == {"linear CKA", "RSA", "mutual k-NN", COMMON_NEIGHBOURS}
    assert max(found.values()) <= binom.ppf(0.995, 100, 0.07)


def _family(rng: np.random.Generator, n_units: int, shift: float = 0.0) -> bool:
    """Seven spaces, one of them better by ``shift``: whether any contrast is apart."""
    names = [f"space {number}" for number in range(7)]
    found = []
    for number, name in enumerate(names):
        estimate = UnitMean.of(rng.normal(shift if number == 6 else 0.0, 1, n_units))
        of = Of("categories", "set", "all", "all", "purity", "", "raw")
        value = Interval(estimate.value, np.nan, np.nan)
        found.append(Number(name, of, value, np.nan, n_units, 0, "share", estimate, None))
    contrasts = [
        Contrast(name, other, "models") for i, name in enumerate(names) for other in names[:i]
    ]
    tests = differences(found, contrasts, transform="raw", words="all")
    assert len(tests) == 21
    return bool(tests["holds"].any())


@pytest.mark.parametrize("n_units", [12, 15, 30])
def test_a_family_of_equals_is_hardly_ever_told_apart(n_units: int) -> None:
    rng = np.random.default_rng(n_units)
    n_any = sum(_family(rng, n_units) for _ in range(150))
    assert n_any <= binom.ppf(0.995, 150, 0.06)


def test_a_planted_shift_is_found() -> None:
    rng = np.random.default_rng(3)
    assert sum(_family(rng, 30, 1.5) for _ in range(40)) >= 36
