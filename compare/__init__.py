"""embcontrast's library: word2vec and language-model embeddings of the same text, compared."""

from compare.comparison.protocol import ProtocolOptions, share_vocabulary, transformed
from compare.errors import InputError, TrainingError
from compare.judgments.analogy_sets import (
    AnalogySet,
    default_analogies,
    load_analogies,
)
from compare.judgments.similarity_sets import (
    SimilaritySet,
    default_similarity,
    load_similarity,
)
from compare.measures.analogies import score_analogies
from compare.measures.neighbours import nearest, neighbour_overlap
from compare.measures.plane import principal_plane
from compare.measures.random_pairs import random_pair_cosines
from compare.measures.similarity import score_similarity
from compare.spaces.formats import read_vectors, write_word2vec_binary, write_word2vec_text
from compare.spaces.space import EmbeddingSpace, load_space, save_space
from compare.text.corpus import Corpus, CorpusOptions, corpus_of, open_corpus, split_corpus
from compare.text.normalization import Normalization, normalize
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.text.words import sentences, words

__all__ = [
    "AnalogySet",
    "Corpus",
    "CorpusOptions",
    "EmbeddingSpace",
    "InputError",
    "Normalization",
    "ProtocolOptions",
    "SimilaritySet",
    "TrainingError",
    "Vocabulary",
    "VocabularyOptions",
    "build_vocabulary",
    "corpus_of",
    "count_words",
    "default_analogies",
    "default_similarity",
    "load_analogies",
    "load_similarity",
    "load_space",
    "nearest",
    "neighbour_overlap",
    "normalize",
    "open_corpus",
    "principal_plane",
    "random_pair_cosines",
    "read_vectors",
    "save_space",
    "score_analogies",
    "score_similarity",
    "sentences",
    "share_vocabulary",
    "split_corpus",
    "transformed",
    "words",
    "write_word2vec_binary",
    "write_word2vec_text",
]
