"""Text → token ids: worker processes against one `encode_ordinary` call per document.

Documents are those of the corpus, normalised beforehand. Ours writes the memory-mapped array; the
other ways keep lists. Runs alternate; medians are printed, and ratios of neighbouring runs.

    python benchmarks/tokens.py --corpus english-novels.txt.xz --characters 40_000_000
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from compare.llm.token_encoder import encoded_passages
from compare.llm.tokenizer import named_encoding, train_encoding
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.passages import Passage
from compare.text.tokens import write_tokens


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--characters", type=int, default=40_000_000, help="at most")
    parser.add_argument("--encoding", default="trained", help="or tiktoken's name")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    options = CorpusOptions(source=given.corpus)
    passages: list[Passage] = []
    n_characters = 0
    for passage in normalized_passages(open_corpus(options), options.normalization):
        passages.append(passage)
        n_characters += len(passage.text)
        if n_characters >= given.characters:
            break
    texts: dict[int, list[str]] = {}
    for document, text, _ in passages:
        texts.setdefault(document, []).append(text)
    documents = ["".join(parts) for parts in texts.values()]
    if given.encoding == "trained":
        encoding = train_encoding(documents[:20], 8192)
    else:
        encoding = named_encoding(given.encoding)

    def by_document() -> int:
        return sum(len(encoding.encode_ordinary(text)) for text in documents)

    def by_threads() -> int:
        found = encoding.encode_ordinary_batch(documents, num_threads=given.workers)
        return sum(map(len, found))

    def ours(n_workers: int) -> Callable[[], int]:
        def write() -> int:
            with tempfile.TemporaryDirectory() as folder:
                parts = encoded_passages(
                    passages, encoding, n_characters=n_characters, n_workers=n_workers
                )
                return len(write_tokens(Path(folder) / "tokens", (part for part, _ in parts)))

        return write

    ways = {
        "encode_ordinary, a call a document": by_document,
        f"encode_ordinary_batch, {given.workers} threads": by_threads,
        "ours, in this process": ours(1),
        f"ours, {given.workers} processes": ours(given.workers),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    print(f"{len(documents)} documents, {n_characters:,} characters, {encoding.name}")
    for _ in range(given.rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            n_tokens = way()
            rates[name].append(n_tokens / (time.perf_counter() - started))
    base = np.array(rates["encode_ordinary, a call a document"])
    for name, found in rates.items():
        ratio = statistics.median(np.array(found) / base)
        print(f"{name:36}{statistics.median(found) / 1e6:8.2f} M tokens/s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
