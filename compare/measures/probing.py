"""Probing: what a linear model can read from a vector.

A linear probe learns a property of words from their vectors and is scored on words it has not seen
(cross-validation). A probe alone tells of the probe, too: it stands beside a *control task*,
the same labels dealt to the words at random, which only a probe that memorises could read (Hewitt &
Liang 2019, EMNLP, arXiv:1909.03368).

Classes: logistic regression, accuracy, 0 to 1. Numbers (log frequency, length): ridge regression,
R² over the held-out words, at most 1, 0 for the mean and below where it is worse. Dimensions are
z-scored on the training words. Larger is more readable; that it is used is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.quantity import Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import Estimate, UnitMean

PROBED_WORDS = 2000
"""Words, drawn uniformly, whose length and frequency are read."""

FOLDS = 5
"""Parts that take turns at being held out."""


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


def probe_classes(
    space: EmbeddingSpace, classes: Mapping[str, str], *, n_folds: int = FOLDS, seed: int = 0
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
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

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
    # Turned to the directions in which the training words lie, of which there may be fewer than
    # dimensions: the fit is the same, as its penalty knows no directions, and comes sooner.
    turned = PCA(svd_solver="full")
    fitted = LogisticRegression(solver="newton-cg", max_iter=2000)
    probe = make_pipeline(StandardScaler(), turned, fitted)
    dealt = np.random.default_rng(seed).permutation(labels)
    with np.errstate(invalid="ignore"):  # words that are all in one spot have no directions
        right, by_chance = (
            cross_val_predict(probe, vectors, target, cv=folds) == target
            for target in (labels, dealt)
        )
    n_missing = len(classes) - len(used)
    scores = right.astype(np.float64)
    return Probe(float(scores.mean()), float(by_chance.mean()), len(used), n_missing, scores)


def probe_numbers(
    space: EmbeddingSpace, numbers: Mapping[str, float], *, n_folds: int = FOLDS, seed: int = 0
) -> Probe:
    """Read a number of each word, such as its length or log frequency, from its vector.

    Raises
    ------
    InputError
        If fewer than twice ``n_folds`` words are known, all numbers are equal, one is not finite,
        or ``n_folds`` is below 2.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

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
    # Both tasks at once, each with its own penalty: the vectors are decomposed once.
    probe = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 4, 7), alpha_per_target=True))
    dealt = np.random.default_rng(seed).permutation(values)
    tasks = np.column_stack([values, dealt])
    errors, by_chance = ((cross_val_predict(probe, vectors, tasks, cv=folds) - tasks) ** 2).T
    variance = float(values.var())
    value, control = (float(1 - squared.mean() / variance) for squared in (errors, by_chance))
    return Probe(value, control, len(used), len(numbers) - len(used), errors)


def _vectors(space: EmbeddingSpace, words: list[str]) -> np.ndarray:
    vectors: np.ndarray = space.vectors[[space.index[word] for word in words]].astype(np.float64)
    return vectors


@dataclass(frozen=True)
class NumberProbe:
    """A probe for a number of each word, with the numbers."""

    probe: Probe
    values: np.ndarray


def number_probes_of(asked: Asked) -> dict[str, NumberProbe]:
    """Read the length of words, and their log frequency where it is known.

    A number that too few words have, or all alike, is left out.
    """
    space = asked.space
    rows = space.sampled_rows(PROBED_WORDS, seed=asked.seed)
    words = [space.words[row] for row in rows]
    numbers = {"length": np.array([float(len(word)) for word in words])}
    if space.counts is not None:
        numbers["log frequency"] = np.log(np.maximum(space.counts, 1))[rows]
    return {
        name: NumberProbe(
            probe_numbers(space, dict(zip(words, values.tolist(), strict=True)), seed=asked.seed),
            values,
        )
        for name, values in numbers.items()
        if len(words) >= 2 * FOLDS and np.ptp(values) > 0
    }


def category_probe_of(asked: Asked) -> Probe | None:
    """Read the categories of a lexicon; None where no two of them have words enough."""
    categories: Mapping[str, str] = asked.judgments.categories
    known = [category for word, category in categories.items() if word in asked.space]
    if sum(known.count(category) >= FOLDS for category in set(known)) < 2:
        return None
    return probe_classes(asked.space, categories, seed=asked.seed)


def _read_numbers(probes: Mapping[str, NumberProbe]) -> dict[str, Scored]:
    return {
        name: _scored(one.probe, _explained(one.probe, one.values)) for name, one in probes.items()
    }


def _read_categories(probe: Probe | None) -> dict[str, Scored]:
    return {} if probe is None else {"categories": _scored(probe, UnitMean.of(probe.scores))}


def _explained(probe: Probe, values: np.ndarray) -> UnitMean:
    """Take R² by what each word does to it, through its error and through the variance."""
    squares = (values - values.mean()) ** 2
    influences = ((1 - probe.value) * squares - probe.scores) / squares.mean()
    return UnitMean.of_influences(probe.value, influences)


def _scored(probe: Probe, estimate: Estimate) -> Scored:
    return Scored(probe.value, estimate, probe.n_used, probe.n_missing, chance=probe.control)


PROBED_NUMBERS = Quantity(
    key="probing",
    method="R²",
    asks="space",
    measure=number_probes_of,
    read=_read_numbers,
    title="{relation} (R²)",
    says="How much of a word's length, or of the logarithm of its count, a linear model reads from "
    "the vectors of words it has not seen; beside it the same with the numbers dealt at random.",
    section="probing",
    unit="number",
    better="neither",
    bounds=(-np.inf, 1),
    drawn="words",
    unchanged="scale shift",
    is_of_transforms=False,
    equation="R² = 1 − mean squared error of a ridge regression / variance, on held-out words",
    paper="Hewitt & Liang 2019, EMNLP (arXiv:1909.03368)",
)

PROBED_CATEGORIES = Quantity(
    key="probing",
    method="accuracy",
    asks="lexicon",
    measure=category_probe_of,
    read=_read_categories,
    title="{relation} ({judgments}, accuracy)",
    says="How often a linear model names the category of a word it has not seen; beside it the "
    "same with the categories dealt at random.",
    section="probing",
    unit="share",
    better="neither",
    bounds=(0, 1),
    drawn="words",
    unchanged="scale shift",
    is_of_transforms=False,
    equation="accuracy of a logistic regression on held-out words",
    paper="Hewitt & Liang 2019, EMNLP (arXiv:1909.03368)",
)
