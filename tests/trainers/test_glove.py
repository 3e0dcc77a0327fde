"""GloVe: weights and biases by hand, steps against a slow twin, a planted structure, errors."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse
import torch
from pydantic import ValidationError

from compare.errors import InputError, TrainingError
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.trainers import glove as module
from compare.trainers.glove import (
    GloVeOptions,
    bias_start,
    distance_weights,
    fit_glove,
    train_glove,
)
from compare.word2vec.cooccurrences import count_cooccurrences
from compare.word2vec.pair_blocks import blocks_of, pair_weights


def some_counts(n_words: int = 40, *, share: float = 0.3) -> scipy.sparse.csr_array:
    """Draw a symmetric matrix of counts between 0.1 and a few dozen, most of them zero."""
    rng = np.random.default_rng(0)
    upper = np.triu(np.exp(rng.normal(1, 1.5, (n_words, n_words))).clip(0.1))
    upper *= rng.random((n_words, n_words)) < share
    return scipy.sparse.csr_array(upper + np.triu(upper, 1).T)


def trainer_of(counts: scipy.sparse.csr_array, *, seed: int = 3, **options: object):
    return module.GloVeSteps(counts, GloVeOptions(**options), seed=seed, device="cpu")


class SlowTwin:
    """The same in float64, a pair at a time, on tables ordered by word."""

    def __init__(self, trainer: module.GloVeSteps, counts: scipy.sparse.csr_array) -> None:
        dim = trainer.options.dimension
        words, contexts = (
            table.double().numpy()[np.argsort(trainer.word_of_row)]
            for table in (trainer.words, trainer.contexts)
        )
        self.options, self.counts = trainer.options, counts.toarray()
        self.values = {
            "w": words[:, :dim].copy(),
            "b": words[:, dim].copy(),
            "w~": contexts[:, :dim].copy(),
            "b~": contexts[:, dim + 1].copy(),
        }
        self.squares = {name: np.ones_like(value) for name, value in self.values.items()}

    def step(self, words: np.ndarray, contexts: np.ndarray) -> float:
        now, loss = self.values, 0.0
        gradient = {name: np.zeros_like(value) for name, value in now.items()}
        for i in words:
            for j in contexts:
                count = self.counts[i, j]
                if count == 0:
                    continue
                product = now["w"][i] @ now["w~"][j] + now["b"][i] + now["b~"][j]
                residual = product - np.log(count)
                weight = min((count / self.options.x_max) ** self.options.alpha, 1)
                loss += weight * residual**2
                gradient["w"][i] += 2 * weight * residual * now["w~"][j]
                gradient["w~"][j] += 2 * weight * residual * now["w"][i]
                gradient["b"][i] += 2 * weight * residual
                gradient["b~"][j] += 2 * weight * residual
        for name, value in now.items():
            self.squares[name] += gradient[name] ** 2
            value -= self.options.learning_rate * gradient[name] / np.sqrt(self.squares[name])
        return loss


def test_weights_by_hand() -> None:
    found = pair_weights(np.array([0.1, 1, 5, 10, 1000]), x_max=10, alpha=0.5)
    np.testing.assert_allclose(found, [0.1, np.sqrt(0.1), np.sqrt(0.5), 1, 1])
    assert (pair_weights(np.array([0.1, 50.0]), x_max=10, alpha=0) == 1).all()
    np.testing.assert_allclose(distance_weights(4), [1, 1 / 2, 1 / 3, 1 / 4])


def test_pairs_count_by_one_over_their_distance() -> None:
    # a b c a | b c: ab bc ca next to each other, bc again; a..c and b..a two apart, a..a three
    text = TokenArray.of_segments([[0, 1, 2, 0], [1, 2]])
    vocabulary = Vocabulary(tuple("abc"), np.array([2, 2, 2]))
    counts = count_cooccurrences(text, vocabulary, weights=distance_weights(3), subsample=0, seed=0)
    expected = [[2 / 3, 1.5, 1.5], [1.5, 0, 2], [1.5, 2, 0]]
    np.testing.assert_allclose(counts.toarray(), expected, rtol=1e-12)


def test_one_step_by_hand() -> None:
    """Two words that met e² times, w = (1, 0), w̃ = (0.5, 1), all biases 0.25."""
    met = float(np.exp(2))
    counts = scipy.sparse.csr_array([[0, met], [met, 0]])
    trainer = trainer_of(counts, dimension=2, learning_rate=0.5, x_max=4 * met, alpha=0.5)
    trainer.words[:] = torch.tensor([1, 0, 0.25, 1])
    trainer.contexts[:] = torch.tensor([0.5, 1, 1, 0.25])
    block = trainer.blocks[0]
    row, column = block.words.start, block.contexts.start  # groups of one word, so of one pair
    assert len(trainer.blocks) == 2
    # residual 0.5 + 0.25 + 0.25 − 2 = −1, weight √(1/4): J = 0.5, and its slope is −1
    assert float(trainer.step(block)) == pytest.approx(0.5)
    moved = 0.5 / np.sqrt(2)  # where the slope is −1: the squares are then 1 + 1
    w = [1 + 0.5 * 0.5 / np.sqrt(1.25), moved, 0.25 + moved, 1]
    w_context = [0.5 + moved, 1, 1, 0.25 + moved]
    np.testing.assert_allclose(trainer.words[row], w, rtol=1e-6)
    np.testing.assert_allclose(trainer.contexts[column], w_context, rtol=1e-6)
    np.testing.assert_array_equal(trainer.words[1 - row], torch.tensor([1, 0, 0.25, 1]))


@pytest.mark.parametrize("batch_pairs", [1, 7, 1000])
def test_steps_equal_the_slow_twin(batch_pairs: int) -> None:
    """Two epochs, in the order that the trainer draws; rows meet many times within a block."""
    counts = some_counts()
    options = {"dimension": 5, "epochs": 2, "x_max": 5.0, "batch_pairs": batch_pairs}
    trainer = trainer_of(counts, **options)
    twin = SlowTwin(trainer, counts)
    replayed = np.random.default_rng(3)
    replayed.permutation(len(trainer.word_of_row))
    losses = []
    for _ in range(2):
        total = 0.0
        for number in replayed.permutation(len(trainer.blocks)):
            block, rows = trainer.blocks[number], trainer.word_of_row
            total += twin.step(rows[block.words], rows[block.contexts])
        losses.append(total / counts.nnz)
    tables = fit_glove(counts, GloVeOptions(**options), runtime=Runtime(seed=3))
    assert len(trainer.blocks) > (300 if batch_pairs == 1 else 50)
    np.testing.assert_allclose(tables.input, twin.values["w"], atol=1e-5)
    np.testing.assert_allclose(tables.output, twin.values["w~"], atol=1e-5)
    assert [line.training_loss for line in tables.history] == pytest.approx(losses, rel=1e-5)
    assert losses[1] < losses[0]


def test_blocks_hold_every_pair_once() -> None:
    counts = some_counts()
    groups = np.array_split(np.random.default_rng(1).permutation(40), 6)
    rows = np.concatenate(groups)
    found = np.zeros((40, 40))
    for block in blocks_of(counts, groups, x_max=8, alpha=0.5, device="cpu"):
        logs = -block.minus_log.to_dense().numpy()
        part = counts.toarray()[np.ix_(rows[block.words], rows[block.contexts])]
        np.testing.assert_allclose(logs[part > 0], np.log(part[part > 0]), rtol=1e-5, atol=1e-6)
        found[np.ix_(rows[block.words], rows[block.contexts])] += part > 0
        weights = pair_weights(part[part > 0], x_max=8, alpha=0.5)
        np.testing.assert_allclose(block.weights, weights, rtol=1e-6)
    np.testing.assert_array_equal(found, counts.toarray() > 0)


def test_biases_start_at_their_own_best_fit() -> None:
    """Against least squares; and exactly, where counts are products of one number a word."""
    counts = some_counts()
    found = bias_start(counts, x_max=10, alpha=0.75, n_rounds=200)
    rows, columns = counts.nonzero()
    design = np.zeros((counts.nnz, 40))
    np.add.at(design, (np.arange(counts.nnz), rows), 1)
    np.add.at(design, (np.arange(counts.nnz), columns), 1)
    root = np.sqrt(pair_weights(counts.data, x_max=10, alpha=0.75))
    solved = np.linalg.lstsq(root[:, None] * design, root * np.log(counts.data), rcond=None)[0]
    np.testing.assert_allclose(found, solved, atol=1e-6)
    planted = np.random.default_rng(0).normal(size=40)
    products = counts.copy()
    products.data = np.exp(planted[rows] + planted[columns])
    found = bias_start(products, x_max=10, alpha=0.75, n_rounds=50)
    np.testing.assert_allclose(found, planted, atol=1e-3)


def test_no_step_is_longer_than_the_learning_rate() -> None:
    """Not even where a word meets all others a million times at once."""
    counts = scipy.sparse.csr_array(np.full((300, 300), 1e6))
    trainer = trainer_of(counts, dimension=4, learning_rate=0.1, batch_pairs=1 << 20)
    trainer.words[:, 4] = 0  # biases that do not fit
    words, contexts = trainer.words.clone(), trainer.contexts.clone()
    trainer.step(trainer.blocks[0])
    assert 0.09 < float((trainer.words - words).abs().max()) < 0.1001
    assert 0.09 < float((trainer.contexts - contexts).abs().max()) < 0.1001


def clustered_text() -> tuple[TokenArray, Vocabulary, np.ndarray]:
    """Draw sentences, each mostly of one of six groups of ten words."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(6), 10)
    # One word in five is any, so that all pairs meet: GloVe learns nothing from those that do not.
    of_topic = 10 * rng.integers(6, size=(4000, 1)) + rng.integers(10, size=(4000, 8))
    any_word = rng.integers(60, size=(4000, 8))
    sentences = np.where(rng.random((4000, 8)) < 0.2, any_word, of_topic).tolist()
    tokens = TokenArray.of_segments(sentences)
    words = tuple(f"w{i}" for i in range(60))
    return tokens, Vocabulary(words, np.bincount(tokens.ids, minlength=60)), group


