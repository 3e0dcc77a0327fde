"""Are two spaces different: each declared contrast is apart, not told apart, or not tested.

Three outcomes, never two:

    apart            the test holds, adjusted for its family and its pair: p_holm below 0.05
    not told apart   tested, with units enough; the interval says how large a difference may be
    not tested       too few units, or none: nothing is known, and nothing may be said

Many quantities are asked, and each family errs one time in twenty: two trainings of one model would
be told apart by some quantity in many a report. A pair of spaces therefore has a gate: some of its
differences must hold when adjusted for all quantities that the pair was tested on (Bonferroni).
``p_holm`` is the larger of a row's p in its family and the gate's.

That no difference was found shows no equality. Where two one-sided tests show the difference to be
smaller than a margin (``MARGINS``; p adjusted in the same family), ``alike`` is true.

A family is one quantity in one transform, over one kind of words: all its declared contrasts, in
all its sets of judgments. The planned family is that of the first transform, over words of one
token where spaces are made of tokens. Other transforms and kinds of words are adjusted the same
way among themselves; they show how far a finding hangs on that choice (``is_planned`` is false).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from compare.comparison.contrasts import CHANCE, Contrast
from compare.comparison.options import Transform
from compare.comparison.scores import Number, Of
from compare.measures.quantity import MARGINS
from compare.uncertainty import LEVEL, Estimate, OverSeeds, equivalence_p, holm

DIFFERENCE_COLUMNS = [
    *("space", "reference", "contrast", "quantity", "judgments", "relation", "words", "method"),
    *("candidates", "transform", "value", "low", "high", "p", "p_holm", "outcome", "holds"),
    *("margin", "p_alike", "alike", "is_planned", "why", "n", "n_seeds", "unit"),
]

OUTCOMES = APART, NOT_TOLD_APART, NOT_TESTED = "apart", "not told apart", "not tested"
"""What the column ``outcome`` says."""

FEWEST_TESTED = 12
"""Units from which spaces are tested. Of fewer, flipping signs could hardly reject in a family."""

OtherSeeds = Mapping[str, Sequence[Mapping[Of, Number]]]
"""By space: its numbers from each further seed."""


def differences(
    found: Sequence[Number],
    contrasts: Sequence[Contrast],
    *,
    transform: Transform,
    words: str,
    seeds: OtherSeeds | None = None,
) -> pd.DataFrame:
    """Test the declared contrasts of every tested quantity; Holm within each family.

    Parameters
    ----------
    found : sequence of Number
        Of all spaces and transforms; those with an estimate are tested.
    transform, words : str
        Those of the planned families.
    seeds : mapping, optional
        Of spaces whose model was trained from several seeds: seeds and units are then crossed.
    """
    wholes = [number for number in found if number.of.is_whole]
    return _tests(wholes, contrasts, seeds or {}, planned=(transform, words))


def relation_differences(
    found: Sequence[Number], contrasts: Sequence[Contrast], *, transform: Transform
) -> pd.DataFrame:
    """Test the contrasts between models by relation, in one transform; Holm over each quantity.

    Families of their own: they look closer at what :func:`differences` tests as a whole.
    """
    parts = [n for n in found if not n.of.is_whole and n.of.transform == transform]
    between = [one for one in contrasts if one.kind in ("models", "tables")]
    return _tests(parts, between, {}, planned=None)


def _tests(
    found: Iterable[Number],
    contrasts: Sequence[Contrast],
    seeds: OtherSeeds,
    *,
    planned: tuple[str, str] | None,
) -> pd.DataFrame:
    by_space: dict[Of, dict[str, Number]] = {}
    for number in found:
        if number.estimate is not None:
            by_space.setdefault(number.of, {})[number.space] = number
    rows = [
        _difference(of, of_spaces, contrast, seeds)
        for of, of_spaces in by_space.items()
        for contrast in contrasts
        if _spaces_of(contrast) <= set(of_spaces)
    ]
    for family in _grouped(rows, FAMILY):
        judge(family)
        _judge_alike(family)
    if planned is not None:
        _pass_gates(rows)
    for row in rows:
        row["is_planned"] = (row["transform"], row["words"]) == planned
        del row["smallest_p"], row["sample"]
    table = pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)
    return table.astype({"holds": bool, "alike": bool, "is_planned": bool})


def _spaces_of(contrast: Contrast) -> set[str]:
    if contrast.kind == CHANCE:
        return {contrast.space}
    return {name for name, _ in contrast.terms}


FAMILY = ("quantity", "method", "candidates", "transform", "words")
PAIR = ("space", "reference", "contrast", "transform", "words")
"""What rows have in common that are adjusted together: tests of a quantity, and of two spaces."""


def _grouped(
    rows: Sequence[dict[str, Any]], names: Sequence[str]
) -> Iterable[list[dict[str, Any]]]:
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups.values()


def judge(family: Sequence[dict[str, Any]]) -> None:
    """Fill in what became of each row: adjusted p, outcome, and why it was not tested.

    Rows have p, the smallest p there could be, why (it is not tested: empty) and the sample, as
    "12 units".
    """
    tested = [row for row in family if not row["why"]]
    size = len(tested)
    for row in tested:
        if row["smallest_p"] * size >= LEVEL:
            tests = "a test" if size == 1 else f"{size} tests"
            row["why"] = f"{row['sample']} are too few for {tests}"
    tested = [row for row in tested if not row["why"]]
    for row, p in zip(tested, holm([row["p"] for row in tested]), strict=True):
        _decide(row, p)
    for row in family:
        if row["why"]:
            row.update(p=np.nan, p_holm=np.nan, holds=False, outcome=NOT_TESTED)


def _decide(row: dict[str, Any], p: float) -> None:
    """Say by the adjusted p what became of a row that was tested."""
    row["p_holm"], row["holds"] = p, bool(p < LEVEL)
    row["outcome"] = APART if row["holds"] else NOT_TOLD_APART


def _pass_gates(rows: Sequence[dict[str, Any]]) -> None:
    """Call no row apart whose pair of spaces is not told apart over all that it was tested on."""
    for tested in _grouped([row for row in rows if row["outcome"] != NOT_TESTED], PAIR):
        gate = min(1.0, len(tested) * float(np.nanmin([row["p"] for row in tested])))
        for row in tested:
            _decide(row, max(row["p_holm"], gate))


def _judge_alike(family: Sequence[dict[str, Any]]) -> None:
    """Fill in which differences are shown to be smaller than their margin."""
    tested = [row for row in family if row["outcome"] != NOT_TESTED]
    for row, p in zip(tested, holm([row["p_alike"] for row in tested]), strict=True):
        row["p_alike"], row["alike"] = p, bool(p < LEVEL)
    for row in family:
        if row["outcome"] == NOT_TESTED:
            row.update(p_alike=np.nan, alike=False)


def _difference(
    of: Of, of_spaces: Mapping[str, Number], contrast: Contrast, seeds: OtherSeeds
) -> dict[str, Any]:
    number = of_spaces[contrast.space]
    estimate = _estimated(of_spaces, contrast, seeds)
    found = estimate.interval()
    n_seeds = [1 + len(seeds.get(name, ())) for name in _spaces_of(contrast)]
    return {
        "space": contrast.space,
        "reference": contrast.reference,
        "contrast": contrast.kind,
        **of._asdict(),
        **found._asdict(),
        "p": estimate.p_value(),
        "margin": MARGINS[number.unit],
        "p_alike": equivalence_p(estimate, MARGINS[number.unit]),
        "smallest_p": estimate.smallest_p,
        "why": why_untested(estimate, number.chance if contrast.kind == CHANCE else 0.0),
        "n": estimate.n_units,
        "sample": f"{estimate.n_units} units",
        "n_seeds": min(n_seeds),
        "unit": number.unit,
    }


def why_untested(estimate: Estimate, chance: float = 0.0) -> str:
    """Say why an estimate cannot be tested against chance; empty where it can."""
    if np.isnan(chance):
        return "chance is not known"
    if estimate.n_units < FEWEST_TESTED:
        units = "1 unit" if estimate.n_units == 1 else f"{estimate.n_units} units"
        return f"{units}; {FEWEST_TESTED} are needed"
    if np.isnan(estimate.value):
        return "no value"
    return "" if not np.isnan(estimate.error) else "no error can be told"


def _estimated(of_spaces: Mapping[str, Number], contrast: Contrast, seeds: OtherSeeds) -> Estimate:
    """Give the difference that a contrast is about."""
    if contrast.kind == CHANCE:
        by_seed = _by_seed(of_spaces[contrast.space], seeds)
        return _crossed([_above_chance(number) for number in by_seed])
    of_terms = [
        _crossed([_estimate(n) for n in _by_seed(of_spaces[name], seeds)])
        for name, _ in contrast.terms
    ]
    if any(isinstance(each, OverSeeds) for each in of_terms):
        of_terms = [
            each if isinstance(each, OverSeeds) else OverSeeds.of_one(each) for each in of_terms
        ]
    weights = [weight for _, weight in contrast.terms]
    return of_terms[0].combined(weights, of_terms[1:])


def _by_seed(number: Number, seeds: OtherSeeds) -> list[Number]:
    further = (found.get(number.of) for found in seeds.get(number.space, ()))
    return [number, *(one for one in further if one is not None and one.estimate is not None)]


def _crossed(by_seed: Sequence[Estimate]) -> Estimate:
    return OverSeeds.of(by_seed) if len(by_seed) > 1 else by_seed[0]


def _estimate(number: Number) -> Estimate:
    assert number.estimate is not None, "only numbers with an estimate are tested"
    return number.estimate


def _above_chance(number: Number) -> Estimate:
    return number.excess if number.excess is not None else _estimate(number).less(number.chance)
