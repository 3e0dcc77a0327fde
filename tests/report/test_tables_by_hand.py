"""Tables of a comparison: marks, cuts, the spread over seeds, names."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compare.comparison.comparison import Comparison
from compare.comparison.comparison import compared as compare_them
from compare.comparison.options import ExampleOptions
from compare.judgments.judgments import Judgments
from compare.measures.similarity import SPEARMAN
from experiments.report.cells import value_cells
from experiments.report.document import document
from experiments.report.evaluation import evaluated
from experiments.report.section import Section, Table
from experiments.report.sections.cuts import cut_tables
from experiments.report.sections.seeds import seed_tables
from experiments.results.run_folder import RunResults
from tests.comparison.planted_spaces import PROTOCOL, planted


@pytest.fixture(scope="module")
def bare() -> Comparison:
    """Compare three spaces without judgments: tables to fill in by hand."""
    spaces = [planted(0.2, number, name) for number, name in enumerate("abc")]
    return compare_them(spaces, Judgments(), PROTOCOL, ExampleOptions(), seed=1)


def _results(comparison: Comparison, **tables: pd.DataFrame) -> RunResults:
    return RunResults("run", "Run", replace(comparison, **tables))


def test_marks_follow_the_test_not_the_interval() -> None:
    part = pd.DataFrame(
        {
            "space": ["a", "b", "c"],
            "value": [0.9, 0.8, 0.5],
            "low": [0.8, 0.6, 0.4],
            "high": [0.95, 0.92, 0.6],
        }
    )
    untested = value_cells(SPEARMAN, part, ["a", "b", "c"])
    assert not any(cell.is_bold for cell in untested)
    tests = {
        frozenset("ab"): ("apart", "a"),
        frozenset("ac"): ("not told apart", "a"),
    }
    by_test = value_cells(SPEARMAN, part, ["a", "b", "c"], tests)
    assert [cell.is_bold for cell in by_test] == [True, False, False]
    assert [cell.text.endswith("†") for cell in by_test] == [False, False, True]


def test_the_spread_over_seeds_is_told(bare: Comparison) -> None:
    asked = {"quantity": "analogies", "judgments": "shift", "relation": "all", "method": "3CosAdd"}
    seeds = pd.DataFrame(
        [
            {
                "space": space,
                **asked,
                "candidates": "excluded",
                "transform": "raw",
                "words": "all",
                "value": value,
                "chance": 0.01,
                "n": 90,
                "n_missing": 10,
                "seed": seed,
            }
            for space, values in (("a", (0.9, 0.8, 0.85)), ("c", (0.1, 0.2, 0.3)))
            for seed, value in enumerate(values, start=1)
        ]
    )
    [table] = seed_tables(_results(bare, seeds=seeds))
    assert table.rows[1][1].text == "–"
    assert "apart" in table.rows[0][1].text


def test_cuts_are_told_where_there_are_several(bare: Comparison) -> None:
    cuts = pd.DataFrame(
        {
            "space": ["a", "a", "b", "b"],
            "quantity": "analogies",
            "judgments": "shift",
            "n_words": [5000, 9000, 5000, 9000],
            "value": [0.4, 0.3, np.nan, 0.1],
            "n": [10, 20, 10, 20],
        }
    )
    [table] = cut_tables(_results(bare, cuts=cuts))
    assert [cell.text for cell in table.rows[0][1:]] == ["40\u00a0%", "30\u00a0%"]
    assert table.rows[1][1].text == "–"
    assert "20 questions" in table.columns[2]
    assert cut_tables(_results(bare, cuts=cuts[cuts["n_words"] == 9000])) == []


def test_one_space_and_no_judgments_still_give_tables() -> None:
    space = planted(0.2, 1, "alone")
    found = compare_them([space], Judgments(), PROTOCOL, ExampleOptions(), seed=1)
    shown = {part.key: part for part in evaluated(found)}
    for key in ("summary", "geometry", "probing"):
        assert shown[key].tables, key


def test_tables_of_one_name_become_two_files(bare: Comparison) -> None:
    tables = [Table("set", ("a",), ()), Table("set", ("b",), ()), Table("other", ("c",), ())]
    section = Section("own", title="Own", text=lambda _: "Own.", tables=lambda _: tables)
    [part] = document(_results(bare), sections=[section], with_figures=False)
    assert [table.name for table in part.tables] == ["set", "set-2", "other"]
