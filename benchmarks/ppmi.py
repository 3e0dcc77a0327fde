"""Count-based word vectors: seconds and memory of each step, and quality by option.

Prints the seconds of counting, of the matrix and of its factorisation, with the largest memory of
the process until then (the text included), and for each shift and power of the singular values
what `benchmarks/word2vec.py` prints of skip-gram: questions-words by 3CosAdd among the 30,000 most
frequent words, and Spearman's ρ on WordSim-353, SimLex-999 and any further files. Every vector of
one shift comes from one factorisation.

    python benchmarks/ppmi.py --corpus english-novels.txt.xz --shifts 1 2 5 --powers 0 0.5 1
"""

import argparse
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from compare.judgments.analogy_sets import default_analogies, normal_analogies
from compare.judgments.similarity_sets import (
    default_similarity,
    load_similarity,
    normal_similarity,
)
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.text.words import sentences
from compare.word2vec.cooccurrences import context_weights, count_cooccurrences
from compare.word2vec.options import PPMIOptions, SkipgramOptions
from compare.word2vec.ppmi import shifted_ppmi, truncated_svd

CANDIDATES = 30_000

Result = TypeVar("Result")


def main() -> None:
    """Measure and print."""
    skipgram, ppmi = SkipgramOptions(), PPMIOptions()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--dimension", type=int, default=skipgram.dimension)
    parser.add_argument("--window", type=int, default=skipgram.window)
    parser.add_argument("--window-shape", choices=["dynamic", "fixed"], default="dynamic")
    parser.add_argument("--subsample", type=float, default=skipgram.subsample)
    parser.add_argument("--shifts", type=float, nargs="+", default=[ppmi.shift])
    parser.add_argument("--powers", type=float, nargs="+", default=[ppmi.eigenvalue_weight])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--similarity", type=Path, nargs="*", default=[], help="further judgments")
    given = parser.parse_args()

    tokens, vocabulary = timed("reading the text", lambda: read(given.corpus))
    print(f"{len(tokens):,} words, {len(vocabulary):,} in the vocabulary; {platform.machine()}")
    counts = timed(
        "counting",
        lambda: count_cooccurrences(
            tokens,
            vocabulary,
            weights=context_weights(given.window, dynamic=given.window_shape == "dynamic"),
            subsample=given.subsample,
            seed=given.seed,
        ),
    )
    print(f"{counts.nnz:,} pairs of words meet")
    judged = [*default_similarity(), *(load_similarity(path) for path in given.similarity)]
    similarity = [normal_similarity(judgments) for judgments in judged]
    analogies = normal_analogies(default_analogies())
    for shift in given.shifts:
        matrix = timed(
            f"matrix, shift {shift:g}",
            lambda shift=shift: shifted_ppmi(
                counts, shift=shift, noise_exponent=skipgram.noise_exponent
            ),
        )
        left, values, _ = timed(
            f"factorisation of {matrix.nnz:,} values",
            lambda matrix=matrix: truncated_svd(matrix, given.dimension, seed=given.seed),
        )
        for power in given.powers:
            vectors = (left * values**power).astype("float32")
            space = EmbeddingSpace(vocabulary.words, vectors, vocabulary.counts)
            frequent = space.restricted(space.words[:CANDIDATES])
            scores = score_analogies(frequent, analogies, methods=["3CosAdd"])["3CosAdd"]
            print(
                f"shift {shift:g} power {power:<4g}  "
                f"analogies {100 * scores.accuracy('excluded'):5.2f} %",
                *(f"{one.name} {score_similarity(space, one).value:.3f}" for one in similarity),
                sep="   ",
                flush=True,
            )


def timed(step: str, work: Callable[[], Result]) -> Result:
    """Do a step and print what it took."""
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # KiB on Linux
    print(f"{step}: {seconds:.1f} s, largest memory until here {peak:.2f} GiB", flush=True)
    return result


def read(source: str) -> tuple[TokenArray, Vocabulary]:
    """Read a corpus as ids."""
    corpus = open_corpus(CorpusOptions(source=source))
    normalization = CorpusOptions().normalization
    found = [s for p in normalized_passages(corpus, normalization) for s in sentences(p.text)]
    vocabulary = build_vocabulary(count_words(found), VocabularyOptions())
    ids = vocabulary.ids
    segments = ([ids[word] for word in sentence if word in ids] for sentence in found)
    return TokenArray.of_segments(segments, n_units=sum(map(len, found))), vocabulary


if __name__ == "__main__":
    main()
