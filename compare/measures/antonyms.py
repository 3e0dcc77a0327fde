"""Antonyms: whether a space takes opposites for synonyms.

Opposites stand in the same contexts, so that spaces of contexts hold them close (Mrkšić et al.
2016, NAACL; Nguyen et al. 2016, ACL).

    share@k  share of pairs of which the second is among the k nearest of the first, or the other
             way round, each way counted for one half
    AUC      chance that a synonym pair has a higher cosine than an antonym pair; a tie is one half

Two controls: pairs of frequent words may lie nearer than rare ones whatever they mean, so the AUC
is also taken over pairs about as frequent (the geometric means of their counts within a factor of
two). And opposites are of one kind, as cat and dog are, which are no opposites: co-hyponyms, words
of one category, each in one pair, stand beside synonyms.

share@k: 0 to 1, smaller keeps opposites apart. AUC: 0 to 1, larger tells synonyms from antonyms, ½
is none. Unchanged by rotation and by scaling words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from compare.measures.neighbours import nearest
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import TwoGroups, UnitMean

Pairs = Sequence[tuple[str, str]]


AS_FREQUENT = 1.0
"""Largest difference of the mean log₂ counts of pairs that are called as frequent."""


@dataclass(frozen=True)
class PairScores:
    """How near the words of some pairs are.

    Attributes
    ----------
    rows : ndarray of int64, shape (n, 2)
        Of the words, in the space.
    cosines : ndarray of float64, shape (n,)
    scores : ndarray of float64, shape (n,)
        0, ½ or 1: how many of the two are among the other's nearest.
    n_missing : int
        Pairs with an unknown word.
    """

    rows: np.ndarray
    cosines: np.ndarray
    scores: np.ndarray
    n_missing: int


@dataclass(frozen=True)
class Antonyms:
    """Antonyms among neighbours, and against synonyms and co-hyponyms.

    Attributes
    ----------
    k : int
        Nearest words that were looked at.
    antonyms, synonyms, co_hyponyms : PairScores
    counts : ndarray of int64, optional
        Occurrences of the words of the space.
    """

    k: int
    antonyms: PairScores
    synonyms: PairScores
    co_hyponyms: PairScores
    counts: np.ndarray | None

    @property
    def share(self) -> float:
        """share@k of antonyms; NaN without a pair."""
        return UnitMean.of(self.antonyms.scores).value

    @property
    def auc(self) -> float:
        """Synonyms above antonyms; NaN without a pair of either kind."""
        return TwoGroups.of(self.synonyms.cosines, self.antonyms.cosines).value


def antonyms(
    space: EmbeddingSpace,
    antonym_pairs: Pairs,
    synonym_pairs: Pairs,
    co_hyponym_pairs: Pairs = (),
    *,
    k: int = 10,
) -> Antonyms:
    """Look for antonyms among neighbours and compare their cosines with those of synonyms.

    Raises
    ------
    InputError
        If ``k`` is below 1.
    """
    opposite, alike, of_a_kind = (
        pair_scores(space, pairs, k=k) for pairs in (antonym_pairs, synonym_pairs, co_hyponym_pairs)
    )
    return Antonyms(
        k=min(k, len(space) - 1),
        antonyms=opposite,
        synonyms=alike,
        co_hyponyms=of_a_kind,
        counts=space.counts,
    )


def pair_scores(space: EmbeddingSpace, pairs: Pairs, *, k: int) -> PairScores:
    """Tell how near the words of each pair are, by cosine and among the k nearest."""
    rows = np.array(
        [(space.index[a], space.index[b]) for a, b in pairs if a in space and b in space],
        dtype=np.int64,
    ).reshape(-1, 2)
    near = nearest(space, [space.words[row] for row in rows.ravel()], k=k).rows
    others = rows[:, ::-1].ravel()
    first, second = (space.unit_vectors[of].astype(np.float64) for of in rows.T)
    cosines = np.round((first * second).sum(axis=1), 7)  # rounded, so that equal pairs tie
    scores = (near == others[:, None]).any(axis=1).reshape(-1, 2).mean(axis=1)
    return PairScores(rows, cosines, scores, len(pairs) - len(rows))


def antonyms_of(asked: Asked) -> Antonyms:
    """Ask a space about the opposites and synonyms of a lexicon, and words of its categories."""
    lexicon = asked.judgments
    of_a_kind = lexicon.category_pairs(asked.space.index, seed=asked.seed)
    return antonyms(asked.space, lexicon.antonyms, lexicon.synonyms, of_a_kind, k=asked.k)


def _read_auc(found: Antonyms) -> dict[str, Scored]:
    return _above_antonyms(found, found.synonyms)


def _read_auc_as_frequent(found: Antonyms, kind: str) -> dict[str, Scored]:
    others: PairScores = getattr(found, kind)
    if found.counts is None or not len(others.rows):
        return {}
    # a word that never occurred counts as half an occurrence
    log_counts = np.log2(np.maximum(found.counts, 0.5))
    mine, theirs = (log_counts[one.rows].mean(axis=1) for one in (others, found.antonyms))
    return _above_antonyms(found, others, np.abs(mine[:, None] - theirs) <= AS_FREQUENT)


def _above_antonyms(
    found: Antonyms, others: PairScores, is_compared: np.ndarray | None = None
) -> dict[str, Scored]:
    opposite = found.antonyms
    words = np.concatenate([others.rows, opposite.rows])
    estimate = TwoGroups.of(others.cosines, opposite.cosines, words=words, is_compared=is_compared)
    n_used = len(estimate.first) + len(estimate.second)
    n_missing = len(words) + others.n_missing + opposite.n_missing - n_used
    return {ALL: Scored(estimate.value, estimate, n_used, n_missing, chance=0.5)}


def _read_share(found: Antonyms, kind: str) -> dict[str, Scored]:
    pairs: PairScores = getattr(found, kind)
    if kind != "antonyms" and not len(pairs.rows):
        return {}
    estimate = UnitMean.of(pairs.scores)
    return {ALL: Scored(estimate.value, estimate, len(pairs.rows), pairs.n_missing)}


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
    read=partial(_read_share, kind="antonyms"),
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


def _auc_as_frequent(kind: str, method: str, title: str, says: str) -> Quantity:
    return Quantity(
        key="antonyms",
        method=method,
        asks="lexicon",
        measure=antonyms_of,
        read=partial(_read_auc_as_frequent, kind=kind),
        title=title,
        says=says,
        section="lexicon",
        unit="number",
        bounds=(0, 1),
        drawn="pairs of either kind",
        unchanged="rotation scale lengths",
        is_tested=True,
        is_control=True,
        equation="AUC over pairs whose mean log₂ counts differ by 1 at most",
        paper="Nguyen, Schulte im Walde & Vu 2016, ACL",
    )


SYNONYMS_AS_FREQUENT = _auc_as_frequent(
    "synonyms",
    "AUC, as frequent",
    "synonyms above antonyms as frequent ({judgments})",
    "The same over pairs of words about as frequent.",
)

CO_HYPONYMS_AS_FREQUENT = _auc_as_frequent(
    "co_hyponyms",
    "AUC, co-hyponyms",
    "co-hyponyms above antonyms as frequent ({judgments})",
    "The chance that two words of one category, as cat and dog, have a larger cosine than a pair "
    "of opposites about as frequent.",
)


def _share_of(kind: str, name: str) -> Quantity:
    return Quantity(
        key="antonyms",
        method=f"share@{{k}}, {name}",
        asks="lexicon",
        measure=antonyms_of,
        read=partial(_read_share, kind=kind),
        title=f"{name} among the {{k}} nearest",
        says=f"The same of {name}, beside which that of opposites is to be read.",
        section="lexicon",
        unit="share",
        bounds=(0, 1),
        drawn=f"pairs of {name}",
        unchanged="rotation scale lengths",
        is_control=True,
        equation="as share@k",
        paper="Mrkšić et al. 2016, NAACL",
    )


SYNONYMS_AMONG_NEIGHBOURS = _share_of("synonyms", "synonyms")
CO_HYPONYMS_AMONG_NEIGHBOURS = _share_of("co_hyponyms", "co-hyponyms")
