"""Skip-gram by our torch trainer and by gensim on the same text: speed beside quality.

Runs alternate, so that both meet the same machine; medians are printed. Speed is raw words of the
text (times epochs) a second of training, vocabulary scan excluded. gensim reads a file
(`corpus_file`), its fastest way. Quality: questions-words by 3CosAdd among the 30,000 most
frequent words, and Spearman's ρ on WordSim-353 and SimLex-999; at the end the difference between
the trainers, its mean over the seeds, with a 95 % interval of a paired bootstrap over the rated
pairs (analogies: over the word pairs of each relation).

    python benchmarks/word2vec.py --corpus english-novels.txt.xz --epochs 5 --seeds 3

Step sizes: `--batch-words 1024 16384 65536 --without-gensim` trains ours at each, on equal numbers
of words (`--epochs 10`, where large steps get few). `--device cuda` for a GPU.
"""

import argparse
import platform
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from gensim.models import Word2Vec

from compare.judgments.analogy_sets import (
    AnalogySet,
    default_analogies,
    folded_analogies,
)
from compare.judgments.similarity_sets import default_similarity, folded_similarity
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.tokens import TokenArray, renumbered, write_tokens
from compare.text.vocabulary import Vocabulary, VocabularyOptions, frequent_words, new_numbers
from compare.text.word_encoder import WordEncoder
from compare.uncertainty import bootstrap_accuracy, bootstrap_spearman
from compare.word2vec.options import GensimOptions, SkipgramOptions
from compare.word2vec.skipgram import train_skipgram

CANDIDATES = 30_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, help="of both; default: each one's own")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each trainer")
    parser.add_argument(
        "--batch-words", type=int, nargs="+", default=[4096], help="words in a step of ours"
    )
    parser.add_argument("--precision", default="auto", help="of our matrix products")
    parser.add_argument("--without-gensim", action="store_true", help="ours alone")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="of the torch trainer")
    given = parser.parse_args()

    torch.set_num_threads(given.threads)
    corpus = open_corpus(CorpusOptions(source=given.corpus))
    normalization = CorpusOptions().normalization
    encoder = WordEncoder()
    parts = list(encoder.encode_all(normalized_passages(corpus, normalization)))
    counts = np.bincount(np.concatenate([part.ids for part in parts]))
    kept, vocabulary = frequent_words(encoder.words, counts, VocabularyOptions())
    new_ids = new_numbers(kept, len(counts))
    n_words = int(counts.sum())
    options = SkipgramOptions(
        dimension=given.dimension,
        window=given.window,
        negatives=given.negatives,
        epochs=given.epochs,
        **({} if given.learning_rate is None else {"learning_rate": given.learning_rate}),
        precision=given.precision,
    )
    gensims_rate = given.learning_rate or GensimOptions().learning_rate
    print(f"{corpus.name}: {n_words:,} words, {len(vocabulary):,} in the vocabulary; {options}")
    print(f"{platform.machine()}, {given.threads} threads, torch {torch.__version__}")
    judge = Judge()
    ours = {
        f"torch {n:,}": options.model_copy(update={"batch_words": n}) for n in given.batch_words
    }
    trainers = [*([] if given.without_gensim else ["gensim"]), *ours]
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in trainers}
    replicates: dict[str, list[np.ndarray]] = {name: [] for name in trainers}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        write_sentences(text, encoder.words, parts)
        whole = write_tokens(Path(folder) / "whole", parts)
        tokens = write_tokens(Path(folder) / "ids", renumbered(whole, new_ids))
        del parts, whole
        for seed in range(1, given.seeds + 1):
            for name in trainers:
                if name == "gensim":
                    seconds, space = by_gensim(
                        text, vocabulary, options, given.threads, seed, gensims_rate
                    )
                else:
                    started = time.perf_counter()
                    tables = train_skipgram(
                        tokens,
                        vocabulary,
                        ours[name],
                        runtime=Runtime(seed=seed, device=given.device),
                    )
                    seconds = time.perf_counter() - started
                    space = EmbeddingSpace(vocabulary.words, tables.input, vocabulary.counts)
                rate = n_words * given.epochs / seconds / 1e6
                scores, resampled = judge(space)
                rows[name].append((rate, *scores))
                replicates[name].append(resampled)
                print(f"seed {seed} {name:12}", line(rows[name][-1]), flush=True)
    for name, runs in rows.items():
        columns = np.array(runs)
        print(f"median {name:12}", line(np.median(columns, axis=0)))
        if given.seeds > 1:
            print(f"spread {name:12}", line(columns.std(axis=0, ddof=1)))
    first, *others = trainers
    for name in others:
        pairs = zip(rows[name], rows[first], strict=True)
        ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
        print(f"{name} / {first}, words/s of neighbouring runs: median {ratio:.2f}")
        difference = np.mean(replicates[name], axis=0) - np.mean(replicates[first], axis=0)
        for measure, column in zip(MEASURES, difference, strict=True):
            low, high = np.percentile(column, [2.5, 97.5])
            print(
                f"{name} − {first} over {given.seeds} seeds, {measure}: [{low:+.3f}, {high:+.3f}]"
            )


