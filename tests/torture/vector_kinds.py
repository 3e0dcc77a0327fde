"""Files of vectors: a word never gets another word's numbers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tokenizers
from safetensors.numpy import save_file

from compare.spaces.formats import load_space, read_vectors
from compare.spaces.model2vec import read_model2vec
from compare.spaces.space import EmbeddingSpace
from compare.spaces.writing import save_space, write_word2vec_binary, write_word2vec_text
from compare.text.company_counts import company_of_tokens, read_company, write_company
from compare.text.tokens import TokenArray
from tests.torture.changes import ANY, other_header, other_json
from tests.torture.kind import Kind

WORDS = ("kingdom", "seven", "house", "nightfall", "a", "Überfluß", "stone", "river")
"""No few bytes make one of another."""

VECTORS = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
SPACE = EmbeddingSpace(WORDS, VECTORS, np.arange(8, 0, -1), {"name": "small"}, np.ones(8, int))


def no_word_has_anothers(space: EmbeddingSpace) -> bool:
    """Tell whether no word has the vector of another, bit for bit."""
    rows = {vector.tobytes(): word for word, vector in zip(WORDS, VECTORS, strict=True)}
    found = zip(space.words, space.vectors, strict=True)
    return all(rows.get(row.tobytes(), word) == word for word, row in found if word in WORDS)


def _written(name: str, write: Callable[[EmbeddingSpace, Path], object]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        write(SPACE, folder / name)
        return folder / name

    return make


def _glove(space: EmbeddingSpace, path: Path) -> None:
    write_word2vec_text(space, path)
    path.write_bytes(path.read_bytes().partition(b"\n")[2])


def _gz(space: EmbeddingSpace, path: Path) -> None:
    write_word2vec_text(space, path)
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def _array(space: EmbeddingSpace, path: Path) -> None:
    with path.open("wb") as handle:
        np.save(handle, space.vectors)


def _fasttext(folder: Path) -> Path:
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    sentences = [["the", "king", "spoke"], ["the", "queen", "listened"]] * 20
    model = FastText(sentences, vector_size=4, min_count=1, epochs=1, workers=1, bucket=20, seed=1)
    save_facebook_model(model, str(folder / "model.bin"))
    return folder / "model.bin"


@cache
def _fasttext_rows() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        space = read_vectors(_fasttext(Path(folder)))
    return {word: row.tobytes() for word, row in zip(space.words, space.vectors, strict=True)}


def _no_fasttext_word_has_anothers(space: EmbeddingSpace) -> bool:
    known = _fasttext_rows()
    others = {row: word for word, row in known.items()}
    found = zip(space.words, space.vectors, strict=True)
    return all(others.get(row.tobytes(), word) == word for word, row in found if word in known)


def _static(changed: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        pieces = {"[UNK]": 0, "king": 1, "##dom": 2, "queen": 3}
        made = tokenizers.Tokenizer(tokenizers.models.WordPiece(pieces, unk_token="[UNK]"))
        made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        inner = folder / "0_StaticEmbedding"
        inner.mkdir(exist_ok=True)
        made.save(str(inner / "tokenizer.json"))
        tensors = {"embeddings": VECTORS[:4], "weights": np.ones(4), "mapping": np.arange(4)}
        save_file(tensors, inner / "model.safetensors")
        (inner / "config.json").write_text('{"normalize": true}')
        module = {"idx": 0, "type": "x.StaticEmbedding", "path": inner.name}
        (folder / "modules.json").write_text(json.dumps([module]))
        return folder / changed

    return make


def _read_static(path: Path) -> Any:
    folder = path.parent if path.name == "modules.json" else path.parent.parent
    return read_model2vec(folder, ["king", "kingdom", "queen", "zebra"])


def _company(folder: Path) -> Path:
    tokens = TokenArray.of_segments([[0, 1, 2, 0], [3, 0, 1]])
    words = ["the", "king", "spoke", "to"]
    write_company(company_of_tokens(tokens, words, name="text", minimal_count=1), folder / "c.npz")
    return folder / "c.npz"


_HEADERS = (*ANY, *(other_header,) * 8)
_STATIC = "0_StaticEmbedding"

VECTOR_KINDS: tuple[Kind, ...] = (
    *(
        Kind(name, _written("v", write), read_vectors, is_right=no_word_has_anothers, weight=20)
        for name, write in (
            ("word2vec text", write_word2vec_text),
            ("word2vec binary", write_word2vec_binary),
            ("GloVe", _glove),
            ("word2vec text, gz", _gz),
        )
    ),
    Kind("fastText", _fasttext, read_vectors, is_right=_no_fasttext_word_has_anothers, weight=2),
    Kind("NumPy array", _written("vectors.npy", _array), read_vectors, weight=2),
    Kind("our own space", _written("a.safetensors", save_space), load_space, _HEADERS, weight=20),
    Kind("model2vec: weights", _static(f"{_STATIC}/model.safetensors"), _read_static, _HEADERS),
    Kind("model2vec: tokenizer", _static(f"{_STATIC}/tokenizer.json"), _read_static,
         (*ANY, *(other_json,) * 8)),
    Kind("model2vec: config", _static(f"{_STATIC}/config.json"), _read_static,
         (*ANY, *(other_json,) * 3), weight=2),
    Kind("model2vec: modules", _static("modules.json"), _read_static,
         (*ANY, *(other_json,) * 8), weight=3),
    Kind("counts of company", _company, read_company, weight=5),
)  # fmt: skip
