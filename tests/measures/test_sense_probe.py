"""Sense probe: planted directions beside stronger noise, none, leaks by document, mistakes."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.contextuality import sense_separation
from compare.measures.sense_probe import probe_senses


def occurrences(strength, seed=0, n=200, dim=20):
    rng = np.random.default_rng(seed)
    senses = rng.permutation(np.arange(n) % 2)
    vectors = rng.normal(size=(n, dim)) * np.linspace(8, 0.5, dim)
    vectors[:, -1] += strength * (2 * senses - 1)
    return vectors, senses


def test_a_sense_beside_stronger_differences_is_found_where_cosines_see_nothing():
    vectors, senses = occurrences(2)
    assert sense_separation(vectors, senses).auc < 0.55
    found = probe_senses(vectors, senses, np.arange(200))
    assert found.auc > 0.99
    assert found.scores[senses == 1].mean() > found.scores[senses == 0].mean()
    assert (found.n_used, found.n_missing) == (200, 0)


def test_no_sense_is_none():
    aucs = [probe_senses(*occurrences(0, seed), np.arange(200)).auc for seed in range(10)]
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.03)
    static = probe_senses(np.ones((40, 3)), np.arange(40) % 2, np.arange(40))
    assert static.auc == 0.5


def test_shift_scale_and_the_names_of_senses_change_nothing():
    vectors, senses = occurrences(0.6)
    before = probe_senses(vectors, senses, np.arange(200)).auc
    moved = vectors * np.linspace(0.01, 50, 20) + 7
    assert probe_senses(moved, senses + 5, np.arange(200)).auc == pytest.approx(before, abs=1e-3)


def test_a_document_is_never_on_both_sides():
    """Vectors that tell the document alone: by occurrence it would look like sense."""
    rng = np.random.default_rng(0)
    documents = np.repeat(np.arange(40), 5)
    senses = documents % 2
    vectors = rng.normal(size=(40, 30))[documents] + 0.01 * rng.normal(size=(200, 30))
    leaking = probe_senses(vectors, senses, np.arange(200)).auc
    honest = probe_senses(vectors, senses, documents).auc
    assert leaking > 0.9
    assert abs(honest - 0.5) < 0.2


def test_what_cannot_be_probed_is_refused():
    vectors, senses = occurrences(1, n=20)
    documents = np.arange(20)
    with pytest.raises(InputError, match="a sense and a document each"):
        probe_senses(vectors, senses[:4], documents)
    with pytest.raises(InputError, match="NaN"):
        probe_senses(np.full((20, 2), np.nan), senses, documents)
    with pytest.raises(InputError, match="two senses; found 1"):
        probe_senses(vectors, np.zeros(20, dtype=int), documents)
    with pytest.raises(InputError, match="stands in 3 documents"):
        probe_senses(vectors, senses, 3 * senses + documents % 3)
