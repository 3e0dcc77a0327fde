"""All trainers; and a text → what a trainer leaves, cached by its content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from compare.cache import Stage
from compare.errors import InputError, nearest_names
from compare.options import Options
from compare.runtime import Runtime
from compare.snapshots import SavedSnapshots
from compare.storage import content_key
from compare.trainers.gensim import GENSIM
from compare.trainers.glove import GLOVE
from compare.trainers.gpt import LANGUAGE_MODEL
from compare.trainers.hugging_face import HUGGING_FACE
from compare.trainers.ppmi import PPMI
from compare.trainers.published import PUBLISHED
from compare.trainers.skipgram import SKIPGRAM
from compare.trainers.trainer import Opened, Reading, Source, Trainer

TRAINERS: tuple[Trainer, ...] = (
    SKIPGRAM,
    GENSIM,
    PPMI,
    GLOVE,
    LANGUAGE_MODEL,
    PUBLISHED,
    HUGGING_FACE,
)


def trainer_named(name: Any) -> Trainer:
    """Find a trainer.

    Raises
    ------
    InputError
        If there is none of that name; near ones are offered.
    """
    if not isinstance(name, str):
        raise InputError(f"expected the name of a trainer; found {name!r}")
    for trainer in TRAINERS:
        if name in (trainer.name, *trainer.also):
            return trainer
    names = [one for trainer in TRAINERS for one in (trainer.name, *trainer.also)]
    raise InputError(f"unknown trainer {name!r}; {nearest_names(name, names)}")


def opened(trainer: Trainer, reading: Reading, options: Options, runtime: Runtime) -> Opened:
    """Train a model, or open what the cache or somebody else has.

    Parameters
    ----------
    trainer : Trainer
    reading : Reading
        The text, in the unit that the model reads.
    options : Options
        Of the trainer's type.
    runtime : Runtime
        Interrupted work goes on from its checkpoint when the same is asked for again.

    Raises
    ------
    InputError, TrainingError
        As the trainer says.
    """
    if trainer.source is None or trainer.fit is None:
        key = content_key(trainer.name, trainer.version, options.model_dump(mode="json"))
        return trainer.load(None, key, None, reading, options, runtime)
    source, fit = trainer.source(reading, runtime), trainer.fit
    stage = stage_of(trainer, reading, source, options, runtime)

    def build(folder: Path) -> None:
        work = replace(
            runtime,
            checkpoint=stage.checkpoint,
            keep_snapshot=SavedSnapshots(stage.snapshots),
            progress=runtime.show(_title(trainer, reading)),
        )
        fit(source, options, work).save(folder)

    folder = stage.open(build)
    return trainer.load(folder, stage.key, source, reading, options, runtime)


def stage_of(
    trainer: Trainer, reading: Reading, source: Source, options: Options, runtime: Runtime
) -> Stage:
    """Name the stage that keeps a training."""
    made_of = (
        trainer.name,
        trainer.version,
        source.key,
        options.model_dump(mode="json"),
        runtime.seed,
        dict(trainer.hangs_on(options, source, runtime)),
    )
    about = f"{reading.name or trainer.name} on {reading.text.corpus.name}, seed {runtime.seed}"
    return Stage(trainer.name, made_of, inputs=(source.folder,), about=about)


def check(trainer: Trainer, reading: Reading, options: Options, runtime: Runtime) -> None:
    """Look, before anything long is done, whether a model can be trained on a text.

    Raises
    ------
    InputError
    """
    if trainer.source is not None and trainer.check is not None:
        trainer.check(trainer.source(reading, runtime), options)


def _title(trainer: Trainer, reading: Reading) -> str:
    is_told = reading.name and reading.name not in (trainer.name, *trainer.also)
    return f"training {trainer.label}" + (f" ({reading.name})" if is_told else "")
