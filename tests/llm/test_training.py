from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from compare.checkpoints import resumed, save_checkpoint
from compare.errors import InputError, TrainingError
from compare.llm.checked_ids import CheckedIds
from compare.llm.cost import n_weights, training_bytes
from compare.llm.gpt import GPT
from compare.llm.held_out import mean_loss
from compare.llm.options import GPTOptions, GPTTrainerOptions, TrainingOptions
from compare.llm.schedule import learning_rate_at
from compare.llm.steps import GPTSteps
from compare.llm.training import train_gpt
from compare.llm.windows import SlidingWindows
from compare.runtime import Runtime

SHAPE = GPTOptions(layers=1, heads=2, dimension=16, context=8)
OPTIONS = TrainingOptions(
    epochs=4, batch_size=4, learning_rate=1e-2, validations=3, precision="float32"
)


def cyclic_text(n_tokens: int = 600, period: int = 7) -> np.ndarray:
    """A text whose next token is certain."""
    return (np.arange(n_tokens) % period).astype(np.int32)


def train(
    options: TrainingOptions = OPTIONS,
    shape: GPTOptions = SHAPE,
    *,
    n_validation_bytes: int = 0,
    **more,
):
    texts = (cyclic_text(), cyclic_text(100))
    return train_gpt(
        *texts,
        7,
        shape,
        options,
        n_validation_bytes=n_validation_bytes,
        runtime=Runtime(seed=1, **more),
    )


def weights(model: GPT) -> bytes:
    return b"".join(p.detach().numpy().tobytes() for p in model.parameters())


def test_a_certain_text_is_learned() -> None:
    trained = train()
    last = trained.history[-1]
    assert trained.history[0].validation_loss > last.validation_loss
    assert last.validation_loss < 0.2 < np.log(7)
    assert trained.tokens_seen == last.tokens
    assert not trained.model.training


def test_same_seed_same_bits() -> None:
    assert weights(train().model) == weights(train().model)


