import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.word2vec.noise_sampler import NoiseSampler
from compare.word2vec.sampling import keep_probability, kept_near, noise_distribution


def test_keep_probability_follows_the_c_code() -> None:
    # word2vec.c: ran = (sqrt(cn / (sample * train_words)) + 1) * (sample * train_words) / cn
    counts, sample = np.array([700, 200, 99, 1]), 1e-2
    threshold = sample * counts.sum()
    expected = [(np.sqrt(c / threshold) + 1) * threshold / c for c in counts]
    np.testing.assert_allclose(keep_probability(counts, sample), np.minimum(expected, 1))


def test_keep_probability_falls_with_frequency_and_zero_keeps_all() -> None:
    counts = np.array([1000, 100, 10, 1])
    assert (np.diff(keep_probability(counts, 1e-3)) >= 0).all()
    assert (keep_probability(counts, 0) == 1).all()


@given(
    st.lists(st.integers(0, 1), max_size=120), st.integers(0, 120), st.integers(0, 120), st.data()
)
def test_kept_words_near_a_place_are_the_nearest_in_the_order_of_the_text(
    ids: list[int], place: int, end: int, data: st.DataObject
) -> None:
    """Of a text in which 0 is always dropped and 1 never: their places in it are known."""
    place, end = min(place, len(ids)), min(end, len(ids))
    n = data.draw(st.integers(1, 4))
    keep = np.tile([0.0, 1.0], len(ids))  # even words go, odd ones stay
    words = np.array([2 * at + odd for at, odd in enumerate(ids)], dtype=np.int32)
    found = kept_near(words, place, end, keep, n, np.random.default_rng(0)).tolist()
    if end >= place:
        assert found == [word for word in words[place:end].tolist() if word % 2][:n]
    else:
        assert found == [word for word in words[end:place].tolist() if word % 2][-n:]


def test_words_near_a_place_are_kept_as_often_as_they_should_be() -> None:
    rng = np.random.default_rng(0)
    ids, keep = np.tile([0, 1], 4000).astype(np.int32), np.array([0.2, 0.6])
    for place, end in ((0, 8000), (8000, 0)):
        kept = kept_near(ids, place, end, keep, 8000, rng)
        np.testing.assert_allclose(np.bincount(kept) / 4000, keep, atol=0.03)


@pytest.mark.parametrize(("exponent", "expected"), [(0, [0.5, 0.5]), (1, [0.9, 0.1])])
def test_noise_distribution_at_its_ends(exponent: float, expected: list[float]) -> None:
    np.testing.assert_allclose(noise_distribution(np.array([9, 1]), exponent), expected)


def test_noise_distribution_of_the_paper() -> None:
    weights = np.array([16.0, 1.0]) ** 0.75  # 8 and 1
    np.testing.assert_allclose(noise_distribution(np.array([16, 1]), 0.75), weights / 9)


def test_noise_draws_match_the_distribution_to_within_one_draw() -> None:
    probability = noise_distribution(np.arange(1, 200)[::-1], 0.75)
    drawn = NoiseSampler.of(probability).draw(10_000, torch.Generator().manual_seed(0))
    counts = np.bincount(drawn.numpy(), minlength=199)
    assert np.abs(counts - 10_000 * probability).max() <= 1 + 1e-6


def test_noise_is_shuffled_and_seeded() -> None:
    sampler = NoiseSampler.of(np.full(50, 0.02))
    first = sampler.draw(500, torch.Generator().manual_seed(3))
    assert torch.equal(first, sampler.draw(500, torch.Generator().manual_seed(3)))
    assert not torch.equal(first, first.sort().values)


def test_small_noise_draws_reach_every_word_in_the_long_run() -> None:
    sampler = NoiseSampler.of(np.array([0.7, 0.2, 0.1]))
    generator = torch.Generator().manual_seed(0)
    drawn = torch.cat([sampler.draw(2, generator) for _ in range(5000)])
    share = np.bincount(drawn.numpy(), minlength=3) / 10_000
    np.testing.assert_allclose(share, [0.7, 0.2, 0.1], atol=0.02)
