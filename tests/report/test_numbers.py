"""Numbers as a report writes them: never more digits than the uncertainty bears."""

import math

import pytest

from experiments.report.numbers import (
    correlation,
    count,
    p_value,
    percent,
    plain_number,
    seconds_text,
    short,
    two_decimals,
)

NAN = math.nan


def test_digits_follow_the_interval() -> None:
    assert percent(0.12345, 0.10, 0.15) == "12\u00a0% [10, 15]"
    assert percent(0.12345, 0.123, 0.124) == "12.3\u00a0% [12.3, 12.4]"
    assert correlation(0.12345, 0.02, 0.22) == "0.12 [0.02, 0.22]"
    assert correlation(0.12345, 0.122, 0.125) == "0.123 [0.122, 0.125]"
    assert percent(0.5, NAN, NAN) == "50\u00a0%"


def test_signs_are_true_and_never_before_a_rounded_zero() -> None:
    assert correlation(-0.5, -0.6, -0.4) == "−0.50 [−0.60, −0.40]"
    assert two_decimals(-0.001) == "0.00"
    assert percent(0.03, 0.01, 0.05, signed=True) == "+3\u00a0points [+1, +5]"


@pytest.mark.parametrize("write", [two_decimals, plain_number, short, seconds_text])
def test_what_is_missing_is_a_dash(write) -> None:
    assert write(NAN) == write(None) == "–"


def test_large_and_small_numbers() -> None:
    assert short(1.5e9) == "1.5 G"
    assert short(12) == "12"
    assert count(12345) == "12\u202f345"
    assert seconds_text(3.21) == "3.2 s"
    assert seconds_text(90.7) == "91 s"
    assert p_value(0.0001) == "< 0.001"
