"""How a GPT's vector of a word is best taken: options chosen on a half of the human judgments.

A GPT is trained on a corpus (or taken from the cache), and every choice of `WordVectorOptions` is
scored by Spearman's ρ with human ratings (the mean over the sets, centred vectors) on the
development half of the word pairs. One option is varied at a time; the others keep their default.
The other half is shown for the default and for the best, and is looked at by nobody before.

    python benchmarks/word_vector_options.py --corpus english-novels.txt --set training.epochs=1
"""

import argparse
from collections.abc import Iterator

import numpy as np
import torch

from compare.corpus import normalized_passages
from compare.judgments import SimilaritySet, load_similarity
from compare.llm.alone import alone_vectors
from compare.llm.contextual import contextual_vectors
from compare.llm.language_model import GPTLanguageModel
from compare.llm.word_vectors import WordVectorOptions, pooled_rows
from compare.measures import score_similarity
from compare.protocol import transformed
from compare.public_judgments import open_similarity
from compare.space import EmbeddingSpace
from compare.vocabulary import Vocabulary
from experiments.config import RunConfig, load_config
from experiments.model_spaces import gpt_language_model
from experiments.run import quiet
from experiments.stages import CorpusParts, token_text, trained_gpt, word_text

DEFAULT = WordVectorOptions()
TABLE_CHOICES = [
    *({"pooling": pooling} for pooling in ("mean", "first", "last", "max")),
    {"form": "bare"},
]
ALONE_CHOICES = [
    *TABLE_CHOICES,
    *({"prefix": prefix} for prefix in ("none", "the", ".", "it is a")),
]
CONTEXT_CHOICES = [
    *({"pooling": pooling} for pooling in ("mean", "first", "last", "max")),
    *({"occurrences": n} for n in (4, 16, 256)),
    *({"overlap": share} for share in (0.0, 0.5)),
]


def main() -> None:
    """Train, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--preset", default="wiki-sample", help="options of the training")
    parser.add_argument("--set", action="append", default=[], help="section.key=value")
    parser.add_argument("--similarity", nargs="*", default=["WordSim-353", "SimLex-999"])
    parser.add_argument("--split-seed", type=int, default=0)
    given = parser.parse_args()
    config = load_config(given.preset, [f"corpus.source={given.corpus}", *given.set])
    assert isinstance(config, RunConfig)
    torch.set_num_threads(config.n_threads)
    parts = CorpusParts(config.corpus)
    words = word_text(parts, config, quiet)
    trained = trained_gpt(token_text(parts, config, quiet), words, config, "cpu", quiet)
    model = gpt_language_model(trained, "cpu")
    texts = [p.text for p in normalized_passages(parts.training, config.corpus.normalization)]
    judged = [split(opened(name), given.split_seed) for name in given.similarity]
    print(f"{words.meta['n_training_words']:,} words, {len(words.vocabulary):,} in the vocabulary")
    print(f"validation loss {trained.history['validation_loss'].iloc[-1]:.3f}")
    n_pairs = [f"{one.name} {len(one.pairs)}" for half in judged for one in half[:1]]
    print(f"pairs of the development half: {', '.join(n_pairs)}")
    for title, choices in (
        ("input", TABLE_CHOICES),
        ("alone", ALONE_CHOICES),
        ("context", CONTEXT_CHOICES),
    ):
        for name, rows in scored(model, texts, words.vocabulary, title, choices, judged):
            best = max(rows, key=lambda row: row[1])
            print(f"\n{name}: ρ, development half")
            for choice, development, _ in rows:
                print(f"  {choice:24} {development:6.3f}")
            print(f"  held-out half: {rows[0][0]} {rows[0][2]:.3f}; best, {best[0]}, {best[2]:.3f}")


def opened(name: str) -> SimilaritySet:
    return open_similarity(name) if "/" not in name else load_similarity(name)


def split(judgments: SimilaritySet, seed: int) -> tuple[SimilaritySet, SimilaritySet]:
    """Deal the pairs into two halves; a pair given twice, in whatever order, is on one side."""
    distinct = sorted({frozenset(pair) for pair in judgments.pairs}, key=sorted)
    order = np.random.default_rng(seed).permutation(len(distinct))
    first = {distinct[place] for place in order[: len(distinct) // 2].tolist()}
    is_first = np.array([frozenset(pair) in first for pair in judgments.pairs])

    def part(chosen: np.ndarray) -> SimilaritySet:
        places = np.flatnonzero(chosen).tolist()
        pairs = tuple(judgments.pairs[place] for place in places)
        return SimilaritySet(judgments.name, pairs, judgments.ratings[places])

    return part(is_first), part(~is_first)


def scored(
    model: GPTLanguageModel,
    texts: list[str],
    vocabulary: Vocabulary,
    kind: str,
    choices: list[dict],
    judged: list[tuple[SimilaritySet, SimilaritySet]],
) -> Iterator[tuple[str, list[tuple[str, float, float]]]]:
    """Yield each space of a kind with (choice, development ρ, held-out ρ), the default first."""
    table: dict[str, list[tuple[str, float, float]]] = {}
    for choice in [{}, *choices]:
        options = DEFAULT.model_copy(update=choice)
        if choice and options == DEFAULT:
            continue
        told = ", ".join(f"{key} = {value}" for key, value in choice.items()) or "default"
        for name, kept, vectors in spaces(model, texts, vocabulary, kind, options):
            known = tuple(np.array(vocabulary.words, dtype=object)[kept])
            space = transformed(EmbeddingSpace(known, vectors[kept], None, {}), "centred")
            halves = [
                float(np.mean([score_similarity(space, half[side]).value for half in judged]))
                for side in (0, 1)
            ]
            table.setdefault(name, []).append((told, *halves))
    yield from table.items()


def spaces(
    model: GPTLanguageModel,
    texts: list[str],
    vocabulary: Vocabulary,
    kind: str,
    options: WordVectorOptions,
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield (name, which words, vectors) of every space of a kind."""
    everything = np.ones(len(vocabulary), dtype=bool)
    if kind == "context":
        found = contextual_vectors(model, texts, vocabulary, options, seed=0)
        for layer, vectors in zip(found.layers, found.vectors, strict=True):
            yield f"layer-{layer}", found.occurrences > 0, vectors
        return
    pieces = model.word_pieces(vocabulary.words, options.form)
    if kind == "alone":
        for layer, vectors in enumerate(alone_vectors(model, pieces, options)):
            if layer:
                yield f"layer-{layer}-alone", everything, vectors
        return
    for table, rows in model.tables().items():
        yield table, everything, pooled_rows(rows, pieces, options.pooling)


if __name__ == "__main__":
    main()
