"""The measures beside gensim's: seconds and peak memory, in alternating runs.

    python benchmarks/measures.py                  # all of it, some minutes
    python benchmarks/measures.py --scale 0.1      # a tenth of the words: does it run?
    python benchmarks/measures.py --part growth    # cost against the size of the vocabulary

Vectors are random (their values do not change the work), words are those of questions-words with
fillers between them. Both sides meet the same space, with the same number of threads. A ratio is
the median over neighbouring runs; peak memory is what a task adds while it runs (Linux).
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from threadpoolctl import threadpool_limits

from compare.comparison.cuts import score_by_cut
from compare.comparison.quantities import quantity_of
from compare.judgments.analogy_sets import default_analogies, normal_analogies
from compare.judgments.similarity_sets import default_similarity, normal_similarity
from compare.machine import resolve_precision
from compare.measures.analogies import score_analogies
from compare.measures.cka import linear_cka
from compare.measures.effective_dimensions import effective_dimensions
from compare.measures.frequency_bias import frequency_bias_among
from compare.measures.hubness import hubness_among
from compare.measures.isotropy import isotropy
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import nearest
from compare.measures.procrustes import procrustes_retrieval
from compare.measures.quantity import Asked
from compare.measures.rogue_dimensions import rogue_dimensions
from compare.measures.rsa import similarity_correlation
from compare.measures.similarity import score_similarity
from compare.measures.svcca import svcca
from compare.spaces.analogy_equations import BASELINES, METHODS
from compare.spaces.space import EmbeddingSpace

ANALOGIES = normal_analogies(default_analogies())
PARTS = ("analogies", "neighbours", "spaces", "mutual", "growth")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all but growth")
    parser.add_argument("--runs", type=int, default=3, help="of each side, alternating")
    parser.add_argument("--scale", type=float, default=1.0, help="of all vocabulary sizes")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of both sides")
    parser.add_argument("--growth", action="store_true", help="the same as --part growth")
    given = parser.parse_args()
    if given.runs < 1 or not 0.01 <= given.scale <= 10 or given.threads < 1:
        parser.error("--runs and --threads start at 1; --scale goes from 0.01 to 10")
    parts = ["growth"] if given.growth else given.part or PARTS[:-1]
    torch.set_num_threads(given.threads)
    print(
        f"{platform.machine()}, threads {given.threads}, numpy {np.__version__}, "
        f"torch {torch.__version__}, screens in {resolve_precision('auto', 'cpu')}"
    )
    tasks = {
        "analogies": partial(analogies, n_runs=given.runs),
        "neighbours": partial(neighbours, n_runs=given.runs),
        "spaces": two_spaces,
        "mutual": mutual,
        "growth": growth,
    }
    with threadpool_limits(given.threads):
        for part in parts:
            tasks[part](given.scale)


def analogies(scale: float, *, n_runs: int) -> None:
    n_words = round(30_000 * scale)
    space = questions_space(n_words, 100)
    peer = keyed_vectors(space)
    file = datapath("questions-words.txt")
    print(f"questions-words, {n_words:,} words, d 100")
    compare(
        {
            "gensim evaluate_word_analogies": lambda: peer.evaluate_word_analogies(
                file, restrict_vocab=len(space)
            ),
            "3CosAdd, excluded and honest": lambda: score_analogies(
                space, ANALOGIES, methods=["3CosAdd"]
            ),
            "five methods and four baselines": lambda: score_analogies(
                space, ANALOGIES, methods=METHODS + BASELINES
            ),
        },
        n_runs,
    )


def neighbours(scale: float, *, n_runs: int) -> None:
    n_words = round(100_000 * scale)
    space = questions_space(n_words, 300)
    peer = keyed_vectors(space)
    words = space.words[:: max(1, n_words // 1000)][:1000]
    print(f"top-10 neighbours of {len(words):,} words, {n_words:,} words, d 300")
    compare(
        {
            "gensim most_similar": lambda: [peer.most_similar(word, topn=10) for word in words],
            "nearest": lambda: nearest(space, words, k=10),
        },
        n_runs,
    )


def two_spaces(scale: float) -> None:
    """Time once what a report takes from two spaces; no peer does the same."""
    n_words = round(30_000 * scale)
    first, second = (questions_space(n_words, 300, seed=seed) for seed in (0, 1))
    counts = np.arange(n_words, 0, -1)
    first = EmbeddingSpace(first.words, first.vectors, counts)
    second = EmbeddingSpace(first.words, second.vectors, counts)
    asked = [first.words[row] for row in first.sampled_rows(10_000, seed=0)]
    near = nearest(first, asked, k=10)
    ratings = normal_similarity(default_similarity()[0])
    of_one: dict[str, Callable[[], object]] = {
        "five methods and four baselines": lambda: score_analogies(
            first, ANALOGIES, methods=METHODS + BASELINES
        ),
        "similarity": lambda: score_similarity(first, ratings),
        "isotropy": lambda: isotropy(first),
        "effective dimensions": lambda: effective_dimensions(first),
        "rogue dimensions": lambda: rogue_dimensions(first),
        "neighbours of 10,000 words": lambda: nearest(first, asked, k=10),
        "hubness of them": lambda: hubness_among(first, near),
        "frequency bias of them": lambda: frequency_bias_among(first, near),
    }
    of_two: dict[str, Callable[[], object]] = {
        "debiased linear CKA": lambda: linear_cka(first, second),
        "RSA of 2,000 words": lambda: similarity_correlation(first, second),
        "SVCCA": lambda: svcca(first, second),
        "mutual 10-NN, all words": lambda: mutual_neighbours(first, second),
        "Procrustes, 1,000 held out": lambda: procrustes_retrieval(first, second),
    }
    print(f"two spaces of {n_words:,} words, d 300")
    total = 0.0
    for tasks, times in ((of_one, 2), (of_two, 1)):
        for name, task in tasks.items():
            seconds, gib = timed_with_peak(task)
            total += times * seconds
            show(name, seconds, gib, f"  × {times}")
    show("all for two spaces", total, float("nan"))
    show("analogies at three cuts and whole", *timed_with_peak(partial(cuts, first)))


def cuts(space: EmbeddingSpace) -> object:
    return score_by_cut(Asked(space, ANALOGIES), quantity_of("analogies", "3CosAdd", "excluded"))


def mutual(scale: float) -> None:
    """Time mutual neighbours over a vocabulary whose square would not fit into memory."""
    n_words = round(100_000 * scale)
    first, second = (questions_space(n_words, 300, seed=seed) for seed in (0, 1))
    second = EmbeddingSpace(first.words, second.vectors)
    print(f"mutual 10-NN of {n_words:,} words, d 300 (n × n: {4 * n_words**2 / 2**30:.1f} GiB)")
    show("mutual neighbours", *timed_with_peak(lambda: mutual_neighbours(first, second)))


def growth(scale: float) -> None:
    """Time analogies and neighbours for rising vocabularies; print the exponent of the cost."""
    sizes = [round(n * scale) for n in (5_000, 20_000, 80_000, 200_000)]
    tasks: dict[str, Callable[[EmbeddingSpace], object]] = {
        "3CosAdd, questions-words": lambda space: score_analogies(
            space, ANALOGIES, methods=["3CosAdd"]
        ),
        "top-10 of 1,000 words": lambda space: nearest(space, space.words[:1000], k=10),
        "isotropy": isotropy,
        "linear CKA with itself": lambda space: linear_cka(space, space),
    }
    print("cost against the number of words, d 100; the exponent of a fit: 1 is linear")
    for name, task in tasks.items():
        seconds = []
        for size in sizes:
            space = questions_space(size, 100)
            task(space)
            seconds.append(min(timed(partial(task, space)) for _ in range(3)))
        exponent = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        told = ", ".join(f"{n:,}: {s:.2f} s" for n, s in zip(sizes, seconds, strict=True))
        print(f"  {name:34} {told}; exponent {exponent:.2f}", flush=True)


def compare(tasks: dict[str, Callable[[], object]], n_runs: int) -> None:
    """Run tasks in turn; print medians, and how many times as long the first takes."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    peaks = {name: timed_with_peak(task)[1] for name, task in tasks.items()}  # warms up, too
    for _ in range(n_runs):
        for name, task in tasks.items():
            seconds[name].append(timed(task))
    peer = next(iter(seconds.values()))
    for name, runs in seconds.items():
        ratio = statistics.median(p / r for p, r in zip(peer, runs, strict=True))
        show(name, statistics.median(runs), peaks[name], f"  {ratio:5.1f} ×")


