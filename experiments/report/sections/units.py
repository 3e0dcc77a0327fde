"""How much of a difference comes of the unit that was read, words or tokens, and how much not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compare.comparison import quantities as known
from compare.comparison.contrasts import PARTS
from compare.comparison.significance import APART, NOT_TESTED
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.cells import written
from experiments.report.findings import UNEQUAL, UNIT_AND_MODEL
from experiments.report.phrases import capitalised
from experiments.report.quantity_tables import KINDS, column_tests, wholes
from experiments.report.section import Brief, Cell, Finding, Section, Table
from experiments.report.spaces import headline_words, space_labels, transforms
from experiments.results.run_folder import RunResults


@dataclass(frozen=True)
class Parts:
    """A difference with what looks into it, in the order of ``PARTS``: rows of ``differences``."""

    quantity: Quantity
    heading: str
    words: str
    whole: Any
    unit: Any
    model: Any
    both: Any


def parts(results: RunResults) -> Iterator[Parts]:
    """Give the main differences of which the parts are known, for each kind of words."""
    transform, tests = transforms(results)[0], results.comparison.differences
    kinds = [kind for kind in KINDS if kind in set(tests["words"])]
    for quantity in known.main_quantities():
        for words in kinds:
            for column in wholes(results, quantity, transform, words=words):
                of_spaces = {
                    frozenset((row.space, row.reference)): row
                    for row in column_tests(results, column, transform).itertuples()
                }
                looked_into = column_tests(results, column, transform, is_part=True)
                for pair, of_pair in looked_into.groupby(["space", "reference"], sort=False):
                    rows = {row.contrast: row for row in of_pair.itertuples()}
                    yield Parts(
                        quantity,
                        column.heading,
                        words,
                        of_spaces[frozenset(pair)],
                        *(rows[kind] for kind in PARTS),
                    )


def _tables(results: RunResults) -> list[Table]:
    """Give a table for each pair of trainers."""
    labels = space_labels(results)
    by_pair: dict[str, list[Parts]] = {}
    for one in parts(results):
        spaces = f"{labels[one.unit.space]} − {labels[one.unit.reference]}"
        by_pair.setdefault(spaces, []).append(one)
    parts_of = ("the unit\u2019s part", "the model\u2019s part", "unit by model")
    return [
        Table(
            "units",
            ("asked", "words", spaces, *parts_of),
            tuple(map(_line, found)),
            n_text_columns=2,
        )
        for spaces, found in by_pair.items()
    ]


def _line(one: Parts) -> tuple[Cell, ...]:
    return (
        Cell(one.heading),
        Cell(KINDS[one.words]),
        Cell(_written(one.quantity, one.whole, _sign(one))),
        *(
            Cell(_written(one.quantity, part, 1), is_bold=part.outcome == APART)
            for part in (one.unit, one.model, one.both)
        ),
    )


def _sign(one: Parts) -> int:
    """Tell whether the difference was tested in the direction of its parts."""
    return 1 if one.whole.space == one.unit.space else -1


def _written(quantity: Quantity, row: Any, sign: int) -> str:
    low, high = sorted((sign * row.low, sign * row.high))
    return written(quantity, sign * row.value, low, high, signed=True)


def _findings(results: RunResults) -> list[Finding]:
    """Say of each main difference that a test holds what of it comes of the unit."""
    labels, found = space_labels(results), []
    words = headline_words(results)
    for one in parts(results):
        outcomes = {one.unit.outcome, one.model.outcome}
        if one.words not in (ALL_WORDS, words) or NOT_TESTED in outcomes or not one.whole.holds:
            continue
        clause = UNIT_AND_MODEL(
            spaces=f"{labels[one.unit.space]} and {labels[one.unit.reference]}",
            whole=_written(one.quantity, one.whole, _sign(one)),
            unit=_part(one, one.unit),
            model=_part(one, one.model),
        )
        if one.both.outcome == APART:
            more = _written(one.quantity, one.both, 1)
            clause += UNEQUAL(spaces=labels[one.unit.space], more=more)
        found.append(Finding(f"{capitalised(one.heading)}, {KINDS[one.words]}", (clause,)))
    return found


def _briefs(results: RunResults) -> list[Brief]:
    """Say of the first score whose unit makes a difference how much it makes."""
    labels = space_labels(results)
    for one in parts(results):
        is_score = one.quantity.asks != "company" and one.words == ALL_WORDS
        if is_score and one.whole.holds and one.unit.outcome == APART:
            numbers = [
                written(one.quantity, sign * row.value, signed=True)
                for row, sign in ((one.whole, _sign(one)), (one.unit, 1), (one.model, 1))
            ]
            return [
                Brief(
                    f"Words or tokens: in {one.heading}, over all words, "
                    f"{labels[one.unit.space]} and {labels[one.unit.reference]} differ by "
                    f"{numbers[0]}, of which the unit makes {numbers[1]} and the model "
                    f"{numbers[2]}."
                )
            ]
    return []


def _part(one: Parts, row: Any) -> str:
    told = _written(one.quantity, row, 1)
    return told if row.outcome == APART else f"{told}, not told apart from none"


UNITS = Section(
    "units",
    title="Words or tokens: what the unit does",
    text=lambda _: (
        "Both models were trained over words and over tokens. The difference between one over "
        "words and the other over tokens is the sum of two parts: what changes with the unit, on "
        "the average of both models, and what changes with the model, on the average of both "
        "units. Unit by model: how much more the unit changes the first model than the second; "
        "where it is not none, the parts are averages of unequal effects. Bold: a test finds that "
        "it is not none."
    ),
    tables=_tables,
    findings=_findings,
    briefs=_briefs,
)
