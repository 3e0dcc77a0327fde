"""The questions of introductions: by hand, missing words."""

import numpy as np
import pytest

from compare.comparison.vector_checks import VectorChecks, check_vectors
from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace

WORDS = ("man", "woman", "king", "queen", "paper", "water", "semiconductor", "earthworm")
VECTORS = np.array(
    [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 0], [1, -1, 0], [9, 0, 0], [0, 0, 9]],
    dtype=np.float32,
)


def test_by_hand() -> None:
    found = check_vectors(EmbeddingSpace(WORDS, VECTORS, None, {"name": "s"}), VectorChecks())
    [(asked, answers)] = found.analogies
    assert asked == ("man", "king", "woman")
    assert answers[0][0] == "queen"
    cosines = dict(found.similarities)
    assert cosines == pytest.approx(
        {("woman", "man"): 0, ("king", "queen"): 0.5, ("paper", "water"): 0}
    )
    lengths = dict(found.differences)
    assert lengths[("man", "woman")] == pytest.approx(2**0.5)
    assert lengths[("semiconductor", "earthworm")] == pytest.approx(9 * 2**0.5)
    assert found.missing == ("uncle", "aunt", "tower")
    assert found.neighbours == ()
    near = check_vectors(EmbeddingSpace(WORDS, VECTORS), VectorChecks(neighbours=("man",)), k=1)
    assert near.neighbours == (("man", (("semiconductor", pytest.approx(1)),)),)


def test_a_space_of_other_words_is_refused() -> None:
    with pytest.raises(InputError, match="none of the words asked about"):
        check_vectors(EmbeddingSpace(("a", "b"), np.eye(2)), VectorChecks())
