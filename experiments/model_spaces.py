"""Spaces out of a language model beyond its tables: layers in context, layers of words alone.

The pass over the text is a stage of its own, cached by the model, the text and the options; it is
run only when a layer's space is asked for, and then fills all layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from compare.errors import InputError
from compare.llm.gpt import load_gpt
from compare.llm.tokenizer import load_encoding
from compare.llm.vectors.alone import alone_vectors
from compare.llm.vectors.in_context import checked_layers, contextual_vectors
from compare.llm.vectors.language_model import GPTLanguageModel, LanguageModel, position_shift
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.pretrained import load_pretrained
from compare.llm.vectors.tables import Layer, layer_of
from compare.llm.vectors.word_pieces import WordPieces, pooled_rows
from compare.progress import Show
from compare.spaces.published import open_vectors
from compare.spaces.space import EmbeddingSpace, load_space, save_space
from compare.storage import content_key, write_text
from compare.text.corpus import normalized_passages
from experiments.config import RunConfig
from experiments.labels import model_label
from experiments.space_names import PretrainedOptions, layers_asked
from experiments.stages import CorpusParts, Trained, WordText, checkpoint_of, stage, versions


def gpt_language_model(trained: Trained, device: str) -> GPTLanguageModel:
    """Open the model that a stage of GPT training left."""
    encoding = load_encoding(trained.folder / "encoding.json")
    return GPTLanguageModel(load_gpt(trained.folder / "model.pt"), encoding, device=device)


def with_layers(
    trained: Trained,
    parts: CorpusParts,
    words: WordText,
    config: RunConfig,
    device: str,
    show: Show,
) -> Trained:
    """Add the layers' spaces that the config asks for to those of the GPT."""
    asked = layers_asked(config.spaces, "gpt")
    if not asked:
        return trained
    model = gpt_language_model(trained, device)
    every = range(model.n_layers + 1)
    spaces = layer_spaces(
        model, trained.folder.name, asked, every, parts, words, config, device, show
    )
    return replace(trained, spaces=(*trained.spaces, *spaces))


def layer_spaces(
    model: LanguageModel,
    model_key: str,
    asked: Sequence[Layer],
    filled: Sequence[int],
    parts: CorpusParts,
    words: WordText,
    config: RunConfig,
    device: str,
    show: Show,
) -> tuple[EmbeddingSpace, ...]:
    """Give the spaces of layers, from the cache where they are there.

    Parameters
    ----------
    model_key : str
        Names the model's content.
    asked : sequence of Layer
    filled : sequence of int
        Layers that the pass over the text fills at once, for later.
    """
    checked_layers(model, [layer.number for layer in asked])
    how = {"device": device, "threads": config.n_threads, **versions("torch", "numpy")}
    if not isinstance(model, GPTLanguageModel):
        how |= versions("transformers", "tokenizers")
    settings = [model.name, model.context, config.word_vectors.model_dump(), config.seed, how]
    key = content_key("layers", model_key, words.key, settings)
    folders: dict[bool, Path] = {}
    for is_alone in sorted({layer.is_alone for layer in asked}):
        build = _alone if is_alone else _in_context
        numbers = sorted({*filled, *(one.number for one in asked if one.is_alone == is_alone)})
        own_key = content_key(key, is_alone, numbers)
        provenance = {
            "model": model_key,
            "corpus": words.meta["fingerprint"],
            "seed": config.seed,
            **config.word_vectors.model_dump(),
            **how,
        }

        def fill(
            folder: Path,
            *,
            build: Any = build,
            numbers: list[int] = numbers,
            own_key: str = own_key,
            provenance: dict[str, Any] = provenance,
        ) -> None:
            build(folder, model, numbers, parts, words, config, provenance, own_key, show)

        folders[is_alone] = stage("alone" if is_alone else "context", own_key, fill)
    return tuple(load_space(folders[one.is_alone] / f"{one.table}.safetensors") for one in asked)


def _in_context(
    folder: Path,
    model: LanguageModel,
    layers: list[int],
    parts: CorpusParts,
    words: WordText,
    config: RunConfig,
    provenance: dict[str, Any],
    key: str,
    show: Show,
) -> None:
    normalization = parts.options.normalization
    found = contextual_vectors(
        model,
        (passage.text for passage in normalized_passages(parts.training, normalization)),
        words.vocabulary,
        config.word_vectors,
        seed=config.seed,
        layers=layers,
        n_characters=parts.training.n_characters,
        checkpoint=checkpoint_of("context", key),
        progress=show(f"{model_label(model.name)}: reading words in context"),
    )
    seen = found.occurrences > 0
    if seen.sum() < 2:
        raise InputError(f"{model.name} has vectors in context of {int(seen.sum())} words")
    provenance = {
        **provenance,
        "n_occurrences": int(found.occurrences.sum()),
        "median_occurrences": float(np.median(found.occurrences)),
        "n_words_without": int((~seen).sum()),
        "n_inexact": found.n_inexact,
        "n_unusable": found.n_unusable,
    }
    lines = zip(words.vocabulary.words, found.occurrences.tolist(), strict=True)
    write_text(folder / "occurrences.tsv", "".join(f"{word}\t{n}\n" for word, n in lines))
    for layer, vectors in zip(layers, found.vectors, strict=True):
        _save(folder, model, Layer(layer, is_alone=False), words, seen, vectors[seen], provenance)


