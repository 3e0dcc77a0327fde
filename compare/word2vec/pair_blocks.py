"""Counted pairs cut into blocks: all pairs of a group of words with a group of contexts.

What one step of a fit to counts takes. A block holds the logarithms and weights of its counts

    log X(i, j),   f(X(i, j)) = min((X(i, j) / x_max)^α, 1)

(Pennington, Socher & Manning 2014, equation 9) in two orders: that of words, in which the gradient
of each word is a sum over a run of pairs, and the permutation to that of contexts, for theirs.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import scipy.sparse
import torch


def pair_weights(counts: np.ndarray, *, x_max: float, alpha: float) -> np.ndarray:
    """Compute ``f(x) = min((x / x_max)^α, 1)``, in 0 to 1; larger: the pair counts for more.

    Parameters
    ----------
    counts : ndarray of float64, shape (n_pairs,)
        X, above 0.

    Examples
    --------
    >>> pair_weights(np.array([1.0, 16.0, 99.0]), x_max=16, alpha=0.75)
    array([0.125, 1.   , 1.   ])
    """
    return np.minimum((counts / x_max) ** alpha, 1)


class Block(NamedTuple):
    """The pairs of a group of words with a group of contexts.

    Attributes
    ----------
    words, contexts : slice
        Rows of the tables, which are ordered by group.
    minus_log : sparse CSR tensor of float32, shape (n_words, n_contexts)
        −log X, pairs in the order of words.
    weights : tensor of float32, shape (n_pairs,)
        f(X), in the order of words.
    by_context : tensor of int32, shape (n_pairs,)
        Puts what is in the order of words into the order of contexts.
    word_ids : tensor of int32, shape (n_pairs,)
        Words within the group, in the order of contexts.
    context_starts : tensor of int32, shape (n_contexts + 1,)
        Where each context's pairs begin in that order.
    """

    words: slice
    contexts: slice
    minus_log: torch.Tensor
    weights: torch.Tensor
    by_context: torch.Tensor
    word_ids: torch.Tensor
    context_starts: torch.Tensor


N_BYTES_PAIR = 20
"""Of a block, for each pair: five numbers of four bytes."""


def blocks_of(
    counts: scipy.sparse.csr_array,
    groups: list[np.ndarray],
    *,
    x_max: float,
    alpha: float,
    device: str,
) -> list[Block]:
    """Cut the counts into blocks; those without a pair are left out.

    Parameters
    ----------
    counts : csr_array of float64, shape (n_words, n_words)
        X; all stored values above 0.
    groups : list of ndarray
        The words of each group; rows of the tables are words in this order.
    x_max, alpha : float
        Of :func:`pair_weights`.
    """
    borders = np.cumsum([0, *map(len, groups)]).tolist()
    row_of = np.empty(counts.shape[0], dtype=np.int32)
    row_of[np.concatenate(groups)] = np.arange(counts.shape[0])
    slices = [slice(*ends) for ends in pairwise(borders)]
    blocks = []
    for words, group in zip(slices, groups, strict=True):
        strip = counts[group]
        strip.indices = row_of[strip.indices]
        strip = strip.tocsc()
        for contexts in slices:
            part = strip[:, contexts].tocsr()
            if part.nnz:
                weights = pair_weights(part.data, x_max=x_max, alpha=alpha)
                blocks.append(_block(part, words, contexts, weights, device))
    return blocks


def _block(
    part: scipy.sparse.csr_array, words: slice, contexts: slice, weights: np.ndarray, device: str
) -> Block:
    def tensor(values: np.ndarray, kind: type[np.generic]) -> torch.Tensor:
        return torch.from_numpy(values.astype(kind)).to(device)

    places = scipy.sparse.csr_array(
        (np.arange(part.nnz), part.indices, part.indptr), shape=part.shape
    ).tocsc()
    with warnings.catch_warnings():
        # Torch calls these tensors a beta; the products taken of them are held to a slow twin.
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        minus_log = torch.sparse_csr_tensor(
            tensor(part.indptr, np.int32),
            tensor(part.indices, np.int32),
            tensor(-np.log(part.data), np.float32),
            part.shape,
            check_invariants=False,
        )
    return Block(
        words,
        contexts,
        minus_log,
        tensor(weights, np.float32),
        by_context=tensor(places.data, np.int32),
        word_ids=tensor(places.indices, np.int32),
        context_starts=tensor(places.indptr, np.int32),
    )
