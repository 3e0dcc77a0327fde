"""Cuts: by hand, gensim's restrict_vocab, and the flattery of a small vocabulary."""

import numpy as np
import pytest
from gensim.models import KeyedVectors

from compare.comparison.cuts import CutScore, score_by_cut
from compare.comparison.quantities import quantity_of
from compare.errors import InputError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.judgments.similarity_sets import SimilaritySet
from compare.measures.quantity import Asked
from compare.measures.similarity import SPEARMAN, score_similarity
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space

ACCURACY = quantity_of("analogies", "3CosAdd", "excluded")
HONEST = quantity_of("analogies", "3CosAdd", "honest")


def _noisy_pairs(n_pairs=30, n_fillers=2000):
    """Pairs that differ by one offset and noise, frequent; random fillers behind them."""
    rng = np.random.default_rng(2)
    base, offset = rng.normal(size=(n_pairs, 10)), rng.normal(size=10)
    other = base + offset + 0.7 * rng.normal(size=base.shape)
    fillers = rng.normal(size=(n_fillers, 10))
    vectors = np.vstack([base, other, fillers])
    words = [f"a{n}" for n in range(n_pairs)] + [f"b{n}" for n in range(n_pairs)]
    words += [f"f{n}" for n in range(n_fillers)]
    space = EmbeddingSpace(tuple(words), vectors, np.arange(len(words), 0, -1))
    asked = tuple(
        Question(f"a{i}", f"b{i}", f"a{j}", (f"b{j}",))
        for i in range(n_pairs)
        for j in range(n_pairs)
        if i != j
    )
    return space, AnalogySet("pairs", (Relation("r", asked),))


def test_similarity_by_hand():
    """Three pairs within four words rank as people do; the fourth, with a rare word, does not."""
    space = EmbeddingSpace(
        tuple("abcde"), np.array([[1, 0], [1, 0.1], [1, 1], [-1, 1], [-1, 0]]), np.arange(5, 0, -1)
    )
    pairs = (("a", "b"), ("a", "c"), ("a", "d"), ("a", "e"))
    judgments = SimilaritySet("s", pairs, np.array([3.0, 2, 1, 4]))
    found = score_by_cut(Asked(space, judgments), SPEARMAN, cuts=[2, 4, 9])
    assert found[1:] == (
        CutScore(4, pytest.approx(1), 3, 1),
        CutScore(5, pytest.approx(-0.2), 4, 0),
    )
    assert (found[0].n_words, found[0].n_used, found[0].n_missing) == (2, 1, 3)
    assert np.isnan(found[0].value)


def test_a_smaller_vocabulary_flatters():
    """The same questions, answered better because rivals are missing."""
    space, judgments = _noisy_pairs()
    found = score_by_cut(Asked(space, judgments), ACCURACY, cuts=[30, 60, 500])
    assert [score.n_words for score in found] == [30, 60, 500, 2060]
    assert [score.n_used for score in found] == [0, 870, 870, 870]
    assert np.isnan(found[0].value)
    values = [score.value for score in found[1:]]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] + 0.1
    honest = score_by_cut(Asked(space, judgments), HONEST, cuts=[60])
    assert all(h.value <= e.value for h, e in zip(honest, (found[1], found[3]), strict=True))


def test_cuts_equal_gensims_restrict_vocab(tmp_path):
    space, judgments = _noisy_pairs()
    vectors = KeyedVectors(10)
    vectors.add_vectors(list(space.words), space.vectors)
    path = tmp_path / "questions.txt"
    lines = [f"{q.a} {q.b} {q.c} {q.answers[0]}\n" for q in judgments.relations[0].questions]
    path.write_text(": r\n" + "".join(lines))
    for score in score_by_cut(Asked(space, judgments), ACCURACY, cuts=[60, 500]):
        accuracy, _ = vectors.evaluate_word_analogies(str(path), restrict_vocab=score.n_words)
        assert score.value == pytest.approx(accuracy)


def test_a_cut_is_a_space_of_its_own():
    space = random_space(50, 4)
    pairs = tuple((f"w{n}", f"w{n + 20}") for n in range(30))
    judgments = SimilaritySet("s", pairs, np.random.default_rng(0).normal(size=30))
    first, whole = score_by_cut(Asked(space, judgments), SPEARMAN, cuts=[35])
    assert first.value == score_similarity(space.restricted(space.words[:35]), judgments).value
    assert whole.value == score_similarity(space, judgments).value


@pytest.mark.parametrize("cuts", [[3, 2], [2, 2], [0, 4]])
def test_cuts_that_do_not_rise_are_refused(cuts):
    nothing = SimilaritySet("s", (), np.zeros(0))
    with pytest.raises(InputError, match="must rise from 1 on"):
        score_by_cut(Asked(random_space(9, 2), nothing), SPEARMAN, cuts=cuts)
