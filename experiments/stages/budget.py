"""Budgets that match: epochs, or dimensions, that give every model as much as another.

Words, tokens, operations and parameters are told from the shapes. Seconds are told from a short
training of each model, whose rate is kept: a run that is done again has the same epochs, and they
stand in the config that it writes.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from compare.errors import InputError, nearest_names
from compare.options import Options, validated
from compare.runtime import Runtime
from compare.storage import content_key
from compare.text.reading import Text
from compare.trainers.all_trainers import opened
from compare.trainers.model_options import ModelOptions
from compare.trainers.trainer import Foretold
from experiments.config.run_config import RunConfig

logger = logging.getLogger(__name__)

WARM_UP = 0.1
"""Epochs after which the rate of a training is known roughly; of whole ones, 1."""

WARM_UP_SECONDS = 10.0
"""Of the training after which it is known."""

ROUNDS = 4
"""Tries to come near to a budget."""

MOST_DIMENSION = 4096


def matched(config: RunConfig, text: Text, runtime: Runtime) -> RunConfig:
    """Give every model that is trained the budget that the config asks for.

    Returns
    -------
    RunConfig
        With the epochs (or dimensions) that follow, and ``budget.is_fixed``.

    Raises
    ------
    InputError
        If the model named is none of them, or a budget cannot be reached.
    """
    budget = config.budget
    if budget.match == "none" or budget.is_fixed:
        return config
    able = {n: one for n, one in config.trained.items() if one.record.foretold is not None}
    if isinstance(budget.of, str) and budget.of not in able:
        raise InputError(
            f"budget.of: no model {budget.of!r} whose budget is known before it is trained; "
            f"{nearest_names(budget.of, able)}"
        )
    given = _Given(text, runtime, budget.match)
    target = given.amount(budget.of, able[budget.of]) if isinstance(budget.of, str) else budget.of
    models = dict(config.models)
    for name, model in able.items():
        if name == budget.of:
            continue
        models[name] = found = given.reaching(name, model, float(target))
        reached = given.amount(name, found)
        logger.info("budget of %s: %.4g %s of %.4g", name, reached, budget.match, target)
    fixed = budget.model_copy(update={"is_fixed": True})
    return config.model_copy(update={"models": models, "budget": fixed})


class _Given:
    """What a model is given, by its options."""

    def __init__(self, text: Text, runtime: Runtime, match: str) -> None:
        self._text, self._runtime, self._match = text, runtime, match
        self._rates: dict[tuple[str, str], float] = {}

    def amount(self, name: str, model: ModelOptions) -> float:
        """Tell how much a model is given."""
        foretold = self._foretold(name, model)
        if self._match == "words":
            return float(_epochs(model.options)) * self._text.words.training.n_units
        if self._match == "seconds":
            return foretold.seen * self._rate(name, model)
        amounts = {
            "tokens": foretold.seen,
            "flops": foretold.flops,
            "parameters": foretold.parameters,
        }
        return float(amounts[self._match])

    def reaching(self, name: str, model: ModelOptions, target: float) -> ModelOptions:
        """Change a model's epochs (or dimension) so that its budget comes as near as it can."""
        if self._match == "parameters":
            return self._with_parameters(name, model, target)
        found = _with(model, epochs=_as_epochs(model, 1))
        one = self.amount(name, found) / _epochs(found.options)
        if target / one <= 0.5 and isinstance(_epochs(model.options), int):
            raise InputError(
                f"models.{name}: one epoch takes {one:.3g} {self._match}, and {target:.3g} are to "
                "be matched; give more to the model that is matched to"
            )
        for _ in range(ROUNDS):  # a longer training may be done in another, faster way
            epochs = _epochs(found.options) * target / self.amount(name, found)
            before, found = found, _with(model, epochs=_as_epochs(model, epochs))
            if found == before:
                break
        return found

    def _with_parameters(self, name: str, model: ModelOptions, target: float) -> ModelOptions:
        step = model.options.given("heads", 1) * 2
        dimensions = range(step, MOST_DIMENSION + 1, step)
        low, high = 0, len(dimensions) - 1

        def parameters(place: int) -> float:
            return self.amount(name, _with(model, dimension=dimensions[place]))

        least, most = parameters(low), parameters(high)
        if not least <= target <= most:
            raise InputError(
                f"budget: models.{name} can have {least:,.0f} to {most:,.0f} parameters here, and "
                f"{target:,.0f} are to be matched"
            )
        while high - low > 1:  # they grow with the dimension
            middle = (low + high) // 2
            low, high = (middle, high) if parameters(middle) <= target else (low, middle)
        best = min((low, high), key=lambda place: abs(parameters(place) - target))
        return _with(model, dimension=dimensions[best])

    def _foretold(self, name: str, model: ModelOptions) -> Foretold:
        record, reading = model.record, model.reading(self._text, name)
        assert record.source is not None
        assert record.foretold is not None
        return record.foretold(record.source(reading, self._runtime), model.options)

    def _rate(self, name: str, model: ModelOptions) -> float:
        """Give the seconds that a unit of text takes, from a training that is shorter.

        What is short may be done in another way than what is long (skip-gram is compiled from some
        millions of words on): the shorter one must hang on the same, and take some seconds.
        """
        facts = self._facts(name, model)
        if (name, facts) not in self._rates:
            own = _epochs(model.options)
            epochs = _as_epochs(model, min(own, WARM_UP))
            while True:
                seconds, seen = self._short(name, model, epochs)
                is_alike = self._facts(name, _with(model, epochs=epochs)) == facts
                if epochs >= own or (is_alike and seconds >= WARM_UP_SECONDS / 2):
                    break
                longer = max(2 * epochs, epochs * WARM_UP_SECONDS / max(seconds, 1e-3))
                epochs = _as_epochs(model, min(own, longer))
            self._rates[name, facts] = seconds / seen
        return self._rates[name, facts]

    def _facts(self, name: str, model: ModelOptions) -> str:
        """Name what the bits of a training hang on: how it is done."""
        record, reading = model.record, model.reading(self._text, name)
        assert record.source is not None
        source = record.source(reading, self._runtime)
        return content_key(dict(record.hangs_on(model.options, source, self._runtime)))

    def _short(self, name: str, model: ModelOptions, epochs: float) -> tuple[float, float]:
        """Train for so many epochs: seconds, and units of text seen."""
        short = _with(model, epochs=epochs)
        reading = short.reading(self._text, name)
        # of one seed, so that runs that differ in theirs have the same epochs
        once = replace(self._runtime, seed=1)
        cost = opened(short.record, reading, short.options, once).cost
        return float(cost["seconds"]), float(cost["seen"])


def _epochs(options: Options) -> Any:
    return options.epochs  # type: ignore[attr-defined]


def _as_epochs(model: ModelOptions, epochs: float) -> int | float:
    """Take epochs as the trainer counts them: whole ones, or with a fraction of four digits."""
    if isinstance(_epochs(model.options), int):
        return max(1, round(epochs))
    return float(f"{epochs:.4g}")


def _with(model: ModelOptions, **changed: Any) -> ModelOptions:
    values = {**model.options.model_dump(), **changed}
    options = validated(type(model.options), values, "budget")
    return model.model_copy(update={"options": options})
