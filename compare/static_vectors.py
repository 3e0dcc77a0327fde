"""Published word vectors: by name from gensim-data, from a file, from a model2vec folder.

The names, sizes and checksums of gensim-data are a list beside this file; nothing is downloaded
unless it is asked for by name. A model2vec folder (Minish Lab) holds a table of tokens: a word is
the mean of its tokens' rows, weighted where the model has weights.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from safetensors import SafetensorError, safe_open

from compare.downloads import Download, fetched
from compare.errors import InputError, nearest_names
from compare.formats import read_vectors
from compare.progress import Progress, silent
from compare.space import EmbeddingSpace
from compare.storage import read_json


@dataclass(frozen=True)
class PublicVectors:
    """A published set of word vectors.

    Attributes
    ----------
    n_words, dimension : int
    text : str
        What they were trained on.
    licence : str
        As stated by the publisher of the copy.
    """

    name: str
    n_words: int
    dimension: int
    text: str
    licence: str
    read_more: str
    file: Download


@cache
def public_vectors() -> tuple[PublicVectors, ...]:
    """List the vectors that are known by name, in alphabetical order."""
    listed = json.loads(
        resources.files("compare").joinpath("public_vectors.json").read_text("utf-8")
    )
    return tuple(_entry(listed["source"], entry) for entry in listed["vectors"])


def _entry(source: str, entry: dict[str, Any]) -> PublicVectors:
    name, file = entry.pop("name"), entry.pop("file")
    download = Download(
        name=name,
        url=f"{source}{name}/{file}",
        path=f"vectors/{file}",
        checksum=f"md5:{entry.pop('md5')}",
        size=entry.pop("size"),
    )
    return PublicVectors(name=name, file=download, **entry)


def open_vectors(
    name_or_path: str,
    *,
    only: Collection[str] | None = None,
    max_words: int | None = None,
    progress: Progress = silent,
) -> EmbeddingSpace:
    """Open static vectors by their name in gensim-data or by path.

    Parameters
    ----------
    name_or_path : str
        A name, a file that :func:`compare.formats.read_vectors` reads, or a model2vec folder.
    only : collection of str, optional
        Keep these words alone, in whatever case they are written. A model2vec folder, which has
        tokens and no words, needs it, and keeps the order given.
    max_words : int, optional
        Keep the first so many of them (of a file).
    progress : callable, optional
        Told the bytes of a file that is fetched because it is not here yet.

    Raises
    ------
    InputError
        If there is nothing of that name or path, it cannot be fetched, or it is damaged.
    """
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return read_model2vec(path, _listed(path, only))
    known = {one.name: one for one in public_vectors()}
    if name_or_path in known:
        chosen = known[name_or_path]
        path = fetched(chosen.file, progress=progress)
        space = read_vectors(path, only=only, max_words=max_words)
        return EmbeddingSpace(
            space.words,
            space.vectors,
            None,
            {
                "name": chosen.name,
                "source": chosen.file.url,
                "checksum": chosen.file.checksum,
                "text": chosen.text,
                "licence": chosen.licence,
            },
        )
    if path.exists() or "/" in name_or_path or path.suffix:
        return read_vectors(path, only=only, max_words=max_words)
    raise InputError(
        f"unknown vectors {name_or_path!r}; {nearest_names(name_or_path, known)} (or give a path)"
    )


def _listed(path: Path, only: Collection[str] | None) -> tuple[str, ...]:
    if only is None:
        raise InputError(
            f"{path} is a folder: a model2vec model has tokens, not words, and must be told which "
            "words to look up; compare it in a run, over the words of a corpus"
        )
    return tuple(dict.fromkeys(only))


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
