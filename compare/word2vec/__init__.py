"""The word2vec wing: sampling → pairs → contrastive training (ours, and gensim's)."""

from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import EpochLoss, SkipgramOptions, SkipgramTables
from compare.word2vec.pairs import Pair, pair_loss, pairs_in_sentence, reduced_windows
from compare.word2vec.sampling import NoiseSampler, keep_probability, noise_distribution
from compare.word2vec.skipgram import block_gradient, train_skipgram

__all__ = [
    "EpochLoss",
    "HeldOutPairs",
    "NoiseSampler",
    "Pair",
    "SkipgramOptions",
    "SkipgramTables",
    "block_gradient",
    "keep_probability",
    "noise_distribution",
    "pair_loss",
    "pairs_in_sentence",
    "reduced_windows",
    "train_gensim",
    "train_skipgram",
]
