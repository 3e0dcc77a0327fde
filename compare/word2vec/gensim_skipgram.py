"""The same skip-gram by gensim, the reference implementation (Řehůřek & Sojka 2010).

gensim gets the text that our trainer gets: the same ids, turned back into words, in the same
sentences, with the same options, one to one. What stays different in gensim 4, and is held by
tests where it can be:

- It trains word by word without batches, and skips a noise word that equals the context.
- It drops what stands behind the 10,000th word of a sentence, silently. A longer one, and a text
  without sentence borders, is therefore handed over in pieces of 10,000 words.
- The learning rate falls by the job (about 10,000 words), not by the word, and by the raw words
  that it expects; ours by the batch.
- Equal counts are ordered its own way; rows are put back into our order here.
- With more than one worker the threads overwrite each other's updates: only one worker gives the
  same vectors twice, and a stage that was interrupted starts afresh.
- Its own loss is a running sum in 32 bits that later epochs distort; the loss reported here is
  ours, computed on its tables (``held_out.py``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec
from gensim.models.word2vec import MAX_WORDS_IN_BATCH

from compare.machine import require_memory
from compare.progress import Progress
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import GensimOptions
from compare.word2vec.pairs import check_pairs, no_pairs
from compare.word2vec.tables import EpochLoss, SkipgramTables


def train_gensim(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: GensimOptions,
    *,
    validation: TokenArray | None = None,
    runtime: Runtime,
) -> SkipgramTables:
    """Train by gensim's ``Word2Vec(sg=1)``; see :func:`compare.word2vec.skipgram.train_skipgram`.

    Parameters
    ----------
    validation : TokenArray, optional
        Held-out text; a fixed sample of its pairs gives the validation loss of each epoch.
    runtime : Runtime
        Its seed and progress are used; gensim has no checkpoints and keeps no snapshots.

    Raises
    ------
    InputError
        If no sentence has a pair, or subsampling leaves none in the first epoch.
    """
    check_pairs(tokens, sentence_borders=options.sentence_borders)
    require_memory(
        4 * 2 * len(vocabulary) * options.dimension,
        f"training {len(vocabulary):,} words in {options.dimension:,} dimensions",
        "lower dimension, or raise min_count",
    )
    constant = options.decay == "constant"
    model = Word2Vec(
        sg=1,
        hs=0,
        vector_size=options.dimension,
        window=options.window,
        shrink_windows=options.window_shape == "dynamic",
        negative=options.negatives,
        ns_exponent=options.noise_exponent,
        sample=options.subsample,
        alpha=options.learning_rate,
        min_alpha=options.learning_rate if constant else options.min_learning_rate,
        min_count=1,
        seed=runtime.seed,
        workers=options.workers,
        sorted_vocab=1,
    )
    frequencies = dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))
    model.build_vocab_from_freq(frequencies)
    held_out = None
    if validation is not None:
        held_out = HeldOutPairs.of(validation, vocabulary, options, seed=runtime.seed)
    watcher = _EpochWatcher(vocabulary, options, held_out)
    model.train(
        _Sentences(tokens, vocabulary, watcher, runtime.progress),
        total_words=len(tokens),
        epochs=options.epochs,
        callbacks=[watcher],
    )
    n_words = options.epochs * len(tokens)
    runtime.progress(n_words, n_words, unit="words", loss=watcher.history[-1].validation_loss)
    rows = np.array([model.wv.key_to_index[word] for word in vocabulary.words])
    return SkipgramTables(
        np.ascontiguousarray(model.wv.vectors[rows], dtype=np.float32),
        np.ascontiguousarray(model.syn1neg[rows], dtype=np.float32),
        tuple(watcher.history),
    )


class _EpochWatcher(CallbackAny2Vec):  # type: ignore[misc]
    """Notes the time and the held-out loss of each epoch."""

    def __init__(
        self, vocabulary: Vocabulary, options: GensimOptions, held_out: HeldOutPairs | None
    ) -> None:
        self.vocabulary, self.options, self.held_out = vocabulary, options, held_out
        self.history: list[EpochLoss] = []
        self.started = time.perf_counter()

    def on_epoch_begin(self, _model: Word2Vec) -> None:
        self.started = time.perf_counter()

    def on_epoch_end(self, model: Word2Vec) -> None:
        seconds = time.perf_counter() - self.started
        # Output vectors begin at zero, and each pair moves one.
        if not self.history and not model.syn1neg.any():
            raise no_pairs(self.options.subsample, epoch=1)
        loss = float("nan")
        if self.held_out is not None:
            rows = [model.wv.key_to_index[word] for word in self.vocabulary.words]
            loss = self.held_out.mean_loss(model.wv.vectors[rows], model.syn1neg[rows])
        self.history.append(EpochLoss(len(self.history) + 1, float("nan"), loss, seconds))


class _Sentences:
    """The text as gensim wants it: lists of words, again for each epoch."""

    def __init__(
        self,
        tokens: TokenArray,
        vocabulary: Vocabulary,
        watcher: _EpochWatcher,
        progress: Progress,
    ) -> None:
        self.tokens, self.watcher, self.progress = tokens, watcher, progress
        self.words = np.array(vocabulary.words, dtype=object)

    def __iter__(self) -> Iterator[list[str]]:
        n_tokens = len(self.tokens)
        n_epochs = self.watcher.options.epochs
        for number, (start, end) in enumerate(self._borders()):
            if number % 1000 == 0:
                history = self.watcher.history
                self.progress(
                    min(len(history), n_epochs) * n_tokens + start,
                    n_epochs * n_tokens,
                    unit="words",
                    loss=history[-1].validation_loss if history else None,
                )
            yield self.words[self.tokens.ids[start:end]].tolist()

    def _borders(self) -> Iterator[tuple[int, int]]:
        for begin, end in self._sentences():
            for start in range(begin, end, MAX_WORDS_IN_BATCH):
                yield start, min(start + MAX_WORDS_IN_BATCH, end)

    def _sentences(self) -> Iterator[tuple[int, int]]:
        n_tokens = len(self.tokens)
        if not self.watcher.options.sentence_borders:
            yield 0, n_tokens
            return
        starts = self.tokens.starts
        for low in range(0, len(starts), 65_536):  # a part at a time: they may be on disk
            part = starts[low : low + 65_537].tolist()
            yield from pairwise(part if low + 65_536 < len(starts) else [*part, n_tokens])
