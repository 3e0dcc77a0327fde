"""What every quantity must stand: odd spaces, rotation, scale, shifts, word order.

Each quantity says itself what it is unchanged by, and so also what must change it, in which bounds
it lies and which way is better.
"""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.comparison.quantities import QUANTITIES
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.lexicon import Lexicon
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.antonyms import antonyms
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.neighbours import nearest
from compare.measures.probing import probe_numbers
from compare.measures.quantity import ALL, Asked
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import company_of_tokens
from compare.text.tokens import TokenArray
from tests.comparison.planted_spaces import asked as planted_judgments
from tests.comparison.planted_spaces import planted

SEEDS = range(4)
BEARABLE = {
    ("probing accuracy", "rotation"),  # which a pipeline of z-scores may bear or not
    ("probing R²", "rotation"),
}
ALWAYS_ZERO = {  # a word's nearest is the word itself
    f"{key} only-{word} honest" for key in ("analogies", "macro accuracy") for word in "bc"
}

N = 48


def _pairs(n):
    return tuple((f"w{2 * i}", f"w{2 * i + 1}") for i in range(n // 2))


@lru_cache
def _judgments(n):
    """What quantities ask for, over words w0, w1, …: analogies, ratings, a lexicon."""
    pairs = _pairs(n)[:8]
    asked = tuple(Question(a, b, c, (d,)) for a, b in pairs for c, d in pairs if a != c)
    rated = tuple((f"w{i}", f"w{(7 * i + 3) % n}") for i in range(n))
    ratings = np.arange(n) % 5 + 0.25 * (np.arange(n) % 3)
    return {
        "analogies": AnalogySet("set", (Relation("r", asked),)),
        "similarity": SimilaritySet(
            "set",
            rated,
            ratings,
            groups={"similarity": range(n * 2 // 3), "relatedness": range(n // 3, n)},
        ),
        "lexicon": Lexicon(
            "set", _pairs(n)[::2], _pairs(n)[1::2], {f"w{i}": "abc"[i % 3] for i in range(n)}
        ),
        "space": None,
        "pair": None,
    }


def _values(quantities, space):
    """Give the first part of each quantity, NaN where the question does not apply."""
    methods = tuple(dict.fromkeys(quantity.method for quantity in quantities))
    other = _other().restricted(space.words)
    judgments = {"company": _company().restricted(space.words), **_judgments(len(space))}
    asked = {
        kind: Asked(space, one, other, k=3, methods=methods) for kind, one in judgments.items()
    }
    values = {}
    for quantity in quantities:
        found = quantity.read(asked[quantity.asks].once(quantity.measure))
        values[_name(quantity)] = next((part.value for part in found.values()), np.nan)
    return values


@lru_cache
def _company():
    """Count the company of words in a text drawn at random, frequent words first."""
    rng = np.random.default_rng(3)
    weights = 1 / (np.arange(N) + 8)
    sentences = rng.choice(N, (220, 6), p=weights / weights.sum()).tolist()
    words = [f"w{number}" for number in range(N)]
    return company_of_tokens(TokenArray.of_segments(sentences), words, name="text", words=words)


@lru_cache
def _other():
    """The second space of a pair: the first one with noise on it, without counts."""
    space = _space()
    noise = np.random.default_rng(5).normal(size=space.vectors.shape)
    return EmbeddingSpace(space.words, space.vectors + 0.5 * noise)


def _name(quantity):
    return f"{quantity.key} {quantity.method} {quantity.candidates}".strip()


@lru_cache
def _values_after(change, seed=0):
    """Values of all quantities of a space; ``change`` is done to it first."""
    space = _space(seed)
    return _values(QUANTITIES, space if change is None else _changed(space, change))


BY_NAME = {_name(quantity): quantity for quantity in QUANTITIES}
every_quantity = pytest.mark.parametrize("name", BY_NAME)


def _passes():
    """Group quantities by what is measured at once; analogies by method, or each were slow."""
    groups = {}
    for quantity in QUANTITIES:
        method = quantity.method if quantity.asks == "analogies" else ""
        measure = getattr(quantity.measure, "__name__", quantity.method)
        name = f"{quantity.asks} {measure} {method}".strip()
        groups.setdefault(name, []).append(quantity)
    return groups


def _space(seed=0):
    """Words with some structure, none of it symmetric: pairs, a cone, unequal dimensions."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(N, 6)) * [3, 2, 1.5, 1, 0.7, 0.5] + 0.8
    vectors[1::2] = vectors[::2] + [0, 0.5, 0, -1, 0, 0] + 0.6 * rng.normal(size=(N // 2, 6))
    return EmbeddingSpace(tuple(f"w{i}" for i in range(N)), vectors, np.arange(N, 0, -1) ** 2)


def _changed(space, change):
    rng = np.random.default_rng(1)
    if change == "rotation":
        return space.with_vectors(space.vectors @ np.linalg.qr(rng.normal(size=(6, 6)))[0])
    if change == "scale":
        return space.with_vectors(3.7 * space.vectors)
    if change == "lengths":
        return space.with_vectors(space.vectors * rng.uniform(0.2, 5, (N, 1)))
    if change == "shift":
        return space.with_vectors(space.vectors + np.array([2, -1, 0, 3, 0, 1]))
    order = rng.permutation(N)
    return EmbeddingSpace(
        tuple(space.words[row] for row in order), space.vectors[order], space.counts
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [(name, kind) for name, one in BY_NAME.items() for kind in one.unchanged.split()],
)
def test_it_is_unchanged_by_what_it_claims(name, change):
    before, after = _values_after(None)[name], _values_after(change)[name]
    assert np.isfinite(before)
    assert after == pytest.approx(before, abs=2e-4)


@every_quantity
def test_it_changes_where_it_should(name):
    """Over a few spaces some number moves under what is not claimed, and with the vectors."""
    if name in ALWAYS_ZERO:
        assert {_values_after(None, seed)[name] for seed in SEEDS} == {0}
        return
    claimed = BY_NAME[name].unchanged.split()
    for change in ("rotation", "scale", "lengths", "shift"):
        if change in claimed or (name, change) in BEARABLE:
            continue
        moved = [abs(_values_after(None, s)[name] - _values_after(change, s)[name]) for s in SEEDS]
        assert max(moved) > 1e-3, f"unchanged by {change}: claim it in `unchanged`"
    assert len({round(_values_after(None, seed)[name], 6) for seed in SEEDS}) > 1


@pytest.mark.parametrize("name", [n for n, one in BY_NAME.items() if one.better != "neither"])
def test_better_is_better(name):
    """A space of planted truth does as well as one that noise has blurred, or better."""
    quantity = BY_NAME[name]
    sharp, blurred = (_planted_values(noise)[name] for noise in (0.05, 3.0))
    gain = sharp - blurred if quantity.better == "larger" else blurred - sharp
    assert gain > 0.1 if quantity.is_main else gain >= 0


@lru_cache
def _planted_values(noise):
    judgments = planted_judgments()
    sets = {
        "analogies": judgments.analogies[0],
        "similarity": judgments.similarity[0],
        "lexicon": judgments.lexicons[0],
        "space": None,
        "pair": None,
    }
    space, other = planted(noise, 1, "planted"), planted(0.05, 2, "other")
    asked = {kind: Asked(space, one, other) for kind, one in sets.items()}
    return {
        name: quantity.read(asked[quantity.asks].once(quantity.measure))[ALL].value
        for name, quantity in BY_NAME.items()
        if quantity.better != "neither"
    }


@pytest.mark.parametrize("group", _passes().values(), ids=_passes())
@given(
    n=st.integers(1, 14),
    dim=st.integers(1, 5),
    levels=st.integers(1, 3),
    copies=st.booleans(),
    seed=st.integers(0, 9999),
)
@settings(max_examples=25, deadline=None)
def test_odd_spaces_give_a_number_in_range_nan_or_one_clear_line(
    group, n, dim, levels, copies, seed
):
    """One word, ties, duplicates, zero vectors, one dimension, a single spot."""
    rng = np.random.default_rng(seed)
    vectors = rng.integers(1 - levels, levels, (n, dim)).astype(float)
    if copies:
        vectors[n // 2 :] = vectors[0]
    words = tuple(f"w{i}" for i in range(n))
    try:
        values = _values(group, EmbeddingSpace(words, vectors, np.arange(n, 0, -1)))
        message = ""
    except InputError as error:
        message, values = str(error), {}
    assert "\n" not in message
    for quantity in group if values else ():
        value, (low, high) = values[_name(quantity)], quantity.bounds
        assert np.isnan(value) or low - 1e-6 <= value <= high + 1e-6, _name(quantity)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_never_reach_a_measure(wrong):
    vectors = np.ones((4, 2))
    vectors[2, 1] = wrong
    with pytest.raises(InputError, match=r"1 of 4 vectors hold NaN or infinity; .* 'c'"):
        EmbeddingSpace(tuple("abcd"), vectors)
    occurrences = np.tile(vectors, (5, 1))
    numbers = np.arange(20)
    with pytest.raises(InputError, match="NaN or infinity"):
        contextuality(occurrences, numbers % 4, numbers // 4)
    with pytest.raises(InputError, match="NaN or infinity"):
        sense_separation(occurrences, numbers % 2)
    space = EmbeddingSpace(tuple("abcdefghijkl"), np.eye(12))
    with pytest.raises(InputError, match="finite"):
        probe_numbers(space, dict(zip(space.words, [wrong, *range(11)], strict=True)))


def test_antonym_auc_equals_the_share_of_pairs_in_order():
    """The Mann-Whitney form of the AUC, by brute force, with its ties."""
    space = _space()
    found = antonyms(space, _pairs(N)[::2], [("w0", "w5"), ("w3", "w8"), ("w0", "w1")])
    wins = [
        (s > a) + 0.5 * (s == a) for a in found.antonyms.cosines for s in found.synonyms.cosines
    ]
    assert found.auc == pytest.approx(np.mean(wins))
    near = nearest(space, space.words, k=10).rows
    shares = [
        ((space.index[b] in near[space.index[a]]) + (space.index[a] in near[space.index[b]])) / 2
        for a, b in _pairs(N)[::2]
    ]
    assert found.antonyms.scores.tolist() == shares
