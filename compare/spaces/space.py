"""``EmbeddingSpace``: words and their vectors, wherever they came from.

Both wings end here; everything after it (measures, reports) knows nothing of how a space was
made, except what its provenance says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from compare.errors import InputError, nearest_names
from compare.storage import atomic_file

FORMAT_VERSION = 1
METADATA_KEY = "embcontrast"
EARLIER_KEY = "embcompare"
"""Under which files were written before the project changed its name; they are read like others."""


@dataclass(frozen=True, eq=False)
class EmbeddingSpace:
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
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    counts: np.ndarray | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    n_pieces: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Check the contract and freeze the arrays."""
        words = tuple(self.words)
        vectors = np.ascontiguousarray(self.vectors, dtype=np.float32)
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
        if n_pieces is not None and (n_pieces < 0).any():
            raise InputError("a word is made of fewer than 0 pieces")
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

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Tell whether a word has a vector."""
        return word in self.index

    def __getitem__(self, word: str) -> np.ndarray:
        """Look a word's vector up, shape (dim,); an unknown word is an :class:`InputError`."""
        vector: np.ndarray = self.vectors[self.id_of(word)]
        return vector

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self.vectors.shape[1])

    @property
    def name(self) -> str:
        """What reports call this space: ``name`` of its provenance."""
        return str(self.provenance.get("name", "space"))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Word → row."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def unit_vectors(self) -> np.ndarray:
        """Rows scaled to length 1, float32 (n_words, dim); a zero vector stays zero."""
        unit = unit_rows(self.vectors).astype(np.float32)
        unit.flags.writeable = False
        return unit

    def id_of(self, word: str) -> int:
        """Look a word's row up.

        Raises
        ------
        InputError
            If the space has no such word; the message offers near spellings.
        """
        try:
            return self.index[word]
        except KeyError:
            raise InputError(
                f"word {word!r} is not in {self.name} ({len(self)} words); "
                f"{nearest_names(word, self.words)}"
            ) from None

    def sampled_rows(self, max_words: int | None, *, seed: int) -> np.ndarray:
        """Draw rows uniformly, rising, int64; all of them where ``max_words`` is none or enough."""
        if max_words is None or max_words >= len(self):
            return np.arange(len(self))
        drawn = np.random.default_rng(seed).choice(len(self), max_words, replace=False)
        return np.sort(drawn)

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


def _frozen_numbers(name: str, numbers: np.ndarray | None, n_words: int) -> np.ndarray | None:
    """Copy one number a word, int64, read-only."""
    if numbers is None:
        return None
    numbers = np.array(numbers, dtype=np.int64)
    if numbers.shape != (n_words,):
        raise InputError(f"{n_words} words but {name} of shape {numbers.shape}")
    numbers.flags.writeable = False
    return numbers


def unit_rows(vectors: np.ndarray, *, shortest: float = 0.0) -> np.ndarray:
    """Scale rows to length 1; those no longer than ``shortest`` become zero.

    Parameters
    ----------
    vectors : ndarray, shape (n, dim)
        Finite.

    Returns
    -------
    ndarray of float64, shape (n, dim)

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    # In float64: squares of very large or small components leave float32.
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    unit: np.ndarray = vectors / np.where(lengths > shortest, lengths, np.inf)
    return unit


def _first_repeated(words: Iterable[str]) -> str:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    raise AssertionError("no word repeats")


def save_space(space: EmbeddingSpace, path: Path) -> None:
    """Save as one safetensors file; equal content gives equal bytes.

    Words are one uint8 tensor (UTF-8) with offsets; counts and vectors are tensors; provenance is
    one JSON metadata entry (several would be written in random order).
    """
    encoded = [word.encode() for word in space.words]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(word) for word in encoded], out=offsets[1:])
    tensors = {
        "vectors": space.vectors,
        "words": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_offsets": offsets,
    }
    if space.counts is not None:
        tensors["counts"] = space.counts
    if space.n_pieces is not None:
        tensors["n_pieces"] = space.n_pieces
    header = {"format": METADATA_KEY, "version": FORMAT_VERSION, "provenance": {**space.provenance}}
    with atomic_file(path) as temporary:
        save_file(
            {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
            temporary,
            metadata={METADATA_KEY: json.dumps(header, sort_keys=True, ensure_ascii=False)},
        )


def load_space(path: Path) -> EmbeddingSpace:
    """Load what :func:`save_space` wrote.

    Raises
    ------
    InputError
        If the file is missing, damaged, or holds something else.
    """
    if not path.is_file():
        raise InputError(f"no such file: {path}")
    try:
        with safe_open(path, framework="numpy") as handle:
            metadata = handle.metadata() or {}
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise InputError(f"{path} is no whole safetensors file: {error}; make it again") from error
    except (TypeError, AttributeError) as error:  # bfloat16 and float8: NumPy has no such numbers
        raise InputError(
            f"{path} holds tensors that NumPy cannot read ({error}) and is no embedding space; "
            "expected one saved by embcontrast"
        ) from error
    missing = {"vectors", "words", "word_offsets"} - tensors.keys()
    saved = metadata.get(METADATA_KEY) or metadata.get(EARLIER_KEY)
    if saved is None or missing:
        raise InputError(
            f"{path} is a safetensors file but no embedding space "
            f"(tensors found: {', '.join(sorted(tensors)) or 'none'}); "
            "expected one saved by embcontrast"
        )
    try:
        header = json.loads(saved)
        blob, offsets = tensors["words"].tobytes(), tensors["word_offsets"].tolist()
        words = tuple(blob[start:end].decode() for start, end in pairwise(offsets))
        return EmbeddingSpace(
            words,
            tensors["vectors"],
            tensors.get("counts"),
            header["provenance"],
            tensors.get("n_pieces"),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is damaged: {error}") from error
