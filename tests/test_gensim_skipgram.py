import numpy as np
import pytest

from compare.errors import InputError
from compare.tokens import TokenArray
from compare.vocabulary import Vocabulary
from compare.word2vec.gensim_skipgram import held_out_loss, train_gensim
from compare.word2vec.pairs import pairs_in_sentence
from compare.word2vec.skipgram import SkipgramOptions
from tests.test_skipgram import small_text


def test_one_worker_repeats_and_the_rows_follow_our_vocabulary() -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=8, epochs=2)
    first = train_gensim(tokens, vocabulary, options, seed=1)
    again = train_gensim(tokens, vocabulary, options, seed=1)
    other = train_gensim(tokens, vocabulary, options, seed=2)
    assert first.input.shape == first.output.shape == (50, 8)
    assert first.input.tobytes() == again.input.tobytes()
    assert not np.allclose(first.input, other.input)


def test_history_is_our_loss_on_held_out_pairs_and_falls() -> None:
    tokens, vocabulary = small_text(n_tokens=30_000)
    validation, _ = small_text(n_tokens=2000, seed=1)
    options = SkipgramOptions(dimension=8, epochs=3)
    tables = train_gensim(tokens, vocabulary, options, seed=1, validation=validation)
    assert [line.epoch for line in tables.history] == [1, 2, 3]
    assert tables.history[-1].loss < 6 * np.log(2)
    last, n_pairs = held_out_loss(
        tables.input, tables.output, validation, vocabulary, options, seed=1
    )
    assert tables.history[-1].loss == last
    assert tables.history[-1].n_pairs == n_pairs


def test_held_out_loss_of_empty_tables_is_that_of_zero_scores() -> None:
    tokens, vocabulary = small_text()
    zeros = np.zeros((50, 4), dtype=np.float32)
    loss, n_pairs = held_out_loss(zeros, zeros, tokens, vocabulary, SkipgramOptions(), seed=0)
    assert n_pairs > 0
    assert abs(loss - 6 * np.log(2)) < 1e-6


def test_held_out_loss_without_a_pair_is_nan() -> None:
    text = TokenArray.of_segments([[0], [1]])
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    zeros = np.zeros((2, 4), dtype=np.float32)
    loss, n_pairs = held_out_loss(zeros, zeros, text, vocabulary, SkipgramOptions(), seed=0)
    assert np.isnan(loss)
    assert n_pairs == len(list(pairs_in_sentence(1, [1]))) == 0


def test_too_little_text_is_refused() -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    with pytest.raises(InputError, match="needs two"):
        train_gensim(TokenArray.of_segments([[0]]), vocabulary, SkipgramOptions(), seed=1)
