"""Word vectors of every layer, in context: the mean over occurrences in running text.

    v_k(w) = 1/|S| Σ_{i ∈ S} h_k(i)        S: up to N occurrences of w, drawn uniformly

One pass over the text fills all layers of all words at once: a batch of rows is read, the chosen
words' pieces are pooled and added to their words' sums, and the hidden states are dropped. Memory
is the sums, layers × words × dim. S is drawn beforehand (``drawing.py``).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from compare.checkpoints import Cadence, resumed
from compare.errors import InputError
from compare.llm.vectors.drawing import Passages, drawn_of_words
from compare.llm.vectors.known_words import kept_words, unseen_words
from compare.llm.vectors.language_model import LanguageModel, checked_layers
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import RowBatch, checked_room, read_chosen, rows
from compare.llm.vectors.tables import Layer
from compare.llm.vectors.usable import UsableInRows
from compare.machine import require_memory
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.storage import content_key
from compare.text.vocabulary import Vocabulary


def layers_in_context(
    model: LanguageModel,
    passages: Passages,
    vocabulary: Vocabulary,
    options: WordVectorOptions,
    layers: Sequence[int],
    runtime: Runtime,
) -> tuple[EmbeddingSpace, ...]:
    """Make a space of each layer's vectors in context.

    Words without an occurrence that could be used are left out, and counted in the provenance; so
    are those whose tokens by themselves (of the form that tables are asked for) training never met,
    which no other table of the model has. ``n_pieces`` are those of the form with a space in front,
    as in running text.

    Parameters
    ----------
    passages, vocabulary, runtime
        As for :func:`contextual_vectors`.
    layers : sequence of int
        0 to ``model.n_layers``; the text is read once for all of them.

    Returns
    -------
    tuple of EmbeddingSpace
        Named ``layer-K``.

    Raises
    ------
    InputError
        If fewer than two words have vectors, and as :func:`contextual_vectors` does.
    """
    found = contextual_vectors(model, passages, vocabulary, options, layers=layers, runtime=runtime)
    is_unseen = unseen_words(model.word_pieces(vocabulary.words, options.form), model.seen)
    is_kept = (found.occurrences > 0) & ~is_unseen
    if is_kept.sum() < 2:
        raise InputError(f"{model.name} has vectors in context of {int(is_kept.sum())} words")
    kept, counts = kept_words(vocabulary.words, vocabulary.counts, is_kept)
    n_pieces = model.word_pieces(kept, "space").lengths
    more = {
        **options.model_dump(),
        "seed": runtime.seed,
        "n_occurrences": int(found.occurrences.sum()),
        "median_occurrences": float(np.median(found.occurrences)),
        "n_words_without": int((~is_kept & ~is_unseen).sum()),
        "n_words_unseen": int(is_unseen.sum()),
        "n_inexact": found.n_inexact,
        "n_unusable": found.n_unusable,
    }
    tables = [Layer(layer, is_alone=False).table for layer in found.layers]
    return tuple(
        EmbeddingSpace(
            kept, of_layer[is_kept], counts, {"name": table, "table": table, **more}, n_pieces
        )
        for table, of_layer in zip(tables, found.vectors, strict=True)
    )


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
        Occurrences drawn that have no vector (``rows.py``): of words of which all are taken.
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
    passages: Passages,
    vocabulary: Vocabulary,
    options: WordVectorOptions,
    *,
    layers: Sequence[int] | None = None,
    runtime: Runtime,
) -> ContextualVectors:
    """Read a text and average the vectors of the vocabulary's words in it.

    Parameters
    ----------
    passages : callable
        Starts the normalised text that the vocabulary was counted on.
    vocabulary : Vocabulary
        Its counts say how often each word will come.
    layers : sequence of int, optional
        0 to ``model.n_layers``; by default all.
    runtime : Runtime
        The seed rules the draw of occurrences.

    Raises
    ------
    InputError
        If a layer does not exist, memory or the context is short, the checkpoint belongs to other
        work, or the text is not the one that was counted.
    """
    chosen_layers = checked_layers(model, layers)
    checked_room(model)
    sums = _Sums(model, vocabulary, options, chosen_layers, runtime.seed)
    if (saved := resumed(runtime, sums.identity)) is not None:
        sums.restore(saved)
    started, before = time.monotonic(), sums.seconds

    def state() -> dict[str, Any]:
        sums.seconds = before + time.monotonic() - started
        return sums.state()

    usable = UsableInRows(model, options.overlap)
    chosen = drawn_of_words(passages, vocabulary, options.occurrences, runtime.seed, usable)
    cadence = Cadence(runtime)
    n_read = n_inexact = n_tokens = 0
    read = read_chosen(passages, chosen)
    with torch.inference_mode():
        for number, batch in enumerate(rows(model, read, options.overlap)):
            n_read += len(batch.tags)
            n_inexact += int((~batch.is_exact).sum())
            n_tokens += int(batch.lengths.sum())
            if number < sums.n_batches:
                continue  # read before the interruption
            states = model.hidden_states(batch.ids, batch.lengths, max(chosen_layers))
            sums.add(batch, states, options)
            runtime.progress(n_read, chosen.n_words, unit="words")
            cadence.save_if_due(state)
    return ContextualVectors(
        chosen_layers,
        sums.means(),
        sums.occurrences,
        n_inexact=n_inexact,
        n_unusable=chosen.n_words - n_read,
        n_tokens=n_tokens,
        seconds=before + time.monotonic() - started,
    )


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
        table = hashlib.sha256(model.tables()["input"].tobytes()).hexdigest()
        counted = content_key(vocabulary.words, vocabulary.counts.tolist())
        self.identity = {
            "model": model.name,
            "input table": table[:16],
            "shape": [model.n_layers, model.dimension, model.context],
            **options.model_dump(),
            "layers": list(layers),
            "seed": seed,
            "vocabulary": counted[:16],
        }

    def add(
        self, batch: RowBatch, states: tuple[torch.Tensor, ...], options: WordVectorOptions
    ) -> None:
        words = torch.from_numpy(batch.tags)
        for place, layer in enumerate(self.layers):
            vectors = batch.pooled(states[layer], options.pooling)
            self.sums[place].index_add_(0, words, vectors.cpu())
        np.add.at(self.occurrences, batch.tags, 1)
        self.n_batches += 1

    def state(self) -> dict[str, Any]:
        return {
            "identity": self.identity,
            "sums": self.sums,
            "occurrences": torch.from_numpy(self.occurrences),
            "progress": [self.n_batches, self.seconds],
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.sums, self.occurrences = state["sums"], state["occurrences"].numpy()
        self.n_batches, self.seconds = state["progress"]

    def means(self) -> np.ndarray:
        divisor = torch.from_numpy(np.maximum(self.occurrences, 1)).float()
        means: np.ndarray = self.sums.div_(divisor[:, None]).numpy()
        return means
