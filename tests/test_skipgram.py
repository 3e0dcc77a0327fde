from pathlib import Path

import numpy as np
import pytest
import torch

from compare.errors import InputError, TrainingError
from compare.judgments import AnalogySet, Question, Relation
from compare.measures.analogies import score_analogies
from compare.planted import PlantedOptions, planted_documents, relation_pairs
from compare.space import EmbeddingSpace
from compare.tokens import TokenArray
from compare.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.word2vec import skipgram
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.pairs import pair_loss, pairs_in_sentence
from compare.word2vec.skipgram import band_patterns, block_gradient, train_skipgram
from compare.words import sentences


def small_text(
    n_tokens: int = 5000, n_words: int = 50, seed: int = 0
) -> tuple[TokenArray, Vocabulary]:
    """Draw sentences of Zipfian words."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n_words + 1)
    ids = np.concatenate(
        [np.arange(n_words), rng.choice(n_words, n_tokens - n_words, p=weights / weights.sum())]
    )
    counts = np.bincount(ids, minlength=n_words)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(n_words, dtype=np.int64)
    rank[order] = np.arange(n_words)
    starts = np.concatenate(
        [[0], np.sort(rng.choice(np.arange(1, n_tokens), n_tokens // 12, replace=False))]
    )
    tokens = TokenArray(rank[ids].astype(np.int32), starts, n_tokens)
    return tokens, Vocabulary(tuple(f"w{i}" for i in range(n_words)), counts[order])


def planted_text() -> tuple[TokenArray, Vocabulary]:
    documents = [d.text.lower() for d in planted_documents(PlantedOptions())]
    found = [sentence for text in documents for sentence in sentences(text)]
    vocabulary = build_vocabulary(count_words(found), VocabularyOptions())
    ids = vocabulary.ids
    return TokenArray.of_segments([[ids[w] for w in s if w in ids] for s in found]), vocabulary


def test_band_patterns_by_hand() -> None:
    # a block of two centres, window 2: positions -2 -1 | 0 1 | 2 3
    patterns = band_patterns(2, block=2).view(2, 3, 3, 6)
    assert patterns[0, 1, 2].tolist() == [0, 1, 0, 1, 1, 0]
    assert patterns[1, 2, 0].tolist() == [0, 1, 1, 0, 0, 0]
    assert patterns[0, 0, 0].sum() == 0


def test_block_gradient_equals_autograd_through_the_explicit_pairs() -> None:
    """Same pairs, same noise words: same loss, same gradient, for every table row."""
    torch.manual_seed(0)
    window, block, dim, n_noise, negatives = 2, 4, 6, 3, 3
    n_words, n_blocks = 9, 2
    table_in = torch.randn(n_words, dim, dtype=torch.float64, requires_grad=True)
    table_out = torch.randn(n_words, dim, dtype=torch.float64, requires_grad=True)
    text = torch.tensor([1, 3, 3, 0, 5, 7, 8, 2])  # two blocks: one sentence of 5, one of 3
    windows = [2, 1, 2, 2, 1, 2, 2, 1]
    noise_ids = torch.tensor([[4, 6, 4], [0, 1, 8]])  # shared by the centres of each block

    pairs = [
        *pairs_in_sentence(5, windows[:5]),
        *pairs_in_sentence(3, windows[5:], start=5),
    ]
    # k = n_noise here, so every shared noise word stands for exactly one noise word of each pair
    explicit = sum(
        pair_loss(
            table_in[text[pair.center]],
            table_out[text[pair.context]],
            table_out[noise_ids[pair.center // block]],
        )
        for pair in pairs
    )
    explicit.backward()

    padded = torch.nn.functional.pad(text, (window, window))
    left = torch.tensor([min(w, i if i < 5 else i - 5) for i, w in enumerate(windows)])
    right = torch.tensor([min(w, 4 - i if i < 5 else 7 - i) for i, w in enumerate(windows)])
    place = torch.arange(block).repeat(n_blocks)
    row = (place * (window + 1) + left) * (window + 1) + right
    context_ids = padded.unfold(0, block + 2 * window, block)
    gradient = block_gradient(
        center=table_in.detach()[text].view(n_blocks, block, dim),
        context=table_out.detach()[context_ids],
        noise=table_out.detach()[noise_ids],
        positive=band_patterns(window, block).double()[row].view(n_blocks, block, -1),
        noise_weight=((left + right) * (negatives / n_noise)).double().view(n_blocks, block, 1),
    )
    found_in = torch.zeros_like(table_in).index_add_(0, text, gradient.center.view(-1, dim))
    found_out = torch.zeros_like(table_out)
    found_out.index_add_(0, context_ids.reshape(-1), gradient.context.reshape(-1, dim))
    found_out.index_add_(0, noise_ids.reshape(-1), gradient.noise.reshape(-1, dim))
    assert table_in.grad is not None
    assert table_out.grad is not None
    torch.testing.assert_close(found_in, table_in.grad)
    torch.testing.assert_close(found_out, table_out.grad)
    torch.testing.assert_close(gradient.loss, explicit.detach())


def test_one_epoch_equals_explicit_stochastic_gradient_descent(monkeypatch) -> None:
    """The whole trainer against the slow twin: same pairs, noise and steps, same vectors."""
    monkeypatch.setattr(skipgram, "MAX_BATCH_BLOCKS", 2)
    tokens, vocabulary = small_text(n_tokens=300, n_words=20)
    options = SkipgramOptions(dimension=8, window=3, negatives=2, epochs=1, subsample=0)
    trainer = skipgram._Trainer(tokens, vocabulary, options, seed=5, device="cpu")
    table_in, table_out = trainer.input.clone(), trainer.output.clone()
    state = np.random.SeedSequence([5, 0, 0]).generate_state(1)
    chunk = trainer._prepare(torch.Generator().manual_seed(int(state[0])))
    fast = train_skipgram(tokens, vocabulary, options, seed=5)

    width, n_pairs, loss_sum = trainer.n_blocks * skipgram.BLOCK, 0, 0.0
    for start in range(0, chunk.n_kept, width):
        rate = trainer._learning_rate(start / chunk.n_kept)
        v, u = table_in.requires_grad_(), table_out.requires_grad_()
        loss = torch.zeros(())
        for center in range(start, min(start + width, chunk.n_kept)):
            reach = range(-int(chunk.left[center]), int(chunk.right[center]) + 1)
            for offset in (o for o in reach if o):
                at = center + options.window
                noise = chunk.noise[center // skipgram.BLOCK]
                push = -torch.nn.functional.logsigmoid(-(u[noise] @ v[chunk.ids[at]])).sum()
                pull = -torch.nn.functional.logsigmoid(u[chunk.ids[at + offset]] @ v[chunk.ids[at]])
                loss = loss + pull + push * options.negatives / skipgram.NOISE
                n_pairs += 1
        loss.backward()
        loss_sum += float(loss.detach())
        table_in, table_out = (v - rate * v.grad).detach(), (u - rate * u.grad).detach()
    np.testing.assert_allclose(fast.input, table_in.numpy(), atol=1e-5)
    np.testing.assert_allclose(fast.output, table_out.numpy(), atol=1e-5)
    assert n_pairs > 1000
    assert (
        abs(fast.history[0].training_loss - loss_sum / n_pairs) < 1e-4
    )  # a true mean over the pairs seen


def test_windows_stop_at_sentence_borders() -> None:
    """Words that never share a sentence get no pull: their sentences learn apart."""
    tokens = TokenArray.of_segments([[0, 1], [2, 3]] * 400)
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.full(4, 400))
    options = SkipgramOptions(dimension=4, subsample=0, epochs=1)
    trainer = skipgram._Trainer(tokens, vocabulary, options, seed=1, device="cpu")
    chunk = trainer._prepare(torch.Generator().manual_seed(0))
    assert chunk.left[: chunk.n_kept].tolist() == [0, 1] * 800
    assert chunk.right[: chunk.n_kept].tolist() == [1, 0] * 800


def test_same_seed_same_bits_and_another_seed_other_vectors() -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=10, epochs=2)
    first = train_skipgram(tokens, vocabulary, options, seed=1)
    again = train_skipgram(tokens, vocabulary, options, seed=1)
    other = train_skipgram(tokens, vocabulary, options, seed=2)
    assert first.input.tobytes() == again.input.tobytes()
    assert first.output.tobytes() == again.output.tobytes()
    assert not np.allclose(first.input, other.input)


def test_a_resumed_run_ends_with_the_vectors_of_an_unbroken_one(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(skipgram, "CHUNK", 1024)
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=10, epochs=2)
    whole = train_skipgram(tokens, vocabulary, options, seed=1)

    calls = 0

    def interrupt(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        nonlocal calls
        calls += 1
        if calls == 7:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "state.pt"
    arguments = {"seed": 1, "checkpoint": checkpoint, "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        train_skipgram(tokens, vocabulary, options, progress=interrupt, **arguments)
    assert checkpoint.exists()
    resumed = train_skipgram(tokens, vocabulary, options, **arguments)
    assert resumed.input.tobytes() == whole.input.tobytes()
    assert [line.training_loss for line in resumed.history] == [
        line.training_loss for line in whole.history
    ]
    assert not checkpoint.exists()


def test_a_checkpoint_of_other_options_is_refused(tmp_path: Path) -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=10, epochs=2)
    trainer = skipgram._Trainer(tokens, vocabulary, options, seed=1, device="cpu")
    checkpoint = tmp_path / "state.pt"
    skipgram.save_checkpoint(checkpoint, trainer.state())
    with pytest.raises(InputError, match="other options"):
        train_skipgram(
            tokens, vocabulary, SkipgramOptions(dimension=12), seed=1, checkpoint=checkpoint
        )
    assert checkpoint.exists()


def test_loss_falls_and_starts_where_zero_scores_put_it() -> None:
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(dimension=16, epochs=3, learning_rate=1e-9, min_learning_rate=0)
    untrained = train_skipgram(tokens, vocabulary, options, seed=1).history[0].training_loss
    assert abs(untrained - 6 * np.log(2)) < 1e-3  # 1 + 5 scores of zero
    trained = train_skipgram(tokens, vocabulary, SkipgramOptions(dimension=16, epochs=3), seed=1)
    assert trained.history[-1].training_loss < trained.history[0].training_loss < untrained


def test_input_that_cannot_be_trained_on_is_refused() -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    options = SkipgramOptions(dimension=4)
    with pytest.raises(InputError, match="pair to learn"):
        train_skipgram(TokenArray.of_segments([[0]]), vocabulary, options, seed=1)
    with pytest.raises(InputError, match="pair to learn"):
        train_skipgram(TokenArray.of_segments([[0], [1], [0]]), vocabulary, options, seed=1)


def test_a_loss_that_is_not_finite_stops_with_the_remedy() -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(
        dimension=4, learning_rate=9.9, min_learning_rate=9.9, epochs=60, window=10, subsample=0
    )
    trainer = skipgram._Trainer(tokens, vocabulary, options, seed=1, device="cpu")
    trainer.input[0, 0] = float("nan")
    with pytest.raises(TrainingError, match="learning_rate"):
        trainer._train_chunk()


@pytest.mark.slow
@pytest.mark.parametrize("trainer", ["torch", "gensim"])
def test_both_trainers_recover_the_planted_analogies(trainer: str) -> None:
    tokens, vocabulary = planted_text()
    options = SkipgramOptions(epochs=10)
    train = train_skipgram if trainer == "torch" else train_gensim
    tables = train(tokens, vocabulary, options, seed=1)
    relations = tuple(
        Relation(
            name,
            tuple(Question(a, b, c, (d,)) for a, b in pairs for c, d in pairs if (a, b) != (c, d)),
        )
        for name, pairs in relation_pairs().items()
    )
    space = EmbeddingSpace(vocabulary.words, tables.input, vocabulary.counts)
    scores = score_analogies(space, AnalogySet("planted", relations))["3CosAdd"]
    assert scores.n_missing == 0
    assert scores.accuracy("excluded") >= 0.9
