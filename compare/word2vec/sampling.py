"""How often word2vec looks at each word: subsampling of frequent words, and the noise.

Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their
Compositionality", section 2.2 and 2.3; the subsampling formula is the one of their C code.
"""

from __future__ import annotations

import numpy as np


def keep_probability(counts: np.ndarray, threshold: float) -> np.ndarray:
    """Compute the probability with which an occurrence of each word is kept.

    With the frequency ``f`` of a word and the threshold ``t``, it is
    ``(sqrt(f / t) + 1) · t / f``, at most 1: the C code's form of the paper's ``sqrt(t / f)``.

    Parameters
    ----------
    counts : ndarray, shape (n_words,)
        Occurrences of each word, at least 1.
    threshold : float
        Words rarer than about ``2.6 t`` are always kept; 0 keeps every word.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        In (0, 1].

    Examples
    --------
    >>> keep_probability(np.array([90, 10]), 0.1).round(3)
    array([0.444, 1.   ])
    """
    if threshold == 0:
        return np.ones(len(counts))
    frequency = counts / counts.sum()
    probability = (np.sqrt(frequency / threshold) + 1) * threshold / frequency
    at_most_one: np.ndarray = np.minimum(probability, 1.0)
    return at_most_one


def kept_near(
    ids: np.ndarray,
    place: int,
    end: int,
    keep: np.ndarray,
    n: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Subsample the text from a place on, until ``n`` words are kept.

    Parameters
    ----------
    ids : ndarray of int32, shape (n_tokens,)
        Is read no further than it must be.
    place, end : int
        From where and up to where: forwards, or backwards where ``end`` is the smaller.
    keep : ndarray, shape (n_words,)
        As from :func:`keep_probability`.

    Returns
    -------
    ndarray of int32, shape (≤ n,)
        In the order of the text.

    Examples
    --------
    >>> kept_near(np.arange(9), 5, 2, np.ones(9), 2, np.random.default_rng(0))
    array([3, 4], dtype=int32)
    """
    step = 1 if end > place else -1
    kept: list[int] = []
    size = 16 * n
    while len(kept) < n and place != end:
        stop = min(place + size, end) if step > 0 else max(place - size, end)
        part = np.asarray(ids[min(place, stop) : max(place, stop)])[::step]
        kept += part[rng.random(len(part)) < keep[part]].tolist()
        place, size = stop, 2 * size
    return np.array(kept[:n][::step], dtype=np.int32)


def noise_distribution(counts: np.ndarray, exponent: float) -> np.ndarray:
    """Compute the probability of each word as a noise word: ``count ** exponent``, normalised.

    Parameters
    ----------
    counts : ndarray, shape (n_words,)
    exponent : float
        0.75 in the paper; 1 draws words as often as they occur, 0 all equally often.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        Sums to 1.
    """
    weights = counts.astype(np.float64) ** exponent
    probability: np.ndarray = weights / weights.sum()
    return probability
