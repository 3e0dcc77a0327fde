"""What was asked: how much of each set was used, for each question of the summary."""

from dataclasses import replace

from experiments.report.sections.asked import asked_tables
from tests.report.small_results import comparison, run_results


def test_used_left_out_and_repeated_items_of_every_set() -> None:
    [table] = asked_tables(run_results())
    found = {row[0].text: [cell.text for cell in row[2:]] for row in table.rows}
    assert found["shift"] == ["120", "30", "7"]
    assert found["pairs"] == ["60", "4", "0"]
    assert found["everyday"][2] == "–"  # the file of a lexicon was not looked through


def test_nothing_asked_nothing_shown() -> None:
    found = comparison()
    nothing = replace(found, measurements=found.measurements.iloc[:0])
    assert asked_tables(replace(run_results(), comparison=nothing)) == []
