"""Tables of a comparison: marks, cuts, the spread over seeds, names."""

import numpy as np
import pandas as pd
from experiments.cells import Table, value_cells, with_own_names
from experiments.evaluation import evaluation_tables
from experiments.tables import cut_tables, seed_table, summary_table

from compare.comparison.comparison import compare_spaces
from compare.comparison.examples import ExampleOptions
from compare.judgments.judgments import Judgments
from tests.comparison.planted_spaces import PROTOCOL, planted


def test_marks_follow_the_test_not_the_interval() -> None:
    part = pd.DataFrame(
        {
            "space": ["a", "b", "c"],
            "value": [0.9, 0.8, 0.5],
            "low": [0.8, 0.6, 0.4],
            "high": [0.95, 0.92, 0.6],
        }
    )
    names = ["a", "b", "c"]
    by_interval = value_cells(part, names, in_percent=True)
    assert [cell.best for cell in by_interval] == [True, True, False]
    tests = {frozenset("ab"): 0.001, frozenset("ac"): 0.3}
    by_test = value_cells(part, names, in_percent=True, tests=tests)
    assert [cell.best for cell in by_test] == [True, False, True]


def test_the_spread_over_seeds_is_told() -> None:
    asked = {"measure": "analogies", "judgments": "shift", "relation": "all", "method": "3CosAdd"}
    seeds = pd.DataFrame(
        [
            {"space": space, **asked, "candidates": "excluded", "transform": "raw", "value": value,
             "seed": seed}
            for space, values in (("sharp", (0.9, 0.8, 0.85)), ("blurred", (0.1, 0.2, 0.3)))
            for seed, value in enumerate(values, start=1)
        ]
    )  # fmt: skip
    table = seed_table(seeds, ["sharp", "alike", "blurred"])
    assert table is not None
    assert table.rows[1][1].text == "–"
    assert "apart" in table.rows[0][1].text


def test_cuts_are_told_where_there_are_several() -> None:
    cuts = pd.DataFrame(
        {
            "space": ["a", "a", "b", "b"],
            "measure": "analogies",
            "judgments": "shift",
            "n_words": [5000, 9000, 5000, 9000],
            "value": [0.4, 0.3, np.nan, 0.1],
            "n_used": [10, 20, 10, 20],
        }
    )
    [table] = cut_tables(cuts, ["a", "b"])
    assert [cell.text for cell in table.rows[0][1:]] == ["40\u00a0%", "30\u00a0%"]
    assert table.rows[1][1].text == "–"
    assert "20 questions" in table.columns[2]
    assert cut_tables(cuts[cuts["n_words"] == 9000], ["a", "b"]) == []


def test_one_space_and_no_judgments_still_give_tables() -> None:
    space = planted(0.2, 1, "alone")
    found = compare_spaces([space], Judgments(), PROTOCOL, ExampleOptions(), seed=1)
    assert not len(found.differences)
    assert not len(found.seeds)
    tables = {table.name for table in evaluation_tables(found)}
    assert "geometry-raw" in tables
    assert "probing" in tables
    assert summary_table(found, ["alone"], "raw") is not None


def test_tables_of_one_name_become_two_files() -> None:
    tables = [Table("set", ("a",), ()), Table("set", ("b",), ()), Table("other", ("c",), ())]
    assert [table.name for table in with_own_names(tables)] == ["set", "set-2", "other"]
