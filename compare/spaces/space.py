"""``EmbeddingSpace``: words and their vectors, wherever they came from.

Both wings end here; everything after it (measures, reports) knows nothing of how a space was
made, except what its provenance says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from compare.errors import InputError
from compare.spaces.foreign import of_keyed_vectors, words_and_vectors
from compare.spaces.verbs import SpaceVerbs
from compare.spaces.writing import write_space
from compare.storage import checked_path

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class EmbeddingSpace(SpaceVerbs):
    """Words with one vector each; immutable.

    Attributes
    ----------
    words : tuple of str
        Unique; ordered by falling count where counts are known (a cut of the vocabulary keeps
        the first words).
    vectors : ndarray of float32, shape (n_words, dim)
        One row a word, finite, read-only.
    counts : ndarray of int64, shape (n_words,), or None
        Occurrences in the training text.
    provenance : mapping
        How it was made: JSON-able values (model, options, corpus fingerprint, seed, versions).
    n_pieces : ndarray of int64, shape (n_words,), or None
        Tokens that each word is made of, 1 where words are read whole; none where not known.

    Raises
    ------
    InputError
        If lengths differ, words repeat, a vector is not finite, or counts are not falling.

    Examples
    --------
    >>> space = EmbeddingSpace(("king", "queen"), np.eye(2, dtype=np.float32))
    >>> space["queen"]
    array([0., 1.], dtype=float32)
    >>> space
    EmbeddingSpace 'space': 2 words × 2
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    counts: np.ndarray | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    n_pieces: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Check the contract and freeze the arrays."""
        words = _checked_words(self.words)
        try:
            vectors = np.ascontiguousarray(self.vectors, dtype=np.float32)
        except (ValueError, TypeError, OverflowError) as error:
            raise InputError(f"vectors must be an array of numbers: {error}") from error
        if vectors is self.vectors and vectors.flags.writeable:
            vectors = vectors.copy()  # the caller may go on writing into its array
        if vectors.ndim != 2:
            raise InputError(f"vectors must have shape (n_words, dim); found {vectors.shape}")
        if len(words) != len(vectors):
            raise InputError(f"{len(words)} words but {len(vectors)} vectors")
        if not words or vectors.shape[1] == 0:
            raise InputError(f"an empty space: {len(words)} words of {vectors.shape[1]} dimensions")
        if len(set(words)) != len(words):
            raise InputError(f"words repeat; the first is {_first_repeated(words)!r}")
        finite = np.isfinite(vectors).all(axis=1)
        if not finite.all():
            first = words[int(np.argmin(finite))]
            raise InputError(
                f"{int((~finite).sum())} of {len(words)} vectors hold NaN or infinity; "
                f"the first is that of {first!r}"
            )
        counts = _frozen_numbers("counts", self.counts, len(words))
        if counts is not None and (np.diff(counts) > 0).any():
            raise InputError("words must be ordered by falling count")
        n_pieces = _frozen_numbers("n_pieces", self.n_pieces, len(words))
        vectors = vectors.view()
        vectors.flags.writeable = False
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "vectors", vectors)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))
        object.__setattr__(self, "n_pieces", n_pieces)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by content, for worker processes."""
        parts = (self.words, self.vectors, self.counts, dict(self.provenance), self.n_pieces)
        return EmbeddingSpace, parts

    def __eq__(self, other: object) -> bool:
        """Tell whether words, vectors and counts are equal; where they came from may differ.

        Neither provenance nor the number of pieces is looked at.
        """
        if not isinstance(other, EmbeddingSpace):
            return NotImplemented
        return (
            self.words == other.words
            and np.array_equal(self.vectors, other.vectors)
            and (self.counts is None) == (other.counts is None)
            and (
                self.counts is None
                or other.counts is None
                or np.array_equal(self.counts, other.counts)
            )
        )

    def __hash__(self) -> int:
        """Hash the first words and the shape."""
        return hash((self.vectors.shape, self.words[:8]))

    def sampled_rows(self, max_words: int | None, *, seed: int) -> np.ndarray:
        """Draw rows uniformly, rising, int64; all of them where ``max_words`` is none or enough."""
        if max_words is None or max_words >= len(self):
            return np.arange(len(self))
        drawn = np.random.default_rng(seed).choice(len(self), max_words, replace=False)
        return np.sort(drawn)

    def subset(self, words: Iterable[str]) -> EmbeddingSpace:
        """Keep the given words, in the order of this space.

        Raises
        ------
        InputError
            If a word is unknown, or none is given.
        """
        if isinstance(words, str) or not isinstance(words, Iterable):
            raise InputError(f"expected a list of words; found {words!r}")
        rows = sorted({self.id_of(word) for word in words})
        return self.restricted([self.words[row] for row in rows])

    def centred(self) -> EmbeddingSpace:
        """Take the mean vector off every vector."""
        vectors = self.vectors - self.vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        return self.with_vectors(vectors)._said("centred")

    def normalized(self) -> EmbeddingSpace:
        """Scale every vector to length 1."""
        return self.with_vectors(self.unit_vectors)._said("normalized")

    def _said(self, change: str) -> EmbeddingSpace:
        label = self.provenance.get("label")
        told = {"label": f"{label}, {change}"} if label else {}
        return self.with_provenance({"name": f"{self.name}, {change}", **told})

    def restricted(self, words: Sequence[str]) -> EmbeddingSpace:
        """Keep the given words, in the given order (counts must stay falling)."""
        rows = np.array([self.id_of(word) for word in words], dtype=np.int64)
        return replace(
            self,
            words=tuple(words),
            vectors=self.vectors[rows],
            counts=None if self.counts is None else self.counts[rows],
            n_pieces=None if self.n_pieces is None else self.n_pieces[rows],
        )

    def with_vectors(self, vectors: np.ndarray) -> EmbeddingSpace:
        """Give the same words other vectors, as a transform does; shape (n_words, any)."""
        return replace(self, vectors=vectors)

    def named(self, name: str) -> EmbeddingSpace:
        """Give the space another name."""
        return self.with_provenance({"name": name})

    def with_provenance(self, more: Mapping[str, Any]) -> EmbeddingSpace:
        """Say more of how the space was made; what is said already is replaced."""
        return replace(self, provenance={**self.provenance, **more})

    def save(self, path: str | Path) -> Path:
        """Write the space in the format of the file's ending; returns the path.

        ``.safetensors`` keeps everything, byte by byte the same for the same content; ``.txt``,
        ``.vec`` (word2vec text) and ``.bin`` (word2vec binary) keep words and vectors.
        """
        target = checked_path(path)
        write_space(self, target)
        return target

    def to_frame(self) -> pd.DataFrame:
        """Give a DataFrame: a row a word, a column a dimension."""
        import pandas as pd

        return pd.DataFrame(self.vectors.copy(), index=pd.Index(self.words, name="word"))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, name: str = "frame") -> EmbeddingSpace:
        """Make a space of a DataFrame whose index are words and whose columns are dimensions.

        Raises
        ------
        InputError
            If a value is missing or no number, or words repeat.
        """
        return cls(*words_and_vectors(frame), None, {"name": name})

    def to_gensim(self) -> Any:
        """Give gensim's ``KeyedVectors``, with the counts where they are known."""
        from gensim.models import KeyedVectors

        vectors = KeyedVectors(vector_size=self.dim)
        vectors.add_vectors(list(self.words), self.vectors)
        if self.counts is not None:
            for word, count in zip(self.words, self.counts.tolist(), strict=True):
                vectors.set_vecattr(word, "count", count)
        return vectors

    @classmethod
    def from_gensim(cls, vectors: Any, *, name: str = "gensim") -> EmbeddingSpace:
        """Make a space of gensim's ``KeyedVectors``, with the counts where they are there.

        Raises
        ------
        InputError
            If it is something else (a model: give its ``.wv``).
        """
        return cls(*of_keyed_vectors(vectors), {"name": name})


