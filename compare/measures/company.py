"""Whether a word's neighbours in a space stand around it in a text, or could stand in its place.

Two words may stand *together*, as "drink" and "coffee", or one *in place of* the other, as "tea"
and "coffee" (Sahlgren 2006, "The Word-Space Model", chapter 7; Rapp 2002, COLING). For a word w,
each neighbour n in the space is set beside controls c: words about as frequent, no neighbours of w.

    around(w)   = mean over n, c of  P( lift(w, n) > lift(w, c) ),   ties count ½
    in place(w) = mean over n, c of  P( cos(p_w, p_n) > cos(p_w, p_c) ),   ties count ½

    lift(w, c)  = near(w, c) · N / (count(w) · count(c) · 2 · window)
    p_w         = max(log( beside(w, x) · N / (count(w) · count(x)) ), 0)  for the words x directly
                  left of w, and apart from them for those directly right of it

near and beside are counts of a text of N words (``text/company_counts.py``). Both go from 0 to 1;
½ is no relation, and larger is more of it. A space can have both, one or neither.

Counts of the very text a space was trained on favour spaces that are made of such counts (PPMI);
another text favours nobody, but may use words otherwise. Left out: neighbours beyond ``window``,
direct neighbours beyond the first, and words too rare to be judged, which are counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from compare.errors import InputError, checked_seed, whole_number
from compare.measures.company_judge import (
    BLOCK,
    MINIMAL_COUNT,
    MINIMAL_NEIGHBOUR_COUNT,
    N_CONTROLS,
    CompanyJudge,
    blocks_of_pairs,
    checked_rows,
)
from compare.text.company_counts import CompanyCounts

N_PROBES = 2000
"""Words that are asked about."""

MINIMAL_JOINT_COUNT = 5
"""Meetings below which two words are not among the nearest by company."""


@dataclass(frozen=True, eq=False)
class Company:
    """How the neighbours of some words stand to them in a text.

    Attributes
    ----------
    around, in_place : ndarray of float64, shape (n_probes,)
        Of each word, 0 to 1; ½: no more than words of the same frequency. NaN where the word, or
        each of its neighbours, cannot be judged.
    meeting, controls_meeting : ndarray of float64, shape (n_probes,)
        Share of the neighbours, and of their controls, that stand near the word at least once.
    is_judged : ndarray of bool, shape (n_probes, k)
        Whether the neighbour, and the word, are frequent enough and a control was found.
    """

    around: np.ndarray
    in_place: np.ndarray
    meeting: np.ndarray
    controls_meeting: np.ndarray
    is_judged: np.ndarray

    @property
    def n_used(self) -> int:
        """Words that have a value."""
        return int(self.is_judged.any(axis=1).sum())

    @property
    def n_left_out(self) -> int:
        """Words that have none."""
        return len(self.around) - self.n_used


def company(
    neighbour_rows: np.ndarray,
    probe_rows: np.ndarray,
    counts: CompanyCounts,
    *,
    seed: int,
    n_controls: int = N_CONTROLS,
    minimal_count: int = MINIMAL_COUNT,
    minimal_neighbour_count: int = MINIMAL_NEIGHBOUR_COUNT,
) -> Company:
    """Tell whether neighbours of words stand around them, or could stand in their place.

    Parameters
    ----------
    neighbour_rows : ndarray of int, shape (n_probes, k)
        Rows of the neighbours in ``counts``; −1: it has no row, or there is no neighbour.
    probe_rows : ndarray of int, shape (n_probes,)
        Rows of the words; −1: it has no row.
    counts : CompanyCounts
        The words of the space (:meth:`CompanyCounts.restricted`): controls are drawn from them.
    seed : int
        Of the controls.
    n_controls : int
        Words as frequent, and as many commoner as rarer ones, twice or half as frequent at most;
        drawn from twice as many nearest in rank, fewer where there are no more. The most frequent
        word of all has none, and is not judged.
    minimal_count, minimal_neighbour_count : int
        Least occurrences of a word that is asked about, and of a neighbour or control. A rare
        neighbour is judged beside words as rare: ties draw its value to ½, and nothing else does.

    Raises
    ------
    InputError
        If shapes differ, a row is out of range, or a number is below 1.
    """
    whole_number(n_controls, "n_controls", least=1)
    blocks = blocks_of_pairs(neighbour_rows, probe_rows, counts)
    if any((near == words[:, None])[near >= 0].any() for words, near in blocks):
        raise InputError("a word is no neighbour of its own; found one in neighbour_rows")
    judge = CompanyJudge(counts, minimal_count, minimal_neighbour_count)
    rng = np.random.default_rng(checked_seed(seed))
    parts = [_judged(judge, words, near, n_controls, rng) for words, near in blocks]
    return Company(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _judged(
    judge: CompanyJudge,
    probes: np.ndarray,
    neighbours: np.ndarray,
    n_controls: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    """Judge the neighbours of a block of words; the fields of :class:`Company`, in order."""
    is_judged = judge.is_judged(probes, neighbours)
    if not is_judged.any():
        nothing = np.full(len(probes), np.nan)
        return nothing, nothing, nothing, nothing, np.zeros_like(is_judged)
    controls, is_control = judge.drawn_controls(probes, neighbours, n_controls, rng)
    is_judged &= is_control.any(axis=2)
    is_control &= is_judged[:, :, None]
    near, lifts, cosines = judge.set_beside(probes, neighbours, controls, is_judged)
    return (
        _mean(_exceeded(lifts, is_control), is_judged),
        _mean(_exceeded(cosines, is_control), is_judged),
        _mean((near[:, :, 0] > 0).astype(np.float64), is_judged),
        _mean(_mean((near[:, :, 1:] > 0).astype(np.float64), is_control), is_judged),
        is_judged,
    )


def _exceeded(values: np.ndarray, is_control: np.ndarray) -> np.ndarray:
    """Give the share of controls below the first of (n, k, 1 + n_controls) values, (n, k).

    Those equal count by half.
    """
    own, others = values[:, :, :1], values[:, :, 1:]
    n_below = ((others < own) & is_control).sum(axis=2)
    n_equal = ((others == own) & is_control).sum(axis=2)
    share: np.ndarray = (n_below + 0.5 * n_equal) / np.maximum(is_control.sum(axis=2), 1)
    return share


def _mean(values: np.ndarray, is_used: np.ndarray) -> np.ndarray:
    """Take the mean along the last axis of what is used; NaN where nothing is."""
    n_used = is_used.sum(axis=-1)
    total = np.where(is_used, values, 0.0).sum(axis=-1)
    mean: np.ndarray = np.divide(total, n_used, out=np.full(n_used.shape, np.nan), where=n_used > 0)
    return mean


def probe_words(
    counts: CompanyCounts,
    *,
    n: int = N_PROBES,
    minimal_count: int = MINIMAL_COUNT,
) -> np.ndarray:
    """Draw the words that are asked about, uniformly among those that can be judged.

    A hash of the word decides: spaces over other words, of other models or seeds, are asked the
    same words where they have them, so that their answers can be set side by side.

    Gives rows of ``counts``, rising, int64 (n,); all that there are, where they are fewer.
    """
    whole_number(n, "n", least=1)
    rows = np.flatnonzero(CompanyJudge(counts, minimal_count, 1).is_probe)
    if n < len(rows):
        lots = np.array([_lot(counts.words[row]) for row in rows], dtype=np.uint64)
        rows = rows[np.argsort(lots, kind="stable")[:n]]
    return np.sort(rows)


def _lot(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def nearest_by_company(
    counts: CompanyCounts,
    probe_rows: np.ndarray,
    k: int,
    *,
    minimal_count: int = MINIMAL_COUNT,
    minimal_neighbour_count: int = MINIMAL_NEIGHBOUR_COUNT,
    minimal_joint_count: int = MINIMAL_JOINT_COUNT,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the words that stand around words most, and those that fit in their place best.

    They are the two ends: neighbours by co-occurrence alone, and by direct neighbours alone.

    Parameters
    ----------
    minimal_joint_count : int
        Least meetings of two near words: the lift of rare words that met once is large, by chance.

    Returns
    -------
    (ndarray of int64, ndarray of int64), each of shape (n_probes, k)
        Rows of the k words with the largest lift, and with the largest cosine of direct
        neighbours, largest first; equal ones in the order of the words. −1 where there are no
        more words that stand near at all, or share a direct neighbour.
    """
    whole_number(k, "k", least=1)
    probes = checked_rows(probe_rows, "probe_rows", counts, n_axes=1)
    judge = CompanyJudge(counts, minimal_count, minimal_neighbour_count)
    around = np.full((len(probes), k), -1, dtype=np.int64)
    in_place = around.copy()
    for low in range(0, len(probes), BLOCK):
        rows, block = probes[low : low + BLOCK], slice(low, low + BLOCK)
        if not len(counts):
            break
        around[block] = judge.first_of(judge.lifts(rows, minimal_joint_count), rows, k)
        in_place[block] = judge.first_of(judge.cosines(rows), rows, k)
    return around, in_place
