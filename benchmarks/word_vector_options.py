"""How a GPT's vector of a word is best taken: options chosen on a half of the human judgments.

A GPT is trained on a corpus (or taken from the cache), and every choice of `WordVectorOptions` is
scored on the development half of the word pairs: by Spearman's ρ with human ratings, or by the
share of planted analogies answered with question words allowed (centred vectors; the mean over the
sets). One option is varied at a time; the others keep their default.
The other half is shown for the default and for the best, and is looked at by nobody before.

    python benchmarks/word_vector_options.py --corpus english-novels.txt --set models.gpt.epochs=1
    python benchmarks/word_vector_options.py --preset planted --corpus planted --analogies planted
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
import torch

from compare.comparison.protocol import transformed
from compare.judgments.analogy_sets import AnalogySet, Relation, load_analogies
from compare.judgments.public_sets import open_similarity
from compare.judgments.similarity_sets import SimilaritySet
from compare.llm.vectors.alone import alone_vectors
from compare.llm.vectors.in_context import contextual_vectors
from compare.llm.vectors.language_model import GPTLanguageModel
from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.word_pieces import pooled_rows
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.passages import Passage
from compare.text.reading import Text
from compare.text.vocabulary import Vocabulary
from experiments.config.loading import load_config
from experiments.config.run_config import RunConfig
from experiments.stages.models import trained_models

DEFAULT = WordVectorOptions()
Score = Callable[[EmbeddingSpace], float]
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
    parser.add_argument(
        "--similarity", nargs="*", help="default: WordSim-353 and SimLex-999; none with analogies"
    )
    parser.add_argument("--analogies", nargs="*", default=[], help="'planted', or none")
    parser.add_argument("--split-seed", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1, help="of the training")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    config = load_config(
        given.preset, [f"corpus.source={given.corpus}", 'spaces=["gpt/input"]', *given.set]
    )
    assert isinstance(config, RunConfig)
    torch.set_num_threads(given.threads)
    text = Text(config.corpus, config.vocabulary)
    runtime = Runtime(seed=given.seed, threads=given.threads)
    trained = trained_models(config, text, runtime)["gpt"].opened
    model, vocabulary = trained.model, text.vocabulary
    texts = [passage.text for passage in text.passages()]
    named = given.similarity
    if named is None:
        named = [] if given.analogies else ["WordSim-353", "SimLex-999"]
    judged = [split_similarity(open_similarity(n), given.split_seed) for n in named]
    if "planted" in given.analogies:
        planted = load_analogies(text.words.truth / "analogies.txt")
        judged.append(split_analogies(planted, given.split_seed))
    print(f"{text.words.training.n_units:,} words, {len(vocabulary):,} in the vocabulary")
    print(f"validation loss {trained.history['validation_loss'].iloc[-1]:.3f}")
    for title, choices in (
        ("input", TABLE_CHOICES),
        ("alone", ALONE_CHOICES),
        ("context", CONTEXT_CHOICES),
    ):
        for name, rows in scored(model, texts, vocabulary, title, choices, judged):
            best = max(rows, key=lambda row: row[1])
            print(f"\n{name}: development half")
            for choice, development, _ in rows:
                print(f"  {choice:24} {development:6.3f}")
            print(f"  held-out half: {rows[0][0]} {rows[0][2]:.3f}; best, {best[0]}, {best[2]:.3f}")


def split_similarity(judgments: SimilaritySet, seed: int) -> tuple[Score, Score]:
    """Deal the pairs into two halves; a pair given twice, in whatever order, is on one side."""
    distinct = sorted({frozenset(pair) for pair in judgments.pairs}, key=sorted)
    first = dealt(distinct, seed)
    is_first = np.array([frozenset(pair) in first for pair in judgments.pairs])

    def half(chosen: np.ndarray) -> Score:
        places = np.flatnonzero(chosen).tolist()
        pairs = tuple(judgments.pairs[place] for place in places)
        part = SimilaritySet(judgments.name, pairs, judgments.ratings[places])
        return lambda space: score_similarity(space, part).value

    return half(is_first), half(~is_first)


def split_analogies(judgments: AnalogySet, seed: int) -> tuple[Score, Score]:
    """Deal the pairs of each relation; a question is used where both its pairs are on one side."""

    def half(is_development: bool) -> Score:
        relations = []
        for relation in judgments.relations:
            pairs = sorted({(q.a, q.b) for q in relation.questions})
            first = dealt(pairs, seed)
            own = first if is_development else set(pairs) - first
            kept = [
                q for q in relation.questions if (q.a, q.b) in own and (q.c, q.answers[0]) in own
            ]
            relations.append(Relation(relation.name, tuple(kept)))
        part = AnalogySet(judgments.name, tuple(relations))
        return lambda space: right_share(space, part)

    return half(True), half(False)


def dealt(items: list, seed: int) -> set:
    order = np.random.default_rng(seed).permutation(len(items))
    return {items[place] for place in order[: len(items) // 2].tolist()}


def passages_of(texts: list[str]) -> Iterator[Passage]:
    """Take each text as a document of one passage."""
    return (Passage(number, text) for number, text in enumerate(texts))


def right_share(space: EmbeddingSpace, judgments: AnalogySet) -> float:
    """Share of questions answered by 3CosAdd without excluding the question words."""
    relations = score_analogies(space, judgments, methods=["3CosAdd"])["3CosAdd"].relations
    return float(np.concatenate([ranked.honest == 1 for ranked in relations]).mean())


def scored(
    model: GPTLanguageModel,
    texts: list[str],
    vocabulary: Vocabulary,
    kind: str,
    choices: list[dict],
    judged: list[tuple[Score, Score]],
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
                float(np.mean([halves_of[side](space) for halves_of in judged])) for side in (0, 1)
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
        found = contextual_vectors(
            model, lambda: passages_of(texts), vocabulary, options, runtime=Runtime(seed=0)
        )
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
