"""One measure a file: pure functions of spaces and judgments."""

from compare.measures.analogies import (
    AnalogyScores,
    RelationRanks,
    score_analogies,
    solve_analogy,
)
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.measures.cka import linear_cka
from compare.measures.frequency_bands import Band, by_frequency_band, most_and_least
from compare.measures.geometry import Plane, RandomPairs, principal_plane, random_pair_cosines
from compare.measures.hubness import Hubness, hubness
from compare.measures.likeness import BoundedLikeness, Likeness, with_bounds
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import Neighbours, Overlap, nearest, neighbour_overlap
from compare.measures.procrustes import Retrieval, held_out_precision, procrustes_retrieval
from compare.measures.rank_biased_overlap import rank_biased_overlap
from compare.measures.rsa import similarity_correlation
from compare.measures.similarity import SimilarityScore, score_similarity
from compare.measures.svcca import svcca

__all__ = [
    "BASELINES",
    "METHODS",
    "AnalogyScores",
    "Band",
    "BoundedLikeness",
    "Hubness",
    "Likeness",
    "Neighbours",
    "Overlap",
    "Plane",
    "RandomPairs",
    "RelationRanks",
    "Retrieval",
    "SimilarityScore",
    "by_frequency_band",
    "held_out_precision",
    "hubness",
    "linear_cka",
    "most_and_least",
    "mutual_neighbours",
    "nearest",
    "neighbour_overlap",
    "principal_plane",
    "procrustes_retrieval",
    "random_pair_cosines",
    "rank_biased_overlap",
    "score_analogies",
    "score_similarity",
    "similarity_correlation",
    "solve_analogy",
    "svcca",
    "with_bounds",
]
