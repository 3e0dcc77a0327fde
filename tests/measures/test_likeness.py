"""Likeness: floors and ceilings by hand; the invariances that each measure's paper claims."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.comparison.quantities import QUANTITIES
from compare.errors import InputError
from compare.measures.cka import CKA, linear_cka
from compare.measures.likeness import (
    Likeness,
    PairMeasure,
    in_one_step,
    orders_within,
    with_bounds,
)
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.procrustes import held_out_precision
from compare.measures.rsa import similarity_correlation
from compare.measures.svcca import svcca
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space

MEASURES = {
    "CKA": linear_cka,
    "RSA": similarity_correlation,
    "SVCCA": svcca,
    "mutual k-NN": partial(mutual_neighbours, k=5),
    "Procrustes": held_out_precision,
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
STEPS = {one.method: one.measure for one in QUANTITIES if isinstance(one.measure, PairMeasure)}
every_stepped = pytest.mark.parametrize("measure", STEPS.values(), ids=STEPS)


def _rotation(dim, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(dim, dim)))[0]


def _noisy(space, noise, seed=9):
    rng = np.random.default_rng(seed)
    return space.with_vectors(space.vectors + noise * rng.normal(size=space.vectors.shape))


# ---- Planted truths ---------------------------------------------------------------------------


@every_measure
def test_a_rotated_and_scaled_copy_is_as_alike_as_can_be(measure):
    space = random_space(150, 12)
    copy = space.with_vectors(7 * space.vectors @ _rotation(12))
    assert measure(space, copy).value == pytest.approx(1, abs=1e-5)


@every_stepped
def test_unrelated_spaces_sit_at_the_floor(measure):
    first, second = random_space(300, 10, seed=1), random_space(300, 10, seed=2)
    found = with_bounds(measure, first, second, n_permutations=30, rng=np.random.default_rng(0))
    assert found.value == pytest.approx(found.floor, abs=0.03)
    assert found.p > 0.02
    related = with_bounds(
        measure, first, _noisy(first, 0.5), n_permutations=30, rng=np.random.default_rng(0)
    )
    assert related.value > related.floor_high
    assert related.p == pytest.approx(1 / 31)


@every_measure
def test_more_noise_is_less_alike(measure):
    space = random_space(300, 10)
    values = [measure(space, _noisy(space, noise)).value for noise in (0.05, 0.5, 1.5, 10)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9
    assert values[-1] < 0.4


# ---- Invariances ------------------------------------------------------------------------------


@every_measure
def test_neither_rotation_nor_scale_nor_the_order_of_words_changes_it(measure):
    first = random_space(120, 8)
    second = _noisy(first, 0.7)
    value = measure(first, second).value
    turned = second.with_vectors(0.01 * second.vectors @ _rotation(8))
    assert measure(first, turned).value == pytest.approx(value, abs=2e-3)
    order = np.random.default_rng(3).permutation(120)
    shuffled = [
        EmbeddingSpace(tuple(s.words[row] for row in order), s.vectors[order])
        for s in (first, second)
    ]
    if measure is not held_out_precision:  # which draws its words by place
        assert measure(*shuffled).value == pytest.approx(value, abs=1e-6)


@every_measure
def test_it_does_not_matter_which_space_comes_first(measure):
    first = random_space(120, 8)
    second = _noisy(first, 0.7)
    assert measure(first, second).value == pytest.approx(measure(second, first).value, abs=1e-6)


@pytest.mark.parametrize("name", ["CKA", "SVCCA", "Procrustes"])
def test_moving_a_space_changes_only_what_looks_at_cosines(name):
    first = random_space(120, 8)
    second = _noisy(first, 0.5)
    moved = second.with_vectors(second.vectors + 0.5)
    if name == "Procrustes":  # lengths are taken from the origin before the mean is taken off
        assert MEASURES[name](first, moved).value < MEASURES[name](first, first).value
    else:
        assert MEASURES[name](first, moved).value == pytest.approx(
            MEASURES[name](first, second).value, abs=1e-5
        )
    for other in ("RSA", "mutual k-NN"):
        assert MEASURES[other](first, moved).value < MEASURES[other](first, second).value - 0.02


@every_measure
def test_spaces_of_different_dimensions_can_be_compared(measure):
    space = random_space(200, 6)
    wider = space.with_vectors(np.hstack([space.vectors @ _rotation(6), np.zeros((200, 3))]))
    assert measure(space, wider).value == pytest.approx(1, abs=1e-5)
    assert measure(wider, space).value == pytest.approx(1, abs=1e-5)


# ---- Odd spaces -------------------------------------------------------------------------------


@every_measure
@given(
    n_words=st.integers(4, 12),
    dims=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    levels=st.integers(1, 3),
    seed=st.integers(0, 999),
)
@settings(max_examples=25, deadline=None)
def test_ties_duplicates_and_zero_vectors_give_a_number_in_range_or_nan(
    measure, n_words, dims, levels, seed
):
    rng = np.random.default_rng(seed)
    spaces = [
        EmbeddingSpace(
            tuple(f"w{n}" for n in range(n_words)),
            rng.integers(1 - levels, levels, (n_words, dim)),
        )
        for dim in dims
    ]
    value = measure(*spaces).value
    assert np.isnan(value) or -n_words <= value <= 1 + 1e-9


@pytest.mark.parametrize("name", ["CKA", "RSA", "SVCCA"])
def test_a_space_without_variance_is_like_nothing(name):
    space = random_space(10, 3)
    for flat in (np.zeros((10, 3)), np.full((10, 3), 0.1)):
        assert np.isnan(MEASURES[name](space, space.with_vectors(flat)).value)


@every_measure
def test_different_words_and_single_words_are_refused(measure):
    space = random_space(6, 3)
    with pytest.raises(InputError, match="different words; cut them to the shared"):
        measure(space, random_space(7, 3))
    one = EmbeddingSpace(("a",), np.ones((1, 2)))
    with pytest.raises(InputError, match=r"needs . words or more; space and space have 1"):
        measure(one, one)


@every_stepped
def test_what_is_prepared_and_shuffled_is_the_space_shuffled(measure):
    """The floor costs little because vectors are dealt to words after the work on them is done."""
    first, second = random_space(80, 6), random_space(80, 6, seed=5)
    orders = np.array([_rng().permutation(80), np.arange(80)])
    quick = measure.shuffled(measure.prepare(first, 3), measure.prepare(second, 3), orders)
    slow = [
        measure.between(first, second.with_vectors(second.vectors[order]), seed=3).value
        for order in orders
    ]
    assert quick == pytest.approx(slow, abs=1e-6)


def test_inner_products_of_wide_spaces_are_shuffled_to_the_same_values():
    first, second = random_space(60, 300), random_space(60, 300, seed=5)
    [value] = CKA.shuffled(CKA.prepare(first, 0), CKA.prepare(second, 0), np.arange(60)[None])
    assert value == pytest.approx(CKA.between(first, second).value, abs=1e-5)


def test_equal_vectors_share_neighbours_by_the_order_of_words_in_the_floor_too():
    """Half of the words at one spot, another half in either space: alike by that alone."""
    first, second = (
        space.with_vectors(np.where((_rng().permutation(200) < 100)[:, None], 1, space.vectors))
        for space in (random_space(200, 8, seed=1), random_space(200, 8, seed=2))
    )
    shuffled = second.with_vectors(second.vectors[np.random.default_rng(3).permutation(200)])
    found = with_bounds(
        STEPS["mutual k-NN"], first, shuffled, n_permutations=19, rng=np.random.default_rng(0)
    )
    assert found.value < found.floor_high + 0.05
    assert found.p > 0.05


def _rng():
    return np.random.default_rng(8)


# ---- Bounds -----------------------------------------------------------------------------------


def _first_word(first, second, _seed):
    """A likeness that can be worked by hand: 1 where the first word kept its vector."""
    return Likeness(float((first.vectors[0] == second.vectors[0]).all()), len(first))


def test_bounds_by_hand():
    """Of shuffles of four words about a quarter leave the first in its place."""
    space = random_space(4, 2)
    seeds = [(space, space), (space, random_space(4, 2, seed=1))]
    found = with_bounds(
        in_one_step(_first_word),
        space,
        space,
        n_permutations=400,
        rng=np.random.default_rng(0),
        seeds=seeds,
    )
    assert found.value == 1
    assert found.floor == pytest.approx(0.25, abs=0.07)
    assert found.p == pytest.approx((1 + 400 * found.floor) / 401)
    assert (found.ceiling, found.floor_high, found.n_used) == (0.5, 1, 4)


def test_without_a_second_seed_there_is_no_ceiling():
    space = random_space(20, 3)
    found = with_bounds(CKA, space, space, n_permutations=5, rng=np.random.default_rng(0))
    assert np.isnan(found.ceiling)
    with pytest.raises(InputError, match="permutations is 0 or more; found -1"):
        with_bounds(CKA, space, space, n_permutations=-1, rng=np.random.default_rng(0))


def test_without_shuffles_there_is_no_floor():
    space = random_space(20, 3)
    found = with_bounds(CKA, space, space, n_permutations=0, rng=np.random.default_rng(0))
    assert found.value == pytest.approx(1)
    assert np.isnan([found.floor, found.floor_high, found.p]).all()


@every_stepped
def test_spaces_that_share_the_frequency_of_words_alone_are_not_alike(measure):
    """A direction that all words have by how frequent they are: alike, but not beyond chance."""
    n, counts = 300, (300_000 / np.arange(1, 301)).astype(int)
    first, second = (
        space.with_vectors(
            space.vectors + np.log(counts)[:, None] * np.eye(1, 8, seed, dtype=np.float32)
        )
        for seed, space in ((1, random_space(n, 8, seed=1)), (2, random_space(n, 8, seed=2)))
    )
    ps = [
        with_bounds(
            measure,
            first,
            second,
            n_permutations=39,
            rng=np.random.default_rng(0),
            counts=frequency,
        ).p
        for frequency in (None, counts)
    ]
    assert ps[1] > 0.05
    if measure is STEPS["linear CKA"]:
        assert ps[0] == 1 / 40, "shuffles over all words take frequency for likeness"


def test_words_change_places_with_their_group_alone():
    groups = np.array([0, 1, 0, 2, 1, 1])
    orders = orders_within(groups, 50, np.random.default_rng(0))
    assert (groups[orders] == groups).all()
    assert (np.sort(orders, axis=1) == np.arange(6)).all()
    assert len(np.unique(orders, axis=0)) == 2 * 6


def test_the_floor_tells_likeness_from_the_number_of_dimensions():
    """Trap 11: with n near d, SVCCA of unrelated spaces is high; its floor says so."""
    first, second = random_space(60, 40, seed=1), random_space(60, 40, seed=2)
    found = with_bounds(STEPS["SVCCA"], first, second, n_permutations=20, rng=_rng())
    assert found.value > 0.7
    assert found.value == pytest.approx(found.floor, abs=0.03)


def test_shuffles_that_change_nothing_are_no_test():
    """Words whose counts halve have no others as frequent; equal vectors are equal in any order."""
    space = random_space(16, 4)
    counts = 2 ** np.arange(16, 0, -1)
    alone = with_bounds(CKA, space, space, n_permutations=19, rng=_rng(), counts=counts)
    assert (alone.movable, alone.value) == (0, pytest.approx(1))
    flat = space.with_vectors(np.ones((16, 4)))
    found = with_bounds(STEPS["mutual k-NN"], flat, flat, n_permutations=19, rng=_rng())
    assert np.isnan(found.p)


def test_words_that_a_measure_draws_are_grouped_among_themselves():
    """Of 4,000 words RSA uses 250, neighbours in rank among these."""
    space = random_space(4000, 4)
    counts = (1e6 / np.arange(1, 4001)).astype(int)
    found = with_bounds(
        STEPS["RSA"], space, random_space(4000, 4, seed=2), n_permutations=9, rng=_rng(),
        counts=counts,
    )  # fmt: skip
    assert found.movable > 0.9
