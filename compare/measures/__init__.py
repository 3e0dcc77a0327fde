"""One measure a file: pure functions of spaces and judgments."""

from compare.measures.analogies import (
    AnalogyScores,
    RelationRanks,
    score_analogies,
    solve_analogy,
)
from compare.measures.analogy_methods import BASELINES, METHODS
from compare.measures.antonyms import Antonyms, antonyms
from compare.measures.categorization import Categorization, categorize
from compare.measures.cka import linear_cka
from compare.measures.contextuality import (
    Contextuality,
    SenseSeparation,
    contextuality,
    sense_separation,
)
from compare.measures.effective_dimensions import EffectiveDimensions, effective_dimensions
from compare.measures.frequency_bands import Band, by_frequency_band, most_and_least
from compare.measures.frequency_bias import FrequencyBias, frequency_bias, frequency_bias_among
from compare.measures.geometry import Plane, RandomPairs, principal_plane, random_pair_cosines
from compare.measures.hubness import Hubness, hubness, hubness_among
from compare.measures.isotropy import Isotropy, isotropy
from compare.measures.likeness import BoundedLikeness, Likeness, with_bounds
from compare.measures.mutual_neighbours import mutual_neighbours
from compare.measures.neighbours import Neighbours, Overlap, nearest, neighbour_overlap
from compare.measures.odd_one_out import OddOneOut, odd_one_out
from compare.measures.probing import Probe, probe_classes, probe_numbers
from compare.measures.procrustes import Retrieval, held_out_precision, procrustes_retrieval
from compare.measures.rank_biased_overlap import rank_biased_overlap
from compare.measures.rogue_dimensions import RogueDimensions, rogue_dimensions
from compare.measures.rsa import similarity_correlation
from compare.measures.similarity import SimilarityScore, score_similarity
from compare.measures.svcca import svcca
from compare.measures.vocabulary_cut import analogies_by_cut, similarity_by_cut

__all__ = [
    "BASELINES",
    "METHODS",
    "AnalogyScores",
    "Antonyms",
    "Band",
    "BoundedLikeness",
    "Categorization",
    "Contextuality",
    "EffectiveDimensions",
    "FrequencyBias",
    "Hubness",
    "Isotropy",
    "Likeness",
    "Neighbours",
    "OddOneOut",
    "Overlap",
    "Plane",
    "Probe",
    "RandomPairs",
    "RelationRanks",
    "Retrieval",
    "RogueDimensions",
    "SenseSeparation",
    "SimilarityScore",
    "analogies_by_cut",
    "antonyms",
    "by_frequency_band",
    "categorize",
    "contextuality",
    "effective_dimensions",
    "frequency_bias",
    "frequency_bias_among",
    "held_out_precision",
    "hubness",
    "hubness_among",
    "isotropy",
    "linear_cka",
    "most_and_least",
    "mutual_neighbours",
    "nearest",
    "neighbour_overlap",
    "odd_one_out",
    "principal_plane",
    "probe_classes",
    "probe_numbers",
    "procrustes_retrieval",
    "random_pair_cosines",
    "rank_biased_overlap",
    "rogue_dimensions",
    "score_analogies",
    "score_similarity",
    "sense_separation",
    "similarity_by_cut",
    "similarity_correlation",
    "solve_analogy",
    "svcca",
    "with_bounds",
]
