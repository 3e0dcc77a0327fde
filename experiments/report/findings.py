"""What was found, in sentences: made of tests alone, one clause for each outcome.

A finding says what was asked, of how many, which spaces a test finds better than an untrained table
(or than a guess), which it finds apart from each other and by how much, and what was not told apart
or not tested. ``FORMS`` holds every clause with an example. Intervals of the values themselves
stand in the table below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compare.comparison.contrasts import CHANCE
from compare.comparison.significance import APART, NOT_TESTED, NOT_TOLD_APART
from compare.judgments.strata import ALL_WORDS
from compare.measures.quantity import Quantity
from experiments.report.cells import picked_tests, written, written_chance
from experiments.report.quantity_tables import wholes
from experiments.report.spaces import headline_words, space_labels, transforms
from experiments.results.run_folder import RunResults

MOST_PAIRS = 3
"""Pairs of spaces that a clause lists; the rest is counted."""


@dataclass(frozen=True)
class Form:
    """A clause of a finding: when it is said, its words, and an example."""

    key: str
    says: str
    words: str
    example: str

    def __call__(self, **values: str) -> str:
        """Fill it in."""
        return self.words.format(**values)


ABOVE = Form(
    "above",
    "a test finds spaces above the untrained table, or above a guess",
    "above {ground}: {spaces}",
    "above the untrained table (0.1 %): word2vec 4.9 %, GPT input table 2.3 %",
)
BELOW = Form(
    "below",
    "a test finds spaces below it",
    "below {ground}: {spaces}",
    "below a guess (0.50): PPMI 0.30",
)
NONE_ABOVE = Form(
    "none above",
    "spaces were tested, and none is apart from it",
    "no space is told apart from {ground}: {spaces}",
    "no space is told apart from the untrained table (0.07): word2vec 0.10",
)
LIKE_GROUND = Form(
    "like ground",
    "of the spaces tested against it these are not apart, others are",
    "not told apart from it: {spaces}",
    "not told apart from it: GPT input table 2.3 %",
)
UNTESTED = Form(
    "untested",
    "there were too few units",
    "not tested ({why}): {spaces}",
    "not tested (11 units; 12 are needed): word2vec 100 %, GPT input table 60 %",
)
FIRST = Form(
    "first",
    "a test finds one space above another",
    "{pairs}",
    "PPMI above word2vec by 6.2 points [2.8, 9.6]",
)
ALIKE = Form(
    "alike",
    "pairs of spaces were tested and are not apart",
    "not told apart: {pairs}",
    "not told apart: word2vec and gensim (−0.2 points [−1.8, 1.5])",
)
AS_GOOD = Form(
    "as good",
    "a test shows that spaces differ by less than a margin",
    "alike, {margin} apart at most: {pairs}",
    "alike, 5 points apart at most: word2vec and gensim (−0.2 points [−1.8, 1.5])",
)
MORE = Form(
    "more",
    "there are more such pairs than are listed",
    "and {more}",
    "and 5 more pairs",
)
CONTRADICTED = Form(
    "contradicted",
    "with other cosines a difference that was found is not",
    "not so with {transform} cosines: {pairs}",
    "not so with centred cosines: PPMI above word2vec",
)
ALIKE_BEYOND = Form(
    "alike beyond shuffles",
    "a test finds spaces more alike than with vectors dealt to other words",
    "more alike than by chance ({chance}): {pairs}",
    "more alike than by chance (0.02): word2vec and gensim 0.96, word2vec and PPMI 0.61",
)
ALIKE_BY_CHANCE = Form(
    "alike by chance",
    "such a test was made and does not find it",
    "not found more alike than by chance: {pairs}",
    "not found more alike than by chance: word2vec and GPT untrained 0.03",
)
UNIT_AND_MODEL = Form(
    "unit and model",
    "a difference is apart, and both models have read words and tokens",
    "between {spaces} {whole}, of which the unit makes {unit}, the model {model}",
    "between word2vec over words and GPT over tokens −4.5 points [−6.1, −2.9], of which the unit "
    "makes −4.0 points [−5.2, −2.8], the model −0.5 points [−1.9, +0.9], not told apart from none",
)
UNEQUAL = Form(
    "unequal",
    "a test finds that the unit changes one model more than the other",
    " on the average; the unit changes {spaces} by {more} more",
    " on the average; the unit changes word2vec over words by +7.4 points [+3.4, +11.4] more",
)
FORMS: tuple[Form, ...] = (
    ABOVE,
    BELOW,
    NONE_ABOVE,
    LIKE_GROUND,
    UNTESTED,
    FIRST,
    AS_GOOD,
    ALIKE,
    MORE,
    CONTRADICTED,
    ALIKE_BEYOND,
    ALIKE_BY_CHANCE,
    UNIT_AND_MODEL,
    UNEQUAL,
)
"""Every clause that a finding can have, in this order."""


def listed(pairs: Sequence[str], n: int) -> str:
    """List the first of ``n`` pairs, and count those that are not listed."""
    left = n - len(pairs)
    more = MORE(more="1 more pair" if left == 1 else f"{left} more pairs")
    return ", ".join([*pairs, more] if left else pairs)


def clauses(results: RunResults, quantity: Quantity, judgments: str) -> tuple[str, ...]:
    """Say what the planned tests found of one quantity; empty where nothing was measured."""
    transform, *others = transforms(results)
    words = headline_words(results)
    columns = wholes(results, quantity, transform, judgments=judgments, words=words)
    if not columns:
        return ()
    values = {str(r.space): r for r in columns[0].rows.itertuples() if r.value == r.value}
    tests = picked_tests(
        results.comparison.differences, quantity, judgments, transform, words=words
    )
    teller = _Teller(results, quantity, values)
    grounds = tests[tests["contrast"].isin(["floor", CHANCE])]
    between = tests[~tests["contrast"].isin(["floor", CHANCE])]
    found = [*teller.against_ground(grounds), *teller.between(between)]
    for other in others:
        again = picked_tests(
            results.comparison.differences, quantity, judgments, other, words=words
        )
        found += teller.contradicted(between, again, other)
    return tuple(found)


def asked_words(results: RunResults) -> str:
    """Say which words findings are about, for their head; empty where of all."""
    return "" if headline_words(results) == ALL_WORDS else f" of {kind_of_words(results)}"


def kind_of_words(results: RunResults) -> str:
    """Name the words that findings are about: "words", or "words of one token"."""
    words = headline_words(results)
    return "words" if words == ALL_WORDS else f"words of {words}"


class _Teller:
    """Writes the clauses about one quantity."""

    def __init__(self, results: RunResults, quantity: Quantity, values: dict[str, Any]) -> None:
        self.labels = space_labels(results)
        self.quantity = quantity
        self.values = values

    def against_ground(self, tests: pd.DataFrame) -> list[str]:
        """Say what is above and below the untrained table, or a guess."""
        clauses: list[str] = []
        for reference, part in tests.groupby("reference", sort=False):
            ground = self._ground(str(reference))
            apart = part[part["outcome"] == APART]
            like = part[part["outcome"] == NOT_TOLD_APART]
            above, below = apart[apart["value"] > 0], apart[apart["value"] < 0]
            if len(above):
                clauses.append(ABOVE(ground=ground, spaces=self._spaces(above["space"])))
            if len(below):
                clauses.append(BELOW(ground=ground, spaces=self._spaces(below["space"])))
            if len(like):
                form = LIKE_GROUND if len(apart) else NONE_ABOVE
                told = self._spaces(like["space"])
                clauses.append(form(spaces=told, **({} if len(apart) else {"ground": ground})))
            untested = part[part["outcome"] == NOT_TESTED]
            clauses += [
                UNTESTED(why=str(why), spaces=self._spaces(of_why["space"]))
                for why, of_why in untested.groupby("why", sort=False)
            ]
        return clauses

    def between(self, tests: pd.DataFrame) -> list[str]:
        """Say which spaces are apart from each other, and which are not told apart."""
        apart = tests[tests["outcome"] == APART]
        # models against each other first, then further tables against the reference
        apart = apart.assign(is_table=apart["contrast"] != "models", size=apart["value"].abs())
        apart = apart.sort_values(["is_table", "size"], ascending=[True, False], kind="stable")
        clauses = []
        if len(apart):
            pairs = [
                f"{self._above(row)} by {self._difference(abs(row.value), *self._ends(row))}"
                for row in apart[:MOST_PAIRS].itertuples()
            ]
            clauses.append(FIRST(pairs=listed(pairs, len(apart))))
        like = tests[tests["outcome"] == NOT_TOLD_APART]
        shown = like["alike"].astype(bool)
        if shown.any():
            margin = written(self.quantity, float(like["margin"].iloc[0]), signed=True)
            told = self._not_apart(like[shown])
            clauses.append(AS_GOOD(margin=margin.replace("+", ""), pairs=told))
        if not shown.all():
            clauses.append(ALIKE(pairs=self._not_apart(like[~shown])))
        return clauses

    def _not_apart(self, rows: pd.DataFrame) -> str:
        pairs = [
            f"{self.labels[row.space]} and {self.labels[row.reference]} "
            f"({self._difference(row.value, row.low, row.high)})"
            for row in rows[:2].itertuples()
        ]
        return listed(pairs, len(rows))

    def contradicted(
        self, tests: pd.DataFrame, again: pd.DataFrame, transform: str
    ) -> Iterable[str]:
        """Say which differences are not found, or are the other way round, with other cosines."""
        other = {(row.space, row.reference): row for row in again.itertuples()}
        pairs = []
        for row in tests[tests["outcome"] == APART].itertuples():
            now = other.get((row.space, row.reference))
            if now is None or (now.outcome == APART and now.value * row.value > 0):
                continue
            pairs.append(self._above(row))
        if pairs:
            told = listed(pairs[:MOST_PAIRS], len(pairs))
            yield CONTRADICTED(transform=transform, pairs=told)

    def _ground(self, reference: str) -> str:
        if reference != CHANCE:
            row = self.values.get(reference)
            value = "" if row is None else f" ({written(self.quantity, row.value)})"
            return f"{self.labels[reference]}{value}"
        chances = [row.chance for row in self.values.values() if row.chance == row.chance]
        mean = sum(chances) / len(chances) if chances else float("nan")
        return f"a guess ({written_chance(self.quantity, mean)})"

    def _spaces(self, names: Sequence[str]) -> str:
        return ", ".join(self._space(name) for name in names)

    def _space(self, name: str) -> str:
        row = self.values.get(name)
        told = "" if row is None else f" {written(self.quantity, row.value)}"
        return f"{self.labels[name]}{told}"

    def _difference(self, value: float, low: float, high: float) -> str:
        told = written(self.quantity, value, low, high, signed=True)
        return told if low <= 0 <= high else told.replace("+", "")

    def _above(self, row: Any) -> str:
        first, second = row.space, row.reference
        if row.value < 0:
            first, second = second, first
        return f"{self.labels[first]} above {self.labels[second]}"

    @staticmethod
    def _ends(row: Any) -> tuple[float, float]:
        return (row.low, row.high) if row.value > 0 else (-row.high, -row.low)
