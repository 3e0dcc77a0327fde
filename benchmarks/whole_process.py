"""Word vectors from a file of text, as a user waits for them: whole processes, start to finish.

Ours reads, checks and normalises the text, finds words and sentences, trains and writes vectors
(``embcontrast train word2vec``), with nothing in its cache but, for "compiled", the compiled code;
gensim, and pWord2Vec where its path is given, get the sentences ready, one a line. Runs alternate;
medians of seconds, and ratios of neighbouring runs.

    python benchmarks/whole_process.py --corpus english-novels.txt --words 3000000 --epochs 5
    python benchmarks/whole_process.py --corpus english-novels.txt --epochs 1 --pword2vec PATH
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.words import sentences

GENSIM = """
import sys
from gensim.models import Word2Vec
text, out, epochs, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
model = Word2Vec(corpus_file=text, sg=1, epochs=epochs, workers=threads, min_count=5)
model.wv.save_word2vec_format(out, binary=True)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--words", type=int, default=10**12, help="of the text, at most")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3, help="of each")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--pword2vec", metavar="PATH")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n_words = write_texts(given, folder)
        print(f"{n_words:,} words, {given.epochs} epochs, {given.threads} threads")
        commands = programs(given, folder)
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(given.runs + 1):
            for name, (command, environment) in commands.items():
                if name == "ours, nothing compiled":
                    shutil.rmtree(folder / "not compiled", ignore_errors=True)
                shutil.rmtree(folder / "cache", ignore_errors=True)
                started = time.perf_counter()
                subprocess.run(
                    command, check=True, capture_output=True, env={**os.environ, **environment}
                )
                if number:  # the first compiles, and warms files up
                    seconds[name].append(time.perf_counter() - started)
    for name, found in seconds.items():
        pairs = zip(found, seconds["gensim"], strict=True)
        ratio = statistics.median(theirs / mine for mine, theirs in pairs)
        print(f"{name:24} {statistics.median(found):7.1f} s   {ratio:5.2f} of gensim's speed")


def write_texts(given: argparse.Namespace, folder: Path) -> int:
    """Write the same words as running text, and as a line a sentence; returns how many."""
    n_words = 0
    corpus = open_corpus(CorpusOptions(source=given.corpus))
    with (folder / "text.txt").open("w") as raw, (folder / "lines.txt").open("w") as lines:
        raw_passages = corpus.passages()
        normal = normalized_passages(corpus, CorpusOptions().normalization)
        for passage, normalized in zip(raw_passages, normal, strict=True):
            raw.write(passage.text)
            for sentence in sentences(normalized.text):
                lines.write(" ".join(sentence) + "\n")
                n_words += len(sentence)
            if n_words >= given.words:
                break
    return n_words


def programs(
    given: argparse.Namespace, folder: Path
) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Say what is run, with its environment."""
    lines, epochs, threads = str(folder / "lines.txt"), str(given.epochs), str(given.threads)
    command = [sys.executable, "-m", "experiments", "train", "word2vec"]
    command += ["--corpus", str(folder / "text.txt"), "--out", str(folder / "ours.safetensors")]
    command += ["--epochs", epochs, "--threads", threads]
    cache = {"EMBCONTRAST_CACHE": str(folder / "cache")}
    found = {
        "gensim": ([sys.executable, "-c", GENSIM, lines, str(folder / "g"), epochs, threads], {}),
        "ours, compiled": (command, {**cache, "NUMBA_CACHE_DIR": str(folder / "compiled")}),
        "ours, nothing compiled": (
            command,
            {**cache, "NUMBA_CACHE_DIR": str(folder / "not compiled")},
        ),
        "ours, torch": ([*command, "--backend", "torch"], cache),
    }
    if given.pword2vec:
        flags = [
            "-size",
            "100",
            "-window",
            "5",
            "-negative",
            "5",
            "-sample",
            "1e-3",
            "-min-count",
            "5",
            "-binary",
            "1",
        ]
        flags += ["-iter", epochs, "-threads", threads, "-output", str(folder / "p")]
        found["pWord2Vec"] = ([given.pword2vec, "-train", lines, *flags], {})
    return found


if __name__ == "__main__":
    main()
