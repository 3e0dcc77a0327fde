"""Changed words: which frequent words have another company in a second space.

The company of a word is the profile of its cosines to all other common words (Hamilton, Leskovec &
Jurafsky 2016, EMNLP: their local measure), less what each of these has with common words on
average: a hub is near everything, and says nothing of one word. With r the Pearson correlation of
a word's two profiles,

    change(w) = √(r_A(w) · r_B(w)) − r_AB(w)

where r_A and r_B compare a space with the same model trained from another seed: a word that moves
between seeds is unstable, not changed (Wendlandt, Kummerfeld & Mihalcea 2018, NAACL), and two
measurements correlate no better than their reliabilities allow (Spearman 1904). Without other
seeds the root is 1.

Range: −1 to 2; 0: as much alike as another seed is (or: the same profile); about √(r_A · r_B):
nothing of the company is left. Unchanged by rotation and lengths of vectors.

Rare words lie less surely than frequent ones. So the words listed are those that changed most
for their band of frequency, in robust standard deviations: one band does not fill the list.

There is no list where it would be drawn by chance: where more than a tenth of the words tie at its
end, or where more than a tenth are at the floor: no more like themselves in the other space than
like any other word. Half of these have a correlation below the median of those with other words;
so twice that half is their share (Storey 2002, Journal of the Royal Statistical Society B 64).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.frequency_bands import EDGES
from compare.spaces.unit_rows import unit_rows

MOST_WORDS = 2000
"""Words that are compared with each other: a matrix of so many rows and columns is 32 MB."""

FEWEST_WORDS = 10
"""Words with a profile, and words in a band: fewer have no spread to speak of."""

MOST_TIED = 0.1
"""Share of the words that may tie at the end of the list, or lie at the floor."""

_TO_DEVIATION = 1.4826
"""From the median deviation of normal numbers to their standard deviation."""

_FLAT = 1e-9
"""Spread of a word's cosines up to which they are all the same."""


@dataclass(frozen=True)
class ChangedWords:
    """The words that changed most and least, and the change of every word.

    Attributes
    ----------
    most, least : tuple of (int, float)
        Place of a word among those given, and its change; most and least changed for their band
        of frequency first. Empty where a list would be drawn by chance.
    reason : str
        Why ``most`` is empty; empty where it is not.
    at_floor : float
        Share of the words that are no more like themselves in the other space than like any
        other word, 0 to 1; about 1 where the spaces are unrelated.
    places : ndarray of int64, shape (n_used,)
        Words that have a profile in every space, by place, rising.
    correlations, changes, standardised : ndarray of float64, shape (n_used,)
        r_AB; change; change in robust standard deviations of the word's band.
    n_missing : int
        Words without a profile: a vector of zeros, or cosines that are all the same.
    """

    most: tuple[tuple[int, float], ...]
    least: tuple[tuple[int, float], ...]
    reason: str
    at_floor: float
    places: np.ndarray
    correlations: np.ndarray
    changes: np.ndarray
    standardised: np.ndarray
    n_used: int
    n_missing: int


