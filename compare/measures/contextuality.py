"""Contextuality: how much a word's vector changes with its context.

With u_1 … u_m the unit vectors of the occurrences of a word (Ethayarajh 2019, arXiv:1909.00512):

    self-similarity   mean cosine of two different occurrences of the word
    intra-sentence    mean cosine of the words of a sentence with the sentence's mean vector
    MEV               σ_1² / Σ σ_i², the most variance that one vector could explain, with the
                      singular values of the matrix of the word's occurrences (not centred)

Each is corrected for anisotropy: where all vectors lie in one cone, any two of them are alike. From
the first two the mean cosine of occurrences of different words is taken off, from MEV that of as
many occurrences drawn at random.

Range: about −1 to 1 after correction (MEV: 0 to 1 before). Self-similarity and MEV are larger the
less context adds; a static space has 1 minus its baseline. Unchanged by rotation and scale; changed
by moving the origin.

Sense separation, for one word whose occurrences are marked with senses: AUC, the chance that two
occurrences of one sense have a higher cosine than two of different ones (½ is none), and the mean
silhouette of the senses by cosine distance (−1 to 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.spaces.unit_rows import unit_rows


@dataclass(frozen=True)
class Contextuality:
    """The three measures, corrected, with their baselines.

    Attributes
    ----------
    self_similarity, intra_sentence, mev : float
        Means over words (sentences), baseline taken off.
    baseline_cosine, baseline_mev : float
        What was taken off.
    words : ndarray of int64, shape (n_used,)
        Words with enough occurrences.
    self_similarities, mevs : ndarray of float64, shape (n_used,)
        Of each, corrected.
    n_missing : int
        Words with too few occurrences.
    """

    self_similarity: float
    intra_sentence: float
    mev: float
    baseline_cosine: float
    baseline_mev: float
    words: np.ndarray
    self_similarities: np.ndarray
    mevs: np.ndarray
    n_used: int
    n_missing: int


@dataclass(frozen=True)
class SenseSeparation:
    """How well senses of one word lie apart; NaN where a number needs more occurrences."""

    auc: float
    silhouette: float
    n_used: int
    n_missing: int = 0


def contextuality(
    vectors: np.ndarray,
    words: np.ndarray,
    sentences: np.ndarray,
    *,
    min_occurrences: int = 5,
    seed: int = 0,
) -> Contextuality:
    """Measure contextuality from one vector an occurrence.

    Parameters
    ----------
    vectors : ndarray, shape (n_occurrences, dim)
        A uniform sample of the corpus, or all of it.
    words, sentences : ndarray of int, shape (n_occurrences,)
        Which word it is, and which sentence it stands in.
    min_occurrences : int
        Of a word that is used, at least 2.
    seed : int
        Of the random occurrences behind the baselines.

    Raises
    ------
    InputError
        If lengths differ, a vector is not finite, no word has occurrences enough, or all
        occurrences are of one word.
    """
    unit = _unit_occurrences(vectors, words, sentences)
    if min_occurrences < 2:
        raise InputError(f"min_occurrences must be at least 2; found {min_occurrences}")
    found, n_occurrences = np.unique(words, return_counts=True)
    used = found[n_occurrences >= min_occurrences]
    if len(used) == 0 or len(found) < 2:
        raise InputError(
            f"contextuality needs two words, and one with {min_occurrences} occurrences; found "
            f"{len(found)} words with up to {n_occurrences.max(initial=0)}"
        )
    rng = np.random.default_rng(seed)
    cosine = _cosine_of_different_words(unit, words)
    similarities, mevs, random_mevs = [], [], []
    for word in used:
        own = unit[words == word]
        similarities.append(_mean_pair_cosine(own))
        mevs.append(_explained(own))
        random_mevs.append(_explained(unit[rng.choice(len(unit), len(own), replace=False)]))
    baseline_mev = float(np.mean(random_mevs))
    in_sentences = []
    for sentence in np.unique(sentences):
        own = unit[sentences == sentence]
        middle = own.mean(axis=0)
        length = np.linalg.norm(middle)
        in_sentences.append(float((own @ middle).mean() / length) if length > 0 else 0.0)
    self_similarities = np.array(similarities) - cosine
    corrected_mevs = np.array(mevs) - baseline_mev
    return Contextuality(
        self_similarity=float(self_similarities.mean()),
        intra_sentence=float(np.mean(in_sentences)) - cosine,
        mev=float(corrected_mevs.mean()),
        baseline_cosine=cosine,
        baseline_mev=baseline_mev,
        words=used,
        self_similarities=self_similarities,
        mevs=corrected_mevs,
        n_used=len(used),
        n_missing=len(found) - len(used),
    )


def sense_separation(vectors: np.ndarray, senses: np.ndarray) -> SenseSeparation:
    """Measure how far the senses of one word lie apart.

    Parameters
    ----------
    vectors : ndarray, shape (n_occurrences, dim)
    senses : ndarray of int, shape (n_occurrences,)

    Raises
    ------
    InputError
        If lengths differ, a vector is not finite, or there is a single sense.
    """
    from sklearn.metrics import roc_auc_score, silhouette_score

    unit = _unit_occurrences(vectors, senses)
    n = len(unit)
    n_senses = len(np.unique(senses))
    if n_senses < 2:
        raise InputError(f"separation needs two senses; found {n_senses}")
    above = np.triu_indices(n, k=1)
    same = (senses[:, None] == senses)[above]
    cosines = np.round((unit @ unit.T)[above], 7)  # so that equal pairs tie
    auc = float(roc_auc_score(same, cosines)) if same.any() else float("nan")
    silhouette = float("nan")
    if n_senses < n:
        distances = np.clip(1 - unit @ unit.T, 0, 2)
        np.fill_diagonal(distances, 0)
        silhouette = float(silhouette_score(distances, senses, metric="precomputed"))
    return SenseSeparation(auc, silhouette, n)


def _unit_occurrences(vectors: np.ndarray, *marks: np.ndarray) -> np.ndarray:
    if vectors.ndim != 2 or any(mark.shape != (len(vectors),) for mark in marks):
        raise InputError(
            f"occurrences need one mark a vector; found vectors {vectors.shape} and marks "
            f"{', '.join(str(mark.shape) for mark in marks)}"
        )
    if not np.isfinite(vectors).all():
        raise InputError("vectors of occurrences hold NaN or infinity")
    return unit_rows(vectors)


def _mean_pair_cosine(unit: np.ndarray) -> float:
    n = len(unit)
    total = unit.sum(axis=0)
    return float((total @ total - (unit**2).sum()) / (n * (n - 1)))


def _cosine_of_different_words(unit: np.ndarray, words: np.ndarray) -> float:
    """Mean over all pairs of occurrences of two different words: all pairs less those of one."""
    _, inverse, n_occurrences = np.unique(words, return_inverse=True, return_counts=True)
    sums = np.zeros((len(n_occurrences), unit.shape[1]))
    np.add.at(sums, inverse, unit)
    total = sums.sum(axis=0)
    n_pairs = len(unit) ** 2 - int((n_occurrences.astype(np.int64) ** 2).sum())
    return float((total @ total - (sums**2).sum()) / n_pairs)


def _explained(unit: np.ndarray) -> float:
    strengths = np.linalg.svd(unit, compute_uv=False) ** 2
    total = float(strengths.sum())
    return float(strengths[0] / total) if total > 0 else float("nan")
