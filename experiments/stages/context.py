"""What context adds in each layer of the language models that were trained here, as a stage."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from compare.cache import Stage, versions
from compare.comparison.context import (
    LAYER_COLUMNS,
    MOST_OCCURRENCES,
    N_SENTENCES,
    SENSE_COLUMNS,
    context_by_layer,
    senses_by_layer,
)
from compare.errors import InputError
from compare.runtime import Runtime
from compare.text.planted_truth import read_senses
from compare.text.reading import Text
from compare.trainers.language_models import OpenedModel
from compare.trainers.trained import Trained
from experiments.results.tables import joined, read_csv, write_csv

logger = logging.getLogger(__name__)

_VERSION = 2
_TEXT = ("model", "word", "space")


@dataclass(frozen=True)
class ContextMeasures:
    """What was measured in every layer.

    Attributes
    ----------
    layers, senses : DataFrame
        Of :func:`compare.comparison.context.context_by_layer` and ``senses_by_layer``, under the
        models' names.
    """

    layers: pd.DataFrame
    senses: pd.DataFrame


def context_of_models(
    models: Mapping[str, Trained], text: Text, runtime: Runtime
) -> ContextMeasures:
    """Measure what context adds in each language model that was trained here."""
    layers, senses = [pd.DataFrame(columns=LAYER_COLUMNS)], [pd.DataFrame(columns=SENSE_COLUMNS)]
    for name, model in models.items():
        trained = model.opened
        if not isinstance(trained, OpenedModel) or model.trainer.fit is None:
            continue
        try:
            folder = _measured(trained, text, runtime)
        except InputError as error:  # a text or a context too short for it: no reason to stop
            logger.warning("what context adds in %s is not measured: %s", name, error)
            continue
        layers.append(_named(read_csv(folder / "layers.csv", _TEXT), name))
        senses.append(_named(read_csv(folder / "senses.csv", _TEXT), name))
    return ContextMeasures(joined(layers), joined(senses))


def _measured(trained: OpenedModel, text: Text, runtime: Runtime) -> Path:
    model, options, seed = trained.model, trained.reading.vectors, runtime.seed
    made_of = (
        "what context adds",
        _VERSION,
        trained.key,
        text.words.key,
        [model.context, options.model_dump(), seed, N_SENTENCES, MOST_OCCURRENCES],
        {"threads": runtime.threads, "device": runtime.device},
        versions("torch", "numpy", "scikit-learn"),
    )

    def build(folder: Path) -> None:
        progress = runtime.show(f"what context adds in {model.name}")
        layers = context_by_layer(model, text.passages, options, seed=seed)
        write_csv(folder / "layers.csv", layers)
        progress(1, 2, unit="samples")
        truth = text.words.truth
        known = read_senses(truth / "senses.tsv") if truth is not None else {}
        senses = senses_by_layer(model, text.passages, options, known, seed=seed)
        write_csv(folder / "senses.csv", senses)
        progress(2, 2, unit="samples")

    inputs = (trained.folder, text.words.folder)
    about = f"layers of {model.name}"
    return Stage("contextuality", made_of, inputs=inputs, about=about).open(build)


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put the model's own name in place of what it was called when it was measured."""
    spaces = [f"{name}/{str(space).partition('/')[2]}" for space in table["space"]]
    return table.assign(model=name, space=spaces)
