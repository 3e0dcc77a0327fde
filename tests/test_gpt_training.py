from pathlib import Path

import numpy as np
import pytest
import torch

from compare.errors import InputError, TrainingError
from compare.llm import training
from compare.llm.gpt import GPT, GPTOptions
from compare.llm.training import TrainingOptions, learning_rate_at, mean_loss, train_gpt
from compare.llm.windows import SlidingWindows

SHAPE = GPTOptions(layers=1, heads=2, dimension=16, context=8)
OPTIONS = TrainingOptions(
    epochs=4, batch_size=4, learning_rate=1e-2, validations=3, precision="float32"
)


def cyclic_text(n_tokens: int = 600, period: int = 7) -> np.ndarray:
    """A text whose next token is certain."""
    return (np.arange(n_tokens) % period).astype(np.int32)


def train(options: TrainingOptions = OPTIONS, shape: GPTOptions = SHAPE, **more):
    return train_gpt(cyclic_text(), cyclic_text(100), 7, shape, options, seed=1, **more)


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


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(
    tmp_path: Path, dropout: float
) -> None:
    shape = SHAPE.model_copy(update={"dropout": dropout})
    whole = train(shape=shape)
    calls = 0

    def interrupt(done: int, total: int, *, unit: str, loss: float | None = None) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt

    more = {"checkpoint": tmp_path / "state.pt", "checkpoint_seconds": 0.0}
    with pytest.raises(KeyboardInterrupt):
        train(shape=shape, progress=interrupt, **more)
    resumed = train(shape=shape, **more)
    assert weights(resumed.model) == weights(whole.model)
    assert [p.validation_loss for p in resumed.history] == [
        p.validation_loss for p in whole.history
    ]
    assert not (tmp_path / "state.pt").exists()


def test_a_checkpoint_of_other_options_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    training.save_checkpoint(path, {"key": "of something else"})
    with pytest.raises(InputError, match="other options"):
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
        losses += torch.nn.functional.cross_entropy(logits, targets[0], reduction="none").tolist()
    found = mean_loss(trained.model, windows, batch_size=3, device="cpu")
    assert found == pytest.approx(np.mean(losses), rel=1e-5)


def test_every_row_is_seen_once_an_epoch() -> None:
    options = OPTIONS.model_copy(update={"epochs": 1.0, "batch_size": 1})
    trained = train(options)
    assert trained.tokens_seen == len(SlidingWindows(cyclic_text(), 8, 8)) * 8


def test_a_text_shorter_than_the_context_is_refused() -> None:
    with pytest.raises(InputError, match="context of 8"):
        train_gpt(cyclic_text(8), cyclic_text(8), 7, SHAPE, OPTIONS, seed=1)


def test_without_enough_held_out_text_the_validation_loss_is_nan() -> None:
    trained = train_gpt(cyclic_text(), cyclic_text(5), 7, SHAPE, OPTIONS, seed=1)
    assert np.isnan(trained.history[-1].validation_loss)


def test_a_loss_that_is_not_finite_stops_with_the_remedy() -> None:
    trainer = training._Trainer(
        cyclic_text(), cyclic_text(100), 7, SHAPE, OPTIONS, seed=1, device="cpu"
    )
    with torch.no_grad():
        trainer.model.output.weight[0, 0] = float("nan")
    with pytest.raises(TrainingError, match="learning_rate"):
        next(trainer.run())


def test_bfloat16_trains_too() -> None:
    trained = train(OPTIONS.model_copy(update={"precision": "bfloat16"}))
    assert trained.history[-1].validation_loss < 0.5
    assert all(p.dtype == torch.float32 for p in trained.model.parameters())
