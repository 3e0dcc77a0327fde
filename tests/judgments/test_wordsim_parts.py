"""WordSim-353 in parts: the published sizes, known pairs, scores of each part."""

from collections import Counter

import numpy as np
import pytest

from compare.judgments.similarity_sets import default_similarity, normal_similarity
from compare.judgments.wordsim_parts import KINDS, wordsim_parts
from compare.measures.quantity import Asked
from compare.measures.similarity import similarity_by_part
from compare.spaces.space import EmbeddingSpace

WORDSIM = default_similarity()[0]


def test_the_parts_have_their_published_sizes():
    assert len(KINDS) == len(WORDSIM.pairs) == 353
    assert Counter(KINDS) == {"s": 100, "r": 149, "u": 103, "-": 1}
    assert {name: len(places) for name, places in wordsim_parts().items()} == {
        "similarity": 203,
        "relatedness": 252,
    }
    [left] = [place for place, kind in enumerate(KINDS) if kind == "-"]
    assert (WORDSIM.pairs[left], WORDSIM.ratings[left]) == (("money", "cash"), 9.08)


@pytest.mark.parametrize(
    ("first", "second", "rating", "parts"),
    [
        ("tiger", "cat", 7.35, "similarity"),
        ("tiger", "tiger", 10.00, "similarity"),
        ("money", "cash", 9.15, "similarity"),
        ("king", "queen", 8.58, "similarity"),
        ("computer", "keyboard", 7.62, "relatedness"),
        ("Jerusalem", "Israel", 8.46, "relatedness"),
        ("love", "sex", 6.77, "relatedness"),
        ("king", "cabbage", 0.23, "similarity relatedness"),
        ("professor", "cucumber", 0.31, "similarity relatedness"),
    ],
)
def test_known_pairs_stand_in_their_parts(first, second, rating, parts):
    found = set()
    for name in wordsim_parts():
        part = WORDSIM.group(name)
        if ((first, second), rating) in zip(part.pairs, part.ratings, strict=True):
            found.add(name)
    assert found == set(parts.split())


def test_unrelated_pairs_are_the_lower_end_of_both_scales():
    ratings = {kind: WORDSIM.ratings[[one == kind for one in KINDS]] for kind in "sru"}
    assert ratings["u"].max() == 5.0
    assert [round(ratings[kind].mean(), 4) for kind in "sru"] == [7.2379, 6.8197, 3.0885]


def test_each_part_is_scored():
    """Similar pairs in the order of their ratings, all else at random."""
    judged = normal_similarity(WORDSIM)
    rng = np.random.default_rng(0)
    words = dict.fromkeys(word for pair in judged.pairs for word in pair)
    vectors = {word: rng.normal(size=12) for word in words}
    similar = judged.group("similarity")
    for _ in range(200):  # move each pair towards the angle that its rating asks for
        for (first, second), rating in zip(similar.pairs, similar.ratings, strict=True):
            u, v = vectors[first], vectors[second]
            gap = rating / 5 - 1 - u @ v
            vectors[first], vectors[second] = u + 0.2 * gap * v, v + 0.2 * gap * u
            for word in (first, second):
                vectors[word] = vectors[word] / np.linalg.norm(vectors[word])
    space = EmbeddingSpace(tuple(words), np.array(list(vectors.values())))
    scores = similarity_by_part(Asked(space, judged))
    assert list(scores) == ["all", "similarity", "relatedness"]
    assert [score.n_used for score in scores.values()] == [353, 203, 252]
    values = {name: score.value for name, score in scores.items()}
    assert values["similarity"] > values["all"] > values["relatedness"]
    assert values["similarity"] > 0.9
