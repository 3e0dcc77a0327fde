import numpy as np
import pytest

from compare.errors import InputError
from compare.llm.tokenizer import train_encoding
from compare.llm.vectors.coders import BytePairs
from compare.llm.vectors.tables import mean_position
from compare.llm.vectors.word_pieces import WordPieces, pooled_rows


def test_words_are_looked_up_with_their_space_and_pooled_over_pieces() -> None:
    encoding = train_encoding(["king queen " * 20, " king queen" * 20], 280)
    pieces = BytePairs(encoding).word_pieces(("king", "xyz"), "space")
    king, xyz = encoding.encode_ordinary(" king"), encoding.encode_ordinary(" xyz")
    assert len(king) == 1 < len(xyz)
    assert pieces.lengths.tolist() == [1, len(xyz)]
    assert pieces.split_share == 0.5
    table = np.random.default_rng(0).normal(size=(encoding.n_vocab, 5)).astype(np.float32)
    vectors = pooled_rows(table, pieces)
    np.testing.assert_array_equal(vectors[0], table[king[0]])
    np.testing.assert_allclose(vectors[1], table[xyz].mean(axis=0), rtol=1e-5)


def test_the_bare_form_is_another_token() -> None:
    encoding = train_encoding(["a king, a king, a king"] * 20, 280)
    spaced = BytePairs(encoding).word_pieces(("king",), "space")
    bare = BytePairs(encoding).word_pieces(("king",), "bare")
    assert spaced.ids.tolist() == encoding.encode_ordinary(" king")
    assert bare.ids.tolist() == encoding.encode_ordinary("king")
    assert spaced.ids.tolist() != bare.ids.tolist()


def test_words_of_the_same_pieces_have_equal_vectors() -> None:
    encoding = train_encoding(["zz yy"], 258)  # bytes alone
    pieces = BytePairs(encoding).word_pieces(("ab", "ba"), "bare")
    table = np.random.default_rng(0).normal(size=(encoding.n_vocab, 4)).astype(np.float32)
    first, second = pooled_rows(table, pieces)
    np.testing.assert_allclose(first, second, rtol=1e-6)


def test_pooling_by_hand_and_words_without_pieces() -> None:
    pieces = WordPieces.of([[2], [0, 1], []])
    assert pieces.lengths.tolist() == [1, 2, 0]
    assert pieces.has_any.tolist() == [True, True, False]
    table = np.array([[1.0, -5], [3, 7], [2, 2]])
    with pytest.raises(InputError, match="1 of 3 words tokenize to nothing"):
        pooled_rows(table, pieces)
    known = pieces.kept(pieces.has_any)
    assert (known.ids.tolist(), known.starts.tolist()) == ([2, 0, 1], [0, 1])
    for pooling, expected in (
        ("mean", [2, 1]),
        ("first", [1, -5]),
        ("last", [3, 7]),
        ("max", [3, 7]),
    ):
        assert pooled_rows(table, known, pooling).tolist() == [[2, 2], expected]


def test_the_mean_position_leaves_the_first_out() -> None:
    assert mean_position(np.array([[9.0, 9], [1, 2], [3, 4]])).tolist() == [2, 3]
    with pytest.raises(InputError, match="no position after the first"):
        mean_position(np.ones((1, 2)))
