"""Changed words: brute force, planted moves, unstable words, bands, and when there is no list."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.errors import InputError
from compare.measures.changed_words import changed_words

N = 2000
MOVED = (3, 40, 150, 300, 700, 950, 1200, 1800)


def _copies(n_copies, seed=0, noise=0.4, n=N, dim=64):
    """Noisy copies of one space; rare words are noisier."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(n, dim))
    scale = noise * (1 + np.arange(n)[:, None] / n)
    return [truth + scale * rng.normal(size=(n, dim)) for _ in range(n_copies)]


def _move(vectors, places, seed=9):
    """Put words elsewhere."""
    vectors = vectors.copy()
    vectors[list(places)] = np.random.default_rng(seed).normal(size=(len(places), len(vectors[0])))
    return vectors


def _listed(found):
    return [place for place, _ in found]


def test_correlations_equal_brute_force():
    first, second = np.random.default_rng(0).normal(size=(2, 13, 4))
    second = second + first
    n = len(first)
    profiles = []
    for vectors in (first, second):
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines = unit @ unit.T
        means = [np.mean([cosines[i, j] for i in range(n) if i != j]) for j in range(n)]
        profiles.append(cosines - np.array(means))
    expected = [
        np.corrcoef(*(np.delete(profile[word], word) for profile in profiles))[0, 1]
        for word in range(n)
    ]
    found = changed_words(first, second)
    assert found.correlations.tolist() == pytest.approx(expected)
    assert found.changes.tolist() == pytest.approx([1 - r for r in expected])
    assert found.places.tolist() == list(range(n))


@pytest.mark.parametrize("seed", range(3))
def test_moved_words_are_listed(seed):
    first, second = _copies(2, seed)
    found = changed_words(first, _move(second, MOVED))
    assert found.reason == ""
    assert len(set(MOVED) & set(_listed(found.most))) >= 7
    assert not set(MOVED) & set(_listed(found.least))
    change = dict(zip(found.places.tolist(), found.changes, strict=True))
    assert all(change[place] == value for place, value in found.most + found.least)
    assert found.at_floor < 0.02


def test_without_bands_noisy_rare_words_would_fill_the_list():
    first, second = _copies(2, noise=0.3)
    second[1000:] += 2.5 * np.random.default_rng(0).normal(size=(1000, 64))
    frequent = (2, 150, 200, 300, 400, 600, 700, 900)
    second = _move(second, frequent)
    assert set(_listed(changed_words(first, second).most)) == set(frequent)
    together = changed_words(first, second, edges=())
    assert len(set(frequent) & set(_listed(together.most))) <= 4


def test_words_that_move_between_seeds_are_not_changed():
    unstable = (10, 60, 250, 500, 800, 990, 1500, 1900)
    copies = _copies(4)
    first, own_first, second, own_second = (
        _move(one, unstable, seed=20 + number) for number, one in enumerate(copies)
    )
    second, own_second = _move(second, MOVED), _move(own_second, MOVED)
    alone = changed_words(first, second)
    assert set(unstable) & set(_listed(alone.most))
    found = changed_words(first, second, own_first=own_first, own_second=own_second)
    assert len(set(MOVED) & set(_listed(found.most))) >= 7
    assert not set(unstable) & set(_listed(found.most))
    one = changed_words(first, second, own_second=own_second)
    assert len(set(MOVED) & set(_listed(one.most))) >= 7
    others = ~np.isin(found.places, MOVED + unstable)
    assert abs(np.median(found.changes[others])) < 0.02  # what the noise of both lets expect
    assert np.median(alone.changes[others]) > 0.2


@pytest.mark.parametrize("common", [0.0, 3.0])
def test_unrelated_spaces_have_no_list(common):
    """Nor where a cone makes all words alike in both, the frequent ones more than the rare."""
    rng = np.random.default_rng(0)
    cone = common * np.linspace(2, 1, N)[:, None]
    first, second = (rng.normal(size=(N, dim)) + cone for dim in (30, 50))
    found = changed_words(first, second)
    assert found.at_floor > 0.85
    assert found.most == found.least == ()
    assert "no more like themselves" in found.reason
    assert abs(found.correlations.mean()) < 0.01


def test_more_than_a_tenth_at_the_floor_is_no_list():
    first, second = _copies(2)
    rng = np.random.default_rng(0)
    few, many = (changed_words(first, _move(second, rng.permutation(N)[:n])) for n in (100, 400))
    assert few.at_floor == pytest.approx(0.05, abs=0.03)
    assert len(few.most) == 8
    assert many.at_floor == pytest.approx(0.2, abs=0.05)
    assert many.most == ()


def test_words_that_did_not_change_tie():
    (space,) = _copies(1, n=200)
    same = changed_words(space, space)
    assert (same.most, same.least, same.reason) == ((), (), "too many words changed alike")
    assert same.changes.tolist() == [0] * 200
    moved = changed_words(space, _move(space, (4, 120)), n=2)
    assert sorted(_listed(moved.most)) == [4, 120]


def test_rotation_lengths_and_dimension_change_nothing():
    first, second = _copies(2, n=300)
    rng = np.random.default_rng(1)
    rotation = np.linalg.qr(rng.normal(size=(80, 80)))[0][:64]
    before = changed_words(first, second)
    after = changed_words(first, second @ rotation * rng.uniform(0.1, 9, (300, 1)))
    assert after.changes.tolist() == pytest.approx(before.changes.tolist())
    assert _listed(after.most) == _listed(before.most)
    back = changed_words(second, first)
    assert back.changes.tolist() == pytest.approx(before.changes.tolist())


def test_words_without_a_profile_are_left_out():
    first, second = _copies(2, n=60)
    second[[5, 17]] = 0
    found = changed_words(first, second)
    assert (found.n_used, found.n_missing) == (58, 2)
    assert not {5, 17} & set(found.places.tolist())
    constant = changed_words(first, np.ones((60, 3)))
    assert (constant.n_used, constant.n_missing) == (0, 60)
    assert constant.reason == "only 0 words can be compared"


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_few_words_have_no_list(n):
    first, second = _copies(2, n=max(n, 1))
    found = changed_words(first[:n], second[:n])
    assert found.most == found.least == ()
    assert f"only {found.n_used} words" in found.reason


@given(st.integers(1, 40), st.integers(1, 3), st.integers(1, 3), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_nothing_is_nan(n, dim, levels, seed):
    rng = np.random.default_rng(seed)
    spaces = rng.integers(1 - levels, levels, (4, n, dim)).astype(float)
    found = changed_words(*spaces[:2], own_first=spaces[2], own_second=spaces[3], edges=(3, 20))
    for values in (found.correlations, found.changes, found.standardised, found.at_floor):
        assert np.isfinite(values).all()
    assert np.abs(found.correlations).max(initial=0) <= 1 + 1e-9
    assert 0 <= found.at_floor <= 1
    assert found.n_used + found.n_missing == n
    assert not set(_listed(found.most)) & set(_listed(found.least))
    assert (found.most == ()) == bool(found.reason)


def test_what_cannot_be_compared_is_refused():
    first, second = _copies(2, n=20)
    with pytest.raises(InputError, match=r"the same words; found shapes \(20, 64\), \(19, 64\)"):
        changed_words(first, second[:19])
    with pytest.raises(InputError, match="same words"):
        changed_words(first, second, own_second=second[0])
    with pytest.raises(InputError, match="NaN or infinity"):
        changed_words(first, second * np.inf)
    with pytest.raises(InputError, match="up to 2000 words; found 2001"):
        changed_words(np.ones((2001, 2)), np.ones((2001, 2)))
