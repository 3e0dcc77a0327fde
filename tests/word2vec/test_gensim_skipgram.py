"""gensim's trainer: options one to one, rows in our order, and what the two do differently."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest
from gensim.models import Word2Vec

from compare.errors import InputError
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec import gensim_skipgram
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import ContrastiveOptions, GensimOptions, SkipgramOptions
from compare.word2vec.skipgram import train_skipgram
from tests.word2vec.test_skipgram import small_text


class Watched(Word2Vec):
    """gensim's model, which notes what it was given and how many words it trained on."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__(**options)

    def train(self, sentences: Any, **options: Any) -> tuple[int, int]:
        self.training_options = options
        self.sentences = [list(sentence) for sentence in sentences]
        self.n_trained, n_raw = super().train(sentences, **options)
        return self.n_trained, n_raw


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[Watched]:
    """List the models that are made from here on."""
    made: list[Watched] = []

    def make(**options: Any) -> Watched:
        made.append(Watched(**options))
        return made[-1]

    monkeypatch.setattr(gensim_skipgram, "Word2Vec", make)
    return made


def test_one_worker_repeats_from_the_seed() -> None:
    tokens, vocabulary = small_text()
    options = GensimOptions(dimension=8, epochs=2)
    first = train_gensim(tokens, vocabulary, options, runtime=Runtime(seed=1))
    again = train_gensim(tokens, vocabulary, options, runtime=Runtime(seed=1))
    other = train_gensim(tokens, vocabulary, options, runtime=Runtime(seed=2))
    assert first.input.shape == first.output.shape == (50, 8)
    assert first.input.dtype == first.output.dtype == np.float32
    assert first.input.tobytes() == again.input.tobytes()
    assert first.output.tobytes() == again.output.tobytes()
    assert not np.allclose(first.input, other.input)


def test_options_are_handed_over_one_to_one(models: list[Watched]) -> None:
    tokens, vocabulary = small_text(n_tokens=500)
    options = GensimOptions(
        dimension=7,
        window=3,
        window_shape="fixed",
        negatives=2,
        noise_exponent=0.5,
        subsample=0.01,
        epochs=3,
        learning_rate=0.05,
        min_learning_rate=0.001,
    )
    with_two = options.model_copy(update={"workers": 2})
    train_gensim(tokens, vocabulary, with_two, runtime=Runtime(seed=11))
    assert models[0].options == {
        "sg": 1,
        "hs": 0,
        "vector_size": 7,
        "window": 3,
        "shrink_windows": False,
        "negative": 2,
        "ns_exponent": 0.5,
        "sample": 0.01,
        "alpha": 0.05,
        "min_alpha": 0.001,
        "min_count": 1,
        "seed": 11,
        "workers": 2,
        "sorted_vocab": 1,
    }
    assert models[0].training_options["epochs"] == 3
    assert models[0].training_options["total_words"] == 500
    ids, starts = tokens.ids.tolist(), [*tokens.starts.tolist(), len(tokens)]
    assert models[0].sentences == [
        [vocabulary.words[number] for number in ids[start:end]] for start, end in pairwise(starts)
    ]


def test_windows_shrink_unless_fixed_and_the_rate_falls_unless_constant(
    models: list[Watched],
) -> None:
    tokens, vocabulary = small_text(n_tokens=500)
    plain = GensimOptions(dimension=4, epochs=1)
    for options in (plain, plain.model_copy(update={"decay": "constant"})):
        train_gensim(tokens, vocabulary, options, runtime=Runtime(seed=1))
    falling, constant = (model.options for model in models)
    assert falling["shrink_windows"] is True
    assert (falling["alpha"], falling["min_alpha"]) == (0.025, 1e-4)
    assert (constant["alpha"], constant["min_alpha"]) == (0.025, 0.025)
    assert models[1].min_alpha_yet_reached == 0.025


def test_fixed_windows_see_more(models: list[Watched]) -> None:
    tokens, vocabulary = small_text(n_tokens=2000)
    plain = GensimOptions(dimension=4, epochs=1)
    dynamic = train_gensim(tokens, vocabulary, plain, runtime=Runtime(seed=1))
    fixed = plain.model_copy(update={"window_shape": "fixed"})
    assert not np.array_equal(
        train_gensim(tokens, vocabulary, fixed, runtime=Runtime(seed=1)).input, dynamic.input
    )


def test_rows_are_in_our_order_where_counts_tie(models: list[Watched]) -> None:
    """gensim turns ties round; a row still belongs to the word of our vocabulary."""
    segments = [[0, 1, 2], [3, 4, 5]] * 60
    vocabulary = Vocabulary(("f", "b", "d", "a", "c", "e"), np.full(6, 60))
    tokens = TokenArray.of_segments(segments)
    tables = train_gensim(
        tokens, vocabulary, GensimOptions(dimension=4, subsample=0), runtime=Runtime(seed=1)
    )
    (model,) = models
    assert model.wv.index_to_key != list(vocabulary.words)
    for number, word in enumerate(vocabulary.words):
        assert tables.input[number].tolist() == model.wv[word].tolist()
        assert tables.output[number].tolist() == model.syn1neg[model.wv.key_to_index[word]].tolist()


# --- sentences and their length --------------------------------------------------------------


