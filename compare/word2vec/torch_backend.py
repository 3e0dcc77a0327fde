"""Skip-gram by torch: a stretch of text as blocks, groups and batches, on a CPU or a GPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from compare.machine import resolve_precision, torch_threads
from compare.processors import FreeProcessors
from compare.word2vec.backends import (
    NOISE_CURVATURE,
    BackendName,
    Stretch,
    StretchLoss,
    batch_of,
)
from compare.word2vec.blocks import bands, block_gradient, block_length, half_band_rows, half_bands
from compare.word2vec.noise_sampler import NoiseSampler
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.row_steps import RowSteps, curvature_along
from compare.word2vec.sampling import keep_probability, noise_distribution

GROUP = 256
"""Consecutive centres that share noise words: the rows of noise that a step moves shrink with it,
and analogies are as good as with 128."""

NOISE = 64
"""Noise words of a group at five a pair, in proportion at more. With fewer, each carries more
weight, the output vectors take more noise up, and analogies suffer; with more, the products cost
more."""

BATCH = 4096
"""Kept words in a step, where options do not say."""

TOLD = 8
"""The loss is taken on every so many batches: it costs logarithms, which training does not need."""


class Prepared(NamedTuple):
    """A stretch of text after subsampling, cut into batches; the last is padded with word 0.

    There is no batch where no word was kept.
    """

    centers: torch.Tensor  # (n_batches, n_words) ids
    contexts: torch.Tensor  # (n_batches, blocks · (L + 2·window)) ids, in and around each block
    noise: torch.Tensor  # (n_batches, groups · n_noise) ids
    left: torch.Tensor  # (n_batches, n_words) words each centre sees to its left
    right: torch.Tensor  # (n_batches, n_words)
    n_kept: int


class TorchBackend:
    """A :class:`~compare.word2vec.backends.Backend` of torch's operations."""

    name: BackendName = "torch"

    def __init__(
        self,
        start: np.ndarray,
        counts: np.ndarray,
        options: SkipgramOptions,
        *,
        n_kept: float,
        device: str,
        processors: FreeProcessors,
    ) -> None:
        self.options, self.device, self.processors = options, device, processors
        keep = keep_probability(counts, options.subsample)
        self.keep = torch.from_numpy(keep).float().to(device)
        self.noise = NoiseSampler.of(
            noise_distribution(counts, options.noise_exponent), device=device
        )
        self.precision = resolve_precision(options.precision, device)
        self.product_dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[self.precision]
        self.block = block_length(options.window)
        self.group = max(GROUP, self.block)
        self.batch = batch_of(options.batch_words or BATCH, self.group, n_kept)
        self.n_noise = NOISE * max(1, round(options.negatives / 5))
        self.halves = half_bands(options.window, self.block).to(device)
        self.restore(start, np.zeros_like(start))

    @property
    def input(self) -> np.ndarray:
        """The centre words' table."""
        return self.input_table.cpu().numpy()

    @property
    def output(self) -> np.ndarray:
        """The context words' table."""
        return self.output_table.cpu().numpy()

    @property
    def identity(self) -> dict[str, object]:
        """What the bits hang on."""
        return {"precision": self.precision}

    def restore(self, input_table: np.ndarray, output_table: np.ndarray) -> None:
        """Take tables over."""
        self.input_table = torch.from_numpy(input_table).to(self.device)
        self.output_table = torch.from_numpy(output_table).to(self.device)

    def train(self, stretch: Stretch) -> StretchLoss:
        """Train on a stretch of text, batch after batch."""
        with torch_threads(self.processors.threads):
            return self._train(stretch)

    def _train(self, stretch: Stretch) -> StretchLoss:
        prepared = self.prepare(stretch)
        if prepared.n_kept == 0:
            return StretchLoss(0.0, 0, 0)
        n_pairs = prepared.left + prepared.right
        losses, curvatures = self._train_batches(prepared, n_pairs.float(), stretch.rate)
        is_broken = curvatures.isfinite().logical_not()
        broken = int(is_broken.nonzero()[0]) if is_broken.any() else None
        told = int(n_pairs[::TOLD].sum())
        return StretchLoss(float(losses.sum()), told, int(n_pairs.sum()), broken)

    def prepare(self, stretch: Stretch) -> Prepared:
        """Subsample a stretch of text, draw windows (over the kept words) and noise."""
        seed = int(stretch.seeds.generate_state(1)[0])
        generator = torch.Generator(self.device).manual_seed(seed)
        window, device = self.options.window, self.device
        ids = torch.from_numpy(stretch.ids).to(device)
        is_start = torch.zeros(len(ids), dtype=torch.int64)
        is_start[torch.from_numpy(stretch.starts)] = 1
        sentence = is_start.to(device).cumsum(0)
        kept = torch.rand(len(ids), generator=generator, device=device) < self.keep[ids]
        ids, sentence = ids[kept].long(), sentence[kept]
        n_kept, n_before, n_behind = len(ids), len(stretch.before), len(stretch.behind)

        sentence = F.pad(sentence, (n_before, 0))  # the first and the last go on outside
        sentence = F.pad(sentence, (0, n_behind), value=len(stretch.starts))
        _, lengths = torch.unique_consecutive(sentence, return_counts=True)
        ends = lengths.cumsum(0)
        position = torch.arange(len(sentence), device=device)
        inside = slice(n_before, n_before + n_kept)
        to_left = (position - torch.repeat_interleave(ends - lengths, lengths))[inside]
        to_right = (torch.repeat_interleave(ends - 1, lengths) - position)[inside]
        reach = torch.randint(
            self.options.smallest_window, window + 1, (n_kept,), generator=generator, device=device
        )

        n_batches = -(-n_kept // self.batch)
        padding = n_batches * self.batch - n_kept
        outside = (torch.from_numpy(side).long() for side in (stretch.before, stretch.behind))
        before, behind = (side.to(device) for side in outside)
        text = F.pad(
            torch.cat([before, ids, behind]), (window - n_before, padding + window - n_behind)
        )
        noise = self.noise.draw(n_batches * self.batch // self.group * self.n_noise, generator)
        by_batch = (n_batches, self.batch)
        width = self.block + 2 * window
        around = text.unfold(0, width, self.block) if n_kept else text.new_zeros(0, width)
        return Prepared(
            centers=F.pad(ids, (0, padding)).view(by_batch),
            contexts=around.reshape(n_batches, self.batch // self.block * width),
            noise=noise.view(n_batches, self.batch // self.group * self.n_noise),
            left=F.pad(torch.minimum(reach, to_left), (0, padding)).view(by_batch),
            right=F.pad(torch.minimum(reach, to_right), (0, padding)).view(by_batch),
            n_kept=n_kept,
        )

    def _train_batches(
        self, chunk: Prepared, n_pairs: torch.Tensor, rate_after: Callable[[float], float]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step on each batch.

        Returns
        -------
        losses : tensor of float64, shape (n_batches, groups)
            Summed over the pairs of a group, on every ``TOLD``-th batch; 0 on others.
        curvatures : tensor of float64, shape (n_batches,)
            Not finite where the vectors that the batch met are not.
        """
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
        n_rows = len(self.input_table)
        input_steps = RowSteps.of(chunk.centers, n_pairs * (1 + NOISE_CURVATURE), n_rows)
        output_steps = RowSteps.of(output_ids, torch.cat([on_context, on_noise], dim=1), n_rows)
        noise_weight = noise_weight.view(*in_group, 1)

        losses = torch.zeros(n_batches, n_groups, dtype=torch.float64, device=self.device)
        curvatures = torch.zeros(n_batches, dtype=torch.float64, device=self.device)
        for batch in range(n_batches):
            threads = self.processors.look()  # no bit of the tables hangs on their number
            if threads != torch.get_num_threads():
                torch.set_num_threads(threads)
            rate = rate_after(batch * self.batch / chunk.n_kept)
            center = self.input_table.index_select(0, chunk.centers[batch])
            output = self.output_table.index_select(0, output_ids[batch])
            multiplied = output.to(self.product_dtype)
            gradient = block_gradient(
                center=center.view(n_blocks, self.block, dim),
                context=multiplied[:n_contexts].view(n_blocks, -1, dim),
                noise=multiplied[n_contexts:].view(n_groups, self.n_noise, dim),
                positive=bands(halves[batch], self.halves).view(n_blocks, self.block, -1),
                noise_weight=noise_weight[batch],
                product_dtype=self.product_dtype,
                is_told=batch % TOLD == 0,
            )
            if gradient.loss is not None:
                losses[batch] = gradient.loss
            along_output, along_center = curvature_along(output), curvature_along(center)
            curvatures[batch] = along_output + along_center
            input_steps.take(batch, self.input_table, gradient.center, rate, along_output)
            output_steps.take(batch, self.output_table, gradient.output, rate, along_center)
        return losses, curvatures
