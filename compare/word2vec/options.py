"""Options of word vectors that are learned, or counted, from windows over a text.

Sources: Mikolov et al. 2013b, arXiv:1310.4546 (``negatives`` and ``noise_exponent`` in section 2.2,
``subsample`` in 2.3, in the form of their C code); Mikolov et al. 2013a, arXiv:1301.3781 (dynamic
windows, the linear decay of the learning rate); Levy, Goldberg & Dagan 2015, TACL 3 (what windows,
``noise_exponent`` and subsampling before windows do to the vectors).
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from compare.options import Options, Precision, SnapshotShares


class WindowOptions(Options):
    """Which words a word is seen with: what counting and training have in common."""

    dimension: int = Field(default=100, ge=2, le=100_000, description="components of a word vector")
    window: int = Field(
        default=5,
        ge=1,
        le=100,
        description="largest distance, in kept words, between a centre and its context",
    )
    window_shape: Literal["dynamic", "fixed"] = Field(
        default="dynamic",
        description="'dynamic' draws each centre's window uniformly from 1 to `window`, so that "
        "near words count more (word2vec's way); 'fixed' takes all of it",
    )
    sentence_borders: bool = Field(
        default=True,
        description="windows end at sentence borders; false: they run across the whole text, as "
        "with word2vec on a text without line breaks",
    )
    subsample: float = Field(
        default=1e-3,
        ge=0,
        lt=1,
        description="frequency above which occurrences are dropped at random; 0 keeps all",
    )
    noise_exponent: float = Field(
        default=0.75,
        ge=-2,
        le=2,
        description="noise words (for counts: contexts) weigh by their counts to this power",
    )

    @property
    def smallest_window(self) -> int:
        """Windows are drawn uniformly from this to ``window``."""
        return 1 if self.window_shape == "dynamic" else self.window


class ContrastiveOptions(WindowOptions):
    """Skip-gram with negative sampling, whoever trains it."""

    negatives: int = Field(default=5, ge=1, le=1000, description="noise words for each pair")
    epochs: int = Field(default=5, ge=1, le=1_000_000, description="passes over the training text")
    learning_rate: float = Field(default=0.025, gt=0, lt=10, description="step size at the start")
    min_learning_rate: float = Field(
        default=1e-4, ge=0, lt=10, description="step size that the linear decay ends at"
    )
    decay: Literal["linear", "constant"] = Field(
        default="linear", description="how the learning rate falls with the words seen"
    )

    @model_validator(mode="after")
    def _rate_falls(self) -> Self:
        if self.decay == "linear" and self.learning_rate < self.min_learning_rate:
            raise ValueError(
                f"learning_rate must not be below min_learning_rate ({self.min_learning_rate:g}), "
                f"found {self.learning_rate:g}: raise the one or lower the other"
            )
        return self


def _rate_for(options: dict[str, Any]) -> float:
    return 0.05 if options.get("epochs") == 1 else 0.0375


class SkipgramOptions(ContrastiveOptions):
    """Our trainer's own, beside what it shares with gensim.

    ``row_steps.py`` says why large steps are safe. The learning rate is larger than word2vec's
    .025: after one and three epochs of a text of 14 M words, and up to five of smaller ones, it
    scored better, and a still larger one in a single epoch (``docs/benchmarks.md``). gensim with
    two workers has a larger one, too, without saying so: each worker takes its own progress for the
    whole text's, so that the rate of an epoch falls to half.
    """

    learning_rate: float = Field(
        default_factory=_rate_for,
        gt=0,
        lt=10,
        description="step size at the start; a single epoch has 0.05 where none is given",
    )

    backend: Literal["auto", "numba", "torch"] = Field(
        default="auto",
        description="who does the arithmetic: 'numba' is a compiled kernel for CPUs, 'torch' runs "
        "everywhere. 'auto': numba where it is installed and the training has 4 million words or "
        "more, epochs counted, since compiling takes some seconds",
    )
    batch_words: int | None = Field(
        default=None,
        ge=1,
        le=1 << 22,
        description="kept words in a step, at most (numba: 1,152, torch: 4,096): a short text gets "
        "smaller steps (gensim steps pair by pair)",
    )
    precision: Precision = Field(
        default="auto",
        description="numbers of torch's matrix products; the tables are float32, and all of "
        "numba's numbers. 'auto': bfloat16 where the processor has it",
    )
    snapshots: SnapshotShares = Field(
        default=(),
        strict=False,
        description="shares of the training, between 0 and 1, at which a "
        "copy of the input vectors is kept, to show how neighbours settle",
    )


class GensimOptions(ContrastiveOptions):
    """gensim's own, beside what it shares with our trainer."""

    workers: int = Field(
        default=1, ge=1, le=64, description="threads; with more than one, vectors do not repeat"
    )


class PPMIOptions(WindowOptions):
    """Options of the count-based vectors: windows as skip-gram has them, and two of their own.

    The defaults stand between what analogies like (a small shift) and what similarity judgments
    like (a larger one; a small exponent on much text, a large one on little), measured on 0.4, 3
    and 14 million words.
    """

    shift: float = Field(
        default=2.0,
        ge=1,
        description="k, whose logarithm is taken off each PMI before negative values become zero; "
        "plays the part of skip-gram's `negatives`; 1 takes nothing off",
    )
    eigenvalue_weight: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="power of the singular values in the vectors: 0 weighs all components alike, "
        "1 is plain truncated SVD",
    )
