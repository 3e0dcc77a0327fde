"""Contextuality: how much a word's vector changes with its context.

After Ethayarajh 2019 (EMNLP, arXiv:1909.00512), over words that stand in five sentences or more:

    self-similarity   mean cosine of two different occurrences of the word
    intra-sentence    mean cosine of the words of a sentence with the mean of their vectors
    MEV               λ_1 / Σ λ_i, the share of the variance of the word's vectors on their first
                      principal component

Where all vectors lie in one cone, any two of them are alike. So a baseline is taken off: from the
first two the mean cosine of occurrences of different words, from MEV that of 1,000 random
occurrences, one number for the whole sample. What is left is at most 1 − baseline, which is what
vectors have that do not change with context.

MEV is measured as for the paper's numbers: by PCA, which centres the word's vectors, though the
paper's formula does not. (For the baseline the authors' published code has the variance on the
first singular vector instead, which is never more.) It depends on how often a word occurs: five
vectors of pure noise have a quarter of their variance or more on one component, whatever is taken
off. Beside it stands a measure of ours without that, on unit vectors and about the origin:

    size-matched MEV  σ_1² / Σ σ_i², less the same of as many random occurrences as the word has

It says much the same as self-similarity s: with m occurrences it is about (1 + (m − 1) s) / m
before the baseline.

Range: about −1 to 1 after correction (MEV: 0 to 1 before). Larger is less contextual. Unchanged by
rotation and by one scale for all; moving the origin changes all but MEV.

Not told apart: context and position. A vector of layer 0 has seen no other word, and yet two
occurrences differ where the model adds a vector for the position.

Sense separation, for one word whose occurrences are marked with senses: AUC, the chance that two
occurrences of one sense have a higher cosine than two of different ones (½ is none), and the mean
silhouette of the senses by cosine distance (−1 to 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.spaces.unit_rows import unit_rows

N_RANDOM = 1000
"""Random occurrences behind the baseline of MEV, as in the paper."""

_NO_VARIANCE = 1e-10
"""Of the squares of vectors: less is rounding, and has no direction."""


@dataclass(frozen=True)
class Contextuality:
    """The measures, corrected, with their baselines.

    Attributes
    ----------
    self_similarity, intra_sentence, mev, size_matched_mev : float
        Means over words (sentences), baseline taken off.
    baseline_cosine, baseline_mev, baseline_size_matched_mev : float
        What was taken off (the last: its mean over words).
    words : ndarray of int64, shape (n_used,)
        Words in enough sentences.
    self_similarities, mevs, size_matched_mevs : ndarray of float64, shape (n_used,)
        Of each, corrected. NaN in ``mevs``: the word's vectors are all the same, and there is no
        variance to explain; the mean is over the others.
    n_varying : int
        Words that ``mev`` is the mean of.
    n_missing : int
        Words in too few sentences.
    """

    self_similarity: float
    intra_sentence: float
    mev: float
    size_matched_mev: float
    baseline_cosine: float
    baseline_mev: float
    baseline_size_matched_mev: float
    words: np.ndarray
    self_similarities: np.ndarray
    mevs: np.ndarray
    size_matched_mevs: np.ndarray
    n_used: int
    n_varying: int
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
    min_sentences: int = 5,
    seed: int = 0,
) -> Contextuality:
    """Measure contextuality from one vector an occurrence.

    Parameters
    ----------
    vectors : ndarray, shape (n_occurrences, dim)
        A uniform sample of the corpus, or all of it.
    words, sentences : ndarray of int, shape (n_occurrences,)
        Which word it is, and which sentence it stands in.
    min_sentences : int
        Different sentences that a word must stand in, at least 2.
    seed : int
        Of the random occurrences behind the baselines.

    Raises
    ------
    InputError
        If lengths differ, a vector is not finite, no word stands in sentences enough, or all
        occurrences are of one word.
    """
    unit = _unit_occurrences(vectors, words, sentences)
    used, n_missing = _words_in_sentences(words, sentences, min_sentences)
    raw = vectors.astype(np.float64)
    rng = np.random.default_rng(seed)
    cosine = _cosine_of_different_words(unit, words)
    baseline_mev = _explained(raw[spread_over_sentences(sentences, N_RANDOM, rng)])
    similarities, mevs, matched, random_matched = [], [], [], []
    for word in used:
        own = np.flatnonzero(words == word)
        similarities.append(_mean_pair_cosine(unit[own]))
        mevs.append(_explained(raw[own]))
        matched.append(_first_share(unit[own]))
        random_matched.append(_first_share(unit[rng.choice(len(unit), len(own), replace=False)]))
    self_similarities = np.array(similarities) - cosine
    corrected_mevs = np.array(mevs) - baseline_mev
    baseline_matched = _mean(np.array(random_matched))
    size_matched = np.array(matched) - baseline_matched
    return Contextuality(
        self_similarity=float(self_similarities.mean()),
        intra_sentence=_intra_sentence(raw, unit, sentences) - cosine,
        mev=_mean(corrected_mevs),
        size_matched_mev=_mean(size_matched),
        baseline_cosine=cosine,
        baseline_mev=baseline_mev,
        baseline_size_matched_mev=baseline_matched,
        words=used,
        self_similarities=self_similarities,
        mevs=corrected_mevs,
        size_matched_mevs=size_matched,
        n_used=len(used),
        n_varying=int(np.isfinite(corrected_mevs).sum()),
        n_missing=n_missing,
    )


def spread_over_sentences(sentences: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw occurrences at random, none of a sentence twice before all others had one.

    Parameters
    ----------
    sentences : ndarray of int, shape (n_occurrences,)
        Which sentence each occurrence stands in.
    n : int
        How many; all, where there are fewer.

    Returns
    -------
    ndarray of int64, shape (min(n, n_occurrences),)
        Places in ``sentences``.
    """
    shuffled = rng.permutation(len(sentences))
    order = shuffled[np.argsort(sentences[shuffled], kind="stable")]  # by sentence, shuffled in it
    _, begins, sizes = np.unique(sentences[order], return_index=True, return_counts=True)
    turn = np.arange(len(order)) - np.repeat(begins, sizes)  # 0: the first of its sentence
    # A second draw: in that order sentences of many words would come first.
    return order[np.lexsort((rng.random(len(order)), turn))][:n]


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
    cosines = np.round(unit @ unit.T, 7)  # so that equal pairs tie, and equal vectors lie together
    auc = float(roc_auc_score(same, cosines[above])) if same.any() else float("nan")
    silhouette = float("nan")
    if n_senses < n:
        distances = np.clip(1 - cosines, 0, 2)
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