def _checked_words(words: Iterable[str]) -> tuple[str, ...]:
    if isinstance(words, str):
        raise InputError(f"expected a list of words; found the text {words[:40]!r}")
    found = tuple(words)
    no_text = next((word for word in found if not isinstance(word, str)), None)
    if no_text is not None:
        raise InputError(f"expected words; found {no_text!r}")
    try:
        "".join(found).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"a word is no text that UTF-8 can hold: {error}") from error
    return found


def _frozen_numbers(name: str, numbers: np.ndarray | None, n_words: int) -> np.ndarray | None:
    """Copy one number a word, int64, read-only."""
    if numbers is None:
        return None
    found = np.asarray(numbers)
    is_whole = found.dtype.kind in "iu" or (
        found.dtype.kind == "f" and bool(np.isfinite(found).all() and (found % 1 == 0).all())
    )
    if not is_whole or (found < 0).any() or (found >= 2.0**63).any():
        raise InputError(f"{name} must be whole numbers from 0 on")
    numbers = found.astype(np.int64)
    if numbers.shape != (n_words,):
        raise InputError(f"{n_words} words but {name} of shape {numbers.shape}")
    numbers.flags.writeable = False
    return numbers


def _first_repeated(words: Iterable[str]) -> str:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    raise AssertionError("no word repeats")
