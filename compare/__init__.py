"""embcontrast's library: word2vec and language-model embeddings of the same text, compared."""

from compare.corpus import Corpus, CorpusOptions, corpus_of, open_corpus, split_corpus
from compare.errors import InputError, TrainingError
from compare.formats import read_vectors, write_word2vec_binary, write_word2vec_text
from compare.judgments import (
    AnalogySet,
    SimilaritySet,
    default_analogies,
    default_similarity,
    load_analogies,
    load_similarity,
)
from compare.measures import (
    nearest,
    neighbour_overlap,
    principal_plane,
    random_pair_cosines,
    score_analogies,
    score_similarity,
)
from compare.normalization import Normalization, normalize
from compare.protocol import ProtocolOptions, share_vocabulary, transformed
from compare.space import EmbeddingSpace, load_space, save_space
from compare.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.words import sentences, words

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
