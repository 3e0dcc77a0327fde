"""What is drawn at random for a stretch of text: kept words, their windows, noise words.

The same draws as ``sampling.py`` and ``pairs.py`` describe, with random numbers that hang on the
seed of the stretch and on a place alone: no state is carried from one draw to the next.
"""

from __future__ import annotations

import numpy as np

from compare.compiling import Whole, compiled, compiled_inside

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_11, _40 = np.uint64(11), np.uint64(40)


@compiled
def random_bits(seed: np.uint64, number: int) -> np.uint64:
    """Give 64 random bits: the ``number``-th of SplitMix64 (Steele, Lea & Flood 2014)."""
    bits = seed + np.uint64(number + 1) * _GOLDEN
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@compiled_inside
def uniform(seed: np.uint64, number: int) -> np.float32:
    """Draw from [0, 1), in steps of 2⁻²⁴."""
    return np.float32(random_bits(seed, number) >> _40) * np.float32(2.0**-24)


@compiled
def below(seed: np.uint64, number: int, n: int) -> Whole:
    """Draw a whole number from 0 to n − 1; n is at most 2³²."""
    return np.int64((random_bits(seed, number) >> _32) * np.uint64(n) >> _32)


@compiled_inside
def _lay_windows(
    first: Whole,
    last: Whole,
    n_kept: Whole,
    smallest: int,
    largest: int,
    seed: np.uint64,
    left: np.ndarray,
    right: np.ndarray,
) -> None:
    """Draw the windows of a sentence, cut at its ends: it holds the kept words first … last − 1.

    Those before 0, and from ``n_kept`` on, are seen, but have no windows of their own.
    """
    for place in range(max(first, 0), min(last, n_kept)):
        reach = smallest + below(seed, place, largest - smallest + 1)
        left[place] = min(reach, place - first)
        right[place] = min(reach, last - 1 - place)


@compiled
def prepare(
    ids: np.ndarray,
    starts: np.ndarray,
    before: np.ndarray,
    behind: np.ndarray,
    keep: np.ndarray,
    smallest: int,
    largest: int,
    seed: np.uint64,
    text: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
) -> Whole:
    """Subsample a stretch of text and draw windows over the words that are kept.

    Parameters
    ----------
    ids : ndarray of int32, shape (n,)
        Word ids.
    starts : ndarray of int64
        Where sentences begin, rising; windows end there.
    before, behind : ndarray of int32, shapes (≤ largest,)
        Kept words of the first sentence that stand before the stretch, and of the last one behind.
    keep : ndarray of float32, shape (n_words,)
        Probability of each word to be kept.
    smallest, largest : int
        Windows are drawn uniformly from these and those between them.
    seed : uint64
    text : ndarray of int32, shape (largest + n + largest,) at least
        Takes the kept words, with those before and behind them, and zeros up to ``largest``.
    left, right : ndarray of int32, shape (n,) at least
        Take how many words each kept word sees before and behind it.

    Returns
    -------
    int
        How many words are kept.
    """
    window_seed = random_bits(seed, -2)
    n_before, n_behind = np.int64(len(before)), np.int64(len(behind))
    n_kept, first, sentence = np.int64(0), -n_before, 0
    for place in range(largest - n_before):
        text[place] = 0
    for place in range(n_before):
        text[largest - n_before + place] = before[place]
    for place in range(len(ids)):
        if sentence < len(starts) and starts[sentence] == place:
            sentence += 1
            _lay_windows(first, n_kept, n_kept, smallest, largest, window_seed, left, right)
            first = n_kept
        word = ids[place]
        if uniform(seed, place) < keep[word]:
            text[largest + n_kept] = word
            n_kept += 1
    last = n_kept + n_behind
    _lay_windows(first, last, n_kept, smallest, largest, window_seed, left, right)
    for place in range(n_behind):
        text[largest + n_kept + place] = behind[place]
    for place in range(largest + last, largest + n_kept + largest):
        text[place] = 0
    return n_kept


@compiled
def draw_noise(cumulative: np.ndarray, seed: np.uint64, noise: np.ndarray) -> None:
    """Draw noise words, each as often as it should be: see ``NoiseSampler``.

    Parameters
    ----------
    cumulative : ndarray of float64, shape (n_words,)
        Distribution; ends at 1.
    seed : uint64
    noise : ndarray of int32
        Is filled, in random order.
    """
    n, word = len(noise), 0
    shift = np.float64(random_bits(seed, -3) >> _11) * 2.0**-53
    for place in range(n):
        while word < len(cumulative) - 1 and cumulative[word] <= (place + shift) / n:
            word += 1
        noise[place] = word
    for place in range(n - 1, 0, -1):
        other = below(seed, place, place + 1)
        noise[place], noise[other] = noise[other], noise[place]
