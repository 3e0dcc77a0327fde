"""One step of next-token training after the other, in a state that can be saved and restored.

AdamW (Loshchilov & Hutter 2019) on the matrices' and tables' gradients, clipped by their common
length. Which rows a step takes says :mod:`compare.llm.epochs`. They may be taken in parts, one
after the other (accumulation) or by several processes; each part's gradient is weighted by its
rows, so that the step is the same.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch

from compare.errors import InputError, TrainingError
from compare.llm.checked_ids import CheckedIds
from compare.llm.compilation import resolve_compile
from compare.llm.cost import block_flops_per_token, n_weights, training_bytes
from compare.llm.distributed import (
    n_processes,
    n_processes_here,
    rank,
    sum_gradients,
    sum_over_processes,
)
from compare.llm.documents import document_mask
from compare.llm.epochs import Epochs
from compare.llm.gpt import untrained_gpt
from compare.llm.held_out import bits_per_byte, held_out_rows, mean_loss, perplexity
from compare.llm.loss import TokenSampler, output_cross_entropy, sampled_cross_entropy
from compare.llm.options import GPTOptions, TrainingOptions, TrainingPoint
from compare.llm.schedule import is_validated, learning_rate_at, snapshot_steps
from compare.llm.windows import SlidingWindows
from compare.machine import require_memory, resolve_precision


class GPTSteps:
    """Model, optimizer, and where training stands.

    Parameters
    ----------
    training, validation : CheckedIds
    options : GPTOptions
    training_options : TrainingOptions
    seed : int
    device : str
    end_id : int, optional
        The token that parts documents; none: nothing does.
    n_validation_bytes : int
        Bytes of the validation text; 0 if not known.

    Raises
    ------
    InputError
        If the text is shorter than a context, memory would not suffice, rows are fewer than the
        parts they are taken in, or early stopping was asked for without held-out text.
    """

    def __init__(
        self,
        training: CheckedIds,
        validation: CheckedIds,
        options: GPTOptions,
        training_options: TrainingOptions,
        *,
        seed: int,
        device: str,
        end_id: int | None = None,
        n_validation_bytes: int = 0,
    ) -> None:
        self.options, self.seed, self.device = training_options, seed, device
        vocabulary_size = len(training.counts)
        self.windows = SlidingWindows(
            training.ids, options.context, training_options.stride or options.context
        )
        if training_options.patience is not None and len(validation.ids) <= options.context:
            raise InputError(
                f"patience needs held-out text of more than {options.context} tokens; "
                f"found {len(validation.ids)}: raise corpus.validation_fraction"
            )
        self.validation = held_out_rows(validation.ids, options.context)
        self.bytes_per_token = n_validation_bytes / max(len(validation.ids) - 1, 1)
        self.batch_size = min(training_options.batch_size, len(self.windows))
        is_parted = options.layers > 0 and not options.attention_across_documents
        self.end_id = end_id if is_parted else None
        self.n_parts = training_options.accumulation * n_processes()
        if self.batch_size < self.n_parts:
            raise InputError(
                f"a step has {self.batch_size} rows, and {training_options.accumulation} parts in "
                f"{n_processes()} processes need at least {self.n_parts}: raise "
                "batch_size, or lower accumulation"
            )
        self.plan = Epochs(len(self.windows), self.batch_size, training_options.epochs)
        self.n_steps = self.plan.n_steps
        self.tokens_planned = self.plan.n_planned * options.context
        # Processes of one machine share its memory; a GPU is mostly one process's own.
        n_sharing = n_processes_here() if torch.device(device).type == "cpu" else 1
        require_memory(
            n_sharing
            * training_bytes(
                options, training_options, vocabulary_size, n_parts=self.n_parts, device=device
            ),
            f"training a GPT of {n_weights(options, vocabulary_size):,} weights on "
            f"{training_options.batch_size:,} rows of {options.context:,} tokens",
            "lower batch_size or raise accumulation, or make the model smaller "
            "(layers, dimension, context, tokenizer.vocabulary_size)",
            device=device,
        )
        self.precision = resolve_precision(training_options.precision, device)
        block_flops = block_flops_per_token(options) * self.tokens_planned
        self.is_compiled = resolve_compile(training_options.compile, block_flops, device)

        self.model = untrained_gpt(options, vocabulary_size, seed=seed).to(device).train()
        self.model.token_counts = training.counts
        self.hidden = (
            torch.compile(self.model.hidden, dynamic=False)
            if self.is_compiled
            else self.model.hidden
        )
        self.sampler = TokenSampler.of_counts(training.counts)
        self.optimizer = self._adamw()
        self.step = 0
        self.seconds = 0.0
        self.loss_sum, self.n_losses = 0.0, 0
        self.history: list[TrainingPoint] = []
        self.best_loss, self.n_not_better = math.inf, 0
        self.best_weights: dict[str, torch.Tensor] | None = None
        self.identity = {
            **options.model_dump(mode="json"),
            **training_options.model_dump(mode="json"),
            "seed": seed,
            "vocabulary size": vocabulary_size,
            "training text": training.digest,
            "validation text": validation.digest,
            "precision": self.precision,
            "compile": self.is_compiled,
            "end of documents": self.end_id,
            "processes": n_processes(),
        }

    def _adamw(self) -> torch.optim.AdamW:
        named = list(self.model.named_parameters())
        matrices = [p for n, p in named if _decays(n, p)]
        others = [p for n, p in named if not _decays(n, p)]
        groups = [
            {"params": matrices, "weight_decay": self.options.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(
            [group for group in groups if group["params"]],
            lr=self.options.learning_rate,
            betas=(0.9, 0.95),
            fused=True,
        )

    @property
    def tokens_seen(self) -> int:
        """Prediction tasks trained on."""
        return self.plan.rows_before(self.step) * self.model.options.context

    @property
    def epochs_seen(self) -> float:
        """Passes over the rows of the text."""
        return self.plan.rows_before(self.step) / len(self.windows)

    @property
    def is_done(self) -> bool:
        """Say whether all steps are behind us, or training stopped early."""
        patience = self.options.patience
        return self.step >= self.n_steps or (patience is not None and self.n_not_better >= patience)

    def state(self) -> dict[str, Any]:
        """Give all that :meth:`restore` needs; tensors are not copied."""
        return {
            "identity": self.identity,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "sums": [self.loss_sum, self.n_losses, self.seconds],
            "best": [self.best_loss, self.n_not_better],
            "best weights": self.best_weights,
            "history": [list(point) for point in self.history],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state of the same training."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.loss_sum, self.n_losses, self.seconds = state["sums"]
        self.best_loss, self.n_not_better = state["best"]
        self.best_weights = state["best weights"]
        self.history = [TrainingPoint(*point) for point in state["history"]]

    def run(self) -> Iterator[float]:
        """Train; yields the mean loss of late every few steps, when the state may be saved."""
        numbers = self.row_numbers()
        kept = snapshot_steps(self.n_steps, self.options)
        while not self.is_done:
            started = time.perf_counter()
            self.take_step(next(numbers))
            self.step += 1
            self.seconds += time.perf_counter() - started
            if is_validated(self.step, self.n_steps, self.options):
                self._note()
                yield self.history[-1].training_loss
            elif self.step % 10 == 0 or self.step in kept:
                yield self.loss_sum / self.n_losses

    def row_numbers(self) -> Iterator[np.ndarray]:
        """Give each step's rows from here on."""
        return self.plan.numbers(self.seed, first_step=self.step)

    def take_step(self, numbers: np.ndarray) -> float:
        """Take one optimizer step on the rows of these numbers; returns their loss, in nats."""
        rate = learning_rate_at(self.step, self.n_steps, self.options)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = torch.zeros((), device=self.device)
        drawn = self._drawn_tokens()
        first = rank() * self.options.accumulation
        parts = np.array_split(numbers, self.n_parts)
        for part in range(first, first + self.options.accumulation):
            if not len(parts[part]):  # a step may have a row less than the batch
                continue
            inputs, targets = self.windows.rows(parts[part])
            with self._dropout_seeded(part), self._autocast():
                part_loss = self._loss(inputs, targets, drawn) * (len(inputs) / len(numbers))
            part_loss.backward()  # type: ignore[no-untyped-call]
            loss += part_loss.detach()
        sum_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.options.clip_norm)
        self.optimizer.step()
        value = float(sum_over_processes(loss))
        if not math.isfinite(value):
            raise TrainingError(
                f"the loss is not finite at step {self.step + 1} of {self.n_steps}; "
                f"lower learning_rate (now {self.options.learning_rate})"
            )
        self.loss_sum += value
        self.n_losses += 1
        return value

    def _loss(
        self,
        inputs: torch.Tensor,
        targets: torch.Tensor,
        drawn: tuple[torch.Tensor, torch.Tensor] | None,
    ) -> torch.Tensor:
        hidden = self._hidden(inputs).flatten(0, 1)  # (rows · time, dim)
        aim = targets.to(self.device).flatten()
        if drawn is None:
            return output_cross_entropy(hidden, self.model.output.weight, aim)
        return sampled_cross_entropy(hidden, self.model.output.weight, aim, drawn)

    def _hidden(self, inputs: torch.Tensor) -> torch.Tensor:
        """Compute what the output layer reads; compiled, it is for one number of rows alone."""
        n_rows = len(inputs)
        if self.is_compiled:  # empty rows are filled up: nothing is taken from them
            most = -(-self.plan.largest_step // self.n_parts)
            inputs = torch.nn.functional.pad(inputs, (0, 0, 0, most - n_rows))
        inputs = inputs.to(self.device)
        hidden: torch.Tensor = self.hidden(inputs, document_mask(inputs, self.end_id))
        return hidden[:n_rows]

    def _drawn_tokens(self) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Draw the tokens of the sampled softmax from (seed, step), the same for all parts."""
        if self.options.sampled_softmax is None:
            return None
        rng = np.random.default_rng([self.seed, self.step, _DRAWS])
        ids, expected = self.sampler.draw(self.options.sampled_softmax, rng)
        return ids.to(self.device), expected.to(self.device)

    def _autocast(self) -> AbstractContextManager[Any]:
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16)

    def _dropout_seeded(self, part: int) -> AbstractContextManager[Any]:
        """Draw dropout from (seed, step, part), leaving the global generator as it was."""
        if self.model.options.dropout == 0:
            return nullcontext()
        words = np.random.SeedSequence([self.seed, self.step, part]).generate_state(1)
        return _SeededFork(int(words[0]), self.device)

    def _note(self) -> None:
        """Write a line of the training curve; remember the weights if they are the best so far."""
        loss = math.nan
        if self.validation is not None:
            n_rows = max(1, self.batch_size // self.n_parts)  # as many as training holds at once
            loss = mean_loss(
                self.model,
                self.validation,
                batch_size=n_rows,
                device=self.device,
                end_id=self.end_id,
            )
        self.history.append(
            TrainingPoint(
                step=self.step,
                tokens=self.tokens_seen,
                training_loss=self.loss_sum / self.n_losses,
                validation_loss=loss,
                validation_perplexity=perplexity(loss),
                validation_bits_per_byte=bits_per_byte(loss, self.bytes_per_token),
                seconds=self.seconds,
            )
        )
        self.loss_sum, self.n_losses = 0.0, 0
        if self.options.patience is None:
            return
        if loss < self.best_loss:
            self.best_loss, self.n_not_better = loss, 0
            self.best_weights = {n: w.cpu().clone() for n, w in self.model.state_dict().items()}
        else:
            self.n_not_better += 1


_DRAWS = 1 << 40
"""Keeps the draws of the sampled softmax apart from those of dropout."""


class _SeededFork:
    """A scope in which torch's generators are seeded, and put back afterwards."""

    def __init__(self, seed: int, device: str) -> None:
        self.seed = seed
        one = torch.device(device)
        self.fork = torch.random.fork_rng(devices=[one] if one.type == "cuda" else [])

    def __enter__(self) -> None:
        self.fork.__enter__()
        torch.manual_seed(self.seed)

    def __exit__(self, *error: Any) -> None:
        self.fork.__exit__(*error)


def _decays(name: str, parameter: torch.nn.Parameter) -> bool:
    """Decay the matrices of the blocks; the embedding tables are what is measured, left alone."""
    return parameter.ndim == 2 and name.startswith("blocks.")
