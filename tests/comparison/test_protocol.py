"""A fair comparison: one vocabulary in one order, one case policy, declared transforms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.comparison.options import ProtocolOptions
from compare.comparison.protocol import Coverage, normal_space, share_vocabulary, transformed
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.analogies import score_analogies
from compare.measures.neighbours import neighbour_overlap
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _space(words, counts=None, *, name="space"):
    vectors = np.arange(3 * len(words), dtype=np.float32).reshape(len(words), 3)
    return EmbeddingSpace(tuple(words), vectors, counts, {"name": name})


# ---- The shared vocabulary --------------------------------------------------------------------


def test_spaces_are_cut_to_the_shared_words_in_the_order_of_the_first_with_counts():
    plain = _space(["c", "x", "a", "b"], name="plain")
    counted = _space(["a", "b", "c", "y"], [9, 7, 7, 1], name="counted")
    later = _space(["b", "a", "c"], [5, 4, 3], name="later")
    counted = counted.with_provenance({"n_words_unseen": 2})
    cut, coverage = share_vocabulary([plain, counted, later], ProtocolOptions())
    assert [space.words for space in cut] == [("a", "b", "c")] * 3
    for before, after in zip([plain, counted, later], cut, strict=True):
        assert after.name == before.name
        assert after.counts.tolist() == [9, 7, 7]
        for word in after.words:
            np.testing.assert_array_equal(after[word], before[word])
    assert coverage == (
        Coverage("plain", 4, 3, 0, n_unseen=0),
        Coverage("counted", 4, 3, 0, n_unseen=2),
        Coverage("later", 3, 3, 0, n_unseen=0),
    )


def test_without_counts_the_order_is_that_of_the_first_space():
    first, second = _space("dbca", name="1"), _space("abcd", name="2")
    cut, _ = share_vocabulary([first, second], ProtocolOptions())
    assert [space.words for space in cut] == [tuple("dbca")] * 2
    assert all(space.counts is None for space in cut)


def test_max_words_keeps_the_most_frequent_shared_words():
    first = _space("vwxyz", [9, 8, 7, 6, 5], name="1")
    second = _space("zyxw", [4, 3, 2, 1], name="2")
    cut, coverage = share_vocabulary([first, second], ProtocolOptions(max_words=2))
    assert [space.words for space in cut] == [("w", "x")] * 2  # v is not shared
    assert [(c.n_words, c.n_shared) for c in coverage] == [(5, 2), (4, 2)]


def test_one_space_is_only_cut_and_folded():
    (cut,), _ = share_vocabulary([_space(["The", "the", "of"], [3, 2, 1])], ProtocolOptions())
    assert cut.words == ("the", "of")


def test_sharing_twice_changes_nothing():
    spaces = [random_space(20, 4, name="1"), random_space(30, 5, seed=1, name="2")]
    once, _ = share_vocabulary(spaces, ProtocolOptions())
    twice, _ = share_vocabulary(once, ProtocolOptions())
    for first, second in zip(once, twice, strict=True):
        assert first.words == second.words
        np.testing.assert_array_equal(first.vectors, second.vectors)


def test_spaces_of_one_name_are_refused():
    with pytest.raises(InputError, match="different names; found gpt, gpt"):
        share_vocabulary([_space("ab", name="gpt"), _space("ab", name="gpt")], ProtocolOptions())


@pytest.mark.parametrize(("other", "n_shared"), [("xyz", 0), ("ayz", 1)])
def test_too_few_shared_words_are_refused(other, n_shared):
    with pytest.raises(InputError, match=rf"share {n_shared} words.*one 3, two 3"):
        share_vocabulary([_space("abc", name="one"), _space(other, name="two")], ProtocolOptions())


def test_sharing_cuts_questions_and_pairs_alike():
    """The word that one space lacks costs both spaces the same questions."""
    wide = random_space(8, 4, name="wide")
    narrow = random_space(7, 4, seed=1, name="narrow")  # lacks w7
    questions = (Question("w0", "w1", "w2", ("w3",)), Question("w0", "w1", "w6", ("w7",)))
    analogies = AnalogySet("set", (Relation("r", questions),))
    pairs = SimilaritySet("set", (("w0", "w1"), ("w7", "w1")), np.array([1.0, 2.0]))
    assert score_analogies(wide, analogies)["3CosAdd"].n_missing == 0
    cut, _ = share_vocabulary([wide, narrow], ProtocolOptions())
    for space in cut:
        scores = score_analogies(space, analogies)["3CosAdd"]
        assert (scores.n_used, scores.n_missing) == (1, 1)
        assert scores.relations[0].questions == (0,)
        similarity = score_similarity(space, pairs)
        assert (similarity.n_used, similarity.n_missing, similarity.pairs) == (1, 1, (0,))


# ---- Case -------------------------------------------------------------------------------------


def test_the_most_frequent_case_variant_stays():
    space = _space(["Paris", "the", "paris", "PARIS", "The"], [9, 8, 7, 6, 5])
    folded, n_dropped = normal_space(space)
    assert folded.words == ("paris", "the")
    assert n_dropped == 3
    assert folded.counts.tolist() == [9, 8]
    np.testing.assert_array_equal(folded["paris"], space["Paris"])


def test_folding_lower_case_words_gives_the_space_itself():
    space = _space(["paris", "the"])
    assert normal_space(space) == (space, 0)
    renamed, n_dropped = normal_space(_space(["Paris", "the"]))  # a new case is no collision
    assert (renamed.words, n_dropped) == (("paris", "the"), 0)


def test_case_policy_decides_what_is_shared():
    cased = _space(["Paris", "paris", "the", "King"], [9, 7, 5, 1], name="cased")
    lower = _space(["the", "paris", "king"], [6, 5, 4], name="lower")
    (folded, _), coverage = share_vocabulary([cased, lower], ProtocolOptions())
    assert folded.words == ("paris", "the", "king")
    np.testing.assert_array_equal(folded["paris"], cased["Paris"])
    assert [c.n_case_collisions for c in coverage] == [1, 0]
    (exact, _), coverage = share_vocabulary([cased, lower], ProtocolOptions(case="exact"))
    assert exact.words == ("paris", "the")
    np.testing.assert_array_equal(exact["paris"], cased["paris"])
    assert [c.n_case_collisions for c in coverage] == [0, 0]


# ---- Transforms -------------------------------------------------------------------------------


def test_raw_is_the_space_itself_and_centred_takes_the_mean_of_its_words_off():
    space = EmbeddingSpace(("a", "b"), np.array([[1, 10], [3, 20]]), provenance={"name": "s"})
    assert transformed(space, "raw") is space
    centred = transformed(space, "centred")
    assert centred.vectors.tolist() == [[-1, -5], [1, 5]]
    assert (centred.words, centred.name) == (space.words, "s")


def test_centring_undoes_what_all_words_share_and_commutes_with_rotation(rng):
    space = random_space(200, 8)
    centred = transformed(space, "centred").vectors
    np.testing.assert_allclose(centred.mean(axis=0), 0, atol=1e-6)
    shifted = space.with_vectors(space.vectors + rng.normal(size=8) * 20)
    np.testing.assert_allclose(transformed(shifted, "centred").vectors, centred, atol=1e-5)
    rotation = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    turned = space.with_vectors(space.vectors @ rotation)
    np.testing.assert_allclose(
        transformed(turned, "centred").vectors, centred @ rotation, atol=1e-5
    )


def test_transforms_by_hand():
    """Mean (2, 15, 7), deviations (1, 5, 0); the second axis is the strongest direction."""
    vectors = np.array([[1, 10, 7], [3, 20, 7], [1, 20, 7], [3, 10, 7]])
    space = EmbeddingSpace(tuple("abcd"), vectors)
    z_scored = transformed(space, "z-scored").vectors
    assert z_scored.tolist() == [[-1, -1, 0], [1, 1, 0], [-1, 1, 0], [1, -1, 0]]
    rest = transformed(space, "all-but-the-top").vectors
    np.testing.assert_allclose(rest, [[-1, 0, 0], [1, 0, 0], [-1, 0, 0], [1, 0, 0]], atol=1e-6)


@pytest.mark.parametrize(("dim", "n_gone"), [(3, 1), (140, 1), (160, 2), (300, 3)])
def test_all_but_the_top_takes_the_strongest_directions_off(dim, n_gone):
    space = random_space(400, dim)
    before = np.linalg.svd(transformed(space, "centred").vectors, compute_uv=False)
    after = np.linalg.svd(transformed(space, "all-but-the-top").vectors, compute_uv=False)
    np.testing.assert_allclose(after[: dim - n_gone], before[n_gone:], rtol=1e-3)
    np.testing.assert_allclose(after[dim - n_gone :], 0, atol=1e-3)


@pytest.mark.parametrize("transform", ["z-scored", "all-but-the-top"])
@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_transforms_of_duplicates_and_zeros_stay_finite(transform, n_words, dim, seed):
    vectors = np.random.default_rng(seed).integers(-1, 2, (n_words, dim)) * 0.1
    space = EmbeddingSpace(tuple(f"w{n}" for n in range(n_words)), vectors)
    found = transformed(space, transform).vectors
    assert found.shape == vectors.shape
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)


def test_each_rogue_shape_has_its_guard(rng):
    """Trap 4: a shared offset is centred away; wide dimensions need z-scores or a cut top."""
    space = random_space(300, 10)
    words = space.words[:100]
    wide = space.vectors.copy()
    wide[:, 3] = 100 * rng.normal(size=300)  # its own numbers, of great spread
    other = space.with_vectors(wide).named("rogue")

    def overlap(transform):
        return neighbour_overlap(
            transformed(space, transform), transformed(other, transform), words, k=10
        ).value

    assert overlap("raw") < 0.3
    assert overlap("centred") < 0.3
    assert overlap("z-scored") > 0.5
    assert overlap("all-but-the-top") > 0.5


def test_a_rogue_dimension_rules_raw_neighbours_and_not_centred_ones(rng):
    """One dimension that all words share, unequally scaled words: neighbours follow the length."""
    space = random_space(300, 10)
    rogue = np.hstack([space.vectors, np.full((300, 1), 100.0)])
    other = space.with_vectors(rogue).named("rogue")
    words = space.words[:100]
    raw = neighbour_overlap(space, other, words, k=10).value
    centred = neighbour_overlap(
        transformed(space, "centred"), transformed(other, "centred"), words, k=10
    ).value
    assert raw < 0.8
    assert centred > 0.99


# ---- Options ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"case": "lower"},
        {"max_words": 1},
        {"max_words": "100"},
        {"transforms": ()},
        {"transforms": ("whitened",)},
        {"neighbours": 0},
        {"bootstrap_replicates": 1000},
        {"neighbors": 5},
    ],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(ValidationError):
        ProtocolOptions(**wrong)


def test_options_read_from_toml_lists():
    assert ProtocolOptions.model_validate({"transforms": ["raw"]}).transforms == ("raw",)