def interrupting(n_calls: int):
    """A progress display during which Ctrl-C is pressed."""
    calls = 0

    def interrupt(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        nonlocal calls
        calls += 1
        if calls == n_calls:
            raise KeyboardInterrupt

    return interrupt


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(
    tmp_path: Path, dropout: float
) -> None:
    shape = SHAPE.model_copy(update={"dropout": dropout})
    whole = train(shape=shape)
    more = {"checkpoint": tmp_path / "state.pt", "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        train(shape=shape, progress=interrupting(4), **more)
    resumed = train(shape=shape, **more)
    assert weights(resumed.model) == weights(whole.model)
    assert [p.validation_loss for p in resumed.history] == [
        p.validation_loss for p in whole.history
    ]
    assert (tmp_path / "state.pt").exists()  # the caller deletes it, once the result is safe


def test_a_checkpoint_of_other_options_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    save_checkpoint(path, {"key": "of something else"})
    with pytest.raises(InputError, match="delete it to start afresh"):
        train(checkpoint=path)


def test_nothing_global_is_seeded() -> None:
    torch.manual_seed(0)
    before = torch.random.get_rng_state()
    train(shape=SHAPE.model_copy(update={"dropout": 0.1}))
    assert torch.equal(before, torch.random.get_rng_state())


def test_learning_rate_rises_then_falls_along_a_cosine() -> None:
    options = TrainingOptions(
        learning_rate=2.0, warmup_fraction=0.25, min_learning_rate_fraction=0.1
    )
    rates = [learning_rate_at(step, 40, options) for step in range(40)]
    np.testing.assert_allclose(rates[:10], np.linspace(0.2, 2.0, 10))
    assert (np.diff(rates[10:]) < 0).all()
    assert rates[25] == pytest.approx(2.0 * (0.1 + 0.9 * 0.5))  # half way down
    assert rates[-1] == pytest.approx(0.2, abs=0.02)


def test_mean_loss_equals_the_definition() -> None:
    trained = train()
    windows = SlidingWindows(cyclic_text(100), 8, 8)
    losses = []
    for row in range(len(windows)):
        inputs, targets = windows.rows(np.array([row]))
        logits = trained.model(inputs)[0]
        of_row = torch.nn.functional.cross_entropy(logits, targets[0], reduction="none").tolist()
        losses += of_row if row < 12 else of_row[-3:]  # 99 targets: twelve rows, and three more
    assert len(losses) == 99
    found = mean_loss(trained.model, windows, batch_size=3, device="cpu")
    assert found == pytest.approx(np.mean(losses), rel=1e-5)


def test_every_row_is_seen_once_an_epoch() -> None:
    options = OPTIONS.model_copy(update={"epochs": 1.0, "batch_size": 1})
    trained = train(options)
    assert trained.tokens_seen == len(SlidingWindows(cyclic_text(), 8, 8)) * 8


def test_what_was_seen_is_what_is_told() -> None:
    """75 rows: a batch of 40 takes them in two steps, and a fifth of an epoch is 15 rows."""
    options = OPTIONS.model_copy(update={"epochs": 1.2, "batch_size": 40})
    trained = train(options)
    assert trained.tokens_seen == trained.tokens_planned == (75 + 15) * 8
    assert trained.epochs == 90 / 75
    assert trained.history[-1].step == 3
    assert trained.model.token_counts.tolist() == np.bincount(cyclic_text()).tolist()


def test_steps_with_fewer_rows_than_parts_are_taken_too() -> None:
    text = cyclic_text(41)  # five rows, in steps of two and three
    options = OPTIONS.model_copy(update={"epochs": 3.0})
    one, four = (
        train_gpt(text, text, 7, SHAPE, more, runtime=Runtime(seed=1))
        for more in (options, options.model_copy(update={"accumulation": 4}))
    )
    for ours, theirs in zip(one.history, four.history, strict=True):
        assert ours.training_loss == pytest.approx(theirs.training_loss, abs=1e-5)


def parted_text() -> np.ndarray:
    """Documents of 3 to 6 tokens, 0 before and behind each."""
    rng = np.random.default_rng(0)
    documents = [rng.integers(1, 7, rng.integers(3, 7)) for _ in range(40)]
    return np.concatenate([[0], *(np.append(one, 0) for one in documents)]).astype(np.int32)


@pytest.mark.parametrize("positions", ["learned", "rotary"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_attention_stays_within_documents_unless_asked(positions: str, precision: str) -> None:
    def trained(across: bool, end_id: int | None):
        shape = SHAPE.model_copy(
            update={"attention_across_documents": across, "positions": positions}
        )
        text = parted_text()
        options = OPTIONS.model_copy(update={"epochs": 0.5, "precision": precision})
        made = train_gpt(text, text, 7, shape, options, end_id=end_id, runtime=Runtime(seed=1))
        return weights(made.model)

    within, across = trained(False, 0), trained(True, 0)
    assert within != across == trained(True, None) == trained(False, None)
    assert within == trained(False, 0)


def test_the_validation_loss_stays_within_documents() -> None:
    """A document that is read behind others loses what it loses by itself."""
    model = train(shape=SHAPE.model_copy(update={"positions": "none"})).model
    documents = np.array([[0, 3, 4, 5], [0, 1, 2, 0]])
    rows = SlidingWindows(np.append(documents.flatten(), 0), 8, 8)
    together = mean_loss(model, rows, batch_size=1, device="cpu", end_id=0)
    ids = torch.from_numpy(documents)
    with torch.no_grad():
        logits = [model(row[None])[0] for row in (ids[0], ids[1, :3], ids[1, 3:])]
    targets = torch.tensor([3, 4, 5, 0, 1, 2, 0, 0])
    alone = torch.nn.functional.cross_entropy(torch.cat(logits), targets)
    assert together == pytest.approx(float(alone), rel=1e-5)
    across = mean_loss(model, rows, batch_size=1, device="cpu")
    assert across != pytest.approx(together, rel=1e-4)


def test_a_text_shorter_than_the_context_is_refused() -> None:
    with pytest.raises(InputError, match="context of 8"):
        train_gpt(cyclic_text(8), cyclic_text(8), 7, SHAPE, OPTIONS, runtime=Runtime(seed=1))


def test_short_held_out_text_is_one_short_row_and_is_told(caplog) -> None:
    trained = train_gpt(cyclic_text(), cyclic_text(5), 7, SHAPE, OPTIONS, runtime=Runtime(seed=1))
    ids = torch.from_numpy(cyclic_text(5)).long()
    with torch.no_grad():
        expected = torch.nn.functional.cross_entropy(trained.model(ids[None, :-1])[0], ids[1:])
    last = trained.history[-1]
    assert last.validation_loss == pytest.approx(float(expected), rel=1e-5)
    (told,) = caplog.messages
    assert "has 5 tokens, and a row has 8: the validation loss is that of this one short" in told


@pytest.mark.parametrize("n_tokens", [0, 1])
def test_without_held_out_text_the_validation_loss_is_nan(n_tokens: int, caplog) -> None:
    text = cyclic_text(n_tokens)
    options = OPTIONS.model_copy(update={"epochs": 0.2})
    trained = train_gpt(cyclic_text(), text, 7, SHAPE, options, runtime=Runtime(seed=1))
    last = trained.history[-1]
    assert np.isnan([last.validation_loss, last.validation_perplexity]).all()
    assert np.isnan(last.validation_bits_per_byte)
    (told,) = caplog.messages
    assert f"has {n_tokens} tokens, and a row has 8: there is no validation loss" in told


def test_a_loss_that_is_not_finite_stops_with_the_remedy() -> None:
    texts = CheckedIds.read(cyclic_text(), 7), CheckedIds.read(cyclic_text(100), 7)
    trainer = GPTSteps(*texts, SHAPE, OPTIONS, seed=1, device="cpu")
    with torch.no_grad():
        trainer.model.output.weight[0, 0] = float("nan")
    with pytest.raises(TrainingError, match="learning_rate"):
        next(trainer.run())


def test_bfloat16_trains_too() -> None:
    trained = train(OPTIONS.model_copy(update={"precision": "bfloat16"}))
    assert trained.history[-1].validation_loss < 0.5
    assert all(p.dtype == torch.float32 for p in trained.model.parameters())


def test_accumulation_takes_the_same_steps() -> None:
    options = OPTIONS.model_copy(update={"epochs": 0.5})
    whole = train(options)
    for accumulation in (2, 3):  # of a batch of four rows: parts of 2 and 2, of 2, 1 and 1
        parts = train(options.model_copy(update={"accumulation": accumulation}))
        for ours, theirs in zip(parts.history, whole.history, strict=True):
            assert ours.training_loss == pytest.approx(theirs.training_loss, abs=1e-5)
            assert ours.validation_loss == pytest.approx(theirs.validation_loss, abs=1e-4)


def test_perplexity_and_bits_per_byte_follow_from_the_validation_loss() -> None:
    point = train(n_validation_bytes=250).history[-1]
    assert point.validation_perplexity == pytest.approx(np.exp(point.validation_loss))
    bits = point.validation_loss / np.log(2) * 99 / 250  # 99 tokens predicted, in 250 bytes
    assert point.validation_bits_per_byte == pytest.approx(bits)
    assert np.isnan(train().history[-1].validation_bits_per_byte)


def test_patience_stops_early_and_keeps_the_best_weights() -> None:
    # The validation text holds what the training text never does: its loss only rises, in the end.
    reversed_text = cyclic_text(100)[::-1].copy()
    options = OPTIONS.model_copy(update={"epochs": 8.0, "validations": 20, "patience": 2})
    stopped = train_gpt(cyclic_text(), reversed_text, 7, SHAPE, options, runtime=Runtime(seed=1))
    patient = options.model_copy(update={"patience": 1000})
    to_the_end = train_gpt(cyclic_text(), reversed_text, 7, SHAPE, patient, runtime=Runtime(seed=1))
    losses = [point.validation_loss for point in stopped.history]
    best = int(np.argmin(losses))
    assert len(losses) == best + 3 < 20
    assert stopped.tokens_seen == stopped.history[-1].tokens < to_the_end.tokens_seen
    assert weights(stopped.model) == weights(to_the_end.model)
    windows = SlidingWindows(reversed_text, 8, 8)
    found = mean_loss(stopped.model, windows, batch_size=4, device="cpu")
    assert found == pytest.approx(losses[best], rel=1e-6)


def test_patience_needs_held_out_text() -> None:
    options = OPTIONS.model_copy(update={"patience": 1})
    with pytest.raises(InputError, match="patience needs held-out text"):
        train_gpt(cyclic_text(), cyclic_text(5), 7, SHAPE, options, runtime=Runtime(seed=1))


def test_snapshots_are_the_input_table_on_the_way() -> None:
    kept: dict[int, np.ndarray] = {}
    options = OPTIONS.model_copy(update={"snapshots": (0.1, 0.5)})
    trained = train(options, keep_snapshot=lambda seen, table: kept.update({seen: table}))
    # 75 rows of 8 tokens, four times; 19 steps an epoch, which end behind rows 3, 7, 11, …
    assert list(kept) == [8 * (8 * 75 // 19), 8 * (2 * 75)]
    last = trained.model.token_embedding.weight.detach().numpy()
    early, middle = kept.values()
    assert early.shape == (7, 16)
    assert np.linalg.norm(early - last) > np.linalg.norm(middle - last) > 0
    assert weights(train().model) == weights(trained.model)  # keeping them changes nothing


def test_sampled_softmax_lowers_the_exact_loss_and_is_not_it() -> None:
    options = OPTIONS.model_copy(update={"sampled_softmax": 4})
    trained = train(options)
    assert trained.history[-1].validation_loss < 0.3
    assert weights(trained.model) != weights(train().model)
    assert weights(trained.model) == weights(train(options).model)


ALL_AT_ONCE = {
    "accumulation": 2,
    "patience": 50,
    "sampled_softmax": 5,
    "snapshots": (0.3, 0.6),
    "validations": 6,
}


def test_a_resumed_run_with_every_option_ends_with_the_same_weights(tmp_path: Path) -> None:
    options = OPTIONS.model_copy(update=ALL_AT_ONCE)
    shape = SHAPE.model_copy(update={"dropout": 0.1, "positions": "rotary", "tied": True})
    expected: dict[int, np.ndarray] = {}
    whole = train(options, shape, keep_snapshot=lambda n, t: expected.update({n: t}))
    found: dict[int, np.ndarray] = {}
    more = {
        "checkpoint": tmp_path / "state.pt",
        "checkpoint_seconds": 0.0,
        "keep_snapshot": lambda n, t: found.update({n: t}),
    }
    for stop_after in (2, 5):
        with pytest.raises(KeyboardInterrupt):
            train(options, shape, progress=interrupting(stop_after), **more)
    assert (tmp_path / "state.pt").exists()
    resumed = train(options, shape, **more)
    assert weights(resumed.model) == weights(whole.model)
    assert list(found) == list(expected)
    assert all(np.array_equal(found[n], expected[n]) for n in expected)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"shape": SHAPE.model_copy(update={"dimension": 32})}, r"dimension 16 \(now 32\)"),
        ({"shape": SHAPE.model_copy(update={"positions": "none"})}, "positions learned"),
        ({"vocabulary_size": 9}, r"vocabulary size 7 \(now 9\)"),
        ({"text": cyclic_text(600, period=6)}, "training text"),
        ({"options": OPTIONS.model_copy(update={"accumulation": 2})}, "accumulation 1"),
    ],
)
def test_a_checkpoint_of_another_shape_vocabulary_or_corpus_is_refused(
    tmp_path: Path, change: dict, named: str
) -> None:
    def begin(options=OPTIONS, shape=SHAPE, vocabulary_size=7, text=None) -> GPTSteps:
        text = cyclic_text() if text is None else text
        texts = (CheckedIds.read(part, vocabulary_size) for part in (text, cyclic_text(100)))
        return GPTSteps(*texts, shape, options, seed=1, device="cpu")

    runtime = Runtime(checkpoint=tmp_path / "state")
    save_checkpoint(tmp_path / "state", begin().state())
    saved = resumed(runtime, begin().identity)
    assert saved is not None  # its own is taken
    begin().restore(saved)
    with pytest.raises(InputError, match=named):
        resumed(runtime, begin(**change).identity)


@pytest.mark.parametrize("wrong", [-1, 7, 50_000])
def test_token_ids_outside_the_vocabulary_are_refused(wrong: int) -> None:
    text = cyclic_text()
    text[500] = wrong
    with pytest.raises(InputError, match=rf"from 0 to 6 .* found {wrong:,}"):
        train_gpt(text, cyclic_text(100), 7, SHAPE, OPTIONS, runtime=Runtime(seed=1))
    with pytest.raises(InputError, match="from 0 to 6"):
        train_gpt(cyclic_text(), text, 7, SHAPE, OPTIONS, runtime=Runtime(seed=1))


def test_memory_is_foretold_before_anything_is_made() -> None:
    shape = GPTOptions(layers=1000, heads=1, dimension=100_000, context=8)
    with pytest.raises(
        InputError, match=r"GiB are free on cpu; lower batch_size or raise accumulation"
    ):
        train(shape=shape)


def test_foretold_memory_grows_with_what_takes_it() -> None:
    def gib(options: TrainingOptions = OPTIONS, *, n_parts: int = 1, **shape) -> float:
        big = {"layers": 4, "dimension": 512, "context": 128, "heads": 8, **shape}
        return training_bytes(GPTOptions(**big), options, 50_000, n_parts=n_parts)

    large = OPTIONS.model_copy(update={"batch_size": 512})
    n = n_weights(GPTOptions(layers=4, dimension=512, heads=8, context=128), 50_000)
    assert gib() > 16 * n
    assert gib(large) > 2 * gib()
    assert gib(large, n_parts=512) < gib()
    assert gib(OPTIONS.model_copy(update={"patience": 1})) - gib() == 4 * n
    assert gib(tied=True) < gib()


def test_more_parts_than_rows_are_refused() -> None:
    with pytest.raises(ValidationError, match="accumulation"):
        TrainingOptions(batch_size=4, accumulation=5)
    short = cyclic_text(17)  # two rows of the context, where the batch asks for four
    options = OPTIONS.model_copy(update={"accumulation": 3})
    with pytest.raises(InputError, match="3 parts in 1 processes need at least 3"):
        train_gpt(short, cyclic_text(100), 7, SHAPE, options, runtime=Runtime(seed=1))


def test_a_stride_that_skips_text_is_refused() -> None:
    assert GPTTrainerOptions(context=16, stride=16).stride == 16
    with pytest.raises(ValidationError, match=r"stride \(20\) must be at most the context \(16\)"):
        GPTTrainerOptions(context=16, stride=20)


@pytest.mark.parametrize("snapshots", [(0.5, 0.2), (0.0,), (1.0,), (0.2, 0.2)])
def test_snapshots_are_rising_shares(snapshots: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="rising shares"):
        TrainingOptions(snapshots=snapshots)


def test_bigram_training_finds_the_next_token() -> None:
    shape = GPTOptions(layers=0, dimension=8, heads=1, context=8, positions="none")
    options = OPTIONS.model_copy(update={"learning_rate": 3e-2})
    assert train(options, shape).history[-1].validation_loss < 0.1
