import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from compare.checkpoints import save_checkpoint
from compare.errors import InputError, TrainingError
from compare.judgments.analogy_sets import AnalogySet, Question, Relation
from compare.measures.analogies import score_analogies
from compare.options import Options, validated
from compare.processors import FreeProcessors
from compare.runtime import Runtime
from compare.spaces.space import EmbeddingSpace
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.planted_truth import relation_pairs
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary, VocabularyOptions, build_vocabulary, count_words
from compare.text.words import sentences
from compare.word2vec import backends, row_steps, steps, torch_backend
from compare.word2vec.backends import NOISE_CURVATURE, Stretch, StretchLoss
from compare.word2vec.gensim_skipgram import train_gensim
from compare.word2vec.options import GensimOptions, PPMIOptions, SkipgramOptions
from compare.word2vec.pairs import learning_rate, pair_loss, pairs_in_sentence, stretches
from compare.word2vec.ppmi import train_ppmi
from compare.word2vec.row_steps import CURVATURE, step_size
from compare.word2vec.sampling import keep_probability
from compare.word2vec.skipgram import train_skipgram
from compare.word2vec.steps import SkipgramSteps
from compare.word2vec.tables import SkipgramTables


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch) -> None:
    """Small texts are then cut into batches and stretches as large ones are."""
    monkeypatch.setattr(torch_backend, "GROUP", 128)


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


def assert_equal_bits_with(tokens, vocabulary, options, *, threads: tuple[int, ...]) -> None:
    found = [
        train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=3, threads=n))
        for n in threads
    ]
    for tables in found[1:]:
        np.testing.assert_array_equal(tables.input, found[0].input)
        np.testing.assert_array_equal(tables.output, found[0].output)
        assert tables.history[0].training_loss == found[0].history[0].training_loss


def planted_text() -> tuple[TokenArray, Vocabulary]:
    documents = [d.text.lower() for d in planted_documents(PlantedOptions())]
    found = [sentence for text in documents for sentence in sentences(text)]
    vocabulary = build_vocabulary(count_words(found), VocabularyOptions())
    ids = vocabulary.ids
    return TokenArray.of_segments([[ids[w] for w in s if w in ids] for s in found]), vocabulary


def test_one_epoch_equals_the_explicit_pairs(monkeypatch) -> None:
    """The whole trainer against the slow twin: same pairs, noise and steps, same vectors."""
    monkeypatch.setattr(steps, "CHUNK", 200)
    tokens, vocabulary = small_text(n_tokens=300, n_words=20)
    options = SkipgramOptions(
        dimension=8,
        window=3,
        negatives=2,
        epochs=1,
        subsample=1e-2,
        learning_rate=0.2,
        precision="float32",
    )
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=5, device="cpu")
    trainer.cut(200)
    backend = trainer.backend
    table_in, table_out = (torch.tensor(table) for table in (backend.input, backend.output))
    n_pairs, loss_sum = 0, 0.0
    for number in range(2):
        trainer.chunk = number
        chunk = backend.prepare(trainer.stretch())
        text = text_of(chunk, backend)
        left, right = chunk.left.view(-1).tolist(), chunk.right.view(-1).tolist()
        for batch, noise in enumerate(chunk.noise):
            first = batch * backend.batch
            last = min(first + backend.batch, chunk.n_kept)
            done = (number * 200 + first / chunk.n_kept * (200 - 100 * number)) / 300
            rate = learning_rate(options, done)
            v, u = table_in.requires_grad_(), table_out.requires_grad_()
            pairs = [
                (at, at + offset)
                for at in range(first, last)
                for offset in range(-left[at], right[at] + 1)
                if offset
            ]
            loss = torch.zeros(())
            for center, context in pairs:
                none = torch.zeros(0, options.dimension)
                word, other = v[text[center + 3]], u[text[context + 3]]
                loss = loss + pair_loss(word, other, none)
                group = noise.view(-1, backend.n_noise)[(center - first) // backend.group]
                pushed = pair_loss(word, other, u[group]) - pair_loss(word, other, none)
                loss = loss + pushed * options.negatives / backend.n_noise
            loss.backward()
            loss_sum, n_pairs = loss_sum + float(loss.detach()), n_pairs + len(pairs)
            table_in, table_out = explicit_steps(
                trainer, chunk, batch, v, u, rate, left, right, first
            )
    fast = train_with_chunks(tokens, vocabulary, options, chunk_words=200)
    np.testing.assert_allclose(fast.input, table_in.numpy(), atol=1e-5)
    np.testing.assert_allclose(fast.output, table_out.numpy(), atol=1e-5)
    assert n_pairs > 500
    # a true mean over the pairs seen
    assert abs(fast.history[0].training_loss - loss_sum / n_pairs) < 1e-4


def test_the_loss_is_that_of_every_eighth_step() -> None:
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(
        dimension=8, epochs=1, learning_rate=1e-9, min_learning_rate=0, subsample=0
    )
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=5, device="cpu")
    chunk = trainer.backend.prepare(trainer.stretch())
    assert len(chunk.centers) > 8
    told = trainer.backend.train(trainer.stretch())
    assert told.n_told == int((chunk.left + chunk.right)[::8].sum())
    assert told.n_pairs == int((chunk.left + chunk.right).sum())
    assert told.loss / told.n_told == pytest.approx(6 * np.log(2), abs=1e-3)  # scores of zero