def changed_words(
    first: np.ndarray,
    second: np.ndarray,
    *,
    own_first: np.ndarray | None = None,
    own_second: np.ndarray | None = None,
    n: int = 8,
    edges: Sequence[int] = EDGES,
) -> ChangedWords:
    """Find the words whose company changed most from one space to another.

    Parameters
    ----------
    first, second : ndarray, shape (n_words, dim), (n_words, another dim)
        Vectors of the same words in both spaces, the most frequent first; at most 2,000.
    own_first, own_second : ndarray, shape (n_words, dim), optional
        The same words, of the same models, trained from another seed.
    n : int
        Words to list, at most; of few words no more than a half.
    edges : sequence of int
        The last frequency ranks of all bands but the last. A band of fewer than ten words is
        joined to the one beside it.

    Raises
    ------
    InputError
        If there are too many words, their numbers differ, or a vector is not finite.
    """
    own = [(place, one) for place, one in enumerate((own_first, own_second)) if one is not None]
    profiles, places = _shared_profiles([first, second, *(one for _, one in own)])
    among = profiles[0] @ profiles[1].T  # (n_used, n_used)
    correlations = np.diag(among).copy()
    reached = [
        np.clip((profiles[place] * again).sum(axis=1), 0, None)
        for (place, _), again in zip(own, profiles[2:], strict=True)
    ]
    # Where one model alone has another seed, the other model is taken to be as stable.
    ceiling = np.prod(reached, axis=0) ** (1 / len(reached)) if reached else 1.0
    changes = np.round(ceiling - correlations, 9)  # so that equal words tie
    standardised = _within_bands(changes, places, edges)
    at_floor = _share_at_floor(among)
    n_listed = min(n, len(places) // 2)
    most, least = _largest(standardised, n_listed), _largest(-standardised, n_listed)
    reason = _reason_against(len(places), at_floor, len(most))
    return ChangedWords(
        most=() if reason else _with_changes(most, places, changes),
        least=() if reason else _with_changes(least, places, changes),
        reason=reason,
        at_floor=at_floor,
        places=places,
        correlations=correlations,
        changes=changes,
        standardised=standardised,
        n_used=len(places),
        n_missing=len(first) - len(places),
    )


def _shared_profiles(spaces: list[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Profiles of the words that have one in every space, (n_used, n_words), and their places."""
    if any(one.ndim != 2 or len(one) != len(spaces[0]) for one in spaces):
        shapes = ", ".join(str(one.shape) for one in spaces)
        raise InputError(f"changed words need vectors of the same words; found shapes {shapes}")
    if len(spaces[0]) > MOST_WORDS:
        raise InputError(
            f"changed words are looked for among up to {MOST_WORDS} words; found {len(spaces[0])}"
        )
    if not all(np.isfinite(one).all() for one in spaces):
        raise InputError("vectors hold NaN or infinity")
    found = [_profiles(one) for one in spaces]
    places = np.flatnonzero(np.all([one.any(axis=1) for one in found], axis=0))
    return [one[places] for one in found], places


def _profiles(vectors: np.ndarray) -> np.ndarray:
    """Cosines to all other words, less each word's mean, centred and of length 1; zeros: none."""
    n = len(vectors)
    if n < 2:
        return np.zeros((n, n))
    unit = unit_rows(vectors)
    cosines = unit @ unit.T  # (n_words, n_words)
    for axis in (0, 1):  # the diagonal, 1 in every space, stays out
        np.fill_diagonal(cosines, 0)
        cosines -= cosines.sum(axis=axis, keepdims=True) / (n - 1)
    np.fill_diagonal(cosines, 0)
    cosines[~unit.any(axis=1)] = 0
    return unit_rows(cosines, shortest=_FLAT * n**0.5)


def _share_at_floor(among: np.ndarray) -> float:
    """Twice the share of words below the median of their correlations with other words.

    Parameters
    ----------
    among : ndarray, shape (n_used, n_used)
        Correlation of each word's profile in the first space with each one's in the second.
    """
    own = np.diag(among)
    below = [
        (one > own[:, None]).sum(axis=1) >= (one < own[:, None]).sum(axis=1)
        for one in (among, among.T)
    ]
    return min(1.0, 2 * float(np.mean(below))) if len(own) else 1.0


def _within_bands(changes: np.ndarray, places: np.ndarray, edges: Sequence[int]) -> np.ndarray:
    """Standardise by median and median deviation of each band of frequency, (n_used,)."""
    bands: list[np.ndarray] = []
    for band in np.split(np.arange(len(places)), np.searchsorted(places, edges)):
        if bands and min(len(band), len(bands[-1])) < FEWEST_WORDS:
            bands[-1] = np.concatenate([bands[-1], band])
        else:
            bands.append(band)
    found = np.zeros(len(places))
    for band in bands:
        if len(band):
            apart = changes[band] - np.median(changes[band])
            spread = _TO_DEVIATION * np.median(np.abs(apart)) or apart.std()
            found[band] = apart / (spread or 1.0)
    return found


def _largest(values: np.ndarray, n: int) -> np.ndarray:
    """Rows of the n largest, the largest first; none where too many tie with the last of them."""
    order = np.argsort(-values, kind="stable")[:n]
    if len(order) and np.isclose(values, values[order[-1]]).sum() > MOST_TIED * len(values):
        return order[:0]
    return order


def _reason_against(n_used: int, at_floor: float, n_listed: int) -> str:
    if n_used < FEWEST_WORDS:
        return f"only {n_used} words can be compared"
    if at_floor > MOST_TIED:
        return (
            f"{at_floor:.0%} of the words are no more like themselves in the other space than like "
            "any other word"
        )
    return "" if n_listed else "too many words changed alike"


def _with_changes(
    rows: np.ndarray, places: np.ndarray, changes: np.ndarray
) -> tuple[tuple[int, float], ...]:
    return tuple(zip(places[rows].tolist(), changes[rows].tolist(), strict=True))
