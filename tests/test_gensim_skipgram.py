import numpy as np
import pytest

from compare.errors import InputError
from compare.tokens import TokenArray
from compare.vocabulary import Vocabulary
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
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
    assert all(np.isnan(line.training_loss) for line in tables.history)
    pairs = HeldOutPairs.of(validation, vocabulary, options, seed=1)
    last = pairs.mean_loss(tables.input, tables.output)
    assert tables.history[-1].validation_loss == last < 6 * np.log(2)


def test_too_little_text_is_refused() -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    with pytest.raises(InputError, match="pair to learn"):
        train_gensim(TokenArray.of_segments([[0]]), vocabulary, SkipgramOptions(), seed=1)