def text_of(prepared, backend) -> torch.Tensor:
    """Put a prepared text together again, from ``window`` words before it to as many behind."""
    if backend.name == "numba":
        return torch.from_numpy(prepared.text)
    blocks = prepared.contexts.view(-1, backend.block + 2 * backend.options.window)
    return torch.cat([blocks[:, : backend.block].reshape(-1), blocks[-1, backend.block :]])


def explicit_steps(trainer, chunk, batch, v, u, rate, left, right, first):
    """Step each row of both tables on its own, with its number of pairs counted one by one."""
    options, n_words = trainer.options, len(v)
    backend, window = trainer.backend, options.window
    block = backend.block
    center_pairs, output_pairs = torch.zeros(n_words), torch.zeros(n_words)
    centers, noise = chunk.centers[batch], chunk.noise[batch]
    text = text_of(chunk, backend)
    reach = F.pad(torch.tensor(left) + torch.tensor(right), (window, window))
    n_contexts = backend.batch // block * (block + 2 * window)
    for place, word in enumerate(centers.tolist()):
        seen = left[first + place] + right[first + place]
        center_pairs[word] += seen * (1 + NOISE_CURVATURE)
        group = noise.view(-1, backend.n_noise)[place // backend.group]
        for other in group.tolist():
            output_pairs[other] += seen * NOISE_CURVATURE / backend.n_noise
    for start in range(first, first + backend.batch, block):
        for at in range(start, start + block + 2 * window):
            output_pairs[text[at]] += float(reach[at]) * backend.batch / n_contexts
    seen_rows = u.detach()[torch.cat([chunk.contexts[batch], noise])]
    along_center = CURVATURE * float(seen_rows.square().sum(1).mean())
    along_output = CURVATURE * float(v.detach()[centers].square().sum(1).mean())
    new = []
    for table, pairs, h in ((v, center_pairs, along_center), (u, output_pairs, along_output)):
        x = rate * h * pairs.double()
        size = torch.where(x > 1e-6, -torch.expm1(-x) / x.clamp(min=1e-30), 1.0) * rate
        new.append((table - size[:, None].float() * table.grad).detach())
    return new


def train_with_chunks(tokens, vocabulary, options, *, chunk_words):
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=5, device="cpu")
    trainer.cut(chunk_words)
    list(trainer.run())
    tables = (trainer.backend.input, trainer.backend.output)
    return SkipgramTables(*tables, tuple(trainer.history))


