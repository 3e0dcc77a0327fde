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
from compare.llm.vectors.in_context import checked_layers
from compare.llm.vectors.language_model import LanguageModel
from compare.llm.vectors.options import DOCUMENT_START, NO_PREFIX, WordVectorOptions
from compare.llm.vectors.rows import BATCH_TOKENS, RowBatch
from compare.llm.vectors.word_pieces import WordPieces
from compare.machine import require_memory
from compare.progress import Progress, silent


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
                states = model.hidden_states(batch.ids, batch.lengths)
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
        tags=every,
    )
