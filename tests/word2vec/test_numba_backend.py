"""The compiled kernel against the readable twin, and what it promises beside its numbers."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

numba = pytest.importorskip("numba")

from compare import compiling  # noqa: E402 - numba first
from compare.compiling import compiled  # noqa: E402
from compare.errors import InputError  # noqa: E402
from compare.machine import numba_missing  # noqa: E402
from compare.processors import FreeProcessors  # noqa: E402
from compare.progress import quiet  # noqa: E402
from compare.runtime import Runtime  # noqa: E402
from compare.text.tokens import TokenArray  # noqa: E402
from compare.text.vocabulary import Vocabulary  # noqa: E402
from compare.word2vec.backends import NOISE_CURVATURE, Stretch, chosen_backend  # noqa: E402
from compare.word2vec.kernel import draws, groups, products, rows  # noqa: E402
from compare.word2vec.kernel.groups import GROUP  # noqa: E402
from compare.word2vec.kernel.lanes import LANES, float32_at, load, store  # noqa: E402
from compare.word2vec.numba_backend import (  # noqa: E402
    CURVATURE,
    KERNEL,
    ONE_NOISE_CURVATURE,
    NumbaBackend,
    aligned,
    compile_kernel,
)
from compare.word2vec.options import SkipgramOptions  # noqa: E402
from compare.word2vec.pairs import pair_loss, pairs_in_sentence  # noqa: E402
from compare.word2vec.row_steps import step_size  # noqa: E402
from compare.word2vec.sampling import keep_probability  # noqa: E402
from compare.word2vec.skipgram import train_skipgram  # noqa: E402
from tests.word2vec.test_skipgram import assert_equal_bits_with, small_text  # noqa: E402


def sentences_of(lengths: list[int], n_words: int, seed: int = 0) -> TokenArray:
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, n_words, sum(lengths)).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return TokenArray(ids, starts, len(ids))


def backend_of(n_words: int, options: SkipgramOptions, *, batch: int | None = None) -> NumbaBackend:
    """Make a backend with random tables, each row of another length."""
    torch.manual_seed(1)
    scale = torch.linspace(0.2, 1, n_words)[:, None]
    found = NumbaBackend(
        (torch.randn(n_words, options.dimension) * scale).numpy(),
        np.full(n_words, 10),
        options.model_copy(update={"batch_words": batch or options.batch_words}),
        n_kept=1e9,
        processors=FreeProcessors(1),
    )
    found.output[:] = torch.randn(n_words, options.dimension) * scale
    return found


def explicit_gradients(
    backend: NumbaBackend, prepared, lengths: list[int], size=lambda pairs: torch.ones_like(pairs)
) -> tuple[torch.Tensor, torch.Tensor, float, int]:
    """Take the gradient of all pairs' losses by autograd, in float64, pair by pair.

    Behind a round each centre goes ``size`` of its pairs along its gradient; the gradients of all
    rounds, each by its own size, are summed and divided by the size of all pairs.
    """
    window, rounds, options = backend.options.window, backend.rounds, backend.options
    v, u = (torch.from_numpy(table).double() for table in (backend.input, backend.output))
    text = torch.from_numpy(prepared.text[window:][: prepared.n_kept].astype(np.int64))
    reach = np.maximum(prepared.left, prepared.right)[: prepared.n_kept]
    pairs = []
    for start, end in pairwise([0, *np.cumsum(lengths).tolist()]):
        # pairs_in_sentence cuts at the borders itself, so the longer side says how far it reaches
        pairs += pairs_in_sentence(end - start, reach[start:end], start=start)
    pairs.sort()
    centers = torch.tensor([pair.center for pair in pairs])
    contexts = torch.tensor([pair.context for pair in pairs])
    n_pairs = torch.bincount(centers, minlength=len(text))
    rank = torch.arange(len(pairs)) - (n_pairs.cumsum(0) - n_pairs)[centers]
    noise = torch.from_numpy(prepared.noise.astype(np.int64)).view(
        -1, rounds, backend.n_noise // rounds
    )
    weight = options.negatives / noise.shape[2]
    x, loss, moved, to_output = v[text], 0.0, torch.zeros_like(v[text]), torch.zeros_like(u)
    for number in range(rounds):
        first, last = n_pairs * number // rounds, n_pairs * (number + 1) // rounds
        mine = (rank >= first[centers]) & (rank < last[centers])
        at, around = x.clone().requires_grad_(), u.clone().requires_grad_()
        center, context = at[centers[mine]], around[text[contexts[mine]]]
        drawn = around[noise[centers[mine] // GROUP, number]]
        pulled = torch.vmap(pair_loss)(center, context, drawn[:, :0])
        pushed = torch.vmap(pair_loss)(center, context, drawn) - pulled
        found = (pulled + pushed * weight).sum()
        to_center, to_around = torch.autograd.grad(found, (at, around))
        step = size((last - first).double())[:, None] * to_center
        x, moved = x - step, moved + step
        loss, to_output = loss + float(found.detach()), to_output + to_around
    to_center = moved / size(n_pairs.double())[:, None]
    return torch.zeros_like(v).index_add(0, text, to_center), to_output, loss, len(pairs)


RATE = 0.125
CASES = [
    # window, negatives, sentence lengths, words of the vocabulary, dimension
    (1, 5, [64], 30, 16),
    (5, 1, [40, 1, 1, 37, 64], 200, 20),
    (5, 5, [7] * 30, 2, 10),  # each word is there many times in a group, and in its noise
    (5, 15, [300], 50, 100),
    (10, 5, [90, 3, 150], 500, 40),
    (100, 1, [230], 100, 8),
    (100, 5, [1, 2, 150, 30], 20, 33),
    (2, 5, [5], 3, 2),  # less than a group
]


@pytest.mark.parametrize(("window", "negatives", "lengths", "n_words", "dimension"), CASES)
@pytest.mark.parametrize("shape", ["dynamic", "fixed"])
def test_gradients_equal_those_of_the_explicit_pairs(
    window: int, negatives: int, lengths: list[int], n_words: int, dimension: int, shape: str
) -> None:
    """Without curvature one step is the gradient, by the rate."""
    options = SkipgramOptions(
        dimension=dimension,
        window=window,
        negatives=negatives,
        window_shape=shape,
        subsample=0,
        backend="numba",
    )
    tokens = sentences_of(lengths, n_words)
    backend = backend_of(n_words, options, batch=512)  # one step
    backend.settings = backend.settings._replace(curvature=np.float32(0))
    stretch = Stretch(tokens.ids, tokens.starts, np.random.SeedSequence([3]), lambda _: RATE)
    prepared = backend.prepare(stretch)
    assert prepared.n_kept == len(tokens)
    for_center, for_output, loss, n_pairs = explicit_gradients(
        backend, prepared, lengths, lambda pairs: torch.full_like(pairs, RATE)
    )
    before = backend.input.copy(), backend.output.copy()
    told = backend.train(stretch)
    scale = max(float(for_center.abs().max()), float(for_output.abs().max()), 1.0)
    moved = torch.from_numpy(before[0] - backend.input).double() / RATE
    torch.testing.assert_close(moved, for_center, atol=1e-5 * scale, rtol=1e-5)
    moved = torch.from_numpy(before[1] - backend.output).double() / RATE
    torch.testing.assert_close(moved, for_output, atol=1e-5 * scale, rtol=1e-5)
    assert told.broken is None
    assert told.n_pairs == n_pairs
    if len(tokens) <= GROUP:  # else the loss is that of every fourth group
        assert told.n_told == n_pairs
        assert told.loss == pytest.approx(loss, rel=1e-5)
    padding = backend.tables.input.reshape(n_words, -1)[:, dimension:]
    assert not padding.any()  # rows are padded with zeros, and stay so


def test_the_loss_is_that_of_every_fourth_group() -> None:
    options = SkipgramOptions(dimension=12, subsample=0, backend="numba")
    tokens = sentences_of([GROUP] * 6, 40)  # no pair reaches into another group
    backend = backend_of(40, options, batch=512)
    backend.settings = backend.settings._replace(curvature=np.float32(0))
    stretch = Stretch(tokens.ids, tokens.starts, np.random.SeedSequence([3]), lambda _: 1e-9)
    told = backend.train(stretch)
    prepared = backend.prepare(stretch)
    of_two = [number for number in range(6) if number % 4 == 0]
    expected, n_pairs = 0.0, 0
    for number in of_two:
        part = slice(number * GROUP, (number + 1) * GROUP)
        own = Stretch(tokens.ids[part], np.array([0]), stretch.seeds, stretch.rate)
        alone = backend.prepare(own)
        window = options.window
        alone.left[:GROUP], alone.right[:GROUP] = prepared.left[part], prepared.right[part]
        alone.text[window : window + GROUP] = tokens.ids[part]
        alone.noise[:] = prepared.noise.reshape(6, -1)[number]
        _, _, loss, n = explicit_gradients(backend, alone, [GROUP])
        expected, n_pairs = expected + loss, n_pairs + n
    assert told.n_told == n_pairs
    assert told.n_pairs == int((prepared.left + prepared.right).sum())
    assert told.loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("negatives", "rounds"), [(5, 1), (20, 2), (40, 3)])
def test_rows_step_as_far_as_row_steps_says(negatives: int, rounds: int) -> None:
    """A step with curvature, each row counted and stepped on its own."""
    options = SkipgramOptions(
        dimension=9, window=3, negatives=negatives, subsample=0, backend="numba"
    )
    lengths, n_words = [40, 20, 94, 30], 25
    tokens = sentences_of(lengths, n_words)
    backend = backend_of(n_words, options, batch=GROUP)
    assert backend.rounds == rounds
    rates = {0.0: 0.3}
    first = Stretch(
        tokens.ids[:40], np.array([0]), np.random.SeedSequence([4]), lambda done: rates[done]
    )
    prepared = backend.prepare(first)
    seen = (prepared.left + prepared.right)[:40].astype(float)
    text, window = prepared.text[3:43], options.window
    pairs_in, pairs_out = np.zeros(n_words), np.zeros(n_words)
    for place, word in enumerate(text):
        pairs_in[word] += seen[place] * (1 + NOISE_CURVATURE)
        for other in range(place - prepared.left[place], place + prepared.right[place] + 1):
            pairs_out[text[other]] += other != place
    for word in prepared.noise:
        pairs_out[word] += seen.sum() * options.negatives / backend.n_noise * ONE_NOISE_CURVATURE
    tables = torch.from_numpy(backend.input), torch.from_numpy(backend.output)
    fetched = tables[1][np.concatenate([prepared.text[: 40 + 2 * window], prepared.noise])]
    n_fetched = GROUP + 2 * window + backend.n_noise
    along_output = CURVATURE * fetched.square().sum() / n_fetched
    along_center = CURVATURE * tables[0][text].square().sum() / 40
    for_center, for_output, _, _ = explicit_gradients(
        backend,
        prepared,
        [40],
        lambda pairs: step_size(pairs * (1 + NOISE_CURVATURE), 0.3, along_output.double()),
    )
    expected = []
    for table, gradient, pairs, h in (
        (tables[0], for_center, pairs_in, along_output),
        (tables[1], for_output, pairs_out, along_center),
    ):
        size = step_size(torch.from_numpy(pairs).float(), 0.3, h)
        expected.append(table - size[:, None] * gradient.float())
    backend.train(first)
    torch.testing.assert_close(tables[0], expected[0], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(tables[1], expected[1], atol=2e-5, rtol=1e-4)


def test_step_sizes_equal_those_of_row_steps() -> None:
    for pairs in (0.0, 1e-6, 1.0, 6.4, 7.0, 90.0, 1e6):
        for curvature in (0.0, 0.03, 5.0):
            found = rows.step_size(np.float32(pairs), np.float32(0.1), np.float32(curvature))
            expected = step_size(torch.tensor(pairs), 0.1, torch.tensor(curvature))
            assert found == pytest.approx(float(expected), rel=1e-5)


def test_exp_is_right_to_float32() -> None:
    @compiled
    def exps(numbers, n):
        for place in range(0, n, LANES):
            at = float32_at(numbers.ctypes.data, place)
            store(at, 0, groups.exp(load(at, 0)))

    x = np.linspace(-29.9, 29.9, 16 * 1000).astype(np.float32)
    found = x.copy()
    exps(found, len(x))
    np.testing.assert_allclose(found, np.exp(x.astype(np.float64)), rtol=3e-6)
    ends = np.array([-1e9, -31, 31, 1e9, -np.inf, np.inf] + [0.0] * 10, dtype=np.float32)
    exps(ends, 16)
    assert np.isfinite(ends).all()


@pytest.mark.parametrize(
    ("n_rows", "n_inner", "n_columns"), [(8, 1, 16), (64, 112, 32), (96, 64, 48)]
)
def test_products_are_products(n_rows: int, n_inner: int, n_columns: int) -> None:
    @compiled
    def multiplied(a, a_row, a_inner, b, c, n_rows, n_inner, n_columns):
        products.product(
            float32_at(a.ctypes.data, 0), a_row, a_inner, float32_at(b.ctypes.data, 0), n_columns,
            float32_at(c.ctypes.data, 0), n_columns, n_rows, n_inner, n_columns,
        )  # fmt: skip

    rng = np.random.default_rng(0)
    a = rng.normal(size=(n_rows, n_inner)).astype(np.float32)
    b = rng.normal(size=(n_inner, n_columns)).astype(np.float32)
    c = np.full((n_rows, n_columns), np.nan, dtype=np.float32)
    multiplied(a, n_inner, 1, b, c, n_rows, n_inner, n_columns)
    np.testing.assert_allclose(c, a @ b, atol=1e-4)
    transposed = np.ascontiguousarray(a.T)
    multiplied(transposed, 1, n_rows, b, c, n_rows, n_inner, n_columns)
    np.testing.assert_allclose(c, a @ b, atol=1e-4)


def test_a_transposed_matrix_has_columns_for_rows() -> None:
    @compiled
    def transposed(rows, n, dim, columns):
        products.transpose(
            float32_at(rows.ctypes.data, 0), n, dim, float32_at(columns.ctypes.data, 0)
        )

    n, dim = 2 * LANES, 5 * LANES
    rows = np.arange(n * dim, dtype=np.float32).reshape(n, dim)
    columns = np.full((dim, n), np.nan, dtype=np.float32)
    transposed(rows, n, dim, columns)
    np.testing.assert_array_equal(columns, rows.T)


def test_draws_have_their_distributions() -> None:
    n_words, n = 200, 100_000
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(1, n_words + 1)
    ids = rng.choice(n_words, n, p=weights / weights.sum()).astype(np.int32)
    starts = np.arange(0, n, 25)
    counts = np.bincount(ids, minlength=n_words)
    keep = keep_probability(counts, 1e-2).astype(np.float32)
    text, left, right = (np.empty(n + 20, dtype=np.int32) for _ in range(3))
    outside = np.zeros(0, dtype=np.int32)

    def prepare(keep: np.ndarray, seed: int) -> int:
        places = (ids, starts, outside, outside)
        return draws.prepare(*places, keep, 1, 5, np.uint64(seed), text, left, right)

    n_kept = prepare(keep, 7)
    expected = keep[ids].sum()
    assert abs(n_kept - expected) < 5 * np.sqrt(expected)
    assert prepare(keep, 8) != n_kept
    assert prepare(np.ones(n_words, dtype=np.float32), 7) == n
    assert (text[5 : 5 + n] == ids).all()
    assert not text[:5].any()
    assert not text[5 + n : 10 + n].any()
    place = np.arange(n) % 25
    assert (left[:n] <= place).all()
    assert (right[:n] <= 24 - place).all()
    inside = (place >= 5) & (place < 20)  # where no border cuts
    assert (left[:n][inside] == right[:n][inside]).all()
    share = np.bincount(left[:n][inside])[1:] / inside.sum()
    np.testing.assert_allclose(share, 0.2, atol=0.01)

    distribution = counts**0.75 / (counts**0.75).sum()
    noise = np.empty(10_000, dtype=np.int32)
    draws.draw_noise(np.cumsum(distribution), np.uint64(3), noise)
    found = np.bincount(noise, minlength=n_words)
    assert np.abs(found - 10_000 * distribution).max() < 1.01  # systematic: off by one draw at most
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.05  # in random order


@pytest.mark.parametrize(
    ("dimension", "window", "negatives"), [(7, 5, 5), (100, 5, 5), (60, 30, 9)]
)
def test_no_bit_hangs_on_the_number_of_threads(
    monkeypatch, dimension: int, window: int, negatives: int
) -> None:
    monkeypatch.setattr(FreeProcessors, "look", lambda free: free.threads)
    tokens, vocabulary = small_text(n_tokens=60_000, n_words=3000)
    options = SkipgramOptions(
        dimension=dimension, window=window, negatives=negatives, epochs=2, backend="numba"
    )
    assert_equal_bits_with(tokens, vocabulary, options, threads=(1, 2, 2, 3))


def test_both_backends_learn_the_same() -> None:
    """The same text from the same start: after some epochs, the same loss on held-out pairs."""
    tokens, vocabulary = small_text(n_tokens=60_000, n_words=300)
    held_out, _ = small_text(n_tokens=5000, n_words=300, seed=1)
    losses = []
    for backend in ("torch", "numba"):
        options = SkipgramOptions(dimension=24, epochs=4, precision="float32", backend=backend)
        tables = train_skipgram(
            tokens, vocabulary, options, validation=held_out, runtime=Runtime(seed=1)
        )
        assert tables.backend == backend
        losses.append([tables.history[-1].training_loss, tables.history[-1].validation_loss])
    np.testing.assert_allclose(losses[0], losses[1], atol=0.02)


def test_a_checkpoint_of_the_other_backend_is_refused(tmp_path) -> None:
    tokens, vocabulary = small_text()
    checkpoint = tmp_path / "state.pt"
    options = SkipgramOptions(dimension=6, epochs=1, backend="torch")
    runtime = Runtime(seed=1, checkpoint=checkpoint, checkpoint_seconds=0.0)
    train_skipgram(tokens, vocabulary, options, runtime=runtime)
    other = options.model_copy(update={"backend": "numba"})
    with pytest.raises(InputError, match=r"backend torch \(now numba\)"):
        train_skipgram(tokens, vocabulary, other, runtime=runtime)


def test_the_choice_hangs_on_length_device_and_precision_alone(monkeypatch) -> None:
    auto = SkipgramOptions(epochs=5)
    assert chosen_backend(auto, 1_000_000, "cpu") == "numba"
    assert chosen_backend(auto, 100_000, "cpu") == "torch"
    assert chosen_backend(auto, 1_000_000, "cuda") == "torch"
    rounded = auto.model_copy(update={"precision": "bfloat16"})
    assert chosen_backend(rounded, 1_000_000, "cpu") == "torch"
    asked = auto.model_copy(update={"backend": "numba"})
    assert chosen_backend(asked, 10, "cpu") == "numba"
    with pytest.raises(InputError, match="CPU only, and the device is cuda"):
        chosen_backend(asked, 10, "cuda")
    with pytest.raises(InputError, match="bfloat16 was asked for; use backend torch"):
        chosen_backend(asked.model_copy(update={"precision": "bfloat16"}), 10, "cpu")


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (None, r"numba is not installed; pip install 'embcontrast\[fast\]'"),
        ("0.50.1", r"numba is 0\.50\.1, and 0\.63 or later, below 1 is expected"),
        ("1.2.0rc1", r"numba is 1\.2\.0rc1, and"),
    ],
)
def test_without_a_fitting_numba_auto_is_torch_and_the_wish_is_refused(
    monkeypatch, version: str | None, message: str, caplog
) -> None:
    if version is None:
        monkeypatch.setitem(sys.modules, "numba", None)
    else:
        monkeypatch.setattr(numba, "__version__", version)
    numba_missing.cache_clear()
    try:
        with caplog.at_level("INFO"):
            assert chosen_backend(SkipgramOptions(), 10**9, "cpu") == "torch"
        assert "trained by torch" in caplog.text
        with pytest.raises(InputError, match=message):
            chosen_backend(SkipgramOptions(backend="numba"), 10, "cpu")
    finally:
        monkeypatch.undo()
        numba_missing.cache_clear()


def test_compiling_is_shown_once(tmp_path, monkeypatch) -> None:
    shown = []

    def show(title: str):
        return lambda done, total, *, unit, loss=None: shown.append((title, done, total))

    monkeypatch.setattr(compiling, "is_warm", lambda package: False)
    compile_kernel(show)
    assert [done for _, done, _ in shown] == [0, 1]
    assert "once on this machine" in shown[0][0]
    monkeypatch.undo()
    compile_kernel(show)
    assert len(shown) == 2


PROGRAM = """
import sys, time
import numpy as np
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.skipgram import train_skipgram