@pytest.mark.parametrize("backend", ["torch", "numba"])
@pytest.mark.parametrize("borders", [True, False])
def test_no_pair_is_lost_where_the_text_is_cut_into_stretches(backend: str, borders: bool) -> None:
    """Not in sentences that begin, end, or lie on both sides of one; every pair is there once."""
    lengths = [1, 4, 37, 3, 52, 2, 160, 1, 1, 19]
    n = sum(lengths)
    starts = np.cumsum([0, *lengths[:-1]])
    tokens = TokenArray(np.arange(n, dtype=np.int32), starts, n)
    vocabulary = Vocabulary(tuple(map(str, range(n))), np.ones(n, dtype=int))
    options = SkipgramOptions(
        dimension=2,
        window=4,
        window_shape="fixed",
        subsample=0,
        sentence_borders=borders,
        backend=backend,
    )
    trainer = SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu")
    trainer.cut(23)
    found = []
    for number in range(len(trainer.chunks)):
        trainer.chunk = number
        prepared = trainer.backend.prepare(trainer.stretch())
        text = text_of(prepared, trainer.backend).tolist()
        left, right = (torch.as_tensor(side).view(-1) for side in (prepared.left, prepared.right))
        for place in range(prepared.n_kept):
            seen = range(4 + place - int(left[place]), 4 + place + int(right[place]) + 1)
            found += [(text[4 + place], text[at]) for at in seen if at != 4 + place]
    expected = []
    for start, length in zip(starts, lengths, strict=True) if borders else [(0, n)]:
        expected += pairs_in_sentence(length, [4] * length, start=int(start))
    assert sorted(found) == sorted(tuple(pair) for pair in expected)


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_subsampled_pairs_are_as_many_in_the_mean_wherever_the_text_is_cut(backend: str) -> None:
    tokens, vocabulary = small_text(n_tokens=300, n_words=10)
    options = SkipgramOptions(
        dimension=2, window=4, subsample=0.05, sentence_borders=False, backend=backend
    )
    means, errors = [], []
    for length in (300, 5):
        n_pairs = []
        for seed in range(60 if length == 300 else 20):
            trainer = SkipgramSteps(tokens, vocabulary, options, seed=seed, device="cpu")
            trainer.cut(length)
            n_pairs.append(0)
            for number in range(len(trainer.chunks)):
                trainer.chunk = number
                prepared = trainer.backend.prepare(trainer.stretch())
                for side in (prepared.left, prepared.right):
                    n_pairs[-1] += int(side.reshape(-1)[: prepared.n_kept].sum())
        means.append(np.mean(n_pairs))
        errors.append(np.std(n_pairs) / len(n_pairs) ** 0.5)
    assert means[0] == pytest.approx(means[1], abs=4 * np.hypot(*errors))
    assert 4 * np.hypot(*errors) < 0.1 * means[0]  # a third of the pairs reach over such cuts


def text_with_a_stretch_of_one_word() -> tuple[TokenArray, Vocabulary, SkipgramOptions]:
    """Cut every 40 words, the third stretch holds nothing but a word that is hardly ever kept."""
    sentences = [[0, 1]] * 40 + [[2] * 40] + [[1, 0]] * 20
    vocabulary = Vocabulary(("a", "b", "the"), np.array([10, 10, 10**9]))
    options = SkipgramOptions(dimension=4, epochs=2, subsample=1e-8)
    return TokenArray.of_segments(sentences), vocabulary, options


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_a_stretch_that_keeps_no_word_changes_nothing(backend: str) -> None:
    tokens, vocabulary, options = text_with_a_stretch_of_one_word()
    options = options.model_copy(update={"backend": backend})

    def trainer() -> SkipgramSteps:
        made = SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu")
        made.cut(40)
        return made

    whole, states = trainer(), []
    for _ in whole.run():
        tables = whole.backend.input.copy(), whole.backend.output.copy()
        states.append({**whole.state(), "input": tables[0], "output": tables[1]})
    (empty,) = (n for n, place in enumerate(whole.chunks) if place == (80, 120))
    for table in ("input", "output"):
        assert np.array_equal(states[empty][table], states[empty - 1][table])
        assert not np.array_equal(states[empty][table], states[empty + 1][table])
    assert 0 < whole.history[1].training_loss < whole.history[0].training_loss < 6 * np.log(2)
    for number in (empty - 1, empty):
        resumed = trainer()
        resumed.restore(states[number])
        list(resumed.run())
        assert np.array_equal(resumed.backend.input, whole.backend.input)
        assert np.array_equal(resumed.backend.output, whole.backend.output)
        assert [line[:2] for line in resumed.history] == [line[:2] for line in whole.history]


