"""Contextuality: by hand, the authors' procedure, brute force over pairs, noise, senses, cones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score

from compare.errors import InputError
from compare.measures.contextuality import (
    contextuality,
    sense_separation,
    spread_over_sentences,
)


def test_contextuality_by_hand():
    """Word 0 at (1, 0) and (0, 1), word 1 twice at (1, 0); sentences of one of each."""
    vectors = np.array([[1.0, 0], [0, 3], [2, 0], [1, 0]])
    found = contextuality(vectors, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), min_sentences=2)
    assert found.baseline_cosine == pytest.approx(0.5)  # 1 1 0 0
    assert found.self_similarities.tolist() == pytest.approx([-0.5, 0.5])
    assert found.self_similarity == pytest.approx(0)
    # Sentence 0 holds one direction; in sentence 1 the mean of (0, 3) and (1, 0) is (1, 3) / 2.
    assert found.intra_sentence == pytest.approx((1 + (3 + 1) / 10**0.5 / 2) / 2 - 0.5)
    uncentred = found.size_matched_mevs + found.baseline_size_matched_mev
    assert uncentred.tolist() == pytest.approx([0.5, 1])
    assert (found.mevs + found.baseline_mev).tolist() == pytest.approx([1, 1])  # two points: a line
    assert (found.words.tolist(), found.n_used, found.n_missing) == ([0, 1], 2, 0)


@given(st.integers(6, 25), st.integers(1, 5), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_it_equals_brute_force(n, dim, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-2, 3, (n, dim)).astype(float)
    words, sentences = rng.integers(0, 3, n), rng.integers(0, 4, n)
    words[:4], sentences[:3] = (0, 0, 0, 1), (0, 1, 2)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    found = contextuality(vectors, words, sentences, min_sentences=3)
    different = [unit[i] @ unit[j] for i in range(n) for j in range(i) if words[i] != words[j]]
    assert found.baseline_cosine == pytest.approx(np.mean(different), abs=1e-9)
    for word, similarity in zip(found.words, found.self_similarities, strict=True):
        own = unit[words == word]
        assert len(set(sentences[words == word])) >= 3
        pairs = [own[i] @ own[j] for i in range(len(own)) for j in range(i)]
        assert similarity + found.baseline_cosine == pytest.approx(np.mean(pairs), abs=1e-9)
    assert found.n_used + found.n_missing == len(np.unique(words))


def _authors(vectors, words, sentences):
    """Measure as the paper did, over all occurrences: MEV and intra-sentence, not corrected."""
    of_words = [
        PCA(n_components=1).fit(vectors[words == word]).explained_variance_ratio_[0]
        for word in np.unique(words)
        if len(set(sentences[words == word])) >= 5
    ]
    random = PCA(n_components=1).fit(vectors).explained_variance_ratio_[0]
    near = []
    for sentence in np.unique(sentences):
        own = vectors[sentences == sentence]
        s = own.mean(axis=0)
        near.append(np.mean([v @ s / np.linalg.norm(v) / np.linalg.norm(s) for v in own]))
    return of_words, random, np.mean(near)


@pytest.mark.parametrize("seed", range(5))
def test_explained_variance_is_the_papers(seed):
    rng = np.random.default_rng(seed)
    words, sentences = rng.integers(0, 60, 700), rng.integers(0, 90, 700)
    vectors = rng.normal(size=(700, 24)) * rng.uniform(0.1, 8, (700, 1)) * np.arange(1, 25)
    vectors += 3 * rng.normal(size=(60, 24))[words]
    of_words, random, intra = _authors(vectors, words, sentences)
    found = contextuality(vectors.astype(np.float32), words, sentences, seed=seed)
    assert found.baseline_mev == pytest.approx(random, abs=1e-6)
    assert (found.mevs + found.baseline_mev).tolist() == pytest.approx(of_words, abs=1e-6)
    assert found.mev == pytest.approx(np.mean(of_words) - random, abs=1e-6)
    assert found.intra_sentence + found.baseline_cosine == pytest.approx(intra, abs=1e-6)
    assert found.n_varying == found.n_used == len(of_words)


@pytest.mark.parametrize(("n_occurrences", "beyond"), [(5, 0.30), (100, 0.02)])
def test_noise_words_are_explained_by_their_number_unless_it_is_matched(n_occurrences, beyond):
    """128 dimensions: five centred vectors have four components, so that one has a quarter."""
    rng = np.random.default_rng(0)
    n = 2000
    words = np.arange(n) // n_occurrences
    found = contextuality(rng.normal(size=(n, 128)), words, rng.permutation(n))
    assert abs(found.size_matched_mev) < 0.005
    assert found.baseline_mev < 0.02
    assert found.mev == pytest.approx(beyond, abs=0.01)


def test_a_word_needs_different_sentences():
    vectors, words = np.random.default_rng(0).normal(size=(20, 4)), np.repeat([0, 1], 10)
    sentences = np.concatenate([np.arange(10) // 3, np.arange(10) // 2])  # 4 and 5 of them
    found = contextuality(vectors, words, sentences)
    assert (found.words.tolist(), found.n_used, found.n_missing) == ([1], 1, 1)


def test_random_occurrences_stand_in_different_sentences_where_they_can():
    rng = np.random.default_rng(0)
    sentences = rng.permutation(np.repeat(np.arange(50), np.arange(50) % 4 + 1))
    few = spread_over_sentences(sentences, 30, rng)
    assert len(set(sentences[few])) == len(few) == 30
    more = spread_over_sentences(sentences, 70, rng)
    assert np.bincount(sentences[more], minlength=50).min() == 1
    assert np.bincount(sentences[more]).max() == 2
    assert sorted(spread_over_sentences(sentences, 1000, rng)) == list(range(len(sentences)))
    drawn = [spread_over_sentences(np.array([0, 0, 0, 1]), 1, rng)[0] for _ in range(2000)]
    shares = np.bincount(drawn, minlength=4) / 2000  # sentences alike, then words alike
    assert shares.tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2], abs=0.05)


def _occurrences(context, cone=0.0, seed=0):
    rng = np.random.default_rng(seed)
    words = np.repeat(np.arange(30), 20)
    types = rng.normal(size=(30, 16))
    return types[words] + context * rng.normal(size=(600, 16)) + cone, words


def test_static_vectors_are_like_themselves_and_noise_is_not():
    sentences = np.arange(600) % 50
    static = contextuality(*_occurrences(0), sentences)
    assert static.self_similarity + static.baseline_cosine == pytest.approx(1)
    uncentred = static.size_matched_mevs + static.baseline_size_matched_mev
    assert uncentred.tolist() == pytest.approx([1] * 30)
    assert np.isnan(static.mev)  # nothing varies
    assert (static.n_used, static.n_varying) == (30, 0)
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
    assert cone.size_matched_mev + cone.baseline_size_matched_mev > 0.9
    assert cone.size_matched_mev < 0.05
    centred = contextuality(*_occurrences(5), sentences)
    assert cone.mev == pytest.approx(centred.mev)  # PCA looks from the middle of the vectors


def test_rotation_and_scale_change_nothing():
    vectors, words = _occurrences(1)
    sentences = np.arange(600) % 50
    rng = np.random.default_rng(1)
    rotation = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    before = contextuality(vectors, words, sentences)
    after = contextuality(7 * vectors @ rotation, words, sentences)
    for name in ("self_similarity", "intra_sentence", "mev", "size_matched_mev"):
        assert getattr(after, name) == pytest.approx(getattr(before, name)), name
    lengths = contextuality(vectors * rng.uniform(0.1, 9, (600, 1)), words, sentences)
    for name in ("self_similarity", "size_matched_mev"):
        assert getattr(lengths, name) == pytest.approx(getattr(before, name)), name


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
    equal = np.tile(np.random.default_rng(0).normal(size=7).astype(np.float32), (30, 1))
    scaled = equal * np.linspace(1, 3, 30, dtype=np.float32)[:, None]  # rounding differs
    assert sense_separation(scaled, np.arange(30) % 3).silhouette == 0


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
    with pytest.raises(InputError, match="found 2 words in up to 3"):
        contextuality(vectors, words, np.arange(6) % 3)
    with pytest.raises(InputError, match="found 1 words"):
        contextuality(vectors, np.zeros(6, dtype=int), words)
    with pytest.raises(InputError, match="min_sentences must be at least 2"):
        contextuality(vectors, words, words, min_sentences=1)
    with pytest.raises(InputError, match="two senses; found 1"):
        sense_separation(vectors, np.zeros(6, dtype=int))
    lone = sense_separation(np.eye(2), np.array([0, 1]))
    assert np.isnan([lone.auc, lone.silhouette]).all()
