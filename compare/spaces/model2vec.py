"""Static tables of tokens that words are pooled from: model2vec and sentence-transformers folders.

model2vec (Minish Lab) distils a table from a transformer; sentence-transformers has a module
``StaticEmbedding``, whose files lie in a folder that ``modules.json`` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, safe_open

from compare.errors import InputError
from compare.model_files import file_beside, read_tokenizer_file
from compare.spaces.space import EmbeddingSpace
from compare.storage import read_json, refuse_pointer

if TYPE_CHECKING:
    import tokenizers


TABLES = ("embeddings", "embedding.weight")
"""What the table is called, by model2vec and by sentence-transformers."""


def read_model2vec(folder: Path, words: Sequence[str]) -> EmbeddingSpace:
    """Look words up in a folder with a static table (``model.safetensors``, ``tokenizer.json``).

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

    name = folder.name
    folder, is_normalized = static_folder(folder)
    table, weights, mapping = _model2vec_tensors(folder / "model.safetensors")
    settings = read_json(folder / "config.json") if (folder / "config.json").is_file() else {}
    is_normalized |= isinstance(settings, dict) and settings.get("normalize") is True
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise InputError(f"{path} is missing; a folder with a static table holds one")
    described = read_tokenizer_file(path)
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        encoded = tokenizer.encode_batch(list(words), add_special_tokens=False)
    except Exception as error:  # the library raises bare Exceptions
        raise InputError(f"tokenizer file {path} is damaged ({error}); fetch it again") from error
    unknown = unknown_id(tokenizer, described["model"])
    kept, rows = [], []
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
        "name": name,
        "source": name,
        "n_words_without": len(words) - len(kept),
    }
    return EmbeddingSpace(tuple(kept), np.array(rows, dtype=np.float32), None, provenance)


def static_folder(folder: Path) -> tuple[Path, bool]:
    """Find the files of a static table: in the folder, or where ``modules.json`` says.

    Raises
    ------
    InputError
        If the modules are others.
    """
    listed = folder / "modules.json"
    if not listed.is_file():
        return folder, False
    modules = read_json(listed)
    is_list = isinstance(modules, list) and modules
    if not is_list or not all(isinstance(one, dict) for one in modules):
        raise InputError(f"{listed} is damaged: it lists no modules; fetch it again")
    types = [str(one.get("type", "")).rpartition(".")[2] for one in modules]
    for place, (kind, one) in enumerate(zip(types, modules, strict=True)):
        inner = one.get("path", "")
        if kind == "StaticEmbedding":
            behind = types[place + 1 :]
            if others := [other for other in behind if other != "Normalize"]:
                raise InputError(
                    f"{folder} passes its static table through {', '.join(others)}; give a model "
                    "whose vectors are its table's"
                )
            return file_beside(listed, inner) if inner != "" else folder, "Normalize" in behind
    raise InputError(
        f"{folder} holds no static table ({', '.join(types)}): say which table of the model, "
        f"{folder}/input"
    )


def _model2vec_tensors(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the table (n_rows, dim), and weight and row of each token (n_tokens,)."""
    if not path.is_file():
        raise InputError(f"{path} is missing; a folder with a static table holds one")
    refuse_pointer(path)
    try:
        tensors = _tensors(path)
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({error}); fetch it again") from error
    table = next((tensors[name] for name in TABLES if name in tensors), None)
    if table is None or table.ndim != 2:
        raise InputError(
            f"{path} is no static table: expected a table {' or '.join(map(repr, TABLES))}, found "
            f"{', '.join(sorted(tensors)) or 'nothing'}"
        )
    table = table.astype(np.float32)
    mapping = tensors.get("mapping", np.arange(len(table))).astype(np.int64)
    weights = tensors.get("weights", np.ones(len(mapping))).astype(np.float64)
    if weights.shape != mapping.shape or (len(mapping) and mapping.min() < 0):
        raise InputError(f"{path} is damaged: weights {weights.shape}, mapping {mapping.shape}")
    return table, weights, mapping


def _tensors(path: Path) -> dict[str, np.ndarray]:
    """Read all tensors; NumPy has no bfloat16, torch has."""
    with safe_open(path, framework="numpy") as handle:
        names = list(handle.keys())
        if all(handle.get_slice(name).get_dtype() != "BF16" for name in names):
            return {name: handle.get_tensor(name) for name in names}
    with safe_open(path, framework="pt") as handle:
        found = {name: handle.get_tensor(name) for name in names}
    return {
        name: (tensor.float() if tensor.is_floating_point() else tensor).numpy()
        for name, tensor in found.items()
    }


def unknown_id(tokenizer: tokenizers.Tokenizer, model: dict[str, Any]) -> int | None:
    """Give the token of what is unknown, by the tokenizer's own model; None where it names none."""
    token, number = model.get("unk_token"), model.get("unk_id")
    if isinstance(token, str):
        number = tokenizer.token_to_id(token)
    return number if isinstance(number, int) else None
