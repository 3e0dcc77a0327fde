"""Vectors of all layers in context: the streaming pass against a bare forward pass.

A small GPT reads a corpus for the vectors of its vocabulary, up to 64 occurrences a word, all
layers. The bare pass runs the same model over the same rows, made beforehand, and keeps nothing;
ours draws the occurrences, too. Both take turns over parts of the corpus; the median of the
neighbouring ratios is printed, and then what a whole pass takes (`--whole`). In a part of a corpus
more of the words are among the 64 of their kind than in the whole, so the ratio of parts is a lower
bound. The model is not trained: its weights change no timing.

    python benchmarks/contextual.py --corpus english-novels.txt
"""

import argparse
import statistics
import time
from collections import Counter
from itertools import islice

import psutil
import torch

from compare.llm.gpt import untrained_gpt
from compare.llm.options import GPTOptions
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.drawing import Passages, drawn_of_words
from compare.llm.vectors.in_context import contextual_vectors
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.rows import read_chosen, rows
from compare.runtime import Runtime
from compare.text.corpus import CorpusOptions, normalized_passages, open_corpus
from compare.text.passages import Passage
from compare.text.vocabulary import VocabularyOptions, build_vocabulary
from compare.text.words import words


def restartable(texts: list[str]) -> Passages:
    """Make a text that can be read again and again."""
    return lambda: (Passage(number, text) for number, text in enumerate(texts))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--passages", type=int, default=40, help="of a part; 20,000 letters each")
    parser.add_argument("--runs", type=int, default=5, help="of each")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--max-words", type=int, default=30_000)
    parser.add_argument("--occurrences", type=int, default=64)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--whole", action="store_true", help="time a pass over the whole corpus")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)

    options = CorpusOptions(source=given.corpus)
    corpus = open_corpus(options)
    passages = normalized_passages(corpus, options.normalization)
    n_needed = None if given.whole else given.runs * given.passages
    texts = [p.text for p in islice(passages, n_needed)]
    encoding = train_encoding(texts[:200], 8192)
    shape = GPTOptions(layers=given.layers, dimension=given.dimension, context=given.context)
    gpt = untrained_gpt(shape, encoding.n_vocab, seed=0).eval()
    model = GPTLanguageModel(gpt, BytePairs(encoding), device=given.device)
    chosen = WordVectorOptions(occurrences=given.occurrences)
    limits = VocabularyOptions(max_words=given.max_words)

    def counted(some: list[str]):  # noqa: ANN202
        return build_vocabulary(Counter(w for text in some for w in words(text)), limits)

    ratios, ours_rate, bare_rate = [], [], []
    for run in range(given.runs):
        begin = run * given.passages % len(texts)
        some = texts[begin : begin + given.passages]
        vocabulary = counted(some)
        drawn = drawn_of_words(restartable(some), vocabulary, chosen.occurrences, 0)
        batches = list(rows(model, read_chosen(restartable(some), drawn), chosen.overlap))

        def bare(batches=batches) -> float:  # noqa: ANN001
            started = time.perf_counter()
            with torch.inference_mode():
                for batch in batches:
                    gpt.hidden(batch.ids.to(given.device))
            if given.device == "cuda":
                torch.cuda.synchronize()
            return time.perf_counter() - started

        bare()
        before = bare()
        found = contextual_vectors(
            model, restartable(some), vocabulary, chosen, runtime=Runtime(seed=0)
        )
        seconds = (before + bare()) / 2
        ratios.append(seconds / found.seconds)
        bare_rate.append(found.n_tokens / seconds)
        ours_rate.append(found.n_tokens / found.seconds)
    print(
        f"{given.layers} layers, d{given.dimension}, context {given.context}, {given.threads} "
        f"threads, {len(vocabulary):,} words, up to {given.occurrences} occurrences, last part: "
        f"{found.n_tokens:,} tokens, {found.occurrences.sum():,} occurrences, "
        f"{found.n_inexact:,} inexact, {found.n_unusable:,} unusable"
    )
    print(f"bare forward pass  {statistics.median(bare_rate) / 1e3:7.1f} k tokens/s")
    print(f"streaming pass     {statistics.median(ours_rate) / 1e3:7.1f} k tokens/s")
    print(f"ratio of neighbouring runs: median {statistics.median(ratios):.2f} {sorted(ratios)}")
    if given.whole:
        process = psutil.Process()
        before_bytes = process.memory_info().rss
        found = contextual_vectors(
            model, restartable(texts), counted(texts), chosen, runtime=Runtime(seed=0)
        )
        print(
            f"whole corpus: {found.n_tokens:,} tokens in {found.seconds:.0f} s, "
            f"{found.n_tokens / found.seconds / 1e3:.1f} k tokens/s; memory grew by "
            f"{(process.memory_info().rss - before_bytes) / 2**20:.0f} MiB, of which sums "
            f"{found.vectors.nbytes / 2**20:.0f}"
        )


if __name__ == "__main__":
    main()
