"""The language-model wing: tokens → sliding windows → GPT → next-token training → word vectors."""

from compare.llm.gpt import GPT, GPTOptions, load_gpt, save_gpt, untrained_gpt
from compare.llm.options import TrainingOptions, TrainingPoint
from compare.llm.tokenizer import (
    TokenizerOptions,
    load_encoding,
    named_encoding,
    save_encoding,
    train_encoding,
)
from compare.llm.training import TrainedGPT, train_gpt
from compare.llm.windows import SlidingWindows, batches
from compare.llm.word_vectors import WordVectorOptions, pooled_rows, word_pieces

__all__ = [
    "GPT",
    "GPTOptions",
    "SlidingWindows",
    "TokenizerOptions",
    "TrainedGPT",
    "TrainingOptions",
    "TrainingPoint",
    "WordVectorOptions",
    "batches",
    "load_encoding",
    "load_gpt",
    "named_encoding",
    "pooled_rows",
    "save_encoding",
    "save_gpt",
    "train_encoding",
    "train_gpt",
    "untrained_gpt",
    "word_pieces",
]
