"""What the section on context says: both measures by name, positions told apart from context."""

from dataclasses import replace

import pandas as pd

from experiments.report.sections.context import CONTEXT, context_tables
from tests.report.small_results import run_results


def _text(results) -> str:
    assert callable(CONTEXT.text)
    return CONTEXT.text(results)


def test_the_maximum_is_one_less_the_baseline_and_layer_0_has_positions_alone() -> None:
    text = _text(run_results())
    assert "the most it can be is 1 less that cosine" in text
    assert "1 where context changes nothing" not in text
    assert "cosine in layer 0 is 0.84 (GPT)" in text  # 0.8 and the 0.04 that were taken off
    assert "what is missing to 1 is not context" in text


def test_labels_are_escaped() -> None:
    results = run_results()
    models = results.models.assign(label=["word2vec", "G*P*T"])
    assert r"0.84 (G\*P\*T)" in _text(replace(results, models=models))


def test_both_measures_of_variance_stand_in_the_table() -> None:
    (table,) = context_tables(run_results())
    cells = dict(zip(table.columns, (cell.text for cell in table.rows[1]), strict=True))
    assert cells["explained by one vector"] == "0.50"
    assert cells["the same, size-matched"] == "0.40"
    assert cells["words"] == "24"


def test_where_no_word_varies_there_is_a_dash() -> None:
    results = run_results()
    layers = results.context_layers.assign(mev=float("nan"), n_varying=0)
    (table,) = context_tables(replace(results, context_layers=layers))
    assert table.rows[0][2].text == "–"


def test_without_layers_nothing_is_said_of_them() -> None:
    results = replace(run_results(), context_layers=pd.DataFrame())
    assert context_tables(results) == []
    assert "Layer 0" not in _text(results)