def test_words_of_one_group_are_neighbours() -> None:
    tokens, vocabulary, group = clustered_text()
    options = GloVeOptions(dimension=10, epochs=40, sentence_borders=True)
    tables = train_glove(tokens, vocabulary, options, runtime=Runtime(seed=1))
    assert tables.input.shape == tables.output.shape == (60, 10)
    assert tables.input.dtype == tables.output.dtype == np.float32
    losses = [line.training_loss for line in tables.history]
    assert [line.epoch for line in tables.history] == list(range(1, 41))
    assert losses[-1] < losses[0] / 3
    assert all(np.isnan(line.validation_loss) and line.seconds > 0 for line in tables.history)
    for vectors in (tables.input, tables.output, tables.mean):
        unit = EmbeddingSpace(vocabulary.words, vectors).unit_vectors
        cosines = unit @ unit.T - 2 * np.eye(60)
        nearest = np.argsort(-cosines, axis=1)[:, :9]
        assert (group[nearest] == group[:, None]).mean() > 0.95


def test_same_seed_same_bits() -> None:
    tokens, vocabulary, _ = clustered_text()
    options = GloVeOptions(dimension=8, epochs=2, batch_pairs=50)
    first, again, other = (
        train_glove(tokens, vocabulary, options, runtime=Runtime(seed=seed)) for seed in (1, 1, 2)
    )
    assert first.input.tobytes() == again.input.tobytes()
    assert first.output.tobytes() == again.output.tobytes()
    assert [a.training_loss for a in first.history] == [a.training_loss for a in again.history]
    assert np.abs(first.input - other.input).max() > 1e-3


