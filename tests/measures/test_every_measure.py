"""What every measure of one space must stand: odd spaces, rotation, scale, shifts, word order.

Measures of two spaces are held to the same in ``test_likeness.py``. ``CLAIMS`` says what each
number claims to be unchanged by, and so also what must change it.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.comparison.cuts import analogies_by_cut, similarity_by_cut
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.analogies import score_analogies
from compare.measures.analogy_methods import METHODS
from compare.measures.antonyms import antonyms
from compare.measures.categorization import categorize
from compare.measures.contextuality import contextuality, sense_separation
from compare.measures.effective_dimensions import effective_dimensions
from compare.measures.frequency_bias import frequency_bias
from compare.measures.hubness import hubness
from compare.measures.isotropy import isotropy
from compare.measures.neighbours import nearest
from compare.measures.odd_one_out import odd_one_out
from compare.measures.probing import probe_classes, probe_numbers
from compare.measures.random_pairs import random_pair_cosines
from compare.measures.rogue_dimensions import rogue_dimensions
from compare.measures.similarity import score_similarity
from compare.spaces.space import EmbeddingSpace

N = 48


def _pairs(n):
    return [(f"w{2 * i}", f"w{2 * i + 1}") for i in range(n // 2)]


def _analogies(n):
    pairs = _pairs(n)[:8]
    asked = tuple(Question(a, b, c, (d,)) for a, b in pairs for c, d in pairs if a != c)
    return AnalogySet("set", (Relation("r", asked),))


def _ratings(n):
    rated = tuple((f"w{i}", f"w{(7 * i + 3) % n}") for i in range(n))
    return SimilaritySet("set", rated, np.arange(n) % 5 + 0.25 * (np.arange(n) % 3))


def _analogy(method):
    def value(space):
        scores = score_analogies(space, _analogies(len(space)), methods=[method])[method]
        return scores.reciprocal_rank("honest") if len(scores.relations) else float("nan")

    return value


def _mean_cosine(space):
    return random_pair_cosines(space, n_pairs=400, rng=np.random.default_rng(0)).value


def _classes(n):
    return {f"w{i}": "abc"[i % 3] for i in range(n)}


@dataclass(frozen=True)
class Claim:
    """A number, its range, and what leaves it as it is."""

    value: object
    low: float
    high: float
    unchanged: str  # of: rotation, scale (of the space), lengths (of words), shift, order

    def holds(self, change):
        return change in self.unchanged.split()


ALL_BUT_SHIFT = "rotation scale lengths order"
CLAIMS = {
    **{method: Claim(_analogy(method), 0, 1, ALL_BUT_SHIFT) for method in METHODS[:4]},
    # LRCos draws random words by their place, so that another order is another draw.
    "LRCos": Claim(_analogy("LRCos"), 0, 1, "rotation scale lengths"),
    "similarity": Claim(
        lambda s: score_similarity(s, _ratings(len(s))).value, -1, 1, ALL_BUT_SHIFT
    ),
    "similarity at a cut": Claim(
        lambda s: similarity_by_cut(s, _ratings(len(s)), cuts=[len(s)])[-1].value,
        -1,
        1,
        ALL_BUT_SHIFT,
    ),
    "analogies at a cut": Claim(
        lambda s: analogies_by_cut(s, _analogies(len(s)), cuts=[len(s)])[-1].value,
        0,
        1,
        ALL_BUT_SHIFT,
    ),
    "odd one out": Claim(
        lambda s: (
            odd_one_out(s, [((f"w{i}", f"w{i + 1}"), f"w{i + 2}") for i in range(len(s) - 2)]).value
        ),
        0,
        1,
        ALL_BUT_SHIFT,
    ),
    "antonym AUC": Claim(
        lambda s: antonyms(s, _pairs(len(s))[::2], _pairs(len(s))[1::2], k=3).auc,
        0,
        1,
        ALL_BUT_SHIFT,
    ),
    "antonym share": Claim(
        lambda s: antonyms(s, _pairs(len(s)), [], k=10).share, 0, 1, ALL_BUT_SHIFT
    ),
    "hubness": Claim(lambda s: hubness(s, k=3).value, -N, N, ALL_BUT_SHIFT),
    "frequency in neighbours": Claim(
        lambda s: frequency_bias(s, k=3).neighbours, -1, 1, "rotation scale lengths"
    ),
    "frequency in norms": Claim(lambda s: frequency_bias(s, k=3).norm, -1, 1, "rotation scale"),
    "mean cosine": Claim(_mean_cosine, -1, 1, "rotation scale lengths"),
    "rogue dimensions": Claim(lambda s: rogue_dimensions(s).value, 0, 1, "scale lengths order"),
    "IsoScore": Claim(lambda s: isotropy(s).isoscore, 0, 1, "rotation scale shift order"),
    "partition": Claim(lambda s: isotropy(s).partition, 0, 1, "rotation order"),
    "effective rank": Claim(
        lambda s: effective_dimensions(s).effective_rank, 1, N, "rotation scale order"
    ),
    "participation": Claim(
        lambda s: effective_dimensions(s).participation_ratio, 1, N, "rotation scale order"
    ),
    "categories": Claim(
        lambda s: categorize(s, _classes(len(s)), n_seeds=2).value, 0, 1, "rotation scale lengths"
    ),
    "class probe": Claim(
        lambda s: probe_classes(s, _classes(len(s)), n_folds=3).value, 0, 1, "scale shift"
    ),
    "number probe": Claim(
        lambda s: probe_numbers(s, {w: float(i % 7) for i, w in enumerate(s.words)}).value,
        -np.inf,
        1,
        "scale shift",
    ),
}
every_measure = pytest.mark.parametrize("name", CLAIMS)


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
    ("name", "change"), [(name, kind) for name in CLAIMS for kind in CLAIMS[name].unchanged.split()]
)
def test_it_is_unchanged_by_what_it_claims(name, change):
    claim = CLAIMS[name]
    before, after = claim.value(_space()), claim.value(_changed(_space(), change))
    assert np.isfinite(before)
    assert after == pytest.approx(before, abs=2e-4)


@every_measure
def test_it_changes_where_it_should(name):
    """Over a few spaces some number moves under what is not claimed, and with the vectors."""
    claim = CLAIMS[name]
    for change in ("rotation", "scale", "lengths", "shift"):
        if claim.holds(change) or (name, change) in {
            ("class probe", "rotation"),  # which a pipeline of z-scores may bear or not
            ("number probe", "rotation"),
        }:
            continue
        moved = [
            abs(claim.value(_space(seed)) - claim.value(_changed(_space(seed), change)))
            for seed in range(4)
        ]
        assert max(moved) > 1e-3, change
    assert len({round(claim.value(_space(seed)), 6) for seed in range(4)}) > 1


@every_measure
@given(
    n=st.integers(1, 14),
    dim=st.integers(1, 5),
    levels=st.integers(1, 3),
    copies=st.booleans(),
    seed=st.integers(0, 9999),
)
@settings(max_examples=25, deadline=None)
def test_odd_spaces_give_a_number_in_range_nan_or_one_clear_line(
    name, n, dim, levels, copies, seed
):
    """One word, ties, duplicates, zero vectors, one dimension, a single spot."""
    rng = np.random.default_rng(seed)
    vectors = rng.integers(1 - levels, levels, (n, dim)).astype(float)
    if copies:
        vectors[n // 2 :] = vectors[0]
    words = tuple(f"w{i}" for i in range(n))
    claim = CLAIMS[name]
    try:
        value = claim.value(EmbeddingSpace(words, vectors, np.arange(n, 0, -1)))
    except InputError as error:
        message = str(error)
        value = np.nan
    else:
        message = ""
    assert "\n" not in message
    assert np.isnan(value) or claim.low - 1e-6 <= value <= claim.high + 1e-6


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
    wins = [(s > a) + 0.5 * (s == a) for a in found.antonym_cosines for s in found.synonym_cosines]
    assert found.auc == pytest.approx(np.mean(wins))
    near = nearest(space, space.words, k=10).rows
    shares = [
        ((space.index[b] in near[space.index[a]]) + (space.index[a] in near[space.index[b]])) / 2
        for a, b in _pairs(N)[::2]
    ]
    assert found.scores.tolist() == shares
