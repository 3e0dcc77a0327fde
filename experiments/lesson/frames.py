"""Why two words are neighbours: the places of a text in which either stands."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from compare.text.tokens import TokenArray

LEFT, RIGHT = 2, 1
"""Words of a place to either side."""


class Frame(NamedTuple):
    """A place in which either of two words stands, and how often each does."""

    left: str
    right: str
    n_first: int
    n_second: int


def common_frames(
    tokens: TokenArray, words: tuple[str, ...], first: str, second: str, *, n: int = 3
) -> list[Frame]:
    """List places in which both words stand, those first in which the rarer stands most often.

    Parameters
    ----------
    tokens : TokenArray
        Ids of ``words``, a segment a sentence.
    """
    counts = [_places(tokens, words.index(word)) for word in (first, second)]
    shared = sorted(
        counts[0].keys() & counts[1].keys(), key=lambda p: (-min(one[p] for one in counts), p)
    )

    def told(ids: tuple[int, ...]) -> str:
        return " ".join(words[i] for i in ids)

    return [
        Frame(told(place[0]), told(place[1]), counts[0][place], counts[1][place])
        for place in shared[:n]
    ]


def _places(tokens: TokenArray, word: int) -> Counter[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Count what stands around a word, sentence by sentence."""
    ids = np.asarray(tokens.ids)
    ends = np.append(tokens.starts[1:], len(ids))
    found: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
    for at in np.flatnonzero(ids == word):
        sentence = np.searchsorted(tokens.starts, at, side="right") - 1
        start, end = int(tokens.starts[sentence]), int(ends[sentence])
        left = tuple(ids[max(start, at - LEFT) : at].tolist())
        found[left, tuple(ids[at + 1 : min(end, at + 1 + RIGHT)].tolist())] += 1
    return found
