"""Next-token training: the loop that shapes the embedding table.

AdamW (Loshchilov & Hutter 2019) with linear warm-up and cosine decay of the learning rate,
gradient clipping, and a validation loss on held-out text. A checkpoint holds all that a resumed
run needs to end with the same weights as an unbroken one.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field

from compare.errors import InputError, TrainingError
from compare.llm.gpt import GPT, GPTOptions, untrained_gpt
from compare.llm.windows import SlidingWindows, batches
from compare.precision import Precision, resolve_precision
from compare.progress import Progress, silent
from compare.storage import content_key, load_checkpoint, save_checkpoint


class TrainingOptions(BaseModel):
    """How the model is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    epochs: float = Field(
        default=1.0, gt=0, le=1e6, description="passes over the training tokens; may be a fraction"
    )
    batch_size: int = Field(
        default=32, ge=1, le=1_000_000, description="rows of `context` tokens in a step"
    )
    stride: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000_000,
        description="tokens between the starts of two rows; none: the context, no overlap",
    )
    learning_rate: float = Field(default=3e-3, gt=0, lt=10, description="AdamW's largest step size")
    min_learning_rate_fraction: float = Field(
        default=0.1, ge=0, le=1, description="share of the learning rate that the cosine ends at"
    )
    warmup_fraction: float = Field(
        default=0.05, ge=0, lt=1, description="share of the steps in which the rate rises from 0"
    )
    weight_decay: float = Field(
        default=0.1, ge=0, description="AdamW's decay, of matrices only (not of tables or norms)"
    )
    clip_norm: float = Field(
        default=1.0, gt=0, description="gradients are scaled down to this global length"
    )
    precision: Precision = Field(
        default="auto",
        description="'bfloat16' multiplies matrices at half precision (autocast); 'auto' does so "
        "where the processor has instructions for it",
    )
    validations: int = Field(
        default=8, ge=1, description="how often the validation loss is taken, evenly spread"
    )


class TrainingPoint(NamedTuple):
    """One line of the training curve; losses in nats a token, smaller is better."""

    step: int
    tokens: int
    training_loss: float
    validation_loss: float
    seconds: float


@dataclass(frozen=True)
class TrainedGPT:
    """A trained model and how it came about.

    Attributes
    ----------
    model : GPT
        In evaluation mode, on the CPU.
    history : tuple of TrainingPoint
    tokens_seen : int
        Prediction tasks trained on.
    """

    model: GPT
    history: tuple[TrainingPoint, ...]
    tokens_seen: int


def train_gpt(
    training: np.ndarray,
    validation: np.ndarray,
    vocabulary_size: int,
    options: GPTOptions,
    training_options: TrainingOptions,
    *,
    seed: int,
    device: str = "cpu",
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 15.0,
    progress: Progress = silent,
) -> TrainedGPT:
    """Train a GPT on token ids.

    Parameters
    ----------
    training, validation : ndarray of int, shape (n_tokens,)
        May be memory-mapped. An empty validation text gives NaN losses.
    vocabulary_size : int
        Ids are below this.
    seed : int
        Rules weights, order of rows and dropout.
    checkpoint : Path, optional
        Saved to every ``checkpoint_seconds``, resumed from, deleted at the end.

    Raises
    ------
    InputError
        If the text is shorter than a context, or the checkpoint belongs to another training.
    TrainingError
        If the loss is not finite.
    """
    trainer = _Trainer(
        training, validation, vocabulary_size, options, training_options, seed=seed, device=device
    )
    if checkpoint is not None and checkpoint.exists():
        trainer.restore(load_checkpoint(checkpoint), checkpoint)
    saved_at = time.monotonic()
    for loss in trainer.run():
        done = trainer.step * trainer.tokens_per_step
        progress(done, trainer.n_steps * trainer.tokens_per_step, unit="tokens", loss=loss)
        if checkpoint is not None and time.monotonic() - saved_at >= checkpoint_seconds:
            save_checkpoint(checkpoint, trainer.state())
            saved_at = time.monotonic()
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return TrainedGPT(
        model=trainer.model.cpu().eval(),
        history=tuple(trainer.history),
        tokens_seen=trainer.n_steps * trainer.tokens_per_step,
    )


def learning_rate_at(step: int, n_steps: int, options: TrainingOptions) -> float:
    """Compute the learning rate of a step (from 0): linear warm-up, then half a cosine.

    >>> options = TrainingOptions(learning_rate=1.0, warmup_fraction=0.1)
    >>> [round(learning_rate_at(step, 100, options), 2) for step in (0, 9, 10, 99)]
    [0.1, 1.0, 1.0, 0.1]
    """
    n_warmup = round(n_steps * options.warmup_fraction)
    if step < n_warmup:
        return options.learning_rate * (step + 1) / n_warmup
    fraction = (step - n_warmup) / max(n_steps - n_warmup, 1)
    low = options.min_learning_rate_fraction
    return options.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * fraction)))


@torch.no_grad()
def mean_loss(
    model: GPT, windows: SlidingWindows, *, batch_size: int, device: str, max_rows: int = 256
) -> float:
    """Compute the mean next-token loss over rows spread evenly over a text, in nats."""
    was_training = model.training
    model.eval()
    rows = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), max_rows)).astype(int))
    total = 0.0
    for start in range(0, len(rows), batch_size):
        inputs, targets = windows.rows(rows[start : start + batch_size])
        total += float(model.loss(inputs.to(device), targets.to(device))) * len(inputs)
    model.train(was_training)
    return total / len(rows)


