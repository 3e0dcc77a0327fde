"""GloVe: seconds, speed and quality after each of some epochs.

Prints the seconds of counting and of fitting, pairs a second of the epochs alone, and for both
kinds of vectors (w, and the mean of w and w̃, which points where the paper's w + w̃ does) what
`benchmarks/word2vec.py` prints of skip-gram: questions-words by 3CosAdd among the 30,000 most
frequent words, and Spearman's ρ on WordSim-353 and SimLex-999. The pairs are counted once for all
numbers of epochs, each of which is a training of its own.

    python benchmarks/glove.py --corpus english-novels.txt.xz --epochs 5 15
"""

import argparse
import platform

import torch
from ppmi import CANDIDATES, read, timed

from compare.judgments.analogy_sets import default_analogies, normal_analogies
from compare.judgments.similarity_sets import default_similarity, normal_similarity
from compare.measures.analogies import score_analogies
from compare.measures.similarity import score_similarity
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.tokens import TokenArray
from compare.trainers.glove import GloVeOptions, distance_weights, fit_glove
from compare.word2vec.cooccurrences import count_cooccurrences


def main() -> None:
    """Measure and print."""
    options = GloVeOptions()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="wiki-sample", help="named corpus or path of a text")
    parser.add_argument("--dimension", type=int, default=options.dimension)
    parser.add_argument("--window", type=int, default=options.window)
    parser.add_argument("--sentence-borders", action="store_true", help="windows end there")
    parser.add_argument("--epochs", type=int, nargs="+", default=[options.epochs])
    parser.add_argument("--learning-rate", type=float, default=options.learning_rate)
    parser.add_argument("--x-max", type=float, default=options.x_max)
    parser.add_argument("--alpha", type=float, default=options.alpha)
    parser.add_argument("--batch-pairs", type=int, default=options.batch_pairs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()

    torch.set_num_threads(given.threads)
    tokens, vocabulary = timed("reading the text", lambda: read(given.corpus))
    print(f"{len(tokens):,} words, {len(vocabulary):,} in the vocabulary; {platform.machine()}")
    if not given.sentence_borders:
        tokens = TokenArray(tokens.ids, tokens.starts[:1], tokens.n_units)
    weights = distance_weights(given.window)
    counts = timed(
        "counting",
        lambda: count_cooccurrences(tokens, vocabulary, weights=weights, subsample=0, seed=0),
    )
    print(f"{counts.nnz:,} pairs of words meet; {given.threads} threads, torch {torch.__version__}")
    similarity = [normal_similarity(judgments) for judgments in default_similarity()]
    analogies = normal_analogies(default_analogies())
    runtime = Runtime(seed=given.seed, device=given.device, threads=given.threads)
    for epochs in given.epochs:
        options = GloVeOptions(
            dimension=given.dimension,
            window=given.window,
            sentence_borders=given.sentence_borders,
            epochs=epochs,
            learning_rate=given.learning_rate,
            x_max=given.x_max,
            alpha=given.alpha,
            batch_pairs=given.batch_pairs,
        )
        tables = timed(
            f"{epochs} epochs",
            lambda options=options: fit_glove(counts, options, runtime=runtime),
        )
        seconds = sum(line.seconds for line in tables.history)
        loss = tables.history[-1].training_loss
        print(f"{epochs * counts.nnz / seconds / 1e6:.1f} M pairs/s, loss {loss:.4f}")
        for name, vectors in (("w", tables.input), ("mean", tables.mean)):
            space = EmbeddingSpace(vocabulary.words, vectors, vocabulary.counts)
            frequent = space.restricted(space.words[:CANDIDATES])
            scores = score_analogies(frequent, analogies, methods=["3CosAdd"])["3CosAdd"]
            print(
                f"{name:4}  analogies {100 * scores.accuracy('excluded'):5.2f} %",
                *(f"{one.name} {score_similarity(space, one).value:.3f}" for one in similarity),
                sep="   ",
                flush=True,
            )


if __name__ == "__main__":
    main()
