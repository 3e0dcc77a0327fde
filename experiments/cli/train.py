"""``embcontrast train NAME``: one model on its own; every option of its trainer is a flag."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from compare.errors import InputError
from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import WordVectorOptions
from compare.locks import claimed
from compare.progress import Show
from compare.runtime import Runtime
from compare.spaces.writing import WRITERS, check_replaceable
from compare.storage import atomic_folder, check_target, check_writable, write_text
from compare.text.corpus import NAMED_CORPORA, CorpusOptions
from compare.text.normalization import Normalization
from compare.text.vocabulary import VocabularyOptions
from compare.trainers.all_trainers import TRAINERS
from compare.trainers.model_options import vector_options
from compare.trainers.trainer import Trainer
from experiments.cli.options_to_flags import GroupedCommand, chosen, flags_of, with_flags
from experiments.cli.shown import Cache, Device, Quiet, Seed, Threads, given, out, shown_to_user
from experiments.config.commented import commented_toml
from experiments.config.loading import run_config
from experiments.config.run_config import RunConfig

OTHERS = (".pkl", ".pickle", ".kv", ".model", ".npy", ".npz", ".csv", ".tsv", ".json", ".gz", ".h5")
"""Endings that name formats of others: nobody means a folder by them."""

TOKENIZER_FLAGS = {"encoding": "token_encoding"}
CORPUS_FLAGS = {"source": ""}
"""``--encoding`` is that of the files; the text is named by ``--corpus``."""

train_app = typer.Typer(
    help="Train one model and save its word vectors.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


def _add_commands() -> None:
    """Add a command for every trainer that learns from a text, under each of its names."""
    for trainer in TRAINERS:
        if trainer.fit is not None:
            for name in (trainer.name, *trainer.also):
                text = f"Train {trainer.label}: {trainer.says}."
                train_app.command(name, help=text, cls=GroupedCommand)(_command(trainer))


def _command(trainer: Trainer) -> Callable[..., None]:
    flags = flags_of(trainer.options, title=f"Options of {trainer.label}")
    if "tokens" in trainer.reads:
        flags += flags_of(
            TokenizerOptions, title="Tokens, where it reads them", renamed=TOKENIZER_FLAGS
        )
    taken = vector_options(trainer, "tokens")
    if taken is not None:
        flags += flags_of(taken, title="Word vectors from tokens")
    flags += flags_of(VocabularyOptions, title="Vocabulary")
    flags += flags_of(CorpusOptions, title="The text", renamed=CORPUS_FLAGS)
    flags += flags_of(Normalization, title="What is done to it")

    def train(
        corpus: Annotated[
            str,
            typer.Option(
                help="A named corpus, or the path of a text.",
                autocompletion=lambda incomplete: [
                    name for name in NAMED_CORPORA if name.startswith(incomplete)
                ],
            ),
        ],
        out_path: Annotated[
            Path,
            typer.Option("--out", help="FILE.safetensors (.txt or .bin: one table) or a folder."),
        ],
        reads: Annotated[str | None, typer.Option(help="words or tokens [its own].")] = None,
        vectors: Annotated[
            str | None,
            typer.Option(help="Which table a file gets: input, output or mean [input]."),
        ] = None,
        seed: Seed = None,
        device: Device = None,
        threads: Threads = None,
        cache: Cache = None,  # noqa: ARG001 (its callback sets it)
        quiet: Quiet = False,
        **options: Any,
    ) -> None:
        nested = {
            "tokenizer": chosen(TokenizerOptions, options, TOKENIZER_FLAGS),
            "word_vectors": chosen(WordVectorOptions, options),
        }
        model = {
            "trainer": trainer.name,
            **given({"reads": reads}),
            **chosen(trainer.options, options),
            **{key: values for key, values in nested.items() if values},
        }
        values = {
            "corpus": {
                "source": corpus,
                **chosen(CorpusOptions, options, CORPUS_FLAGS),
                "normalization": chosen(Normalization, options),
            },
            "vocabulary": chosen(VocabularyOptions, options),
            "models": {trainer.usual_name: model},
            "spaces": [f"{trainer.usual_name}/{trainer.compared[0]}"],
            # no judgments are asked
            "judgments": {"analogies": [], "similarity": [], "lexicons": []},
            **given({"seed": seed, "device": device, "threads": threads}),
        }
        with shown_to_user(is_quiet=quiet) as show:
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
    from compare.machine import resolve_device
    from compare.text.reading import Text
    from experiments.stages.models import trained_models

    runtime = Runtime(config.seed, resolve_device(config.device), config.n_threads, show=show)
    text = Text(config.corpus, config.vocabulary, show=show)
    model = trained_models(config, text, runtime)[name]
    if is_file:
        model.space(vectors).save(target)
        return [target]
    with claimed(target), atomic_folder(target) as folder:
        model.write(folder)
        write_text(folder / "config.toml", commented_toml(config))
    return sorted(target.iterdir())


def _check_target(target: Path, *, is_file: bool) -> None:
    if target.is_file() and not is_file:
        raise InputError(
            f"{target} is a file without a format's ending ({' '.join(WRITERS)}); give a folder"
        )
    if is_file and target.is_dir():
        raise InputError(f"{target} is a folder; give the path of a file, or another --out")
    if is_file:
        check_replaceable(target)
    elif target.suffix in OTHERS:
        raise InputError(
            f"{target}: {target.suffix} is no format that is written; expected one of "
            f"{' '.join(WRITERS)}, or the path of a folder"
        )
    if not is_file:
        check_target(target, "empty folder")
    check_writable(target)


_add_commands()