class _Trainer:
    """Model, optimizer, and where training stands."""

    def __init__(
        self,
        training: np.ndarray,
        validation: np.ndarray,
        vocabulary_size: int,
        options: GPTOptions,
        training_options: TrainingOptions,
        *,
        seed: int,
        device: str,
    ) -> None:
        self.options, self.seed, self.device = training_options, seed, device
        self.precision = resolve_precision(training_options.precision, device)
        stride = training_options.stride or options.context
        self.windows = SlidingWindows(training, options.context, stride)
        self.validation = (
            SlidingWindows(validation, options.context, options.context)
            if len(validation) > options.context
            else None
        )
        self.model = untrained_gpt(options, vocabulary_size, seed=seed).to(device).train()
        matrices = [p for n, p in self.model.named_parameters() if _decays(n, p)]
        others = [p for n, p in self.model.named_parameters() if not _decays(n, p)]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": training_options.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=training_options.learning_rate,
            betas=(0.9, 0.95),
            fused=True,
        )
        batch_size = min(training_options.batch_size, len(self.windows))
        self.batch_size = batch_size
        self.steps_per_epoch = len(self.windows) // batch_size
        self.n_steps = max(1, round(self.steps_per_epoch * training_options.epochs))
        self.tokens_per_step = batch_size * options.context
        self.step = 0
        self.seconds = 0.0
        self.loss_sum, self.n_losses = 0.0, 0
        self.history: list[TrainingPoint] = []
        self.key = content_key(
            options.model_dump(),
            training_options.model_dump(),
            seed,
            vocabulary_size,
            [len(training), int(np.asarray(training[:100_000], dtype=np.int64).sum())],
        )

    def state(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "model": self.model.state_dict(),
            "optimizer": copy.deepcopy(self.optimizer.state_dict()),
            "step": self.step,
            "sums": [self.loss_sum, self.n_losses, self.seconds],
            "history": [list(point) for point in self.history],
        }

    def restore(self, state: dict[str, Any], path: Path) -> None:
        if state.get("key") != self.key:
            raise InputError(
                f"checkpoint {path} was made with other options, another seed or another text; "
                "delete it to start afresh"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.loss_sum, self.n_losses, self.seconds = state["sums"]
        self.history = [TrainingPoint(*point) for point in state["history"]]

    def run(self) -> Iterator[float]:
        """Train; yields the mean loss of late every few steps, when the state may be saved."""
        validate_every = max(1, -(-self.n_steps // self.options.validations))
        batch_stream = self._batches_from(self.step)
        while self.step < self.n_steps:
            started = time.perf_counter()
            self._take_step(*next(batch_stream))
            self.step += 1
            self.seconds += time.perf_counter() - started
            if self.step % validate_every == 0 or self.step == self.n_steps:
                self._note()
                yield self.history[-1].training_loss
            elif self.step % 10 == 0:
                yield self.loss_sum / self.n_losses

    def _batches_from(self, step: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Give the batches from a step on; the order of an epoch hangs on its number alone."""
        epoch, skip = divmod(step, self.steps_per_epoch)
        while True:
            rng = np.random.default_rng([self.seed, epoch])
            epoch_batches = batches(
                self.windows, batch_size=self.batch_size, shuffle=True, drop_last=True, rng=rng
            )
            for number, batch in enumerate(epoch_batches):
                if number >= skip:
                    yield batch
            epoch, skip = epoch + 1, 0

    def _take_step(self, inputs: torch.Tensor, targets: torch.Tensor) -> None:
        rate = learning_rate_at(self.step, self.n_steps, self.options)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with self._dropout_seeded(), self._autocast():
            loss = self.model.loss(inputs.to(self.device), targets.to(self.device))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.options.clip_norm)
        self.optimizer.step()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"the loss is not finite at step {self.step + 1} of {self.n_steps}; "
                f"lower learning_rate (now {self.options.learning_rate})"
            )
        self.loss_sum += value
        self.n_losses += 1

    def _autocast(self) -> AbstractContextManager[Any]:
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16)

    def _dropout_seeded(self) -> AbstractContextManager[Any]:
        """Draw dropout from (seed, step), leaving the global generator as it was."""
        if self.model.options.dropout == 0:
            return nullcontext()
        return _SeededFork(int(np.random.SeedSequence([self.seed, self.step]).generate_state(1)[0]))

    def _note(self) -> None:
        validation_loss = (
            mean_loss(self.model, self.validation, batch_size=self.batch_size, device=self.device)
            if self.validation
            else float("nan")
        )
        self.history.append(
            TrainingPoint(
                step=self.step,
                tokens=self.step * self.tokens_per_step,
                training_loss=self.loss_sum / self.n_losses,
                validation_loss=validation_loss,
                seconds=self.seconds,
            )
        )
        self.loss_sum, self.n_losses = 0.0, 0


class _SeededFork:
    """A scope in which torch's generators are seeded, and put back afterwards."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.fork = torch.random.fork_rng()

    def __enter__(self) -> None:
        self.fork.__enter__()
        torch.manual_seed(self.seed)

    def __exit__(self, *error: Any) -> None:
        self.fork.__exit__(*error)


def _decays(name: str, parameter: torch.nn.Parameter) -> bool:
    """Decay the matrices of the blocks; the embedding tables are what is measured, left alone."""
    return parameter.ndim == 2 and name.startswith("blocks.")
