"""All models of a run, trained or opened, under the names that readers see."""

from __future__ import annotations

from collections.abc import Mapping

from compare.runtime import Runtime
from compare.text.reading import Text
from compare.trainers.all_trainers import check
from compare.trainers.language_models import OpenedModel
from compare.trainers.model_options import ModelOptions
from compare.trainers.train import trained_model
from compare.trainers.trained import Trained
from experiments.config.run_config import RunConfig


def trained_models(
    config: RunConfig, text: Text, runtime: Runtime, *, of_others: bool = True
) -> dict[str, Trained]:
    """Train or open every model that the run needs, in the config's order.

    What may be wrong is looked at before anything long is done: models of others are opened first,
    and those to be trained are asked whether the text is enough.

    Parameters
    ----------
    of_others : bool
        Also open what others have trained; no seed changes it, but for untrained twins.
    """
    needed = {n: one for n, one in config.trained.items() if of_others or one.record.fit}
    labels = model_labels(config.trained)
    found: dict[str, Trained] = {}
    for name, one in needed.items():
        if one.record.fit is not None:
            check(one.record, one.reading(text, name), one.options, runtime)
    for name in sorted(needed, key=lambda name: needed[name].record.fit is not None):
        one, asked = needed[name], config.asked_of(name)
        trained = trained_model(name, labels[name], one, text, runtime, asked=asked)
        if isinstance(trained.opened, OpenedModel):
            trained.opened.check(asked)
        found[name] = trained
    return {name: found[name] for name in needed}


def model_labels(models: Mapping[str, ModelOptions]) -> dict[str, str]:
    """Name models for readers: by their own label, else their trainer's where it is the only one.

    Labels differ: several models of a trainer carry their names.
    """
    told = {name: one.label or one.record.label or name for name, one in models.items()}
    shared = list(told.values())
    return {
        name: label if shared.count(label) == 1 else f"{label} {name}"
        for name, label in told.items()
    }
