"""Next-token training: the loop that shapes the embedding table.

Linear warm-up and cosine decay of the learning rate (:mod:`compare.llm.schedule`), one clipped
AdamW step after the other (:mod:`compare.llm.steps`), and a validation loss on held-out text now
and then. A checkpoint holds all that a resumed run needs to end with the same weights as an
unbroken one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare.checkpoints import load_checkpoint, save_checkpoint
from compare.llm.checked_ids import CheckedIds
from compare.llm.distributed import check_agreement, rank
from compare.llm.gpt import GPT, GPTOptions
from compare.llm.options import TrainingOptions, TrainingPoint
from compare.llm.schedule import snapshot_steps
from compare.llm.steps import GPTSteps
from compare.progress import Progress, silent

KeepTable = Callable[[int, np.ndarray], None]
"""Takes the tokens seen and a copy of the input table, float32 (vocabulary_size, dim)."""


@dataclass(frozen=True)
class TrainedGPT:
    """A trained model and how it came about.

    Attributes
    ----------
    model : GPT
        In evaluation mode, on the CPU. The last weights; with ``patience``, those of the smallest
        validation loss.
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
    n_validation_bytes: int = 0,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 15.0,
    keep_snapshot: KeepTable | None = None,
    progress: Progress = silent,
) -> TrainedGPT:
    """Train a GPT on token ids.

    Where several processes have joined (:mod:`compare.llm.distributed`), all of them call this with
    the same arguments; the first one alone writes, keeps snapshots and shows progress, and all
    read the checkpoint.

    Parameters
    ----------
    training, validation : ndarray of int, shape (n_tokens,)
        May be memory-mapped. An empty validation text gives NaN losses.
    vocabulary_size : int
        Ids are below this.
    seed : int
        Rules weights, order of rows, dropout and sampled tokens.
    n_validation_bytes : int
        Bytes of the validation text, for bits per byte; 0: not known.
    checkpoint : Path, optional
        Saved to every ``checkpoint_seconds`` (more rarely where saving takes long) and resumed
        from; left to the caller to delete, once the result is safe.
    keep_snapshot : callable, optional
        Called after the steps that ``training_options.snapshots`` names.

    Raises
    ------
    InputError
        If an id is outside the vocabulary, the text is shorter than a context, memory would not
        suffice, or the checkpoint belongs to another shape, text or other options.
    TrainingError
        If the loss is not finite.
    """
    trainer = GPTSteps(
        CheckedIds.read(training, vocabulary_size),
        CheckedIds.read(validation, vocabulary_size),
        options,
        training_options,
        seed=seed,
        device=device,
        n_validation_bytes=n_validation_bytes,
    )
    if checkpoint is not None and checkpoint.exists():
        trainer.restore(load_checkpoint(checkpoint), checkpoint)
    check_agreement(trainer.step)
    is_first = rank() == 0
    kept = snapshot_steps(trainer.n_steps, training_options)
    saved_at, saving_took = time.monotonic(), 0.0
    for loss in trainer.run():
        if not is_first:
            continue
        n_tokens = trainer.n_steps * trainer.tokens_per_step
        progress(trainer.tokens_seen, n_tokens, unit="tokens", loss=loss)
        if keep_snapshot is not None and trainer.step in kept:
            table = trainer.model.token_embedding.weight.detach()
            keep_snapshot(trainer.tokens_seen, table.cpu().numpy().copy())
        interval = max(checkpoint_seconds, 20 * saving_took)
        if checkpoint is not None and time.monotonic() - saved_at >= interval:
            started = time.monotonic()
            save_checkpoint(checkpoint, trainer.state())
            saved_at = time.monotonic()
            saving_took = saved_at - started
    if trainer.best_weights is not None:
        trainer.model.load_state_dict(trainer.best_weights)
    return TrainedGPT(
        model=trainer.model.cpu().eval(),
        history=tuple(trainer.history),
        tokens_seen=trainer.tokens_seen,
    )
