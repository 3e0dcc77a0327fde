"""Categorization: whether clusters of vectors are categories that people know.

The words of a set are clustered by k-means into as many clusters as it has categories, and

    purity = Σ over clusters of the largest number of words of one category / n

The protocol is fixed beforehand, unit vectors and k-means alone: the best of many clusterings,
picked by its purity, would be chosen on the test set. The value is the mean over seeds.

Range: above 0 to 1; larger is better. Chance depends on the sizes of the categories; it is
measured by shuffling the categories over the words. Unchanged by rotation and by scaling words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from compare.errors import InputError
from compare.measures.quantity import ALL, Asked, Quantity, Scored
from compare.spaces.space import EmbeddingSpace
from compare.uncertainty import UnitMean


@dataclass(frozen=True)
class Categorization:
    """Purity of clusters against categories.

    Attributes
    ----------
    value : float
        Mean over seeds.
    chance : float
        Mean purity of the same clusters when the categories are shuffled.
    scores : ndarray of float64, shape (n_used,)
        Of each word: the share of seeds in which its cluster is mostly of its category.
    chances : ndarray of float64, shape (n_used,)
        Of each word: the same share when the categories are dealt to the words at random.
    labels : ndarray of int64, shape (n_used,)
        Number of each word's category, by the order of their names.
    """

    value: float
    chance: float
    n_used: int
    n_missing: int
    scores: np.ndarray
    chances: np.ndarray
    labels: np.ndarray


def categorize(
    space: EmbeddingSpace, categories: Mapping[str, str], *, n_seeds: int = 5, seed: int = 0
) -> Categorization:
    """Cluster words and compare the clusters with their categories.

    Parameters
    ----------
    categories : mapping of word → category
        Unknown words count as missing.
    n_seeds : int
        Clusterings, each from its own start.

    Raises
    ------
    InputError
        If fewer than two categories have known words, or ``n_seeds`` is below 1.
    """
    from sklearn.cluster import KMeans

    known = [word for word in categories if word in space]
    names, labels = np.unique([categories[word] for word in known], return_inverse=True)
    if len(names) < 2 or n_seeds < 1:
        raise InputError(
            f"clustering needs words of two categories and one seed; found {len(names)} "
            f"categories among {len(known)} known words, and {n_seeds} seeds"
        )
    unit = space.unit_vectors[[space.index[word] for word in known]].astype(np.float64)
    # Equal vectors make fewer clusters than there are categories.
    n_clusters = min(len(names), len(np.unique(unit, axis=0)))
    rng = np.random.default_rng(seed)
    scores, by_chance = [], []
    for start in range(n_seeds):
        clusters = KMeans(n_clusters, n_init=3, random_state=seed + start).fit_predict(unit)
        scores.append(in_majority(clusters, labels))
        for dealt in (rng.permutation(len(labels)) for _ in range(20)):
            by_chance.append(np.empty(len(labels)))
            # back to the category whose words are dealt: the chance of that category
            by_chance[-1][dealt] = in_majority(clusters, labels[dealt])
    return Categorization(
        value=float(np.mean(scores)),
        chance=float(np.mean(by_chance)),
        n_used=len(known),
        n_missing=len(categories) - len(known),
        scores=np.mean(scores, axis=0),
        chances=np.mean(by_chance, axis=0),
        labels=labels,
    )


def in_majority(clusters: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mark the items that are of the commonest category of their cluster; their mean is the purity.

    Parameters
    ----------
    clusters, labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)
        Of equally common categories of a cluster the first counts.
    """
    table = np.zeros((clusters.max() + 1, labels.max() + 1), dtype=np.int64)
    np.add.at(table, (clusters, labels), 1)
    commonest: np.ndarray = table.argmax(axis=1)
    return np.asarray(commonest[clusters] == labels)


def categories_of(asked: Asked) -> Categorization | None:
    """Cluster the words of a lexicon; None where it has no two categories with known words."""
    categories: Mapping[str, str] = asked.judgments.categories
    if len({category for word, category in categories.items() if word in asked.space}) < 2:
        return None
    return categorize(asked.space, categories, seed=asked.seed)


def _read_purity(found: Categorization | None) -> dict[str, Scored]:
    if found is None:
        return {}
    # Words of a category go right or wrong together: categories are the units.
    return {
        ALL: Scored(
            found.value,
            UnitMean.of_groups(found.scores, found.labels),
            found.n_used,
            found.n_missing,
            chance=found.chance,
            excess=UnitMean.of_groups(found.scores - found.chances, found.labels),
        )
    }


PURITY = Quantity(
    key="categories",
    method="purity",
    asks="lexicon",
    measure=categories_of,
    read=_read_purity,
    title="purity ({judgments})",
    says="How far clusters of the vectors (k-means) are the categories that people name.",
    section="lexicon",
    unit="share",
    better="larger",
    bounds=(0, 1),
    drawn="categories",
    unchanged="rotation scale lengths",
    is_main=True,
    is_tested=True,
    equation="purity = Σ over clusters of the words of its commonest category / n",
    paper="Baroni, Dinu & Kruszewski 2014, ACL",
)
