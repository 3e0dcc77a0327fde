"""Antonyms: whether a space takes opposites for synonyms.

Opposites stand in the same contexts, so that spaces of contexts hold them close (Mrkšić et al.
2016, NAACL; Nguyen et al. 2016, ACL).

    share@k  share of antonym pairs of which the second is among the k nearest of the first, or the
             other way round, each way counted for one half
    AUC      chance that a synonym pair has a higher cosine than an antonym pair; a tie is one half

share@k: 0 to 1, smaller keeps opposites apart. AUC: 0 to 1, larger tells synonyms from antonyms, ½
is none. Unchanged by rotation and by scaling words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from compare.measures.neighbours import nearest
from compare.spaces.space import EmbeddingSpace

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Antonyms:
    """Antonyms among neighbours, and against synonyms.

    Attributes
    ----------
    share : float
        share@k; NaN without an antonym pair.
    auc : float
        NaN without a pair of either kind.
    scores : ndarray of float64, shape (n antonym pairs used,)
        0, ½ or 1 of each antonym pair.
    antonym_cosines, synonym_cosines : ndarray of float64
    n_used, n_missing : int
        Pairs of both kinds.
    """

    share: float
    auc: float
    k: int
    n_used: int
    n_missing: int
    scores: np.ndarray
    antonym_cosines: np.ndarray
    synonym_cosines: np.ndarray


def antonyms(
    space: EmbeddingSpace, antonym_pairs: Pairs, synonym_pairs: Pairs, *, k: int = 10
) -> Antonyms:
    """Look for antonyms among neighbours and compare their cosines with those of synonyms.

    Raises
    ------
    InputError
        If ``k`` is below 1.
    """
    opposite, alike = (
        np.array(
            [(space.index[a], space.index[b]) for a, b in pairs if a in space and b in space],
            dtype=np.int64,
        ).reshape(-1, 2)
        for pairs in (antonym_pairs, synonym_pairs)
    )
    near = nearest(space, [space.words[row] for row in opposite.ravel()], k=k).rows
    others = opposite[:, ::-1].ravel()
    scores = (near == others[:, None]).any(axis=1).reshape(-1, 2).mean(axis=1)
    unit = space.unit_vectors.astype(np.float64)
    # Rounded, so that equal pairs tie.
    cosines = [
        np.round((unit[rows[:, 0]] * unit[rows[:, 1]]).sum(axis=1), 7) for rows in (opposite, alike)
    ]
    kinds = np.repeat([0, 1], [len(opposite), len(alike)])
    can_tell = 0 < kinds.sum() < len(kinds)
    n_used = len(kinds)
    return Antonyms(
        share=float(scores.mean()) if len(scores) else float("nan"),
        auc=float(roc_auc_score(kinds, np.concatenate(cosines))) if can_tell else float("nan"),
        k=near.shape[1],
        n_used=n_used,
        n_missing=len(antonym_pairs) + len(synonym_pairs) - n_used,
        scores=scores,
        antonym_cosines=cosines[0],
        synonym_cosines=cosines[1],
    )