def test_sentence_borders_can_be_ignored() -> None:
    tokens = TokenArray.of_segments([[0, 1], [2, 3]] * 30)
    vocabulary = Vocabulary(tuple("abcd"), np.full(4, 30))
    seen = []
    for borders in (True, False):
        options = GloVeOptions(dimension=2, window=1, epochs=1, sentence_borders=borders)
        train_glove(
            tokens,
            vocabulary,
            options,
            runtime=Runtime(
                progress=lambda done, total, *, unit, loss=None: seen.append((done, total, unit))
            ),
        )
    # a–b and c–d, both ways; then b–c and d–a, too
    assert seen == [(120, 120, "words"), (4, 4, "pairs"), (120, 120, "words"), (8, 8, "pairs")]


def test_progress_reaches_the_end(monkeypatch) -> None:
    monkeypatch.setattr(module, "STEPS_SHOWN", 10)
    counts, seen = some_counts(), []
    fit_glove(
        counts,
        GloVeOptions(dimension=2, epochs=3),
        runtime=Runtime(
            progress=lambda done, total, *, unit, loss=None: seen.append((done, total, loss))
        ),
    )
    done = [line[0] for line in seen]
    assert all(low < high for low, high in pairwise(done))
    assert done[-1] == seen[0][1] == 3 * counts.nnz
    assert len(seen) == 3 * 7  # 64 blocks an epoch
    assert all(np.isfinite(line[2]) for line in seen)


def test_a_word_without_neighbours_gets_a_zero_vector() -> None:
    tokens = TokenArray.of_segments([[0, 1, 2, 1, 0], [3]])
    vocabulary = Vocabulary(tuple("abcd"), np.array([2, 2, 1, 1]))
    options = GloVeOptions(dimension=2, epochs=1, sentence_borders=True)
    tables = train_glove(tokens, vocabulary, options, runtime=Runtime(seed=0))
    for table in (tables.input, tables.output, tables.mean):
        assert (table[3] == 0).all()
        assert (table[:3] != 0).any(axis=1).all()


def test_what_cannot_be_fitted_is_refused(monkeypatch) -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    options = GloVeOptions(dimension=2, epochs=1, sentence_borders=True)
    with pytest.raises(InputError, match="no sentence of the training text holds two words"):
        train_glove(
            TokenArray.of_segments([[0], [1]]), vocabulary, options, runtime=Runtime(seed=0)
        )
    with pytest.raises(InputError, match="must be above 0; found 0 counts"):
        fit_glove(scipy.sparse.csr_array((2, 2)), options, runtime=Runtime(seed=0))
    counts = some_counts()
    one = scipy.sparse.csr_array(([1.0], ([0], [1])), shape=(1_000_000, 1_000_000))
    with pytest.raises(InputError, match=r"would take .* GiB .* lower dimension or window"):
        fit_glove(one, GloVeOptions(dimension=100_000), runtime=Runtime(seed=0))
    negative = counts.copy()
    negative.data[3] = -1
    with pytest.raises(InputError, match="the smallest -1"):
        fit_glove(negative, options, runtime=Runtime(seed=0))
    monkeypatch.setattr(module, "FIRST_SQUARES", float("nan"))
    with pytest.raises(TrainingError, match=r"not finite in epoch 1: .* lower learning_rate"):
        fit_glove(counts, options, runtime=Runtime(seed=0))


@pytest.mark.parametrize("wrong", [{"x_max": 0.0}, {"alpha": -1.0}, {"negatives": 5}])
def test_options_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        GloVeOptions(**wrong)
