"""Pairs of spaces: ceilings from other seeds, bands of every rank, words that changed."""

import numpy as np
import pytest

from compare.comparison.comparison import Comparison
from compare.comparison.likeness import COSTLY_SHUFFLES, likeness
from compare.comparison.options import ProtocolOptions
from compare.comparison.quantities import QUANTITIES
from compare.comparison.space_pairs import changed_words, overlaps
from compare.measures.cka import linear_cka
from compare.measures.likeness import PairMeasure
from compare.measures.neighbours import nearest
from compare.spaces.space import EmbeddingSpace
from tests.comparison.planted_spaces import PROTOCOL, WORDS, N, planted


def test_ceilings_come_from_other_seeds(compared: Comparison) -> None:
    found = compared.likeness.set_index(["first", "second", "quantity"])
    with_seeds = found.loc[("sharp", "blurred", "linear CKA")]
    assert with_seeds["floor"] < with_seeds["value"] < with_seeds["ceiling"]
    # "alike" was trained once: no ceiling for its pairs
    assert np.isnan(found.loc[("sharp", "alike", "linear CKA"), "ceiling"])
    own = compared.overlaps[compared.overlaps["first"] == compared.overlaps["second"]]
    assert set(own["first"]) == {"sharp", "blurred"}
    by_space = own.set_index("first")["value"]
    assert by_space["sharp"] > by_space["blurred"]


def test_likeness_is_every_quantity_of_a_pair() -> None:
    spaces = [planted(0.2, 1, "one"), planted(0.3, 2, "two")]
    found = likeness(spaces, "raw", {}, PROTOCOL, 1)
    assert found["quantity"].tolist() == [one.method for one in QUANTITIES if one.asks == "pair"]
    assert found["value"].iloc[0] == pytest.approx(linear_cka(*spaces).value)
    assert found["n_shuffles"].tolist() == [
        min(PROTOCOL.shuffles, COSTLY_SHUFFLES) if one.measure.is_costly else PROTOCOL.shuffles
        for one in QUANTITIES
        if isinstance(one.measure, PairMeasure)
    ]


def test_likeness_is_tested_for_declared_contrasts_in_a_family_for_each_measure() -> None:
    names = ("one", "two", "three")
    spaces = [planted(0.3, seed, name) for seed, name in enumerate(names, start=1)]
    noise = np.random.default_rng(9).normal(size=(N, 20))
    floor = (
        spaces[0]
        .with_vectors(noise)
        .with_provenance(
            {"name": "one/untrained", "label": "floor", "role": "floor", "model": "one"}
        )
    )
    found = likeness([*spaces, floor], "raw", {}, ProtocolOptions(shuffles=199), 1)
    cka = found[found["quantity"] == "linear CKA"].set_index(["first", "second"])
    learned = cka.loc[[("one", "two"), ("one", "three"), ("two", "three")]]
    assert (learned["outcome"] == "apart").all()
    assert learned["p_holm"].tolist() == pytest.approx([6 / 200] * 3)
    assert (learned["untrained"] < 0.1).sum() == 2
    assert np.isnan(learned.loc[("two", "three"), "untrained"]), "neither has an untrained table"
    against = cka[cka.index.get_level_values("second") == "one/untrained"]
    assert set(against["outcome"]) == {"not told apart"}
    assert against["untrained"].isna().all()
    assert set(found[found["quantity"] == "SVCCA"]["why"]) == {
        "10 shuffles are too few for 6 tests"
    }


def test_many_spaces_are_tested_by_declared_contrasts_alone() -> None:
    spaces = [planted(0.3, seed, f"m/{seed}") for seed in range(1, 6)]
    found = likeness(spaces, "raw", {}, PROTOCOL, 1)
    cka = found[found["quantity"] == "linear CKA"]
    tested = cka[cka["n_shuffles"] > 0]
    assert set(tested["first"]) == {"m/1"}
    assert cka["value"].notna().all()
    assert set(cka[cka["n_shuffles"] == 0]["why"]) == {"no declared contrast"}


def test_bands_hold_every_rank(compared: Comparison) -> None:
    bands = compared.bands[compared.bands["second"] == "blurred"]
    assert bands["from_rank"].iloc[0] == 1
    assert bands["to_rank"].iloc[-1] == N
    assert ((bands["rbo"] >= 0) & (bands["rbo"] <= 1)).all()


def test_words_that_changed_are_listed_with_their_neighbours(compared: Comparison) -> None:
    changed = compared.changed
    assert set(changed["first"]) == {"sharp"}
    assert set(changed["second"]) == {"alike", "blurred"}
    same = changed[(changed["kind"] == "same") & (changed["second"] == "alike")]
    assert len(same) == 8
    assert set(same["side"]) == set(same["neighbour"]) == {""}
    moved = changed[(changed["kind"] == "changed") & (changed["second"] == "alike")]
    sizes = moved.groupby(["word", "side"])["place"].apply(list)
    assert len(sizes) == 16
    assert all(places == [1, 2, 3] for places in sizes)
    assert same["change"].max() < moved["change"].min()


