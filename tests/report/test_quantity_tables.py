"""Tables of quantities: bold follows the tests, columns follow what was asked."""

from dataclasses import replace

import numpy as np
import pandas as pd

from compare.comparison.quantities import QUANTITIES, quantity_of
from experiments.report.cells import outcomes, picked_tests, value_cells, written, written_chance
from experiments.report.contents import SECTIONS
from experiments.report.quantity_tables import part_columns, part_tables, quantity_tables
from experiments.report.sections.cuts import cut_tables
from experiments.report.sections.lexicon import LEXICON
from experiments.report.sections.seeds import seed_tables
from experiments.report.sections.summary import summary_tables
from experiments.results.run_folder import RunResults
from tests.report.small_results import SPACES, comparison, differences, run_results

ACCURACY = quantity_of("analogies", "3CosAdd", "excluded")
SPEARMAN = quantity_of("similarity", "Spearman")


def three_values() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "space": ["a", "b", "c"],
            "value": [0.9, 0.8, 0.5],
            "low": [0.8, 0.6, 0.4],
            "high": [0.95, 0.92, 0.6],
        }
    )


def bold(*args: object) -> list[bool]:
    return [cell.is_bold for cell in value_cells(*args)]  # type: ignore[arg-type]


APART, LIKE = ("apart", "a"), ("not told apart", "a")


def test_bold_follows_the_test_not_the_interval() -> None:
    part, names = three_values(), ["a", "b", "c"]
    tests = {frozenset("ab"): APART, frozenset("ac"): LIKE}
    assert bold(ACCURACY, part, names, tests) == [True, False, False]
    marked = value_cells(ACCURACY, part, names, tests)
    assert [cell.text[-1] for cell in marked] == ["]", "]", "†"]


def test_nothing_is_marked_where_nothing_is_told_apart_or_tested() -> None:
    part, names = three_values(), ["a", "b", "c"]
    alike = dict.fromkeys(map(frozenset, ("ab", "ac")), LIKE)
    untested = dict.fromkeys(map(frozenset, ("ab", "ac")), ("not tested", "a"))
    for tests in (alike, untested, {}):
        cells = value_cells(ACCURACY, part, names, tests)
        assert not any(cell.is_bold or "†" in cell.text for cell in cells)
    apart = {frozenset("ab"): APART}
    assert bold(replace(ACCURACY, better="neither"), part, names, apart) == [False] * 3


def test_an_untrained_table_is_never_the_best() -> None:
    part, names = three_values(), ["a", "b", "c"]
    tests = {frozenset("ab"): APART, frozenset("bc"): APART}
    of_trained = value_cells(ACCURACY, part, names, tests, ground=["a"])
    assert [cell.is_bold for cell in of_trained] == [False, True, False]
    only_worse = value_cells(ACCURACY, part, names, {frozenset("ab"): APART}, ground=["a"])
    assert not any(cell.is_bold for cell in only_worse), "b is apart, and below"


def test_the_smaller_is_bold_where_smaller_is_better() -> None:
    part, tests = three_values(), {frozenset("ac"): APART}
    smaller = replace(ACCURACY, better="smaller")
    assert bold(smaller, part, ["a", "b", "c"], tests) == [False, False, True]


def test_a_space_without_a_value_has_a_dash() -> None:
    part = three_values()
    part.loc[1, "value"] = np.nan
    assert [cell.text for cell in value_cells(ACCURACY, part, ["a", "b", "d"])][1:] == ["–", "–"]


def test_numbers_are_written_as_their_quantity_asks() -> None:
    assert written(ACCURACY, 0.125, 0.1, 0.15) == "12\u00a0% [10, 15]"
    assert written(ACCURACY, -0.125, -0.15, -0.1, signed=True) == "−12\u00a0points [−15, −10]"
    assert written(SPEARMAN, 0.125, np.nan, np.nan) == "0.12"
    assert written(None, np.nan, np.nan, np.nan) == "–"
    assert written_chance(ACCURACY, 0.00012687) == "0.00013\u00a0%".replace("0.00013", "0.013")
    assert written_chance(ACCURACY, 0.25) == "25\u00a0%"


