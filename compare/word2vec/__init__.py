"""The word2vec wing: sampling → pairs → contrastive training (ours, and gensim's)."""

from compare.word2vec.gensim_skipgram import held_out_loss, train_gensim
from compare.word2vec.pairs import Pair, pair_loss, pairs_in_sentence, reduced_windows
from compare.word2vec.sampling import NoiseSampler, keep_probability, noise_distribution
from compare.word2vec.skipgram import (
    EpochLoss,
    SkipgramOptions,
    SkipgramTables,
    block_gradient,
    train_skipgram,
)

__all__ = [
    "EpochLoss",
    "NoiseSampler",
    "Pair",
    "SkipgramOptions",
    "SkipgramTables",
    "block_gradient",
    "held_out_loss",
    "keep_probability",
    "noise_distribution",
    "pair_loss",
    "pairs_in_sentence",
    "reduced_windows",
    "train_gensim",
    "train_skipgram",
]
