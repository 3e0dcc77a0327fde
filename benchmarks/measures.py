"""The measures beside gensim's: seconds of alternating runs, medians.

    python benchmarks/measures.py            # what the peers do too
    python benchmarks/measures.py --growth   # cost against the size of the vocabulary

Vectors are random (their values do not change the work), words are those of questions-words with
fillers between them; both sides meet the same space, already of unit length where they keep one.
"""

import argparse
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from compare.judgments import default_analogies, folded_analogies
from compare.measures import (
    BASELINES,
    METHODS,
    hubness,
    isotropy,
    linear_cka,
    mutual_neighbours,
    nearest,
    procrustes_retrieval,
    score_analogies,
    similarity_correlation,
    svcca,
)
from compare.space import EmbeddingSpace

ANALOGIES = folded_analogies(default_analogies())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="of each, alternating")
    parser.add_argument("--growth", action="store_true", help="cost against vocabulary size")
    given = parser.parse_args()
    threads = os.environ.get("OMP_NUM_THREADS", f"{os.cpu_count()} (all)")
    print(f"{platform.machine()}, threads {threads}, numpy {np.__version__}")
    if given.growth:
        growth()
        return
    analogies(given.runs)
    neighbours(given.runs)
    two_spaces()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def analogies(n_runs: int) -> None:
    space = questions_space(30_000, 100)
    peer = keyed_vectors(space)
    file = datapath("questions-words.txt")
    print("questions-words, 30,000 words, d 100")
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


def neighbours(n_runs: int) -> None:
    space = questions_space(100_000, 300)
    peer = keyed_vectors(space)
    words = space.words[::100]
    print(f"top-10 neighbours of {len(words):,} words, 100,000 words, d 300")
    compare(
        {
            "gensim most_similar": lambda: [peer.most_similar(word, topn=10) for word in words],
            "nearest": lambda: nearest(space, words, k=10),
        },
        n_runs,
    )


def two_spaces() -> None:
    """Time once what a report takes from two spaces; no peer does the same."""
    first, second = (questions_space(30_000, 300, seed=seed) for seed in (0, 1))
    second = EmbeddingSpace(first.words, second.vectors)
    tasks: dict[str, Callable[[], object]] = {
        "debiased linear CKA": lambda: linear_cka(first, second),
        "RSA of 2,000 words": lambda: similarity_correlation(first, second),
        "SVCCA": lambda: svcca(first, second),
        "mutual 10-NN, all words": lambda: mutual_neighbours(first, second),
        "Procrustes, 1,000 held out": lambda: procrustes_retrieval(first, second),
        "isotropy": lambda: isotropy(first),
        "hubness of 10,000 words": lambda: hubness(first, max_words=10_000),
    }
    print("two spaces of 30,000 words, d 300")
    for name, task in tasks.items():
        print(f"  {name:32} {timed(task):7.3f} s", flush=True)


def growth() -> None:
    """Time analogies and neighbours for rising vocabularies; print the exponent of the cost."""
    sizes = [5_000, 20_000, 80_000, 200_000]
    tasks: dict[str, Callable[[EmbeddingSpace], object]] = {
        "3CosAdd, questions-words": lambda space: score_analogies(
            space, ANALOGIES, methods=["3CosAdd"]
        ),
        "top-10 of 1,000 words": lambda space: nearest(space, space.words[:1000], k=10),
    }
    for name, task in tasks.items():
        seconds = []
        for size in sizes:
            space = questions_space(size, 100)
            task(space)
            seconds.append(timed(lambda task=task, space=space: task(space)))
        exponent = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        told = ", ".join(f"{n:,}: {s:.2f} s" for n, s in zip(sizes, seconds, strict=True))
        print(f"  {name:32} {told}; exponent {exponent:.2f}")


def compare(tasks: dict[str, Callable[[], object]], n_runs: int) -> None:
    """Run tasks in turn, the first once before; print medians, and the first's over each."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()  # unit vectors are made, memory is touched
    for _ in range(n_runs):
        for name, task in tasks.items():
            seconds[name].append(timed(task))
    peer = statistics.median(next(iter(seconds.values())))
    for name, runs in seconds.items():
        median = statistics.median(runs)
        print(f"  {name:32} {median:7.3f} s   {peer / median:5.1f} ×")


def timed(task: Callable[[], object]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


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
