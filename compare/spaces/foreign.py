"""Vectors in the objects of other libraries: pandas frames, gensim's KeyedVectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from compare.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def words_and_vectors(frame: pd.DataFrame) -> tuple[tuple[str, ...], np.ndarray]:
    """Take words from the index and vectors from the columns of a DataFrame.

    Raises
    ------
    InputError
        If it is no DataFrame, a word is no text, or a value is missing or no number.
    """
    if not hasattr(frame, "to_numpy") or getattr(frame, "ndim", 0) != 2:
        raise InputError(
            f"expected a DataFrame, a row a word; found {type(frame).__name__} (words in the "
            "index, numbers in the columns)"
        )
    words = tuple(frame.index)
    no_text = next((word for word in words if not isinstance(word, str)), None)
    if no_text is not None:
        raise InputError(
            f"expected words in the DataFrame's index; found {no_text!r}: set_index the column "
            "that holds them"
        )
    no_number = [(name, kind) for name, kind in frame.dtypes.items() if kind.kind not in "fiu"]
    if no_number:
        name, kind = no_number[0]
        raise InputError(
            f"expected numbers in the DataFrame's columns; found {kind} in {str(name)!r}: drop "
            "the columns that are no part of the vectors"
        )
    is_missing = frame.isna().to_numpy().any(axis=1)
    if is_missing.any():
        raise InputError(
            f"{int(is_missing.sum())} of {len(words)} rows of the DataFrame miss a value; the "
            f"first is that of {words[int(is_missing.argmax())]!r}: drop them (dropna) or fill them"
        )
    return words, frame.to_numpy(dtype=np.float32)


def of_keyed_vectors(vectors: Any) -> tuple[tuple[str, ...], np.ndarray, np.ndarray | None]:
    """Take words, vectors and counts (where they are there) from gensim's KeyedVectors.

    Raises
    ------
    InputError
        If it is something else.
    """
    if hasattr(vectors, "wv"):
        raise InputError(
            f"expected gensim's KeyedVectors; found a model, {type(vectors).__name__}: give its "
            "vectors, model.wv"
        )
    if not hasattr(vectors, "index_to_key") or not hasattr(vectors, "vectors"):
        raise InputError(f"expected gensim's KeyedVectors; found {type(vectors).__name__}")
    words = tuple(map(str, vectors.index_to_key))
    table = np.array(vectors.vectors, dtype=np.float32)
    if "count" not in getattr(vectors, "expandos", {}):
        return words, table, None
    counts = np.array([vectors.get_vecattr(word, "count") for word in words], dtype=np.int64)
    order = np.argsort(-counts, kind="stable")
    return tuple(words[row] for row in order), table[order], counts[order]