def show(name: str, seconds: float, gib: float, more: str = "") -> None:
    memory = " " * 12 if np.isnan(gib) else f"  {gib:5.2f} GiB"
    print(f"  {name:34} {seconds:7.3f} s{memory}{more}", flush=True)


def timed(task: Callable[[], object]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def timed_with_peak(task: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds of a task and the memory that it added at its peak, in GiB (else NaN)."""
    before = status_gib("VmRSS")
    try:
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    except OSError:
        return timed(task), float("nan")
    seconds = timed(task)
    return seconds, status_gib("VmHWM") - before


def status_gib(field: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return float("nan")
    found = [line for line in lines if line.startswith(field)]
    return int(found[0].split()[1]) / 2**20 if found else float("nan")


def questions_space(n_words: int, dim: int, *, seed: int = 0) -> EmbeddingSpace:
    """Give the words of questions-words, as far as they fit, and fillers random vectors."""
    asked = {
        word
        for relation in ANALOGIES.relations
        for q in relation.questions
        for word in (*q[:3], *q.answers)
    }
    rng = np.random.default_rng(seed)
    kept = rng.permutation(sorted(asked))[: n_words // 2].tolist()
    fillers = [f"filler{number}" for number in range(n_words - len(kept))]
    words = rng.permutation(kept + fillers).tolist()
    return EmbeddingSpace(tuple(words), rng.normal(size=(n_words, dim)).astype(np.float32))


def keyed_vectors(space: EmbeddingSpace) -> KeyedVectors:
    vectors = KeyedVectors(space.dim)
    vectors.add_vectors(list(space.words), space.vectors)
    return vectors


if __name__ == "__main__":
    main()
