"""Skip-gram by our trainer, by gensim and by other programs on one text: speed beside quality.

Runs alternate, so that all meet the same machine; medians are printed. Speed is raw words of the
text (times epochs) a second of training, reading and vocabulary excluded; all train on the words
that occur five times and more. Quality: questions-words by 3CosAdd among the 30,000 most frequent
words, and Spearman's ρ on WordSim-353 and SimLex-999. At the end each program is compared with the
first: the mean difference over the seeds, seeds crossed with the units of the judgments as in a
report (``compare/uncertainty``), with its 90 % interval. "Not below" means that it lies above minus
the margin, "equal" that it lies inside.

    python benchmarks/word2vec.py --corpus english-novels.txt.xz --epochs 5 --seeds 3
    python benchmarks/word2vec.py --trainers gensim gensim-1 numba torch --equal-mean-rates
    python benchmarks/word2vec.py --fasttext PATH --word2vec-c PATH --pword2vec PATH
    python benchmarks/word2vec.py --simulated 10000000 1000000   # words, vocabulary; speed alone

gensim's two workers each read a part of the text, and take their own progress for the whole text's:
the learning rate of one epoch ends half-way, its mean is 1.5 times the nominal. One worker has no
such gain; ``--equal-mean-rates`` takes it off. Step sizes: ``--batch-words 1024 16384 --trainers
torch``. ``--device cuda`` for a GPU.
"""

import argparse
import os
import platform
import statistics
import tempfile
from pathlib import Path

os.environ.setdefault("GOMP_SPINCOUNT", "50000")  # as the library sets it, before torch is loaded

import numpy as np
import scipy.stats
import torch
from word2vec_programs import (
    Program,
    Task,
    c_program,
    gensim,
    gensims_rate,
    mean_rate,
    ours,
    write_sentences,
)

from compare.judgments.analogy_sets import AnalogySet, default_analogies, normal_analogies
from compare.judgments.similarity_sets import default_similarity, normal_similarity
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.progress import quiet
from compare.spaces.space import EmbeddingSpace
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.tokens import TokenArray, renumbered, write_tokens
from compare.text.vocabulary import Vocabulary, VocabularyOptions, frequent_words, new_numbers
from compare.text.word_encoder import WordEncoder
from compare.uncertainty import Estimate, OverSeeds, RatedPairs, RelationPairs
from compare.word2vec.options import SkipgramOptions

CANDIDATES = 30_000

MEASURES = ("analogies, %", "WordSim-353", "SimLex-999")
MARGINS = (2.0, 0.02, 0.02)
FACTORS = (100.0, 1.0, 1.0)

OTHERS = ("fasttext", "word2vec-c", "pword2vec")


def main() -> None:
    """Measure and print."""
    given = arguments()
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as folder:
        task = simulated(given, Path(folder)) if given.simulated else read(given, Path(folder))
        options = SkipgramOptions(
            dimension=given.dimension,
            window=given.window,
            negatives=given.negatives,
            epochs=given.epochs,
            **({} if given.learning_rate is None else {"learning_rate": given.learning_rate}),
            precision=given.precision,
        )
        print(f"{task.n_words:,} words, {len(task.vocabulary):,} in the vocabulary; {options}")
        print(f"{processor()}, {given.threads} threads, torch {torch.__version__}")
        programs = chosen_programs(given, task, options)
        judge = None if given.simulated else Judge()
        rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in programs}
        estimates: dict[str, list[tuple[Estimate, ...]]] = {name: [] for name in programs}
        for seed in range(1, given.seeds + 1):
            for name, program in programs.items():
                seconds, space = program(seed)
                rate = task.n_words * given.epochs / seconds / 1e6
                found = judge(space) if judge else ()
                scores = (factor * one.value for factor, one in zip(FACTORS, found, strict=False))
                rows[name].append((rate, *scores))
                estimates[name].append(found)
                print(f"seed {seed} {name:12}", line(rows[name][-1]), flush=True)
    show(rows, estimates)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument(
        "--simulated", type=int, nargs=2, metavar=("WORDS", "VOCABULARY"), help="Zipfian words"
    )
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--learning-rate", type=float, help="of all; default: each one's own")
    parser.add_argument("--equal-mean-rates", action="store_true", help="gensim's as ours")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each program")
    parser.add_argument(
        "--trainers",
        nargs="+",
        default=["gensim", "numba", "torch"],
        choices=["gensim", "gensim-1", "numba", "torch"],
        help="gensim has a worker a thread, gensim-1 has one",
    )
    for name in OTHERS:
        parser.add_argument(f"--{name}", metavar="PATH", help="another program")
    parser.add_argument(
        "--batch-words", type=int, nargs="+", default=[None], help="words in a step of ours"
    )
    parser.add_argument("--precision", default="auto", help="of torch's matrix products")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="of torch")
    return parser.parse_args()


def chosen_programs(
    given: argparse.Namespace, task: Task, options: SkipgramOptions
) -> dict[str, Program]:
    """Make the programs that take turns."""
    programs: dict[str, Program] = {}
    for name in given.trainers:
        if name.startswith("gensim"):
            workers = 1 if name == "gensim-1" else given.threads
            equal = given.equal_mean_rates
            rate = gensims_rate(options, given.learning_rate, workers=workers, equal=equal)
            factor = mean_rate(options.epochs, workers)
            print(
                f"{name}: {workers} workers, rate {rate:.4f}; its mean is {factor:.2f} of nominal"
            )
            programs[name] = gensim(task, options, workers=workers, rate=rate)
            continue
        if name == "numba":
            from compare.word2vec.numba_backend import compile_kernel

            compile_kernel(quiet)  # not part of anybody's time
        for n in given.batch_words:
            own = options.model_copy(update={"backend": name, "batch_words": n})
            label = name if n is None else f"{name} {n:,}"
            programs[label] = ours(task, own, given.device if name == "torch" else "cpu")
    for name in OTHERS:
        path = getattr(given, name.replace("-", "_"))
        if path:
            programs[name] = c_program(name, path, task, options)
    return programs