def trained(seed=1):
    ids = np.random.default_rng(0).integers(0, 20, 4000).astype(np.int32)
    tokens = TokenArray(ids, np.arange(0, 4000, 20), 4000)
    vocabulary = Vocabulary(tuple(f"w{n}" for n in range(20)), np.bincount(ids, minlength=20))
    options = SkipgramOptions(dimension=8, epochs=1, backend="numba")
    runtime = Runtime(seed=seed, threads=2)
    return train_skipgram(tokens, vocabulary, options, runtime=runtime).input.sum()
"""


def run_program(
    body: str, *, backend: str = "numba", **environment: str
) -> subprocess.CompletedProcess:
    program = PROGRAM.replace("BACKEND", repr(backend)) + body
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_threads_live_beside_torchs_in_workers_and_in_python_threads() -> None:
    body = """
import torch
a = torch.randn(500, 500); (a @ a).sum()  # torch's threads first
alone = trained()
(a @ a).sum()
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(3) as pool:
    assert set(pool.map(trained, [1, 1, 1])) == {alone}
from loky import get_reusable_executor
assert set(get_reusable_executor(2).map(trained, [1, 1])) == {alone}
from distributed import Client
threads = {"processes": False, "n_workers": 1, "threads_per_worker": 2}
with Client(**threads, dashboard_address=None) as client:
    assert set(client.gather(client.map(trained, [1, 1], pure=False))) == {alone}
