"""What options do: effects with known truths, halves, spreads; and the page."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compare.uncertainty import UnitMean
from experiments.sweep.axes import Axis
from experiments.sweep.effects import Asked, judged, spreads
from experiments.sweep.frozen import SweepFolder
from experiments.sweep.grid import SweepOptions, cells_of
from experiments.sweep.items import Answers, Question, common_items, half_of, question_of

PAIRS = [(f"a{n}", f"b{n}") for n in range(400)]
SIMLEX = question_of("similarity", "Spearman", "SimLex-999")
RNG = np.random.default_rng(0)
RATINGS = RNG.normal(size=len(PAIRS))


def effects(sweep: SweepFolder, asked: list[Asked]) -> pd.DataFrame:
    return judged(sweep, asked)[0]


def best_settings(sweep: SweepFolder, asked: list[Asked]) -> pd.DataFrame:
    return judged(sweep, asked)[1]


def folder_of(options: SweepOptions) -> SweepFolder:
    return SweepFolder(Path("none"), "made", options, "", tuple(cells_of(options, 1)))


def answered(strength: float, seed: int) -> Answers:
    """Make answers whose correlation with the ratings grows with the strength."""
    noise = np.random.default_rng(1 + seed).normal(size=len(PAIRS))
    items = pd.DataFrame(
        {"cosine": strength * RATINGS + noise, "rating": RATINGS},
        index=pd.MultiIndex.from_tuples(PAIRS, names=["first", "second"]),
    )
    return Answers(SIMLEX, items)


GRID = SweepOptions(over={"window": [2, 5], "rate": ["slow", "fast"]}, seeds=3)


def asked(effect_of_window: float) -> Asked:
    """Answer a grid in which the window matters as told, and the rate not at all."""
    return Asked(
        "w2v/input",
        SIMLEX,
        {
            (window, rate): tuple(
                answered(0.5 + effect_of_window * window, 100 * window + 10 * rate + seed)
                for seed in range(3)
            )
            for window in (0, 1)
            for rate in (0, 1)
        },
    )


def test_an_effect_is_found_and_none_is_made_up() -> None:
    found = effects(folder_of(GRID), [asked(1.0)]).set_index("option")
    assert found.loc["window", "level"] == "5"
    assert found.loc["window", "holds"]
    assert 0.2 < found.loc["window", "value"] < 0.5
    assert not found.loc["rate", "holds"]
    assert abs(found.loc["rate", "value"]) < 0.1
    assert found["n"].tolist() == [len(PAIRS)] * 2
    assert found["n_seeds"].tolist() == [3, 3]


def test_a_family_is_adjusted_together() -> None:
    alone = effects(folder_of(GRID), [asked(1.0)])
    many = effects(folder_of(GRID), [asked(1.0)] * 5)
    first = many.iloc[: len(alone)]
    np.testing.assert_allclose(first["p"], alone["p"])
    assert (first["p_holm"] >= alone["p_holm"]).all()
    assert first["p_holm"].max() > alone["p_holm"].max()


def test_what_changes_nothing_is_no_test() -> None:
    still = Asked("ppmi/input", SIMLEX, {key: (answered(1, 0),) * 3 for key in asked(0).answers})
    assert not len(effects(folder_of(GRID), [still]))
    assert not len(spreads(folder_of(GRID), [still]))
    assert not len(best_settings(folder_of(GRID), [still]))


def test_spreads_tell_what_moves_a_number() -> None:
    found = spreads(folder_of(GRID), [asked(1.0)]).set_index("source")["sd"]
    assert found["window"] > 5 * found["rate"]
    assert found["window"] > found["seeds"] > 0
    assert 0 < found["items"] < 0.1


def test_the_best_is_scored_on_items_that_did_not_choose_it() -> None:
    found = best_settings(folder_of(GRID), [asked(1.0)]).iloc[0]
    assert found["setting"].startswith("window 5")
    assert found["holds"]
    # among settings that are all alike, the best of one half is no better on the other
    flattered = []
    for start in range(0, 400, 20):
        many = SweepOptions(over={"window": list(range(20))})
        answers = {(n,): (answered(0.2, 1000 + start + n),) for n in range(20)}
        row = best_settings(folder_of(many), [Asked("w2v/input", SIMLEX, answers)]).iloc[0]
        flattered.append((row["chosen_by"], row["value"]))
    chosen_by, value = np.mean(flattered, axis=0)
    assert chosen_by > value + 0.04


WORDS = [f"word{n}" for n in range(400)]
AROUND = question_of("company", "around", "wiki-sample")
QUESTION_PAIRS = [(f"a{n}", f"b{n}") for n in range(12)]
ITEMS = {
    AROUND: pd.Index(WORDS),
    SIMLEX: pd.MultiIndex.from_tuples(PAIRS),
    question_of("analogies", "3CosAdd", "shift"): pd.MultiIndex.from_tuples(
        ("of", *one, *other) for one in QUESTION_PAIRS for other in QUESTION_PAIRS if one != other
    ),
}


@pytest.mark.parametrize("question", ITEMS, ids=lambda question: question.quantity.key)
def test_halves_share_no_unit(question: Question) -> None:
    keys = ITEMS[question]
    halves = [half_of(keys, question, half) for half in (0, 1)]
    units = [{unit for key in half for unit in question.of.units(key)} for half in halves]
    assert all(len(half) > 10 for half in halves)
    assert not units[0] & units[1]
    swapped = keys.swaplevel(0, 1) if question == SIMLEX else keys
    assert len(half_of(swapped, question, 0)) == len(halves[0])  # whichever word stands first


def with_company(around: float, seed: int) -> Answers:
    """Answer about every word; some words stand around more in every space, as in real ones."""
    own = np.random.default_rng(0).uniform(0.2, 0.6, len(WORDS))
    noise = np.random.default_rng(1 + seed).normal(scale=0.1, size=len(WORDS))
    items = pd.DataFrame({"around": own + around + noise}, index=pd.Index(WORDS, name="word"))
    return Answers(AROUND, items)


def test_the_company_of_words_is_tested_word_by_word() -> None:
    moved = {0: 0.0, 1: 0.05, 2: 0.0}
    answers = {
        (level,): tuple(with_company(by, 10 * level + seed) for seed in range(3))
        for level, by in moved.items()
    }
    of_windows = folder_of(SweepOptions(over={"window": [1, 2, 3]}, seeds=3))
    asked = [Asked("w2v/input", AROUND, answers)]
    found = effects(of_windows, asked).set_index("level")
    assert found["holds"].to_dict() == {"2": True, "3": False}
    assert found.loc["2", "value"] == pytest.approx(0.05, abs=0.01)
    assert set(found["method"]) == {"around"}
    assert not len(best_settings(of_windows, asked))  # more company is no better
    # with one seed it is the test of a run: signs are flipped
    alone = {level: (by_seed[0],) for level, by_seed in answers.items()}
    found = effects(of_windows, [Asked("w2v/input", AROUND, alone)]).set_index("level")
    values = [alone[(level,)][0].items["around"].to_numpy()[:30] for level in (0, 1)]
    few = {
        key: (Answers(AROUND, one.items.iloc[:30]),) for key, (one,) in alone.items() if key != (2,)
    }
    few_found = effects(of_windows, [Asked("w2v/input", AROUND, few)])
    assert few_found["p"].tolist() == [UnitMean.of(values[1] - values[0]).p_value()]
    # other words than the first setting's: neighbours are looked for among others
    fewer = {
        key: tuple(replace(one, n_words=100 * (key == (1,))) for one in by_seed)
        for key, by_seed in answers.items()
    }
    found = effects(of_windows, [Asked("w2v/input", AROUND, fewer)]).set_index("level")
    assert found["outcome"].to_dict() == {"2": "not tested", "3": "not told apart"}
    of_words = SweepOptions(over={"vocabulary.min_count": [1, 2, 3]}, seeds=3)
    untested = effects(folder_of(of_words), asked)
    assert set(untested["outcome"]) == {"not tested"}


def test_a_hole_in_the_grid_is_said() -> None:
    whole = asked(1.0)
    holed = Asked(
        whole.space,
        SIMLEX,
        {key: one for key, one in whole.answers.items() if key in ((0, 0), (0, 1), (1, 1))},
    )
    found = effects(folder_of(GRID), [holed]).set_index("option")
    assert found["n_settings"].to_dict() == {"window": 1, "rate": 1}
    sd = spreads(folder_of(GRID), [holed]).set_index("source")["sd"]
    assert np.isnan([sd["window"], sd["rate"]]).all()
    apart = Asked(whole.space, SIMLEX, {(0, 0): whole.answers[0, 0], (1, 1): whole.answers[1, 1]})
    found = effects(folder_of(GRID), [apart])
    assert found["outcome"].tolist() == ["not tested"] * 2
    assert set(found["why"]) == {"no two settings that are done differ in it alone"}


def test_settings_are_compared_on_items_that_all_have() -> None:
    one, other = answered(1, 0), answered(1, 1)
    short = Answers(SIMLEX, other.items.iloc[50:100])
    assert list(common_items([one, short])) == PAIRS[50:100]


def test_cells_with_other_items_are_shown_on_those_that_all_have() -> None:
    whole = asked(1.0)
    assert whole.is_of_all
    (first, *others), *settings = whole.answers.values()
    fewer = Answers(SIMLEX, first.items.iloc[:200], first.seed)
    answers = dict(zip(whole.answers, [(fewer, *others), *settings], strict=True))
    cut = Asked(whole.space, SIMLEX, answers)
    assert not cut.is_of_all
    shown = cut.values().set_index("setting")["value"]
    told = effects(folder_of(GRID), [cut]).set_index("option")["value"]
    by_window = {
        level: shown[[key for key in answers if key[0] == level]].mean() for level in (0, 1)
    }
    assert by_window[1] - by_window[0] == pytest.approx(told["window"])


def test_an_axis_tells_its_levels() -> None:
    axis = Axis(("a", "b"), ((1, "x"), (2.5, "y")))
    assert [axis.told(0), axis.told(1), axis.name] == ["1, x", "2.5, y", "a, b"]
    assert axis.named(1) == "a 2.5, b y"
