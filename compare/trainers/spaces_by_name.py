"""One space by name: vectors as they are, or a table of a language model over a list of words.

Wherever a file of vectors is accepted, a model and one of its tables are too:
``smollm2-135m/input``, ``FOLDER/layer-2-alone``, ``model.gguf/input``.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from compare.cache import Stage, versions
from compare.errors import InputError, whole_number
from compare.known import known_model
from compare.llm.vectors.gguf import is_gguf
from compare.llm.vectors.tables import layer_of
from compare.machine import hidden_facts, n_threads, resolve_device
from compare.progress import Show, chosen_show
from compare.spaces.formats import load_space
from compare.spaces.published import check_is_model2vec, open_vectors
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space
from compare.storage import checked_path, file_sha256, folder_key
from compare.text.english import english_words
from compare.text.word_list import WordList
from compare.trainers.model_folder import is_saved_model

_VERSION = 2


class ModelTable(NamedTuple):
    """A language model, and one of its tables."""

    model: str
    table: str

    @property
    def path(self) -> Path:
        """Where the model lies, if it is not known by name."""
        return Path(self.model).expanduser()

    @property
    def is_ours(self) -> bool:
        """Whether it was saved by embcontrast, with its words."""
        return is_saved_model(self.path)


def model_table(path_or_name: str | Path) -> ModelTable | None:
    """Tell a table of a model from a file, or a name, of vectors.

    Examples
    --------
    >>> model_table("smollm2-135m/input")
    ModelTable(model='smollm2-135m', table='input')
    >>> model_table("google-news-26k") is None
    True
    """
    name = str(path_or_name)
    model, slash, table = name.rpartition("/")
    if not slash or Path(name).expanduser().exists():
        return None
    found, known = ModelTable(model, table), known_model(model)
    is_model = (
        (known is not None and known.kind == "language model")
        or (is_gguf(model) and found.path.is_file())
        or (found.path / "config.json").is_file()
        or found.is_ours
    )
    return found if is_model else None


def needs_words(path_or_name: str | Path) -> bool:
    """Say whether a space has no words of its own: a model of others is asked for some."""
    found = model_table(path_or_name)
    return found is not None and not found.is_ours


def open_space(
    path_or_name: str | Path,
    *,
    words: Collection[str] | None = None,
    max_words: int | None = None,
    name: str | None = None,
    progress: bool | Show | None = None,
) -> EmbeddingSpace:
    """Open a space: a file of ours, vectors of other tools, published ones, a model's table.

    Parameters
    ----------
    path_or_name : str or path
        A file (.safetensors of ours, word2vec text or binary, GloVe text; .gz too), the folder of
        a model2vec model (with ``words``), a name of ``embcontrast list models``; or a language
        model and one of its tables, MODEL/TABLE, where MODEL is such a name, a folder, or a GGUF
        file, and TABLE ``input``, ``output``, ``layer-2-alone`` and so on.
    words : collection of str, optional
        Keep these alone, in whatever case they are written. A language model is asked for them;
        by default for 30,000 frequent English words.
    max_words : int, optional
        Keep the first so many.
    name : str, optional
        What the space is called; by default what the file says.
    progress : bool or callable, optional
        Of a download; see :func:`compare.progress.chosen_show`.

    Raises
    ------
    InputError
        If there is nothing of that name or path, it is damaged, or a model has no such table.
    """
    path = checked_path(path_or_name)
    if max_words is not None:
        max_words = whole_number(max_words, "max_words", least=2)
    if words is not None and (isinstance(words, str) or not all(isinstance(w, str) for w in words)):
        raise InputError(f"words takes a list of words; found {words!r}")
    found = model_table(path_or_name)
    if found is None:
        if path.is_dir():
            check_is_model2vec(path)
        show = chosen_show(progress)(f"vectors {path_or_name}")
        space = open_vectors(str(path_or_name), only=words, max_words=max_words, progress=show)
    else:
        space = _of_model(found, words, progress)
        if max_words is not None:
            space = space.restricted(space.words[:max_words])
    return space if name is None else space.named(name)


def _of_model(
    found: ModelTable, words: Collection[str] | None, progress: bool | Show | None
) -> EmbeddingSpace:
    """Take a table of ours as it is; look words up in a model of others, and keep the space."""
    from compare.trainers.train import open_model

    if found.is_ours:
        space = open_model(found.model, progress=False).space(found.table)
        if words is None:
            return space
        return space.restricted([word for word in dict.fromkeys(words) if word in space])
    listed = list(dict.fromkeys(english_words() if words is None else words))
    made_of = (_identity(found), found.table, listed, _hangs_on(found.table))

    def build(folder: Path) -> None:
        trained = open_model(found.model, WordList(listed), progress=progress)
        save_space(trained.space(found.table), folder / "space.safetensors")

    about = f"{found.model}/{found.table}"
    folder = Stage("space", ("space", _VERSION, *made_of), about=about).open(build)
    return load_space(folder / "space.safetensors")


def _hangs_on(table: str) -> dict[str, str | int]:
    """Say what the numbers hang on beside the model; rows of a table are looked up anywhere."""
    optional = ("transformers",) if find_spec("transformers") else ()
    packages = versions("torch", "numpy", "tokenizers", *optional)
    if layer_of(table) is None:
        return {**packages}
    where: dict[str, str | int] = {"device": resolve_device("auto"), "threads": n_threads(None)}
    return {**packages, **where, **hidden_facts()}


def _identity(found: ModelTable) -> list[str | None]:
    """Name what a model's numbers hang on: its files."""
    if found.path.is_dir():
        return [folder_key(found.path)]
    if found.path.is_file():
        return [file_sha256(found.path)]
    known = known_model(found.model)
    assert known is not None
    return [file.checksum for file in known.files]
