"""The work behind the GPT's record (``gpt.py``): it is trained, saved, opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from safetensors.numpy import load_file

from compare.cache import versions
from compare.llm.compilation import missing_for_compiling
from compare.llm.cost import (
    flops_per_token,
    n_parameters,
    n_weights,
    shape_flops_per_token,
    training_bytes,
)
from compare.llm.distributed import n_processes
from compare.llm.epochs import Epochs
from compare.llm.gpt import GPT, load_gpt, save_gpt, untrained_gpt
from compare.llm.options import GPTTrainerOptions
from compare.llm.tokenizer import save_encoding
from compare.llm.training import TrainedGPT, train_gpt
from compare.llm.vectors.coders import BytePairs, TextCoder, WholeWords
from compare.llm.vectors.known_words import words_known_to
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.tables import pooled_space
from compare.llm.vectors.word_pieces import pooled_rows
from compare.llm.windows import SlidingWindows
from compare.machine import hidden_facts, resolve_precision, torch_threads
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.storage import read_json, write_json, write_text
from compare.text.vocabulary import write_vocabulary
from compare.trainers.gpt_workers import training_job
from compare.trainers.language_models import OpenedModel
from compare.trainers.model_folder import VOCABULARY_FILES
from compare.trainers.sources import RunningIds
from compare.trainers.trainer import Foretold, Reading


@dataclass(frozen=True)
class FittedGPT:
    """A GPT as it comes out of training."""

    trained: TrainedGPT
    options: GPTTrainerOptions
    source: RunningIds
    threads: int

    def save(self, folder: Path) -> None:
        """Write the model, its tokenizer, the training curve and what it cost."""
        trained = self.trained
        save_gpt(trained.model, folder / "model.pt")
        _save_coder(self.source.coder, folder)
        points = pd.DataFrame(trained.history)
        history = points.rename(columns={"tokens": "seen"}).assign(unit=self.source.unit)
        write_text(folder / "history.csv", history.to_csv(index=False))
        n_scored = self.options.sampled_softmax
        cost = {
            "dimension": self.options.dimension,
            "parameters": n_parameters(trained.model),
            "epochs": trained.epochs,
            "seen": trained.tokens_seen,
            "unit": self.source.unit,
            "flops": trained.tokens_seen * flops_per_token(trained.model, n_scored=n_scored),
            "threads": self.threads,
            "seconds": trained.history[-1].seconds,
        }
        about = {"cost": cost, "tokens_planned": trained.tokens_planned}
        write_json(folder / "about.json", about)


def _save_coder(coder: TextCoder, folder: Path) -> None:
    if isinstance(coder, BytePairs):
        save_encoding(coder.encoding, folder / "encoding.json")
    elif isinstance(coder, WholeWords):
        write_vocabulary(coder.vocabulary, folder / VOCABULARY_FILES[coder.rule])


def fit(source: RunningIds, options: GPTTrainerOptions, runtime: Runtime) -> FittedGPT:
    """Train, together with other processes where there are some."""
    coder = source.coder
    job = training_job(source.folder, coder.n_ids, coder.end_id, options, runtime)
    with torch_threads(runtime.threads), job:
        trained = train_gpt(
            source.training.ids,
            source.validation.ids,
            coder.n_ids,
            options.shape,
            options.training,
            end_id=coder.end_id,
            n_validation_bytes=source.validation.n_units,
            runtime=runtime,
        )
    return FittedGPT(trained, options, source, runtime.threads)


def check(source: RunningIds, options: GPTTrainerOptions) -> None:
    """Look whether the text fills a row; an :class:`InputError` where not."""
    SlidingWindows(source.training.ids, options.context, options.context)  # is there enough text?


def foretold(source: RunningIds, options: GPTTrainerOptions) -> Foretold:
    """Foretell a training from the shapes."""
    training, shape, n_ids = options.training, options.shape, source.coder.n_ids
    windows = SlidingWindows(source.training.ids, shape.context, training.stride or shape.context)
    plan = Epochs(len(windows), training.batch_size, training.epochs)
    seen = plan.n_planned * shape.context
    return Foretold(
        seen=seen,
        parameters=n_weights(shape, n_ids),
        flops=seen * shape_flops_per_token(shape, n_ids, n_scored=training.sampled_softmax),
        memory=training_bytes(shape, training, n_ids, n_parts=training.accumulation),
    )


def load(
    folder: Path | None,
    key: str,
    source: Any,
    reading: Reading,
    options: GPTTrainerOptions,
    runtime: Runtime,
) -> OpenedModel:
    """Open what :meth:`FittedGPT.save` wrote."""
    assert folder is not None
    model, coder = load_gpt(folder / "model.pt"), source.coder
    untrained = untrained_gpt(model.options, model.vocabulary_size, seed=runtime.seed)
    untrained.token_counts = model.token_counts
    about = read_json(folder / "about.json")

    def opened(one: GPT) -> GPTLanguageModel:
        return GPTLanguageModel(one, coder, name=reading.name or "gpt", device=runtime.device)

    whole = opened(model)
    return OpenedModel(
        key=key,
        folder=folder,
        model=whole,
        untrained=opened(untrained),
        filled=tuple(range(whole.n_layers + 1)),
        reading=reading,
        runtime=runtime,
        provenance={
            "options": options.model_dump(mode="json"),
            "encoding": coder.name,
            "seed": runtime.seed,
        },
        history=pd.read_csv(folder / "history.csv"),
        cost=about["cost"],
        snapshots=_snapshots(folder, reading, whole, about["tokens_planned"]),
        files=tuple(sorted(folder / name for name in _FILES if (folder / name).is_file())),
    )


_FILES = ("model.pt", "encoding.json", "encoding.tiktoken", *VOCABULARY_FILES.values())
"""The model and what it reads text by."""


def _snapshots(
    folder: Path, reading: Reading, model: GPTLanguageModel, n_planned: int
) -> list[tuple[float, EmbeddingSpace]]:
    """Look the vocabulary up in the tables kept during training, the earliest first."""
    files = sorted((folder / "snapshots").glob("*.safetensors"))
    if not files:
        return []
    vocabulary, options = reading.text.vocabulary, reading.vectors
    known = words_known_to(model, vocabulary.words, options.form)

    def looked_up(file: Path) -> EmbeddingSpace:
        rows = pooled_rows(load_file(file)["input"], known.pieces, options.pooling)
        return pooled_space(rows, vocabulary.words, vocabulary.counts, known, options, "input")

    return [(int(file.stem) / n_planned, looked_up(file)) for file in files]


def hangs_on(options: GPTTrainerOptions, runtime: Runtime) -> Mapping[str, Any]:
    """Say what the bits hang on beside text, options and seed."""
    return {
        "device": runtime.device,
        "threads": runtime.threads,
        "precision": resolve_precision(options.precision, runtime.device),
        "compiler": options.compile is not False and missing_for_compiling() is None,
        "processes": n_processes(),
        **hidden_facts(),
        **versions("torch", "numpy"),
    }
