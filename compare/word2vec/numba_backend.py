"""Skip-gram by a kernel that numba compiles: the same steps as torch's, kept in registers.

``kernel/`` holds what is compiled; here it gets its memory, its draws and its threads.
"""

from __future__ import annotations

import functools
import logging
import math
import sys
import threading
from pathlib import Path

import numba
import numpy as np

from compare.compiling import compile_once, compiled_apart
from compare.processors import FreeProcessors
from compare.progress import Show
from compare.word2vec.backends import (
    NOISE_CURVATURE,
    BackendName,
    Stretch,
    StretchLoss,
    batch_of,
    kernel_ran,
)
from compare.word2vec.kernel import batches
from compare.word2vec.kernel.draws import draw_noise, prepare
from compare.word2vec.kernel.groups import GROUP
from compare.word2vec.kernel.lanes import ROW
from compare.word2vec.kernel.rows import PARTS
from compare.word2vec.options import SkipgramOptions
from compare.word2vec.sampling import keep_probability, noise_distribution

logger = logging.getLogger(__name__)

KERNEL = Path(batches.__file__).parent
"""The package that is compiled."""

NOISE_PAIRS = 60
"""Pairs that a noise word of a group stands for: more of them push it further at once."""

MOST_NOISE = 384
"""Noise words of a group at most: their rows have to stay in a cache."""

ROUND = 64
"""Scores of a centre, noise words of its pairs among them, that a round of its group may hold."""

MOST_ROUNDS = 3
"""More of them changed nothing."""

BATCH = 1152
"""Kept words in a step, where options do not say, at six pairs a word, and fewer at more: smaller
steps wait for each other too often."""

LEAST_BATCH = 512
"""However many pairs a word has."""

ONE_NOISE_CURVATURE = 0.5
"""How much a pair with a noise word curves the loss along that word, by how much one with a context
does: trained scores put σ nearer to 0 there. 1 agrees more with SimLex-999 (.332 in place of .324
after five epochs), and answers fewer analogies (35.5 in place of 36.6 %)."""

CURVATURE = 0.06
"""Of ``row_steps.py``. Its .03 answers as many analogies here, and agrees less with SimLex-999
(.324 in place of .332 after five epochs); .12 agrees more, and answers fewer."""

_one_at_a_time = threading.Lock()
"""numba's simplest threads bear no two trainings at once."""


