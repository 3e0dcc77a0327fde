import numpy as np
import torch

from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec import held_out
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.pairs import pair_loss
from compare.word2vec.skipgram import train_skipgram
from tests.word2vec.test_skipgram import small_text


def test_the_loss_is_that_of_the_explicit_pairs() -> None:
    text, vocabulary = small_text(n_tokens=400)
    options = SkipgramOptions(negatives=3, subsample=0.05)
    pairs = HeldOutPairs.of(text, vocabulary, options, seed=0)
    rng = np.random.default_rng(1)
    v, u = (torch.from_numpy(rng.normal(size=(50, 6))) for _ in range(2))
    explicit = [
        float(pair_loss(v[center], u[context], u[noise]))
        for center, context, noise in zip(
            pairs.centers.tolist(), pairs.contexts.tolist(), pairs.noise.tolist(), strict=True
        )
    ]
    assert len(explicit) > 100
    np.testing.assert_allclose(pairs.mean_loss(v.numpy(), u.numpy()), np.mean(explicit))


def test_pairs_stay_inside_sentences_and_repeat_from_the_seed() -> None:
    text = TokenArray.of_segments([[0, 1], [2, 3]] * 50)
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.full(4, 50))
    options = SkipgramOptions(subsample=0)
    pairs = HeldOutPairs.of(text, vocabulary, options, seed=0)
    assert {(int(a), int(b)) for a, b in zip(pairs.centers, pairs.contexts, strict=True)} == {
        *((0, 1), (1, 0), (2, 3), (3, 2))
    }
    again = HeldOutPairs.of(text, vocabulary, options, seed=0)
    other = HeldOutPairs.of(text, vocabulary, options, seed=1)
    assert (pairs.noise == again.noise).all()
    assert not (pairs.noise == other.noise).all()
    share = np.bincount(pairs.noise.ravel(), minlength=4) / pairs.noise.size
    np.testing.assert_allclose(share, 0.25, atol=0.06)


def test_without_sentence_borders_windows_run_across_the_text() -> None:
    text = TokenArray.of_segments([[0, 1], [2], [3]])
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.full(4, 50))
    options = SkipgramOptions(subsample=0, window=2, window_shape="fixed")

    def pairs_of(text: TokenArray, options: SkipgramOptions) -> list[tuple[int, int]]:
        pairs = HeldOutPairs.of(text, vocabulary, options, seed=0)
        return list(zip(pairs.centers.tolist(), pairs.contexts.tolist(), strict=True))

    assert pairs_of(text, options) == [(0, 1), (1, 0)]
    across = options.model_copy(update={"sentence_borders": False})
    one_sentence = TokenArray.of_segments([[0, 1, 2, 3]])
    assert pairs_of(text, across) == pairs_of(one_sentence, options)
    assert pairs_of(text, across) == [
        *((0, 1), (0, 2), (1, 0), (1, 2), (1, 3)),
        *((2, 0), (2, 1), (2, 3), (3, 1), (3, 2)),
    ]
    assert pairs_of(TokenArray.of_segments([]), across) == []


def test_near_words_are_drawn_more_often_where_windows_are_dynamic() -> None:
    text = TokenArray.of_segments([[0, 1, 2]] * 500)
    vocabulary = Vocabulary(("a", "b", "c"), np.full(3, 500))
    for shape, share in (("fixed", 1.0), ("dynamic", 0.5)):
        options = SkipgramOptions(subsample=0, window=2, window_shape=shape)
        pairs = HeldOutPairs.of(text, vocabulary, options, seed=0)
        far = ((pairs.centers == 0) & (pairs.contexts == 2)).sum()
        near = ((pairs.centers == 0) & (pairs.contexts == 1)).sum()
        assert near == 500
        assert abs(far / near - share) < 0.1


def test_only_the_first_words_are_looked_at(monkeypatch) -> None:
    """Also where the limit falls inside a sentence, or at its end."""
    text = TokenArray.of_segments([[0, 1, 2], [0, 1], [2, 2]])
    vocabulary = Vocabulary(("a", "b", "c"), np.full(3, 50))
    options = SkipgramOptions(subsample=0, window=1)
    for n_tokens, expected in ((2, [0, 1]), (3, [0, 1, 1, 2]), (4, [0, 1, 1, 2])):
        monkeypatch.setattr(held_out, "MAX_TOKENS", n_tokens)
        assert HeldOutPairs.of(text, vocabulary, options, seed=0).centers.tolist() == expected


def test_empty_tables_score_zero_and_no_pair_is_nan() -> None:
    text, vocabulary = small_text(n_tokens=400)
    zeros = np.zeros((50, 4), dtype=np.float32)
    pairs = HeldOutPairs.of(text, vocabulary, SkipgramOptions(), seed=0)
    assert abs(pairs.mean_loss(zeros, zeros) - 6 * np.log(2)) < 1e-6
    alone = TokenArray.of_segments([[0], [1]])
    none = HeldOutPairs.of(alone, vocabulary, SkipgramOptions(), seed=0)
    assert np.isnan(none.mean_loss(zeros, zeros))


def test_our_trainer_reports_it_for_each_epoch() -> None:
    text, vocabulary = small_text(n_tokens=20_000)
    validation, _ = small_text(n_tokens=2000, seed=1)
    options = SkipgramOptions(dimension=8, epochs=2)
    tables = train_skipgram(
        text, vocabulary, options, validation=validation, runtime=Runtime(seed=3)
    )
    pairs = HeldOutPairs.of(validation, vocabulary, options, seed=3)
    assert len(tables.history) == 2
    assert tables.history[-1].validation_loss == pairs.mean_loss(tables.input, tables.output)
    silent = train_skipgram(text, vocabulary, options, runtime=Runtime(seed=3))
    assert np.isnan(silent.history[0].validation_loss)
    assert silent.input.tobytes() == tables.input.tobytes()  # looking changes nothing
