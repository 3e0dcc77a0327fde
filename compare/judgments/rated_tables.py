"""Tables of rated word pairs as people have them: which columns are words, and which the rating.

Columns are found by their headings and by what is in them. What stays ambiguous is refused, with
the columns seen, and the user says which (``columns``).
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare.errors import InputError
from compare.judgments.rating_headings import (
    HEADING,
    TAGS,
    are_raters,
    names_difference,
    names_mean,
    names_no_rating,
    names_rating,
    word_number,
)

logger = logging.getLogger(__name__)

Line = tuple[int, str]
"""The number of a line, and the line."""

_SEPARATORS = ("\t", ";", "|", ",")
_SCALE = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*\)?\s*$")
_MISSING = frozenset(("", "n/a", "na", "nan", "null", "none", "-", "?", "."))

LONGEST_LINE = 1 << 17
"""No row of words and ratings is so long. The limit of Python's reader is the whole process's."""

LONGEST_SCALE = 200
"""Last characters of a heading, where a scale may stand: looking takes their square in time."""


@dataclass(frozen=True)
class RatedTable:
    """The rows of a table, and where its parts stand.

    Attributes
    ----------
    headings : list of str
        Empty where there are none.
    words : (int, int)
        Columns of the two words.
    rating : tuple of int
        Columns of which the rating is the mean; one, where that is given.
    ratings : float64 ndarray, shape (n_rows,)
    """

    rows: list[list[str]]
    headings: list[str]
    words: tuple[int, int]
    rating: tuple[int, ...]
    ratings: np.ndarray


def read_rated_table(path: Path, lines: Sequence[Line], columns: Sequence[str] = ()) -> RatedTable:
    """Read lines of word pairs and ratings.

    Parameters
    ----------
    lines : sequence of (int, str)
        Without empty ones.
    columns : sequence of str
        Headings, or numbers from 1, of the two words and the rating; by default they are found.

    Raises
    ------
    InputError
        If a line has another form than the others, or the columns are ambiguous.
    """
    lines = [(number, line) for number, line in lines if not re.match(r"#(?:\s|#|$)", line)]
    separator = _separator([line for _, line in lines])
    parsed = [(number, line, _fields(line, separator)) for number, line in lines]
    headings = _headings(parsed)
    if headings:
        parsed = parsed[1:]
    if not parsed:
        raise InputError(f"{path} holds no rated word pair; expected lines 'word word number'")
    width = len(headings) if headings else _usual_width(parsed)
    for number, line, fields in parsed:
        if len(fields) != width or width < 3:
            raise InputError(
                f"{path}:{number}: expected two words and a rating"
                + (f", {width} columns as in other lines" if width >= 3 else "")
                + f"; found {line[:60]!r}"
            )
    numbers = [_as_numbers([fields[c] for _, _, fields in parsed]) for c in range(width)]
    parsed = _unquoted(parsed, separator)
    found = _Found(path, headings, [fields for _, _, fields in parsed], numbers)
    words, rating = found.chosen(columns) if columns else (found.words(), ())
    rating = rating or found.rating(words)
    for number, line, fields in parsed:
        if not all(fields[column].strip() for column in words):
            raise _no_row(path, number, line)
    values = np.mean([_checked(path, parsed, numbers[c], c) for c in rating], axis=0)
    _check_values(path, values, headings[rating[0]] if headings else "")
    return RatedTable(found.rows, headings, words, rating, values)


def _separator(lines: Sequence[str]) -> str | None:
    """Find the sign that parts most lines into as many fields, three or more; None: white space."""
    best: tuple[int, str | None] = (0, None)
    for sign in _SEPARATORS:
        widths = [len(_fields(line, sign)) for line in lines]
        usual = max(set(widths), key=widths.count) if widths else 0
        n_usual = widths.count(usual) if usual >= 3 else 0
        if n_usual * 2 > len(lines) and n_usual > best[0]:
            best = n_usual, sign
    return best[1]


def _fields(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    if len(line) > LONGEST_LINE:
        return []
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator))]
    except csv.Error:
        return []


def _unquoted(
    parsed: Sequence[tuple[int, str, list[str]]], separator: str | None
) -> list[tuple[int, str, list[str]]]:
    """Take the quotes off words where each row has some: csv knows double ones, and no blanks."""
    sign = '"' if separator is None else "'"
    quoted = re.compile(f"{sign}(.*){sign}")
    has_quotes = [sum(map(bool, map(quoted.fullmatch, fields))) > 1 for _, _, fields in parsed]
    if not all(has_quotes):
        return list(parsed)
    return [
        (number, line, [quoted.sub(r"\1", field) for field in fields])
        for number, line, fields in parsed
    ]


def _usual_width(parsed: Sequence[tuple[int, str, list[str]]]) -> int:
    widths = [len(fields) for _, _, fields in parsed]
    return max(widths, key=lambda width: (widths.count(width), width))


def _headings(parsed: Sequence[tuple[int, str, list[str]]]) -> list[str]:
    """Give the first row where it names columns: it has no number, and a word that names one."""
    if not parsed:
        return []
    first = parsed[0][2]
    has_number = any(_number(field, decimal_comma=False) is not None for field in first)
    names = [field for field in first if HEADING.search(field)]
    if has_number and not _counts_raters(first, names):
        return []
    if len(first) < 3 or not names:
        return []
    if len(parsed) > 1 and len(names) < 2:  # "word" may be a word: then others below are numbers
        return [] if _MISSING & {field.lower() for field in first} else first
    return first


def _counts_raters(first: Sequence[str], names: Sequence[str]) -> bool:
    """Tell a row of headings in which raters are numbered 1, 2, 3."""
    numbers = [field for field in first if field.strip().isdigit()]
    others = [field for field in first if not field.strip().isdigit()]
    has_words = sorted(filter(None, map(word_number, others))) == ["1", "2"]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(names) >= 2 and has_words and [one.strip() for one in numbers] == counted


_POINT = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_COMMA = re.compile(r"[-+]?\d+,\d+")


def _number(field: str, *, decimal_comma: bool) -> float | None:
    field = field.strip()
    if _POINT.fullmatch(field):
        value = float(field)
        return value if np.isfinite(value) else None
    if decimal_comma and _COMMA.fullmatch(field):
        return float(field.replace(",", "."))
    return None


def _as_numbers(cells: Sequence[str]) -> list[float | None]:
    """Read a column as numbers, decimal commas too: where commas part fields, they are quoted."""
    return [_number(cell, decimal_comma=True) for cell in cells]


def _checked(
    path: Path,
    parsed: Sequence[tuple[int, str, list[str]]],
    values: Sequence[float | None],
    column: int,
) -> np.ndarray:
    cells = [fields[column] for _, _, fields in parsed]
    if any(map(_COMMA.fullmatch, cells)) and any("." in c for c in cells):
        raise InputError(f"{path}: ratings with points and with commas; write one of them")
    for (number, line, _), value in zip(parsed, values, strict=True):
        if value is None:
            raise _no_row(path, number, line)
    return np.array(values, dtype=np.float64)


def _no_row(path: Path, number: int, line: str) -> InputError:
    return InputError(f"{path}:{number}: expected two words and a rating; found {line[:60]!r}")


def _check_values(path: Path, values: np.ndarray, heading: str) -> None:
    if len(values) > 2 and np.ptp(values) == 0:
        raise InputError(
            f"{path}: all {len(values)} ratings are {values[0]:g}; a rating must differ from pair "
            "to pair (is another column meant? --columns word1,word2,score)"
        )
    scale = _SCALE.search(heading[-LONGEST_SCALE:])
    if scale:
        low, high = float(scale[1]), float(scale[2])
        outside = int(((values < low) | (values > high)).sum())
        if outside:
            logger.warning("%s: %d ratings lie outside the scale of %r", path, outside, heading)


def _is_mean(column: np.ndarray, others: np.ndarray) -> bool:
    """Tell the mean of other columns: to rounding, or a fraction between their whole numbers."""
    if (np.abs(column - others.mean(axis=1)) <= 0.006 + 0.001 * np.ptp(others)).all():
        return True
    is_whole = bool((others == np.round(others)).all())
    is_between = (column >= others.min(axis=1)) & (column <= others.max(axis=1))
    return is_whole and bool((column != np.round(column)).any()) and bool(is_between.all())


class _Found:
    """Finds columns by headings and content."""

    def __init__(
        self,
        path: Path,
        headings: list[str],
        rows: list[list[str]],
        numbers: list[list[float | None]],
    ) -> None:
        self.path, self.headings, self.rows, self.numbers = path, headings, rows, numbers
        self.n_columns = len(rows[0])
        n_missing = [column.count(None) for column in numbers]
        self.is_number = [n < max(1, len(rows) // 2) for n in n_missing]

    def chosen(self, columns: Sequence[str]) -> tuple[tuple[int, int], tuple[int, ...]]:
        """Take the columns that the user names."""
        if len(columns) != 3:
            raise InputError(
                f"columns: expected three, of two words and the rating; found {', '.join(columns)}"
            )
        first, second, rating = (self._column(name) for name in columns)
        if len({first, second, rating}) != 3:
            raise InputError(f"columns: expected three different ones; found {', '.join(columns)}")
        return (first, second), (rating,)

    def _column(self, name: str) -> int:
        if name.isdigit() and 1 <= int(name) <= self.n_columns:
            return int(name) - 1
        if name in self.headings:
            return self.headings.index(name)
        raise InputError(f"{self.path} has no column {name!r}; {self._seen()}")

    def words(self) -> tuple[int, int]:
        """Find the columns of the two words."""
        named = [word_number(heading) for heading in self.headings]
        ones = [c for c, number in enumerate(named) if number == "1"]
        twos = [c for c, number in enumerate(named) if number == "2"]
        if len(ones) == len(twos) == 1 and not (self.is_number[ones[0]] or self.is_number[twos[0]]):
            return ones[0], twos[0]
        texts = [c for c in range(self.n_columns) if not self.is_number[c] and not self._is_long(c)]
        various = [c for c in texts if not self._is_tag(c)]
        if len(various) < 2:
            various = [c for c in texts if len({row[c] for row in self.rows}) > 1]
        if len(various) < 2 and len(self.rows) == 1:
            various = texts
        if len(various) < 2:
            raise InputError(f"{self.path}: expected two columns of words; {self._seen()}")
        behind = various[2:]
        if behind and (various[:2] != [0, 1] or not all(map(self._is_label, behind))):
            raise self._ambiguous("which two columns hold the words")
        return various[0], various[1]

    def _is_tag(self, column: int) -> bool:
        """Tell a column of parts of speech, or of one word alone."""
        values = {row[column].strip().lower() for row in self.rows}
        return len(values) == 1 < len(self.rows) or values <= TAGS

    def _is_label(self, column: int) -> bool:
        """Tell a column of few different words: relations, topics, flags."""
        values = {row[column] for row in self.rows}
        return len(values) <= max(2, len(self.rows) // 4)

    def _is_long(self, column: int) -> bool:
        """Tell a column of running text."""
        return bool(np.mean([row[column].count(" ") for row in self.rows]) > 2)

    def rating(self, words: tuple[int, int]) -> tuple[int, ...]:
        """Find the column of the rating, or the columns of the raters."""
        columns = [c for c in range(self.n_columns) if self._may_be_rating(c) and c not in words]
        if not columns:
            behind = range(max(words) + 1, self.n_columns)
            if len(behind) == 1:
                return (behind[0],)  # whoever reads it names the line
            raise InputError(f"{self.path}: expected a column of ratings; {self._seen()}")
        self._refuse_turned(columns)
        if len(columns) == 1:
            return (columns[0],)
        named = [c for c in columns if self.headings and names_rating(self.headings[c])]
        means = [c for c in named if names_mean(self.headings[c])]
        if len(named) == 1 or len(means) == 1:
            return ((means or named)[0],)
        if named and not are_raters([self.headings[c] for c in named]):
            raise self._ambiguous("which column holds the rating")
        return self._mean_or_raters(columns)

    def _refuse_turned(self, columns: Sequence[int]) -> None:
        """Refuse ratings of which the larger is the less alike."""
        if self.headings and all(names_difference(self.headings[c]) for c in columns):
            raise InputError(
                f"{self.path}: {self._name(columns[0])} is larger the less alike two words are; "
                "turn it round (10 − rating), and name it a similarity"
            )

    def _mean_or_raters(self, columns: list[int]) -> tuple[int, ...]:
        table = np.array([[value or 0.0 for value in self.numbers[c]] for c in columns]).T
        for place, column in enumerate(columns):
            others = np.delete(table, place, axis=1)
            if others.shape[1] > 1 and _is_mean(table[:, place], others):
                logger.warning(
                    "%s: the rating is %s, the mean of the other %d columns",
                    self.path, self._name(column), others.shape[1],
                )  # fmt: skip
                return (column,)
        are_people = not self.headings or are_raters([self.headings[c] for c in columns])
        if len(columns) >= 3 and are_people and self._agree(table):
            logger.warning(
                "%s: the rating is the mean of %d raters, %s to %s",
                self.path, len(columns), self._name(columns[0]), self._name(columns[-1]),
            )  # fmt: skip
            return tuple(columns)
        raise self._ambiguous("which column holds the rating")

    @staticmethod
    def _agree(table: np.ndarray) -> bool:
        """Tell whether columns rate on one scale, and alike."""
        if len(table) < 4 or (np.ptp(table, axis=0) == 0).any():
            return False
        total = table.sum(axis=1)
        if any(np.allclose(total, 2 * column) for column in table.T):
            return False  # the sum of the others
        top = table.max(axis=0)
        correlations = np.corrcoef(table.T)[np.triu_indices(table.shape[1], 1)]
        return bool(top.max() <= 2 * top.min() and correlations.min() > 0)

    def _may_be_rating(self, column: int) -> bool:
        if not self.is_number[column]:
            return False
        if self.headings and names_no_rating(self.headings[column]):
            return False
        values = [value for value in self.numbers[column] if value is not None]
        steps = np.diff(values)
        is_index = column == 0 and len(steps) > 0 and bool((steps == 1).all())
        return not is_index

    def _name(self, column: int) -> str:
        return repr(self.headings[column]) if self.headings else f"column {column + 1}"

    def _seen(self) -> str:
        kinds = ("words", "numbers")
        seen = ", ".join(
            f"{self._name(c)} ({kinds[self.is_number[c]]}: {self.rows[0][c][:20]})"
            for c in range(self.n_columns)
        )
        return f"columns: {seen}"

    def _ambiguous(self, what: str) -> InputError:
        return InputError(
            f"{self.path}: it is not clear {what}; {self._seen()}; say it with --columns "
            "word1,word2,score (headings, or numbers from 1)"
        )
