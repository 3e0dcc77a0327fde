"""Reading vectors: our own files, and those of other tools: word2vec text and binary, GloVe text.

Source of the layouts: word2vec.c (Mikolov et al. 2013) as gensim and fastText read and write it.
A text file begins with a line ``n_words dim`` (GloVe's has none); a binary file has the same line
and then ``word``, a space, and ``dim`` little-endian float32 for each word. Untrusted files are
safe: no pickle is ever loaded.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

import numpy as np
from safetensors import SafetensorError, safe_open

from compare.errors import InputError
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import EARLIER_KEY, METADATA_KEY
from compare.storage import refuse_pointer

_HEADER = re.compile(rb"^\s*(-?\d{1,18})\s+(-?\d{1,18})\s*$")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_DIMENSION = 1 << 20
_PICKLE_START = re.compile(rb"^\x80[\x02-\x05]")
_MAX_WORD_BYTES = 1 << 16


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
    try:
        with _opened(path) as handle:
            start = handle.read(4096)
            if _is_safetensors(start):
                return _restricted(load_space(path), _wanted(only, max_words))
            if start[:2] == b"PK":
                raise InputError(
                    f"{path} is a zip archive, or a model saved by torch (a pickle, which is "
                    "refused); unpack it and give the file of vectors in it, or the .safetensors "
                    "beside it"
                )
            if _PICKLE_START.match(start):
                raise InputError(
                    f"{path} is a pickle, which can run code when loaded, and is refused; export "
                    "the vectors, in gensim with `kv.save_word2vec_format(...)`"
                )
            handle.seek(0)
            words, vectors = _read_words_and_vectors(path, handle, start, _wanted(only, max_words))
    except (EOFError, OSError, zlib.error) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not words:
        raise InputError(f"{path} holds none of the {len(only or ())} words asked for")
    try:
        return EmbeddingSpace(words, vectors, None, {"name": _stem(path), "source": path.name})
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


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


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rsplit(".", 1)[0] or path.name


Wanted = Callable[[str], bool]


def _wanted(only: Collection[str] | None, max_words: int | None) -> Wanted:
    folded = None if only is None else {word.lower() for word in only}
    left = iter(range(max_words)) if max_words is not None else None

    def wanted(word: str) -> bool:
        if folded is not None and word.lower() not in folded:
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


def _read_words_and_vectors(
    path: Path, handle: IO[bytes], start: bytes, wanted: Wanted
) -> tuple[tuple[str, ...], np.ndarray]:
    skipped = len(_BYTE_ORDER_MARK) if start.startswith(_BYTE_ORDER_MARK) else 0
    handle.seek(skipped)
    header = _HEADER.match(start[skipped:].partition(b"\n")[0])
    if header is None:
        return _read_text(path, handle, None, wanted)
    n_words, dim = int(header[1]), int(header[2])
    if n_words < 1 or not 1 <= dim <= _MAX_DIMENSION:
        raise InputError(f"{path} declares {n_words} words of {dim} dimensions: nothing to read")
    handle.readline()
    first_row = handle.readline(4096 + 64 * dim)
    handle.seek(skipped)
    handle.readline()
    if _numbers(first_row.rsplit(maxsplit=dim)[1:]) is not None:
        return _read_text(path, handle, (n_words, dim), wanted)
    return _read_binary(path, handle, n_words, dim, wanted)


def _numbers(fields: list[bytes]) -> np.ndarray | None:
    try:
        with np.errstate(over="ignore"):  # infinity is refused by the space, with the word's name
            return np.array(fields, dtype=np.float32) if fields else None
    except ValueError:
        return None


def _read_text(
    path: Path, handle: IO[bytes], declared: tuple[int, int] | None, wanted: Wanted
) -> tuple[tuple[str, ...], np.ndarray]:
    words: list[str] = []
    rows: list[np.ndarray] = []
    n_read = 0
    dim = declared[1] if declared else None
    for number, line in enumerate(handle, start=2 if declared else 1):
        if not line.strip():
            continue
        if dim is None:
            dim = len(line.split()) - 1
            if dim == 1:
                raise InputError(
                    f"{path}:{number}: a file without a header needs vectors of two or more "
                    f"numbers; found {line[:60].decode(errors='replace').rstrip()!r}"
                )
        # From the right: GloVe 840B has words with spaces inside (word2vec's format has none).
        word, *fields = line.rstrip().rsplit(maxsplit=-1 if declared else dim) if dim else [line]
        row = _numbers(fields)
        if row is None or len(row) != dim:
            raise InputError(
                f"{path}:{number}: expected a word and {dim or 'its'} numbers (is this a file of "
                f"word vectors?); found {line[:60].decode(errors='replace').rstrip()!r}"
            )
        n_read += 1
        decoded = _decoded(path, word)
        if wanted(decoded):
            words.append(decoded)
            rows.append(row)
    if declared and n_read != declared[0]:
        raise InputError(
            f"{path} declares {declared[0]} words but holds {n_read}; it may be cut off"
        )
    if not n_read:
        raise InputError(f"{path} is empty; expected words and their vectors")
    return tuple(words), np.array(rows, dtype=np.float32)


def _read_binary(
    path: Path, handle: IO[bytes], n_words: int, dim: int, wanted: Wanted
) -> tuple[tuple[str, ...], np.ndarray]:
    n_bytes = 4 * dim
    words: list[str] = []
    rows: list[bytes] = []
    n_read = 0
    blob, position = b"", 0
    while n_read < n_words:
        space = blob.find(b" ", position)
        if space < 0 or len(blob) < space + 1 + n_bytes:
            more = handle.read(1 << 20)
            if not more or (space < 0 and len(blob) - position > _MAX_WORD_BYTES):
                raise InputError(
                    f"{path} declares {n_words} words but ends after {n_read}; "
                    "it is cut off or no word2vec file"
                )
            blob, position = blob[position:] + more, 0
            continue
        word = _decoded(path, blob[position:space].lstrip(b"\n"))
        position = space + 1 + n_bytes
        n_read += 1
        if wanted(word):
            words.append(word)
            rows.append(blob[space + 1 : position])
    if (blob[position:] + handle.read(16)).strip(b"\n"):
        raise InputError(f"{path} declares {n_words} words but holds more; its header is wrong")
    return tuple(words), np.frombuffer(b"".join(rows), dtype="<f4").reshape(len(words), dim)


def _decoded(path: Path, word: bytes) -> str:
    try:
        return word.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: word {word[:40]!r} is not UTF-8; is this a file of word vectors?"
        ) from error
