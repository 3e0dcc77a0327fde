"""The same skip-gram by gensim, the reference implementation (Řehůřek & Sojka 2010).

gensim gets the text that our trainer gets: the same ids, turned back into words, in the same
sentences, with the same options. What stays different: gensim trains word by word without
batches; skips a noise word that equals the context; orders equal counts on its own (we hand it
our order back); and with more than one worker the threads overwrite each other's updates, so only
one worker gives the same vectors twice. Its own loss is a running sum that later epochs distort,
so the loss reported here is ours, computed on its tables.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec

from compare.errors import InputError
from compare.progress import Progress, silent
from compare.tokens import TokenArray
from compare.vocabulary import Vocabulary
from compare.word2vec.pairs import pairs_in_sentence, reduced_windows
from compare.word2vec.sampling import NoiseSampler, noise_distribution
from compare.word2vec.skipgram import EpochLoss, SkipgramOptions, SkipgramTables


def train_gensim(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    *,
    seed: int,
    workers: int = 1,
    validation: TokenArray | None = None,
    progress: Progress = silent,
) -> SkipgramTables:
    """Train by gensim's ``Word2Vec(sg=1)``; see :func:`compare.word2vec.skipgram.train_skipgram`.

    Parameters
    ----------
    workers : int
        Threads; more than one is not reproducible.
    validation : TokenArray, optional
        Held-out text; its pairs give the loss of each epoch (a fixed sample, see
        :func:`held_out_loss`). Without it the history is empty.

    Raises
    ------
    InputError
        If the text has fewer than two words of the vocabulary.
    """
    if len(tokens) < 2:
        raise InputError(
            f"the training text has {len(tokens)} words of the vocabulary; skip-gram needs two "
            "in one sentence: give more text or lower min_count"
        )
    constant = options.decay == "constant"
    model = Word2Vec(
        sg=1,
        hs=0,
        vector_size=options.dimension,
        window=options.window,
        negative=options.negatives,
        ns_exponent=options.noise_exponent,
        sample=options.subsample,
        alpha=options.learning_rate,
        min_alpha=options.learning_rate if constant else options.min_learning_rate,
        min_count=1,
        seed=seed,
        workers=workers,
        sorted_vocab=1,
    )
    frequencies = dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))
    model.build_vocab_from_freq(frequencies)
    watcher = _EpochWatcher(vocabulary, options, validation, seed)
    model.train(
        _Sentences(tokens, vocabulary, watcher, progress),
        total_words=len(tokens),
        epochs=options.epochs,
        callbacks=[watcher],
    )
    rows = np.array([model.wv.key_to_index[word] for word in vocabulary.words])
    return SkipgramTables(
        np.ascontiguousarray(model.wv.vectors[rows], dtype=np.float32),
        np.ascontiguousarray(model.syn1neg[rows], dtype=np.float32),
        tuple(watcher.history),
    )


def held_out_loss(
    input_table: np.ndarray,
    output_table: np.ndarray,
    text: TokenArray,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    *,
    seed: int,
    max_tokens: int = 20_000,
) -> tuple[float, int]:
    """Compute the mean loss of a pair, in nats, on the first words of a held-out text.

    Windows and noise words are drawn from ``seed`` and so are the same for every table: losses of
    several epochs, and of several trainers, can be compared. No subsampling, so that frequent
    words weigh as they do in running text.

    Returns
    -------
    (float, int)
        Mean loss, smaller is better, and the number of pairs; NaN where there is no pair.
    """
    n_tokens = min(len(text), max_tokens)
    windows = reduced_windows(n_tokens, options.window, np.random.default_rng(seed))
    borders = [*(int(s) for s in text.starts if s < n_tokens), n_tokens]
    pairs = [
        pair
        for start, end in pairwise(borders)
        for pair in pairs_in_sentence(end - start, windows[start:end].tolist(), start=start)
    ]
    if not pairs:
        return float("nan"), 0
    centers, contexts = (np.asarray(text.ids[list(p)]) for p in zip(*pairs, strict=True))
    generator = torch.Generator().manual_seed(seed)
    table = NoiseSampler.of(noise_distribution(vocabulary.counts, options.noise_exponent))
    noise = table.draw(len(pairs) * options.negatives, generator).numpy()
    total = 0.0
    for low in range(0, len(pairs), 65_536):
        part = slice(low, low + 65_536)
        v = input_table[centers[part]]  # (pairs, dim)
        pull = np.einsum("pd,pd->p", v, output_table[contexts[part]])
        u = output_table[noise.reshape(len(pairs), -1)[part]]  # (pairs, negatives, dim)
        push = np.einsum("pd,pnd->pn", v, u)
        total += float(np.logaddexp(0, -pull).sum() + np.logaddexp(0, push).sum())
    return total / len(pairs), len(pairs)


class _EpochWatcher(CallbackAny2Vec):  # type: ignore[misc]
    """Notes the time and the held-out loss of each epoch."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        options: SkipgramOptions,
        validation: TokenArray | None,
        seed: int,
    ) -> None:
        self.vocabulary, self.options = vocabulary, options
        self.validation, self.seed = validation, seed
        self.history: list[EpochLoss] = []
        self.n_epochs_done = 0
        self.started = time.perf_counter()

    def on_epoch_begin(self, _model: Word2Vec) -> None:
        self.started = time.perf_counter()

    def on_epoch_end(self, model: Word2Vec) -> None:
        seconds = time.perf_counter() - self.started
        self.n_epochs_done += 1
        if self.validation is None:
            return
        rows = [model.wv.key_to_index[word] for word in self.vocabulary.words]
        loss, n_pairs = held_out_loss(
            model.wv.vectors[rows],
            model.syn1neg[rows],
            self.validation,
            self.vocabulary,
            self.options,
            seed=self.seed,
        )
        if n_pairs:
            self.history.append(EpochLoss(self.n_epochs_done, loss, n_pairs, seconds))


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
        borders = [*self.tokens.starts.tolist(), n_tokens]
        n_epochs = self.watcher.options.epochs
        for number, (start, end) in enumerate(pairwise(borders)):
            if number % 1000 == 0:
                history = self.watcher.history
                self.progress(
                    min(self.watcher.n_epochs_done, n_epochs) * n_tokens + start,
                    n_epochs * n_tokens,
                    unit="words",
                    loss=history[-1].loss if history else None,
                )
            yield self.words[self.tokens.ids[start:end]].tolist()
