"""Skip-gram with negative sampling (SGNS), trained block by block in PyTorch.

Mikolov et al. 2013, arXiv:1310.4546. The loss of a centre word v with a context u and noise words
n_1 … n_k (drawn from counts^0.75) is

    −log σ(u · v) − Σ log σ(−n_i · v)

Training it pair by pair moves two or more rows of memory for each pair. Here a *block* of L
consecutive words is taken at once: its L input vectors X and the L + 2·window output vectors Y
around it are gathered once, ``S = X Yᵀ`` holds the score of every (centre, context) pair of the
block, and a band of S (the dynamic windows, cut at sentence borders) selects the positives. All
centres of a block share its noise words, each weighted so that the expected loss is that of k
noise words a pair. Every gradient is then a matrix product (Ji et al. 2016, arXiv:1604.04661,
share noise in a similar way). ``pairs.py`` says the same one pair at a time, and tests hold the
two to the same gradient.

Left out: hierarchical softmax, CBOW, and word2vec.c's rule that a noise word equal to the context
is skipped (the paper has no such rule).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from compare.errors import InputError, TrainingError
from compare.progress import Progress, silent
from compare.storage import content_key, load_checkpoint, save_checkpoint
from compare.tokens import TokenArray
from compare.vocabulary import Vocabulary
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import EpochLoss, SkipgramOptions, SkipgramTables
from compare.word2vec.pairs import check_pairs
from compare.word2vec.sampling import NoiseSampler, keep_probability, noise_distribution

BLOCK = 32
"""Consecutive centres that share noise words and one product of scores."""

MAX_BATCH_BLOCKS = 16
"""Blocks in one step. Steps of 512 to 1,024 words train as well as gensim's single pairs do."""

MAX_PAIRS_PER_ROW = 400
"""Noise pairs that the most frequent noise word may collect in one step. A step applies them all
at the table of before, and plain gradient descent diverges when they are too many; a text of few
words therefore gets smaller steps."""

NOISE = 64
"""Noise words of a block. With fewer, each carries more weight, the output vectors take more noise
up, and analogies suffer; with more, the products cost more."""

CHUNK = 1 << 17
"""Words of text that are subsampled and given windows at a time."""


def train_skipgram(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: SkipgramOptions,
    *,
    seed: int,
    device: str = "cpu",
    validation: TokenArray | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 15.0,
    progress: Progress = silent,
) -> SkipgramTables:
    """Train input and output vectors on a text of word ids.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders.
    vocabulary : Vocabulary
        Its counts rule subsampling and noise.
    options : SkipgramOptions
    seed : int
        Same seed, text, options, machine and threads: same bits, on a CPU.
    device : str
        A torch device.
    validation : TokenArray, optional
        Held-out text; a fixed sample of its pairs gives the validation loss of each epoch.
    checkpoint : Path, optional
        File that the state is saved to every ``checkpoint_seconds``; where it exists, training
        goes on from it, to the same vectors as an uninterrupted run. Deleted at the end.

    Raises
    ------
    TrainingError
        If the loss is not finite.
    InputError
        If no sentence has a pair, or the checkpoint belongs to other options or another text.
    """
    trainer = _Trainer(tokens, vocabulary, options, seed=seed, device=device)
    if validation is not None:
        trainer.held_out = HeldOutPairs.of(validation, vocabulary, options, seed=seed)
    if checkpoint is not None and checkpoint.exists():
        trainer.restore(load_checkpoint(checkpoint), checkpoint)
    saved_at = time.monotonic()
    for done in trainer.run():
        loss = trainer.loss_sum / max(trainer.n_pairs, 1)
        progress(done, options.epochs * len(tokens), unit="words", loss=loss)
        if checkpoint is not None and time.monotonic() - saved_at >= checkpoint_seconds:
            save_checkpoint(checkpoint, trainer.state())
            saved_at = time.monotonic()
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return SkipgramTables(
        trainer.input.cpu().numpy(), trainer.output.cpu().numpy(), tuple(trainer.history)
    )


class BlockGradient(NamedTuple):
    """Gradient of the summed loss with respect to each vector of the blocks, and that loss."""

    center: torch.Tensor  # (blocks, L, dim)
    context: torch.Tensor  # (blocks, L + 2·window, dim)
    noise: torch.Tensor  # (blocks, n_noise, dim)
    loss: torch.Tensor  # ()


