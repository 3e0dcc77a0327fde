"""How sure a number is, and whether two differ: intervals and tests that hold at few units."""

from compare.uncertainty.estimate import LEVEL, Estimate, Interval, equivalence_p, share_interval
from compare.uncertainty.families import holm
from compare.uncertainty.rated_pairs import RatedPairs
from compare.uncertainty.relation_pairs import PairOutcomes, RelationPairs
from compare.uncertainty.seeds import OverSeeds, seed_spread
from compare.uncertainty.two_groups import TwoGroups
from compare.uncertainty.unit_means import UnitMean

__all__ = [
    "LEVEL",
    "Estimate",
    "Interval",
    "OverSeeds",
    "PairOutcomes",
    "RatedPairs",
    "RelationPairs",
    "TwoGroups",
    "UnitMean",
    "equivalence_p",
    "holm",
    "seed_spread",
    "share_interval",
]
