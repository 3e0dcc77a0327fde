"""The language-model wing: tokens → sliding windows → GPT → next-token training → word vectors."""

from compare.llm.alone import alone_vectors
from compare.llm.contextual import ContextualVectors, contextual_vectors
from compare.llm.gpt import GPT, GPTOptions, load_gpt, save_gpt, untrained_gpt
from compare.llm.language_model import GPTLanguageModel, LanguageModel
from compare.llm.occurrences import OccurrenceVectors, sentence_occurrences, word_occurrences
from compare.llm.options import TrainingOptions, TrainingPoint
from compare.llm.pretrained import PretrainedLanguageModel, load_pretrained
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
    "ContextualVectors",
    "GPTLanguageModel",
    "GPTOptions",
    "LanguageModel",
    "OccurrenceVectors",
    "PretrainedLanguageModel",
    "SlidingWindows",
    "TokenizerOptions",
    "TrainedGPT",
    "TrainingOptions",
    "TrainingPoint",
    "WordVectorOptions",
    "alone_vectors",
    "batches",
    "contextual_vectors",
    "load_encoding",
    "load_gpt",
    "load_pretrained",
    "named_encoding",
    "pooled_rows",
    "save_encoding",
    "save_gpt",
    "sentence_occurrences",
    "train_encoding",
    "train_gpt",
    "untrained_gpt",
    "word_occurrences",
    "word_pieces",
]
