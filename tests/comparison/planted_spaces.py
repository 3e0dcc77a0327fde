"""Spaces whose truth is known, and judgments that ask for it."""

import numpy as np

from compare.comparison.options import ProtocolOptions
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.judgments import Judgments
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.spaces.space import EmbeddingSpace

N = 240
WORDS = tuple(f"w{i}" for i in range(N))
PROTOCOL = ProtocolOptions(neighbours=5)


def planted(noise: float, seed: int, name: str) -> EmbeddingSpace:
    """Twenty groups of twelve words; words 2i and 2i+1 differ by one direction."""
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(N // 12, 20)), 12, axis=0)
    vectors += np.repeat(rng.normal(size=(N // 2, 20)), 2, axis=0) * 0.6
    vectors[1::2] += rng.normal(size=20) * 0.8
    vectors += np.random.default_rng(seed).normal(size=vectors.shape) * noise
    counts = np.arange(N, 0, -1) * 10
    return EmbeddingSpace(WORDS, vectors.astype(np.float32), counts, {"name": name})


def asked() -> Judgments:
    def relation(name: str, start: int) -> Relation:
        pairs = [(WORDS[i], WORDS[i + 1]) for i in range(start, start + 24, 2)]
        questions = (Question(*p, q[0], (q[1],)) for p in pairs for q in pairs if p != q)
        return Relation(name, tuple(questions))

    rng = np.random.default_rng(5)
    truth = planted(0, 0, "truth").unit_vectors
    rows = rng.choice(N, (80, 2))
    rows = rows[rows[:, 0] != rows[:, 1]]
    ratings = (truth[rows[:, 0]] * truth[rows[:, 1]]).sum(axis=1)
    labels = {"POS": tuple("NV"[i % 2] for i in range(len(rows)))}
    groups = {"similarity": tuple(range(50)), "relatedness": tuple(range(40, len(rows)))}
    pairs = tuple((WORDS[a], WORDS[b]) for a, b in rows)
    return Judgments(
        (AnalogySet("shift", (relation("one", 0), relation("two", 96))),),
        (SimilaritySet("pairs", pairs, ratings, labels, groups),),
        (
            Lexicon(
                "groups",
                antonyms=tuple((WORDS[i], WORDS[(i + 30) % N]) for i in range(40)),
                synonyms=tuple((WORDS[i], WORDS[i + 2]) for i in range(0, 120, 12)),
                categories={WORDS[i]: f"group {i // 12}" for i in range(60)},
            ),
        ),
    )
