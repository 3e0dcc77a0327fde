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

import weakref
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from compare.errors import InputError, checked_seed, whole_number
from compare.text.company_counts import CompanyCounts

MINIMAL_COUNT = 20
"""Occurrences in the text below which a word is not asked about."""

MINIMAL_NEIGHBOUR_COUNT = 5
"""Occurrences in the text below which a word is not judged as a neighbour, and is no control."""

N_PROBES = 2000
"""Words that are asked about."""

N_CONTROLS = 100
"""Words that each neighbour is set beside."""

MARK = 0.95
"""Share of the controls that a neighbour must exceed to be marked."""

LEAST_CONTROLS = 20
"""Controls without which no neighbour is marked: one of them is 5 %."""

MINIMAL_JOINT_COUNT = 5
"""Meetings below which two words are not among the nearest by company."""

_BLOCK = 64  # probe words at a time: 64 rows of 30,000 words are 15 MB


KINDS = {
    (True, True): "both",
    (True, False): "around",
    (False, True): "in place",
    (False, False): "",
}
"""What a neighbour is called that stands around its word, and that could stand in its place."""


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
    is_around, is_in_place : ndarray of bool, shape (n_probes, k)
        Whether the neighbour exceeds 95 % of its controls; false where it is not judged or has
        fewer than :data:`LEAST_CONTROLS`.
    """

    around: np.ndarray
    in_place: np.ndarray
    meeting: np.ndarray
    controls_meeting: np.ndarray
    is_judged: np.ndarray
    is_around: np.ndarray
    is_in_place: np.ndarray

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
    probes = _checked_rows(probe_rows, "probe_rows", counts, n_axes=1)
    neighbours = _checked_rows(neighbour_rows, "neighbour_rows", counts, n_axes=2)
    if len(probes) != len(neighbours):
        raise InputError(f"{len(probes)} probe words but neighbours of {len(neighbours)}")
    if (neighbours == probes[:, None])[neighbours >= 0].any():
        raise InputError("a word is no neighbour of its own; found one in neighbour_rows")
    judge = _Judge(counts, minimal_count, minimal_neighbour_count)
    rng = np.random.default_rng(checked_seed(seed))
    blocks = [slice(low, low + _BLOCK) for low in range(0, max(len(probes), 1), _BLOCK)]
    parts = [judge(probes[block], neighbours[block], n_controls, rng) for block in blocks]
    return Company(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def probe_words(
    counts: CompanyCounts,
    *,
    n: int = N_PROBES,
    minimal_count: int = MINIMAL_COUNT,
    seed: int,
) -> np.ndarray:
    """Draw the words that are asked about, uniformly among those that can be judged.

    Gives rows of ``counts``, rising, int64 (n,); all that there are, where they are fewer.
    """
    whole_number(n, "n", least=1)
    rows = np.flatnonzero(_Judge(counts, minimal_count, 1).is_probe)
    if n < len(rows):
        rows = np.random.default_rng(checked_seed(seed)).choice(rows, n, replace=False)
    return np.sort(rows)


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
    probes = _checked_rows(probe_rows, "probe_rows", counts, n_axes=1)
    judge = _Judge(counts, minimal_count, minimal_neighbour_count)
    around = np.full((len(probes), k), -1, dtype=np.int64)
    in_place = around.copy()
    for low in range(0, len(probes), _BLOCK):
        rows, block = probes[low : low + _BLOCK], slice(low, low + _BLOCK)
        if not len(counts):
            break
        around[block] = judge.first_of(judge.lifts(rows, minimal_joint_count), rows, k)
        in_place[block] = judge.first_of(judge.cosines(rows), rows, k)
    return around, in_place


def _checked_rows(rows: np.ndarray, name: str, counts: CompanyCounts, *, n_axes: int) -> np.ndarray:
    found = np.asarray(rows)
    n, is_whole = len(counts), found.dtype.kind in "iu" or found.size == 0
    if not is_whole or found.ndim != n_axes or not ((found >= -1) & (found < n)).all():
        raise InputError(
            f"{name} must have {n_axes} axes of rows of {n} words, or −1; found {found.dtype} of "
            f"shape {found.shape}, {found.min(initial=0)} to {found.max(initial=0)}"
        )
    return found.astype(np.int64)


class _Judge:
    """Counts of company, made ready to set neighbours beside controls."""

    def __init__(
        self, counts: CompanyCounts, minimal_count: int, minimal_neighbour_count: int
    ) -> None:
        whole_number(minimal_count, "minimal_count", least=1)
        whole_number(minimal_neighbour_count, "minimal_neighbour_count", least=1)
        self._near, self._counts = counts.near, counts.counts
        self._safe_counts = np.maximum(counts.counts, 1).astype(np.float64)
        self._profiles, self._transposed = _profiles(counts)
        has_profile = np.diff(self._profiles.indptr) > 0
        self.is_probe = has_profile & (counts.counts >= minimal_count)
        self.is_known = has_profile & (counts.counts >= minimal_neighbour_count)
        order = np.argsort(-counts.counts, kind="stable")
        self.by_rank = order[self.is_known[order]]
        self._rank = np.zeros(len(counts), dtype=np.int64)
        self._rank[self.by_rank] = np.arange(len(self.by_rank))

    def __call__(
        self, probes: np.ndarray, neighbours: np.ndarray, n_controls: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, ...]:
        """Judge the neighbours of a block of words; the fields of :class:`Company`, in order."""
        is_probe, is_known = (np.append(one, False) for one in (self.is_probe, self.is_known))
        is_judged = is_probe[probes][:, None] & is_known[neighbours]  # row −1 is the last: false
        if not is_judged.any():
            nothing = np.full(len(probes), np.nan)
            return (nothing, nothing, nothing, nothing, *[np.zeros_like(is_judged)] * 3)
        controls, is_control = self._controls(probes, neighbours, n_controls, rng)
        is_judged &= is_control.any(axis=2)
        is_control &= is_judged[:, :, None]
        words = np.concatenate([neighbours[:, :, None], controls], axis=2)  # (n, k, 1 + controls)
        words = np.where(is_judged[:, :, None], words, 0)
        flat = words.reshape(len(words), -1)
        near_rows = self._near[np.maximum(probes, 0)].toarray()  # (n, n_words)
        near = np.take_along_axis(near_rows, flat, axis=1).reshape(words.shape)
        cosines = self._cosines_with(probes, flat).reshape(words.shape)
        around, is_around = _exceeding(near / self._safe_counts[words], is_control)
        in_place, is_in_place = _exceeding(cosines, is_control)
        return (
            _mean(around, is_judged),
            _mean(in_place, is_judged),
            _mean((near[:, :, 0] > 0).astype(np.float64), is_judged),
            _mean(_mean((near[:, :, 1:] > 0).astype(np.float64), is_control), is_judged),
            is_judged,
            is_around & is_judged,
            is_in_place & is_judged,
        )

    def _controls(
        self, probes: np.ndarray, neighbours: np.ndarray, n_controls: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw controls, (n, k, n_controls), and tell which of them are any."""
        half = n_controls + neighbours.shape[1] // 2 + 1  # twice what is drawn, and what is not
        places = self._rank[neighbours][:, :, None] + np.arange(-half, half + 1)
        is_there = (places >= 0) & (places < len(self.by_rank))
        band = self.by_rank[np.clip(places, 0, len(self.by_rank) - 1)]  # (n, k, 2 · half + 1)
        is_banned = np.zeros((len(probes), len(self._counts)), dtype=bool)
        banned = np.where(neighbours >= 0, neighbours, probes[:, None])
        np.put_along_axis(is_banned, banned, True, axis=1)
        is_banned[np.arange(len(probes)), probes] = True
        is_left = is_there & ~is_banned[np.arange(len(probes))[:, None, None], band]
        is_left = _balanced(is_left, self._counts[band], self._counts[neighbours][:, :, None])
        draw = np.where(is_left, rng.random(band.shape), 2.0)
        chosen = np.argsort(draw, axis=2)[:, :, :n_controls]
        return np.take_along_axis(band, chosen, axis=2), np.take_along_axis(is_left, chosen, axis=2)

    def _cosines_with(self, probes: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Take the cosine of the direct neighbours of each probe with words of its own, (n, m)."""
        cosines = np.empty(words.shape)
        for number, (probe, others) in enumerate(zip(probes, words, strict=True)):
            distinct, place = np.unique(others, return_inverse=True)
            profile = self._profiles[[max(int(probe), 0)]].toarray()[0]  # (2 · n_words,)
            cosines[number] = (self._profiles[distinct] @ profile)[place]
        return cosines

    def lifts(self, probes: np.ndarray, minimal_joint_count: int) -> scipy.sparse.csr_array:
        """Give the lifts of each probe with the words that stand near it, up to a factor."""
        near = self._near[np.maximum(probes, 0)]
        lifts = (near.data >= minimal_joint_count) * near.data / self._safe_counts[near.indices]
        return scipy.sparse.csr_array((lifts, near.indices, near.indptr), shape=near.shape)

    def cosines(self, probes: np.ndarray) -> scipy.sparse.csr_array:
        """Take the cosine of the direct neighbours of each probe with those of every word."""
        return self._profiles[np.maximum(probes, 0)] @ self._transposed

    def first_of(self, values: scipy.sparse.csr_array, probes: np.ndarray, k: int) -> np.ndarray:
        """Find the columns of the k largest values above 0 of each row, never its own; else −1."""
        found = np.full((len(probes), k), -1, dtype=np.int64)
        for number in np.flatnonzero(np.append(self.is_probe, False)[probes]):
            entries = slice(values.indptr[number], values.indptr[number + 1])
            columns, scores = values.indices[entries], values.data[entries]
            is_one = (scores > 0) & self.is_known[columns] & (columns != probes[number])
            if is_one.sum() > k:  # few are to be ordered
                is_one &= scores >= np.partition(scores[is_one], -k)[-k]
            columns, scores = columns[is_one], scores[is_one]
            order = np.lexsort((columns, -scores))[:k]
            found[number, : len(order)] = columns[order]
        return found


def _balanced(is_left: np.ndarray, counts: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Keep words as frequent as a neighbour, and as many commoner as rarer ones, the nearest first.

    Those of one side alone would say how frequent the neighbour is. Twice or half as frequent at
    most; words are listed by falling count.
    """
    above = is_left & (counts > own) & (counts <= 2 * own)
    below = is_left & (counts < own) & (own <= 2 * counts)
    n_each = np.minimum(above.sum(axis=2), below.sum(axis=2))[:, :, None]
    above &= above[:, :, ::-1].cumsum(axis=2)[:, :, ::-1] <= n_each
    below &= below.cumsum(axis=2) <= n_each
    found: np.ndarray = above | below | (is_left & (counts == own))
    return found


def _exceeding(values: np.ndarray, is_control: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Set the first of (n, k, 1 + n_controls) values beside the others, which may be no controls.

    Gives the share of controls below it, those equal by half, and whether it is marked: (n, k).
    """
    own, others = values[:, :, :1], values[:, :, 1:]
    n_controls = is_control.sum(axis=2)
    n_below = ((others < own) & is_control).sum(axis=2)
    n_equal = ((others == own) & is_control).sum(axis=2)
    share = (n_below + 0.5 * n_equal) / np.maximum(n_controls, 1)
    is_marked = (n_below >= MARK * n_controls) & (n_controls >= LEAST_CONTROLS)
    return share, is_marked


def _mean(values: np.ndarray, is_used: np.ndarray) -> np.ndarray:
    """Take the mean along the last axis of what is used; NaN where nothing is."""
    n_used = is_used.sum(axis=-1)
    total = np.where(is_used, values, 0.0).sum(axis=-1)
    mean: np.ndarray = np.divide(total, n_used, out=np.full(n_used.shape, np.nan), where=n_used > 0)
    return mean


_Profiles = tuple[scipy.sparse.csr_array, scipy.sparse.csr_array]

_made: weakref.WeakKeyDictionary[CompanyCounts, _Profiles] = weakref.WeakKeyDictionary()
"""The profiles of counts at hand: every space of a comparison is set beside the same counts."""


def _profiles(counts: CompanyCounts) -> _Profiles:
    """Give what stands directly beside each word, as PPMI of length 1: float32 (n, 2 n), and ᵀ."""
    if counts not in _made:
        sides = scipy.sparse.hstack([counts.left, counts.right], format="csr")
        rows = np.repeat(np.arange(len(counts)), np.diff(sides.indptr))
        columns = sides.indices % max(len(counts), 1)
        expected = counts.counts[rows] * (counts.counts[columns] / counts.n_words)
        information = np.maximum(np.log(sides.data / expected), 0)
        lengths = np.sqrt(np.bincount(rows, information**2, minlength=len(counts)))
        unit = (information / np.where(lengths > 0, lengths, 1)[rows]).astype(np.float32)
        profiles = scipy.sparse.csr_array((unit, sides.indices, sides.indptr), shape=sides.shape)
        profiles.eliminate_zeros()
        _made[counts] = profiles, profiles.T.tocsr()
    return _made[counts]
