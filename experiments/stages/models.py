"""All models of a run, trained or opened, and their spaces under the names that readers see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compare.llm.vectors.tables import layer_of
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.reading import Text
from compare.trainers.all_trainers import check, train
from compare.trainers.language_models import OpenedModel
from compare.trainers.trainer import FLOOR, Trained, Trainer
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
        trainer, options, reads = self.config.record, self.config.options, self.config.reads
        main = self.spaces[next(iter(self.spaces))].provenance
        vectors = self.config.vectors if "split_share" in main and reads != "words" else None
        return {
            "model": self.name,
            "label": self.label,
            "family": trainer.family,
            "trainer": trainer.name,
            "reads": reads,
            **self.trained.cost,
            "loss": f"{trainer.loss} ({reads})" if trainer.loss else "",
            "split_share": main["split_share"] if vectors else None,
            "form": vectors.form if vectors else None,
            "pooling": vectors.pooling if vectors else None,
            "tied": getattr(options, "tied", None),
            "notes": "; ".join(self.trained.notes),
        }


def trained_models(
    config: RunConfig, text: Text, runtime: Runtime, *, of_others: bool = True
) -> dict[str, Model]:
    """Train or open every model that the run needs, in the config's order.

    What may be wrong is looked at before anything long is done: models of others are opened first,
    and those to be trained are asked whether the text is enough.

    Parameters
    ----------
    of_others : bool
        Also open what others have trained, which no seed changes.
    """
    needed = {n: one for n, one in config.trained.items() if of_others or one.record.fit}
    readings = {name: one.reading(text, name) for name, one in needed.items()}
    labels = model_labels(config.trained)
    found: dict[str, Model] = {}
    for name, one in needed.items():
        if one.record.fit is not None:
            check(one.record, readings[name], one.options, runtime)
    for name in sorted(needed, key=lambda name: needed[name].record.fit is not None):
        one, asked = needed[name], config.asked_of(name)
        trained = train(one.record, readings[name], one.options, runtime)
        if isinstance(trained, OpenedModel):
            trained.check(asked)
        found[name] = _model(name, labels[name], one, trained, asked)
    return {name: found[name] for name in needed}


def _model(
    name: str, label: str, config: ModelConfig, trained: Trained, asked: Sequence[str]
) -> Model:
    def named(space: EmbeddingSpace, table: str) -> EmbeddingSpace:
        return _named(space, name, label, config.record, table)

    spaces = {table: named(space, table) for table, space in trained.spaces(asked).items()}
    snapshots = tuple((share, named(space, "input")) for share, space in trained.snapshots)
    return Model(name, label, config, trained, spaces, snapshots)


def model_labels(models: Mapping[str, ModelConfig]) -> dict[str, str]:
    """Name models for readers: by their own label, else their trainer's where it is the only one.

    Labels differ: several models of a trainer carry their names.
    """
    told = {name: one.label or one.record.label or name for name, one in models.items()}
    shared = list(told.values())
    return {
        name: label if shared.count(label) == 1 else f"{label} {name}"
        for name, label in told.items()
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
