"""What the unit makes of a difference: the table, and the sentence."""

from dataclasses import replace

import pandas as pd

from compare.comparison.contrasts import BOTH, MODEL, UNIT
from experiments.report.sections.differences import difference_tables
from experiments.report.sections.units import UNITS
from experiments.results.run_folder import RunResults
from tests.report.small_results import SPACES, comparison, differences, run_results

W2V, GPT, _ = SPACES


def _with_parts(outcome: str = "apart", both: str = "not told apart") -> RunResults:
    tests = differences()
    whole = tests["contrast"] == "models"
    tests.loc[whole, ["outcome", "holds", "high"]] = ("apart", True, -0.1)
    parts = [
        tests[whole].assign(
            space=W2V, reference=GPT, contrast=kind, value=value, low=low, high=high, outcome=told
        )
        for kind, value, low, high, told in (
            (UNIT, 0.15, 0.1, 0.2, outcome),
            (MODEL, 0.05, -0.05, 0.15, "not told apart"),
            (BOTH, 0.3, 0.2, 0.4, both),
        )
    ]
    found = replace(comparison(), differences=pd.concat([tests, *parts], ignore_index=True))
    return replace(run_results(), comparison=found)


def test_the_parts_stand_beside_the_difference() -> None:
    [table] = UNITS.tables(_with_parts())
    assert table.columns[2] == "word2vec − GPT input table"
    row = next(row for row in table.rows if "analogies" in row[0].text.lower())
    assert [cell.text for cell in row[2:]] == [
        "+20\u00a0points [+10, +50]",
        "+15\u00a0points [+10, +20]",
        "+5\u00a0points [−5, +15]",
        "+30\u00a0points [+20, +40]",
    ]
    assert [cell.is_bold for cell in row[2:]] == [False, True, False, False]


def test_a_sentence_says_what_the_unit_makes_of_it() -> None:
    lines = list(map(str, UNITS.findings(_with_parts())))
    assert any(
        line.endswith(
            "between word2vec and GPT input table +20\u00a0points [+10, +50], of which the unit "
            "makes +15\u00a0points [+10, +20], the model +5\u00a0points [−5, +15], not told apart "
            "from none."
        )
        for line in lines
    )
    unequal = (
        "from none on the average; the unit changes word2vec by +30\u00a0points [+20, +40] more."
    )
    found = UNITS.findings(_with_parts(both="apart"))
    assert any(str(one).endswith(unequal) for one in found)
    assert not UNITS.findings(_with_parts("not tested"))
    assert not UNITS.findings(run_results())
    assert not UNITS.tables(run_results())


def test_the_first_screen_has_it_in_short() -> None:
    [brief] = UNITS.briefs(_with_parts())
    assert brief.text == (
        "Words or tokens: in analogies (shift), over all words, word2vec and GPT input table "
        "differ by +20\u00a0points, of which the unit makes +15\u00a0points and the model "
        "+5\u00a0points."
    )
    assert not UNITS.briefs(_with_parts("not told apart"))
    assert not UNITS.briefs(run_results())


def test_parts_are_no_pairs_in_other_tables() -> None:
    planned, *_ = difference_tables(_with_parts())
    told = [row[0].text for row in planned.rows]
    assert "word2vec − GPT input table, the unit's part" in told
