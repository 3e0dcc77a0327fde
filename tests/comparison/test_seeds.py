"""Other seeds: the main numbers of each, values alone, over the shared words."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from compare.at_once import no_step
from compare.comparison.comparison import Comparison
from compare.comparison.protocol import transformed
from compare.comparison.quantities import main_quantities
from compare.comparison.scores import AskedSpace, ask, numbers
from compare.comparison.seeds import asked_again, cut_repeats, values_by_seed
from compare.judgments.judgments import Judgments
from tests.comparison.planted_spaces import PROTOCOL, asked, planted


def test_every_seed_has_the_main_numbers_of_the_spaces_that_have_seeds(
    compared: Comparison,
) -> None:
    seeds = compared.seeds
    assert set(seeds["seed"]) == {1, 2, 3}
    assert set(seeds["space"]) == {"sharp", "blurred"}
    assert not {"low", "high"} & set(seeds)
    main = {
        (one.key, one.method, one.candidates) for one in main_quantities() if one.asks != "company"
    }
    named = ["quantity", "method", "candidates"]
    assert set(seeds[named].itertuples(index=False, name=None)) == main


def test_the_first_seed_is_the_space_that_is_compared(compared: Comparison) -> None:
    named = ["space", "quantity", "judgments", "relation", "method", "candidates", "transform"]
    first = compared.seeds[compared.seeds["seed"] == 1].drop(columns="seed")
    both = first.merge(compared.measurements, on=named, suffixes=("", "_compared"))
    assert len(both) == len(first)
    for column in ("value", "chance", "n", "n_missing"):
        pd.testing.assert_series_equal(both[column], both[f"{column}_compared"], check_names=False)


def asking(judgments: Judgments) -> Callable[..., AskedSpace]:
    return partial(ask, judgments=judgments, protocol=PROTOCOL, seed=1)


def test_without_other_seeds_there_is_no_row() -> None:
    spaces = [transformed(planted(0.2, 1, "one"), "raw")]
    for repeats in ({}, {"one": ()}, {"elsewhere": [planted(0.2, 2, "x")]}):
        assert asked_again(spaces, repeats, "raw", asking(asked())) == []
    assert values_by_seed([], {}, 1).empty


def test_repeats_are_cut_to_the_words_and_counts_that_are_compared() -> None:
    again = planted(0.2, 2, "x")
    reference = planted(0.2, 1, "one").restricted(["w3", "w9"])
    [cut] = cut_repeats({"one": [again]}, reference, PROTOCOL)["one"]
    assert cut.words == ("w3", "w9")
    assert cut.counts.tolist() == reference.counts.tolist()
    assert cut["w9"] == pytest.approx(again["w9"])


def test_no_judgments_leave_the_mean_cosine() -> None:
    repeats = {"one": [planted(0.2, 2, "x")]}
    space = planted(0.2, 1, "one")
    [again] = asked_again([space], repeats, "raw", asking(Judgments()))
    quantities = main_quantities()
    asked_of = asking(Judgments())(space, "raw", quantities=quantities)
    first = list(numbers(asked_of, quantities, is_first=True))
    found = values_by_seed(first, {"one": [again.run(no_step)]}, 1)
    asked_of_spaces = {one.key for one in main_quantities() if one.asks == "space"}
    assert set(found["quantity"]) == asked_of_spaces >= {"mean cosine"}
    assert (found.groupby(["quantity", "method"])["value"].nunique() == 2).all()
