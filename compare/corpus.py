"""Named corpora and files → a restartable stream of passages.

A *document* is a file, or what stands between two lines ``<|endoftext|>`` (or two blank lines,
where asked for). A *passage* is a document, or a part of one: documents over 20,000 characters are
cut here, once, for every trainer (gensim would otherwise cut sentences over 10,000 words).
Text is streamed, so a corpus may be larger than memory.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Literal, NamedTuple, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from compare.errors import InputError, nearest_names
from compare.normalization import Normalization, normalize
from compare.planted import PlantedOptions, planted_documents
from compare.storage import content_key
from compare.wikipedia import wiki_sample_articles
from compare.words import WORD_PATTERN

END_OF_TEXT = "<|endoftext|>"
MAX_PASSAGE_CHARACTERS = 20_000
NAMED_CORPORA = {
    "wiki-sample": "103 English Wikipedia articles that gensim's wheel carries (0.41 M words)",
    "planted": "generated English-like text whose relations are known (any size, from a seed)",
}
SUFFIXES = (".txt", ".gz", ".bz2", ".xz", ".zip")


class CorpusOptions(BaseModel):
    """Which text, how it falls into documents, and which part is held out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    source: str = Field(
        default="wiki-sample",
        min_length=1,
        description="a named corpus (`embcontrast corpora` lists them), or the path of a file or "
        "folder of text (.txt .gz .bz2 .xz .zip, UTF-8)",
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


class Passage(NamedTuple):
    """A document, or a part of one of at most 20,000 characters."""

    document: int
    text: str


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
    if source == "wiki-sample":
        return _scanned(source, lambda: _cut_documents(wiki_sample_articles()))
    if source == "planted":
        return _scanned(
            source, lambda: _cut_documents(d.text for d in planted_documents(options.planted))
        )
    paths = _text_files(source)
    return _scanned(Path(source).name, lambda: _file_passages(paths, options.separator))


def corpus_of(documents: Iterable[str], *, name: str = "texts") -> Corpus:
    """Make a corpus of texts already in memory.

    >>> corpus_of(["The king spoke.", "The queen listened."]).n_documents
    2
    """
    held = tuple(documents)
    return _scanned(name, lambda: _cut_documents(held))


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


def cut_document(text: str) -> list[str]:
    """Cut a text into passages of at most 20,000 characters, at a sentence's end where one is near.

    So no passage holds more than 10,000 words: a word and what parts it from the next take two
    characters. The parts put together are the text, and no word is cut: a run of letters, digits
    and apostrophes that is longer stays whole. The cut depends on what stands
    before it alone, so that a text read in pieces is cut alike.
    """
    parts = []
    position = 0
    while len(text) - position > MAX_PASSAGE_CHARACTERS:
        end = position + MAX_PASSAGE_CHARACTERS
        last_quarter = end - MAX_PASSAGE_CHARACTERS // 4
        found = (
            _LAST_SENTENCE_END.match(text, last_quarter, end)
            or _LAST_WHITE_SPACE.match(text, position, end)
            or _LAST_BREAK.match(text, position, end)
            or _NEXT_BREAK.search(text, end)
        )
        if found is None:
            break
        parts.append(text[position : found.end()])
        position = found.end()
    if position < len(text):
        parts.append(text[position:])
    return parts


_LAST_SENTENCE_END = re.compile(r".*(?:[.!?][\"')\]]*\s|\n)", re.DOTALL)
_LAST_WHITE_SPACE = re.compile(r".*\s", re.DOTALL)  # keeps don’t and a_b whole
_LAST_BREAK = re.compile(r".*[\W_](?<!['’‘])", re.DOTALL)
_NEXT_BREAK = re.compile(r"[\W_](?<!['’‘])")


def _cut_documents(documents: Iterable[str]) -> Iterator[Passage]:
    for number, text in enumerate(text for text in documents if text.strip()):
        for _, part in _last_parts(text, is_new=True):
            yield Passage(number, part)


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


# --- files ---------------------------------------------------------------------------------------


def _text_files(source: str) -> list[Path]:
    try:
        path = Path(source).expanduser()
        path.exists()
    except (OSError, RuntimeError) as error:
        raise InputError(f"cannot use {source!r} as a corpus: {error}") from error
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        if not files:
            raise InputError(f"folder {source} holds no text file ({' '.join(SUFFIXES)})")
        return files
    if path.is_file():
        return [path]
    if path.suffix or "/" in source or path.exists():
        raise InputError(
            f"no such corpus file or folder: {source}; give the path of your text "
            "(in a run: --set corpus.source=PATH)"
        )
    raise InputError(f"unknown corpus {source!r}; {nearest_names(source, NAMED_CORPORA)}")


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[str]]]]:
    """Open a file, compressed or not, as one or (zip) several named text streams."""
    openers: dict[str, Callable[..., IO[bytes]]] = {
        ".gz": cast("Callable[..., IO[bytes]]", gzip.open),
        ".bz2": cast("Callable[..., IO[bytes]]", bz2.open),
        ".xz": cast("Callable[..., IO[bytes]]", lzma.open),
    }
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if Path(m.filename).suffix == ".txt"]
            members = [m for m in members if not m.filename.startswith("__MACOSX/")]
            if not members:
                raise InputError(f"{path} holds no .txt file")
            yield (
                (f"{path}:{m.filename}", io.TextIOWrapper(archive.open(m), encoding="utf-8-sig"))
                for m in members
            )
    else:
        with openers.get(path.suffix, open)(path, "rb") as handle:
            yield iter([(str(path), io.TextIOWrapper(handle, encoding="utf-8-sig"))])