(a @ a).sum()
print("fine")
"""
    done = run_program(body)
    assert done.stdout.strip() == "fine", done.stderr


def test_torch_is_not_loaded_for_it_and_has_all_its_threads_where_it_comes_later() -> None:
    body = """
import sys
alone = trained()
assert "torch" not in sys.modules
import torch
most = torch.get_num_threads()
assert trained() == alone
assert torch.get_num_threads() == most
torch.set_num_threads(1)
trained()
assert torch.get_num_threads() == 1
print("fine")
"""
    done = run_program(body)
    assert done.stdout.strip() == "fine", done.stderr


def test_a_fork_behind_the_kernel_is_refused_and_one_before_it_is_fine() -> None:
    body = """
import multiprocessing
fork = multiprocessing.get_context("fork")
def child(queue):
    try:
        queue.put(float(trained()))
    except Exception as error:
        queue.put(str(error))
def forked():
    queue = fork.Queue()
    process = fork.Process(target=child, args=(queue,)); process.start()
    found = queue.get(timeout=60); process.join(); return found
assert isinstance(forked(), float)
trained()
print(forked())
"""
    done = run_program(body)
    assert "forked from one that had trained with it" in done.stdout, done.stderr


def test_a_folder_that_cannot_be_written_is_said_once_and_code_is_compiled_anew(tmp_path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    body = """
from compare.word2vec.kernel.draws import below, random_bits
assert random_bits(np.uint64(1), 2) == random_bits(np.uint64(1), 2)
assert below(np.uint64(1), 2, 1) == 0
print("fine")
"""
    done = run_program(body, NUMBA_CACHE_DIR=str(blocked))
    assert done.stdout.strip() == "fine", done.stderr
    assert done.stderr.count("compiled code cannot be kept") == 1
    assert "set NUMBA_CACHE_DIR to a folder that can be written" in done.stderr


@pytest.mark.slow
def test_damaged_compiled_code_is_compiled_anew(tmp_path) -> None:
    compile_kernel(quiet)
    warm = compiling.folder(KERNEL)
    assert warm is not None
    here = tmp_path / warm.name
    shutil.copytree(warm, here)
    damaged = list(here.rglob("draws.prepare*"))  # all are read alike; others compile longer
    assert len(damaged) >= 2
    for number, path in enumerate(sorted(damaged)):
        path.write_bytes(path.read_bytes()[:100] if number % 2 else b"")
    done = run_program("trained(); print('fine')", NUMBA_CACHE_DIR=str(tmp_path))
    assert done.stdout.strip() == "fine", done.stderr
    again = list(here.rglob("draws.prepare*"))
    assert all(path.stat().st_size > 100 for path in again if path.suffix == ".nbi")


def test_vocabularies_of_one_word_and_tables_of_odd_sizes() -> None:
    tokens = TokenArray(np.zeros(500, dtype=np.int32), np.arange(0, 500, 10), 500)
    vocabulary = Vocabulary(("a",), np.array([500]))
    for dimension in (2, 15, 16, 17, 31, 33):
        options = SkipgramOptions(dimension=dimension, epochs=1, backend="numba", subsample=0)
        tables = train_skipgram(tokens, vocabulary, options, runtime=Runtime(seed=1))
        assert tables.input.shape == (1, dimension)
        assert np.isfinite(tables.input).all()
    assert aligned(5).ctypes.data % 4096 == 0
