"""What context adds, layer by layer: self-similarity, explained variance, senses told apart.

Two samples of a text are read: whole sentences, drawn uniformly, and occurrences of the words whose
senses are known (the planted text's ambiguous words). Every occurrence that has a vector is
measured; ``input`` stands beside the layers as what a word is without context.

Layer 0 has read no context either. Two occurrences of a word differ there by position alone (and
now and then by how the word is cut into pieces): self_similarity + baseline_cosine of layer 0 is
what positions leave of a word's likeness to itself, and what is missing to 1 must not be read as
context, there or further up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from compare.errors import InputError
from compare.llm.vectors.drawing import Passages
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.occurrences import (
    OccurrenceVectors,
    sentence_occurrences,
    word_occurrences,
)
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.sense_probe import probe_senses

N_SENTENCES = 500
"""Whole sentences, some thousand words: about what Ethayarajh (2019) needs for stable means."""

MOST_OCCURRENCES = 300
"""Of each word whose senses are known."""

LAYER_NUMBERS = (
    *("self_similarity", "intra_sentence", "mev", "size_matched_mev"),
    *("baseline_cosine", "baseline_mev", "baseline_size_matched_mev"),
    *("n_used", "n_varying", "n_missing"),
)
LAYER_COLUMNS = ("model", "space", "layer", *LAYER_NUMBERS)
SENSE_COLUMNS = ("model", "word", "space", "layer", "auc", "silhouette", "probe_auc", "n_used")

KnownSenses = Mapping[tuple[int, int], tuple[str, str]]
"""(document, first character) → (word, sense)."""


def context_by_layer(
    model: LanguageModel, passages: Passages, options: WordVectorOptions, *, seed: int
) -> pd.DataFrame:
    """Measure how much a word's vector changes with its context, in every layer.

    Parameters
    ----------
    passages : callable
        Starts the normalised text from its beginning.
    seed : int
        Of the sentences that are read.

    Returns
    -------
    DataFrame
        A row for each layer: model, space (MODEL/layer-K), layer, and the fields of
        :class:`compare.measures.contextuality.Contextuality` that are numbers.

    Raises
    ------
    InputError
        If the text is too short: contextuality needs a word in five sentences.
    """
    sample = sentence_occurrences(model, passages, N_SENTENCES, options, seed=seed)
    rows = []
    for layer, vectors in zip(sample.layers, sample.vectors, strict=True):
        found = contextuality(vectors, sample.word, sample.sentence)
        numbers = {name: getattr(found, name) for name in LAYER_NUMBERS}
        space = f"{model.name}/layer-{layer}"
        rows.append({"model": model.name, "space": space, "layer": layer, **numbers})
    return pd.DataFrame(rows, columns=list(LAYER_COLUMNS))


def senses_by_layer(
    model: LanguageModel,
    passages: Passages,
    options: WordVectorOptions,
    known: KnownSenses,
    *,
    seed: int,
) -> pd.DataFrame:
    """Measure how well the senses of ambiguous words are told apart, in every layer.

    Parameters
    ----------
    passages : callable
        As of :func:`context_by_layer`; the text that the senses are known of.
    known : mapping of (document, first character) → (word, sense)
        May be empty.

    Returns
    -------
    DataFrame
        A row for each ambiguous word and layer (``input``: layer −1): model, word, space, layer,
        auc and silhouette of :func:`sense_separation`, probe_auc of :func:`probe_senses` (NaN
        where a sense stands in too few documents), n_used.
    """
    rows: list[dict[str, Any]] = []
    if known:
        ambiguous = sorted({word for word, _ in known.values()})
        chosen = options.model_copy(update={"occurrences": MOST_OCCURRENCES})
        found = word_occurrences(model, passages, ambiguous, chosen, seed=seed)
        rows = [row for word in ambiguous for row in _sense_rows(model, word, found, known)]
    return pd.DataFrame(rows, columns=list(SENSE_COLUMNS))


def _sense_rows(
    model: LanguageModel, word: str, found: OccurrenceVectors, known: KnownSenses
) -> Iterator[dict[str, Any]]:
    own = found.of(word)
    places = zip(found.document[own].tolist(), found.start[own].tolist(), strict=True)
    names = [known[place][1] for place in places]
    _, senses = np.unique(names, return_inverse=True)
    if len(own) == 0 or senses.max() == 0:
        return  # one sense in the sample: nothing to tell apart
    static = pooled_rows(model.tables()["input"], model.word_pieces([word], "space"))
    tables = [("input", -1, np.repeat(static, len(own), axis=0))]
    tables += [
        (f"layer-{layer}", layer, vectors[own])
        for layer, vectors in zip(found.layers, found.vectors, strict=True)
    ]
    for table, layer, vectors in tables:
        pairs = sense_separation(vectors, senses)
        yield {
            "model": model.name,
            "word": word,
            "space": f"{model.name}/{table}",
            "layer": layer,
            "auc": pairs.auc,
            "silhouette": pairs.silhouette,
            "probe_auc": _probe_auc(vectors, senses, found.document[own]),
            "n_used": pairs.n_used,
        }


def _probe_auc(vectors: np.ndarray, senses: np.ndarray, documents: np.ndarray) -> float:
    try:
        return probe_senses(vectors, senses, documents).auc
    except InputError:  # a sense of too few documents: there is no number
        return float("nan")
