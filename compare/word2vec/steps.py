"""One batch of skip-gram after the other, in a state that can be saved and restored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from compare.checkpoints import check_identity
from compare.errors import TrainingError
from compare.machine import require_memory, resolve_precision
from compare.processors import FreeProcessors
from compare.storage import content_key
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.blocks import bands, block_gradient, block_length, half_band_rows, half_bands
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.pairs import check_pairs
from compare.word2vec.row_steps import RowSteps, curvature_along
from compare.word2vec.sampling import NoiseSampler, keep_probability, noise_distribution
from compare.word2vec.tables import EpochLoss

GROUP = 256
"""Consecutive centres that share noise words: the rows of noise that a step moves shrink with it,
and analogies are as good as with 128."""


NOISE = 64
"""Noise words of a group at five a pair, in proportion at more. With fewer, each carries more
weight, the output vectors take more noise up, and analogies suffer; with more, the products cost
more."""


NOISE_CURVATURE = 5.0
"""The noise words of a pair together curve its loss as much as so many: the more there are, the
flatter each is, since trained scores put σ near 1 / (1 + k) there (see ``row_steps.py``)."""


MIN_STEPS = 300
"""A short text gets smaller batches, so that training takes about so many steps at least."""


CHUNK = 1 << 17
"""Words of text that are subsampled and given windows at a time: fewer where the whole training is
short, so that it has about a hundred such stretches, but not less than 32 batches."""


class _Chunk(NamedTuple):
    """A stretch of text after subsampling, cut into batches; the last is padded with word 0."""

    centers: torch.Tensor  # (n_batches, n_words) ids
    contexts: torch.Tensor  # (n_batches, blocks · (L + 2·window)) ids, in and around each block
    noise: torch.Tensor  # (n_batches, groups · n_noise) ids
    left: torch.Tensor  # (n_batches, n_words) words each centre sees to its left
    right: torch.Tensor  # (n_batches, n_words)
    n_kept: int


class SkipgramSteps:
    """The tables and where training stands."""

    def __init__(
        self,
        tokens: TokenArray,
        vocabulary: Vocabulary,
        options: SkipgramOptions,
        *,
        seed: int,
        device: str,
    ) -> None:
        check_pairs(tokens, sentence_borders=options.sentence_borders)
        shape = (len(vocabulary), options.dimension)
        require_memory(
            4 * 3 * shape[0] * shape[1],  # two tables and the draw of the first
            f"training {shape[0]:,} words in {shape[1]:,} dimensions",
            "lower dimension, or raise min_count",
            device=device,
        )
        self.tokens, self.options, self.seed, self.device = tokens, options, seed, device
        counts = vocabulary.counts
        keep = keep_probability(counts, options.subsample)
        self.keep = torch.from_numpy(keep).float().to(device)
        self.noise = NoiseSampler.of(
            noise_distribution(counts, options.noise_exponent), device=device
        )
        precision = resolve_precision(options.precision, device)
        self.product_dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[precision]
        self.block = block_length(options.window)
        self.group = max(GROUP, self.block)
        n_kept = options.epochs * len(tokens) * float((counts * keep).sum() / counts.sum())
        largest = min(options.batch_words, int(n_kept / MIN_STEPS))
        self.batch = max(1, largest // self.group) * self.group
        hundredth = options.epochs * len(tokens) // 100
        self.chunk_words = max(min(CHUNK, hundredth), 32 * self.batch)
        self.n_noise = NOISE * max(1, round(options.negatives / 5))
        self.halves = half_bands(options.window, self.block).to(device)
        generator = torch.Generator().manual_seed(seed)
        # ±1/dim as in gensim, twice as wide as in word2vec.c: the first epoch gets further.
        uniform = torch.rand(shape, generator=generator) * 2 - 1
        self.input = (uniform / options.dimension).to(device)
        self.output = torch.zeros(shape, device=device)
        self.epoch = self.chunk = 0
        self.loss_sum, self.n_pairs, self.seconds = 0.0, 0, 0.0
        self.history: list[EpochLoss] = []
        self.held_out: HeldOutPairs | None = None
        self.processors = FreeProcessors()
        self.identity = {
            **options.model_dump(mode="json"),
            "seed": seed,
            "precision": precision,
            "words of text": len(tokens),
            "word counts": content_key(counts.tolist())[:16],
        }

    @property
    def n_chunks(self) -> int:
        """Stretches of the text in an epoch."""
        return -(-len(self.tokens) // self.chunk_words)

    @property
    def n_seen(self) -> int:
        """Words behind us, epochs counted."""
        n, n_tokens = self.n_chunks, len(self.tokens)
        # The number of the stretch at the end of the text, which is shorter.
        last = n - 1 if n % 2 == 0 else max(0, n - 2)
        missing = n * self.chunk_words - n_tokens if self.chunk > last else 0
        return self.epoch * n_tokens + self.chunk * self.chunk_words - missing

    def _borders(self, number: int) -> tuple[int, int]:
        """Say where the ``number``-th stretch of an epoch lies in the text.

        Stretches come from the first and the second half of the text in turn: what stands far apart
        is mixed, as by two workers that read a half each.
        """
        half = -(-self.n_chunks // 2)
        place = number // 2 + half * (number % 2)
        low = place * self.chunk_words
        return low, min(low + self.chunk_words, len(self.tokens))

    def _length(self, number: int) -> int:
        low, high = self._borders(number)
        return high - low

    def state(self) -> dict[str, Any]:
        """Give all that :meth:`restore` needs; tensors are not copied."""
        return {
            "identity": self.identity,
            "input": self.input.cpu(),
            "output": self.output.cpu(),
            "epoch": self.epoch,
            "chunk": self.chunk,
            "sums": [self.loss_sum, self.n_pairs, self.seconds],
            "history": [list(line) for line in self.history],
        }

    def restore(self, state: dict[str, Any], path: Path) -> None:
        """Go on from a saved state; one of other options or another text is refused."""
        check_identity(state, self.identity, path)
        self.input, self.output = state["input"].to(self.device), state["output"].to(self.device)
        self.epoch, self.chunk = state["epoch"], state["chunk"]
        self.loss_sum, self.n_pairs, self.seconds = state["sums"]
        self.history = [EpochLoss(*line) for line in state["history"]]

    def run(self) -> Iterator[int]:
        """Train; yields the words behind us after each chunk, when the state may be saved."""
        while self.epoch < self.options.epochs:
            while self.chunk < self.n_chunks:
                started = time.perf_counter()
                with self.processors.shared():
                    self._train_chunk()
                self.chunk += 1
                self.seconds += time.perf_counter() - started
                yield self.n_seen
            self.epoch += 1
            self.history.append(
                EpochLoss(
                    epoch=self.epoch,
                    training_loss=self.loss_sum / max(self.n_pairs, 1),
                    validation_loss=self._validation_loss(),
                    seconds=self.seconds,
                )
            )
            self.chunk, self.loss_sum, self.n_pairs, self.seconds = 0, 0.0, 0, 0.0

    def _validation_loss(self) -> float:
        if self.held_out is None:
            return float("nan")
        return self.held_out.mean_loss(self.input.cpu().numpy(), self.output.cpu().numpy())

    def _learning_rate(self, fraction_of_chunk: float) -> float:
        """Fall linearly with the words seen, as word2vec.c does."""
        options = self.options
        if options.decay == "constant":
            return options.learning_rate
        # By the words seen, not by their place in the text.
        seen = self.n_seen + fraction_of_chunk * self._length(self.chunk)
        done = seen / (options.epochs * len(self.tokens))
        return max(options.learning_rate * (1 - done), options.min_learning_rate)

    def _train_chunk(self) -> None:
        # A generator of its own for each chunk: a resumed run draws what an unbroken one draws.
        state = np.random.SeedSequence([self.seed, self.epoch, self.chunk]).generate_state(1)
        generator = torch.Generator(self.device).manual_seed(int(state[0]))
        chunk = self._prepare(generator)
        n_pairs = chunk.left + chunk.right
        self.n_pairs += int(n_pairs.sum())
        losses = self._train_batches(chunk, n_pairs.float())
        self.loss_sum += float(losses.sum())
        if not np.isfinite(self.loss_sum):
            step = int(losses.isfinite().logical_not().nonzero()[0])
            raise TrainingError(
                f"the loss is not finite in step {step + 1} of block {self.chunk + 1} of epoch "
                f"{self.epoch + 1} ({self.n_seen + step * self.batch:,} words in): the vectors "
                f"grew without bound; lower learning_rate (now {self.options.learning_rate})"
            )

    def _prepare(self, generator: torch.Generator) -> _Chunk:
        """Subsample a stretch of text, draw windows (over the kept words) and noise."""
        window, device = self.options.window, self.device
        low, high = self._borders(self.chunk)
        ids = torch.from_numpy(np.array(self.tokens.ids[low:high])).to(device)
        is_start = torch.zeros(high - low, dtype=torch.int64)
        if self.options.sentence_borders:
            starts = self.tokens.starts
            inside = starts[np.searchsorted(starts, low) : np.searchsorted(starts, high)] - low
            is_start[torch.from_numpy(inside)] = 1
        sentence = is_start.to(device).cumsum(0)
        kept = torch.rand(high - low, generator=generator, device=device) < self.keep[ids]
        ids, sentence = ids[kept].long(), sentence[kept]
        n_kept = len(ids)

        _, lengths = torch.unique_consecutive(sentence, return_counts=True)
        ends = lengths.cumsum(0)
        position = torch.arange(n_kept, device=device)
        to_left = position - torch.repeat_interleave(ends - lengths, lengths)
        to_right = torch.repeat_interleave(ends - 1, lengths) - position
        smallest = 1 if self.options.window_shape == "dynamic" else window
        reach = torch.randint(smallest, window + 1, (n_kept,), generator=generator, device=device)

        n_batches = -(-n_kept // self.batch)
        padding = n_batches * self.batch - n_kept
        ids = F.pad(ids, (window, padding + window))
        noise = self.noise.draw(n_batches * self.batch // self.group * self.n_noise, generator)
        by_batch = (n_batches, self.batch)
        around = ids.unfold(0, self.block + 2 * window, self.block)
        return _Chunk(
            centers=ids[window : len(ids) - window].view(by_batch),
            contexts=around.reshape(n_batches, -1),
            noise=noise.view(n_batches, -1),
            left=F.pad(torch.minimum(reach, to_left), (0, padding)).view(by_batch),
            right=F.pad(torch.minimum(reach, to_right), (0, padding)).view(by_batch),
            n_kept=n_kept,
        )

    def _train_batches(self, chunk: _Chunk, n_pairs: torch.Tensor) -> torch.Tensor:
        """Take one step on each batch; returns their summed losses, float64 (n_batches,)."""
        options, dim = self.options, self.options.dimension
        n_batches, n_contexts = chunk.contexts.shape
        n_blocks, n_groups = self.batch // self.block, self.batch // self.group
        halves = half_band_rows(
            chunk.left.view(-1), chunk.right.view(-1), options.window, self.block
        ).view(n_batches, self.batch, 2)
        noise_weight = n_pairs * (options.negatives / self.n_noise)
        in_group = (n_batches, n_groups, self.group)
        on_noise = n_pairs.view(in_group).sum(2).repeat_interleave(self.n_noise, dim=1)
        on_noise *= NOISE_CURVATURE / self.n_noise
        # A word is seen by about as many centres as it sees, spread over the blocks it is in.
        around = F.pad(n_pairs.view(-1), (options.window, options.window))
        on_context = around.unfold(0, self.block + 2 * options.window, self.block)
        on_context = on_context.reshape(n_batches, -1) * (self.batch / n_contexts)
        output_ids = torch.cat([chunk.contexts, chunk.noise], dim=1)
        n_rows = len(self.input)
        input_steps = RowSteps.of(chunk.centers, n_pairs * (1 + NOISE_CURVATURE), n_rows)
        output_steps = RowSteps.of(output_ids, torch.cat([on_context, on_noise], dim=1), n_rows)
        noise_weight = noise_weight.view(*in_group, 1)

        losses = torch.zeros(n_batches, n_groups, dtype=torch.float64, device=self.device)
        for batch in range(n_batches):
            self.processors.look()  # no bit of the tables hangs on the number of threads
            rate = self._learning_rate(batch * self.batch / chunk.n_kept)
            center = self.input.index_select(0, chunk.centers[batch])
            output = self.output.index_select(0, output_ids[batch])
            multiplied = output.to(self.product_dtype)
            gradient = block_gradient(
                center=center.view(n_blocks, self.block, dim),
                context=multiplied[:n_contexts].view(n_blocks, -1, dim),
                noise=multiplied[n_contexts:].view(n_groups, self.n_noise, dim),
                positive=bands(halves[batch], self.halves).view(n_blocks, self.block, -1),
                noise_weight=noise_weight[batch],
                product_dtype=self.product_dtype,
            )
            losses[batch] = gradient.loss
            input_steps.take(batch, self.input, gradient.center, rate, curvature_along(output))
            output_steps.take(batch, self.output, gradient.output, rate, curvature_along(center))
        return losses.sum(dim=1)
