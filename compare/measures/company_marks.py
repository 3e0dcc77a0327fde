"""Signs of single neighbours: which stand around their word, which could stand in its place.

A neighbour is marked where it exceeds 95 % of the words that are about as frequent, in the same two
measures as ``company.py``. All of the nearest in frequency are its controls: none is drawn, and
which other neighbours the word has does not count. So a pair of words has one mark by one text, in
whichever space it is met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.measures.company_judge import (
    MINIMAL_COUNT,
    MINIMAL_NEIGHBOUR_COUNT,
    N_CONTROLS,
    CompanyJudge,
    blocks_of_pairs,
)
from compare.text.company_counts import CompanyCounts

MARK = 0.95
"""Share of the controls that a neighbour must exceed to be marked."""

LEAST_CONTROLS = 20
"""Controls without which no neighbour is marked: one of them is 5 %."""


KINDS = {
    (True, True): "both",
    (True, False): "around",
    (False, True): "in place",
    (False, False): "",
}
"""What a neighbour is called that stands around its word, and that could stand in its place."""


@dataclass(frozen=True, eq=False)
class Marks:
    """The signs of some neighbours of some words.

    Attributes
    ----------
    is_judged : ndarray of bool, shape (n_probes, k)
        Whether the word and the neighbour are frequent enough in the text, and there are
        :data:`LEAST_CONTROLS` words to set the neighbour beside.
    is_around, is_in_place : ndarray of bool, shape (n_probes, k)
        Whether it is marked as standing around the word, and in its place.
    """

    is_judged: np.ndarray
    is_around: np.ndarray
    is_in_place: np.ndarray


def marks(neighbour_rows: np.ndarray, probe_rows: np.ndarray, counts: CompanyCounts) -> Marks:
    """Mark neighbours that stand around their word, and those that could stand in its place.

    Parameters
    ----------
    neighbour_rows : ndarray of int, shape (n_probes, k)
        Rows of the neighbours in ``counts``; −1: it has no row.
    probe_rows : ndarray of int, shape (n_probes,)
        Rows of the words; −1: it has no row.
    counts : CompanyCounts
        Of all words of a text: the fewer it has, the farther controls lie from a neighbour.

    Raises
    ------
    InputError
        If shapes differ, or a row is out of range.
    """
    blocks = blocks_of_pairs(neighbour_rows, probe_rows, counts)
    judge = CompanyJudge(counts, MINIMAL_COUNT, MINIMAL_NEIGHBOUR_COUNT)
    parts = [_marked(judge, words, near) for words, near in blocks]
    return Marks(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _marked(
    judge: CompanyJudge, probes: np.ndarray, neighbours: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    is_judged = judge.is_judged(probes, neighbours)
    if not is_judged.any():
        return is_judged, is_judged, is_judged
    controls, is_control = judge.nearest_controls(probes, neighbours, N_CONTROLS)
    n_controls = is_control.sum(axis=2)
    is_judged &= n_controls >= LEAST_CONTROLS
    _, *measured = judge.set_beside(probes, neighbours, controls, is_judged)
    around, in_place = (
        is_judged
        & (((one[:, :, 1:] < one[:, :, :1]) & is_control).sum(axis=2) >= MARK * n_controls)
        for one in measured
    )
    return is_judged, around, in_place
