"""GloVe: vectors fitted to the logarithm of how often two words meet.

Pennington, Socher & Manning 2014, "GloVe: Global Vectors for Word Representation", EMNLP. Pairs
are counted once, each with one over its distance δ, so X(i, j) = Σ 1/δ. Then vectors and biases of
words (w, b) and of contexts (w̃, b̃) are fitted by AdaGrad (Duchi, Hazan & Singer 2011, JMLR 12) to

    J = Σ f(X(i, j)) · (w_i · w̃_j + b_i + b̃_j − log X(i, j))²,   f(x) = min((x / x_max)^α, 1)

over the pairs that met: skip-gram and PPMI learn from pairs that never meet, too, GloVe does not.
The paper's vectors are w + w̃, which point where
:attr:`compare.word2vec.tables.SkipgramTables.mean` does.

The authors' program steps pair by pair. Here words are dealt into groups at random, and a step
takes all pairs of one group of words with one group of contexts (``word2vec/pair_blocks.py``): its
residuals and gradients are three sparse products with tables small enough for the processor's
cache. A row steps once for the summed gradient of its pairs in the block, and AdaGrad divides by
the root of all such sums squared: however many pairs of a frequent word fall into a block, none of
its components moves further than the learning rate.

Biases start where they fit best without any vectors. From zero they would take epochs to get
there, and until then vectors grow in one common direction to do the work of biases.

Left out: stepping pair by pair, and windows to one side.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from compare.cache import versions
from compare.errors import InputError, TrainingError
from compare.machine import hidden_facts, numpy_facts, require_memory, torch_threads
from compare.options import Options
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.trainers.word_tables import FittedTables, table_trainer, timed
from compare.word2vec.tables import EpochLoss, SkipgramTables

if TYPE_CHECKING:
    import scipy.sparse
    import torch

    from compare.trainers.sources import SentenceIds
    from compare.word2vec.pair_blocks import Block

MIN_GROUPS = 8
"""Each row steps so many times an epoch at least, also on a short text."""

FIRST_SQUARES = 1.0
"""What the sums of squared gradients begin with, as in the authors' program: a row with little
evidence takes small steps. From 0.01 analogies end 4 points lower; from 10 they take twice as
many epochs."""

BIAS_ROUNDS = 10
"""Rounds of the biases' own fit: a start need not be exact."""

STEPS_SHOWN = 64
"""Progress is told every so many steps."""


class GloVeOptions(Options):
    """Options of GloVe; the defaults suit texts of about ten million words.

    Sources: Pennington et al. 2014 (``alpha`` in section 3; their ``x_max`` of 100 is for billions
    of words), the demonstration of their program on 17 million words (``window``, ``x_max``).
    """

    dimension: int = Field(default=100, ge=2, le=100_000, description="components of a word vector")
    window: int = Field(
        default=15, ge=1, le=100, description="largest distance of a pair, in words"
    )
    sentence_borders: bool = Field(
        default=False,
        description="windows end at sentence borders; false: they run across the whole text, as "
        "in the authors' program on a text without line breaks, and to better vectors",
    )
    epochs: int = Field(
        default=15, ge=1, le=1_000_000, description="passes over the pairs of words that meet"
    )
    learning_rate: float = Field(
        default=0.1, gt=0, lt=10, description="AdaGrad's step size: no component moves further"
    )
    x_max: float = Field(
        default=10.0,
        gt=0,
        description="count (pairs at distance 1) from which on all pairs weigh alike",
    )
    alpha: float = Field(
        default=0.75, ge=0, le=2, description="power of the count in the weight of rarer pairs"
    )
    batch_pairs: int = Field(
        default=16384,
        ge=1,
        le=1 << 26,
        description="pairs of words in a step, on average and at most: a short text gets smaller "
        "steps",
    )


def train_glove(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: GloVeOptions,
    *,
    runtime: Runtime,
) -> SkipgramTables:
    """Count the pairs of a text and fit vectors to them.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders.
    vocabulary : Vocabulary
    options : GloVeOptions
    runtime : Runtime
        Its seed and device; progress is told the words counted, then the pairs fitted (epochs
        counted). There are no checkpoints.

    Returns
    -------
    SkipgramTables
        ``input`` = w and ``output`` = w̃; ``mean`` is half the paper's vectors. A word that meets
        no other has zero vectors. The training loss of an epoch is J over the number of pairs, of
        each block before its step; there is no validation loss (NaN).

    Raises
    ------
    InputError
        If no sentence has a pair, or the training does not fit into memory.
    TrainingError
        If the loss is not finite.
    """
    from compare.word2vec.cooccurrences import count_cooccurrences
    from compare.word2vec.pairs import check_pairs

    check_pairs(tokens, sentence_borders=options.sentence_borders)
    if not options.sentence_borders:
        tokens = TokenArray(tokens.ids, tokens.starts[:1], tokens.n_units)
    counts = count_cooccurrences(
        tokens,
        vocabulary,
        weights=distance_weights(options.window),
        subsample=0,
        seed=runtime.seed,
        progress=runtime.progress,
    )
    return fit_glove(counts, options, runtime=runtime)


