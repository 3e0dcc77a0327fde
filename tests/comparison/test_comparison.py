"""What a comparison holds: tests on the same items, ceilings from other seeds, marks in tables."""

import numpy as np
import pandas as pd
import pytest
from experiments.cells import Table, paired_tests, value_cells, with_own_names
from experiments.evaluation import evaluation_tables
from experiments.tables import cut_tables, seed_table, summary_table

from compare.comparison.comparison import Comparison, compare_spaces
from compare.comparison.examples import ExampleOptions
from compare.comparison.protocol import ProtocolOptions
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.judgments import ALL_RELATIONS, Judgments
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.spaces.space import EmbeddingSpace

N = 240
WORDS = tuple(f"w{i}" for i in range(N))
PROTOCOL = ProtocolOptions(bootstrap_replicates=1000, neighbours=5)


def planted(noise: float, seed: int, name: str) -> EmbeddingSpace:
    """Twenty groups of twelve words; words 2i and 2i+1 differ by one direction."""
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(N // 12, 20)), 12, axis=0)
    vectors += np.repeat(rng.normal(size=(N // 2, 20)), 2, axis=0) * 0.6
    vectors[1::2] += rng.normal(size=20) * 0.8
    vectors += np.random.default_rng(seed).normal(size=vectors.shape) * noise
    counts = np.arange(N, 0, -1) * 10
    return EmbeddingSpace(WORDS, vectors.astype(np.float32), counts, {"name": name})


def asked() -> Judgments:
    def relation(name: str, start: int) -> Relation:
        pairs = [(WORDS[i], WORDS[i + 1]) for i in range(start, start + 24, 2)]
        questions = (Question(*p, q[0], (q[1],)) for p in pairs for q in pairs if p != q)
        return Relation(name, tuple(questions))

    rng = np.random.default_rng(5)
    truth = planted(0, 0, "truth").unit_vectors
    rows = rng.choice(N, (80, 2))
    rows = rows[rows[:, 0] != rows[:, 1]]
    ratings = (truth[rows[:, 0]] * truth[rows[:, 1]]).sum(axis=1)
    labels = {"POS": tuple("NV"[i % 2] for i in range(len(rows)))}
    pairs = tuple((WORDS[a], WORDS[b]) for a, b in rows)
    return Judgments(
        (AnalogySet("shift", (relation("one", 0), relation("two", 96))),),
        (SimilaritySet("pairs", pairs, ratings, labels),),
        (
            Lexicon(
                "groups",
                antonyms=tuple((WORDS[i], WORDS[(i + 30) % N]) for i in range(40)),
                synonyms=tuple((WORDS[i], WORDS[i + 2]) for i in range(0, 120, 12)),
                categories={WORDS[i]: f"group {i // 12}" for i in range(60)},
            ),
        ),
    )


@pytest.fixture(scope="module")
def compared() -> Comparison:
    spaces = [planted(0.2, 1, "sharp"), planted(0.25, 9, "alike"), planted(3.0, 2, "blurred")]
    repeats = {
        "sharp": [planted(0.2, 3, "x"), planted(0.2, 4, "y")],
        "blurred": [planted(3.0, 5, "x"), planted(3.0, 6, "y")],
    }
    report = ExampleOptions(words=("w0", "w5"), analogy=("w0", "w1", "w2", "w3"))
    return compare_spaces(spaces, asked(), PROTOCOL, report, seed=1, repeats=repeats)


def one(comparison: Comparison, space: str, **asked: str) -> pd.Series:
    rows = comparison.measurements
    rows = rows[(rows["space"] == space) & (rows["transform"] == "raw")]
    for column, value in asked.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_measure_finds_the_sharper_space(compared: Comparison) -> None:
    for query in (
        {"measure": "analogies", "method": "3CosAdd", "candidates": "excluded"},
        {"measure": "similarity", "method": "Spearman"},
        {"measure": "similarity", "method": "Pearson"},
        {"measure": "antonyms", "method": "AUC"},
        {"measure": "categories", "method": "purity"},
        {"measure": "odd one out", "method": "accuracy"},
    ):
        sharp, blurred = (
            one(compared, name, relation=ALL_RELATIONS, **query) for name in ("sharp", "blurred")
        )
        assert sharp["value"] > blurred["value"] + 0.1, query
        if query["method"] != "Pearson":
            assert sharp["low"] <= sharp["value"] <= sharp["high"], query
    probe = one(compared, "sharp", measure="probing", relation="categories")
    assert probe["value"] > 0.9
    assert probe["chance"] < 0.4


def test_parts_of_a_set_are_scored_by_label(compared: Comparison) -> None:
    parts = [one(compared, "sharp", judgments="pairs", relation=f"POS: {p}") for p in "NV"]
    whole = one(compared, "sharp", judgments="pairs", relation="all", method="Spearman")
    assert sum(part["n_used"] for part in parts) == whole["n_used"]


def test_paired_tests_tell_spaces_apart_and_leave_equals_together(compared: Comparison) -> None:
    tests = paired_tests(compared.differences, "analogies", "shift", "raw")
    assert tests[frozenset(("sharp", "blurred"))] < 0.01
    assert len(tests) == 3
    by_relation = compared.relation_differences
    assert set(by_relation["reference"]) == {"sharp"}
    assert {"one", "two"} <= set(by_relation["relation"])
    assert ALL_RELATIONS not in set(by_relation["relation"])


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


def test_ceilings_come_from_other_seeds(compared: Comparison) -> None:
    likeness = compared.likeness.set_index(["first", "second", "measure"])
    with_seeds = likeness.loc[("sharp", "blurred", "linear CKA")]
    assert with_seeds["floor"] < with_seeds["value"] < with_seeds["ceiling"]
    # "alike" was trained once: no ceiling for its pairs
    assert np.isnan(likeness.loc[("sharp", "alike", "linear CKA"), "ceiling"])
    own = compared.overlaps[compared.overlaps["first"] == compared.overlaps["second"]]
    assert set(own["first"]) == {"sharp", "blurred"}
    by_space = own.set_index("first")["value"]
    assert by_space["sharp"] > by_space["blurred"]


def test_the_spread_over_seeds_is_told(compared: Comparison) -> None:
    assert set(compared.seeds["seed"]) == {1, 2, 3}
    assert set(compared.seeds["space"]) == {"sharp", "blurred"}
    table = seed_table(compared.seeds, ["sharp", "alike", "blurred"])
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


def test_bands_hold_every_rank_and_the_changed_words(compared: Comparison) -> None:
    bands = compared.bands[compared.bands["second"] == "blurred"]
    assert bands["from_rank"].iloc[0] == 1
    assert bands["to_rank"].iloc[-1] == N
    assert ((bands["rbo"] >= 0) & (bands["rbo"] <= 1)).all()
    changed = {entry["second"]: entry for entry in compared.changed}
    assert set(changed) == {"alike", "blurred"}
    assert changed["alike"]["same"][0]["rbo"] > changed["blurred"]["same"][-1]["rbo"]
    assert len(changed["blurred"]["changed"][0]["in_second"]) == 3


def test_one_space_and_no_judgments_still_give_tables() -> None:
    space = planted(0.2, 1, "alone")
    found = compare_spaces([space], Judgments(), PROTOCOL, ExampleOptions(), seed=1)
    assert not len(found.differences)
    assert not len(found.seeds)
    tables = {table.name for table in evaluation_tables(found)}
    assert "geometry-raw" in tables
    assert "probing" in tables
    assert summary_table(found, ["alone"], "raw") is not None


def test_a_comparison_scores_the_whole_of_a_small_vocabulary_once(compared: Comparison) -> None:
    cuts = compared.cuts
    assert set(cuts["n_words"]) == {N}
    assert cuts["n_used"].min() > 0
    for space in ("sharp", "blurred"):
        whole = one(
            compared, space, measure="analogies", method="3CosAdd", candidates="excluded",
            relation=ALL_RELATIONS,
        )  # fmt: skip
        at_cut = cuts[(cuts["space"] == space) & (cuts["measure"] == "analogies")]["value"]
        assert at_cut.item() == whole["value"]


def test_too_few_items_are_neither_tested_nor_marked() -> None:
    spaces = [planted(0.2, 1, "sharp"), planted(3.0, 2, "blurred")]
    few = Judgments(
        similarity=(
            SimilaritySet("few", (("w0", "w1"), ("w0", "w9"), ("w0", "w40")), np.arange(3)),
        ),
        lexicons=(Lexicon("one", antonyms=(("w0", "w1"),), synonyms=(("w0", "w2"),)),),
    )
    found = compare_spaces(spaces, few, PROTOCOL, ExampleOptions(), seed=1)
    assert not len(found.differences)
    rows = found.measurements
    asked = rows[rows["judgments"].isin(["few", "one"])]
    assert asked["low"].isna().all()


def test_an_uncovered_lexicon_is_told() -> None:
    lexicon = Lexicon("foreign", antonyms=(("chaud", "froid"),), synonyms=(("gros", "grand"),))
    found = compare_spaces(
        [planted(0.2, 1, "one")], Judgments(lexicons=(lexicon,)), PROTOCOL, ExampleOptions(), seed=1
    )
    rows = found.measurements[found.measurements["judgments"] == "foreign"]
    assert (rows["n_used"] == 0).all()
    assert rows["n_missing"].max() == 2
    assert "foreign (words)" in set(found.judgments["judgments"])


def test_names_that_would_merge_are_refused() -> None:
    twice = Judgments(lexicons=(Lexicon("mine"), Lexicon("mine")))
    with pytest.raises(InputError, match="different names"):
        twice.check_names()
    unnamed = AnalogySet("set", (Relation("", ()),))
    with pytest.raises(InputError, match="none of them empty"):
        Judgments((unnamed,)).check_names()


def test_tables_of_one_name_become_two_files() -> None:
    tables = [Table("set", ("a",), ()), Table("set", ("b",), ()), Table("other", ("c",), ())]
    assert [table.name for table in with_own_names(tables)] == ["set", "set-2", "other"]