def _alone(
    folder: Path,
    model: LanguageModel,
    layers: list[int],
    _parts: CorpusParts,
    words: WordText,
    config: RunConfig,
    provenance: dict[str, Any],
    _key: str,
    show: Show,
) -> None:
    pieces, has_any = known_pieces(model, words, config.word_vectors)
    vectors = alone_vectors(
        model,
        pieces,
        config.word_vectors,
        layers=layers,
        progress=show(f"{model_label(model.name)}: reading words alone"),
    )
    provenance = {**provenance, "n_words_without": int((~has_any).sum())}
    for layer, of_layer in zip(layers, vectors, strict=True):
        _save(folder, model, Layer(layer, is_alone=True), words, has_any, of_layer, provenance)


def _save(
    folder: Path,
    model: LanguageModel,
    layer: Layer,
    words: WordText,
    kept: np.ndarray,
    vectors: np.ndarray,
    provenance: dict[str, Any],
) -> None:
    named = {"name": f"{model.name}-{layer.table}", "table": layer.table, **provenance}
    save_space(_space(words, kept, vectors, named), folder / f"{layer.table}.safetensors")


def _space(
    words: WordText, kept: np.ndarray, vectors: np.ndarray, provenance: dict[str, Any]
) -> EmbeddingSpace:
    places = np.flatnonzero(kept)
    chosen = tuple(words.vocabulary.words[place] for place in places.tolist())
    return EmbeddingSpace(chosen, vectors, words.vocabulary.counts[places], provenance)


def known_pieces(
    model: LanguageModel, words: WordText, options: WordVectorOptions
) -> tuple[WordPieces, np.ndarray]:
    """Tokenize the vocabulary; words that tokenize to nothing are left out.

    Returns
    -------
    (WordPieces, bool ndarray of shape (n_vocabulary,))
        Pieces of the words that have any, and which these are.

    Raises
    ------
    InputError
        If fewer than two words have any.
    """
    pieces = model.word_pieces(words.vocabulary.words, options.form)
    has_any = pieces.has_any
    if has_any.sum() < 2:
        raise InputError(
            f"the tokenizer of {model.name} knows {int(has_any.sum())} of the corpus's "
            f"{len(has_any)} words; was it made for this language?"
        )
    return pieces.kept(has_any), has_any


def table_spaces(
    model: LanguageModel,
    tables: Sequence[str],
    words: WordText,
    options: WordVectorOptions,
    provenance: dict[str, Any],
) -> tuple[EmbeddingSpace, ...]:
    """Look the vocabulary up in a model's tables (not layers).

    Raises
    ------
    InputError
        If the model has no such table.
    """
    pieces, has_any = known_pieces(model, words, options)
    known = model.tables()
    spaces = []
    for table in tables:
        if layer_of(table) is not None:
            continue
        rows = pooled_rows(known["input" if table != "output" else _output(model, known)],
                           pieces, options.pooling)  # fmt: skip
        if table == "input+position":
            rows = rows + position_shift(model)
        more = {
            "name": f"{model.name}-{table}",
            "table": table,
            "form": options.form,
            "pooling": options.pooling,
            "split_share": round(pieces.split_share, 6),
            "n_words_without": int((~has_any).sum()),
            "corpus": words.meta["fingerprint"],
            **provenance,
        }
        spaces.append(_space(words, has_any, rows, more))
    return tuple(spaces)


def _output(model: LanguageModel, known: dict[str, np.ndarray]) -> str:
    if "output" not in known:
        raise InputError(
            f"{model.name} has no output table of its own (it is its input table, or there is "
            "none); leave it out"
        )
    return "output"


def pretrained_spaces(
    config: RunConfig, parts: CorpusParts, words: WordText, device: str, show: Show
) -> tuple[EmbeddingSpace, ...]:
    """Give the spaces of the models and vectors of others that the config names.

    They are taken over the corpus's vocabulary; what they do not know is left out of them, and the
    comparison is cut to what all spaces have.

    Raises
    ------
    InputError
        If one cannot be opened, or lacks a table that is asked for.
    """
    spaces: list[EmbeddingSpace] = []
    for one in config.pretrained:
        if one.vectors is not None:
            progress = show(f"vectors {one.vectors}")
            found = open_vectors(one.vectors, only=words.vocabulary.words, progress=progress)
            spaces.append(found.named(one.name))
        else:
            spaces += _model_spaces(one, config, parts, words, device, show)
    return tuple(spaces)


def _model_spaces(
    one: PretrainedOptions,
    config: RunConfig,
    parts: CorpusParts,
    words: WordText,
    device: str,
    show: Show,
) -> tuple[EmbeddingSpace, ...]:
    model = load_pretrained(one.model or "", name=one.name, context=one.context, device=device)
    provenance = {"model": one.model, "fingerprint": model.fingerprint}
    spaces = table_spaces(model, one.tables, words, config.word_vectors, provenance)
    asked = [layer for layer in map(layer_of, one.tables) if layer is not None]
    if asked:
        spaces += layer_spaces(
            model, model.fingerprint, asked, (), parts, words, config, device, show
        )
    by_name = {space.name: space for space in spaces}
    return tuple(by_name[name] for name in one.space_names)
