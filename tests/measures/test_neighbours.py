"""Nearest neighbours: brute-force twins on exact ties, gensim, invariances, chance."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.measures.neighbours import controls_in_common, nearest, neighbour_overlap
from compare.spaces import blocks
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space

# Vectors of ±1 in four dimensions: unit vectors and cosines are exact in float32, so that ties are.
SIGNS = st.tuples(*[st.sampled_from((-1.0, 1.0))] * 4)
EXACT_VECTORS = st.lists(
    st.builds(
        lambda v, scale: [scale * x for x in v], SIGNS, st.sampled_from((0.0, 0.5, 1.0, 8.0))
    ),
    min_size=2,
    max_size=14,
)


def _space(vectors, *, name="space"):
    words = tuple(f"w{row}" for row in range(len(vectors)))
    return EmbeddingSpace(words, np.array(vectors), provenance={"name": name})


def _nearest_slowly(space, row, k):
    """The definition: all other rows by falling cosine, then by place."""
    cosines = space.unit_vectors @ space.unit_vectors[row]
    others = [other for other in range(len(space)) if other != row]
    return sorted(others, key=lambda other: (-cosines[other], other))[:k]


# ---- Neighbours -------------------------------------------------------------------------------


def test_neighbours_by_hand():
    space = EmbeddingSpace(
        ("east", "north", "northeast", "west", "nowhere"),
        np.array([[2, 0], [0, 1], [3, 3], [-1, 0], [0, 0]]),
    )
    found = nearest(space, ["east", "nowhere"], k=3)
    assert found.words == ("east", "nowhere")
    assert [space.words[row] for row in found.rows[0]] == ["northeast", "north", "nowhere"]
    np.testing.assert_allclose(found.cosines[0], [0.5**0.5, 0, 0], rtol=1e-6)
    # A zero vector is as near to everything: the order of the space stays.
    assert found.rows[1].tolist() == [0, 1, 2]
    assert found.cosines[1].tolist() == [0, 0, 0]


@given(EXACT_VECTORS, st.integers(1, 20), st.data())
@settings(max_examples=80, deadline=None)
def test_neighbours_equal_the_slow_twin_with_ties_duplicates_and_zeros(vectors, k, data):
    space = _space(vectors)
    rows = data.draw(st.lists(st.integers(0, len(space) - 1), max_size=6))
    found = nearest(space, [space.words[row] for row in rows], k=k)
    assert found.rows.shape == found.cosines.shape == (len(rows), min(k, len(space) - 1))
    for row, near, cosines in zip(rows, found.rows, found.cosines, strict=True):
        assert near.tolist() == _nearest_slowly(space, row, k)
        np.testing.assert_array_equal(cosines, (space.unit_vectors @ space.unit_vectors[row])[near])


def test_blocks_change_nothing(monkeypatch):
    space = random_space(50, 6)
    whole = nearest(space, space.words, k=5)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 12 * 50 * 7)  # seven words a block
    parts = nearest(space, space.words, k=5)
    np.testing.assert_array_equal(whole.rows, parts.rows)
    np.testing.assert_allclose(whole.cosines, parts.cosines, atol=1e-6)


def test_neighbours_equal_gensims_most_similar():
    space = random_space(600, 30)
    vectors = KeyedVectors(30)
    vectors.add_vectors(list(space.words), space.vectors)
    found = nearest(space, space.words[::10], k=10)
    for word, rows, cosines in zip(found.words, found.rows, found.cosines, strict=True):
        expected = vectors.most_similar(word, topn=10)
        assert [space.words[row] for row in rows] == [other for other, _ in expected]
        np.testing.assert_allclose(cosines, [cosine for _, cosine in expected], atol=1e-6)


@pytest.mark.parametrize("dim", [7, 60, 101])
def test_equal_vectors_tie_and_keep_the_order_of_the_space(rng, dim):
    """A matrix product rounds equal columns differently; they must tie all the same."""
    vectors = rng.normal(size=(170, dim))
    space = _space(np.vstack([vectors] * 3))
    found = nearest(space, space.words[:170], k=8)
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(170, 340))
    np.testing.assert_array_equal(found.rows[:, 1], np.arange(340, 510))
    np.testing.assert_allclose(found.cosines[:, :2], 1, atol=1e-6)
    first = found.rows[:, 2]  # the next nearest vector, three times
    assert (first < 170).all()
    np.testing.assert_array_equal(found.rows[:, 2:5], first[:, None] + [0, 170, 340])


def test_neighbours_do_not_change_under_rotation_and_scaling(rng):
    space = random_space(300, 12)
    rotation = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    lengths = rng.uniform(0.1, 10, size=(300, 1))  # each word by its own
    changed = space.with_vectors(space.vectors @ rotation * lengths)
    first, second = (nearest(s, space.words[:50], k=10) for s in (space, changed))
    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_allclose(first.cosines, second.cosines, atol=1e-5)


def test_asking_nothing_gives_nothing():
    assert nearest(random_space(5, 2), [], k=3).rows.shape == (0, 3)


def test_a_single_word_has_no_neighbours():
    found = nearest(_space([[1.0, 2.0]]), ["w0"], k=5)
    assert found.rows.shape == found.cosines.shape == (1, 0)


def test_wrong_questions_are_refused():
    space = random_space(5, 2)
    with pytest.raises(InputError, match="'w9' is not in random"):
        nearest(space, ["w1", "w9"], k=2)
    with pytest.raises(InputError, match="k must be at least 1; found 0"):
        nearest(space, ["w1"], k=0)


# ---- Overlap ----------------------------------------------------------------------------------


def test_overlap_by_hand():
    first = _space([[1, 0], [1, 0.1], [1, 0.2], [0, 1]])
    second = _space([[1, 0], [1, 0.1], [0, 1], [1, 0.2]])
    found = neighbour_overlap(first, second, ["w0", "w1", "unknown"], k=2)
    assert found.scores.tolist() == [0.5, 0.5]  # w1 and one other of each
    assert (found.value, found.k, found.n_used, found.n_missing) == (0.5, 2, 2, 1)
    assert found.chance == 2 / 3


@given(EXACT_VECTORS, st.randoms(use_true_random=False), st.integers(1, 16))
@settings(max_examples=50, deadline=None)
def test_overlap_equals_sets(vectors, random, k):
    first = _space(vectors)
    second = _space(random.sample(vectors, len(vectors)))
    found = neighbour_overlap(first, second, first.words, k=k)
    used = min(k, len(vectors) - 1)
    expected = [
        len({*_nearest_slowly(first, row, k)} & {*_nearest_slowly(second, row, k)}) / used
        for row in range(len(vectors))
    ]
    assert found.scores.tolist() == pytest.approx(expected)
    assert found.value == pytest.approx(np.mean(expected))
    assert (found.k, found.chance) == (used, used / (len(vectors) - 1))
    assert neighbour_overlap(second, first, first.words, k=k).value == found.value
    if k >= len(vectors) - 1:
        assert found.value == found.chance == 1


def test_a_space_and_its_rotation_share_all_neighbours(rng):
    space = random_space(200, 9)
    rotation = np.linalg.qr(rng.normal(size=(9, 9)))[0]
    turned = space.with_vectors(3 * space.vectors @ rotation)
    assert neighbour_overlap(space, turned, space.words, k=10).value == 1


def test_unrelated_spaces_share_what_chance_gives():
    first, second = random_space(400, 20, seed=1), random_space(400, 20, seed=2)
    found = neighbour_overlap(first, second, first.words, k=20)
    assert found.chance == 20 / 399
    assert found.value == pytest.approx(found.chance, rel=0.1)


def test_spaces_that_cannot_be_compared_are_refused():
    space = random_space(5, 2)
    with pytest.raises(InputError, match="different words"):
        neighbour_overlap(space, random_space(6, 2), ["w1"], k=2)
    reordered = space.restricted(space.words).with_vectors(space.vectors)
    reordered = EmbeddingSpace(space.words[::-1], reordered.vectors)
    with pytest.raises(InputError, match="share_vocabulary"):
        neighbour_overlap(space, reordered, ["w1"], k=2)
    with pytest.raises(InputError, match="none of the 2 words"):
        neighbour_overlap(space, space, ["a", "b"], k=2)
    single = _space([[1.0, 2.0]])
    with pytest.raises(InputError, match="two words"):
        neighbour_overlap(single, single, ["w0"], k=2)


# ---- CSLS -------------------------------------------------------------------------------------


def test_csls_equals_its_definition():
    space = random_space(60, 7)
    unit = space.unit_vectors.astype(np.float64)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    density = np.sort(cosines, axis=1)[:, -10:].mean(axis=1)
    scores = 2 * cosines - density[:, None] - density
    found = nearest(space, space.words, k=5, criterion="CSLS")
    np.testing.assert_array_equal(found.rows, np.argsort(-scores, axis=1)[:, :5])
    np.testing.assert_allclose(
        found.cosines, np.take_along_axis(cosines, found.rows, axis=1), atol=1e-6
    )


def test_csls_passes_over_a_hub():
    """d and e are each other's nearest but for the hub, which leans to all axes."""
    vectors = np.vstack([np.eye(12), np.ones(12)])
    vectors[1, 0] = 0.25
    space = EmbeddingSpace((*"abcdefghijkl", "hub"), vectors)
    (plain,) = nearest(space, ["a"], k=1).rows
    (scaled,) = nearest(space, ["a"], k=1, criterion="CSLS").rows
    assert (space.words[plain[0]], space.words[scaled[0]]) == ("hub", "b")


# ---- chance -----------------------------------------------------------------------------------


def test_controls_equal_their_definition():
    rng = np.random.default_rng(4)
    groups = np.array([0, 0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 3])
    rows = np.array([0, 5, 7])
    others = [np.delete(np.arange(12), row) for row in rows]
    first, second = (np.array([rng.choice(one, 4, replace=False) for one in others]) for _ in "ab")
    expected = []
    for row, near, other in zip(rows, first, second, strict=True):
        shares = []
        for word in near:
            controls = [w for w in range(12) if groups[w] == groups[word] and w not in (word, row)]
            shares.append(np.isin(controls or [word], other).mean())
        expected.append(np.mean(shares))
    found = controls_in_common(rows, first, second, groups)
    np.testing.assert_allclose(found.shares, expected)
    np.testing.assert_allclose(found.shares, controls_in_common(rows, second, first, groups).shares)


def test_a_group_of_the_word_and_its_neighbour_has_no_control():
    found = controls_in_common(
        np.array([0]), np.array([[1, 2]]), np.array([[1, 4]]), np.array([0, 0, 1, 1, 1])
    )
    assert found.known.tolist() == [0.5]
    assert found.shares.tolist() == [(1 + 0.5) / 2]