_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    UnicodeDecodeError,
    zlib.error,
)


def _file_passages(paths: list[Path], separator: str) -> Iterator[Passage]:
    number = -1
    for path in paths:
        try:
            with _opened(path) as streams:
                for name, handle in streams:
                    for is_new, text in _document_parts(name, handle, separator):
                        number += is_new
                        yield Passage(number, text)
        except _UNREADABLE as error:
            raise InputError(f"cannot read {path}: {error}; is it whole?") from error


def _document_parts(name: str, handle: IO[str], separator: str) -> Iterator[tuple[bool, str]]:
    """Yield (starts a document, text), holding no more than about one piece at a time."""
    pending = ""
    is_new = True
    for piece in _pieces(name, handle):
        *whole, last = _documents(piece, separator)
        for end_of_document in whole:
            yield from _last_parts(pending + end_of_document, is_new=is_new)
            pending, is_new = "", True
        pending += last
        if len(pending) > MAX_PASSAGE_CHARACTERS:
            *parts, pending = cut_document(pending)
            for part in parts:
                if part.strip() or not is_new:
                    yield is_new, part
                    is_new = False
    yield from _last_parts(pending, is_new=is_new)


def _documents(piece: str, separator: str) -> list[str]:
    """Split at separators; the last part may go on in the next piece."""
    if separator == "blank-line":
        return _BLANK_LINE.split(piece)
    return _END_OF_TEXT_LINE.split(piece) if END_OF_TEXT in piece else [piece]


# The literal comes first: the search for it is far faster than one for the beginning of a line.
_END_OF_TEXT_LINE = re.compile(r"{0}(?<![^\n]{0})[^\S\n]*(?:\n|\Z)".format(re.escape(END_OF_TEXT)))
_BLANK_LINE = re.compile(rf"(?m)^[^\S\n]*(?:\n|{re.escape(END_OF_TEXT)}[^\S\n]*(?:\n|\Z))")


def _last_parts(pending: str, *, is_new: bool) -> Iterator[tuple[bool, str]]:
    """Cut what is left of a document; white space alone is none."""
    for part in cut_document(pending):
        if part.strip() or not is_new:
            yield is_new, part
            is_new = False


_PIECE_CHARACTERS = 1 << 19


def _pieces(name: str, handle: IO[str]) -> Iterator[str]:
    """Yield the text in pieces that end at a line's end, but for a line longer than a piece.

    (text8 is one line of 100 MB.)
    """
    try:
        while piece := handle.read(_PIECE_CHARACTERS):
            if not piece.endswith("\n"):
                piece += handle.readline(_PIECE_CHARACTERS)
            yield piece
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text (byte 0x{error.object[error.start]:02x} found); "
            "convert it, for example with `iconv -f latin1 -t utf-8`"
        ) from error
