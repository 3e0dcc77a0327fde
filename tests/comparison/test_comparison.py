"""What a comparison holds: tests on the same items, few items, tidy frames that tell everything."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compare.comparison.comparison import TABLES, Comparison
from compare.comparison.comparison import compared as compare_them
from compare.comparison.options import ExampleOptions
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Relation
from compare.judgments.judgments import ALL_RELATIONS, Judgments
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from tests.comparison.planted_spaces import PROTOCOL, WORDS, N, planted


def one(comparison: Comparison, space: str, **asked: str) -> pd.Series:
    rows = comparison.measurements
    rows = rows[(rows["space"] == space) & (rows["transform"] == "raw")]
    for column, value in asked.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_measure_finds_the_sharper_space(compared: Comparison) -> None:
    for query in (
        {"quantity": "analogies", "method": "3CosAdd", "candidates": "excluded"},
        {"quantity": "similarity", "method": "Spearman"},
        {"quantity": "similarity", "method": "Pearson"},
        {"quantity": "antonyms", "method": "AUC"},
        {"quantity": "categories", "method": "purity"},
        {"quantity": "odd one out", "method": "accuracy"},
    ):
        sharp, blurred = (
            one(compared, name, relation=ALL_RELATIONS, **query) for name in ("sharp", "blurred")
        )
        assert sharp["value"] > blurred["value"] + 0.1, query
        if query["method"] not in ("Pearson", "purity", "accuracy"):  # five categories
            assert sharp["low"] <= sharp["value"] <= sharp["high"], query
    probe = one(compared, "sharp", quantity="probing", relation="categories")
    assert probe["value"] > 0.9
    assert probe["chance"] < 0.4


def test_parts_of_a_set_are_scored_by_label(compared: Comparison) -> None:
    parts = [one(compared, "sharp", judgments="pairs", relation=f"POS: {p}") for p in "NV"]
    whole = one(compared, "sharp", judgments="pairs", relation="all", method="Spearman")
    assert sum(part["n"] for part in parts) == whole["n"]


def test_paired_tests_tell_spaces_apart_and_leave_equals_together(compared: Comparison) -> None:
    tests = compared.differences
    tests = tests[(tests["quantity"] == "analogies") & (tests["candidates"] == "excluded")]
    tests = tests[tests["transform"] == "raw"].set_index(["reference", "space"])
    assert tests.loc[("sharp", "blurred"), "outcome"] == "apart"
    assert tests.loc[("sharp", "alike"), "outcome"] == "not told apart"
    assert len(tests) == 6  # three against a guess, three against each other
    by_relation = compared.relation_differences
    assert set(by_relation["contrast"]) == {"models"}
    assert {"one", "two"} <= set(by_relation["relation"])
    assert ALL_RELATIONS not in set(by_relation["relation"])


def test_a_comparison_scores_the_whole_of_a_small_vocabulary_once(compared: Comparison) -> None:
    cuts = compared.cuts
    assert set(cuts["n_words"]) == {N}
    assert cuts["n"].min() > 0
    for space in ("sharp", "blurred"):
        whole = one(
            compared, space, quantity="analogies", method="3CosAdd", candidates="excluded",
            relation=ALL_RELATIONS,
        )  # fmt: skip
        at_cut = cuts[(cuts["space"] == space) & (cuts["quantity"] == "analogies")]["value"]
        assert at_cut.item() == whole["value"]


def test_too_few_items_are_neither_tested_nor_marked() -> None:
    spaces = [planted(0.2, 1, "sharp"), planted(3.0, 2, "blurred")]
    few = Judgments(
        similarity=(
            SimilaritySet("few", (("w0", "w1"), ("w0", "w9"), ("w0", "w40")), np.arange(3)),
        ),
        lexicons=(Lexicon("one", antonyms=(("w0", "w1"),), synonyms=(("w0", "w2"),)),),
    )
    found = compare_them(spaces, few, PROTOCOL, ExampleOptions(), seed=1)
    assert set(found.differences["outcome"]) == {"not tested"}
    assert not found.differences["holds"].any()
    rows = found.measurements
    asked = rows[rows["judgments"].isin(["few", "one"])]
    assert asked["low"].isna().all()


def test_an_uncovered_lexicon_is_told() -> None:
    lexicon = Lexicon("foreign", antonyms=(("chaud", "froid"),), synonyms=(("gros", "grand"),))
    found = compare_them(
        [planted(0.2, 1, "one")], Judgments(lexicons=(lexicon,)), PROTOCOL, ExampleOptions(), seed=1
    )
    rows = found.measurements[found.measurements["judgments"] == "foreign"]
    assert (rows["n"] == 0).all()
    assert rows["n_missing"].max() == 2
    assert "foreign (words)" in set(found.judgments["judgments"])


def test_names_that_would_merge_are_refused() -> None:
    twice = Judgments(lexicons=(Lexicon("mine"), Lexicon("mine")))
    with pytest.raises(InputError, match="different names"):
        twice.check_names()
    unnamed = AnalogySet("set", (Relation("", ()),))
    with pytest.raises(InputError, match="none of them empty"):
        Judgments((unnamed,)).check_names()


def test_one_space_and_no_judgments_still_give_frames() -> None:
    space = planted(0.2, 1, "alone")
    found = compare_them([space], Judgments(), PROTOCOL, ExampleOptions(), seed=1)
    assert not len(found.differences)
    assert not len(found.seeds)
    assert not len(found.example)
    assert {"geometry", "probing", "mean cosine"} == set(found.measurements["quantity"])
    assert set(found.missing["word"]) == set(ExampleOptions().words)


def test_every_part_is_a_tidy_frame(compared: Comparison) -> None:
    for name in TABLES:
        table = getattr(compared, name)
        assert isinstance(table, pd.DataFrame), name
        for column in table:
            kinds = {type(value) for value in table[column]}
            assert kinds <= {str, int, float, bool}, (name, column, kinds)


def test_coverage_tells_what_each_space_is(compared: Comparison) -> None:
    told = compared.coverage.set_index("space")
    assert told.loc["sharp", ["label", "family", "role", "model"]].tolist() == [
        "sharp", "other", "", "sharp",
    ]  # fmt: skip
    said = {"label": "GPT, layer 2", "family": "language model", "role": "floor"}
    said["n_words_unseen"] = 7
    space = planted(0.2, 1, "gpt/layer-2")
    space = replace(space, provenance={**space.provenance, **said})
    found = compare_them([space], Judgments(), PROTOCOL, ExampleOptions(), seed=1).coverage
    assert found.columns.tolist() == [
        *("space", "label", "family", "role", "model"),
        *("n_words", "n_shared", "n_case_collisions", "n_unseen"),
    ]
    expected = ["gpt/layer-2", "GPT, layer 2", "language model", "floor", "gpt", N, N, 0, 7]
    assert found.iloc[0].tolist() == expected


def test_words_are_folded_with_the_spaces() -> None:
    examples = ExampleOptions(words=("W0", "w0", "Elsewhere"), analogy=("W0", "W1", "W2", "W3"))
    found = compare_them([planted(0.2, 1, "one")], Judgments(), PROTOCOL, examples, seed=1)
    assert set(found.nearest["word"]) == {"w0"}
    assert found.missing["word"].tolist() == ["elsewhere"]
    assert found.example[list("abcd")].iloc[0].tolist() == list(WORDS[:4])


def test_progress_counts_every_step_once() -> None:
    told: list[tuple[int, int]] = []
    compare_them(
        [planted(0.2, 1, "one")], Judgments(), PROTOCOL, ExampleOptions(), seed=1,
        progress=lambda done, total, **_: told.append((done, total)),
    )  # fmt: skip
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))
