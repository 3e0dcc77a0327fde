"""One measure a file: pure functions of spaces and judgments."""

from compare.measures.analogies import (
    AnalogyScores,
    RelationRanks,
    score_analogies,
    solve_analogy,
)
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.measures.geometry import Plane, RandomPairs, principal_plane, random_pair_cosines
from compare.measures.neighbours import Neighbours, Overlap, nearest, neighbour_overlap
from compare.measures.similarity import SimilarityScore, score_similarity

__all__ = [
    "BASELINES",
    "METHODS",
    "AnalogyScores",
    "Neighbours",
    "Overlap",
    "Plane",
    "RandomPairs",
    "RelationRanks",
    "SimilarityScore",
    "nearest",
    "neighbour_overlap",
    "principal_plane",
    "random_pair_cosines",
    "score_analogies",
    "score_similarity",
    "solve_analogy",
]
