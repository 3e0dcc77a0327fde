"""One stretch of skip-gram after the other, in a state that can be saved and restored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from compare.errors import TrainingError
from compare.machine import require_memory
from compare.processors import FreeProcessors
from compare.storage import content_key
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.backends import Backend, BackendName, Stretch, chosen_backend
from compare.word2vec.held_out import HeldOutPairs
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.pairs import check_pairs, learning_rate, no_pairs, stretches
from compare.word2vec.sampling import keep_probability, kept_near
from compare.word2vec.tables import EpochLoss

CHUNK = 1 << 17
"""Words of text that are subsampled and given windows at a time: fewer where the whole training is
short, so that it has about a hundred such stretches, but not less than 32 batches."""


def first_vectors(n_words: int, dim: int, *, seed: int) -> np.ndarray:
    """Draw the input table that training begins with: uniform in ±1/dim, as in gensim.

    That is twice as wide as in word2vec.c: the first epoch gets further. The draws are the bits of
    torch's, whose generator is the Mersenne twister too.

    Returns
    -------
    ndarray of float32, shape (n_words, dim)
    """
    bits = np.frombuffer(np.random.RandomState(seed).bytes(4 * n_words * dim), dtype="<u4")
    drawn = (bits & 0xFFFFFF).astype(np.float32).reshape(n_words, dim) * np.float32(2.0**-24)
    table: np.ndarray = (drawn * np.float32(2) - np.float32(1)) / np.float32(dim)
    return table


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
        threads: int = 1,
    ) -> None:
        check_pairs(tokens, sentence_borders=options.sentence_borders)
        shape = (len(vocabulary), options.dimension)
        require_memory(
            4 * 3 * shape[0] * shape[1],  # two tables and the draw of the first
            f"training {shape[0]:,} words in {shape[1]:,} dimensions",
            "lower dimension, or raise min_count",
            device=device,
        )
        self.tokens, self.options, self.seed = tokens, options, seed
        # Where windows end; the whole text is one sentence where they do not.
        self.starts = tokens.starts if options.sentence_borders else tokens.starts[:1]
        n_words = len(tokens)
        counts = vocabulary.counts
        self.keep = keep_probability(counts, options.subsample)
        kept = float((counts * self.keep).sum() / counts.sum())
        self.backend = _backend(
            chosen_backend(options, n_words, device),
            device,
            first_vectors(*shape, seed=seed),
            counts,
            options,
            n_kept=options.epochs * n_words * kept,
            processors=FreeProcessors(threads),
        )
        hundredth = options.epochs * n_words // 100
        self.epoch = 0
        self.cut(max(min(CHUNK, hundredth), 32 * self.backend.batch))
        self.history: list[EpochLoss] = []
        self.held_out: HeldOutPairs | None = None
        self.identity = {
            **options.model_dump(mode="json"),
            "seed": seed,
            "backend": self.backend.name,
            **self.backend.identity,
            "words of text": n_words,
            "text": tokens.digest(),
            "word counts": content_key(counts.tolist())[:16],
        }

    def cut(self, chunk_words: int) -> None:
        """Cut the text into stretches of so many words; the epoch begins anew."""
        self.chunk_words = chunk_words
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self.chunks = stretches(len(self.tokens), self.chunk_words, epoch=self.epoch)
        self.ends = np.cumsum([0, *(high - low for low, high in self.chunks)])
        self.chunk = self.n_told = self.n_pairs = 0
        self.loss_sum = self.seconds = 0.0

    @property
    def mean_loss(self) -> float:
        """Loss of a pair so far in this epoch, in nats; NaN where none was looked at."""
        return self.loss_sum / self.n_told if self.n_told else float("nan")

    @property
    def n_seen(self) -> int:
        """Words behind us, epochs counted."""
        return self.epoch * len(self.tokens) + int(self.ends[self.chunk])

    def state(self) -> dict[str, Any]:
        """Give all that :meth:`restore` needs; tables are not copied."""
        return {
            "identity": self.identity,
            "input": self.backend.input,
            "output": self.backend.output,
            "epoch": self.epoch,
            "chunk": self.chunk,
            "sums": [self.loss_sum, self.n_told, self.n_pairs, self.seconds],
            "history": [list(line) for line in self.history],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state of the same training."""
        self.backend.restore(np.asarray(state["input"]), np.asarray(state["output"]))
        self.epoch = state["epoch"]
        self._begin_epoch()
        self.chunk = state["chunk"]
        self.loss_sum, self.n_told, self.n_pairs, self.seconds = state["sums"]
        self.history = [EpochLoss(*line) for line in state["history"]]

    def run(self) -> Iterator[int]:
        """Train; yields the words behind us after each chunk, when the state may be saved."""
        while self.epoch < self.options.epochs:
            while self.chunk < len(self.chunks):
                started = time.perf_counter()
                self._train_chunk()
                self.chunk += 1
                self.seconds += time.perf_counter() - started
                yield self.n_seen
            self.epoch += 1
            if self.n_pairs == 0:
                raise no_pairs(self.options.subsample, epoch=self.epoch)
            self._check_finite()
            self.history.append(
                EpochLoss(
                    epoch=self.epoch,
                    training_loss=self.mean_loss,
                    validation_loss=self._validation_loss(),
                    seconds=self.seconds,
                )
            )
            self._begin_epoch()

    def _check_finite(self) -> None:
        """Look at all rows: those that the last steps wrote, nobody has read yet."""
        if not (np.isfinite(self.backend.input).all() and np.isfinite(self.backend.output).all()):
            raise TrainingError(
                f"vectors are not finite after epoch {self.epoch}: they grew without bound; lower "
                f"learning_rate (now {self.options.learning_rate})"
            )

    def _validation_loss(self) -> float:
        if self.held_out is None:
            return float("nan")
        return self.held_out.mean_loss(self.backend.input, self.backend.output)

    def stretch(self) -> Stretch:
        """Give the stretch of text that is next."""
        low, high = self.chunks[self.chunk]
        seen, in_all = self.n_seen, self.options.epochs * len(self.tokens)
        # Of its own for each chunk: a resumed run draws what an unbroken one draws.
        seeds = np.random.SeedSequence([self.seed, self.epoch, self.chunk])
        first, last = np.searchsorted(self.starts, (low, high)).tolist()
        before, behind = self._kept_around(low, high, np.random.default_rng(seeds.spawn(1)[0]))
        return Stretch(
            ids=np.array(self.tokens.ids[low:high], dtype=np.int32),
            starts=np.array(self.starts[first:last] - low, dtype=np.int64),
            seeds=seeds,
            rate=lambda share: learning_rate(self.options, (seen + share * (high - low)) / in_all),
            before=before,
            behind=behind,
        )

    def _kept_around(
        self, low: int, high: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw what the windows of a stretch see outside: words of sentences that go on there.

        The stretch that these words belong to draws them by itself. A pair of words on both sides
        is seen as often in the mean, which is what a window drawn anew for each centre gives, too.
        """
        starts, length = self.starts, high - low
        number = int(np.searchsorted(starts, low, side="right")) - 1  # the sentence of ``low``
        begin = max(int(starts[number]), low - length)
        number = int(np.searchsorted(starts, high))  # the first that begins behind
        end = min(int(starts[number]) if number < len(starts) else len(self.tokens), high + length)
        return (
            kept_near(self.tokens.ids, low, begin, self.keep, self.options.window, rng),
            kept_near(self.tokens.ids, high, end, self.keep, self.options.window, rng),
        )

    def _train_chunk(self) -> None:
        found = self.backend.train(self.stretch())
        if found.broken is not None:
            raise TrainingError(
                f"the loss is not finite in step {found.broken + 1} of block {self.chunk + 1} of "
                f"epoch {self.epoch + 1} ({self.n_seen + found.broken * self.backend.batch:,} "
                "words in): the vectors grew without bound; lower learning_rate (now "
                f"{self.options.learning_rate})"
            )
        self.loss_sum += found.loss
        self.n_told += found.n_told
        self.n_pairs += found.n_pairs


def _backend(name: BackendName, device: str, *arguments: Any, **named: Any) -> Backend:
    """Make a backend; only the one that is used is loaded."""
    if name == "numba":
        from compare.word2vec.numba_backend import NumbaBackend

        return NumbaBackend(*arguments, **named)
    from compare.word2vec.torch_backend import TorchBackend

    return TorchBackend(*arguments, device=device, **named)
