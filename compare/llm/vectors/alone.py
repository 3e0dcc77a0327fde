"""Word vectors of every layer, alone: the word after a neutral prefix, without any sentence.

The prefix matters more than it seems. A word fed all by itself stands at position 0, where a model
keeps an attention sink (Xiao et al. 2023, arXiv:2309.17453): its vector is huge and says little of
the word. So something stands before it: the token that the model knows from the beginning of
documents, or a text of the user's choice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from compare.errors import InputError
from compare.llm.vectors.known_words import words_known_to
from compare.llm.vectors.language_model import LanguageModel, checked_layers
from compare.llm.vectors.options import DOCUMENT_START, NO_PREFIX, WordVectorOptions
from compare.llm.vectors.rows import BATCH_TOKENS, RowBatch
from compare.llm.vectors.tables import Layer
from compare.llm.vectors.word_pieces import WordPieces
from compare.machine import require_memory
from compare.progress import Progress, silent
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace


def layers_alone(
    model: LanguageModel,
    words: Sequence[str],
    counts: np.ndarray | None,
    options: WordVectorOptions,
    layers: Sequence[int],
    runtime: Runtime,
) -> tuple[EmbeddingSpace, ...]:
    """Make a space of each layer's vectors of words alone.

    Words that tokenize to nothing, and those that training never met, are left out and counted in
    the provenance.

    Parameters
    ----------
    words : sequence of str
    counts : ndarray of int64, shape (n_words,), optional
    layers : sequence of int
        0 to ``model.n_layers``.
    runtime : Runtime
        Only its progress is used: nothing is drawn.

    Returns
    -------
    tuple of EmbeddingSpace
        Named ``layer-K-alone``.

    Raises
    ------
    InputError
        If fewer than two words are left, and as :func:`alone_vectors` does.
    """
    known = words_known_to(model, words, options.form)
    vectors = alone_vectors(model, known.pieces, options, layers=layers, progress=runtime.progress)
    kept, kept_counts = known.kept(words, counts)
    n_pieces = known.pieces.lengths
    tables = [Layer(layer, is_alone=True).table for layer in layers]
    more = {**options.model_dump(), **known.counts}
    return tuple(
        EmbeddingSpace(
            kept, of_layer, kept_counts, {"name": table, "table": table, **more}, n_pieces
        )
        for table, of_layer in zip(tables, vectors, strict=True)
    )


def alone_vectors(
    model: LanguageModel,
    pieces: WordPieces,
    options: WordVectorOptions,
    *,
    layers: Sequence[int] | None = None,
    progress: Progress = silent,
) -> np.ndarray:
    """Read each word by itself, after the prefix.

    Parameters
    ----------
    pieces : WordPieces
        At least one for each word.

    Returns
    -------
    ndarray of float32, shape (n_layers, n_words, dim)

    Raises
    ------
    InputError
        If a layer does not exist, a word has no piece, or prefix and word are longer than the
        context.
    """
    chosen = checked_layers(model, layers)
    prefix, suffix = framing(model, options.prefix)
    lengths = pieces.lengths
    n_frame = len(prefix) + len(suffix)
    if len(lengths) and not lengths.min():
        raise InputError("a word that tokenizes to nothing cannot be read; leave it out")
    if len(lengths) and n_frame + lengths.max() > model.context:
        raise InputError(
            f"a word of {lengths.max()} pieces with {n_frame} tokens around it is longer than the "
            f"context of {model.name} ({model.context}); shorten word_vectors.prefix"
        )
    shape = (len(chosen), len(pieces), model.dimension)
    require_memory(
        4 * int(np.prod(shape)),
        f"vectors of {shape[1]:,} words in {shape[0]} layers of {model.name}",
        "ask for fewer layers, or lower vocabulary.max_words",
    )
    vectors = np.empty(shape, dtype=np.float32)
    done = 0
    for length in np.unique(lengths).tolist():
        words = np.flatnonzero(lengths == length)
        n_rows = max(1, BATCH_TOKENS // (n_frame + length))
        for start in range(0, len(words), n_rows):
            some = words[start : start + n_rows]
            inner = pieces.ids[pieces.starts[some][:, None] + np.arange(length)]  # (rows, length)
            batch = _rows(inner, prefix, suffix)
            with torch.inference_mode():
                states = model.hidden_states(batch.ids, batch.lengths, max(chosen))
            for place, layer in enumerate(chosen):
                vectors[place, some] = batch.pooled(states[layer], options.pooling).cpu().numpy()
            done += len(some)
            progress(done, len(pieces), unit="words")
    return vectors


def framing(model: LanguageModel, prefix: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Tell the tokens before and after a word that is read alone."""
    if prefix == NO_PREFIX:
        return (), ()
    if prefix == DOCUMENT_START:
        if not model.prefix:
            raise InputError(
                f"{model.name} has no token for the start of a document; set word_vectors.prefix "
                "to a text"
            )
        return model.prefix, model.suffix
    text = tuple(model.tokenize(prefix).ids.tolist())
    return (*model.prefix, *text), model.suffix


def _rows(inner: np.ndarray, prefix: tuple[int, ...], suffix: tuple[int, ...]) -> RowBatch:
    n_rows, length = inner.shape
    columns = [np.tile(prefix, (n_rows, 1)), inner, np.tile(suffix, (n_rows, 1))]
    ids = np.concatenate(columns, axis=1).astype(np.int64)
    every = np.arange(n_rows)
    return RowBatch(
        torch.from_numpy(ids),
        torch.full((n_rows,), ids.shape[1]),
        row=every,
        first=np.full(n_rows, len(prefix)),
        n_pieces=np.full(n_rows, length),
        is_exact=np.ones(n_rows, dtype=bool),
        tags=every,
    )