def _words_in_sentences(
    words: np.ndarray, sentences: np.ndarray, min_sentences: int
) -> tuple[np.ndarray, int]:
    """List the words that stand in enough different sentences, and count the others."""
    if min_sentences < 2:
        raise InputError(f"min_sentences must be at least 2; found {min_sentences}")
    together = np.unique(np.stack([words, sentences]), axis=1)  # (2, n_pairs)
    found, n_sentences = np.unique(together[0], return_counts=True)
    used = found[n_sentences >= min_sentences]
    if len(used) == 0 or len(found) < 2:
        raise InputError(
            f"contextuality needs two words, and one in {min_sentences} sentences; found "
            f"{len(found)} words in up to {n_sentences.max(initial=0)}"
        )
    return used, len(found) - len(used)


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


def _intra_sentence(raw: np.ndarray, unit: np.ndarray, sentences: np.ndarray) -> float:
    """Mean over sentences of the mean cosine of a sentence's words with their mean vector."""
    found = []
    for sentence in np.unique(sentences):
        own = sentences == sentence
        middle = unit_rows(raw[own].mean(axis=0, keepdims=True))[0]
        found.append(float((unit[own] @ middle).mean()))
    return float(np.mean(found))


def _explained(vectors: np.ndarray) -> float:
    """Share of the variance on the first principal component; NaN where nothing varies."""
    centred = vectors - vectors.mean(axis=0)
    if (centred**2).sum() <= _NO_VARIANCE * (vectors**2).sum():
        return float("nan")
    return _first_share(centred)


def _first_share(rows: np.ndarray) -> float:
    """σ_1² / Σ σ_i² of a matrix, from the smaller of its two products with itself."""
    product = rows @ rows.T if len(rows) <= rows.shape[1] else rows.T @ rows
    total = float(np.trace(product))
    return float(np.linalg.eigvalsh(product)[-1] / total) if total > 0 else float("nan")


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
