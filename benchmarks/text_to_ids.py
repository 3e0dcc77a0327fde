"""From a text file to the first training step: ours against gensim's vocabulary scan alone.

Ours reads, checks, normalises, numbers, counts, chooses a vocabulary and writes the memory-mapped
ids that training reads; gensim (`corpus_file`) counts the words of a file that is already
normalised and cut into sentences, and encodes nothing. Runs alternate; medians are printed.

    python benchmarks/text_to_ids.py --corpus english-novels.txt
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from gensim.models import Word2Vec

from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.reading import Text
from compare.text.words import sentences


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--runs", type=int, default=5, help="of each")
    given = parser.parse_args()
    corpus = CorpusOptions(source=given.corpus)
    rates: dict[str, list[float]] = {"gensim": [], "ours": [], "ours, from the cache": []}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        n_words = write_sentences(corpus, text)
        for number in range(given.runs):
            started = time.perf_counter()
            Word2Vec(sg=1, min_count=5).build_vocab(corpus_file=str(text))
            rates["gensim"].append(n_words / (time.perf_counter() - started))
            os.environ["EMBCONTRAST_CACHE"] = f"{folder}/cache{number}"
            for name in ("ours", "ours, from the cache"):
                started = time.perf_counter()
                assert Text(corpus).words  # read when it is asked for
                rates[name].append(n_words / (time.perf_counter() - started))
    for name, found in rates.items():
        print(f"{name:22} {statistics.median(found) / 1e6:6.2f} M words/s")
    pairs = zip(rates["ours"], rates["gensim"], strict=True)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"ours / gensim, neighbouring runs: median {ratio:.2f}")


def write_sentences(corpus: CorpusOptions, path: Path) -> int:
    """Write the text as gensim reads it fastest, a line a sentence; returns its words."""
    n_words = 0
    with path.open("w", encoding="utf-8") as handle:
        for passage in normalized_passages(open_corpus(corpus), corpus.normalization):
            for sentence in sentences(passage.text):
                handle.write(" ".join(sentence) + "\n")
                n_words += len(sentence)
    return n_words


if __name__ == "__main__":
    main()
