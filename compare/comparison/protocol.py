"""The rules of a fair comparison: one vocabulary, one case policy, raw and centred cosines.

Every space of a comparison is cut to the words that all of them have, in one order; questions and
candidates are cut with it. What the cut costs is told (coverage).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from compare.comparison.options import ProtocolOptions, Transform
from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace
from compare.text.company_counts import CompanyCounts
from compare.text.normalization import normal_word

SpacesByTransform = Mapping[Transform, Sequence[EmbeddingSpace]]


@dataclass(frozen=True)
class Coverage:
    """What the cut to the shared vocabulary cost one space.

    Attributes
    ----------
    n_words : int
        Words of the space before the cut.
    n_shared : int
        Words compared.
    n_case_collisions : int
        Words dropped because another case variant is more frequent.
    n_unseen : int
        Words that were never put into the space, as training met none of their tokens or not all.
    """

    space: str
    n_words: int
    n_shared: int
    n_case_collisions: int
    n_unseen: int


def share_vocabulary(
    spaces: Sequence[EmbeddingSpace], options: ProtocolOptions
) -> tuple[tuple[EmbeddingSpace, ...], tuple[Coverage, ...]]:
    """Cut spaces to the words they share, in the order of the first space that has counts.

    Parameters
    ----------
    spaces : sequence of EmbeddingSpace
        At least one; names must differ.

    Returns
    -------
    (tuple of EmbeddingSpace, tuple of Coverage)
        All spaces with the same words in the same order (and the counts of that first space),
        and what the cut cost.

    Raises
    ------
    InputError
        If names repeat, or fewer than two words are shared.
    """
    if not spaces:
        raise InputError("a comparison needs one space or more; found none")
    names = [space.name for space in spaces]
    if len(set(names)) != len(names):
        raise InputError(f"spaces to compare need different names; found {', '.join(names)}")
    folded, n_collisions = zip(
        *(normal_space(space, fold=options.case == "fold") for space in spaces), strict=True
    )
    reference = next((space for space in folded if space.counts is not None), folded[0])
    shared = [w for w in reference.words if all(w in space for space in folded)]
    if len(shared) < 2:
        sizes = ", ".join(f"{space.name} {len(space)}" for space in spaces)
        raise InputError(
            f"the spaces share {len(shared)} words and a comparison needs two (words: {sizes}); "
            "were they made of the same language, with the same normalisation?"
        )
    kept = shared[: options.max_words]
    counts = None if reference.counts is None else reference.restricted(kept).counts
    cut = tuple(replace(space, counts=None).restricted(kept) for space in folded)
    coverage = tuple(
        Coverage(space.name, len(space), len(kept), n, _n_unseen(space))
        for space, n in zip(spaces, n_collisions, strict=True)
    )
    return tuple(replace(space, counts=counts) for space in cut), coverage


def _n_unseen(space: EmbeddingSpace) -> int:
    return int(space.provenance.get("n_words_unseen", 0))


def frequencies(space: EmbeddingSpace, company: Sequence[CompanyCounts]) -> np.ndarray | None:
    """Say how frequent words are: by the space, else by the first text that counts them.

    Parameters
    ----------
    company : sequence of CompanyCounts
        Of the words of the space, in its order.

    Returns
    -------
    ndarray of int64, shape (n_words,), or None where it is not known
    """
    return space.counts if space.counts is not None or not company else company[0].counts


def normal_space(space: EmbeddingSpace, *, fold: bool = True) -> tuple[EmbeddingSpace, int]:
    """Write words as texts have them; of several spellings of one the first (most frequent) stays.

    Parameters
    ----------
    fold : bool
        In small letters, too.

    Returns
    -------
    (EmbeddingSpace, int)
        The space and how many words were dropped.
    """
    first_row: dict[str, int] = {}
    for row, word in enumerate(space.words):
        first_row.setdefault(normal_word(word, fold=fold), row)
    if tuple(first_row) == space.words:
        return space, 0
    rows = np.fromiter(first_row.values(), dtype=np.int64)
    folded = replace(
        space,
        words=tuple(first_row),
        vectors=space.vectors[rows],
        counts=None if space.counts is None else space.counts[rows],
        n_pieces=None if space.n_pieces is None else space.n_pieces[rows],
    )
    return folded, len(space) - len(folded)


def transformed(space: EmbeddingSpace, transform: Transform) -> EmbeddingSpace:
    """Apply a transform, fitted on the words of the space itself (the shared words).

    raw              x
    centred          x − μ
    z-scored         (x − μ) / σ, each dimension by its own deviation; one without any becomes 0
    all-but-the-top  x − μ without its parts along the strongest principal directions, one for
                     every hundred dimensions, at least one (Mu & Viswanath 2018, arXiv:1702.01417)
    """
    if transform == "raw":
        return space
    centred = space.vectors - space.vectors.mean(axis=0, dtype=np.float64)
    if transform == "centred":
        return space.with_vectors(centred)
    if transform == "z-scored":
        deviation = centred.std(axis=0)
        # What rounding leaves of a dimension in which all words are equal is no deviation.
        varies = deviation > 1e-7 * np.abs(space.vectors).max(axis=0)
        return space.with_vectors(np.where(varies, centred / np.where(varies, deviation, 1), 0))
    n_top = max(1, round(space.dim / 100))
    _, directions = np.linalg.eigh(centred.T @ centred)  # columns, by rising strength
    top = directions[:, -n_top:]  # (dim, n_top)
    return space.with_vectors(centred - (centred @ top) @ top.T)