class NumbaBackend:
    """A :class:`~compare.word2vec.backends.Backend` of compiled code."""

    name: BackendName = "numba"

    def __init__(
        self,
        start: np.ndarray,
        counts: np.ndarray,
        options: SkipgramOptions,
        *,
        n_kept: float,
        processors: FreeProcessors,
    ) -> None:
        self.options, self.processors = options, processors
        self.keep = keep_probability(counts, options.subsample).astype(np.float32)
        self.cumulative = np.cumsum(noise_distribution(counts, options.noise_exponent))
        self.rounds, self.n_noise, step = _sizes(options)
        self.batch = batch_of(options.batch_words or step, GROUP, n_kept)
        n_words, self.dimension = start.shape
        self.dim = padded(self.dimension)
        self.tables = batches.Tables(aligned(n_words * self.dim), aligned(n_words * self.dim))
        self.input[:] = start
        self.settings = batches.Settings(
            window=options.window,
            dim=self.dim,
            rounds=self.rounds,
            n_noise=self.n_noise,
            noise_share=np.float32(options.negatives / self.n_noise),
            batch=self.batch,
            curvature=np.float32(CURVATURE),
            noise_curvature=np.float32(NOISE_CURVATURE),
            one_noise_curvature=np.float32(ONE_NOISE_CURVATURE),
        )
        self.room = _room(self.settings, n_words)

    @property
    def input(self) -> np.ndarray:
        """The centre words' table, a view without the padding."""
        return self._without_padding(self.tables.input)

    @property
    def output(self) -> np.ndarray:
        """The context words' table, a view without the padding."""
        return self._without_padding(self.tables.output)

    def _without_padding(self, table: np.ndarray) -> np.ndarray:
        return table.reshape(-1, self.dim)[:, : self.dimension]

    @property
    def identity(self) -> dict[str, object]:
        """What the bits hang on."""
        sizes = {"rounds": self.rounds, "noise words": self.n_noise, "step": self.batch}
        return {"group": GROUP, **sizes}

    def restore(self, input_table: np.ndarray, output_table: np.ndarray) -> None:
        """Take tables over."""
        self.input[:] = input_table
        self.output[:] = output_table

    def train(self, stretch: Stretch) -> StretchLoss:
        """Train on a stretch of text, batch after batch."""
        with _one_at_a_time:
            kernel_ran()
            before = numba.get_num_threads()
            n_threads = min(self.processors.look(), self.batch // GROUP)
            numba.set_num_threads(min(n_threads, numba.config.NUMBA_NUM_THREADS))
            try:
                return self._train(stretch)
            finally:
                numba.set_num_threads(before)
                _leave_threads_to_torch()

    def _train(self, stretch: Stretch) -> StretchLoss:
        prepared = self.prepare(stretch)
        n_batches = -(-prepared.n_kept // self.batch)
        done = np.arange(n_batches) * self.batch / max(prepared.n_kept, 1)
        rates = np.array([stretch.rate(share) for share in done.tolist()], dtype=np.float32)
        handed = batches.handed_over(prepared, self.settings, self.tables, self.room)
        broken, loss, n_told = batches.train_batches(
            handed.ctypes.data,
            rates,
            compiled_apart(batches.train_group).address,
            compiled_apart(batches.step_part).address,
        )
        seen = (side[: prepared.n_kept].sum() for side in (prepared.left, prepared.right))
        return StretchLoss(loss, n_told, int(sum(seen)), None if broken < 0 else broken)

    def prepare(self, stretch: Stretch) -> batches.Prepared:
        """Subsample a stretch of text, draw windows (over the kept words) and noise."""
        window, n = self.options.window, len(stretch.ids)
        seeds = stretch.seeds.generate_state(2, np.uint64)
        text = np.empty(window + n + window, dtype=np.int32)
        left, right = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
        n_kept = prepare(
            stretch.ids,
            stretch.starts,
            stretch.before,
            stretch.behind,
            self.keep,
            self.options.smallest_window,
            window,
            seeds[0],
            text,
            left,
            right,
        )
        noise = np.empty(-(-n_kept // GROUP) * self.n_noise, dtype=np.int32)
        draw_noise(self.cumulative, seeds[1], noise)
        return batches.Prepared(text, left, right, noise, n_kept)


def _sizes(options: SkipgramOptions) -> tuple[int, int, int]:
    """Choose rounds and noise words of a group, and kept words of a step.

    >>> _sizes(SkipgramOptions()), _sizes(SkipgramOptions(window=10, negatives=15))
    ((1, 32, 1152), (3, 192, 640))
    """
    pairs = options.smallest_window + options.window  # of a centre, in the mean
    rounds = min(math.ceil(pairs * (1 + options.negatives) / ROUND), MOST_ROUNDS)
    least = rounds * ROW
    n_noise = math.ceil(GROUP * pairs * options.negatives / NOISE_PAIRS / least) * least
    even = 2 * GROUP  # for two threads
    step = max(LEAST_BATCH, min(BATCH, round(BATCH * 6 / pairs / even) * even))
    return rounds, min(n_noise, MOST_NOISE), step


def _leave_threads_to_torch() -> None:
    """Tell OpenMP torch's number of threads again: numba has left the number of all its own."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(torch.get_num_threads())


@functools.cache
def _compile() -> None:
    """Train two words, once a process, so that everything is compiled, or read."""
    options = SkipgramOptions(dimension=2, window=1)
    processors = FreeProcessors(1)
    start, counts = np.zeros((2, 2), dtype=np.float32), np.array([1, 1])
    tiny = NumbaBackend(start, counts, options, n_kept=2, processors=processors)
    ids, starts = np.array([0, 1], dtype=np.int32), np.array([0])
    tiny.train(Stretch(ids, starts, np.random.SeedSequence([1]), lambda _: 0.1))


def compile_kernel(show: Show) -> None:
    """Compile the kernel, where that was not done yet, and show that it takes its time."""
    compile_once(KERNEL, "skip-gram", _compile, show)
    logger.info(
        "skip-gram is trained by numba %s (threads: %s)", numba.__version__, numba.threading_layer()
    )


def padded(dimension: int) -> int:
    """Round up to whole vectors."""
    return -(-dimension // ROW) * ROW


def aligned(*shape: int) -> np.ndarray:
    """Make an array of zeros, float32, that begins where a page does.

    Loads of whole cache lines are faster than of parts of two.
    """
    n_bytes = 4 * math.prod(shape)
    memory = np.zeros(n_bytes + 4096, dtype=np.uint8)
    first = -memory.ctypes.data % 4096
    return memory[first : first + n_bytes].view(np.float32).reshape(shape)


def _room(settings: batches.Settings, n_words: int) -> batches.Room:
    """Make the memory that the kernel computes in."""
    s = settings
    n_threads = numba.config.NUMBA_NUM_THREADS
    around = s.window + GROUP + s.window
    n_groups = s.batch // GROUP
    n_outputs = n_groups * (s.n_noise + around)
    return batches.Room(
        centers=aligned(n_threads, GROUP * s.dim),
        contexts=aligned(n_threads, around * s.dim),
        noises=aligned(n_threads, s.n_noise * s.dim),
        columns=aligned(n_threads, s.n_noise * s.dim),
        scores=aligned(n_threads, s.n_noise * GROUP),
        pulls=aligned(n_threads, 2 * s.window * GROUP + ROW),
        so_far=aligned(n_threads, GROUP * s.dim),
        first=np.zeros((n_threads, GROUP), dtype=np.int32),
        n_pairs=np.zeros((n_threads, GROUP), dtype=np.int32),
        places=np.zeros((n_threads, 2 * s.window * GROUP), dtype=np.int64),
        to_center=aligned(s.batch * s.dim),
        to_output=aligned(n_outputs * s.dim),
        center_pairs=np.zeros(s.batch, dtype=np.float32),
        output_pairs=np.zeros(n_outputs, dtype=np.float32),
        output_ids=np.zeros(n_outputs, dtype=np.int32),
        sums=np.zeros((n_groups, 8)),
        heads=np.full((2, PARTS, n_words // PARTS + 1), -1, dtype=np.int32),
        links=np.zeros((PARTS, max(n_outputs, s.batch)), dtype=np.int32),
        rows=np.zeros((PARTS, max(n_outputs, s.batch)), dtype=np.int32),
        summed=aligned(PARTS, s.dim),
    )
