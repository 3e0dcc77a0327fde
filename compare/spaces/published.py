"""Published word vectors: by name (``known.py``), from a file, from a model2vec folder.

Nothing is downloaded unless it is asked for by name. A model2vec folder (Minish Lab) holds a table
of tokens: a word is the mean of its tokens' rows, weighted where the model has weights.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from compare.errors import InputError, nearest_names
from compare.known import Known, known_model, known_models
from compare.progress import Progress, silent
from compare.spaces.formats import read_vectors
from compare.spaces.model2vec import read_model2vec
from compare.spaces.space import EmbeddingSpace


def open_vectors(
    name_or_path: str,
    *,
    only: Collection[str] | None = None,
    max_words: int | None = None,
    progress: Progress = silent,
) -> EmbeddingSpace:
    """Open static vectors by name or by path.

    Parameters
    ----------
    name_or_path : str
        A name, a file that :func:`~compare.spaces.formats.read_vectors` reads, or a model2vec
        folder.
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
    known = known_model(name_or_path)
    if known is not None:
        return _named(known, only, max_words, progress)
    if path.exists() or "/" in name_or_path or path.suffix:
        return read_vectors(path, only=only, max_words=max_words)
    names = [one.name for one in known_models() if one.kind == "vectors"]
    raise InputError(
        f"unknown vectors {name_or_path!r}; {nearest_names(name_or_path, names)} (or give a path)"
    )


def _named(
    known: Known, only: Collection[str] | None, max_words: int | None, progress: Progress
) -> EmbeddingSpace:
    if known.kind != "vectors":
        raise InputError(
            f"{known.name} is a language model, not vectors: say which table, {known.name}/input"
        )
    space = read_vectors(known.fetched(progress), only=only, max_words=max_words)
    provenance = {"name": known.name, **known.provenance}
    return EmbeddingSpace(space.words, space.vectors, None, provenance)


def check_is_model2vec(folder: Path) -> None:
    """Refuse a folder of several spaces, and list them.

    Raises
    ------
    InputError
    """
    found = sorted(folder.rglob("*.safetensors"))
    has_table = any((folder / name).is_file() for name in ("tokenizer.json", "modules.json"))
    if has_table or not found:
        return
    listed = ", ".join(str(path) for path in found[:6])
    raise InputError(
        f"{folder} is a folder; expected one file of vectors: {listed}"
        f"{' …' if len(found) > 6 else ''}"
    )


def _listed(path: Path, only: Collection[str] | None) -> tuple[str, ...]:
    if only is None:
        raise InputError(
            f"{path} is a folder of a model, which has tokens, not words: give the words to look "
            f"up (--vocabulary FILE), or say which table of a language model, {path}/input"
        )
    return tuple(dict.fromkeys(only))
