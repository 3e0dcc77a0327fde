"""What context adds, layer by layer: self-similarity, explained variance, senses told apart.

A stage of its own, cached like the others. Two samples of the training text are read: whole
sentences, drawn uniformly, and occurrences of the words whose senses are known (the planted text's
ambiguous words). Every occurrence that has a vector is measured; ``input`` stands beside the layers
as what a word is without context.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from compare.errors import InputError
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.occurrences import (
    OccurrenceVectors,
    sentence_occurrences,
    word_occurrences,
)
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.sense_probe import probe_senses
from compare.progress import Show
from compare.storage import content_key
from compare.text.corpus import normalized_passages
from compare.text.passages import Passage
from experiments.config import RunConfig
from experiments.stages import CorpusParts, WordText, stage, versions

N_SENTENCES = 500
"""Whole sentences, some thousand words: about what Ethayarajh (2019) needs for stable means."""

MOST_OCCURRENCES = 300
"""Of each word whose senses are known."""


@dataclass(frozen=True)
class ContextMeasures:
    """What was measured in every layer of one model.

    Attributes
    ----------
    layers : DataFrame
        A row for each layer: ``space``, ``layer``, and the fields of
        :class:`compare.measures.contextuality.Contextuality` that are numbers.
    senses : DataFrame
        A row for each ambiguous word and layer (``input``: layer −1): ``word``, ``space``,
        ``layer``, ``auc`` and ``silhouette`` of :func:`sense_separation`, ``probe_auc`` of
        :func:`probe_senses`, ``n_used``. Empty where no senses are known.
    """

    layers: pd.DataFrame
    senses: pd.DataFrame


LAYER_NUMBERS = (
    "self_similarity",
    "intra_sentence",
    "mev",
    "baseline_cosine",
    "baseline_mev",
    "n_used",
    "n_missing",
)
SENSE_COLUMNS = ("word", "space", "layer", "auc", "silhouette", "probe_auc", "n_used")


def context_measures(
    model: LanguageModel,
    model_key: str,
    parts: CorpusParts,
    words: WordText,
    config: RunConfig,
    show: Show,
) -> ContextMeasures:
    """Measure what context adds in each layer, or take it from the cache.

    Parameters
    ----------
    model_key : str
        Names the model's content.

    Raises
    ------
    InputError
        If the text is too short: contextuality needs a word with five occurrences.
    """
    how = {"threads": config.n_threads, **versions("torch", "numpy", "scikit-learn")}
    options = config.word_vectors.model_copy(update={"occurrences": MOST_OCCURRENCES})
    settings = [model.name, model.context, options.model_dump(), config.seed, N_SENTENCES, how]
    key = content_key("what context adds", model_key, words.key, settings)

    def passages() -> Iterator[Passage]:
        return normalized_passages(parts.training, parts.options.normalization)

    def build(folder: Path) -> None:
        progress = show(f"what context adds in {model.name}")
        sample = sentence_occurrences(model, passages, N_SENTENCES, options, seed=config.seed)
        progress(1, 2, unit="samples")
        layers = [
            _layer_row(model, layer, vectors, sample)
            for layer, vectors in zip(sample.layers, sample.vectors, strict=True)
        ]
        pd.DataFrame(layers).to_csv(folder / "layers.csv", index=False)
        rows: list[dict[str, Any]] = []
        known = read_senses(words.truth / "senses.tsv") if words.truth is not None else {}
        if known:
            ambiguous = sorted({word for word, _ in known.values()})
            found = word_occurrences(model, passages, ambiguous, options, seed=config.seed)
            rows = [row for word in ambiguous for row in _sense_rows(model, word, found, known)]
        progress(2, 2, unit="samples")
        pd.DataFrame(rows, columns=list(SENSE_COLUMNS)).to_csv(folder / "senses.csv", index=False)

    folder = stage("contextuality", key, build)
    senses = pd.read_csv(
        folder / "senses.csv",  # "null" is a word
        dtype={"word": str, "space": str},
        keep_default_na=False,
        na_values={column: [""] for column in SENSE_COLUMNS[2:]},
    )
    return ContextMeasures(pd.read_csv(folder / "layers.csv"), senses)


def read_senses(path: Path) -> dict[tuple[int, int], tuple[str, str]]:
    """Read the planted truth: (document, first character) → (word, sense)."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        return {
            (int(row["document"]), int(row["start"])): (row["word"], row["sense"]) for row in rows
        }


def _layer_row(
    model: LanguageModel, layer: int, vectors: np.ndarray, sample: OccurrenceVectors
) -> dict[str, Any]:
    found = contextuality(vectors, sample.word, sample.sentence)
    numbers = {name: getattr(found, name) for name in LAYER_NUMBERS}
    return {"space": f"{model.name}-layer-{layer}", "layer": layer, **numbers}


def _sense_rows(
    model: LanguageModel,
    word: str,
    found: OccurrenceVectors,
    known: dict[tuple[int, int], tuple[str, str]],
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
            "word": word,
            "space": f"{model.name}-{table}",
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