def test_no_word_of_a_long_sentence_is_lost_which_gensim_would_cut_off(
    models: list[Watched],
) -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 20, size=25_000).astype(np.int32)
    vocabulary = Vocabulary(
        tuple(f"w{i}" for i in range(20)), np.sort(np.bincount(ids, minlength=20))[::-1]
    )
    options = GensimOptions(dimension=2, window=1, negatives=1, epochs=1, subsample=0)
    one_sentence = TokenArray(ids, np.array([0]), len(ids))
    # Borders, which are not to be seen in the last case; nor may they be at a multiple of 10,000.
    sentences = TokenArray(ids, np.array([0, 7, 12_000]), len(ids))
    across = options.model_copy(update={"sentence_borders": False})
    cases = [
        (one_sentence, options, [10_000, 10_000, 5_000]),
        (sentences, options, [7, 10_000, 1_993, 10_000, 3_000]),
        (sentences, across, [10_000, 10_000, 5_000]),
    ]
    words = [vocabulary.words[number] for number in ids]
    for tokens, given, lengths in cases:
        train_gensim(tokens, vocabulary, given, runtime=Runtime(seed=1))
        assert [len(sentence) for sentence in models[-1].sentences] == lengths
        assert models[-1].n_trained == 25_000
        assert [word for sentence in models[-1].sentences for word in sentence] == words
    clipped = Word2Vec(sg=1, vector_size=2, window=1, negative=1, sample=0, min_count=1)
    clipped.build_vocab([words])
    assert clipped.train([words], total_examples=1, epochs=1)[0] == 10_000


@pytest.mark.parametrize("n_sentences", [65_535, 65_536, 65_537, 131_073])
def test_every_sentence_of_a_long_text_is_handed_over_once(n_sentences: int) -> None:
    """Their borders are read a part at a time."""
    starts = np.arange(n_sentences, dtype=np.int64)
    tokens = TokenArray(np.zeros(n_sentences + 1, dtype=np.int32), starts, n_sentences + 1)
    watcher = SimpleNamespace(options=GensimOptions(), history=[])
    vocabulary = Vocabulary(("a",), np.array([n_sentences + 1]))
    handed = gensim_skipgram._Sentences(tokens, vocabulary, watcher, lambda *_, **__: None)
    lengths = [end - start for start, end in handed._borders()]
    assert lengths == [1] * (n_sentences - 1) + [2]
    assert list(handed._borders())[-1] == (n_sentences - 1, n_sentences + 1)


def test_a_noise_word_that_equals_the_context_is_skipped() -> None:
    """Nearly all noise is "a" here, which is also the context of every "b".

    Without that rule (the paper has none, nor has our trainer) the loss of five noise words is
    least at u_a · v_b = log(1/5), below zero; with it, nothing pushes "a" away from "b".
    """
    tokens = TokenArray.of_segments([[0, 1]] * 2000)
    vocabulary = Vocabulary(("a", "b"), np.array([1_000_000, 1]))
    options = GensimOptions(dimension=4, subsample=0, noise_exponent=1, learning_rate=0.1)
    theirs = train_gensim(tokens, vocabulary, options, runtime=Runtime(seed=1))
    shared = {name: getattr(options, name) for name in ContrastiveOptions.model_fields}
    ours = train_skipgram(tokens, vocabulary, SkipgramOptions(**shared), runtime=Runtime(seed=1))
    assert theirs.output[0] @ theirs.input[1] > 2
    assert abs(ours.output[0] @ ours.input[1] - np.log(1 / 5)) < 0.3
    for tables in (theirs, ours):
        assert tables.output[0] @ tables.input[0] < -0.5  # as noise of the pair (a, b) it counts


# --- results and refusals --------------------------------------------------------------------


def test_history_is_our_loss_on_held_out_pairs_and_falls() -> None:
    tokens, vocabulary = small_text(n_tokens=30_000)
    validation, _ = small_text(n_tokens=2000, seed=1)
    options = GensimOptions(dimension=8, epochs=3)
    tables = train_gensim(
        tokens, vocabulary, options, validation=validation, runtime=Runtime(seed=1)
    )
    assert [line.epoch for line in tables.history] == [1, 2, 3]
    assert all(np.isnan(line.training_loss) for line in tables.history)
    pairs = HeldOutPairs.of(validation, vocabulary, options, seed=1)
    last = pairs.mean_loss(tables.input, tables.output)
    assert tables.history[-1].validation_loss == last < 6 * np.log(2)


def test_progress_counts_words_over_all_epochs() -> None:
    tokens = TokenArray.of_segments([[0, 1]] * 1500)
    vocabulary = Vocabulary(("a", "b"), np.array([1500, 1500]))
    told: list[tuple[int, int]] = []
    train_gensim(
        tokens,
        vocabulary,
        GensimOptions(dimension=2, epochs=2),
        runtime=Runtime(seed=1, progress=lambda done, total, **_: told.append((done, total))),
    )
    assert {total for _, total in told} == {6000}
    assert [done for done, _ in told] == [0, 2000, 3000, 5000, 6000]


def test_too_little_text_is_refused() -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    with pytest.raises(InputError, match="pair to learn"):
        train_gensim(
            TokenArray.of_segments([[0]]), vocabulary, GensimOptions(), runtime=Runtime(seed=1)
        )


def test_tables_too_large_for_memory_are_refused(
    models: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=50 * 100 * 8))
    tokens, vocabulary = small_text(n_tokens=500)
    train_gensim(
        tokens, vocabulary, GensimOptions(dimension=100, epochs=1), runtime=Runtime(seed=1)
    )
    with pytest.raises(InputError, match=r"training 50 words in 101 dimensions .*lower dim"):
        train_gensim(tokens, vocabulary, GensimOptions(dimension=101), runtime=Runtime(seed=1))
    assert len(models) == 1