def test_tests_are_those_of_the_number() -> None:
    tests = outcomes(picked_tests(differences(), ACCURACY, "shift", "raw"))
    assert tests[frozenset((SPACES[0], SPACES[2]))] == ("apart", SPACES[0])
    assert len(tests) == 3
    honest = quantity_of("analogies", "3CosAdd", "honest")
    assert outcomes(picked_tests(differences(), honest, "shift", "raw")) == {}
    assert outcomes(picked_tests(differences(), ACCURACY, "shift", "raw", words="split")) == {}


def test_what_a_table_shares_stands_in_its_title() -> None:
    tables = {table.name: table for table in LEXICON.tables(run_results())}
    table = tables["lexicon-everyday-raw-opposites"]
    assert table.title == "everyday, raw cosines, opposites"
    assert table.columns == (
        "space",
        "synonyms above antonyms (50 of 52 items, chance 0.50)",
        "antonyms among the 10 nearest (40 of 41 items)",
    )
    table = tables["lexicon-everyday-raw-categories"]
    assert table.columns == ("space", "purity (80 of 83 items, chance 25\u00a0%)")
    grouped = quantity_tables(run_results(), "analogies", group=lambda one: one.candidates)
    excluded = next(table for table in grouped if "excluded" in table.name)
    assert excluded.title == "shift, raw cosines, excluded: 120 of 150 questions, chance 0.1\u00a0%"


def test_sets_stand_side_by_side_where_each_is_asked_one_thing() -> None:
    results = run_results()
    compared = results.comparison
    rows = compared.measurements
    other = rows[rows["judgments"] == "pairs"].assign(judgments="others")
    both = replace(compared, measurements=pd.concat([rows, other], ignore_index=True))
    tables = quantity_tables(
        replace(results, comparison=both), "similarity", group=lambda one: one.method
    )
    assert tables[0].columns == ("space", "pairs (60 of 64 pairs)", "others (60 of 64 pairs)")


def test_parts_are_rows_and_parts_without_a_whole_columns() -> None:
    [relations] = part_tables(run_results(), "analogies")
    assert relations.rows[0][0].text == "capitals"
    assert relations.rows[0][1].text == "40"
    assert relations.rows[0][2].is_bold
    probes = part_columns(run_results(), "probing")
    assert probes is not None
    assert probes.columns == ("space", "length (R², 90 words)")
    assert probes.rows[0][1].text == "0.20 [0.15, 0.25]; 0.01"


def test_every_quantity_has_a_section_of_the_report() -> None:
    keys = {section.key for section in SECTIONS}
    assert {quantity.section for quantity in QUANTITIES} <= keys


def test_the_summary_has_the_main_quantities() -> None:
    [table] = summary_tables(run_results())
    assert table.columns == (
        "space",
        "around (novels, 90)",
        "in its place (novels, 90)",
        "analogies (shift, 120)",
        "pairs (60)",
        "synonyms above antonyms (everyday, 50)",
        "purity (everyday, 80)",
        "mean cosine",
    )
    assert [row[3].is_bold for row in table.rows] == [True, False, False]  # the test's word
    assert not any(row[-1].is_bold for row in table.rows)


def test_the_spread_over_seeds_is_told() -> None:
    compared = comparison()
    seeds = compared.seeds[compared.seeds["space"] != SPACES[1]]
    [table] = seed_tables(RunResults("x", "X", replace(compared, seeds=seeds)))
    assert table.title.startswith("3 seeds")
    assert table.rows[1][1].text == "–"
    assert "apart" in table.rows[0][1].text
    assert seed_tables(RunResults("x", "X", replace(compared, seeds=pd.DataFrame()))) == []


def test_cuts_are_told_where_there_are_several() -> None:
    compared = comparison()
    cuts = pd.DataFrame(
        {
            "space": ["w2v/input", "w2v/input", "gpt/input", "gpt/input"],
            "quantity": "analogies",
            "judgments": "shift",
            "n_words": [5000, 9000, 5000, 9000],
            "value": [0.4, 0.3, np.nan, 0.1],
            "n": [10, 20, 10, 20],
        }
    )
    [table] = cut_tables(RunResults("x", "X", replace(compared, cuts=cuts)))
    assert [cell.text for cell in table.rows[0][1:]] == ["40\u00a0%", "30\u00a0%"]
    assert table.rows[1][1].text == "–"
    assert "20 questions" in table.columns[2]
    whole = cuts[cuts["n_words"] == 9000]
    assert cut_tables(RunResults("x", "X", replace(compared, cuts=whole))) == []