def distance_weights(window: int) -> np.ndarray:
    """Weigh pairs by one over their distance, float64 (window,).

    Examples
    --------
    >>> distance_weights(4).round(2)
    array([1.  , 0.5 , 0.33, 0.25])
    """
    return 1 / np.arange(1, window + 1)


def fit_glove(
    counts: scipy.sparse.csr_array,
    options: GloVeOptions,
    *,
    runtime: Runtime,
) -> SkipgramTables:
    """Fit vectors to pairs that were counted before; the rest as in :func:`train_glove`.

    Parameters
    ----------
    counts : csr_array of float64, shape (n_words, n_words)
        X, symmetric, all stored values above 0; ``window`` and ``sentence_borders`` were its
        counter's to heed.

    Raises
    ------
    InputError
        If there are no counts, or one stored is not above 0; also if memory is short.
    TrainingError
        If the loss is not finite.
    """
    if counts.nnz == 0 or not counts.data.min() > 0:
        raise InputError(
            f"GloVe takes logarithms of counts, which must be above 0; found {counts.nnz} counts"
            + (f", the smallest {counts.data.min():g}: drop those of 0" if counts.nnz else "")
        )
    steps = GloVeSteps(counts, options, seed=runtime.seed, device=runtime.device)
    for done, loss in steps.run():
        runtime.progress(done, options.epochs * counts.nnz, unit="pairs", loss=loss)
    return steps.tables(np.diff(counts.indptr) > 0)


def bias_start(
    counts: scipy.sparse.csr_array, *, x_max: float, alpha: float, n_rounds: int = BIAS_ROUNDS
) -> np.ndarray:
    """Find the biases that fit best while all vectors are zero.

    Words and contexts get the same ones, since the counts are symmetric. Each b_i is moved half
    way to the weighted mean of log X(i, j) − b_j; all the way, their mean would swing for ever.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        In nats; that of a word without pairs means nothing.
    """
    import scipy.sparse

    from compare.word2vec.pair_blocks import pair_weights

    f = pair_weights(counts.data, x_max=x_max, alpha=alpha)
    logs = f * np.log(counts.data)
    weights, weighted_logs = (
        scipy.sparse.csr_array((values, counts.indices, counts.indptr), shape=counts.shape)
        for values in (f, logs)
    )
    of_word, sums = weights.sum(axis=1), weighted_logs.sum(axis=1)
    of_word = np.where(of_word > 0, of_word, 1)
    biases = np.full(counts.shape[0], logs.sum() / f.sum() / 2)
    for _ in range(n_rounds):
        biases = (biases + (sums - weights @ biases) / of_word) / 2
    return biases


