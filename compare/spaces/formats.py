"""Reading vectors, by what the bytes of a file are: our own files, and those of other tools.

word2vec text and binary and GloVe text (``vector_files``), compressed or not; fastText's models
through gensim. Other files are refused by name. No pickle is ever loaded.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO

from safetensors import SafetensorError, safe_open

from compare.errors import InputError
from compare.spaces.fasttext_files import FASTTEXT, read_fasttext
from compare.spaces.found_rows import FoundRows, Wanted
from compare.spaces.space import EmbeddingSpace
from compare.spaces.vector_files import read_rows
from compare.spaces.writing import EARLIER_KEY, METADATA_KEY
from compare.storage import refuse_pointer
from compare.text.containers import UNREADABLE, decompressed
from compare.text.encodings import encoding_of
from compare.text.file_kinds import HEAD_BYTES, foreign_kind, is_zip, zip_kind
from compare.text.normalization import normal_word


def read_vectors(
    path: Path, *, only: Collection[str] | None = None, max_words: int | None = None
) -> EmbeddingSpace:
    """Read a space from a file, by its content: safetensors, word2vec text or binary, GloVe text.

    A space read from a foreign format is named after its file and has no counts; its words keep
    the order of the file, which by convention falls in frequency.

    Parameters
    ----------
    only : collection of str, optional
        Keep these words alone, in whatever case they are written, so that a file larger than
        memory can be read.
    max_words : int, optional
        Keep the first so many of them.

    Raises
    ------
    InputError
        If the file is missing, damaged, a pickle, holds no vectors, or none of the words asked for.
    """
    path = Path(path)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing"
        raise InputError(f"expected a file of vectors at {path}; found {found}")
    refuse_pointer(path)
    rows = FoundRows(path, _wanted(only, max_words))
    try:
        with _opened(path) as (handle, start):
            if _is_safetensors(start):
                return _restricted(load_space(path), _wanted(only, max_words))
            if start.startswith(FASTTEXT):
                read_fasttext(path, rows)
            else:
                _refuse_foreign(path, start)
                read_rows(path, handle, start, rows)
    except UNREADABLE as error:
        raise InputError(f"cannot read {path}: {error}") from error
    words, vectors = rows.told()
    if not words:
        asked = f"none of the {len(only)} words asked for" if only else "no word that is UTF-8"
        raise InputError(f"{path} holds {asked}")
    try:
        return EmbeddingSpace(words, vectors, None, {"name": _stem(path), "source": path.name})
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


_PICKLE = (
    "which can run code when loaded, and is refused; export the vectors, in gensim with "
    "`kv.save_word2vec_format(...)`"
)
_REMEDIES = {
    "a pickle": _PICKLE,
    "a NumPy array": "a matrix without words; write the words beside it, with numpy.savetxt, or "
    "give both to EmbeddingSpace(words, vectors)",
    "a GGUF model": "which holds tables of tokens; say which, and for which words: FILE.gguf/input",
    "a Parquet file": "no file of vectors; open it with pandas and give the frame to "
    "EmbeddingSpace.from_frame",
    "an HDF5 file": "no file of vectors that is read here; export it as word2vec text",
}


def _refuse_foreign(path: Path, start: bytes) -> None:
    kind = foreign_kind(start)
    if kind is not None:
        remedy = _REMEDIES.get(kind, "no file of word vectors; export them as word2vec text")
        raise InputError(f"{path} is {kind}, {remedy}")
    encoding = encoding_of(start, str(path), "write it as UTF-8")
    if encoding.startswith(("utf-16", "utf-32")):
        raise InputError(f"{path} is {encoding.upper()} text; write it as UTF-8")


def load_space(path: Path) -> EmbeddingSpace:
    """Load what :func:`~compare.spaces.writing.save_space` wrote.

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
        if offsets[:1] != [0] or offsets != sorted(offsets) or offsets[-1] != len(blob):
            raise ValueError("the places of its words do not fit the words")
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


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], bytes]]:
    """Open a file, what it holds compressed, or the one file in a zip archive; with its head."""
    with path.open("rb") as raw, decompressed(str(path), raw) as (handle, start):
        if not is_zip(start):
            yield handle, start
            return
        with zipfile.ZipFile(handle) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            kind = zip_kind(names)
            if kind is not None or len(names) != 1:
                what = kind or f"a zip archive of {len(names)} files ({', '.join(names[:5])})"
                raise InputError(
                    f"{path} is {what}, or a model saved by torch (a pickle, which is refused); "
                    "unpack it and give the file of vectors in it, or the .safetensors beside it"
                )
            with archive.open(names[0]) as member:
                start = member.read(HEAD_BYTES)
                yield member, start


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".bz2", ".xz"):
        name = name.removesuffix(ending)
    return name.rsplit(".", 1)[0] or path.name


def _wanted(only: Collection[str] | None, max_words: int | None) -> Wanted:
    folded = None if only is None else {normal_word(word, fold=True) for word in only}
    left = iter(range(max_words)) if max_words is not None else None

    def wanted(word: str) -> bool:
        if folded is not None and normal_word(word, fold=True) not in folded:
            return False
        return left is None or next(left, None) is not None

    return wanted


def _restricted(space: EmbeddingSpace, wanted: Wanted) -> EmbeddingSpace:
    kept = [word for word in space.words if wanted(word)]
    if not kept:
        raise InputError(f"{space.name} holds none of the words asked for")
    return space if len(kept) == len(space) else space.restricted(kept)


def _is_safetensors(start: bytes) -> bool:
    """Tell safetensors by its start: 8 bytes of header length, then a JSON object."""
    return len(start) > 9 and start[8:9] == b"{" and int.from_bytes(start[:8], "little") < 1 << 30
