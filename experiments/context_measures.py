"""What context adds in a language model's layers: a stage of its own, cached like the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from compare.comparison.context import (
    MOST_OCCURRENCES,
    N_SENTENCES,
    SENSE_COLUMNS,
    context_by_layer,
    senses_by_layer,
)
from compare.llm.vectors.language_model import LanguageModel
from compare.progress import Show
from compare.storage import content_key
from compare.text.corpus import normalized_passages
from compare.text.passages import Passage
from compare.text.planted_truth import read_senses
from experiments.config import RunConfig
from experiments.stages import CorpusParts, WordText, stage, versions


@dataclass(frozen=True)
class ContextMeasures:
    """What was measured in every layer of one model.

    Attributes
    ----------
    layers, senses : DataFrame
        Of :func:`context_by_layer` and :func:`senses_by_layer`.
    """

    layers: pd.DataFrame
    senses: pd.DataFrame


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
    samples = [N_SENTENCES, MOST_OCCURRENCES]
    options = config.word_vectors.model_dump()
    settings = [model.name, model.context, options, config.seed, samples, how]
    key = content_key("what context adds, by model", model_key, words.key, settings)

    def passages() -> Iterator[Passage]:
        return normalized_passages(parts.training, parts.options.normalization)

    def build(folder: Path) -> None:
        progress = show(f"what context adds in {model.name}")
        layers = context_by_layer(model, passages, config.word_vectors, seed=config.seed)
        layers.to_csv(folder / "layers.csv", index=False)
        progress(1, 2, unit="samples")
        known = read_senses(words.truth / "senses.tsv") if words.truth is not None else {}
        senses = senses_by_layer(model, passages, config.word_vectors, known, seed=config.seed)
        senses.to_csv(folder / "senses.csv", index=False)
        progress(2, 2, unit="samples")

    folder = stage("contextuality", key, build)
    senses = pd.read_csv(
        folder / "senses.csv",  # "null" is a word
        dtype={"model": str, "word": str, "space": str},
        keep_default_na=False,
        na_values={column: [""] for column in SENSE_COLUMNS[3:]},
    )
    return ContextMeasures(pd.read_csv(folder / "layers.csv"), senses)
