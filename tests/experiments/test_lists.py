"""What there is by name, and presets as files to start from."""

import json
import tomllib

import pytest

from compare.comparison.quantities import QUANTITIES
from compare.trainers.all_trainers import TRAINERS
from experiments.cli.lists import LISTINGS
from experiments.config.loading import load_config, run_config
from experiments.config.option_rows import option_rows
from experiments.config.run_config import RunConfig
from tests.experiments.test_cli import call


@pytest.mark.parametrize("what", LISTINGS)
def test_every_listing_has_rows_and_the_same_in_json(what: str, capsys) -> None:
    status, out, _ = call("list", what, capsys=capsys)
    assert status == 0
    status, text, _ = call("list", what, "--json", capsys=capsys)
    rows = json.loads(text)
    assert len(rows) == len(out.splitlines()) > 0
    first = LISTINGS[what].columns[0]
    assert [line.split("\t")[0] for line in out.splitlines()] == [row[first] for row in rows]


def test_listings_are_the_tuples(capsys) -> None:
    _, text, _ = call("list", "trainers", "--json", capsys=capsys)
    assert [row["trainer"] for row in json.loads(text)] == [one.name for one in TRAINERS]
    _, text, _ = call("list", "measures", "--json", capsys=capsys)
    assert len(json.loads(text)) == len(QUANTITIES)


@pytest.mark.parametrize("trainer", TRAINERS, ids=lambda one: one.name)
def test_options_of_a_trainer_are_all_told_with_their_defaults(trainer, capsys) -> None:
    _, text, _ = call("list", "options", trainer.name, "--json", capsys=capsys)
    told = {row["option"]: row for row in json.loads(text)}
    for name, field in trainer.options.model_fields.items():
        assert told[name]["says"] == field.description
    assert {f"models.NAME.{name}" for name in trainer.options.model_fields} <= {
        row["option"] for row in LISTINGS["options"].rows(None)
    }


def test_a_shown_preset_is_commented_and_runs_as_it_is(capsys) -> None:
    status, text, _ = call("show", "smoke", capsys=capsys)
    assert status == 0
    assert run_config(tomllib.loads(text), "shown") == load_config("smoke")
    for row in option_rows(RunConfig):
        key = row.key.rpartition(".")[2]
        assert f"\n{key} = " in text or f"\n# {key} = " in text, row.key
    assert "(default)" in text
    assert "tokens of a trained encoding: 256 bytes, merges, and special tokens\n" in text
    status, shown, _ = call("show", "smoke", "--json", capsys=capsys)
    assert json.loads(shown)["name"] == "smoke"
    status, shown, _ = call("show", "demo", capsys=capsys)
    assert tomllib.loads(shown)["runs"] == ["real", "wiki-sample", "planted"]
