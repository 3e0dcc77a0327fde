"""Bands of frequency: by hand, edges, a planted difference that one mean hides."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.frequency_bands import by_frequency_band, most_and_least
from compare.measures.neighbours import neighbour_overlap
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_bands_by_hand():
    space = random_space(6, 2)
    scores = np.array([9.0, 1, 2, np.nan, 5])
    bands = by_frequency_band(space, ["w5", "w0", "w1", "w2", "w4"], scores, edges=(2, 4, 100))
    assert [(b.first, b.last, b.n_used) for b in bands] == [(1, 2, 2), (3, 4, 0), (5, 6, 2)]
    assert bands[0].value == 1.5
    assert np.isnan(bands[1].value)
    assert bands[2].scores.tolist() == [9, 5]


def test_bands_cover_all_words_once():
    space = random_space(2500, 2)
    bands = by_frequency_band(space, space.words, np.ones(2500))
    assert [(band.first, band.last) for band in bands] == [(1, 100), (101, 1000), (1001, 2500)]
    assert sum(band.n_used for band in bands) == 2500


def test_one_mean_hides_what_bands_show():
    """Trap 6: frequent words keep their neighbours, rare ones lose them."""
    space = random_space(600, 12)
    noise = np.where(np.arange(600) < 200, 0.05, 5)[:, None]
    rng = np.random.default_rng(1)
    other = space.with_vectors(space.vectors + noise * rng.normal(size=space.vectors.shape))
    overlap = neighbour_overlap(space, other, space.words, k=10)
    frequent, rare = by_frequency_band(space, space.words, overlap.scores, edges=(200,))
    assert frequent.value > 2 * overlap.value
    assert rare.value < 0.1


def test_most_and_least_by_hand():
    words, scores = ("a", "b", "c", "d", "e"), np.array([0.5, 1, np.nan, 0, 1])
    most, least = most_and_least(words, scores, n=2)
    assert most == [("b", 1.0), ("e", 1.0)]
    assert least == [("d", 0.0), ("a", 0.5)]
    assert most_and_least((), np.zeros(0), n=3) == ([], [])


def test_what_has_no_bands_is_refused():
    space = random_space(5, 2)
    with pytest.raises(InputError, match="no word counts"):
        by_frequency_band(EmbeddingSpace(("a",), np.ones((1, 1))), ["a"], np.ones(1))
    with pytest.raises(InputError, match="2 words but 1 scores"):
        by_frequency_band(space, ["w1", "w2"], np.ones(1))
    with pytest.raises(InputError, match="'w9' is not in random"):
        by_frequency_band(space, ["w9"], np.ones(1))
    for edges in ((3, 2), (2, 2), (0, 2)):
        with pytest.raises(InputError, match="must rise from 1 on"):
            by_frequency_band(space, ["w1"], np.ones(1), edges=edges)
