"""The count-based baseline: word vectors without training, from counted pairs alone.

Levy & Goldberg 2014 ("Neural Word Embedding as Implicit Matrix Factorization") show that skip-gram
with k negative samples, given enough dimensions, is at its best where the product of a centre's
and a context's vector is their pointwise mutual information, less log k. So the same table can be
had by counting and one matrix factorisation:

    1. n(w, c)      how often w and c meet in a window           ``count_cooccurrences``
    2. PMI(w, c)  = log( P(w, c) / (P(w) · P_α(c)) ),
       M(w, c)    = max(PMI(w, c) − log k, 0)                    ``shifted_ppmi``
    3. M          ≈ U Σ Vᵀ,  vectors U Σ^p and V Σ^p             ``train_ppmi``

P_α(c) is proportional to the α-th power of the count of c as a context: the exponent of word2vec's
noise distribution, which keeps rare contexts from dominating (Levy, Goldberg & Dagan 2015,
"Improving Distributional Similarity with Lessons Learned from Word Embeddings", section 3.2; p and
k are in it, too). Negative values become zero because most pairs never meet, and their PMI is −∞.

Text and windows are those of skip-gram (``pairs.py``): frequent words are subsampled before windows
are laid, and windows end at sentence borders. Where skip-gram draws the width of each window, a
pair here counts with the chance that it is seen.

Left out: deleting rare words as contexts only, and sums of both tables
(:attr:`compare.word2vec.tables.SkipgramTables.mean` is at hand for that).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse
from scipy.sparse.linalg import svds
from threadpoolctl import threadpool_limits

from compare.errors import InputError
from compare.runtime import Runtime
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.cooccurrences import context_weights, count_cooccurrences
from compare.word2vec.options import PPMIOptions
from compare.word2vec.pairs import check_pairs, no_pairs
from compare.word2vec.tables import SkipgramTables

MAX_DENSE_WORDS = 1000
"""Up to so many words a dense factorisation takes less than a second, and is exact."""


SMALLEST_SINGULAR_VALUE = 1e-5
"""As a share of the largest. What is smaller is rounding of float32, no direction of the text."""


def train_ppmi(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    options: PPMIOptions,
    *,
    runtime: Runtime,
) -> SkipgramTables:
    """Make word vectors by counting pairs and factorising their shifted PPMI matrix.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders.
    vocabulary : Vocabulary
        Its counts rule the subsampling.
    options : PPMIOptions
    runtime : Runtime
        The seed rules the subsampling and the start of the factorisation; progress is told the
        words counted, and the factorisation after it is silent. There are no checkpoints.

    Returns
    -------
    SkipgramTables
        ``input`` = U Σ^p and ``output`` = V Σ^p, the first component the strongest; no history. At
        p = ½ the products ``input @ output.T`` are the best approximation of the matrix in that
        many dimensions. A word whose row of the matrix is empty has a zero vector. Vectors have
        fewer than ``options.dimension`` components where the matrix has no more directions, as on
        a short text.

    Raises
    ------
    InputError
        If no sentence has a pair, subsampling leaves none, or a matrix so shifted.
    """
    check_pairs(tokens, sentence_borders=options.sentence_borders)
    if not options.sentence_borders:
        tokens = TokenArray(tokens.ids, tokens.starts[:1], tokens.n_units)
    counts = count_cooccurrences(
        tokens,
        vocabulary,
        weights=context_weights(options.window, dynamic=options.window_shape == "dynamic"),
        subsample=options.subsample,
        seed=runtime.seed,
        progress=runtime.progress,
    )
    if counts.nnz == 0:
        raise no_pairs(options.subsample)
    matrix = shifted_ppmi(counts, shift=options.shift, noise_exponent=options.noise_exponent)
    del counts  # the factorisation needs the room
    left, singular_values, right = truncated_svd(matrix, options.dimension, seed=runtime.seed)
    weights = singular_values**options.eigenvalue_weight
    return SkipgramTables(
        np.ascontiguousarray(left * weights, dtype=np.float32),
        np.ascontiguousarray(right * weights, dtype=np.float32),
        history=(),
    )


def shifted_ppmi(
    counts: scipy.sparse.csr_array, *, shift: float, noise_exponent: float
) -> scipy.sparse.csr_array:
    """Compute ``max(PMI − log k, 0)``, in nats; larger: the two words meet more than by chance.

    Parameters
    ----------
    counts : csr_array of float64, shape (n_words, n_words)
        Of centres (rows) and contexts (columns), as from :func:`count_cooccurrences`.
    shift : float
        k, at least 1; 1 gives plain PPMI.
    noise_exponent : float
        α: the chance of a context is taken proportional to its count to this power; 1 gives plain
        PMI, which is symmetric.

    Returns
    -------
    csr_array of float32, shape (n_words, n_words)
        Only what is larger than 0 is stored.

    Examples
    --------
    Two words that meet only each other: P(a, b) = P(a) = P(b) = ½, and log(½ / (½ · ½)) = log 2.

    >>> counts = scipy.sparse.csr_array([[0.0, 3.0], [3.0, 0.0]])
    >>> shifted_ppmi(counts, shift=1, noise_exponent=1).toarray().round(2)
    array([[0.  , 0.69],
           [0.69, 0.  ]], dtype=float32)
    """
    if counts.nnz == 0:
        return counts.astype(np.float32)
    of_center, of_context = (np.asarray(counts.sum(axis=axis)) for axis in (1, 0))
    # A word that meets no other has no entry below; the log of its 0 must only not warn.
    log_center, log_context = (
        np.log(marginal, where=marginal > 0, out=np.zeros(len(marginal)))
        for marginal in (of_center, of_context)
    )
    # P(w, c) / (P(w) P_α(c)) = n(w, c) / n(w) · Σ n(c')^α / n(c)^α
    log_total = np.log((of_context[of_context > 0] ** noise_exponent).sum())
    information = np.log(counts.data)
    information -= np.repeat(log_center, np.diff(counts.indptr))
    information -= noise_exponent * log_context[counts.indices]
    information += log_total - np.log(shift)
    matrix = counts.astype(np.float32)  # a copy: dropping zeros must not touch the counts
    matrix.data = np.maximum(information, 0).astype(np.float32)
    matrix.eliminate_zeros()
    return matrix


def truncated_svd(
    matrix: scipy.sparse.csr_array, dimension: int, *, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the strongest directions of a square matrix: M ≈ U Σ Vᵀ.

    ARPACK's Lanczos iteration is exact. A randomised SVD is faster with the usual four to seven
    passes, but the singular values of such matrices fall slowly, and it gets the directions of the
    smaller ones wrong.

    Parameters
    ----------
    matrix : csr_array, shape (n_words, n_words)
    dimension : int
        Singular values to find, at most.
    seed : int
        Of the vector that the iteration starts from: it changes rounding alone.

    Returns
    -------
    left, values, right : ndarray, shapes (n_words, dim), (dim,), (n_words, dim)
        U, the diagonal of Σ, falling, and V, with dim the smaller of ``dimension`` and the rank of
        the matrix. The largest component of each column of U, by absolute value, is positive.

    Raises
    ------
    InputError
        If the matrix is empty.
    """
    # The products with single vectors gain nothing from more threads and lose much to waiting.
    with threadpool_limits(limits=1, user_api="blas"):
        left, values, right = _any_svd(matrix, min(dimension, matrix.shape[0]), seed=seed)
    rank = int(np.count_nonzero(values > SMALLEST_SINGULAR_VALUE * values[0]))
    if rank == 0:
        raise InputError(
            "the shifted PPMI matrix is empty: no two words meet more often than chance would "
            "have them; lower shift, or give more text"
        )
    left, values, right = left[:, :rank], values[:rank], right[:, :rank]
    # A singular vector has no sign of its own; without a rule, chance would give it one.
    largest = np.abs(left).argmax(axis=0)
    signs = np.sign(left[largest, np.arange(rank)])
    return left * signs, values, right * signs


def _any_svd(
    matrix: scipy.sparse.csr_array, dimension: int, *, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n_words = matrix.shape[0]
    if n_words <= max(MAX_DENSE_WORDS, 2 * dimension):
        left, values, right = np.linalg.svd(matrix.toarray().astype(np.float64))
        return left[:, :dimension], values[:dimension], right[:dimension].T
    if matrix.nnz == 0:  # where ARPACK cannot start
        nothing = np.zeros((n_words, dimension))
        return nothing, np.zeros(dimension), nothing
    start = np.random.default_rng(seed).normal(size=n_words).astype(np.float32)
    left, values, right = svds(matrix, dimension, v0=start, solver="arpack")
    return left[:, ::-1], values[::-1], right[::-1].T
