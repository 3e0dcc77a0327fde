"""Word vectors of every layer, in context: the mean over occurrences in running text.

    v_k(w) = 1/|S| Σ_{i ∈ S} h_k(i)        S: up to N occurrences of w, drawn uniformly

One pass over the text fills all layers of all words at once: a batch of rows is read, the chosen
words' pieces are pooled and added to their words' sums, and the hidden states are dropped. Memory
is the sums, layers × words × dim. S is drawn beforehand from the counts of the vocabulary, from
the seed alone, so every occurrence in the text has the same chance, the beginning no better one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from compare.checkpoints import load_checkpoint, save_checkpoint
from compare.errors import InputError
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import Chosen, RowReader, Tally
from compare.machine import require_memory
from compare.progress import Progress, silent
from compare.storage import content_key
from compare.text.vocabulary import Vocabulary
from compare.text.word_encoder import FoundWords


@dataclass(frozen=True)
class ContextualVectors:
    """Vectors of words in context.

    Attributes
    ----------
    layers : tuple of int
    vectors : ndarray of float32, shape (n_layers, n_words, dim)
        Zero where a word has no occurrence that could be used.
    occurrences : ndarray of int64, shape (n_words,)
        Behind each mean.
    n_inexact : int
        Occurrences used whose tokens hold more than the word (``alignment.py``).
    n_unusable : int
        Occurrences drawn that have no vector (``context_rows.py``).
    n_tokens : int
        Tokens read by the model, those of overlaps included.
    seconds : float
    """

    layers: tuple[int, ...]
    vectors: np.ndarray
    occurrences: np.ndarray
    n_inexact: int
    n_unusable: int
    n_tokens: int
    seconds: float


def contextual_vectors(
    model: LanguageModel,
    passages: Iterable[str],
    vocabulary: Vocabulary,
    options: WordVectorOptions,
    *,
    seed: int,
    layers: Sequence[int] | None = None,
    n_characters: int = 0,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 60.0,
    progress: Progress = silent,
) -> ContextualVectors:
    """Read a text once and average the vectors of the vocabulary's words in it.

    Parameters
    ----------
    passages : iterable of str
        The normalised text that the vocabulary was counted on, from its beginning.
    vocabulary : Vocabulary
        Its counts say how often each word will come.
    seed : int
        Of the draw of occurrences.
    layers : sequence of int, optional
        0 to ``model.n_layers``; by default all.
    n_characters : int
        Of the text, for progress.
    checkpoint : Path, optional
        Saved to every ``checkpoint_seconds`` and resumed from; left to the caller to delete, once
        the result is safe.

    Raises
    ------
    InputError
        If a layer does not exist, memory is short, the checkpoint belongs to other work, or the
        text is not the one that was counted.
    """
    chosen_layers = checked_layers(model, layers)
    accumulated = _Sums(model, vocabulary, options, chosen_layers, seed)
    if checkpoint is not None and checkpoint.exists():
        accumulated.restore(load_checkpoint(checkpoint), checkpoint)
    draw = _Draw(vocabulary, options.occurrences, seed)
    reader = RowReader(model, options.overlap)
    started = saved_at = time.monotonic()
    before, interval = accumulated.seconds, checkpoint_seconds
    with torch.inference_mode():
        for number, batch in enumerate(reader.batches(passages, draw.choose)):
            if number < accumulated.n_batches:
                continue  # read before the interruption
            states = model.hidden_states(batch.ids, batch.lengths)
            for place, layer in enumerate(chosen_layers):
                accumulated.add(place, batch.pooled(states[layer], options.pooling), batch.tags)
            accumulated.finish_batch(batch.tags)
            progress(reader.tally.n_characters, n_characters, unit="characters")
            now = time.monotonic()
            if checkpoint is not None and now - saved_at >= interval:
                accumulated.seconds = before + now - started
                save_checkpoint(checkpoint, accumulated.state())
                saved_at = time.monotonic()
                interval = max(checkpoint_seconds, 20 * (saved_at - now))  # mostly, read on
    draw.check_complete()
    accumulated.seconds = before + time.monotonic() - started
    return accumulated.means(reader.tally)


def checked_layers(model: LanguageModel, layers: Sequence[int] | None) -> tuple[int, ...]:
    """Make sure that layers exist; by default all of them.

    Raises
    ------
    InputError
        If one does not.
    """
    chosen = tuple(range(model.n_layers + 1)) if layers is None else tuple(layers)
    for layer in chosen:
        if not 0 <= layer <= model.n_layers:
            raise InputError(
                f"{model.name} has layers 0 to {model.n_layers}; there is no layer {layer}"
            )
    return chosen


class _Draw:
    """Which occurrences of each word are used: drawn beforehand, found while reading."""

    def __init__(self, vocabulary: Vocabulary, most: int, seed: int) -> None:
        self.vocabulary = vocabulary
        self.counts = vocabulary.counts.astype(np.int64)
        self.offsets = np.cumsum(self.counts) - self.counts
        self.is_cut = self.counts > most
        rng = np.random.default_rng(seed)
        drawn = [
            self.offsets[word] + rng.choice(self.counts[word], most, replace=False, shuffle=False)
            for word in np.flatnonzero(self.is_cut).tolist()
        ]
        # Places of the drawn occurrences where all words' occurrences lie one after the other.
        self.drawn = np.sort(np.concatenate(drawn)) if drawn else np.zeros(0, dtype=np.int64)
        self.seen = np.zeros(len(vocabulary), dtype=np.int64)

    def choose(self, _text: str, found: FoundWords) -> Chosen:
        """Count the occurrences of the passage's words, and keep those that were drawn."""
        ids = vocabulary_ids(found, self.vocabulary)
        numbers = np.flatnonzero(ids >= 0)
        ids = ids[numbers]
        occurrence = self.seen[ids] + _ranks(ids)
        np.add.at(self.seen, ids, 1)
        keys = self.offsets[ids] + occurrence
        is_drawn = ~self.is_cut[ids]
        if len(self.drawn):
            near = np.minimum(np.searchsorted(self.drawn, keys), len(self.drawn) - 1)
            is_drawn |= self.drawn[near] == keys
        return Chosen(numbers[is_drawn], ids[is_drawn])

    def check_complete(self) -> None:
        """Make sure that the text was the one that the counts are of."""
        if not np.array_equal(self.seen, self.counts):
            word = int(np.argmax(self.seen != self.counts))
            raise InputError(
                f"the text is not the one that the vocabulary was counted on: "
                f"{self.vocabulary.words[word]!r} stands in it {self.seen[word]} times, and "
                f"{self.counts[word]} were counted"
            )


