"""The loss of any tables on held-out pairs: one yardstick for every trainer.

A trainer's own loss is taken while the tables change and on pairs of its own drawing (and gensim's
is a running sum that later epochs distort). Here pairs and noise words are drawn once, from text
that nobody trained on, and every pair of tables is measured on the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.options import ContrastiveOptions
from compare.word2vec.pairs import draw_windows, pairs_in_sentence
from compare.word2vec.sampling import keep_probability, noise_distribution

MAX_TOKENS = 20_000
"""Words of held-out text that are looked at."""


@dataclass(frozen=True)
class HeldOutPairs:
    """Pairs of a text with the noise words of each.

    Attributes
    ----------
    centers, contexts : ndarray of int64, shape (n_pairs,)
        Word ids.
    noise : ndarray of int64, shape (n_pairs, negatives)
        Word ids.
    """

    centers: np.ndarray
    contexts: np.ndarray
    noise: np.ndarray

    @classmethod
    def of(
        cls, text: TokenArray, vocabulary: Vocabulary, options: ContrastiveOptions, *, seed: int
    ) -> HeldOutPairs:
        """Draw pairs from the first words of a text, subsampled and windowed as in training."""
        rng = np.random.default_rng(seed)
        n_tokens = min(len(text), MAX_TOKENS)
        ids = np.asarray(text.ids[:n_tokens], dtype=np.int64)
        kept = rng.random(n_tokens) < keep_probability(vocabulary.counts, options.subsample)[ids]
        starts = text.starts[: np.searchsorted(text.starts, n_tokens)].tolist()
        borders = [*(starts if options.sentence_borders else [0]), n_tokens]
        lengths = [int(kept[start:end].sum()) for start, end in pairwise(borders)]
        ids = ids[kept]
        windows = draw_windows(len(ids), options, rng)
        pairs: list[tuple[int, int]] = []
        start = 0
        for length in lengths:
            reach = windows[start : start + length].tolist()
            pairs += pairs_in_sentence(length, reach, start=start)
            start += length
        positions = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        cumulative = np.cumsum(noise_distribution(vocabulary.counts, options.noise_exponent))
        drawn = np.searchsorted(cumulative, rng.random((len(pairs), options.negatives)))
        noise = np.minimum(drawn, len(vocabulary) - 1)
        return cls(ids[positions[:, 0]], ids[positions[:, 1]], noise)

    def mean_loss(self, input_table: np.ndarray, output_table: np.ndarray) -> float:
        """Compute the mean loss of a pair, in nats; smaller is better, NaN without a pair.

        Parameters
        ----------
        input_table, output_table : ndarray, shape (n_words, dim)
        """
        if len(self.centers) == 0:
            return float("nan")
        total = 0.0
        for low in range(0, len(self.centers), 16_384):
            part = slice(low, low + 16_384)
            v = input_table[self.centers[part]]  # (pairs, dim)
            pull = np.einsum("pd,pd->p", v, output_table[self.contexts[part]])
            u = output_table[self.noise[part]]  # (pairs, negatives, dim)
            push = np.einsum("pd,pnd->pn", v, u)
            total += float(np.logaddexp(0, -pull).sum() + np.logaddexp(0, push).sum())
        return total / len(self.centers)
