"""Grids: keys and values as they are given, and the cells that they make."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from compare.errors import InputError
from experiments.config.loading import load_config
from experiments.sweep.frozen import asked_sweep
from experiments.sweep.grid import SweepOptions, cells_of, keys_with_values, options_of
from tests.sweep.sweeping import tiny_sweep, tiny_toml


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ("k=1,2", [1, 2]),
        ("k=1e-3, 0.5", [0.001, 0.5]),
        ("k=true,false", [True, False]),
        ("k=a.txt,b.txt", ["a.txt", "b.txt"]),
        ('k="a,b",c', ['"a', 'b"', "c"]),  # text with a comma goes into quotes, each value
        ('k="a,b","c"', ["a,b", "c"]),
        ("k=[0.1],[0.2, 0.3]", [[0.1], [0.2, 0.3]]),
        ("k=auto,3", ["auto", 3]),
    ],
)
def test_values_are_toml_or_text(told: str, values: list[Any]) -> None:
    assert keys_with_values([told], "--over") == {"k": values}


@pytest.mark.parametrize("told", ["k", "=1", " = ", ""])
def test_a_key_and_values_are_needed(told: str) -> None:
    with pytest.raises(InputError, match=r"--zip expects section.key=V1,V2"):
        keys_with_values([told], "--zip")


def test_a_key_without_values_is_told() -> None:
    with pytest.raises(InputError, match="k has no values; name at least one"):
        keys_with_values(["k="], "--over")


def test_a_key_comes_once() -> None:
    with pytest.raises(InputError, match="names k twice"):
        keys_with_values(["k=1", "k=2"], "--over")


def choices(options: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    cells = cells_of(SweepOptions(**options), 5)
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    return [(*cell.choices.values(), cell.seed) for cell in cells]


def test_options_multiply_and_seeds_stand_together() -> None:
    grid = {"over": {"a": [1, 2], "b": ["x", "y"]}, "seeds": 2}
    assert choices(grid) == [
        *((1, "x", 5), (1, "x", 6), (1, "y", 5), (1, "y", 6)),
        *((2, "x", 5), (2, "x", 6), (2, "y", 5), (2, "y", 6)),
    ]


def test_zipped_options_go_side_by_side() -> None:
    grid = {"over": {"a": [1, 2]}, "zip": {"b": [3, 4], "c": [5, 6]}}
    assert choices(grid) == [(1, 3, 5, 5), (1, 4, 6, 5), (2, 3, 5, 5), (2, 4, 6, 5)]


def test_a_sample_is_a_fixed_part_of_the_grid() -> None:
    grid = {"over": {"a": list(range(50)), "b": list(range(50))}}
    drawn = choices({**grid, "sample": 20})
    assert drawn == choices({**grid, "sample": 20})
    assert len(set(drawn)) == 20
    assert set(drawn) < set(choices(grid))
    assert drawn == sorted(drawn)  # in the grid's order


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs an option"),
        ({"over": {"a": []}}, "a has no values"),
        ({"over": {"a": [1, 2, 1]}}, "a has the value 1 twice"),
        ({"over": {"a": [0, 0.0]}}, "a has the value 0.0 twice"),
        ({"over": {"a": [[0.1], [0.1]]}}, r"a has the value \[0.1\] twice"),
        ({"zip": {"a": [1, 2, 1], "b": [3, 4, 3]}}, "a, b has the value .* twice"),
        ({"over": {"models.w.size": [1], "models.*.size": [2]}}, "are both swept"),
        ({"over": {"a": [1]}, "zip": {"a": [2]}}, "a is both swept over and zipped"),
        ({"zip": {"a": [1, 2], "b": [1]}}, "as many values each; a has 2, b has 1"),
        ({"over": {"seed": [1, 2]}}, "counts seeds up by --seeds"),
        ({"over": {"a": [1, 2]}, "sample": 3}, "a sample of 3 .* the grid has 2"),
    ],
)
def test_grids_that_contradict_themselves(options: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        cells_of(SweepOptions(**options), 1)


def test_a_table_of_a_config_may_nest_its_keys() -> None:
    nested = {"over": {"models": {"w2v": {"window": [1, 2]}}}, "seeds": 3}
    found = options_of(nested, "my.toml")
    assert found.over == {"models.w2v.window": [1, 2]}
    with pytest.raises(InputError, match=r"my\.toml: sweep: unknown key 'seed'"):
        options_of({"seed": 3}, "my.toml")


def test_the_command_line_goes_before_the_table(tmp_path: Path) -> None:
    path = Path(tiny_toml(tmp_path))
    table = "\n[sweep]\nseeds = 2\n[sweep.over]\nmodels.w2v.window = [2, 5]\n"
    path.write_text(path.read_text() + table)
    assert len(asked_sweep(str(path), {}).cells) == 4
    given = {"over": {"models.w2v.window": [3], "models.w2v.negatives": [1, 2]}, "seeds": 1}
    asked = asked_sweep(str(path), given)
    assert [dict(cell.choices) for cell in asked.cells] == [
        {"models.w2v.window": 3, "models.w2v.negatives": 1},
        {"models.w2v.window": 3, "models.w2v.negatives": 2},
    ]
    with pytest.raises(InputError, match="is a sweep of runs: embcontrast sweep"):
        load_config(str(path))


def test_levels_are_those_of_the_grid() -> None:
    grid = SweepOptions(over={"a": [True, 1], "b": ["x"]}, zip={"c": [1, 1], "d": [2, 3]}, seeds=2)
    levels = [cell.levels for cell in cells_of(grid, 1)]
    assert levels == [one for one in product((0, 1), (0,), (0, 1)) for _ in range(2)]


def test_threads_may_be_swept(tmp_path: Path) -> None:
    asked = tiny_sweep(tmp_path, {"over": {"threads": [1, 2]}})
    assert [config.threads for config in asked.configs] == [1, 2]


def test_quantities_are_known_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no quantity 'analogie'.*'analogies'"):
        tiny_sweep(tmp_path, {"over": {"models.w2v.window": [2]}, "quantities": ["analogie"]})


def test_seeds_are_counted_in_one_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="counts seeds by --seeds"):
        asked_sweep(tiny_toml(tmp_path), {"over": {"models.w2v.window": [2]}}, ["seeds=2"])
    with pytest.raises(InputError, match="seeds"):
        tiny_sweep(tmp_path, {"over": {"models.w2v.window": [2]}, "seeds": 0})


def test_every_cell_has_its_config_and_one_thread(tmp_path: Path) -> None:
    asked = tiny_sweep(tmp_path)
    found = [(c.models["w2v"].options.model_dump()["window"], c.seed) for c in asked.configs]
    assert found == [(2, 1), (2, 2), (5, 1), (5, 2)]
    assert {config.threads for config in asked.configs} == {1}


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"models.w2v.windw": [2, 5]}, r"cell 1 .*unknown key 'windw' .*'window'"),
        ({"models.w2v.window": [2, 0]}, r"cell 2 \(models.w2v.window=0, seed 1\): .*window"),
        ({"models.w2v.window": [2, "wide"]}, r"cell 2 .*window.*integer"),
        ({"models.gpt.layers": [1]}, "cell 1 .*trainer"),
    ],
)
def test_a_wrong_value_of_one_cell_is_told_before_anything_starts(
    tmp_path: Path, over: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        tiny_sweep(tmp_path, {"over": over})


def test_paths_stand_from_the_root_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("The king saw the queen. " * 40)
    Path("planted").mkdir()  # the corpus of that name goes before it
    over = {"corpus.source": ["mine.txt", "planted"]}
    Path("pairs.csv").write_text("a,b,1\n")
    Path("SimLex-999").mkdir()
    settings = ["judgments.analogies=[]", 'judgments.similarity=["SimLex-999", "pairs.csv"]',
                'judgments.company_corpus=["text", "mine.txt"]']  # fmt: skip
    asked = asked_sweep(tiny_toml(tmp_path), {"over": over}, settings)
    judgments = asked.configs[0].judgments
    assert judgments.similarity == ("SimLex-999", str(tmp_path / "pairs.csv"))
    assert judgments.company_corpus == ("text", str(tmp_path / "mine.txt"))
    assert [config.corpus.source for config in asked.configs] == [
        *(str(tmp_path / "mine.txt"), "planted")
    ]


@pytest.mark.parametrize("preset", ["demo", "intro-questions"])
def test_what_is_no_single_run_is_not_swept(preset: str) -> None:
    with pytest.raises(InputError, match="is no single run"):
        asked_sweep(preset, {"over": {"seed": [1]}})
