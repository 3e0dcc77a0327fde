"""Named corpora and files → a restartable stream of passages.

A *document* is a file, or what stands between two lines ``<|endoftext|>`` (or two blank lines,
where asked for). A *passage* is a document, or a part of one: documents over 20,000 characters are
cut here, once, for every trainer (gensim would otherwise cut sentences over 10,000 words).
Text is streamed, so a corpus may be larger than memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from compare.errors import InputError
from compare.options import Options
from compare.storage import content_key
from compare.text.normalization import Normalization, normalize
from compare.text.passages import END_OF_TEXT, Passage, cut_documents
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.text_files import file_passages, text_files
from compare.text.wikipedia import wiki_sample_articles
from compare.text.words import WORD_PATTERN

NAMED_CORPORA = {
    "wiki-sample": "103 English Wikipedia articles that gensim's wheel carries (0.41 M words)",
    "planted": "generated English-like text whose relations are known (any size, from a seed)",
}


NO_TEXT = "none"
"""The source of a run that reads no text."""


class CorpusOptions(Options):
    """Which text, how it falls into documents, and which part is held out."""

    source: str = Field(
        default="wiki-sample",
        min_length=1,
        description="a named corpus (`embcontrast list corpora`), or the path of a file or folder "
        "of text (.txt .gz .bz2 .xz .zip, UTF-8); 'none': no text is read, and what others have "
        "trained is compared",
    )
    separator: Literal["endoftext", "blank-line"] = Field(
        default="endoftext",
        description="what parts the documents inside one file: a line <|endoftext|>, "
        "or a blank line too; each file starts a new document",
    )
    validation_fraction: float = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="share of the documents held out (of a single document: its tail), 0 to 0.5",
    )
    split_seed: int = Field(
        default=0,
        ge=0,
        description="seed of the draw of held-out documents; apart from the seed of training, so "
        "that other seeds are trained on the same text",
    )
    normalization: Normalization = Field(default_factory=Normalization)
    planted: PlantedOptions = Field(default_factory=PlantedOptions)


@dataclass(frozen=True)
class Corpus:
    """A restartable stream of passages with a content fingerprint.

    Attributes
    ----------
    name : str
        What reports call it.
    fingerprint : str
        sha256 of the documents' text, 64 hexadecimal digits.
        (Of a part of a corpus: made of the whole's and the documents chosen.)
    document_characters : int64 ndarray, shape (n_documents,)
        Characters in each document of the stream.
    """

    name: str
    fingerprint: str
    document_characters: np.ndarray
    stream: Callable[[], Iterator[Passage]]

    @property
    def n_documents(self) -> int:
        """Documents in the stream."""
        return len(self.document_characters)

    @property
    def n_characters(self) -> int:
        """Characters in all of them."""
        return int(self.document_characters.sum())

    def passages(self) -> Iterator[Passage]:
        """Start the stream of passages from the beginning."""
        return self.stream()


def open_corpus(options: CorpusOptions) -> Corpus:
    """Open a corpus by name or path and read it once (fingerprint, size, valid UTF-8).

    Raises
    ------
    InputError
        If there is no such corpus, it cannot be read, or it holds fewer than two words.
    """
    source = options.source
    if source == NO_TEXT:
        raise InputError(f"a text is needed, and the corpus is {source!r}; set corpus.source")
    if source == "wiki-sample":
        return _scanned(source, lambda: cut_documents(wiki_sample_articles()))
    if source == "planted":
        return _scanned(
            source, lambda: cut_documents(d.text for d in planted_documents(options.planted))
        )
    paths = text_files(source, NAMED_CORPORA)
    when_opened = _states(paths)

    def stream() -> Iterator[Passage]:
        if _states(paths) != when_opened:  # what is kept is kept under the name of what was read
            raise InputError(f"{source} has changed since it was opened; open it again")
        return file_passages(paths, options.separator)

    return _scanned(Path(source).name, stream)


def _states(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """Note sizes and times of files; None where one is gone."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((state.st_size, state.st_mtime_ns))
    return found


def corpus_of(documents: Iterable[str], *, name: str = "texts") -> Corpus:
    """Make a corpus of texts already in memory.

    >>> corpus_of(["The king spoke.", "The queen listened."]).n_documents
    2
    """
    held = tuple(documents)
    return _scanned(name, lambda: cut_documents(held))


def split_corpus(corpus: Corpus, validation_fraction: float, *, seed: int) -> tuple[Corpus, Corpus]:
    """Split into training and validation text by document; a single document at a tail.

    Parameters
    ----------
    corpus : Corpus
    validation_fraction : float
        Share held out, between 0 and 1: of the documents, drawn at random from ``seed`` (at
        least one); of the characters at the end, where there is one document only.
    seed : int
        Seed of the draw.

    Returns
    -------
    (Corpus, Corpus)
        Training part and validation part.
    """
    if corpus.n_documents == 1:
        border = int(corpus.n_characters * (1 - validation_fraction))
        return (
            _scanned(corpus.name + _TRAINING, lambda: _before(corpus.passages(), border)),
            _scanned(corpus.name + _VALIDATION, lambda: _after(corpus.passages(), border)),
        )
    n_held_out = max(1, round(corpus.n_documents * validation_fraction))
    draw = np.random.default_rng(seed).permutation(corpus.n_documents)
    held_out = frozenset(draw[:n_held_out].tolist())
    return (
        _chosen(corpus, frozenset(range(corpus.n_documents)) - held_out, _TRAINING),
        _chosen(corpus, held_out, _VALIDATION),
    )


_TRAINING, _VALIDATION = " (training part)", " (validation part)"


def _chosen(corpus: Corpus, documents: frozenset[int], name: str) -> Corpus:
    """Take some documents; what they are follows from the whole, so the text is not read again."""
    numbers = sorted(documents)
    return Corpus(
        name=corpus.name + name,
        fingerprint=content_key(corpus.fingerprint, numbers),
        document_characters=corpus.document_characters[numbers],
        stream=lambda: (p for p in corpus.passages() if p.document in documents),
    )


def normalized_passages(corpus: Corpus, normalization: Normalization) -> Iterator[Passage]:
    """Yield the passages as both wings read them."""
    for document, text in corpus.passages():
        yield Passage(document, normalize(text, normalization))


def _scanned(name: str, stream: Callable[[], Iterator[Passage]]) -> Corpus:
    """Read a stream once for its fingerprint and size."""
    digest = hashlib.sha256()
    n_characters: list[int] = []
    seen: int | None = None
    n_words = 0
    for document, text in stream():
        if document != seen:
            digest.update(END_OF_TEXT.encode())
            seen = document
            n_characters.append(0)
        digest.update(text.encode())
        n_characters[-1] += len(text)
        if n_words < 2:
            n_words += sum(1 for _ in islice(re.finditer(WORD_PATTERN, text), 2))
    if n_words < 2:
        found = "no words" if n_words == 0 else "one word"
        raise InputError(f"corpus {name} holds {found}; a comparison needs running text")
    return Corpus(name, digest.hexdigest(), np.array(n_characters, dtype=np.int64), stream)


def _before(passages: Iterator[Passage], border: int) -> Iterator[Passage]:
    position = 0
    for document, text in passages:
        cut = _border_inside(text, border - position)
        if text[:cut]:
            yield Passage(document, text[:cut])
        if cut < len(text):
            return
        position += len(text)


def _after(passages: Iterator[Passage], border: int) -> Iterator[Passage]:
    position = 0
    cut_done = False
    for document, text in passages:
        cut = 0 if cut_done else _border_inside(text, border - position)
        position += len(text)
        if cut < len(text):
            cut_done = True
            yield Passage(document, text[cut:])


def _border_inside(text: str, wanted: int) -> int:
    """Find the first white space at or after ``wanted``: the split never parts a word."""
    if wanted >= len(text):
        return len(text)
    space = re.compile(r"\s").search(text, max(wanted, 0))
    return space.start() if space else len(text)
