"""The untrained twin: a model's pieces, random rows."""

import numpy as np
import pytest

from compare.llm.vectors.options import WordVectorOptions
from compare.llm.vectors.pretrained_loading import load_pretrained
from compare.llm.vectors.tables import table_spaces
from compare.llm.vectors.untrained import UntrainedTwin
from tests.llm.vectors.test_pretrained import save_tiny

pytest.importorskip("transformers")


def test_words_share_what_their_pieces_share(tmp_path) -> None:
    model = load_pretrained(str(save_tiny("gpt2", tmp_path / "tiny")))
    words = ["kingking", "king", "bank"]
    (space,) = table_spaces(
        UntrainedTwin(model, model.input_shape, seed=3), words, None, ["input"], WordVectorOptions()
    )
    rows = np.random.default_rng(3).standard_normal(model.tables()["input"].shape, np.float32)
    pieces = model.word_pieces(words, "space")
    for word, ids in zip(words, np.split(pieces.ids, pieces.starts[1:]), strict=True):
        np.testing.assert_allclose(space.vectors[space.id_of(word)], rows[ids].mean(0), rtol=1e-5)
    (other,) = table_spaces(
        UntrainedTwin(model, model.input_shape, seed=4), words, None, ["input"], WordVectorOptions()
    )
    assert not np.allclose(space.vectors, other.vectors)
