"""Next-token training: the loop that shapes the embedding table.

Linear warm-up and cosine decay of the learning rate (:mod:`compare.llm.schedule`), one clipped
AdamW step after the other (:mod:`compare.llm.steps`), and a validation loss on held-out text now
and then. A checkpoint holds all that a resumed run needs to end with the same weights as an
unbroken one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.checkpoints import Cadence, resumed
from compare.llm.checked_ids import CheckedIds
from compare.llm.distributed import check_agreement, rank
from compare.llm.gpt import GPT
from compare.llm.options import GPTOptions, TrainingOptions, TrainingPoint
from compare.llm.schedule import snapshot_steps
from compare.llm.steps import GPTSteps
from compare.runtime import Runtime
from compare.waiting import warn_where_threads_spin


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
    tokens_planned : int
        Those that would have been, without an early stop.
    epochs : float
        Passes over the rows of the text.
    """

    model: GPT
    history: tuple[TrainingPoint, ...]
    tokens_seen: int
    tokens_planned: int
    epochs: float


def train_gpt(
    training: np.ndarray,
    validation: np.ndarray,
    vocabulary_size: int,
    options: GPTOptions,
    training_options: TrainingOptions,
    *,
    end_id: int | None = None,
    n_validation_bytes: int = 0,
    runtime: Runtime,
) -> TrainedGPT:
    """Train a GPT on token ids.

    Where several processes have joined (:mod:`compare.llm.distributed`), all of them call this with
    the same arguments; the first one alone writes, keeps snapshots and shows progress, and all
    read the checkpoint.

    Parameters
    ----------
    training, validation : ndarray of int, shape (n_tokens,)
        May be memory-mapped. A validation text of less than two tokens gives NaN losses.
    vocabulary_size : int
        Ids are below this.
    end_id : int, optional
        The token that parts documents, across which no attention runs (unless
        ``options.attention_across_documents``); none: nothing parts them.
    n_validation_bytes : int
        Bytes of the validation text, for bits per byte; 0: not known.
    runtime : Runtime
        The seed rules weights, order of rows, dropout and sampled tokens. Snapshots, float32
        (vocabulary_size, dim), are kept after the steps that ``training_options.snapshots`` names.

    Raises
    ------
    InputError
        If an id is outside the vocabulary, the text is shorter than a context, memory would not
        suffice, or the checkpoint belongs to another shape, text or other options.
    TrainingError
        If the loss is not finite.
    """
    warn_where_threads_spin()
    steps = GPTSteps(
        CheckedIds.read(training, vocabulary_size),
        CheckedIds.read(validation, vocabulary_size),
        options,
        training_options,
        seed=runtime.seed,
        device=runtime.device,
        end_id=end_id,
        n_validation_bytes=n_validation_bytes,
    )
    if (saved := resumed(runtime, steps.identity)) is not None:
        steps.restore(saved)
    check_agreement(steps.step)
    is_first = rank() == 0
    kept = snapshot_steps(steps.n_steps, training_options)
    cadence = Cadence(runtime)
    for loss in steps.run():
        if not is_first:
            continue
        runtime.progress(steps.tokens_seen, steps.tokens_planned, unit="tokens", loss=loss)
        if runtime.keep_snapshot is not None and steps.step in kept:
            table = steps.model.token_embedding.weight.detach()
            runtime.keep_snapshot(steps.tokens_seen, table.cpu().numpy().copy())
        cadence.save_if_due(steps.state)
    if steps.best_weights is not None:
        steps.model.load_state_dict(steps.best_weights)
    return TrainedGPT(
        model=steps.model.cpu().eval(),
        history=tuple(steps.history),
        tokens_seen=steps.tokens_seen,
        tokens_planned=steps.tokens_planned,
        epochs=steps.epochs_seen,
    )
