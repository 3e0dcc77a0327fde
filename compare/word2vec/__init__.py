"""The word2vec wing: sampling → pairs → contrastive training (ours, and gensim's)."""

from compare.word2vec.blocks import block_gradient
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import EpochLoss, SkipgramOptions, SkipgramTables
from compare.word2vec.pairs import Pair, draw_windows, pair_loss, pairs_in_sentence
from compare.word2vec.ppmi import PPMIOptions, train_ppmi
from compare.word2vec.sampling import NoiseSampler, keep_probability, noise_distribution
from compare.word2vec.skipgram import train_skipgram

__all__ = [
    "EpochLoss",
    "HeldOutPairs",
    "NoiseSampler",
    "PPMIOptions",
    "Pair",
    "SkipgramOptions",
    "SkipgramTables",
    "block_gradient",
    "draw_windows",
    "keep_probability",
    "noise_distribution",
    "pair_loss",
    "pairs_in_sentence",
    "train_gensim",
    "train_ppmi",
    "train_skipgram",
]
