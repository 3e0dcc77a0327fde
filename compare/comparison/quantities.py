"""All numbers that are reported, in the order in which tables show them.

A measure of one's own is a module in ``compare/measures`` that ends with its record, and one line
here: tables, tests, texts and docs follow from the record.
"""

from __future__ import annotations

from collections.abc import Sequence

from compare.errors import InputError, nearest_names
from compare.measures.analogies import ANALOGIES
from compare.measures.antonyms import (
    ANTONYMS_AMONG_NEIGHBOURS,
    CO_HYPONYMS_AMONG_NEIGHBOURS,
    CO_HYPONYMS_AS_FREQUENT,
    SYNONYMS_ABOVE_ANTONYMS,
    SYNONYMS_AMONG_NEIGHBOURS,
    SYNONYMS_AS_FREQUENT,
)
from compare.measures.categorization import PURITY
from compare.measures.cka import LINEAR_CKA
from compare.measures.company_of_neighbours import AROUND, IN_PLACE, MEETING
from compare.measures.effective_dimensions import EFFECTIVE_RANK, PARTICIPATION_RATIO
from compare.measures.frequency_bias import NEIGHBOURS_AND_FREQUENCY, NORM_AND_FREQUENCY
from compare.measures.hubness import HUBNESS
from compare.measures.isotropy import ISOSCORE, PARTITION_ISOTROPY
from compare.measures.local_intrinsic_dimension import LOCAL_DIMENSION
from compare.measures.mutual_neighbours import MUTUAL_NEIGHBOURS
from compare.measures.odd_one_out import ODD_ONE_OUT
from compare.measures.probing import PROBED_CATEGORIES, PROBED_NUMBERS
from compare.measures.procrustes import PROCRUSTES
from compare.measures.quantity import Quantity
from compare.measures.random_pairs import MEAN_COSINE
from compare.measures.rogue_dimensions import ROGUE_DIMENSION
from compare.measures.rsa import RSA
from compare.measures.similarity import PEARSON, SIMILARITY_ABOVE_RELATEDNESS, SPEARMAN
from compare.measures.svcca import SVCCA

QUANTITIES: tuple[Quantity, ...] = (
    AROUND,
    IN_PLACE,
    MEETING,
    *ANALOGIES,
    SPEARMAN,
    PEARSON,
    SIMILARITY_ABOVE_RELATEDNESS,
    SYNONYMS_ABOVE_ANTONYMS,
    SYNONYMS_AS_FREQUENT,
    CO_HYPONYMS_AS_FREQUENT,
    ANTONYMS_AMONG_NEIGHBOURS,
    SYNONYMS_AMONG_NEIGHBOURS,
    CO_HYPONYMS_AMONG_NEIGHBOURS,
    PURITY,
    ODD_ONE_OUT,
    PROBED_NUMBERS,
    PROBED_CATEGORIES,
    MEAN_COSINE,
    ISOSCORE,
    PARTITION_ISOTROPY,
    EFFECTIVE_RANK,
    PARTICIPATION_RATIO,
    LOCAL_DIMENSION,
    HUBNESS,
    ROGUE_DIMENSION,
    NORM_AND_FREQUENCY,
    NEIGHBOURS_AND_FREQUENCY,
    LINEAR_CKA,
    RSA,
    SVCCA,
    MUTUAL_NEIGHBOURS,
    PROCRUSTES,
)

PAIR_QUANTITIES: tuple[Quantity, ...] = tuple(one for one in QUANTITIES if one.asks == "pair")
"""Those of two spaces."""

SPACE_QUANTITIES: tuple[Quantity, ...] = tuple(one for one in QUANTITIES if one.asks != "pair")
"""Those of one."""


def quantity_of(key: str, method: str, candidates: str = "") -> Quantity:
    """Look up the quantity that a row of ``measurements`` holds.

    Parameters
    ----------
    key, method, candidates : str
        The columns ``measure``, ``method`` (``share@10`` is found as ``share@{k}``) and
        ``candidates``.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> quantity_of("similarity", "Spearman").unit
    'correlation'
    """
    for quantity in QUANTITIES:
        if quantity.is_named(key, method, candidates):
            return quantity
    names = [f"{one.key} / {one.method}" for one in QUANTITIES]
    raise InputError(
        f"no quantity {key!r} / {method!r}"
        + (f" ({candidates})" if candidates else "")
        + f"; {nearest_names(f'{key} / {method}', list(dict.fromkeys(names)))}"
    )


def quantities_of(section: str) -> tuple[Quantity, ...]:
    """Give the quantities that a section of the report shows, in order."""
    return tuple(quantity for quantity in QUANTITIES if quantity.section == section)


def main_quantities(quantities: Sequence[Quantity] = QUANTITIES) -> tuple[Quantity, ...]:
    """Give those of the summary, which are tested and followed over seeds."""
    return tuple(quantity for quantity in quantities if quantity.is_main)
