"""Who does the arithmetic of skip-gram: torch everywhere, or one kernel compiled by numba.

Both take the same text, draw the same kinds of windows and noise words, and step the rows by the
same rule; the size of groups and steps, the curvature that the rule takes, the order of sums and
the random numbers differ. The kernel keeps in registers what torch writes to memory between two
operations, and is several times as fast on a CPU (``docs/benchmarks.md``). torch is needed for
GPUs, and where numba is not installed.

``auto`` looks at the length of the training, not at whether compiled code is there already: the
same options give the same numbers in a first run and in a second one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import numpy as np

from compare.errors import InputError
from compare.machine import is_gpu, numba_missing
from compare.word2vec.options import SkipgramOptions

logger = logging.getLogger(__name__)

BackendName = Literal["torch", "numba"]

LONG = 4_000_000
"""Words, epochs counted, from which on ``auto`` compiles: that takes some seconds, once on a
machine, and torch would take longer over such a text."""

MIN_STEPS = 300
"""A short text gets smaller batches, so that training takes about so many steps at least."""

NOISE_CURVATURE = 5.0
"""The noise words of a pair together curve its loss as much as so many: the more there are, the
flatter each is, since trained scores put σ near 1 / (1 + k) there."""

_ran_in: int | None = None
"""The process that ran the kernel: this one, or the one that it was forked from."""


_NOTHING = np.zeros(0, dtype=np.int32)


class Stretch(NamedTuple):
    """A piece of the text, and all that training on it hangs on."""

    ids: np.ndarray  # int32 (n,) word ids, in memory of its own
    starts: np.ndarray  # int64, rising: where windows end
    seeds: np.random.SeedSequence
    rate: Callable[[float], float]  # the learning rate after a fraction of the stretch
    before: np.ndarray = _NOTHING  # int32, kept words that its first windows reach; see steps.py
    behind: np.ndarray = _NOTHING  # int32, at most ``window`` of either


class StretchLoss(NamedTuple):
    """What training on a stretch tells."""

    loss: float  # nats, summed over the pairs that were looked at
    n_told: int  # pairs that were looked at
    n_pairs: int  # pairs that were trained on
    broken: int | None = None  # the first batch whose numbers are not finite


class Backend(Protocol):
    """The tables, and how they are trained."""

    name: BackendName
    batch: int
    """Kept words in a step."""

    @property
    def input(self) -> np.ndarray:
        """The centre words' table, float32 (n_words, dim), on the CPU; perhaps not a copy."""

    @property
    def output(self) -> np.ndarray:
        """The context words' table."""

    @property
    def identity(self) -> dict[str, object]:
        """What the bits hang on, beside options and text: a checkpoint of another is refused."""

    def restore(self, input_table: np.ndarray, output_table: np.ndarray) -> None:
        """Take tables over, float32 (n_words, dim)."""

    def train(self, stretch: Stretch) -> StretchLoss:
        """Train on a stretch of text, batch after batch."""


def batch_of(most: int, group: int, n_kept: float) -> int:
    """Choose how many kept words make a step: groups, ``most`` words, fewer for a short text."""
    return max(1, min(most, int(n_kept / MIN_STEPS)) // group) * group


def chosen_backend(options: SkipgramOptions, n_words: int, device: str) -> BackendName:
    """Choose who trains.

    Parameters
    ----------
    options : SkipgramOptions
    n_words : int
        Words of the training text.
    device : str
        A torch device.

    Raises
    ------
    InputError
        If numba is asked for and cannot be had, or not with these options.
    """
    if options.backend == "torch":
        return "torch"
    on_cpu = not is_gpu(device)
    if options.backend == "numba":
        if not on_cpu:
            raise InputError(
                f"backend numba trains on the CPU only, and the device is {device}; use backend "
                "torch, or device cpu"
            )
        if options.precision == "bfloat16":
            raise InputError(
                "backend numba computes in float32, and precision bfloat16 was asked for; use "
                "backend torch, or precision auto"
            )
        problem = numba_problem()
        if problem is not None:
            raise InputError(f"backend numba was asked for, but {problem}")
        return "numba"
    is_long = options.epochs * n_words >= LONG
    if not on_cpu or options.precision == "bfloat16" or not is_long:
        return "torch"
    problem = numba_problem()
    if problem is not None:
        logger.info("skip-gram is trained by torch: %s", problem)
        return "torch"
    return "numba"


def numba_problem() -> str | None:
    """Say why the kernel cannot be had here, with the remedy; None where it can."""
    if _ran_in not in (None, os.getpid()):
        return (
            "this process was forked from one that had trained with it, which its threads do not "
            "survive; start processes by spawn, as joblib and loky do"
        )
    return numba_missing()


def kernel_ran() -> None:
    """Note that this process has run the kernel, so that forks of it do not."""
    global _ran_in
    _ran_in = os.getpid()