class GloVeSteps:
    """The tables, rows by group, and where training stands.

    Two more columns make biases part of the products: (w, b, 1) · (w̃, 1, b̃) = w · w̃ + b + b̃.
    """

    def __init__(
        self, counts: scipy.sparse.csr_array, options: GloVeOptions, *, seed: int, device: str
    ) -> None:
        import torch

        from compare.word2vec.pair_blocks import N_BYTES_PAIR, blocks_of

        n_words, n_pairs, dim = counts.shape[0], counts.nnz, options.dimension
        require_memory(
            # Two tables, their squares, and two more while they are drawn or given back.
            4 * 6 * n_words * (dim + 2) + N_BYTES_PAIR * n_pairs,
            f"fitting {n_words:,} words in {dim:,} dimensions to {n_pairs:,} pairs",
            "lower dimension or window, or raise min_count",
            device=device,
        )
        self.options, self.device, self.n_pairs = options, device, n_pairs
        self.rng = np.random.default_rng(seed)
        self.word_of_row = self.rng.permutation(n_words)
        n_groups = max(MIN_GROUPS, int(np.ceil((n_pairs / options.batch_pairs) ** 0.5)))
        groups = np.array_split(self.word_of_row, min(n_groups, n_words))
        self.blocks = blocks_of(
            counts, groups, x_max=options.x_max, alpha=options.alpha, device=device
        )
        biases = bias_start(counts, x_max=options.x_max, alpha=options.alpha)[self.word_of_row]
        generator = torch.Generator().manual_seed(seed)

        def table(bias: int, one: int) -> torch.Tensor:
            drawn = torch.rand((n_words, dim + 2), generator=generator).sub_(0.5).div_(dim)
            drawn[:, bias], drawn[:, one] = torch.from_numpy(biases), 1
            return drawn.to(device)  # (n_words, dim + 2)

        self.words, self.contexts = table(dim, dim + 1), table(dim + 1, dim)
        self.word_squares, self.context_squares = (
            torch.full_like(each, FIRST_SQUARES) for each in (self.words, self.contexts)
        )
        self.history: list[EpochLoss] = []

    def run(self) -> Iterator[tuple[int, float]]:
        """Train; yields now and then the pairs behind us and the epoch's mean loss so far."""
        import torch

        for epoch in range(1, self.options.epochs + 1):
            started = time.perf_counter()
            total = torch.zeros((), dtype=torch.float64, device=self.device)
            done = 0
            for step, number in enumerate(self.rng.permutation(len(self.blocks)), start=1):
                total += self.step(self.blocks[number])
                done += len(self.blocks[number].weights)
                if step % STEPS_SHOWN == 0 or step == len(self.blocks):
                    self._check(float(total), epoch)
                    yield (epoch - 1) * self.n_pairs + done, float(total) / done
            seconds = time.perf_counter() - started
            self.history.append(EpochLoss(epoch, float(total) / done, float("nan"), seconds))

    def _check(self, loss: float, epoch: int) -> None:
        if not np.isfinite(loss):
            raise TrainingError(
                f"the loss is not finite in epoch {epoch}: the vectors grew without bound; lower "
                f"learning_rate (now {self.options.learning_rate})"
            )

    def step(self, block: Block) -> torch.Tensor:
        """Move the rows of a block once; returns its share of J before that, a scalar."""
        import torch
        import torch.nn.functional as F

        words, contexts = self.words[block.words], self.contexts[block.contexts]
        residuals = torch.sparse.sampled_addmm(block.minus_log, words, contexts.T).values()
        weighted = block.weights * residuals  # (n_pairs,)
        slopes = 2 * weighted  # of J by each pair's product
        # Each row's gradient is a sum of the other side's rows, with the slopes as weights.
        word_gradient = F.embedding_bag(
            block.minus_log.col_indices(),
            contexts,
            block.minus_log.crow_indices(),
            mode="sum",
            per_sample_weights=slopes,
            include_last_offset=True,
        )  # (n_words, dim + 2)
        context_gradient = F.embedding_bag(
            block.word_ids,
            words,
            block.context_starts,
            mode="sum",
            per_sample_weights=slopes[block.by_context],
            include_last_offset=True,
        )  # (n_contexts, dim + 2)
        word_gradient[:, -1] = 0  # the columns of ones stay
        context_gradient[:, -2] = 0
        rate = self.options.learning_rate
        _adagrad(words, self.word_squares[block.words], word_gradient, rate)
        _adagrad(contexts, self.context_squares[block.contexts], context_gradient, rate)
        loss: torch.Tensor = (weighted * residuals).sum()
        return loss

    def tables(self, meets: np.ndarray) -> SkipgramTables:
        """Put the vectors into the order of words; zero where a word meets no other."""
        by_word = np.argsort(self.word_of_row)
        words, contexts = (
            table[:, : self.options.dimension].cpu().numpy()[by_word] * meets[:, None]
            for table in (self.words, self.contexts)
        )
        return SkipgramTables(words, contexts, tuple(self.history))


def _adagrad(
    rows: torch.Tensor, squares: torch.Tensor, gradient: torch.Tensor, learning_rate: float
) -> None:
    """Step in place; all of shape (n_rows, dim + 2)."""
    squares.addcmul_(gradient, gradient)
    rows.addcdiv_(gradient, squares.sqrt(), value=-learning_rate)


def _fit(source: SentenceIds, options: GloVeOptions, runtime: Runtime) -> FittedTables:
    with torch_threads(runtime.threads):
        return timed(
            lambda: train_glove(source.training, source.vocabulary, options, runtime=runtime),
            source,
            epochs=options.epochs,
            threads=runtime.threads,
        )


def _hangs_on(_options: GloVeOptions, _source: Any, runtime: Runtime) -> Mapping[str, Any]:
    machine = {"device": runtime.device, "threads": runtime.threads}
    return {**machine, **hidden_facts(), **numpy_facts(), **versions("torch", "scipy", "numpy")}


GLOVE = table_trainer(
    name="glove",
    label="GloVe",
    says="global vectors: a weighted fit to the logarithms of co-occurrence counts",
    family="counts",
    options=GloVeOptions,
    fit=_fit,
    hangs_on=_hangs_on,
    compared=("mean",),  # the paper's vectors: the sum of both tables
    table_labels={"mean": "", "input": ", word table", "output": ", context table"},
    loss="weighted square of a log count",
)