def block_gradient(
    center: torch.Tensor,
    context: torch.Tensor,
    noise: torch.Tensor,
    positive: torch.Tensor,
    noise_weight: torch.Tensor,
) -> BlockGradient:
    """Compute loss and gradient of blocks in closed form, as matrix products.

    Parameters
    ----------
    center : tensor, shape (blocks, L, dim)
        Input vectors of the centres.
    context : tensor, shape (blocks, L + 2·window, dim)
        Output vectors of the words from ``window`` before the block to ``window`` behind it.
    noise : tensor, shape (blocks, n_noise, dim)
        Output vectors of the block's noise words.
    positive : tensor, shape (blocks, L, L + 2·window)
        1 where a context is inside the centre's window, 0 elsewhere.
    noise_weight : tensor, shape (blocks, L, 1)
        How many noise words each drawn one stands for: pairs of the centre × k / n_noise.
    """
    attraction = torch.bmm(center, context.mT).sigmoid_()  # (blocks, L, L + 2·window)
    repulsion = torch.bmm(center, noise.mT).sigmoid_()  # (blocks, L, n_noise)
    # d/ds −log σ(s) = σ(s) − 1 and d/ds −log σ(−s) = σ(s)
    pull = (attraction - 1).mul_(positive)
    push = repulsion * noise_weight
    # 1 − σ(s) is 0 for s > 17 in float32, and the loss is then as good as that of s = 17.
    number = torch.finfo(attraction.dtype)
    loss = -(attraction.clamp_(min=number.tiny).log_().mul_(positive).sum())
    loss -= (repulsion.neg_().add_(1).clamp_(min=number.eps / 2).log_() * noise_weight).sum()
    return BlockGradient(
        center=torch.bmm(pull, context).baddbmm_(push, noise),
        context=torch.bmm(pull.mT, center),
        noise=torch.bmm(push.mT, center),
        loss=loss,
    )


def band_patterns(window: int, block: int = BLOCK) -> torch.Tensor:
    """List the band of every centre: which contexts it sees, by its reach to the left and right.

    Returns
    -------
    tensor of float32, shape (block · (window + 1) · (window + 1), block + 2·window)
        Row ``(i · (window + 1) + left) · (window + 1) + right`` holds 1 at the contexts of the
        i-th centre of a block that sees ``left`` words before and ``right`` words behind it.
    """
    reach = torch.arange(window + 1)
    center = (torch.arange(block) + window)[:, None, None, None]
    position = torch.arange(block + 2 * window)
    offset = position - center  # (block, 1, 1, block + 2·window)
    left, right = reach[:, None, None], reach[None, :, None]
    inside = (offset >= -left) & (offset <= right) & (offset != 0)
    return inside.reshape(-1, block + 2 * window).float()


class _Chunk(NamedTuple):
    """A stretch of text after subsampling, padded to whole batches."""

    ids: torch.Tensor  # (window + n_padded + window,)
    left: torch.Tensor  # (n_padded,) words each centre sees to its left
    right: torch.Tensor  # (n_padded,)
    noise: torch.Tensor  # (n_padded / BLOCK, n_noise) ids
    n_kept: int