def vocabulary_ids(found: FoundWords, vocabulary: Vocabulary) -> np.ndarray:
    """Look the words of a passage up, int64 (n_words,); −1: not in the vocabulary."""
    coded = found.words.dictionary_encode()
    ids = vocabulary.ids
    known = np.array([ids.get(word, -1) for word in coded.dictionary.to_pylist()], dtype=np.int64)
    return known[coded.indices.to_numpy()] if len(known) else known


def _ranks(ids: np.ndarray) -> np.ndarray:
    """Count equal ids in order of appearance, from 0.

    >>> _ranks(np.array([7, 3, 7, 7, 3])).tolist()
    [0, 0, 1, 2, 1]
    """
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[order] = np.arange(len(ids)) - np.repeat(begins, np.diff(begins, append=len(ids)))
    return ranks


class _Sums:
    """Sums of vectors by layer and word, and what a resumed pass needs."""

    def __init__(
        self,
        model: LanguageModel,
        vocabulary: Vocabulary,
        options: WordVectorOptions,
        layers: tuple[int, ...],
        seed: int,
    ) -> None:
        shape = (len(layers), len(vocabulary), model.dimension)
        require_memory(
            2 * 4 * int(np.prod(shape)),
            f"vectors of {shape[1]:,} words in {shape[0]} layers of {model.name}",
            "ask for fewer layers, or lower vocabulary.max_words",
        )
        self.layers = layers
        self.sums = torch.zeros(shape)
        self.occurrences = np.zeros(len(vocabulary), dtype=np.int64)
        self.n_batches = 0
        self.seconds = 0.0
        self.key = content_key(
            model.name,
            hashlib.sha256(model.tables()["input"].tobytes()).hexdigest(),
            [model.n_layers, model.dimension, model.context],
            options.model_dump(),
            layers,
            seed,
            vocabulary.words,
            vocabulary.counts.tolist(),
        )

    def add(self, place: int, vectors: torch.Tensor, words: np.ndarray) -> None:
        self.sums[place].index_add_(0, torch.from_numpy(words), vectors.cpu())

    def finish_batch(self, words: np.ndarray) -> None:
        np.add.at(self.occurrences, words, 1)
        self.n_batches += 1

    def state(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "sums": self.sums,
            "occurrences": torch.from_numpy(self.occurrences),
            "progress": [self.n_batches, self.seconds],
        }

    def restore(self, state: dict[str, Any], path: Path) -> None:
        if state.get("key") != self.key:
            raise InputError(
                f"checkpoint {path} was made with another model, vocabulary or options; delete it "
                "to start afresh"
            )
        self.sums, self.occurrences = state["sums"], state["occurrences"].numpy()
        self.n_batches, self.seconds = state["progress"]

    def means(self, tally: Tally) -> ContextualVectors:
        divisor = torch.from_numpy(np.maximum(self.occurrences, 1)).float()
        return ContextualVectors(
            self.layers,
            self.sums.div_(divisor[:, None]).numpy(),
            self.occurrences,
            n_inexact=tally.n_inexact,
            n_unusable=tally.n_unusable,
            n_tokens=tally.n_tokens,
            seconds=self.seconds,
        )
