"""Mutual k-NN: by hand, against sets, chance, and the outlier that it does not see."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from compare.errors import InputError
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.spaces.space import EmbeddingSpace
from tests.conftest import random_space


def test_mutual_neighbours_by_hand():
    """Nearest of a b c d: b a a c in one space; in the other b a b c."""
    words = tuple("abcd")
    first, second = (
        EmbeddingSpace(words, np.stack([np.cos(angles), np.sin(angles)], axis=1))
        for angles in (np.array([0, 0.1, -0.3, -0.9]), np.array([0, 0.2, 0.5, 1.1]))
    )
    found = mutual_neighbours(first, second, k=1)
    assert found.scores.tolist() == [1, 1, 0, 1]
    assert (found.value, found.n_used, found.n_missing) == (0.75, 4, 0)


def test_unrelated_spaces_share_what_chance_gives():
    first, second = random_space(400, 20, seed=1), random_space(400, 20, seed=2)
    assert mutual_neighbours(first, second, k=20).value == pytest.approx(20 / 399, rel=0.1)


def test_long_words_change_nothing():
    """What rules CKA (trap 11) is nothing to neighbours by cosine."""
    first, second = random_space(200, 10, seed=1), random_space(200, 10, seed=2)
    stretched = second.vectors * np.random.default_rng(0).uniform(0.1, 300, (200, 1))
    assert mutual_neighbours(first, second.with_vectors(stretched)).value == pytest.approx(
        mutual_neighbours(first, second).value, abs=1e-3
    )


def test_no_neighbour_is_refused():
    space = random_space(5, 2)
    with pytest.raises(InputError, match="k must be at least 1"):
        mutual_neighbours(space, space, k=0)


MEASURED = """
import resource
import numpy as np
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.spaces.space import EmbeddingSpace
rng = np.random.default_rng(0)
words = tuple(f"w{n}" for n in range(12_000))
first, second = (EmbeddingSpace(words, rng.normal(size=(12_000, 64))) for _ in range(2))
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # MiB
some = [EmbeddingSpace(words[:2000], space.vectors[:2000]) for space in (first, second)]
mutual_neighbours(*some)  # libraries are loaded
before = peak()
value = mutual_neighbours(first, second).value
print(before, peak(), value)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
def test_memory_is_bounded_by_blocks_and_not_by_all_pairs():
    """All pairs of 12,000 words take 275 MiB in bfloat16 and 550 in float32."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    before, after, value = done.stdout.split()
    assert float(value) == pytest.approx(10 / 11_999, abs=3e-4)
    assert int(after) - int(before) < 270  # MiB; one block of products is 128