MEASURES = ("analogies, %", "WordSim-353", "SimLex-999")


def write_sentences(path: Path, words: list[str], parts: list[TokenArray]) -> None:
    """Write a text as gensim reads it fastest: a line a sentence."""
    names = np.array(words, dtype=object)
    with path.open("w", encoding="utf-8") as handle:
        for part in parts:
            found = names[part.ids].tolist()
            for start, end in pairwise([*part.starts.tolist(), len(part)]):
                handle.write(" ".join(found[start:end]) + "\n")


def by_gensim(
    text: Path,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    threads: int,
    seed: int,
    rate: float,
) -> tuple[float, EmbeddingSpace]:
    """Train on a file of sentences; seconds of training alone."""
    model = Word2Vec(
        sg=1,
        vector_size=options.dimension,
        window=options.window,
        negative=options.negatives,
        sample=options.subsample,
        alpha=rate,
        min_count=5,
        workers=threads,
        seed=seed,
    )
    model.build_vocab(corpus_file=str(text))
    started = time.perf_counter()
    model.train(
        corpus_file=str(text),
        total_words=model.corpus_total_words,
        total_examples=model.corpus_count,
        epochs=options.epochs,
    )
    seconds = time.perf_counter() - started
    # our word order, so that the cut at 30,000 words falls alike among ties
    rows = np.array([model.wv.key_to_index[word] for word in vocabulary.words])
    return seconds, EmbeddingSpace(vocabulary.words, model.wv.vectors[rows], vocabulary.counts)


class Judge:
    """Analogies in percent, and ρ of both similarity sets."""

    def __init__(self) -> None:
        self.analogies: AnalogySet = folded_analogies(default_analogies())
        self.similarity = [folded_similarity(judgments) for judgments in default_similarity()]

    def __call__(self, space: EmbeddingSpace) -> tuple[tuple[float, ...], np.ndarray]:
        """Score a space; with bootstrap replicates of each score, (3, n_replicates)."""
        frequent = space.restricted(space.words[:CANDIDATES])
        scores = score_analogies(frequent, self.analogies, methods=["3CosAdd"])["3CosAdd"]
        similarity = [score_similarity(space, judgments) for judgments in self.similarity]
        outcomes = [relation.outcomes("excluded") for relation in scores.relations]
        replicates = [
            100 * bootstrap_accuracy(outcomes, n_replicates=2000, seed=0),
            *(
                bootstrap_spearman(one.cosines, one.ratings, n_replicates=2000, seed=0)
                for one in similarity
            ),
        ]
        values = (100 * scores.accuracy("excluded"), *(one.value for one in similarity))
        return values, np.array(replicates)


def line(row: tuple[float, ...] | np.ndarray) -> str:
    """Write one run."""
    rate, analogies, wordsim, simlex = row
    return (
        f"{rate:6.3f} M words/s   analogies {analogies:5.2f} %   "
        f"WordSim-353 {wordsim:.3f}   SimLex-999 {simlex:.3f}"
    )


if __name__ == "__main__":
    main()
