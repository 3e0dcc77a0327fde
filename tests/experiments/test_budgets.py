"""Budgets that match: what the other models are given comes near, and is written down."""

import tomllib

import pytest

from compare.errors import InputError
from compare.progress import quiet
from compare.runtime import Runtime
from compare.trainers.trainer import Foretold
from experiments.config.commented import commented_toml
from experiments.config.loading import load_config, run_config
from experiments.config.run_config import RunConfig
from experiments.stages.budget import matched
from experiments.stages.text import opened_text


def matching(*settings: str) -> tuple[RunConfig, RunConfig]:
    """Match the budgets of a small run; gives its config before and after."""
    config = load_config("smoke", ["threads=1", *settings])
    assert isinstance(config, RunConfig)
    return config, matched(config, opened_text(config, quiet), Runtime(threads=1))


def foretold(config: RunConfig, name: str) -> Foretold:
    model = config.models[name]
    reading = model.reading(opened_text(config, quiet), name)
    assert model.record.source is not None
    assert model.record.foretold is not None
    return model.record.foretold(model.record.source(reading, Runtime(threads=1)), model.options)


@pytest.mark.parametrize("match", ["flops", "tokens", "parameters"])
def test_models_are_given_what_another_has(match: str) -> None:
    name = {"tokens": "seen"}.get(match, match)
    more = ("models.gpt.epochs=20.0", f"budget.match={match}", "budget.of=gpt")
    before, after = matching(*more)
    target = getattr(foretold(before, "gpt"), name)
    for one in ("w2v", "gensim"):
        assert getattr(foretold(after, one), name) == pytest.approx(target, rel=0.05)
        assert getattr(foretold(before, one), name) != pytest.approx(target, rel=0.05)
    assert after.models["gpt"] == before.models["gpt"]
    assert after.models["ppmi"] == before.models["ppmi"]


def test_words_are_those_of_the_text() -> None:
    _, after = matching("models.w2v.epochs=3", "budget.match=words", "budget.of=w2v")
    assert after.models["gpt"].options.model_dump()["epochs"] == 3
    assert after.models["gensim"].options.model_dump()["epochs"] == 3


def test_a_number_may_stand_for_a_model() -> None:
    _, after = matching("budget.match=flops", "budget.of=2e9")
    for name in ("w2v", "gensim", "gpt"):
        assert foretold(after, name).flops == pytest.approx(2e9, rel=0.05)


def test_seconds_are_measured_once_and_then_stand_in_the_config(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("experiments.stages.budget.WARM_UP_SECONDS", 0.5)
    settings = ("budget.match=seconds", "budget.of=w2v", "models.w2v.epochs=40")
    _, after = matching(*settings, "models.gensim.workers=1")
    assert after.budget.is_fixed
    again = run_config(tomllib.loads(commented_toml(after)), "written config")
    assert again == after
    assert matched(again, opened_text(again, quiet), Runtime(threads=1)) is again
    # the rates are kept: the same epochs come of it
    assert matching(*settings, "models.gensim.workers=1")[1] == after


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["budget.match=flops"], "budget.of names the model"),
        (["budget.match=flops", "budget.of=gtp"], "no model 'gtp' .*'gpt'"),
        (["budget.match=flops", "budget.of=ppmi"], "no model 'ppmi' whose budget is known"),
        (["budget.match=flops", "budget.of=-1.0"], "must be above 0"),
        (["budget.match=hours", "budget.of=gpt"], "budget.match"),
        (["budget.match=words", "budget.of=gpt"], "one epoch takes .* give more to the model"),
    ],
)
def test_budgets_that_cannot_be_matched(settings: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        matching(*settings)