def test_unrelated_spaces_have_no_list_and_say_why() -> None:
    noise = np.random.default_rng(9).normal(size=(N, 20))
    first = planted(0.2, 1, "one")
    [row] = changed_words([first, first.with_vectors(noise).named("noise")], {}, PROTOCOL).to_dict(
        "records"
    )
    assert row["kind"] == "none"
    assert row["why"]


def test_what_moves_between_seeds_is_taken_off() -> None:
    first, second = planted(0.4, 1, "one"), planted(0.4, 2, "two")
    alone = changed_words([first, second], {}, PROTOCOL)
    repeats = {"one": [planted(0.4, 3, "x")], "two": [planted(0.4, 4, "y")]}
    beside = changed_words([first, second], repeats, PROTOCOL)
    assert beside["change"].mean() < alone["change"].mean() - 0.02


def test_sides_are_the_nearest_words_of_either_space() -> None:
    first, second = planted(0.2, 1, "one"), planted(0.4, 2, "two")
    changed = changed_words([first, second], {}, PROTOCOL, n=1)
    moved = changed[changed["kind"] == "changed"]
    word = moved["word"].iloc[0]
    for side, space in (("first", first), ("second", second)):
        near = nearest(space, [word], k=3).rows[0]
        listed = moved[moved["side"] == side]["neighbour"].tolist()
        assert listed == [space.words[row] for row in near]
    assert changed[changed["kind"] == "same"]["change"].item() <= moved["change"].iloc[0]


def test_words_without_others_as_frequent_are_no_test() -> None:
    """Counts that halve from word to word: no vector can change its place."""
    spaces = [planted(0.3, seed, name) for seed, name in ((1, "one"), (2, "two"))]
    few = [
        EmbeddingSpace(s.words[:30], s.vectors[:30], 2 ** np.arange(40, 10, -1), s.provenance)
        for s in spaces
    ]
    found = likeness(few, "raw", {}, PROTOCOL, 1)
    assert set(found["outcome"]) == {"not tested"}
    assert set(found["why"]) == {"0% of the words have others as frequent"}


def test_draws_of_a_pair_hang_on_no_other_space() -> None:
    spaces = [planted(0.3, seed, name) for seed, name in ((1, "one"), (2, "two"), (3, "three"))]
    alone, among = (likeness(some, "raw", {}, PROTOCOL, 1) for some in (spaces[:2], spaces))
    pair = among[(among["first"] == "one") & (among["second"] == "two")]
    assert pair["floor"].tolist() == alone["floor"].tolist()


def _untrained(space: EmbeddingSpace, seed: int, like: np.ndarray | None = None) -> EmbeddingSpace:
    """Make the untrained table of a space's model; ``like``: rows that it shares with another."""
    vectors = np.random.default_rng(seed).normal(size=space.vectors.shape)
    if like is not None:
        vectors = like + 0.1 * vectors
    names = {"name": f"{space.name}/untrained", "role": "floor", "model": space.name}
    return space.with_vectors(vectors).with_provenance({**names, "label": "untrained"})


def _overlap_of(spaces: list[EmbeddingSpace], first: str, second: str) -> dict[str, object]:
    table = overlaps({"raw": spaces}, {}, PROTOCOL, 1).set_index(["first", "second"])
    row: dict[str, object] = table.loc[(first, second)].to_dict()
    return row


def test_common_neighbours_are_tested_against_words_as_frequent_and_untrained_tables() -> None:
    one, two = planted(0.3, 1, "one"), planted(0.3, 2, "two")
    row = _overlap_of([one, two, _untrained(one, 3)], "one", "two")
    assert row["outcome"] == "apart"
    assert row["untrained"] < 0.1  # type: ignore[operator]
    # a table that shares as much with the other space before anything is learned: no finding
    row = _overlap_of([one, two, _untrained(one, 3, like=two.vectors)], "one", "two")
    assert row["value"] > 0.3  # type: ignore[operator]
    assert row["untrained"] > row["value"]  # type: ignore[operator]
    assert row["outcome"] == "not told apart"


def test_common_neighbours_of_unlike_frequency_are_no_test() -> None:
    spaces = [planted(0.3, seed, name) for seed, name in ((1, "one"), (2, "two"))]
    few = [
        EmbeddingSpace(s.words[:50], s.vectors[:50], 2 ** np.arange(60, 10, -1), s.provenance)
        for s in spaces
    ]
    row = _overlap_of(few, "one", "two")
    assert (row["outcome"], row["why"]) == (
        "not tested",
        "0% of the neighbours have others as frequent",
    )


def test_too_few_words_are_no_test() -> None:
    spaces = [
        planted(0.3, seed, name).restricted(WORDS[:11]) for seed, name in ((1, "one"), (2, "two"))
    ]
    row = _overlap_of(spaces, "one", "two")
    assert (row["outcome"], row["why"]) == ("not tested", "11 units; 12 are needed")
