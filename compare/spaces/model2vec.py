"""model2vec folders: a table of tokens distilled from a transformer, words pooled from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace
from compare.storage import read_json, refuse_pointer

if TYPE_CHECKING:
    import tokenizers


def read_model2vec(folder: Path, words: Sequence[str]) -> EmbeddingSpace:
    """Look words up in a model2vec folder (``model.safetensors``, ``tokenizer.json``).

    Parameters
    ----------
    words : sequence of str
        Those without a known token are left out; provenance says how many (``n_words_without``).

    Returns
    -------
    EmbeddingSpace
        In the order of ``words``, without counts.

    Raises
    ------
    InputError
        If a file is missing or damaged, or no word is known.
    """
    import tokenizers

    table, weights, mapping = _model2vec_tensors(folder / "model.safetensors")
    settings = read_json(folder / "config.json") if (folder / "config.json").is_file() else {}
    is_normalized = isinstance(settings, dict) and settings.get("normalize") is True
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise InputError(f"{path} is missing; a model2vec folder holds one")
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exceptions
        raise InputError(f"tokenizer file {path} is damaged ({error}); fetch it again") from error
    unknown = _unknown_id(tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    kept, rows = [], []
    encoded = tokenizer.encode_batch(list(words), add_special_tokens=False)
    for word, one in zip(words, encoded, strict=True):
        ids = np.array([number for number in one.ids if number != unknown], dtype=np.int64)
        if len(ids) == 0:
            continue
        if ids.max() >= len(mapping) or mapping[ids].max() >= len(table):
            raise InputError(
                f"the tokenizer of {folder} has tokens that its table of {len(table)} rows does "
                "not; they do not belong together"
            )
        vectors = table[mapping[ids]] * weights[ids, None]
        mean = vectors.mean(axis=0)
        if is_normalized:
            mean = mean / max(float(np.linalg.norm(mean)), 1e-12)
        kept.append(word)
        rows.append(mean)
    if not kept:
        raise InputError(f"{folder} knows none of the {len(words)} words; is it of this language?")
    provenance = {
        "name": folder.name,
        "source": folder.name,
        "n_words_without": len(words) - len(kept),
    }
    return EmbeddingSpace(tuple(kept), np.array(rows, dtype=np.float32), None, provenance)


def _model2vec_tensors(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the table (n_rows, dim), and weight and row of each token (n_tokens,)."""
    if not path.is_file():
        raise InputError(f"{path} is missing; a model2vec folder holds one")
    refuse_pointer(path)
    try:
        with safe_open(path, framework="numpy") as handle:
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({error}); fetch it again") from error
    if "embeddings" not in tensors or tensors["embeddings"].ndim != 2:
        raise InputError(
            f"{path} is no model2vec model: expected a table 'embeddings', found "
            f"{', '.join(sorted(tensors)) or 'nothing'}"
        )
    table = tensors["embeddings"].astype(np.float32)
    mapping = tensors.get("mapping", np.arange(len(table))).astype(np.int64)
    weights = tensors.get("weights", np.ones(len(mapping))).astype(np.float64)
    if weights.shape != mapping.shape or (len(mapping) and mapping.min() < 0):
        raise InputError(f"{path} is damaged: weights {weights.shape}, mapping {mapping.shape}")
    return table, weights, mapping


def _unknown_id(tokenizer: tokenizers.Tokenizer) -> int | None:
    model = json.loads(tokenizer.to_str())["model"]
    token = model.get("unk_token")
    number: int | None = (
        tokenizer.token_to_id(token) if isinstance(token, str) else model.get("unk_id")
    )
    return number
