"""What skip-gram training takes and gives: one set of options and results for both trainers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compare.options import Options, Precision, SnapshotShares


class SkipgramOptions(Options):
    """Options of skip-gram training, for our trainer and for gensim's alike.

    Sources: Mikolov et al. 2013b, arXiv:1310.4546 (``negatives`` and ``noise_exponent`` in section
    2.2, ``subsample`` in 2.3, in the form of their C code); Mikolov et al. 2013a, arXiv:1301.3781
    (dynamic windows, the linear decay of the learning rate); Levy, Goldberg & Dagan 2015, TACL 3
    (what windows, ``noise_exponent`` and subsampling before windows do to the vectors).
    ``batch_words``, ``precision`` and ``snapshots`` are our trainer's own (``row_steps.py`` says
    why large steps are safe).
    """

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
    negatives: int = Field(default=5, ge=1, le=1000, description="noise words for each pair")
    noise_exponent: float = Field(
        default=0.75, ge=-2, le=2, description="noise words are drawn from counts to this power"
    )
    subsample: float = Field(
        default=1e-3,
        ge=0,
        lt=1,
        description="frequency above which occurrences are dropped at random; 0 keeps all",
    )
    epochs: int = Field(default=5, ge=1, le=1_000_000, description="passes over the training text")
    learning_rate: float = Field(default=0.025, gt=0, lt=10, description="step size at the start")
    min_learning_rate: float = Field(
        default=1e-4, ge=0, lt=10, description="step size that the linear decay ends at"
    )
    decay: Literal["linear", "constant"] = Field(
        default="linear", description="how the learning rate falls with the words seen"
    )
    batch_words: int = Field(
        default=4096,
        ge=1,
        le=1 << 22,
        description="kept words in a step of the torch trainer, at most: a short text gets "
        "smaller steps (gensim steps pair by pair)",
    )
    precision: Precision = Field(
        default="auto",
        description="numbers of the torch trainer's matrix products; the tables are float32. "
        "'auto': bfloat16 where the processor has it",
    )
    snapshots: SnapshotShares = Field(
        default=(),
        strict=False,
        description="shares of the training, between 0 and 1, at which the torch trainer keeps a "
        "copy of the input vectors, to show how neighbours settle",
    )
