"""Does training cost grow with the text alone? Words/s and memory at 1, 14 and more million words.

The vocabulary and the tables are those of the whole corpus each time; the text is its first
million words, all of it, and all of it several times over, memory-mapped from disk. Memory is the
largest anonymous resident memory during training above that before it, when imports, vocabulary
and both tables were there.

    python benchmarks/scale.py --corpus english-novels.txt.xz
    python benchmarks/scale.py --corpus english-novels.txt --backend numba --times 70  # 1 G words
"""

import argparse
import ctypes
import gc
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from compare.runtime import Runtime
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.tokens import TokenArray, open_tokens, renumbered, token_counts, write_tokens
from compare.text.vocabulary import VocabularyOptions, frequent_words, new_numbers
from compare.text.word_encoder import WordEncoder
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.skipgram import train_skipgram

MILLION = 1_000_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--backend", default="auto", choices=["auto", "numba", "torch"])
    parser.add_argument("--times", type=int, default=10, help="the whole text, over and over")
    given = parser.parse_args()
    runtime = Runtime(seed=1, device=given.device, threads=given.threads)
    corpus = open_corpus(CorpusOptions(source=given.corpus))
    passages = normalized_passages(corpus, CorpusOptions().normalization)
    with tempfile.TemporaryDirectory() as folder:
        encoder = WordEncoder()
        raw = write_tokens(Path(folder) / "raw", encoder.encode_all(passages))
        counts = token_counts(raw, len(encoder.words))
        kept, vocabulary = frequent_words(encoder.words, counts, VocabularyOptions())
        new_ids = new_numbers(kept, len(counts))
        whole = write_tokens(Path(folder) / "whole", renumbered(raw, new_ids))
        first = whole.starts[: np.searchsorted(whole.starts, MILLION)]
        start = TokenArray(np.array(whole.ids[:MILLION]), np.array(first), MILLION)
        texts = {
            "the first million": write_tokens(Path(folder) / "start", [start]),
            "all": whole,
            f"{given.times} times over": repeated(whole, given.times, Path(folder) / "more"),
        }
        del encoder, start, first
        options = SkipgramOptions(epochs=1, backend=given.backend)
        warm_up = texts["the first million"]
        train_skipgram(warm_up, vocabulary, options, runtime=runtime)
        tables = 2 * 4 * len(vocabulary) * options.dimension
        for name, tokens in texts.items():
            gc.collect()
            # What earlier texts left on the heap must not hide what this one takes.
            ctypes.CDLL(None).malloc_trim(0)
            before = anonymous_memory()
            with PeakMemory() as peak:
                started = time.perf_counter()
                train_skipgram(tokens, vocabulary, options, runtime=runtime)
                seconds = time.perf_counter() - started
            print(
                f"{name:18} {len(tokens) / MILLION:7.1f} M kept words   "
                f"{len(tokens) / seconds / MILLION:5.2f} M/s   "
                f"{max(0, peak.value - before - tables) / 2**20:6.0f} MiB above the tables",
                flush=True,
            )


def repeated(tokens: TokenArray, times: int, folder: Path) -> TokenArray:
    """Write a text several times over, part by part."""

    def parts() -> Iterator[TokenArray]:
        same = np.arange(int(tokens.ids.max()) + 1, dtype=np.int32)
        for _ in range(times):
            yield from renumbered(tokens, same)

    write_tokens(folder, parts())
    return open_tokens(folder)


class PeakMemory:
    """Samples the process's anonymous memory every 20 ms."""

    def __enter__(self) -> "PeakMemory":
        self.value = anonymous_memory()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(0.02):
            self.value = max(self.value, anonymous_memory())


def anonymous_memory() -> int:
    """Read the anonymous resident memory in bytes (Linux): mapped files are not in it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return 1024 * int(line.split()[1])
    raise RuntimeError("/proc/self/status tells no RssAnon")


if __name__ == "__main__":
    main()
