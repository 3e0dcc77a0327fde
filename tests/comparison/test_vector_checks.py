"""The questions of introductions: by hand, missing words, the command and its preset."""

import json
from pathlib import Path

import numpy as np
import pytest

from compare.comparison.vector_checks import VectorChecks, check_vectors
from compare.errors import InputError
from compare.spaces.formats import write_word2vec_text
from compare.spaces.space import EmbeddingSpace
from experiments.config import ChecksConfig, load_config
from tests.experiments.test_cli import call

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


def test_the_command_and_the_preset(tmp_path: Path, capsys) -> None:
    assert isinstance(load_config("notebook-checks"), ChecksConfig)
    path = tmp_path / "some.txt"
    write_word2vec_text(EmbeddingSpace(WORDS, VECTORS), path)
    status, out, _ = call("check-vectors", str(path), capsys=capsys)
    assert status == 0
    assert "king − man + woman = queen (0.96)" in out
    assert "length of semiconductor − earthworm: 12.73" in out
    assert "not in these vectors: uncle, aunt, tower" in out
    status, again, _ = call("run", "notebook-checks", "--set", f"vectors={path}", capsys=capsys)
    assert (status, again) == (0, out)
    status, out, _ = call("check-vectors", str(path), "--json", capsys=capsys)
    assert json.loads(out)[0]["analogies"][0][1][0][0] == "queen"
    status, _, told = call("check-vectors", str(path), "--preset", "smoke", capsys=capsys)
    assert (status, "asks no such questions" in told) == (2, True)
    status, _, told = call("check-vectors", "glove-wiki-gigaword-1OO", capsys=capsys)
    assert (status, "did you mean 'glove-wiki-gigaword-100'" in told) == (2, True)
