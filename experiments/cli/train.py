"""``embcontrast train NAME``: one model on its own; every option of its trainer is a flag."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
import typer

from compare.errors import InputError
from compare.llm.tokenizer_options import TokenizerOptions
from compare.machine import resolve_device
from compare.progress import Show
from compare.runtime import Runtime
from compare.spaces.writing import save_space, write_word2vec_binary, write_word2vec_text
from compare.storage import atomic_folder, check_target, check_writable, write_text
from compare.text.reading import Text
from compare.text.vocabulary import VocabularyOptions
from compare.trainers.all_trainers import TRAINERS
from compare.trainers.trainer import Trainer
from experiments.cli.options_to_flags import chosen, flags_of, with_flags
from experiments.cli.progress_display import shown_progress
from experiments.cli.shown import Device, Seed, Threads, err, given, out
from experiments.config.loading import run_config
from experiments.config.run_config import RunConfig
from experiments.stages.models import trained_models

ALIASES = {"skipgram": "word2vec"}
"""What people say of a trainer."""

WRITERS: dict[str, Callable[..., None]] = {
    ".safetensors": save_space,
    ".txt": write_word2vec_text,
    ".vec": write_word2vec_text,
    ".bin": write_word2vec_binary,
}


def add_commands(app: typer.Typer) -> None:
    """Add a command for every trainer that learns from a text."""
    for trainer in TRAINERS:
        if trainer.fit is not None:
            names = [trainer.name, *([ALIASES[trainer.name]] if trainer.name in ALIASES else [])]
            for name in names:
                app.command(name, help=f"Train {trainer.label}: {trainer.says}.")(_command(trainer))


_VECTORS = inspect.Parameter(
    "vectors",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Literal["input", "output", "mean"] | None,
        typer.Option(help="Which table a file gets [what is usually compared]."),
    ],
)


def _command(trainer: Trainer) -> Callable[..., None]:
    flags = flags_of(trainer.options)
    if trainer.layers is None:  # a language model is saved as a folder
        flags.append(_VECTORS)
    if "tokens" in trainer.reads:
        flags += flags_of(TokenizerOptions)
    flags += flags_of(VocabularyOptions)

    def train(
        corpus: Annotated[str, typer.Option(help="A named corpus, or the path of a text.")],
        out_path: Annotated[
            Path,
            typer.Option("--out", help="FILE.safetensors (.txt or .bin: one table) or a folder."),
        ],
        reads: Annotated[str | None, typer.Option(help="words or tokens [its own].")] = None,
        seed: Seed = None,
        device: Device = None,
        threads: Threads = None,
        **options: Any,
    ) -> None:
        tokenizer = chosen(TokenizerOptions, options)
        model = {
            "trainer": trainer.name,
            **given({"reads": reads}),
            **chosen(trainer.options, options),
            **({"tokenizer": tokenizer} if tokenizer else {}),
        }
        values = {
            "corpus": {"source": corpus},
            "vocabulary": chosen(VocabularyOptions, options),
            "models": {trainer.name: model},
            "spaces": [f"{trainer.name}/{trainer.compared[0]}"],
            # no judgments are asked
            "judgments": {"analogies": [], "similarity": [], "lexicons": []},
            **given({"seed": seed, "device": device, "threads": threads}),
        }
        vectors = options.get("vectors")
        with shown_progress(err) as show:
            config = run_config(values, "train")
            for path in train_one(config, out_path, vectors=vectors, show=show):
                out.print(str(path), markup=False)

    return with_flags(train, flags)


def train_one(config: RunConfig, target: Path, *, vectors: str | None, show: Show) -> list[Path]:
    """Train the one model of a config; returns the files written.

    Parameters
    ----------
    target : Path
        A file (``.safetensors``, ``.txt``, ``.bin``: one table), or a folder for all tables and
        snapshots (and a GPT's model and tokenizer).
    vectors : str, optional
        Which table a file gets; by default the one that is usually compared.

    Raises
    ------
    InputError
        If an option is wrong, or the target cannot be written.
    """
    (name,) = config.models
    is_file = target.suffix in WRITERS
    _check_target(target, is_file=is_file)
    trainer = config.models[name].record
    if is_file and trainer.layers is not None:
        raise InputError(f"a GPT is saved as a folder; {target} looks like a file")
    if vectors is not None and not is_file:
        raise InputError(f"--vectors chooses the table of a file; the folder {target} gets all")
    runtime = Runtime(
        seed=config.seed,
        device=resolve_device(config.device),
        threads=config.n_threads,
        show=show,
    )
    torch.set_num_threads(runtime.threads)
    text = Text(config.corpus, config.vocabulary, show=show)
    model = trained_models(config, text, runtime)[name]
    if is_file:
        WRITERS[target.suffix](model.spaces[vectors or trainer.compared[0]], target)
        return [target]
    with atomic_folder(target) as folder:
        model.write(folder)
        write_text(folder / "config.toml", config.to_toml())
    return sorted(target.iterdir())


def _check_target(target: Path, *, is_file: bool) -> None:
    if target.is_file() and not is_file:
        raise InputError(
            f"{target} is a file without a format's ending ({' '.join(WRITERS)}); give a folder"
        )
    if is_file and target.is_dir():
        raise InputError(f"{target} is a folder; give the path of a file, or another --out")
    if not is_file:
        check_target(target, "empty folder")
    check_writable(target)
