"""``plot_words`` and ``plot_neighbours``: figures of spaces, without a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from compare.comparison.examples import planes
from compare.comparison.given import named_spaces
from compare.errors import InputError
from compare.figures.neighbour_bars import draw_neighbours
from compare.figures.style import Look, looks
from compare.figures.word_map import plot_word_map
from compare.spaces.side_by_side import side_by_side
from compare.spaces.space import EmbeddingSpace

Spaces = EmbeddingSpace | Iterable[EmbeddingSpace] | Mapping[str, EmbeddingSpace]


def plot_words(spaces: Spaces, words: Sequence[str], *, analogy: Sequence[str] = ()) -> Figure:
    """Draw words on the two directions in which they differ most, a map a space.

    Parameters
    ----------
    spaces : EmbeddingSpace, or several, or a mapping from names
    words : sequence of str
        Three or more that each space has.
    analogy : sequence of four str, optional
        a, b, c, d, joined by arrows from a to b and from c to d.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    InputError
        If a word is unknown, or there are too few.
    """
    shown = named_spaces(spaces)
    analogy = _listed(analogy or ())
    asked = list(dict.fromkeys([*_listed(words), *analogy]))
    if len(asked) < 3:
        raise InputError(f"a map needs three words or more; found {len(asked)}")
    if analogy and len(analogy) != 4:
        raise InputError(f"an analogy is of four words, a, b, c, d; found {len(analogy)}")
    for space in shown:
        if space.dim < 2:
            raise InputError(f"a map needs two dimensions or more; {space.name} has one")
        for word in asked:
            space.id_of(word)
    figure = plot_word_map(planes(shown, asked), _looks(shown), analogy)
    assert figure is not None
    return figure


def plot_neighbours(spaces: Spaces, words: str | Sequence[str], *, k: int = 8) -> Figure:
    """Draw the nearest words of words, a row a word and a column a space.

    Words that several spaces list are bold.

    Parameters
    ----------
    spaces : EmbeddingSpace, or several, or a mapping from names
    words : str or sequence of str
        Each known to one space at least.
    k : int
        Neighbours of each.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    InputError
        If no space has a word.
    """
    shown = named_spaces(spaces)
    asked = [words] if isinstance(words, str) else _listed(words)
    if not asked:
        raise InputError("expected words whose neighbours are drawn; found none")
    return draw_neighbours([side_by_side(shown, word, k) for word in asked], _looks(shown))


def _listed(words: Any) -> list[str]:
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise InputError(f"expected a list of words; found {words!r}")
    return list(words)


def _looks(spaces: Sequence[EmbeddingSpace]) -> Mapping[str, Look]:
    told = [space.provenance for space in spaces]
    names = [space.name for space in spaces]
    labels = [str(one.get("label", name)) for one, name in zip(told, names, strict=True)]
    if len(set(labels)) < len(labels):
        labels = names
    families = [str(one.get("family", "other")) for one in told]
    return looks(names, labels, families, [str(one.get("role", "")) for one in told])