@pytest.mark.parametrize("trainer", ["torch", "numba", "gensim", "ppmi"])
@pytest.mark.parametrize("counts", [[10**6, 10**6], [10**9, 10]])
def test_a_text_of_which_subsampling_leaves_no_pair_is_refused(
    trainer: str, counts: list[int]
) -> None:
    """Whether it leaves no word, or one word of each sentence."""
    tokens = TokenArray.of_segments([[0, 1]] * 30)
    vocabulary = Vocabulary(("the", "b"), np.array(counts))
    subsample = 1e-12 if counts[0] == counts[1] else 1e-8
    shared = {"dimension": 4, "subsample": subsample}
    trainings = {
        "torch": (train_skipgram, SkipgramOptions(**shared, backend="torch")),
        "numba": (train_skipgram, SkipgramOptions(**shared, backend="numba")),
        "gensim": (train_gensim, GensimOptions(**shared)),
        "ppmi": (train_ppmi, PPMIOptions(**shared)),
    }
    train, options = trainings[trainer]
    with pytest.raises(InputError, match=r"left no two words.*raise subsample \(now 1e-"):
        train(tokens, vocabulary, options, runtime=Runtime(seed=1))


@pytest.mark.parametrize("kind", [SkipgramOptions, GensimOptions])
def test_a_learning_rate_below_the_one_that_it_falls_to_is_refused(kind: type[Options]) -> None:
    with pytest.raises(InputError, match=r"^w2v: learning_rate must not be below min_"):
        validated(kind, {"learning_rate": 1e-5}, "w2v")
    for values in ({"decay": "constant"}, {"min_learning_rate": 1e-5}):
        assert validated(kind, {"learning_rate": 1e-5, **values}, "w2v").learning_rate == 1e-5


def test_a_single_epoch_has_a_larger_learning_rate_where_none_is_given() -> None:
    assert SkipgramOptions(epochs=1).learning_rate > SkipgramOptions(epochs=2).learning_rate
    assert SkipgramOptions(epochs=1, learning_rate=0.01).learning_rate == 0.01


def test_windows_stop_at_sentence_borders_unless_told_otherwise() -> None:
    """Words that never share a sentence get no pull: their sentences learn apart."""
    tokens = TokenArray.of_segments([[0, 1], [2, 3]] * 400)
    vocabulary = Vocabulary(("a", "b", "c", "d"), np.full(4, 400))
    options = SkipgramOptions(dimension=4, subsample=0, epochs=1)
    chunk = first_chunk(tokens, vocabulary, options)
    assert chunk.left.view(-1)[: chunk.n_kept].tolist() == [0, 1] * 800
    assert chunk.right.view(-1)[: chunk.n_kept].tolist() == [1, 0] * 800
    across = first_chunk(
        tokens,
        vocabulary,
        options.model_copy(update={"sentence_borders": False, "window_shape": "fixed"}),
    )
    assert across.left.view(-1)[:7].tolist() == [0, 1, 2, 3, 4, 5, 5]
    assert across.right.view(-1)[across.n_kept - 3 : across.n_kept].tolist() == [2, 1, 0]
    assert set(across.right.view(-1)[across.n_kept :].tolist()) <= {0}


def first_chunk(tokens, vocabulary, options):
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu")
    return trainer.backend.prepare(trainer.stretch())


def test_windows_are_drawn_over_the_kept_words() -> None:
    """Subsampling drops words before the windows are laid, so windows reach further in the text."""
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(dimension=4, window=3)
    chunk = first_chunk(tokens, vocabulary, options)
    keep = keep_probability(vocabulary.counts, options.subsample)
    expected = keep[tokens.ids[: 32 * 128]].sum()  # the first stretch of a short text
    assert abs(chunk.n_kept - expected) < 4 * np.sqrt(expected)
    across = first_chunk(tokens, vocabulary, options.model_copy(update={"sentence_borders": False}))
    share = torch.bincount(across.left.view(-1)[3 : across.n_kept]) / (across.n_kept - 3)
    np.testing.assert_allclose(share, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.07)


@pytest.mark.parametrize(
    ("backend", "batch_words"),
    [("torch", 256), ("torch", 1024), ("torch", 16_384), ("numba", 256), ("numba", 1152)],
)
def test_large_batches_stay_bounded_and_learn_as_much(
    batch_words: int, backend: str, monkeypatch
) -> None:
    """Summed gradients of a frequent word would diverge; bounded steps do not."""
    monkeypatch.setattr(backends, "MIN_STEPS", 1)
    tokens, vocabulary = small_text(n_tokens=60_000)
    options = SkipgramOptions(
        dimension=16, epochs=10, batch_words=batch_words, learning_rate=0.05, backend=backend
    )
    assert (
        steps.SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu").backend.batch
        == batch_words
    )
    tables = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    start = (1 + options.negatives) * np.log(2)
    assert tables.history[-1].training_loss < start - 0.3  # 16,384: 5 steps an epoch
    assert np.linalg.norm(tables.input, axis=1).max() < 10


