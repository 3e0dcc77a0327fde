"""The explorer's page: one file, with the vectors of all its spaces."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from compare.errors import InputError, checked_seed
from compare.figures.style import Look, looks
from compare.judgments.similarity_sets import SimilaritySet
from compare.spaces.space import EmbeddingSpace
from compare.storage import write_text
from compare.text.company_counts import CompanyCounts
from experiments.explorer.data import Map, explorer_data, kept_words
from experiments.explorer.packing import COMPACT_DIMENSION
from experiments.pages.escapes import plain
from experiments.pages.rendering import rendered

MAPS: tuple[Map, ...] = ("pca", "tsne")

LARGE = 50_000_000
"""Bytes of a page beyond which it is written only where that is asked for."""


@dataclass(frozen=True)
class Explored:
    """What a page shows.

    Attributes
    ----------
    spaces : sequence of EmbeddingSpace
        With different names; their words may differ.
    title : str
        Empty: the labels of the spaces.
    drawn : mapping, optional
        How each space is drawn; by default by its provenance.
    similarity : sequence of SimilaritySet
        People's judgments, beside the similarity of two words.
    counts : CompanyCounts, optional
        Says of what kind neighbours are.
    """

    spaces: Sequence[EmbeddingSpace]
    title: str = ""
    drawn: Mapping[str, Look] | None = None
    similarity: Sequence[SimilaritySet] = ()
    counts: CompanyCounts | None = None


def write_explorer(
    explored: Explored,
    path: Path,
    *,
    most: int | None = None,
    compact: bool = False,
    large: bool = False,
    map_kind: Map = "pca",
    seed: int = 1,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a page in which spaces are searched and set side by side.

    Parameters
    ----------
    most : int, optional
        Words of each space that are kept: the frequent ones, where counts are known.
    compact : bool
        64 numbers a word, of one byte each.
    large : bool
        Write a page of more than 50 MB, too.
    tell : callable
        Is told about how many bytes the page will have, before it is made.

    Returns
    -------
    int
        Bytes of the page.

    Raises
    ------
    InputError
        If names repeat, a space has fewer than two words, or the page would be too large.
    """
    names = [space.name for space in explored.spaces]
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"expected spaces with different names; found {', '.join(names) or 'none'}"
        )
    seed = checked_seed(seed)
    kept = [kept_words(space, most) for space in explored.spaces]
    tell(_expected_size(kept, compact=compact, large=large))
    data, blocks = explorer_data(
        kept,
        explored.drawn or _looks(kept),
        compact=compact,
        map_kind=map_kind,
        similarity=explored.similarity,
        counts=explored.counts,
        seed=seed,
    )
    text = resources.files("experiments.explorer") / "messages.toml"
    says = tomllib.loads(text.read_text("utf-8"))
    title = explored.title or " · ".join(one["label"] for one in data["spaces"])
    page = rendered(
        "explorer.html",
        styles=("page.css", "controls.css", "explorer.css"),
        script="explorer.js",
        data={**data, "messages": says, "title": plain(title)},
        title=title,
        blocks=blocks,
        says=says,
    )
    write_text(path, page)
    return len(page.encode())


WORD_AND_PLACE = 16
"""Bytes of a word's letters, its place on the map and its kinds."""


def _expected_size(spaces: Sequence[EmbeddingSpace], *, compact: bool, large: bool) -> int:
    """Say about how many bytes the page will have; refuse too many, unless they are wanted."""
    dims = [min(space.dim, COMPACT_DIMENSION) if compact else 2 * space.dim for space in spaces]
    raw = sum(len(one) * (dim + WORD_AND_PLACE) for one, dim in zip(spaces, dims, strict=True))
    expected = raw * 4 // 3  # as base64
    if expected > LARGE and not large:
        smaller = "" if compact else ", 64 small numbers a word (--compact)"
        raise InputError(
            f"the page would have about {expected / 1e6:.0f} MB, and beyond {LARGE / 1e6:.0f} MB "
            f"browsers are slow: keep fewer words (--most){smaller}, or write it all the same "
            "(--large)"
        )
    return expected


def _looks(spaces: Sequence[EmbeddingSpace]) -> Mapping[str, Look]:
    names = [space.name for space in spaces]
    about = [space.provenance for space in spaces]
    labels = [plain(str(one.get("label") or name)) for one, name in zip(about, names, strict=True)]
    labels = [
        label if labels.count(label) == 1 else plain(name)
        for label, name in zip(labels, names, strict=True)
    ]
    families = [str(one.get("family", "")) for one in about]
    return looks(names, labels, families, [str(one.get("role", "")) for one in about])
