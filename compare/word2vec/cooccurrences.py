"""How often two words meet in a window, counted over a text of any length."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from compare.progress import Progress, silent
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary
from compare.word2vec.sampling import keep_probability

MAX_BLOCK_PAIRS = 1 << 22
"""Pairs of a block of text, at most: about 0.2 GiB while they are sorted."""


def context_weights(window: int, *, dynamic: bool) -> np.ndarray:
    """Weigh the contexts of a centre by their distance.

    Parameters
    ----------
    window : int
        Largest distance.
    dynamic : bool
        Whether each window is drawn uniformly from 1 to ``window``: it then reaches distance δ in
        ``window + 1 − δ`` of ``window`` cases. Otherwise all windows are of full width.

    Returns
    -------
    ndarray of float64, shape (window,)
        In (0, 1]; the weights of distance 1, 2, …, ``window``.

    Examples
    --------
    >>> context_weights(4, dynamic=True)
    array([1.  , 0.75, 0.5 , 0.25])
    """
    if not dynamic:
        return np.ones(window)
    return np.arange(window, 0, -1) / window


def count_cooccurrences(
    tokens: TokenArray,
    vocabulary: Vocabulary,
    *,
    weights: np.ndarray,
    subsample: float,
    seed: int,
    progress: Progress = silent,
) -> scipy.sparse.csr_array:
    """Count how often two words meet in a window, each time with the weight of their distance.

    The text is read in blocks, and memory grows with the number of different pairs, not with the
    length of the text.

    Parameters
    ----------
    tokens : TokenArray
        Word ids with sentence borders, where windows end.
    vocabulary : Vocabulary
        Its counts rule the subsampling.
    weights : ndarray of float64, shape (window,)
        What a pair counts at distance 1, 2, …, ``window`` (in kept words), as from
        :func:`context_weights`.
    subsample : float
        Frequency above which occurrences are dropped at random; 0 keeps all.
    seed : int
        Of the subsampling.

    Returns
    -------
    csr_array of float64, shape (n_words, n_words)
        Symmetric: whenever w is a context of c, c is one of w.
    """
    n_words, n_tokens = len(vocabulary), len(tokens)
    window = len(weights)
    keep = keep_probability(vocabulary.counts, subsample)
    rng = np.random.default_rng(seed)
    sums = [scipy.sparse.csr_array((n_words, n_words), dtype=np.float64)]
    n_block = max(MAX_BLOCK_PAIRS // window, 1)
    ids = sentence = np.zeros(0, dtype=np.int64)
    for low in range(0, n_tokens, n_block):
        high = min(low + n_block, n_tokens)
        block = np.asarray(tokens.ids[low:high], dtype=np.int64)
        kept = np.flatnonzero(rng.random(len(block)) < keep[block])
        # The end of the block before comes along, so that no pair is lost between two blocks.
        n_before = min(len(ids), window)
        ids = np.concatenate([ids[len(ids) - n_before :], block[kept]])
        of_kept = np.searchsorted(tokens.starts, low + kept, side="right")
        sentence = np.concatenate([sentence[len(sentence) - n_before :], of_kept])
        sums.append(_count_block(ids, sentence, n_before, weights, n_words))
        # Only sums of like size are added, or each block would cost a pass over all pairs so far.
        while len(sums) > 1 and sums[-2].nnz < 2 * sums[-1].nnz:
            sums.append(sums.pop() + sums.pop())
        progress(high, n_tokens, unit="words")
    while len(sums) > 1:
        sums.append(sums.pop() + sums.pop())
    # Each pair was counted once, above the diagonal or on it; now also from the other side.
    return scipy.sparse.csr_array(sums[0] + sums[0].T)


def _count_block(
    ids: np.ndarray, sentence: np.ndarray, n_before: int, weights: np.ndarray, n_words: int
) -> scipy.sparse.csr_array:
    """Sum the weights of the unordered pairs whose second word is not among the ``n_before``.

    One number stands for a pair and its distance; equal pairs come together by sorting.
    """
    window = len(weights)
    keys = []
    for distance in range(1, window + 1):
        second = np.arange(max(n_before, distance), len(ids))
        second = second[sentence[second] == sentence[second - distance]]
        words, others = ids[second], ids[second - distance]
        pair = np.minimum(words, others) * n_words + np.maximum(words, others)
        keys.append(pair * window + (distance - 1))
    pairs, place = np.divmod(np.sort(np.concatenate(keys)), window)
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))  # where each pair's run begins
    rows, columns = np.divmod(pairs[firsts], n_words)
    borders = np.searchsorted(rows, np.arange(n_words + 1))
    return scipy.sparse.csr_array(
        (np.add.reduceat(weights[place], firsts), columns.astype(np.int32), borders),
        shape=(n_words, n_words),
    )
