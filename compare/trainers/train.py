"""``train``: a text → a model, by any trainer of the tuple; and ``open_model``: one that exists."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from compare.errors import InputError, checked_seed
from compare.known import known_model
from compare.llm.tokenizer_options import TokenizerOptions
from compare.machine import n_threads, resolve_device, torch_threads
from compare.options import Options, shared_out, usual_values
from compare.progress import Show, chosen_show
from compare.runtime import Runtime
from compare.storage import checked_path
from compare.text.reading import Text
from compare.text.word_list import WordList
from compare.trainers.all_trainers import check, opened, trainer_named
from compare.trainers.hugging_face import HuggingFaceOptions, opened_pretrained
from compare.trainers.language_models import OpenedModel
from compare.trainers.model_folder import is_saved_model
from compare.trainers.model_options import ModelOptions, model_options, vector_options
from compare.trainers.trained import Trained, TrainedLanguageModel
from compare.trainers.trainer import Trainer, Unit


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
    model = _flat_options(record, options, where)
    chosen = name or record.usual_name
    _check_name(chosen, where)
    runtime = _runtime(seed, device, threads, progress)
    reading = model.reading(text, chosen)
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
    about = {"text": text.corpus.name} if model.record.fit is not None else {}
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
        A folder of ours; a name of ``embcontrast list models``, the id or folder of a Hugging Face
        model, or a GGUF file.
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
    folder = checked_path(path_or_name)
    if text is not None and not isinstance(text, Text):
        raise InputError(
            f"open_model: expected a text that was read by read_text; found {type(text).__name__}"
        )
    runtime = _runtime(1 if seed is None else seed, device, threads, progress)
    if name is not None:
        _check_name(name, "open_model")
    if is_saved_model(folder):
        from compare.trainers.saved import open_saved

        if context is not None:
            raise InputError(f"context is for models of others; {folder} has its own")
        return open_saved(folder, text, runtime, seed=seed, name=name)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise InputError(
            f"{folder} holds no model (expected model.json, of embcontrast, or config.json, of a "
            "Hugging Face model); give the folder of a model"
        )
    is_known = known_model(str(path_or_name)) is not None
    if not folder.exists() and not is_known and (folder.is_absolute() or len(folder.parts) != 2):
        raise InputError(
            f"no such model: {path_or_name}; expected the folder of one, or the id of a Hugging "
            "Face model (owner/name)"
        )
    from compare.llm.vectors.pretrained import one_token_words
    from compare.llm.vectors.pretrained_loading import load_pretrained, short_name

    record = trainer_named("hugging-face")
    values = {"trainer": record.name, "model": str(path_or_name)}
    values |= {} if context is None else {"context": context}  # type: ignore[dict-item]
    model = model_options(values, "open_model")
    assert isinstance(model.options, HuggingFaceOptions)
    chosen = name or short_name(str(path_or_name))
    _check_name(chosen, "open_model")
    with torch_threads(runtime.threads):
        network = load_pretrained(
            str(path_or_name),
            name=chosen,
            context=context,
            device=runtime.device,
            show=runtime.show,
        )
        words = text or WordList(one_token_words(network))
        found = opened_pretrained(network, model.reading(words, chosen), model.options, runtime)
    return TrainedLanguageModel(chosen, chosen, model, found, runtime, language_model=network)


def _runtime(seed: int, device: str, threads: int | None, progress: bool | Show | None) -> Runtime:
    if device not in ("auto", "cpu", "cuda"):
        raise InputError(f"device must be auto, cpu or cuda; found {device!r}")
    show = chosen_show(progress)
    return Runtime(checked_seed(seed), resolve_device(device), n_threads(threads), show=show)


def _check_name(name: object, where: str) -> None:
    if not isinstance(name, str) or not name.strip() or "/" in name or not name.isprintable():
        raise InputError(f"{where}: expected a name without '/'; found {name!r}")


def _flat_options(record: Trainer, options: dict[str, Any], where: str) -> ModelOptions:
    """Sort flat options into those of the trainer, of its tokenizer, and of word vectors."""
    unit: Unit | None = "tokens" if "tokens" in record.reads else None
    parts: dict[str, type[Options]] = {"": record.options}
    if unit is not None:
        parts["tokenizer"] = TokenizerOptions
    of_vectors = vector_options(record, unit)
    if of_vectors is not None:
        parts["word_vectors"] = of_vectors
    nested: dict[str, Any] = {
        key: options[key] for key in ("tokenizer", "word_vectors") if key in options
    }
    for key, value in nested.items():
        if not isinstance(value, Mapping):
            raise InputError(f"{where}: {key} takes a mapping of its options; found {value!r}")
    flat = {key: value for key, value in options.items() if key not in ("reads", *nested)}
    found = shared_out(parts, flat, where)
    values = {"trainer": record.name, **found.pop("")}
    for key in dict.fromkeys((*found, *nested)):
        part = {**nested.get(key, {}), **found.get(key, {})}
        if part or key in nested:
            values[key] = part
    if "reads" in options:
        values["reads"] = options["reads"]
    return model_options(values, where)


def _tell_options(function: Callable[..., Trained], trainer: str) -> None:
    """Give a shortcut the signature and the help of its trainer's options, for notebooks."""
    options = trainer_named(trainer).options
    usual = usual_values(options)
    shared = inspect.signature(train).parameters
    keyword = inspect.Parameter.KEYWORD_ONLY
    keywords = [inspect.Parameter(name, keyword, default=value) for name, value in usual.items()]
    keywords += [one for one in shared.values() if one.kind is keyword]
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [shared["text"].replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD), *keywords]
    )
    lines = ["", "", "    Options", "    -------"]
    for name, field in options.model_fields.items():
        lines.append(f"    {name} : default {usual[name]!r}")
        lines += textwrap.wrap(field.description or "", 88, initial_indent=" " * 8,
                               subsequent_indent=" " * 8)  # fmt: skip
    function.__doc__ = f"{function.__doc__}" + "\n".join(lines) + "\n    "


for _function, _trainer in (
    (train_word2vec, "word2vec"),
    (train_gensim, "gensim"),
    (train_ppmi, "ppmi"),
    (train_gpt, "gpt"),
):
    _tell_options(_function, _trainer)
