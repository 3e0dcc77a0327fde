"""What single sections say: rules, caveats, names of spaces, words in cells."""

from dataclasses import replace

import pandas as pd

from experiments.report.document import document
from experiments.report.sections.budgets import budget_tables
from experiments.report.sections.changed import changed_tables
from experiments.report.sections.differences import difference_tables
from experiments.report.sections.example import example_tables
from experiments.report.sections.likeness import LIKENESS, likeness_tables
from experiments.report.sections.neighbours import neighbour_tables
from experiments.report.sections.opening import subtitle
from experiments.report.sections.protocol import coverage_tables, rules
from experiments.report.sections.senses import sense_tables
from experiments.report.sections.settling import settling_tables
from experiments.report.sections.summary import caveats
from experiments.report.spaces import model_labels, space_labels, space_looks
from experiments.results.run_folder import RunResults
from tests.report.small_results import comparison, run_results


def test_the_protocol_says_what_was_done_and_what_would_not_repeat() -> None:
    text = "\n".join(rules(run_results()))
    assert "normalised alike (case: lower)" in text
    assert "300 words are held out" in text
    assert "Words of GPT are looked up with their leading space" in text
    assert "made of theirs (mean)" in text
    assert "The output table of GPT is the input table" in text
    assert "at most the 9\u202f000 most frequent" in text
    assert "shift repeats 7 of 150" in text
    assert "trained from 3 seeds" in text
    assert "Threads race." in text
    assert "Word2vec: does not repeat on a GPU." in text
    assert "word pairs within a relation (analogies, macro accuracy)" in text
    assert "categories (categories, odd one out)" in text


def test_existing_files_have_no_text_and_no_models_to_speak_of() -> None:
    results = RunResults("files", "Files", comparison(), protocol={"case": "exact"})
    text = "\n".join(rules(results))
    assert "held out" not in text
    assert "looked up" not in text
    assert "compared exactly" in text
    assert subtitle(results) == "3 spaces over 100 shared words"
    assert caveats(results) == []
    assert budget_tables(results) == []


def test_caveats_are_told_of_each_model() -> None:
    text = "; ".join(caveats(run_results()))
    assert "3\u202f000 words are little text" in text
    assert (
        "37\u00a0% of the vocabulary are split into several tokens by the encoding of GPT" in text
    )
    assert "GPT untrained already answers up to 10\u00a0%" in text
    assert "budgets differ" in text
    assert "another seed" not in text  # three were trained


def test_labels_that_repeat_are_told_apart_by_names() -> None:
    results = run_results()
    coverage = results.comparison.coverage.assign(label=["GPT", "GPT", ""])
    results = replace(results, comparison=replace(results.comparison, coverage=coverage))
    assert space_labels(results) == {
        "w2v/input": "GPT (w2v/input)",
        "gpt/input": "GPT (gpt/input)",
        "gpt/untrained": "gpt/untrained",
    }
    assert model_labels(results) == {"w2v": "word2vec", "gpt": "GPT"}
    assert space_looks(results)["gpt/untrained"].hatch == "////"


def test_neighbours_of_the_first_space_are_marked_in_the_others() -> None:
    short, table = neighbour_tables(run_results())
    assert len(short.columns) == 3, "word and the two spaces that learned"
    first, second = table.rows[0][1:3]
    assert [(part.word, part.cosine) for part in first.parts] == [
        ("king1", "0.80"),
        ("king2", "0.70"),
    ]
    assert not any(part.is_marked for part in first.parts)
    assert all(part.is_marked for part in second.parts)
    [settled] = settling_tables(run_results())
    assert settled.columns == ("word", "after 50\u00a0%", "at the end")
    assert settled.rows[0][1].parts[0].is_marked
    assert not settled.rows[0][2].parts[0].is_marked


def test_pairs_of_spaces_are_told() -> None:
    results = run_results()
    [changed] = changed_tables(results)
    assert [cell.text for cell in changed.rows[0]] == ["king", "king1", "king2", "0.01"]
    assert changed.note == "Most alike are the neighbourhoods of king9 (0.93)."
    planned, by_part = difference_tables(results)
    assert [len(table.rows) for table in (planned, by_part)] == [10, 10]
    assert planned.rows[0][3].text == "+20\u00a0points [+10, +30]"
    assert planned.rows[5][3].text == "−0.2 [−0.5, +0.1]".replace("0.2", "0.20").replace(
        "0.5", "0.50"
    ).replace("0.1", "0.10")
    assert [row[5].text for row in planned.rows[:3]] == ["apart", "apart", "not told apart"]
    assert [row[5].is_bold for row in planned.rows] == [True, True, False] * 2 + [
        True,
        False,
        True,
        True,
    ]
    likeness, retrieval = likeness_tables(results)
    assert likeness.title == "value (shuffled, untrained)"
    assert likeness.rows[0][1].text == "0.60 (0.01, 0.10)"
    assert [row[1].is_bold for row in likeness.rows] == [True, False, True]
    assert list(map(str, LIKENESS.findings(results))) == [
        "linear CKA (100 words): more alike than by chance (0.01 at most): GPT input table and GPT "
        "untrained 0.70 (untrained 0.10), word2vec and GPT input table 0.60 (untrained 0.10); not "
        "found more alike than by chance: word2vec and GPT untrained 0.02 (untrained 0.10)."
    ]
    assert retrieval.rows[0][1].text == "25\u00a0% / 25\u00a0%"


def test_an_analogy_without_answers_has_a_dash() -> None:
    results = run_results()
    example = results.comparison.example.assign(answer="", rank=float("nan"))
    results = replace(results, comparison=replace(results.comparison, example=example))
    [table] = example_tables(results)
    assert [cell.text for cell in table.rows[0]] == ["word2vec", "", "–", "4"]


def test_senses_are_named_by_space_or_model() -> None:
    probed, *_ = sense_tables(run_results())
    assert probed.columns == ("word", "occurrences", "GPT input table", "GPT layer 1")
    assert [cell.text for cell in probed.rows[0]] == ["king", "30", "0.51", "0.97"]


def test_what_is_not_known_of_a_model_is_a_dash() -> None:
    models = pd.DataFrame(
        {"model": ["files", "w2v"], "dimension": [300, 100], "epochs": [float("nan"), 5]}
    )
    results = RunResults("files", "Files", comparison(), models=models)
    [table] = budget_tables(results)
    assert table.columns == ("model", "dimension", "epochs")  # what is known of none has no column
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["files", "300", "–"],
        ["w2v", "100", "5"],
    ]
    assert document(results)  # and the rest is made all the same


def test_words_that_training_never_met_stand_in_the_table_of_coverage() -> None:
    results = run_results()
    (table,) = coverage_tables(results)
    assert table.columns[-1] == "left out, as training never met their tokens"
    assert [row[-1].text for row in table.rows] == ["0", "10", "10"]
    older = replace(
        results.comparison, coverage=results.comparison.coverage.drop(columns="n_unseen")
    )
    (table,) = coverage_tables(replace(results, comparison=older))
    assert table.columns == ("space", "words", "compared", "case variants dropped")
