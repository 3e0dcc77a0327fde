"""A Git LFS pointer in place of a file is called that by whatever reads it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.judgments.analogy_sets import load_analogies
from compare.judgments.lexicon import open_lexicon
from compare.judgments.similarity_sets import load_similarity
from compare.spaces.formats import read_vectors
from compare.spaces.model2vec import read_model2vec
from compare.text.corpus import CorpusOptions, open_corpus

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"

READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "corpus": ("text.txt", lambda path: open_corpus(CorpusOptions(source=str(path)))),
    "word2vec text": ("vectors.txt", read_vectors),
    "word2vec binary": ("vectors.bin", read_vectors),
    "safetensors": ("vectors.safetensors", read_vectors),
    "model2vec": ("model.safetensors", lambda path: read_model2vec(path.parent, ["king"])),
    "analogies": ("questions.txt", load_analogies),
    "similarity": ("pairs.tsv", load_similarity),
    "lists of words": ("words.tsv", lambda path: open_lexicon(str(path))),
}


@pytest.mark.parametrize("kind", READERS)
def test_a_pointer_is_called_that(kind: str, tmp_path: Path) -> None:
    name, read = READERS[kind]
    (tmp_path / name).write_text(POINTER)
    with pytest.raises(InputError, match=r"is a Git LFS pointer.*git lfs pull"):
        read(tmp_path / name)
