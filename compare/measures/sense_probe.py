"""Sense probe: how well a linear direction tells a word's senses, in documents it has not seen.

Cosines of pairs (``contextuality.sense_separation``) ask whether sense is what occurrences differ
in most. A sense may be there all the same beside much else (place in the sentence, the words
around): here a logistic regression is fitted on some documents' occurrences and scores the others'.

    AUC: the chance that an occurrence of one sense scores above one of the other

½ is none, 1 a clean separation. Unchanged by scale and shift of single dimensions. Equal vectors
for all occurrences, as a static table has them, give ½ by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compare.errors import InputError

PENALTY = 100.0
"""Of the squared weights: there are about as many dimensions as occurrences."""


@dataclass(frozen=True)
class SenseProbe:
    """How well two senses are told apart.

    Attributes
    ----------
    auc : float
        0 to 1, larger is better; ½ is chance. Mean over the folds.
    scores : ndarray of float64, shape (n_used,)
        Of each occurrence, by a direction fitted without its document; larger is more like the
        second sense. Scores of different folds are not on one scale.
    """

    auc: float
    scores: np.ndarray
    n_used: int
    n_missing: int = 0


def probe_senses(
    vectors: np.ndarray, senses: np.ndarray, documents: np.ndarray, *, n_folds: int = 5
) -> SenseProbe:
    """Measure how well a linear direction tells two senses of one word.

    Parameters
    ----------
    vectors : ndarray, shape (n_occurrences, dim)
    senses : ndarray of int, shape (n_occurrences,)
        Two of them.
    documents : ndarray of int, shape (n_occurrences,)
        All occurrences of a document are on one side: fitted on, or scored.
    n_folds : int
        Parts that take turns at being scored.

    Raises
    ------
    InputError
        If lengths differ, a vector is not finite, there are not two senses, or one of them stands
        in fewer documents than there are folds.
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

    n = len(vectors)
    if vectors.ndim != 2 or senses.shape != (n,) or documents.shape != (n,):
        raise InputError(
            f"occurrences need a sense and a document each; found vectors {vectors.shape}, senses "
            f"{senses.shape} and documents {documents.shape}"
        )
    if not np.isfinite(vectors).all():
        raise InputError("vectors of occurrences hold NaN or infinity")
    names = np.unique(senses)
    if len(names) != 2:
        raise InputError(f"a sense probe needs two senses; found {len(names)}")
    for name in names:
        n_documents = len(np.unique(documents[senses == name]))
        if n_documents < n_folds:
            raise InputError(
                f"a sense stands in {n_documents} documents, and a probe of {n_folds} folds needs "
                "as many; give more text"
            )
    is_second = senses == names[1]
    scores = np.zeros(n)
    aucs = []
    folds = StratifiedGroupKFold(n_folds)
    for fitted, scored in folds.split(vectors, is_second, documents):
        if len(np.unique(is_second[scored])) < 2 or len(np.unique(is_second[fitted])) < 2:
            raise InputError(
                f"the documents do not fall into {n_folds} parts that each hold both senses; give "
                "more text, or lower n_folds"
            )
        scores[scored] = _scores(vectors[fitted], is_second[fitted], vectors[scored])
        aucs.append(roc_auc_score(is_second[scored], scores[scored]))
    return SenseProbe(float(np.mean(aucs)), scores, n)


def _scores(fitted: np.ndarray, is_second: np.ndarray, scored: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    mean = fitted.mean(axis=0, dtype=np.float64)
    deviation = fitted.std(axis=0, dtype=np.float64)
    # What rounding leaves of a dimension in which all vectors are equal is no deviation.
    varies = deviation > 1e-6 * np.maximum(np.abs(mean), 1e-30)
    scale = np.where(varies, 1 / np.where(varies, deviation, 1), 0)
    probe = LogisticRegression(C=1 / PENALTY, max_iter=500)
    probe.fit((fitted - mean) * scale, is_second)
    scores: np.ndarray = probe.decision_function((scored - mean) * scale)
    return scores
