"""Contextuality: by hand, brute force over pairs, planted senses, static vectors, cones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from compare.errors import InputError
from compare.measures.contextuality import contextuality, sense_separation


def test_contextuality_by_hand():
    """Word 0 at (1, 0) and (0, 1), word 1 twice at (1, 0); sentences of one of each."""
    vectors = np.array([[1.0, 0], [0, 3], [2, 0], [1, 0]])
    found = contextuality(
        vectors, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), min_occurrences=2
    )
    assert found.baseline_cosine == pytest.approx(0.5)  # 1 1 0 0
    assert found.self_similarities.tolist() == pytest.approx([-0.5, 0.5])
    assert found.self_similarity == pytest.approx(0)
    # Sentence 0 holds one vector twice; in sentence 1 both lie at 45° from their mean.
    assert found.intra_sentence == pytest.approx((1 + 0.5**0.5) / 2 - 0.5)
    assert (found.mevs + found.baseline_mev).tolist() == pytest.approx([0.5, 1])
    assert (found.words.tolist(), found.n_used, found.n_missing) == ([0, 1], 2, 0)


@given(st.integers(6, 25), st.integers(1, 5), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_it_equals_brute_force(n, dim, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-2, 3, (n, dim)).astype(float)
    words, sentences = rng.integers(0, 3, n), rng.integers(0, 4, n)
    words[:4] = (0, 0, 0, 1)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    found = contextuality(vectors, words, sentences, min_occurrences=3)
    different = [unit[i] @ unit[j] for i in range(n) for j in range(i) if words[i] != words[j]]
    assert found.baseline_cosine == pytest.approx(np.mean(different), abs=1e-9)
    for word, similarity in zip(found.words, found.self_similarities, strict=True):
        own = unit[words == word]
        pairs = [own[i] @ own[j] for i in range(len(own)) for j in range(i)]
        assert similarity + found.baseline_cosine == pytest.approx(np.mean(pairs), abs=1e-9)
    assert found.n_used + found.n_missing == len(np.unique(words))


def _occurrences(context, cone=0.0, seed=0):
    rng = np.random.default_rng(seed)
    words = np.repeat(np.arange(30), 20)
    types = rng.normal(size=(30, 16))
    return types[words] + context * rng.normal(size=(600, 16)) + cone, words


def test_static_vectors_are_like_themselves_and_noise_is_not():
    sentences = np.arange(600) % 50
    static = contextuality(*_occurrences(0), sentences)
    assert static.self_similarity + static.baseline_cosine == pytest.approx(1)
    assert (static.mevs + static.baseline_mev).tolist() == pytest.approx([1] * 30)
    values = [
        contextuality(*_occurrences(context), sentences).self_similarity
        for context in (0, 0.5, 1, 5)
    ]
    assert values == sorted(values, reverse=True)
    assert contextuality(*_occurrences(50), sentences).self_similarity < 0.05


def test_a_cone_looks_static_without_the_correction():
    """Trap 4: in a narrow cone occurrences are alike, whatever the context does."""
    sentences = np.arange(600) % 50
    cone = contextuality(*_occurrences(5, cone=30), sentences)
    assert cone.self_similarity + cone.baseline_cosine > 0.9
    assert cone.self_similarity < 0.05
    assert cone.mev + cone.baseline_mev > 0.9
    assert cone.mev < 0.05


def test_rotation_and_lengths_change_nothing():
    vectors, words = _occurrences(1)
    sentences = np.arange(600) % 50
    rng = np.random.default_rng(1)
    rotation = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    before = contextuality(vectors, words, sentences)
    after = contextuality(vectors @ rotation * rng.uniform(0.1, 9, (600, 1)), words, sentences)
    assert after.self_similarity == pytest.approx(before.self_similarity)
    assert after.mev == pytest.approx(before.mev)
    assert after.intra_sentence == pytest.approx(before.intra_sentence)


def test_senses_by_hand():
    """Same-sense cosines 1, 0.8; others 0, .6, 0 .6: all below."""
    vectors = np.array([[1.0, 0], [2, 0], [0, 1], [0.6, 0.8]])
    found = sense_separation(vectors, np.array([0, 0, 1, 1]))
    assert found.auc == 1
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = silhouette_score(unit, [0, 0, 1, 1], metric="cosine")
    assert found.silhouette == pytest.approx(expected)
    assert found.n_used == 4
    tied = sense_separation(np.ones((4, 2)), np.array([0, 0, 1, 1]))
    assert tied.auc == 0.5


def test_planted_senses_are_told_apart_and_unrelated_ones_not():
    rng = np.random.default_rng(0)
    senses = np.arange(80) % 2
    centres = rng.normal(size=(2, 20))
    near = sense_separation(centres[senses] + 0.2 * rng.normal(size=(80, 20)), senses)
    assert near.auc > 0.99
    assert near.silhouette > 0.5
    none = sense_separation(rng.normal(size=(80, 20)), senses)
    assert none.auc == pytest.approx(0.5, abs=0.05)
    assert abs(none.silhouette) < 0.05


def test_what_cannot_be_measured_is_refused():
    vectors, words = np.ones((6, 2)), np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(InputError, match="one mark a vector"):
        contextuality(vectors, words[:4], words)
    with pytest.raises(InputError, match="NaN or infinity"):
        contextuality(np.full((6, 2), np.nan), words, words)
    with pytest.raises(InputError, match="found 2 words with up to 3"):
        contextuality(vectors, words, words)
    with pytest.raises(InputError, match="found 1 words"):
        contextuality(vectors, np.zeros(6, dtype=int), words)
    with pytest.raises(InputError, match="min_occurrences must be at least 2"):
        contextuality(vectors, words, words, min_occurrences=1)
    with pytest.raises(InputError, match="two senses; found 1"):
        sense_separation(vectors, np.zeros(6, dtype=int))
    lone = sense_separation(np.eye(2), np.array([0, 1]))
    assert np.isnan([lone.auc, lone.silhouette]).all()
