"""The questions of introductions, as a preset."""

import json
from pathlib import Path

from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import write_word2vec_text
from experiments.config.loading import load_config
from experiments.config.run_config import ChecksConfig
from tests.comparison.test_vector_checks import VECTORS, WORDS
from tests.experiments.test_cli import call


def test_the_command_and_the_preset(tmp_path: Path, capsys) -> None:
    assert isinstance(load_config("intro-questions"), ChecksConfig)
    path = tmp_path / "some.txt"
    write_word2vec_text(EmbeddingSpace(WORDS, VECTORS), path)
    command = ("run", "intro-questions", "--set", f"vectors={path}")
    status, out, _ = call(*command, capsys=capsys)
    assert status == 0
    assert "king − man + woman = queen (0.96)" in out
    assert "length of semiconductor − earthworm: 12.73" in out
    assert "not in these vectors: uncle, aunt, tower" in out
    status, out, _ = call(*command, "--json", capsys=capsys)
    assert json.loads(out)[0]["analogies"][0][1][0][0] == "queen"
    wrong = ("run", "intro-questions", "--set", "vectors=glove-wiki-gigaword-1OO")
    status, _, told = call(*wrong, capsys=capsys)
    assert (status, "did you mean 'glove-wiki-gigaword-100'" in told) == (2, True)
    status, _, told = call("run", "notebook-checks", capsys=capsys)
    assert (status, "is called 'intro-questions' now" in told) == (2, True)
