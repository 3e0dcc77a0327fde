"""Flags of the command line are made of options models: names, types, defaults as they are."""

import pytest
import typer
from typer.testing import CliRunner

from compare.llm.options import GPTTrainerOptions
from compare.trainers.all_trainers import TRAINERS
from compare.word2vec.options import SkipgramOptions
from experiments.cli.options_to_flags import chosen, flags_of, with_flags


def parsed(options: type, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = {}

    def command(**values: object) -> None:
        found.update(values)

    app = typer.Typer()
    app.command()(with_flags(command, flags_of(options)))
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return chosen(options, found)


def help_of(options: type) -> str:
    def command(**_values: object) -> None: ...

    app = typer.Typer(rich_markup_mode=None)
    app.command()(with_flags(command, flags_of(options)))
    return " ".join(CliRunner().invoke(app, ["--help"]).output.split())


def test_values_get_the_types_of_the_options() -> None:
    given = parsed(
        SkipgramOptions,
        *("--window", "2", "--learning-rate", "0.1", "--no-sentence-borders"),
        *("--snapshots", "0.1", "--snapshots", "0.5", "--precision", "float32"),
    )
    options = SkipgramOptions.model_validate(given)
    assert (options.window, options.learning_rate, options.sentence_borders) == (2, 0.1, False)
    assert options.snapshots == (0.1, 0.5)
    given = parsed(GPTTrainerOptions, "--compile", "--tied", "--patience", "3")
    assert given == {"compile": True, "tied": True, "patience": 3}
    assert parsed(GPTTrainerOptions) == {}


def test_defaults_are_shown_as_they_are() -> None:
    """1 is not yes, and 0 is not no."""
    text = help_of(GPTTrainerOptions)
    for told in ("may be a fraction [1.0]", "[32]", "dropped in training [0.0]", "[auto]", "[no]"):
        assert told in text, told
    assert "[yes]" in help_of(SkipgramOptions)
    assert "[none]" in help_of(SkipgramOptions)


@pytest.mark.parametrize("trainer", TRAINERS, ids=lambda one: one.name)
def test_every_option_has_a_flag(trainer) -> None:
    names = {flag.name for flag in flags_of(trainer.options)}
    assert names == set(trainer.options.model_fields)