def processor() -> str:
    """Name the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = {line.split(":")[1].strip() for line in lines if line.startswith("model name")}
    flags = {flag for line in lines if line.startswith("flags") for flag in line.split()}
    special = sorted(flags & {"avx2", "avx512f", "avx512_bf16", "amx_bf16"})
    return f"{platform.machine()}, {', '.join([*sorted(names), *special])}"


def read(given: argparse.Namespace, folder: Path) -> Task:
    """Read a text into ids, and write the words of the vocabulary as a file of sentences."""
    corpus = open_corpus(CorpusOptions(source=given.corpus))
    encoder = WordEncoder()
    parts = list(encoder.encode_all(normalized_passages(corpus, CorpusOptions().normalization)))
    counts = np.bincount(np.concatenate([part.ids for part in parts]))
    kept, vocabulary = frequent_words(encoder.words, counts, VocabularyOptions())
    whole = write_tokens(folder / "whole", parts)
    numbered = list(renumbered(whole, new_numbers(kept, len(counts))))
    write_sentences(folder / "text.txt", list(vocabulary.words), numbered)
    tokens = write_tokens(folder / "ids", numbered)
    n_words = int(counts.sum())
    return Task(tokens, vocabulary, folder / "text.txt", n_words, given.threads, folder)


def simulated(given: argparse.Namespace, folder: Path) -> Task:
    """Draw a text whose words are as frequent as in Zipf's law; each occurs at least once."""
    n_words, n_vocabulary = given.simulated
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(1, n_vocabulary + 1)
    ids = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(n_words))
    places = rng.choice(n_words, n_vocabulary, replace=False)
    ids[places] = np.arange(n_vocabulary)
    counts = np.bincount(ids, minlength=n_vocabulary)
    order = np.argsort(-counts, kind="stable")
    ids = np.argsort(order)[ids].astype(np.int32)
    starts = np.arange(0, n_words, 20)
    words = tuple(f"w{number}" for number in range(n_vocabulary))
    part = TokenArray(ids, starts, n_words)
    write_sentences(folder / "text.txt", list(words), [part])
    tokens = write_tokens(folder / "ids", [part])
    vocabulary = Vocabulary(words, counts[order])
    return Task(tokens, vocabulary, folder / "text.txt", n_words, given.threads, folder)


class Judge:
    """Analogies in percent, and ρ of both similarity sets."""

    def __init__(self) -> None:
        self.analogies: AnalogySet = normal_analogies(default_analogies())
        self.similarity = [normal_similarity(judgments) for judgments in default_similarity()]

    def __call__(self, space: EmbeddingSpace) -> tuple[Estimate, ...]:
        """Score a space; each score with what it owes to its units."""
        frequent = space.restricted(space.words[:CANDIDATES])
        scores = score_analogies(frequent, self.analogies, methods=["3CosAdd"])["3CosAdd"]
        similarity = [score_similarity(space, judgments) for judgments in self.similarity]
        return (
            RelationPairs.of([relation.outcomes("excluded") for relation in scores.relations]),
            *(RatedPairs.of(one.cosines, one.ratings, one.words) for one in similarity),
        )


def show(
    rows: dict[str, list[tuple[float, ...]]], estimates: dict[str, list[tuple[Estimate, ...]]]
) -> None:
    """Print medians, ratios and what can be concluded."""
    first, *others = rows
    print(f"\n{'':14}{'M words/s':>17}{'ratio':>7}" + "".join(f"{name:>18}" for name in MEASURES))
    for name, runs in rows.items():
        columns = np.array(runs)
        spread = columns.std(axis=0, ddof=1) if len(runs) > 1 else np.full(columns.shape[1], np.nan)
        middle = np.median(columns, axis=0)
        ratio = statistics.median(
            mine[0] / theirs[0] for mine, theirs in zip(runs, rows[first], strict=True)
        )
        cells = [f"{middle[0]:9.3f} ± {spread[0]:.3f}{ratio:7.2f}"]
        cells += [f"{m:10.3f} ± {s:.3f}" for m, s in zip(middle[1:], spread[1:], strict=True)]
        print(f"{name:14}{'  '.join(cells)}")
    for name in others:
        if len(rows[name]) < 2 or len(rows[name][0]) == 1:
            continue
        for number, measure in enumerate(MEASURES):
            mine, theirs = (
                OverSeeds.of([one[number] for one in estimates[each]]) for each in (name, first)
            )
            low, high = (FACTORS[number] * end for end in bounds(mine.minus(theirs)))
            margin = MARGINS[number]
            told = "not below" if low > -margin else "open"
            told = "equal" if low > -margin and high < margin else told
            print(f"{name} − {first}, {measure}: [{low:+.3f}, {high:+.3f}], {told} (±{margin})")


def bounds(difference: Estimate) -> tuple[float, float]:
    """Bound a difference to either side, each with 95 % confidence."""
    far = float(scipy.stats.t.ppf(0.95, difference.df) * difference.error)
    return difference.value - far, difference.value + far


def line(row: tuple[float, ...]) -> str:
    """Write one run."""
    rate, *scores = row
    told = [f"{name} {score:.3f}" for name, score in zip(MEASURES, scores, strict=False)]
    return "   ".join([f"{rate:6.3f} M words/s", *told])


if __name__ == "__main__":
    main()
