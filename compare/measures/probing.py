"""Probing: what a linear model can read from a vector.

A linear probe learns a property of words from their vectors and is scored on words it has not seen
(cross-validation). A probe alone tells of the probe, too: it stands beside a *control task*,
the same labels dealt to the words at random, which only a probe that memorises could read (Hewitt &
Liang 2019, EMNLP, arXiv:1909.03368).

    selectivity = accuracy − accuracy on the control task

Classes: logistic regression, accuracy, 0 to 1. Numbers (log frequency, length): ridge regression,
R² over the held-out words, at most 1, 0 for the mean and below where it is worse. Dimensions are
z-scored on the training words. Larger is more readable; that it is used is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace


@dataclass(frozen=True)
class Probe:
    """What a probe read from held-out words.

    Attributes
    ----------
    value : float
        Accuracy, or R².
    control : float
        The same on the control task.
    scores : ndarray of float64, shape (n_used,)
        Of each word: right (1) or wrong (0); of numbers the squared error.
    """

    value: float
    control: float
    n_used: int
    n_missing: int
    scores: np.ndarray

    @property
    def selectivity(self) -> float:
        """Value − control."""
        return self.value - self.control


def probe_classes(
    space: EmbeddingSpace, classes: Mapping[str, str], *, n_folds: int = 5, seed: int = 0
) -> Probe:
    """Read classes of words, such as parts of speech, from their vectors.

    Parameters
    ----------
    classes : mapping of word → class
        Unknown words count as missing, as do classes with fewer words than folds.
    seed : int
        Of the folds and of the control task.

    Raises
    ------
    InputError
        If fewer than two classes have words enough, or ``n_folds`` is below 2.
    """
    known = [word for word in classes if word in space]
    names, n_words = np.unique([classes[word] for word in known], return_counts=True)
    kept = set(names[n_words >= n_folds].tolist())
    if len(kept) < 2 or n_folds < 2:
        raise InputError(
            f"a probe needs two classes with {max(n_folds, 2)} known words each; found {len(kept)}"
        )
    used = [word for word in known if classes[word] in kept]
    labels = np.unique([classes[word] for word in used], return_inverse=True)[1]
    vectors = _vectors(space, used)
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    dealt = np.random.default_rng(seed).permutation(labels)
    right, by_chance = (
        cross_val_predict(probe, vectors, target, cv=folds) == target for target in (labels, dealt)
    )
    n_missing = len(classes) - len(used)
    scores = right.astype(np.float64)
    return Probe(float(scores.mean()), float(by_chance.mean()), len(used), n_missing, scores)


def probe_numbers(
    space: EmbeddingSpace, numbers: Mapping[str, float], *, n_folds: int = 5, seed: int = 0
) -> Probe:
    """Read a number of each word, such as its length or log frequency, from its vector.

    Raises
    ------
    InputError
        If fewer than twice ``n_folds`` words are known, all numbers are equal, one is not finite,
        or ``n_folds`` is below 2.
    """
    used = [word for word in numbers if word in space]
    values = np.array([numbers[word] for word in used], dtype=np.float64)
    if n_folds < 2 or len(used) < 2 * n_folds or np.ptp(values) == 0:
        raise InputError(
            f"a probe needs {2 * max(n_folds, 2)} known words whose numbers differ; "
            f"found {len(used)} words"
        )
    if not np.isfinite(values).all():
        raise InputError("numbers to read must be finite")
    vectors = _vectors(space, used)
    folds = KFold(n_folds, shuffle=True, random_state=seed)
    probe = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 4, 7)))
    dealt = np.random.default_rng(seed).permutation(values)
    errors, by_chance = (
        (cross_val_predict(probe, vectors, target, cv=folds) - target) ** 2
        for target in (values, dealt)
    )
    variance = float(values.var())
    value, control = (float(1 - squared.mean() / variance) for squared in (errors, by_chance))
    return Probe(value, control, len(used), len(numbers) - len(used), errors)


def _vectors(space: EmbeddingSpace, words: list[str]) -> np.ndarray:
    vectors: np.ndarray = space.vectors[[space.index[word] for word in words]].astype(np.float64)
    return vectors
