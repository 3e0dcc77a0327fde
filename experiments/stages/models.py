"""All models of a run, trained or opened, and their spaces under the names that readers see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compare.llm.vectors.tables import layer_of
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text
from compare.trainers.trainer import FLOOR, Trained, Trainer
from compare.trainers.training import train
from experiments.config.models import ModelConfig
from experiments.config.run_config import RunConfig


@dataclass(frozen=True)
class Model:
    """A model of a run.

    Attributes
    ----------
    name, label : str
        In configs, and for readers.
    trained : Trained
    spaces : mapping of str → EmbeddingSpace
        By table; named MODEL/TABLE, with label, family and role in their provenance.
    snapshots : tuple of (float, EmbeddingSpace)
    """

    name: str
    label: str
    config: ModelConfig
    trained: Trained
    spaces: Mapping[str, EmbeddingSpace]
    snapshots: tuple[tuple[float, EmbeddingSpace], ...] = ()

    def facts(self) -> dict[str, Any]:
        """Give the model's row of ``models.csv``."""
        trainer, options = self.config.record, self.config.options
        main = self.spaces[next(iter(self.spaces))].provenance
        vectors = self.config.word_vectors
        return {
            "model": self.name,
            "label": self.label,
            "family": trainer.family,
            "trainer": trainer.name,
            "reads": self.config.reads,
            **self.trained.cost,
            "loss": trainer.loss,
            "split_share": main.get("split_share"),
            "form": vectors.form if vectors else None,
            "pooling": vectors.pooling if vectors else None,
            "tied": getattr(options, "tied", None),
            "notes": "; ".join(self.trained.notes),
        }


def trained_models(config: RunConfig, text: Text, runtime: Runtime) -> dict[str, Model]:
    """Train or open every model that the run needs, in the config's order."""
    labels = model_labels(config.trained)
    models = {}
    for name, one in config.trained.items():
        trained = train(one.record, one.reading(text), one.options, runtime)
        spaces = trained.spaces(config.asked_of(name))
        models[name] = Model(
            name,
            labels[name],
            one,
            trained,
            {
                table: _named(space, name, labels[name], one.record, table)
                for table, space in spaces.items()
            },
            tuple(
                (share, _named(space, name, labels[name], one.record, "input"))
                for share, space in trained.snapshots
            ),
        )
    return models


def model_labels(models: Mapping[str, ModelConfig]) -> dict[str, str]:
    """Name models for readers: by their own label, else their trainer's where it is the only one.

    Labels differ: several models of a trainer carry their names.
    """
    usual = {name: one.record.label or name for name, one in models.items()}
    shared = list(usual.values())
    return {
        name: one.label
        or (usual[name] if shared.count(usual[name]) == 1 else f"{usual[name]} {name}")
        for name, one in models.items()
    }


def table_label(trainer: Trainer, table: str) -> str:
    """Name a table, to stand behind its model's label.

    >>> from compare.trainers.gpt import LANGUAGE_MODEL
    >>> table_label(LANGUAGE_MODEL, "layer-2-alone")
    ' layer 2, alone'
    """
    layer = layer_of(table)
    if layer is not None:
        return f" layer {layer.number}{', alone' if layer.is_alone else ''}"
    return trainer.table_labels.get(table, f" {table}")


def _named(
    space: EmbeddingSpace, model: str, label: str, trainer: Trainer, table: str
) -> EmbeddingSpace:
    more = {
        "name": f"{model}/{table}",
        "model": model,
        "label": f"{label}{table_label(trainer, table)}",
        "family": trainer.family,
        "trainer": trainer.name,
        "role": FLOOR if table == trainer.floor else "",
    }
    return space.with_provenance(more)
