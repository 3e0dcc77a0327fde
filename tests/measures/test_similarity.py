"""Similarity: hand-worked ranks, gensim's evaluation, invariances, what cannot be scored."""

from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from compare.judgments.similarity_sets import SimilaritySet, load_similarity
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import RatedPairs
from tests.conftest import random_space


def _random_pairs(rng, n_words, n_pairs):
    pairs = tuple((f"w{a}", f"w{b}") for a, b in rng.integers(0, n_words, (n_pairs, 2)))
    return SimilaritySet("random", pairs, rng.uniform(0, 10, n_pairs).round(1))


def test_similarity_by_hand():
    """Cosines 1, .6, 0 against 9, 2, 5: ranks 3 2 1 and 3 1 2, ρ = 1 − 6·2 / (3·8) = .5."""
    space = EmbeddingSpace(("a", "b", "c"), np.array([[1, 0], [3, 4], [0, 2]]))
    pairs = (("a", "a"), ("a", "z"), ("a", "b"), ("c", "a"))
    score = score_similarity(space, SimilaritySet("hand", pairs, np.array([9.0, 7, 2, 5])))
    np.testing.assert_allclose(score.cosines, [1, 0.6, 0], atol=1e-7)
    assert score.ratings.tolist() == [9, 2, 5]
    assert score.pairs == (0, 2, 3)
    assert (score.n_used, score.n_missing) == (3, 1)
    assert score.value == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["wordsim353.tsv", "simlex999.txt"])
def test_similarity_equals_gensims_evaluate_word_pairs(name):
    """With words missing, pairs repeated and cased, ratings tied: gensim folds case, so do we."""
    path = Path(datapath(name))
    published = load_similarity(path)
    pairs = tuple((a.lower(), b.lower()) for a, b in published.pairs)
    judgments = SimilaritySet(name, pairs, published.ratings)
    rng = np.random.default_rng(4)
    words = sorted({word for pair in pairs for word in pair})
    words = [word for word in rng.permutation(words).tolist() if rng.random() < 0.9]
    space = EmbeddingSpace(tuple(words), rng.normal(size=(len(words), 15)))
    vectors = KeyedVectors(15)
    vectors.add_vectors(words, space.vectors)
    pearson, spearman, percent_missing = vectors.evaluate_word_pairs(str(path))
    score = score_similarity(space, judgments)
    assert score.n_missing > 0
    assert 100 * score.n_missing / len(pairs) == pytest.approx(percent_missing)
    assert score.value == pytest.approx(spearman.statistic, abs=1e-6)
    assert score.pearson == pytest.approx(pearson.statistic, abs=1e-6)


def test_a_cut_equals_gensims_restrict_vocab():
    path = datapath("wordsim353.tsv")
    judgments = load_similarity(Path(path))
    pairs = tuple((a.lower(), b.lower()) for a, b in judgments.pairs)
    words = list(dict.fromkeys(word for pair in pairs for word in pair))
    space = EmbeddingSpace(tuple(words), np.random.default_rng(2).normal(size=(len(words), 10)))
    vectors = KeyedVectors(10)
    vectors.add_vectors(words, space.vectors)
    _, spearman, _ = vectors.evaluate_word_pairs(path, restrict_vocab=200)
    score = score_similarity(
        space.restricted(words[:200]), SimilaritySet("cut", pairs, judgments.ratings)
    )
    assert 0 < score.n_missing < len(pairs)
    assert score.value == pytest.approx(spearman.statistic, abs=1e-6)


def test_planted_ratings_are_recovered_and_reversed_ones_refused(rng):
    space = random_space(60, 8)
    judgments = _random_pairs(rng, 60, 200)
    cosines = score_similarity(space, judgments).cosines
    for ratings, expected in ((np.exp(3 * cosines), 1), (-cosines, -1)):
        judged = SimilaritySet("planted", judgments.pairs, ratings)
        assert score_similarity(space, judged).value == pytest.approx(expected)


def test_similarity_does_not_change_under_rotation_scaling_and_order_of_a_pair(rng):
    space = random_space(80, 10)
    judgments = _random_pairs(rng, 80, 300)
    rotation = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    changed = space.with_vectors(space.vectors @ rotation * rng.uniform(0.1, 10, (80, 1)))
    first, second = score_similarity(space, judgments), score_similarity(changed, judgments)
    np.testing.assert_allclose(first.cosines, second.cosines, atol=1e-6)
    assert first.value == pytest.approx(second.value, abs=1e-4)
    swapped = SimilaritySet("swapped", tuple((b, a) for a, b in judgments.pairs), judgments.ratings)
    np.testing.assert_array_equal(score_similarity(space, swapped).cosines, first.cosines)


def test_unrelated_ratings_score_near_zero(rng):
    assert abs(score_similarity(random_space(200, 20), _random_pairs(rng, 200, 2000)).value) < 0.06


def test_a_missing_word_is_left_out_and_not_imputed(rng):
    """Pairs with unknown words change nothing but the count."""
    space = random_space(40, 6)
    known = _random_pairs(rng, 40, 50)
    unknown = tuple((f"w{number}", "unknown") for number in range(10))
    judgments = SimilaritySet(
        "both", unknown + known.pairs, np.concatenate([np.full(10, 99.0), known.ratings])
    )
    score = score_similarity(space, judgments)
    assert score.value == score_similarity(space, known).value
    assert score.n_missing == 10
    assert score.pairs[0] == 10


@pytest.mark.parametrize("n_pairs", [0, 1, 2])
def test_fewer_than_three_pairs_have_no_correlation(n_pairs):
    pairs = (*(("w0", "w1"), ("w1", "w2"))[:n_pairs], ("w0", "unknown"))
    score = score_similarity(
        random_space(3, 2), SimilaritySet("few", pairs, np.arange(n_pairs + 1.0))
    )
    assert np.isnan(score.value)
    assert (score.n_used, score.n_missing) == (n_pairs, 1)
    assert len(score.cosines) == len(score.ratings) == n_pairs


def test_equal_cosines_or_ratings_have_no_correlation():
    pairs = tuple((f"w{number}", f"w{number + 1}") for number in range(5))
    rated = SimilaritySet("rated", pairs, np.arange(5.0))
    orthogonal = EmbeddingSpace(tuple(f"w{n}" for n in range(6)), np.eye(6))
    assert np.isnan(score_similarity(orthogonal, rated).value)
    zero = orthogonal.with_vectors(np.zeros((6, 3)))
    assert np.isnan(score_similarity(zero, rated).value)
    level = SimilaritySet("level", pairs, np.full(5, 3.0))
    assert np.isnan(score_similarity(random_space(6, 3), level).value)


def test_the_interval_of_a_score_lies_around_it(rng):
    space = random_space(60, 8)
    judgments = _random_pairs(rng, 60, 200)
    cosines = score_similarity(space, judgments).cosines
    noisy = SimilaritySet("noisy", judgments.pairs, cosines + 0.3 * rng.normal(size=200))
    score = score_similarity(space, noisy)
    estimate = RatedPairs.of(score.cosines, score.ratings, score.words)
    value, low, high = estimate.interval()
    assert value == pytest.approx(score.value)
    assert -1 < low < score.value < high < 1
    assert estimate.n_units == len(np.unique(score.words))
