"""Counts of company, made ready to set neighbours of words beside other words as frequent."""

from __future__ import annotations

import weakref

import numpy as np
import scipy.sparse

from compare.errors import InputError, whole_number
from compare.text.company_counts import CompanyCounts

MINIMAL_COUNT = 20
"""Occurrences in the text below which a word is not asked about."""

MINIMAL_NEIGHBOUR_COUNT = 5
"""Occurrences in the text below which a word is not judged as a neighbour, and is no control."""

N_CONTROLS = 100
"""Words that each neighbour is set beside."""

BLOCK = 64
"""Words asked about at a time: 64 rows of 30,000 words are 15 MB."""


class CompanyJudge:
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

    def is_judged(self, probes: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
        """Tell which neighbours, (n, k), of which words are frequent enough; a row −1 is not."""
        is_probe, is_known = (np.append(one, False) for one in (self.is_probe, self.is_known))
        found: np.ndarray = is_probe[probes][:, None] & is_known[neighbours]
        return found

    def drawn_controls(
        self, probes: np.ndarray, neighbours: np.ndarray, n_controls: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw controls, (n, k, n_controls), and tell which of them are any."""
        half = n_controls + neighbours.shape[1] // 2 + 1  # twice what is drawn, and what is not
        band, is_there = self._band(neighbours, half)
        is_banned = np.zeros((len(probes), len(self._counts)), dtype=bool)
        banned = np.where(neighbours >= 0, neighbours, probes[:, None])
        np.put_along_axis(is_banned, banned, True, axis=1)
        is_banned[np.arange(len(probes)), probes] = True
        is_left = is_there & ~is_banned[np.arange(len(probes))[:, None, None], band]
        is_left = self._balanced(is_left, band, neighbours)
        draw = np.where(is_left, rng.random(band.shape), 2.0)
        chosen = np.argsort(draw, axis=2)[:, :, :n_controls]
        return np.take_along_axis(band, chosen, axis=2), np.take_along_axis(is_left, chosen, axis=2)

    def nearest_controls(
        self, probes: np.ndarray, neighbours: np.ndarray, n_controls: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take the words nearest in frequency to each neighbour: it alone and the word are none."""
        band, is_there = self._band(neighbours, n_controls // 2)
        is_left = is_there & (band != neighbours[:, :, None]) & (band != probes[:, None, None])
        return band, self._balanced(is_left, band, neighbours)

    def _band(self, neighbours: np.ndarray, half: int) -> tuple[np.ndarray, np.ndarray]:
        """Give the words around each neighbour by rank, (n, k, 2 · half + 1), and where any are."""
        places = self._rank[neighbours][:, :, None] + np.arange(-half, half + 1)
        is_there = (places >= 0) & (places < len(self.by_rank))
        return self.by_rank[np.clip(places, 0, len(self.by_rank) - 1)], is_there

    def _balanced(
        self, is_left: np.ndarray, band: np.ndarray, neighbours: np.ndarray
    ) -> np.ndarray:
        """Keep words as frequent as a neighbour, and as many commoner as rarer, the nearest first.

        Those of one side alone would say how frequent the neighbour is. Twice or half as frequent
        at most; words are listed by falling count.
        """
        counts, own = self._counts[band], self._counts[neighbours][:, :, None]
        above = is_left & (counts > own) & (counts <= 2 * own)
        below = is_left & (counts < own) & (own <= 2 * counts)
        n_each = np.minimum(above.sum(axis=2), below.sum(axis=2))[:, :, None]
        above &= above[:, :, ::-1].cumsum(axis=2)[:, :, ::-1] <= n_each
        below &= below.cumsum(axis=2) <= n_each
        found: np.ndarray = above | below | (is_left & (counts == own))
        return found

    def set_beside(
        self,
        probes: np.ndarray,
        neighbours: np.ndarray,
        controls: np.ndarray,
        is_judged: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Measure each neighbour and its controls, three times (n, k, 1 + n_controls).

        How often each stands near the word; its lift, up to a factor; the cosine of what stands
        directly beside. Of what is not judged they mean nothing.
        """
        words = np.concatenate([neighbours[:, :, None], controls], axis=2)
        words = np.where(is_judged[:, :, None], words, 0)
        flat = words.reshape(len(words), -1)
        near_rows = self._near[np.maximum(probes, 0)].toarray()  # (n, n_words)
        near = np.take_along_axis(near_rows, flat, axis=1).reshape(words.shape)
        cosines = self._cosines_with(probes, flat).reshape(words.shape)
        return near, near / self._safe_counts[words], cosines

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


def blocks_of_pairs(
    neighbour_rows: np.ndarray, probe_rows: np.ndarray, counts: CompanyCounts
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Check words, (n,), and their neighbours, (n, k), and part them into blocks; one at least.

    Raises
    ------
    InputError
        If shapes differ, or a row is out of range.
    """
    probes = checked_rows(probe_rows, "probe_rows", counts, n_axes=1)
    neighbours = checked_rows(neighbour_rows, "neighbour_rows", counts, n_axes=2)
    if len(probes) != len(neighbours):
        raise InputError(f"{len(probes)} probe words but neighbours of {len(neighbours)}")
    lows = range(0, max(len(probes), 1), BLOCK)
    return [(probes[low : low + BLOCK], neighbours[low : low + BLOCK]) for low in lows]


def checked_rows(rows: np.ndarray, name: str, counts: CompanyCounts, *, n_axes: int) -> np.ndarray:
    """Check that rows are of the words of counts, or −1."""
    found = np.asarray(rows)
    n, is_whole = len(counts), found.dtype.kind in "iu" or found.size == 0
    if not is_whole or found.ndim != n_axes or not ((found >= -1) & (found < n)).all():
        raise InputError(
            f"{name} must have {n_axes} axes of rows of {n} words, or −1; found {found.dtype} of "
            f"shape {found.shape}, {found.min(initial=0)} to {found.max(initial=0)}"
        )
    return found.astype(np.int64)
