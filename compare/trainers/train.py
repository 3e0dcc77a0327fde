"""``train``: a text → a model, by any trainer of the tuple; and ``open_model``: one that exists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compare.errors import InputError
from compare.llm.tokenizer_options import TokenizerOptions
from compare.llm.vectors.options import PieceOptions, WordVectorOptions
from compare.llm.vectors.pretrained import load_pretrained, one_token_words
from compare.machine import n_threads, resolve_device, torch_threads
from compare.options import Options, shared_out
from compare.progress import Show, chosen_show
from compare.runtime import Runtime
from compare.text.reading import Text
from compare.text.word_list import WordList
from compare.trainers.all_trainers import check, opened, trainer_named
from compare.trainers.hugging_face import HuggingFaceOptions, opened_pretrained
from compare.trainers.language_models import OpenedModel
from compare.trainers.model_folder import is_saved_model
from compare.trainers.model_options import ModelOptions, model_options
from compare.trainers.saved import open_saved
from compare.trainers.trained import Trained, TrainedLanguageModel

MOST_SEEDS = 2**32


def train(
    trainer: str,
    text: Text,
    *,
    name: str | None = None,
    label: str = "",
    seed: int = 1,
    device: str = "auto",
    threads: int | None = None,
    progress: bool | Show | None = None,
    **options: Any,
) -> Trained:
    """Train a model on a text, or take it from the cache; interrupted work goes on.

    Parameters
    ----------
    trainer : str
        One of the tuple (``embcontrast list trainers``): "word2vec", "gensim", "ppmi", "glove",
        "gpt"; "published" and "hugging-face" open what others have trained.
    text : Text
        Of :func:`compare.read_text`.
    name : str, optional
        Its spaces are called NAME/TABLE; by default the trainer's.
    label : str
        What reports call it; by default the trainer's.
    seed : int
        Rules every random choice. Same text, options, seed, machine and threads: same bits.
    device : {"auto", "cpu", "cuda"}
    threads : int, optional
        By default one a core; torch has as many as before when the training is over.
    progress : bool or callable, optional
        See :func:`compare.progress.chosen_show`.
    **options
        Those of the trainer, flat (``docs/options.md``): ``window=5``, ``layers=2``; and of what
        it reads: ``reads="tokens"``, ``encoding="gpt2"``, ``pooling="mean"``.

    Raises
    ------
    InputError
        If an option is unknown, wrong, or means nothing to this trainer; or the text is too short.
    TrainingError
        If the loss is not finite.
    """
    record = trainer_named(trainer)
    where = f"train_{record.usual_name}".replace("-", "_")
    if not isinstance(text, Text):
        raise InputError(
            f"{where}: expected a text that was read by read_text; found {type(text).__name__}"
        )
    model = _flat_options(record.name, options, where)
    chosen = name or record.usual_name
    _check_name(chosen, where)
    runtime = _runtime(seed, device, threads, progress)
    reading = model.reading(text, chosen)
    with torch_threads(runtime.threads):
        check(record, reading, model.options, runtime)
        return trained_model(chosen, label or record.label or chosen, model, text, runtime)


def train_word2vec(text: Text, **options: Any) -> Trained:
    """Train skip-gram word2vec by our own trainer in PyTorch; see :func:`train`."""
    return train("word2vec", text, **options)


def train_gensim(text: Text, **options: Any) -> Trained:
    """Train skip-gram word2vec by gensim; see :func:`train`."""
    return train("gensim", text, **options)


def train_ppmi(text: Text, **options: Any) -> Trained:
    """Count co-occurrences, weight and factorise them; see :func:`train`."""
    return train("ppmi", text, **options)


def train_gpt(text: Text, **options: Any) -> TrainedLanguageModel:
    """Train a GPT from scratch on next-token prediction; see :func:`train`."""
    trained = train("gpt", text, **options)
    assert isinstance(trained, TrainedLanguageModel)
    return trained


def trained_model(
    name: str,
    label: str,
    model: ModelOptions,
    text: Text,
    runtime: Runtime,
    *,
    asked: Sequence[str] | None = None,
) -> Trained:
    """Train or open a model whose options are checked; see :class:`Trained`."""
    found = opened(model.record, model.reading(text, name), model.options, runtime)
    about = {"text": text.corpus.name}
    if not isinstance(found, OpenedModel):
        return Trained(name, label, model, found, runtime, asked=asked, about=about)
    return TrainedLanguageModel(
        name,
        label,
        model,
        found,
        runtime,
        language_model=found.model,
        normalization=text.options.normalization if model.record.fit else None,
        asked=asked,
        about=about,
    )


def open_model(
    path_or_name: str | Path,
    text: Text | None = None,
    *,
    name: str | None = None,
    context: int | None = None,
    seed: int | None = None,
    device: str = "auto",
    threads: int | None = None,
    progress: bool | Show | None = None,
) -> Trained:
    """Open a model: one saved by :meth:`Trained.save`, or a language model of others.

    Parameters
    ----------
    path_or_name : str or path
        A folder of ours, or the id or folder of a Hugging Face model.
    text : Text, optional
        Words are looked up for its vocabulary, and layers read in it. Without one, a model of
        others gives the words that are one of its tokens.
    context : int, optional
        Tokens in a row, of models of others.
    seed : int, optional
        Of the occurrences that layers are read at; by default that of the model's training.

    Raises
    ------
    InputError
        If there is no such model, or it cannot be used.
    """
    folder = Path(path_or_name).expanduser()
    runtime = _runtime(1 if seed is None else seed, device, threads, progress)
    if is_saved_model(folder):
        return open_saved(folder, text, runtime, seed=seed)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise InputError(
            f"{folder} holds no model (expected model.json, of embcontrast, or config.json, of a "
            "Hugging Face model); give the folder of a model"
        )
    record = trainer_named("hugging-face")
    values = {"trainer": record.name, "model": str(path_or_name)}
    values |= {} if context is None else {"context": context}  # type: ignore[dict-item]
    model = model_options(values, "open_model")
    assert isinstance(model.options, HuggingFaceOptions)
    chosen = name or Path(path_or_name).name
    _check_name(chosen, "open_model")
    with torch_threads(runtime.threads):
        network = load_pretrained(
            str(path_or_name), name=chosen, context=context, device=runtime.device
        )
        words = text or WordList(one_token_words(network))
        found = opened_pretrained(network, model.reading(words, chosen), model.options, runtime)
    about = {} if text is None else {"text": text.corpus.name}
    return TrainedLanguageModel(
        chosen, chosen, model, found, runtime, about=about, language_model=network
    )


def _runtime(seed: int, device: str, threads: int | None, progress: bool | Show | None) -> Runtime:
    if not isinstance(seed, int) or not 0 <= seed < MOST_SEEDS:
        raise InputError(f"seed must be a number from 0 to {MOST_SEEDS - 1}; found {seed!r}")
    if device not in ("auto", "cpu", "cuda"):
        raise InputError(f"device must be auto, cpu or cuda; found {device!r}")
    show = chosen_show(progress)
    return Runtime(seed, resolve_device(device), n_threads(threads), show=show)


def _check_name(name: object, where: str) -> None:
    if not isinstance(name, str) or not name.strip() or "/" in name:
        raise InputError(f"{where}: expected a name without '/'; found {name!r}")


def _flat_options(trainer: str, options: dict[str, Any], where: str) -> ModelOptions:
    """Sort flat options into those of the trainer, of its tokenizer, and of word vectors."""
    record = trainer_named(trainer)
    parts: dict[str, type[Options]] = {"own": record.options}
    if "tokens" in record.reads:
        parts["tokenizer"] = TokenizerOptions
    if record.layers is not None:
        parts["word_vectors"] = WordVectorOptions
    elif "tokens" in record.reads:
        parts["word_vectors"] = PieceOptions
    given = {key: value for key, value in options.items() if key not in ("reads", *parts)}
    sorted_out = shared_out(parts, given, where)
    values = {"trainer": trainer, **sorted_out.pop("own")}
    for key, part in sorted_out.items():
        if part or key in options:
            values[key] = {**options.get(key, {}), **part}
    if "reads" in options:
        values["reads"] = options["reads"]
    return model_options(values, where)
