"""Probing: planted properties are read, random ones are not, the control task, held-out words."""

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.probing import probe_classes, probe_numbers
from tests.conftest import random_space


def test_a_planted_class_is_read_and_a_dealt_one_is_not():
    space = random_space(300, 10)
    planted = {w: "ab"[int(space[w][3] > 0)] for w in space.words} | {"unknown": "a"}
    found = probe_classes(space, planted)
    assert found.value > 0.9
    assert found.control == pytest.approx(0.5, abs=0.1)
    assert found.value - found.control > 0.3
    assert (found.n_used, found.n_missing) == (300, 1)
    assert found.scores.mean() == found.value
    dealt = {w: "ab"[n % 2] for n, w in enumerate(space.words)}
    assert probe_classes(space, dealt).value == pytest.approx(0.5, abs=0.1)


def test_a_probe_scored_on_its_training_words_would_memorise():
    """As many dimensions as words: everything is readable that was seen, nothing else."""
    space = random_space(100, 120)
    dealt = {w: "ab"[n % 2] for n, w in enumerate(space.words)}
    from sklearn.linear_model import LogisticRegression

    labels = list(dealt.values())
    assert LogisticRegression().fit(space.vectors, labels).score(space.vectors, labels) == 1
    assert probe_classes(space, dealt).value < 0.65


def test_a_planted_number_is_read_and_a_dealt_one_is_not():
    space = random_space(300, 10)
    planted = {word: float(2 * space[word][0] - space[word][1]) + 7 for word in space.words}
    found = probe_numbers(space, planted)
    assert found.value > 0.99
    assert found.control < 0.1
    assert found.scores.shape == (300,)
    dealt = dict(zip(space.words, np.random.default_rng(0).normal(size=300), strict=True))
    assert probe_numbers(space, dealt).value < 0.1


def test_neither_scale_nor_origin_of_a_dimension_matters():
    space = random_space(120, 5)
    planted = {w: "ab"[int(space[w][0] > 0)] for w in space.words}
    moved = space.with_vectors(space.vectors * [1, 50, 0.02, 1, 3] + [5, 0, 0, -9, 1])
    assert probe_classes(moved, planted).value == pytest.approx(
        probe_classes(space, planted).value, abs=0.02
    )


def test_rare_classes_are_left_out_and_counted():
    space = random_space(30, 3)
    classes = {f"w{n}": "ab"[n % 2] for n in range(28)} | {"w28": "rare", "w29": "rare"}
    found = probe_classes(space, classes)
    assert (found.n_used, found.n_missing) == (28, 2)


def test_what_cannot_be_read_is_refused():
    space = random_space(30, 3)
    with pytest.raises(InputError, match="two classes with 5 known words each; found 1"):
        probe_classes(space, {f"w{n}": "a" for n in range(30)})
    with pytest.raises(InputError, match="10 known words whose numbers differ; found 3"):
        probe_numbers(space, {"w0": 1.0, "w1": 2.0, "w2": 3.0})
    with pytest.raises(InputError, match="must be finite"):
        probe_numbers(space, {w: float("inf") if w == "w3" else 1.0 for w in space.words})
