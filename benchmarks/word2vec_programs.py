"""Programs that train skip-gram, each behind the same call; see ``word2vec.py``."""

import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from gensim.models import Word2Vec

from compare.runtime import Runtime
from compare.spaces.formats import read_vectors
from compare.spaces.space import EmbeddingSpace
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.options import GensimOptions, SkipgramOptions
from compare.word2vec.skipgram import train_skipgram


class Task(NamedTuple):
    """What is trained: the same text, as ids and as a file of a sentence a line."""

    tokens: TokenArray
    vocabulary: Vocabulary
    text: Path
    n_words: int
    threads: int
    folder: Path


class Trained(NamedTuple):
    """What came of it."""

    seconds: float
    space: EmbeddingSpace


Program = Callable[[int], Trained]
"""Trains with a seed."""


def ours(task: Task, options: SkipgramOptions, device: str) -> Program:
    """Ours; the seconds are those of training."""

    def train(seed: int) -> Trained:
        started = time.perf_counter()
        tables = train_skipgram(
            task.tokens,
            task.vocabulary,
            options,
            runtime=Runtime(seed=seed, device=device, threads=task.threads),
        )
        seconds = time.perf_counter() - started
        space = EmbeddingSpace(task.vocabulary.words, tables.input, task.vocabulary.counts)
        return Trained(seconds, space)

    return train


def gensim(task: Task, options: SkipgramOptions, *, workers: int, rate: float) -> Program:
    """Gensim on a file of sentences, its fastest way; the seconds are those of training alone."""

    def train(seed: int) -> Trained:
        model = Word2Vec(
            sg=1,
            vector_size=options.dimension,
            window=options.window,
            negative=options.negatives,
            sample=options.subsample,
            alpha=rate,
            min_count=1,
            workers=workers,
            seed=seed,
        )
        model.build_vocab(corpus_file=str(task.text))
        started = time.perf_counter()
        model.train(
            corpus_file=str(task.text),
            total_words=model.corpus_total_words,
            total_examples=model.corpus_count,
            epochs=options.epochs,
        )
        seconds = time.perf_counter() - started
        # our word order, so that the cut at 30,000 words falls alike among ties
        rows = np.array([model.wv.key_to_index[word] for word in task.vocabulary.words])
        vectors = model.wv.vectors[rows]
        return Trained(seconds, EmbeddingSpace(task.vocabulary.words, vectors, None))

    return train


def c_program(kind: str, program: str, task: Task, options: SkipgramOptions) -> Program:
    """Another program, by its path; the seconds are those of the process less a scan alone.

    How long it takes to read the text and to write vectors is measured with as good as no
    training (a window of 1, one noise word, two dimensions), and taken off.
    """
    out = task.folder / f"{kind}.txt"
    found: list[float] = []

    def run(dimension: int, window: int, negatives: int, epochs: int, subsample: float) -> float:
        sizes = [dimension, window, negatives, epochs, subsample, task.threads]
        flags = FLAGS[kind]
        command = [program, *flags["fixed"], flags["text"], str(task.text), flags["out"], str(out)]
        for flag, size in zip(flags["sizes"], sizes, strict=True):
            command += [flag, str(size)]
        if kind == "fasttext":
            command[command.index(str(out))] = str(out.with_suffix(""))
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started

    def train(seed: int) -> Trained:  # noqa: ARG001 - theirs is fixed, and threads overwrite
        if not found:
            found.append(run(2, 1, 1, 1, 1e-9))
        o = options
        seconds = run(o.dimension, o.window, o.negatives, o.epochs, o.subsample) - found[0]
        read = read_vectors(out.with_suffix(".vec") if kind == "fasttext" else out)
        wanted = [word for word in task.vocabulary.words if word in read]
        return Trained(seconds, read.restricted(wanted))

    return train


_WORD2VEC_C = {
    "fixed": ["-cbow", "0", "-hs", "0", "-binary", "0", "-min-count", "1"],
    "text": "-train",
    "out": "-output",
    "sizes": ["-size", "-window", "-negative", "-iter", "-sample", "-threads"],
}

FLAGS = {
    "word2vec-c": _WORD2VEC_C,
    "pword2vec": {**_WORD2VEC_C, "fixed": ["-binary", "0", "-min-count", "1"]},
    "fasttext": {
        "fixed": ["skipgram", "-minCount", "1", "-maxn", "0", "-lr", "0.025"],
        "text": "-input",
        "out": "-output",
        "sizes": ["-dim", "-ws", "-neg", "-epoch", "-t", "-thread"],
    },
}


def mean_rate(epochs: int, workers: int) -> float:
    """Say how gensim's mean rate compares with the nominal one, half of the first.

    In an epoch each worker takes its own progress, up to 1 / workers, for the whole text's.

    >>> round(mean_rate(1, 1), 2), round(mean_rate(1, 2), 2), round(mean_rate(5, 2), 2)
    (1.0, 1.5, 1.1)
    """
    done = ((epochs - 1) / 2 + 1 / (2 * workers)) / epochs
    return 2 * (1 - done)


def gensims_rate(
    options: SkipgramOptions, given: float | None, *, workers: int, equal: bool
) -> float:
    """Choose gensim's learning rate: its own, or one that gives it our mean rate."""
    if not equal:
        return given or GensimOptions().learning_rate
    return options.learning_rate / mean_rate(options.epochs, workers)


def write_sentences(path: Path, words: list[str], parts: list[TokenArray]) -> None:
    """Write a text as all programs read it: a line a sentence."""
    names = np.array(words, dtype=object)
    with path.open("w", encoding="utf-8") as handle:
        for part in parts:
            found = names[part.ids].tolist()
            for start, end in pairwise([*part.starts.tolist(), len(part)]):
                handle.write(" ".join(found[start:end]) + "\n")
