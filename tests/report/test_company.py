"""The headline: each kind of neighbours is said by a test, and no space is placed without."""

from dataclasses import replace

import pytest

from experiments.report.sections.company import TOLD, headline
from tests.report.small_results import SPACES, run_results

Test = tuple[float, str, bool]
MUCH, LITTLE, NONE, LESS, UNKNOWN = (
    (0.2, "apart", False),
    (0.03, "apart", True),
    (0.01, "not told apart", True),
    (-0.1, "apart", False),
    (0.04, "not told apart", False),
)
"""The difference from the ground, its outcome, and whether it is shown to be within 0.05."""

KINDS = {"yes": MUCH, "some": LITTLE, "hardly": NONE}


def told(around: Test, in_place: Test, outcome: str | None = None) -> str:
    """Make a headline of the tests of one space alone."""
    results = run_results()
    tests = results.comparison.differences
    tests = tests[(tests["quantity"] == "company") & (tests["space"] == SPACES[0])].copy()
    for method, (value, found, alike) in (("around", around), ("in place", in_place)):
        rows = tests["method"] == method
        tests.loc[rows, ["value", "outcome", "alike"]] = (value, outcome or found, alike)
    compared = replace(results.comparison, differences=tests)
    return headline(replace(results, comparison=compared), "novels")


def explained(sentence: str) -> str:
    """Say what each word means where it first stands."""
    found = sentence.replace("companions", "companions (words around it)")
    return found.replace("substitutes", "substitutes (words that fit in its place)")


@pytest.mark.parametrize("kinds", TOLD)
def test_every_sentence_is_said_by_tests(kinds: tuple[str, str]) -> None:
    assert told(KINDS[kinds[0]], KINDS[kinds[1]]) == (
        f"In word2vec a word's 10 nearest words {explained(TOLD[kinds])} (counted in novels)."
    )


def test_less_than_the_ground_is_hardly_any() -> None:
    assert told(LESS, MUCH) == told(NONE, MUCH)


def test_what_no_test_places_is_not_said() -> None:
    assert told(UNKNOWN, MUCH) == told(MUCH, UNKNOWN) == ""
    assert told(MUCH, MUCH, outcome="not tested") == ""
