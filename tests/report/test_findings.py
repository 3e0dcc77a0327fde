"""Every clause of a finding: its example, and the results that make it be said."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from compare.comparison.quantities import quantity_of
from experiments.report import findings
from experiments.report.findings import FORMS, Form, clauses
from experiments.results.run_folder import RunResults
from tests.report.small_results import SPACES, comparison, measurements, rows, run_results

ACCURACY = quantity_of("analogies", "3CosAdd", "excluded")
W2V, GPT, UNTRAINED = SPACES
COLUMNS = (
    "space reference contrast transform value low high p p_holm outcome holds margin p_alike alike "
    "is_planned why n n_seeds unit"
)
ASKED = {
    "quantity": "analogies", "judgments": "shift", "relation": "all", "words": "all",
    "method": "3CosAdd", "candidates": "excluded",
}  # fmt: skip

Test = tuple[str, str, str, float, str]


def planned(*tests: Test, transform: str = "raw") -> pd.DataFrame:
    """Make rows of differences: space, reference, contrast, value, outcome; intervals ± 0.1."""
    made = (
        (
            *(space, reference, kind, transform, value, value - 0.1, value + 0.1, 0.5, 0.5),
            *(outcome.partition(",")[0], outcome == "apart", 0.05, 0.01, outcome.endswith("alike")),
            *(True, "7 units; 12 are needed", 30, 1, "share"),
        )
        for space, reference, kind, value, outcome in tests
    )
    return rows(COLUMNS, *made).assign(**ASKED)


def told(*tables: pd.DataFrame, results: RunResults | None = None) -> str:
    """Say what was found where these tests were made."""
    results = results or run_results()
    differences = pd.concat(tables, ignore_index=True)
    results = replace(results, comparison=replace(results.comparison, differences=differences))
    return "; ".join(clauses(results, ACCURACY, "shift"))


ABOVE: Test = (W2V, UNTRAINED, "floor", 0.7, "apart")
LIKE: Test = (GPT, UNTRAINED, "floor", 0.05, "not told apart")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_an_example_is_what_its_words_give(form: Form) -> None:
    pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(form.words))
    assert re.fullmatch(pattern, form.example)
    assert form.says


def test_something_above_the_floor_and_something_not() -> None:
    assert told(planned(ABOVE, LIKE)) == (
        "above GPT untrained (10\u00a0%): word2vec 80\u00a0%; "
        "not told apart from it: GPT input table 60\u00a0%"
    )


def test_nothing_found() -> None:
    found = told(planned((W2V, UNTRAINED, "floor", 0.02, "not told apart"), LIKE))
    assert found.startswith("no space is told apart from GPT untrained (10\u00a0%): word2vec")


def test_everything_found_lists_three_and_counts_the_rest() -> None:
    pairs = [(GPT, W2V, "models", -0.2 - place / 100, "apart") for place in range(6)]
    found = told(planned(ABOVE, *pairs))
    assert "word2vec above GPT input table by 25\u00a0points [15, 35]" in found
    assert found.endswith("and 3 more pairs")


def test_below_a_guess_is_said_to_be_below() -> None:
    compared = comparison()
    chance = replace(compared, measurements=measurements().assign(chance=0.95))
    results = replace(run_results(), comparison=chance)
    found = told(planned((W2V, "chance", "chance", -0.15, "apart")), results=results)
    assert found == "below a guess (95\u00a0%): word2vec 80\u00a0%"


def test_too_few_units_are_not_tested_and_nothing_else_is_said() -> None:
    found = told(
        planned((W2V, UNTRAINED, "floor", 0.7, "not tested"), (GPT, W2V, "models", 0, "not tested"))
    )
    assert found == "not tested (7 units; 12 are needed): word2vec 80\u00a0%"


def test_pairs_that_are_not_told_apart_have_their_interval() -> None:
    pairs = [(GPT, W2V, "models", 0.01, "not told apart")] * 3
    assert told(planned(*pairs)) == (
        "not told apart: GPT input table and word2vec (+1\u00a0points [−9, +11]), "
        "GPT input table and word2vec (+1\u00a0points [−9, +11]), and 1 more pair"
    )


def test_pairs_that_are_shown_to_be_alike_are_said_to_be() -> None:
    pairs = [(GPT, W2V, "models", 0.01, "not told apart, alike")] * 3
    alike = "GPT input table and word2vec (+1\u00a0points [−9, +11])"
    assert told(planned(*pairs, (W2V, GPT, "models", 0.01, "not told apart"))) == (
        f"alike, 5\u00a0points apart at most: {alike}, {alike}, and 1 more pair; "
        "not told apart: word2vec and GPT input table (+1\u00a0points [−9, +11])"
    )


@pytest.mark.parametrize(
    ("value", "outcome", "is_so"),
    [(-0.2, "apart", True), (0.2, "apart", False), (-0.2, "not told apart", False)],
)
def test_what_centring_contradicts_is_said(value: float, outcome: str, is_so: bool) -> None:
    measured = pd.concat([measurements(), measurements().assign(transform="centred")])
    results = replace(run_results(), comparison=replace(comparison(), measurements=measured))
    raw = planned((GPT, W2V, "models", -0.2, "apart"))
    centred = planned((GPT, W2V, "models", value, outcome), transform="centred")
    found = told(raw, centred, results=results)
    contradiction = "not so with centred cosines: word2vec above GPT input table"
    assert found.endswith(contradiction) is not is_so


def test_one_space_and_no_tests_say_nothing() -> None:
    assert told(planned()) == ""
    assert clauses(run_results(), ACCURACY, "another set") == ()


def test_every_form_was_said() -> None:
    """The scenarios above use each clause; a new one needs its own."""
    used = {
        *("above", "below", "none above", "like ground", "untested", "first", "more", "alike"),
        *("contradicted", "as good"),
        *("alike beyond shuffles", "alike by chance"),  # test_sections.py
        *("unit and model", "unequal"),  # test_units.py
    }
    assert {form.key for form in FORMS} == used
    assert findings.MOST_PAIRS == 3
