"""Antonyms: by hand, scikit-learn's AUC by counting pairs, unknown words."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.antonyms import antonyms
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
    assert found.scores.tolist() == [1, 0]
    assert (found.share, found.k, found.n_used, found.n_missing) == (0.5, 1, 4, 1)
    # Angles of antonyms .1 .9, of synonyms .3 .1: nearer in 2 of 4, one of them a tie.
    assert found.auc == pytest.approx((0 + 1 + 0.5 + 1) / 4)
    np.testing.assert_allclose(found.antonym_cosines, np.cos([0.1, 0.9]), atol=1e-6)


def test_one_way_counts_for_one_half():
    found = antonyms(_space(), [("warm", "cold")], [], k=1)
    assert found.scores.tolist() == [0.5]  # cold is nearest to warm; hot is nearest to cold
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
