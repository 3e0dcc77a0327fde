"""Vectors → few bytes that a page unpacks, with the same neighbours."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import numpy as np

from compare.measures.neighbours import nearest, shares_in_common
from compare.spaces.space import EmbeddingSpace
from compare.spaces.unit_rows import unit_rows

COMPACT_DIMENSION = 64
"""Numbers a word in a compact page."""


def packed_vectors(space: EmbeddingSpace, *, compact: bool = False) -> np.ndarray:
    """Round unit vectors to whole numbers, each row as large as they go.

    Cosines of int16 rows are right to about 0.00003. Compact: the 64 directions that keep most of
    the products, as int8; what that costs, :func:`kept_neighbours` measures.

    Returns
    -------
    ndarray of int16 (compact: int8), shape (n_words, dim)
    """
    unit = unit_rows(space.vectors)
    if compact and unit.shape[1] > COMPACT_DIMENSION:
        _, directions = np.linalg.eigh(unit.T @ unit)  # by rising eigenvalue
        unit = unit_rows(unit @ directions[:, : -COMPACT_DIMENSION - 1 : -1])
    kind = np.int8 if compact else np.int16
    largest = np.abs(unit).max(axis=1, keepdims=True)
    scaled = unit / np.where(largest > 0, largest, 1) * np.iinfo(kind).max
    return np.round(scaled).astype(kind)


def page_space(space: EmbeddingSpace, vectors: np.ndarray) -> EmbeddingSpace:
    """Give the space as the page has it."""
    return space.with_vectors(vectors.astype(np.float32))


MEASURED_WORDS = 500


def kept_neighbours(space: EmbeddingSpace, page: EmbeddingSpace, *, k: int = 10) -> float:
    """Measure which share of the k nearest words the page has, too, over some words, 0 to 1."""
    rows = space.sampled_rows(MEASURED_WORDS, seed=1)
    words = [space.words[row] for row in rows]
    own, found = (nearest(one, words, k=k).rows for one in (space, page))
    return float(shares_in_common(own, found).mean())


def map_places(space: EmbeddingSpace) -> np.ndarray:
    """Put words on the two directions in which they differ most, (n_words, 2) of mean square 1."""
    unit = unit_rows(space.vectors)
    centred = unit - unit.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    places = centred @ directions[:, :-3:-1]
    return _scaled(places if places.shape[1] == 2 else np.pad(places, ((0, 0), (0, 1))))


FEWEST_NEAR = 10
"""Words from which t-SNE has something to keep near."""


def tsne_places(space: EmbeddingSpace, *, seed: int) -> np.ndarray:
    """Put words where near ones stay near (t-SNE), (n_words, 2); distances beyond mean little."""
    from sklearn.manifold import TSNE

    unit = unit_rows(space.vectors)
    if len(unit) < FEWEST_NEAR:
        return map_places(space)
    perplexity = min(30.0, (len(unit) - 1) / 3)
    tsne = TSNE(metric="cosine", init="random", perplexity=perplexity, random_state=seed)
    return _scaled(tsne.fit_transform(unit))


def _scaled(places: np.ndarray) -> np.ndarray:
    places = places - places.mean(axis=0)
    size = float(np.sqrt((places**2).mean()))
    scaled: np.ndarray = places / size if size > 0 else places
    return scaled


PLACE = 4096
"""Whole numbers to which 1 on a map is rounded."""


def packed_places(places: np.ndarray) -> np.ndarray:
    """Round places on a map to int16; what lies far out is drawn at its edge."""
    return np.clip(np.round(places * PLACE), -32767, 32767).astype(np.int16)


def framed(places: np.ndarray) -> dict[str, Any]:
    """Say what part of a map is drawn: the middle, and half of the height that holds 99 of 100.

    The width is 4/3 of the height. Words beyond are drawn at the edge.
    """
    low, high = np.quantile(places, (0.005, 0.995), axis=0)
    half = 1.08 * max((high[0] - low[0]) * 3 / 4, high[1] - low[1], 1e-3) / 2
    middle = (low + high) / 2
    return {"middle": [round(float(one), 3) for one in middle], "half": round(float(half), 3)}


def as_text(numbers: np.ndarray) -> str:
    """Write whole numbers, little-endian, compressed, as base64."""
    raw = np.ascontiguousarray(numbers, dtype=numbers.dtype.newbyteorder("<")).tobytes()
    return base64.b64encode(gzip.compress(raw, compresslevel=6, mtime=0)).decode()
