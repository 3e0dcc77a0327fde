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

from compare.measures.neighbours import nearest
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import TwoGroups, UnitMean

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
    n_antonyms : int
        Antonym pairs asked about, known or not.
    """

    share: float
    auc: float
    k: int
    n_used: int
    n_missing: int
    n_antonyms: int
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
    from sklearn.metrics import roc_auc_score

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
        n_antonyms=len(antonym_pairs),
        scores=scores,
        antonym_cosines=cosines[0],
        synonym_cosines=cosines[1],
    )


def antonyms_of(asked: Asked) -> Antonyms:
    """Ask a space about the opposites and synonyms of a lexicon."""
    lexicon = asked.judgments
    return antonyms(asked.space, lexicon.antonyms, lexicon.synonyms, k=asked.k)


def _read_auc(found: Antonyms) -> dict[str, Scored]:
    estimate = TwoGroups.of(found.synonym_cosines, found.antonym_cosines)
    return {ALL: Scored(found.auc, estimate, found.n_used, found.n_missing, chance=0.5)}


def _read_share(found: Antonyms) -> dict[str, Scored]:
    n_used = len(found.scores)
    n_missing = found.n_antonyms - n_used
    return {ALL: Scored(found.share, UnitMean.of(found.scores), n_used, n_missing)}


SYNONYMS_ABOVE_ANTONYMS = Quantity(
    key="antonyms",
    method="AUC",
    asks="lexicon",
    measure=antonyms_of,
    read=_read_auc,
    title="synonyms above antonyms ({judgments})",
    says="The chance that a pair of synonyms has a larger cosine than a pair of opposites.",
    section="lexicon",
    unit="number",
    bounds=(0, 1),
    drawn="pairs of synonyms and of opposites",
    unchanged="rotation scale lengths order",
    is_main=True,
    is_tested=True,
    equation="AUC = P(cos of a synonym pair > cos of an antonym pair), a tie one half",
    paper="Nguyen, Schulte im Walde & Vu 2016, ACL",
)

ANTONYMS_AMONG_NEIGHBOURS = Quantity(
    key="antonyms",
    method="share@{k}",
    asks="lexicon",
    measure=antonyms_of,
    read=_read_share,
    title="antonyms among the {k} nearest",
    says="How many opposites stand among each other's nearest words: neither more nor fewer is "
    "better, but spaces of contexts hold them close.",
    section="lexicon",
    unit="share",
    bounds=(0, 1),
    drawn="pairs of opposites",
    unchanged="rotation scale lengths order",
    is_tested=True,
    equation="share@k = mean of ½ [b ∈ N_k(a)] + ½ [a ∈ N_k(b)] over antonym pairs (a, b)",
    paper="Mrkšić et al. 2016, NAACL",
)
