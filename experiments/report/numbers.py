"""Numbers as a report writes them: never more digits than the uncertainty bears."""

from __future__ import annotations

import math
import re
from typing import Any

NBSP = "\u00a0"  # a number and its unit stay on one line


def percent(value: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write a share in percent (a difference in points), as exactly as its interval bears."""
    digits = _digits(100 * (high - low)) if high == high else 0
    sign = "+" if signed else ""
    unit = "points" if signed else "%"
    text = f"{100 * value:{sign}.{digits}f}{NBSP}{unit}"
    if low < high:  # no interval where there is none, or where all resamples agree
        text += f" [{100 * low:{sign}.{digits}f}, {100 * high:{sign}.{digits}f}]"
    return _minus(text)


def correlation(value: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write a correlation with its interval, to two or three decimals."""
    digits = max(2, _digits(high - low)) if high == high else 2
    sign = "+" if signed else ""
    text = f"{value:{sign}.{digits}f}"
    if low < high:
        text += f" [{low:{sign}.{digits}f}, {high:{sign}.{digits}f}]"
    return _minus(text)


def two_decimals(value: float | None) -> str:
    """Write a number that has no interval, or a dash."""
    return "–" if value is None or math.isnan(value) else _minus(f"{value:.2f}")


def share_text(share: float, digits: int = 0) -> str:
    """Write a share in percent."""
    return f"{100 * share:.{digits}f}{NBSP}%"


def _minus(text: str) -> str:
    """Set a true minus sign, and no minus before a rounded zero."""
    text = re.sub(r"-(0(?:\.0+)?)(?![\d.])", r"\1", text)
    return re.sub(r"-(?=\d)", "−", text)


def _digits(width: float) -> int:
    """Choose decimals for a number whose interval is ``width`` wide; at most 3."""
    if width <= 0 or math.isnan(width):
        return 0
    return min(3, max(0, -math.floor(math.log10(width))))


def p_value(p: float) -> str:
    """Write a p-value."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def count(number: float) -> str:
    """Write a whole number with thin groups of thousands."""
    return f"{int(number):,}".replace(",", "\u202f")  # does not break


def plain_number(number: Any) -> str:
    """Write a number as short as it is, or a dash."""
    return "–" if number is None or number != number else f"{number:g}"


def short(number: Any) -> str:
    """Write a large number with a metric prefix, or a dash."""
    if number is None or number != number:
        return "–"
    for size, unit in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.3g}"


def seconds_text(seconds: Any) -> str:
    """Write a duration, or a dash."""
    if seconds is None or seconds != seconds:
        return "–"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
