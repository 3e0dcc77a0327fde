"""Antonyms: by hand, scikit-learn's AUC by counting pairs, unknown words."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.judgments.lexicon import Lexicon
from compare.measures.antonyms import (
    CO_HYPONYMS_AS_FREQUENT,
    SYNONYMS_ABOVE_ANTONYMS,
    SYNONYMS_AMONG_NEIGHBOURS,
    SYNONYMS_AS_FREQUENT,
    antonyms,
    antonyms_of,
)
from compare.measures.quantity import ALL, Asked
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def _space():
    angles = {"hot": 0, "cold": 0.1, "warm": 0.3, "good": 1.5, "fine": 1.6, "bad": 2.4}
    vectors = np.array([[np.cos(angle), np.sin(angle)] for angle in angles.values()])
    return EmbeddingSpace(tuple(angles), vectors)


def test_antonyms_by_hand():
    """Each is the other's nearest in hot–cold; bad is not good's, nor good bad's."""
    found = antonyms(
        _space(),
        [("hot", "cold"), ("good", "bad"), ("hot", "unknown")],
        [("hot", "warm"), ("good", "fine")],
        k=1,
    )
    assert found.antonyms.scores.tolist() == [1, 0]
    assert (found.share, found.k, found.antonyms.n_missing) == (0.5, 1, 1)
    # Angles of antonyms .1 .9, of synonyms .3 .1: nearer in 2 of 4, one of them a tie.
    assert found.auc == pytest.approx((0 + 1 + 0.5 + 1) / 4)
    np.testing.assert_allclose(found.antonyms.cosines, np.cos([0.1, 0.9]), atol=1e-6)


def test_one_way_counts_for_one_half():
    found = antonyms(_space(), [("warm", "cold")], [], k=1)
    assert found.antonyms.scores.tolist() == [
        0.5
    ]  # cold is nearest to warm; hot is nearest to cold
    assert np.isnan(found.auc)


def test_unrelated_vectors_tell_nothing_and_planted_ones_all():
    space = random_space(400, 30)
    rng = np.random.default_rng(0)
    pairs = [tuple(f"w{n}" for n in rng.choice(400, 2, replace=False)) for _ in range(600)]
    found = antonyms(space, pairs[:300], pairs[300:])
    assert found.auc == pytest.approx(0.5, abs=0.07)
    assert found.share == pytest.approx(10 / 399, abs=0.02)
    cosines = {
        pair: float(
            space.unit_vectors[space.index[pair[0]]] @ space.unit_vectors[space.index[pair[1]]]
        )
        for pair in pairs
    }
    by_cosine = sorted(pairs, key=cosines.__getitem__)
    assert antonyms(space, by_cosine[:300], by_cosine[300:]).auc == pytest.approx(1, abs=1e-3)


def test_no_pairs_and_no_neighbours():
    found = antonyms(_space(), [], [])
    assert np.isnan([found.share, found.auc]).all()
    with pytest.raises(InputError, match="k must be at least 1"):
        antonyms(_space(), [], [], k=0)


# ---- Controls ---------------------------------------------------------------------------------


def _frequent_together(seed=0):
    """Two kinds of pairs that are alike; those of frequent words, mostly synonyms, lie nearer."""
    rng = np.random.default_rng(seed)
    n = 400
    counts = np.sort(rng.integers(1, 2**14, n))[::-1]
    vectors = rng.normal(size=(n, 30)) + np.log2(counts)[:, None] * np.eye(1, 30)
    space = EmbeddingSpace(tuple(f"w{i}" for i in range(n)), vectors, counts)
    pairs = [(f"w{2 * i}", f"w{2 * i + 1}") for i in range(n // 2)]
    is_synonym = rng.random(n // 2) < np.linspace(0.9, 0.1, n // 2)
    lexicon = Lexicon(
        "list",
        tuple(pair for pair, kept in zip(pairs, is_synonym, strict=True) if not kept),
        tuple(pair for pair, kept in zip(pairs, is_synonym, strict=True) if kept),
        dict.fromkeys(space.words[:100], "one"),
    )
    return space, lexicon


def test_pairs_as_frequent_take_away_what_frequency_alone_brings():
    space, lexicon = _frequent_together()
    found = antonyms_of(Asked(space, lexicon))
    [plain], [matched] = (
        one.read(found).values() for one in (SYNONYMS_ABOVE_ANTONYMS, SYNONYMS_AS_FREQUENT)
    )
    assert plain.value > 0.6
    assert matched.value == pytest.approx(0.5, abs=0.1)
    assert matched.estimate.p_value(0.5) > 0.05 > plain.estimate.p_value(0.5)
    rows = found.synonyms.rows, found.antonyms.rows
    counts = np.log2(space.counts)
    wins = [
        float(s > a)
        for s, one in zip(found.synonyms.cosines, rows[0], strict=True)
        for a, other in zip(found.antonyms.cosines, rows[1], strict=True)
        if abs(counts[one].mean() - counts[other].mean()) <= 1
    ]
    assert matched.value == pytest.approx(np.mean(wins))


def test_without_counts_nothing_is_as_frequent():
    space, lexicon = _frequent_together()
    space = EmbeddingSpace(space.words, space.vectors)
    found = antonyms_of(Asked(space, lexicon))
    assert SYNONYMS_AS_FREQUENT.read(found) == CO_HYPONYMS_AS_FREQUENT.read(found) == {}


def test_co_hyponyms_are_words_of_one_category_each_in_one_pair():
    space, lexicon = _frequent_together()
    found = antonyms_of(Asked(space, lexicon))
    assert len(found.co_hyponyms.rows) == 50
    assert len(np.unique(found.co_hyponyms.rows)) == 100
    assert found.co_hyponyms.rows.max() < 100
    assert CO_HYPONYMS_AS_FREQUENT.read(found)[ALL].n_used > 20


def test_synonyms_among_neighbours_stand_beside_opposites():
    found = antonyms(_space(), [("hot", "cold")], [("good", "fine"), ("hot", "warm")], k=1)
    share = SYNONYMS_AMONG_NEIGHBOURS.read(found)[ALL]
    assert (share.value, share.n_used) == (0.5, 2)