def test_short_texts_get_small_batches() -> None:
    tokens, vocabulary = small_text(n_tokens=5000)
    options = SkipgramOptions(dimension=4, epochs=2)
    backend = steps.SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu").backend
    assert backend.batch == torch_backend.GROUP
    wide = SkipgramOptions(dimension=4, epochs=2, window=100)
    backend = steps.SkipgramSteps(tokens, vocabulary, wide, seed=1, device="cpu").backend
    assert backend.batch == backend.group == torch_backend.GROUP
    assert backend.block == 128
    # wider than every sentence
    tables = train_skipgram(tokens, vocabulary, wide, runtime=Runtime(seed=1))
    assert np.isfinite(tables.input).all()


def test_bfloat16_products_change_little() -> None:
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(dimension=16, epochs=2, precision="float32")
    exact = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    rounded = train_skipgram(
        tokens,
        vocabulary,
        options.model_copy(update={"precision": "bfloat16"}),
        runtime=Runtime(seed=1),
    )
    assert rounded.input.dtype == np.float32
    assert abs(rounded.history[-1].training_loss - exact.history[-1].training_loss) < 0.01


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_snapshots_are_kept_at_their_shares_and_not_again_after_a_resume(
    tmp_path: Path, monkeypatch, backend: str
) -> None:
    monkeypatch.setattr(steps, "CHUNK", 1024)
    monkeypatch.setattr(backends, "MIN_STEPS", 10**9)  # the smallest batch, so chunks of CHUNK
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=4, epochs=2, snapshots=[0.1, 0.12, 0.6], backend=backend)
    kept: list[tuple[int, np.ndarray]] = []

    def keep(n_seen: int, table: np.ndarray) -> None:
        kept.append((n_seen, table))
        if len(kept) == 2:
            raise KeyboardInterrupt

    arguments = {"seed": 1, "checkpoint": tmp_path / "state.pt", "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        train_skipgram(
            tokens, vocabulary, options, runtime=Runtime(keep_snapshot=keep, **arguments)
        )
    tables = train_skipgram(
        tokens, vocabulary, options, runtime=Runtime(keep_snapshot=keep, **arguments)
    )
    seen = [n for n, _ in kept]
    stretch = 32 * (128 if backend == "torch" else 64)  # of the smallest batches
    assert sorted(set(seen)) == [stretch, 5000 + stretch]
    assert not np.allclose(kept[0][1], tables.input)


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_same_seed_same_bits_and_another_seed_other_vectors(backend: str) -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=10, epochs=2, backend=backend)
    first = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    again = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    other = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=2))
    assert first.input.tobytes() == again.input.tobytes()
    assert first.output.tobytes() == again.output.tobytes()
    assert not np.allclose(first.input, other.input)


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_a_resumed_run_ends_with_the_vectors_of_an_unbroken_one(
    tmp_path: Path, monkeypatch, backend: str
) -> None:
    monkeypatch.setattr(steps, "CHUNK", 1024)  # and 32 batches of 128 words are more
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(dimension=10, epochs=2, backend=backend)
    whole = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))

    calls = 0

    def interrupt(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        nonlocal calls
        calls += 1
        if calls == 7:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "state.pt"
    arguments = {"seed": 1, "checkpoint": checkpoint, "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        train_skipgram(
            tokens, vocabulary, options, runtime=Runtime(progress=interrupt, **arguments)
        )
    assert checkpoint.exists()
    resumed = train_skipgram(tokens, vocabulary, options, runtime=Runtime(**arguments))
    assert resumed.input.tobytes() == whole.input.tobytes()
    assert [line.training_loss for line in resumed.history] == [
        line.training_loss for line in whole.history
    ]
    assert checkpoint.exists()  # the caller deletes it, once the result is safe


def test_a_checkpoint_of_other_options_is_refused(tmp_path: Path) -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(dimension=10, epochs=2)
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu")
    checkpoint = tmp_path / "state.pt"
    save_checkpoint(checkpoint, trainer.state())
    for other, seed, message in (
        (options.model_copy(update={"dimension": 12}), 1, r"dimension 10 \(now 12\); delete"),
        (options, 2, r"seed 1 \(now 2\)"),
    ):
        with pytest.raises(InputError, match=message):
            train_skipgram(
                tokens, vocabulary, other, runtime=Runtime(seed=seed, checkpoint=checkpoint)
            )
    shorter = TokenArray(tokens.ids[:4000], tokens.starts[tokens.starts < 4000], 4000)
    with pytest.raises(InputError, match=r"words of text 5000 \(now 4000\)"):
        train_skipgram(shorter, vocabulary, options, runtime=Runtime(seed=1, checkpoint=checkpoint))
    moved = tokens.starts.copy()
    moved[moved > 2000] += 1
    for same_counts in (
        TokenArray(tokens.ids[::-1], tokens.starts, 5000),
        TokenArray(tokens.ids, moved, 5000),
    ):
        with pytest.raises(InputError, match=r"made with text [0-9a-f]{16} \(now [0-9a-f]{16}\)"):
            train_skipgram(
                same_counts, vocabulary, options, runtime=Runtime(seed=1, checkpoint=checkpoint)
            )
    assert checkpoint.exists()


def test_tables_larger_than_memory_are_refused_before_they_are_made() -> None:
    tokens, vocabulary = small_text()
    many = Vocabulary(
        tuple(map(str, range(10**6))), np.append(vocabulary.counts, np.ones(10**6 - 50, dtype=int))
    )
    with pytest.raises(InputError, match=r"100,000 dimensions would take 1,1.*GiB"):
        train_skipgram(tokens, many, SkipgramOptions(dimension=100_000), runtime=Runtime(seed=1))


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_loss_falls_and_starts_where_zero_scores_put_it(backend: str) -> None:
    tokens, vocabulary = small_text(n_tokens=20_000)
    options = SkipgramOptions(
        dimension=16, epochs=3, learning_rate=1e-9, min_learning_rate=0, backend=backend
    )
    untrained = (
        train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
        .history[0]
        .training_loss
    )
    assert abs(untrained - 6 * np.log(2)) < 1e-3  # 1 + 5 scores of zero
    faster = options.model_copy(update={"learning_rate": 0.0375})
    trained = train_skipgram(tokens, vocabulary, faster, runtime=Runtime(seed=1))
    assert trained.history[-1].training_loss < trained.history[0].training_loss < untrained


def test_input_that_cannot_be_trained_on_is_refused() -> None:
    vocabulary = Vocabulary(("a", "b"), np.array([1, 1]))
    options = SkipgramOptions(dimension=4)
    with pytest.raises(InputError, match="pair to learn"):
        train_skipgram(TokenArray.of_segments([[0]]), vocabulary, options, runtime=Runtime(seed=1))
    with pytest.raises(InputError, match="pair to learn"):
        train_skipgram(
            TokenArray.of_segments([[0], [1], [0]]), vocabulary, options, runtime=Runtime(seed=1)
        )


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_a_loss_that_is_not_finite_stops_with_the_remedy(backend: str) -> None:
    tokens, vocabulary = small_text()
    options = SkipgramOptions(
        dimension=4,
        learning_rate=9.9,
        min_learning_rate=9.9,
        epochs=60,
        window=10,
        subsample=0,
        backend=backend,
    )
    trainer = steps.SkipgramSteps(tokens, vocabulary, options, seed=1, device="cpu")
    trainer.backend.input[0, 0] = float("nan")
    with pytest.raises(TrainingError, match=r"step \d+ of block 1 of epoch 1 .*learning_rate"):
        trainer._train_chunk()


@pytest.mark.parametrize("backend", ["torch", "numba"])
def test_rows_that_no_step_reads_are_looked_at_too(backend: str) -> None:
    tokens, vocabulary = small_text()
    more = Vocabulary((*vocabulary.words, "rare"), np.append(vocabulary.counts, 1))
    options = SkipgramOptions(dimension=4, epochs=1, backend=backend, noise_exponent=2)
    trainer = steps.SkipgramSteps(tokens, more, options, seed=1, device="cpu")
    trainer.backend.input[-1, 0] = float("inf")
    with pytest.raises(TrainingError, match="not finite after epoch 1"):
        list(trainer.run())


@pytest.mark.slow
@pytest.mark.parametrize("trainer", ["torch", "numba", "gensim"])
def test_all_trainers_recover_the_planted_analogies(trainer: str) -> None:
    tokens, vocabulary = planted_text()
    if trainer != "gensim":
        options = SkipgramOptions(epochs=10, backend=trainer)
        tables = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
    else:
        theirs = GensimOptions(epochs=10)
        tables = train_gensim(tokens, vocabulary, theirs, runtime=Runtime(seed=1))
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


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(("dimension", "window"), [(7, 5), (100, 5), (60, 10)])
def test_no_bit_hangs_on_the_number_of_threads(
    monkeypatch, dimension: int, window: int, precision: str
) -> None:
    monkeypatch.setattr(torch_backend, "GROUP", 256)
    monkeypatch.setattr(backends, "MIN_STEPS", 5)  # steps so large that threads share their work
    monkeypatch.setattr(FreeProcessors, "look", lambda free: free.threads)
    tokens, vocabulary = small_text(n_tokens=40_000, n_words=3000)
    options = SkipgramOptions(dimension=dimension, window=window, epochs=1, precision=precision)
    assert_equal_bits_with(tokens, vocabulary, options, threads=(1, 2, 3, 5))


def test_torch_follows_the_free_processors_and_has_its_own_number_again(monkeypatch) -> None:
    free, seen = itertools.cycle([2, 1, 3]), []

    def step_size_seen(*arguments):
        seen.append(torch.get_num_threads())
        return step_size(*arguments)

    monkeypatch.setattr(FreeProcessors, "look", lambda _: next(free))
    monkeypatch.setattr(row_steps, "step_size", step_size_seen)
    tokens, vocabulary = small_text()
    before = torch.get_num_threads()
    train_skipgram(
        tokens, vocabulary, SkipgramOptions(epochs=1), runtime=Runtime(seed=1, threads=3)
    )
    assert seen[:6] == [2, 2, 1, 1, 3, 3]  # both tables step
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_first_vectors_are_torchs_bits(seed: int) -> None:
    drawn = torch.rand((50, 7), generator=torch.Generator().manual_seed(seed))
    expected = (drawn * 2 - 1) / 7
    found = steps.first_vectors(50, 7, seed=seed)
    np.testing.assert_array_equal(found, expected.numpy())
    assert found.dtype == np.float32


@pytest.mark.parametrize("epoch", range(9))
@pytest.mark.parametrize("n_words", [1, 99, 100, 101, 250, 300, 480, 3_200, 10_001])
def test_stretches_of_parts_take_turns_and_cover_the_text(n_words: int, epoch: int) -> None:
    read = stretches(n_words, 100, epoch=epoch)
    assert sorted(read) == [(low, min(low + 100, n_words)) for low in range(0, n_words, 100)]
    n_parts = min(2 ** (epoch % 4 + 1), math.ceil(len(read) / 2))
    part = math.ceil(len(read) / n_parts) * 100
    assert read == sorted(read, key=lambda place: (place[0] % part, place[0]))


def test_epochs_that_follow_each_other_read_in_other_orders() -> None:
    orders = [stretches(3_200, 100, epoch=epoch) for epoch in range(5)]
    assert all(one != other for one, other in itertools.pairwise(orders))
    assert orders[0] == orders[4] != sorted(orders[0])


@pytest.mark.parametrize("n_words", [99, 100, 101, 250, 300, 480])
def test_the_trainer_reads_what_the_readable_twin_says(
    n_words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = np.arange(n_words, dtype=np.int32)
    vocabulary = Vocabulary(tuple(map(str, ids)), np.ones(n_words, dtype=int))
    options = SkipgramOptions(dimension=2, epochs=2)
    trainer = SkipgramSteps(
        TokenArray(ids, np.array([0]), n_words), vocabulary, options, seed=1, device="cpu"
    )
    trainer.cut(100)
    train, read = trainer.backend.train, []

    def watched(stretch: Stretch) -> StretchLoss:
        read.append(stretch)
        return train(stretch)

    monkeypatch.setattr(trainer.backend, "train", watched)
    behind = list(trainer.run())
    expected = [place for epoch in range(2) for place in stretches(n_words, 100, epoch=epoch)]
    seen = 0
    for found, (low, high), n_seen in zip(read, expected, behind, strict=True):
        assert found.ids.tolist() == list(range(low, high))
        for share in (0.0, 0.5):
            done = (seen + share * (high - low)) / (2 * n_words)
            assert found.rate(share) == learning_rate(options, done)
        seen += high - low
        assert n_seen == seen