class _Trainer:
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
        check_pairs(tokens)
        self.tokens, self.options, self.seed, self.device = tokens, options, seed, device
        counts = vocabulary.counts
        keep = keep_probability(counts, options.subsample)
        self.keep = torch.from_numpy(keep).float().to(device)
        self.patterns = band_patterns(options.window).to(device)
        noise_probability = noise_distribution(counts, options.noise_exponent)
        self.noise = NoiseSampler.of(noise_probability, device=device)
        pairs_per_block = BLOCK * (options.window + 1) * options.negatives * noise_probability.max()
        self.n_blocks = int(np.clip(MAX_PAIRS_PER_ROW / pairs_per_block, 1, MAX_BATCH_BLOCKS))
        self.place_in_block = torch.arange(BLOCK, device=device).repeat(self.n_blocks)
        self.place_in_block *= options.window + 1
        generator = torch.Generator().manual_seed(seed)
        shape = (len(vocabulary), options.dimension)
        # ±1/dim as in gensim, twice as wide as in word2vec.c: the first epoch gets further.
        uniform = torch.rand(shape, generator=generator) * 2 - 1
        self.input = (uniform / options.dimension).to(device)
        self.output = torch.zeros(shape, device=device)
        self.epoch = self.chunk = 0
        self.loss_sum, self.n_pairs, self.seconds = 0.0, 0, 0.0
        self.history: list[EpochLoss] = []
        self.held_out: HeldOutPairs | None = None
        self.key = content_key(options.model_dump(), seed, len(tokens), counts.tolist())

    def state(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "input": self.input.cpu(),
            "output": self.output.cpu(),
            "epoch": self.epoch,
            "chunk": self.chunk,
            "sums": [self.loss_sum, self.n_pairs, self.seconds],
            "history": [list(line) for line in self.history],
        }

    def restore(self, state: dict[str, Any], path: Path) -> None:
        if state.get("key") != self.key:
            raise InputError(
                f"checkpoint {path} was made with other options, another seed or another text; "
                "delete it to start afresh"
            )
        self.input, self.output = state["input"].to(self.device), state["output"].to(self.device)
        self.epoch, self.chunk = state["epoch"], state["chunk"]
        self.loss_sum, self.n_pairs, self.seconds = state["sums"]
        self.history = [EpochLoss(*line) for line in state["history"]]

    def run(self) -> Iterator[int]:
        """Train; yields the words behind us after each chunk, when the state may be saved."""
        n_tokens = len(self.tokens)
        n_chunks = -(-n_tokens // CHUNK)
        while self.epoch < self.options.epochs:
            while self.chunk < n_chunks:
                started = time.perf_counter()
                self._train_chunk()
                self.chunk += 1
                self.seconds += time.perf_counter() - started
                yield self.epoch * n_tokens + min(self.chunk * CHUNK, n_tokens)
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

    def _train_chunk(self) -> None:
        # A generator of its own for each chunk: a resumed run draws what an unbroken one draws.
        state = np.random.SeedSequence([self.seed, self.epoch, self.chunk]).generate_state(1)
        generator = torch.Generator(self.device).manual_seed(int(state[0]))
        chunk = self._prepare(generator)
        width = BLOCK * self.n_blocks
        loss = torch.zeros((), dtype=torch.float64, device=self.device)
        for start in range(0, chunk.n_kept, width):
            loss += self._step(chunk, start, self._learning_rate(start / chunk.n_kept))
        self.n_pairs += int(chunk.left.sum() + chunk.right.sum())
        self.loss_sum += float(loss)
        if not np.isfinite(self.loss_sum):
            raise TrainingError(
                f"the loss is not finite in epoch {self.epoch + 1}, chunk {self.chunk + 1}; "
                f"lower learning_rate (now {self.options.learning_rate})"
            )

    def _learning_rate(self, fraction_of_chunk: float) -> float:
        """Fall linearly with the words seen, as word2vec.c does."""
        options = self.options
        if options.decay == "constant":
            return options.learning_rate
        n_tokens = len(self.tokens)
        start = self.chunk * CHUNK
        in_epoch = start + fraction_of_chunk * min(CHUNK, n_tokens - start)
        done = (self.epoch + in_epoch / n_tokens) / options.epochs
        return max(options.learning_rate * (1 - done), options.min_learning_rate)

    def _prepare(self, generator: torch.Generator) -> _Chunk:
        """Subsample a stretch of text, draw windows (over the kept words) and noise."""
        window, device = self.options.window, self.device
        low = self.chunk * CHUNK
        high = min(low + CHUNK, len(self.tokens))
        ids = torch.from_numpy(np.array(self.tokens.ids[low:high])).to(device)
        starts = self.tokens.starts
        inside = starts[np.searchsorted(starts, low) : np.searchsorted(starts, high)] - low
        is_start = torch.zeros(high - low, dtype=torch.int64)
        is_start[torch.from_numpy(inside)] = 1
        sentence = is_start.to(device).cumsum(0)
        kept = torch.rand(high - low, generator=generator, device=device) < self.keep[ids]
        ids, sentence = ids[kept], sentence[kept]
        n_kept = len(ids)

        _, lengths = torch.unique_consecutive(sentence, return_counts=True)
        ends = lengths.cumsum(0)
        position = torch.arange(n_kept, device=device)
        to_left = position - torch.repeat_interleave(ends - lengths, lengths)
        to_right = torch.repeat_interleave(ends - 1, lengths) - position
        drawn = torch.randint(1, window + 1, (n_kept,), generator=generator, device=device)

        width = BLOCK * self.n_blocks
        n_padded = -(-n_kept // width) * width
        n_blocks = n_padded // BLOCK
        padding = (0, n_padded - n_kept)
        noise = self.noise.draw(n_blocks * NOISE, generator)
        return _Chunk(
            ids=torch.nn.functional.pad(ids.long(), (window, n_padded - n_kept + window)),
            left=torch.nn.functional.pad(torch.minimum(drawn, to_left), padding),
            right=torch.nn.functional.pad(torch.minimum(drawn, to_right), padding),
            noise=noise.view(n_blocks, NOISE),
            n_kept=n_kept,
        )

    def _step(self, chunk: _Chunk, start: int, learning_rate: float) -> torch.Tensor:
        """Take one gradient step on a batch of blocks; returns its summed loss."""
        window, dim = self.options.window, self.options.dimension
        end = start + BLOCK * self.n_blocks
        center_ids = chunk.ids[window + start : window + end]
        # Neighbouring blocks see some of the same words: their context windows overlap.
        context_ids = chunk.ids[start : end + 2 * window].unfold(0, BLOCK + 2 * window, BLOCK)
        context_ids = context_ids.reshape(-1)
        noise_ids = chunk.noise[start // BLOCK : end // BLOCK].view(-1)
        left, right = chunk.left[start:end], chunk.right[start:end]
        row = (self.place_in_block + left) * (window + 1) + right
        noise_weight = (left + right).float() * (self.options.negatives / NOISE)
        gradient = block_gradient(
            center=self.input.index_select(0, center_ids).view(self.n_blocks, BLOCK, dim),
            context=self.output.index_select(0, context_ids).view(self.n_blocks, -1, dim),
            noise=self.output.index_select(0, noise_ids).view(self.n_blocks, -1, dim),
            positive=self.patterns.index_select(0, row).view(self.n_blocks, BLOCK, -1),
            noise_weight=noise_weight.view(self.n_blocks, BLOCK, 1),
        )
        self.input.index_add_(0, center_ids, gradient.center.view(-1, dim), alpha=-learning_rate)
        for ids, rows in ((context_ids, gradient.context), (noise_ids, gradient.noise)):
            self.output.index_add_(0, ids, rows.view(-1, dim), alpha=-learning_rate)
        return gradient.loss
