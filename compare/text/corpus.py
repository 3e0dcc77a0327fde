"""Named corpora and files → a restartable stream of passages.

A *document* is a file, or what stands between two lines ``<|endoftext|>`` (or two blank lines,
where asked for). A *passage* is a document, or a part of one: documents over 20,000 characters are
cut here, once, for every trainer (gensim would otherwise cut sentences over 10,000 words).
Text is streamed, so a corpus may be larger than memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from compare.errors import InputError
from compare.options import Options
from compare.text.encodings import AUTO, Errors, checked_encoding
from compare.text.normalization import Normalization, normalize, with_case
from compare.text.passages import END_OF_TEXT, Passage, cut_documents
from compare.text.planted import PlantedOptions, planted_documents
from compare.text.text_files import Reading, file_passages, text_files
from compare.text.unspaced import UnspacedText
from compare.text.wikipedia import wiki_sample_articles
from compare.text.words import SentenceRule, WordRule, word_matches

NAMED_CORPORA = {
    "wiki-sample": "English Wikipedia articles that gensim's wheel carries",
    "planted": "generated English-like text whose relations are known, of any size",
}


NO_TEXT = "none"
"""The source of a run that reads no text."""


class CorpusOptions(Options):
    """Which text, how it falls into documents, and which part is held out."""

    source: str = Field(
        default="wiki-sample",
        min_length=1,
        description="a named corpus (`embcontrast list corpora`), or the path of a file or folder "
        "of text (.txt, compressed or in archives; XML dumps of Wikipedia); 'none': no text is "
        "read, and what others have trained is compared",
    )
    separator: Literal["endoftext", "blank-line"] = Field(
        default="endoftext",
        description="what parts the documents inside one file: the marker, or a blank line too; "
        "each file starts a new document",
    )
    marker: str = Field(
        default=END_OF_TEXT,
        min_length=2,
        max_length=200,
        description="stands between documents, wherever in a line; no part of the text",
    )
    encoding: str = Field(
        default=AUTO,
        description="of files: auto (UTF-8, or what a byte-order mark says), latin-1, gb18030, …",
    )
    errors: Errors = Field(
        default="strict",
        description="'replace' reads damaged bytes as U+FFFD and counts them; 'strict' refuses",
    )
    field: str | None = Field(
        default=None,
        min_length=1,
        description="the field that holds the text, of JSON lines, CSV, TSV or Parquet; each "
        "record is a document",
    )
    validation_fraction: float = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="share of the text held out, 0 to 0.5: documents drawn at random where their "
        "text comes within a fifth of it, else the tail of each document",
    )
    split_seed: int = Field(
        default=0,
        ge=0,
        description="seed of the draw of held-out documents; apart from the seed of training, so "
        "that other seeds are trained on the same text",
    )
    word_rule: WordRule = Field(
        default="unicode",
        description="'unicode': words as Unicode's word boundaries have them (docs/words.md); "
        "'whitespace': what stands between white space, for text that is split into words already",
    )
    sentences: SentenceRule = Field(
        default="text",
        description="'text': sentences end with . ! ? and their kin, and with paragraphs; "
        "'lines': at each line's end and nowhere else, for text with a sentence a line",
    )
    normalization: Normalization = Field(default_factory=Normalization)
    planted: PlantedOptions = Field(default_factory=PlantedOptions)

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        return value if value == AUTO else checked_encoding(value)


@dataclass(frozen=True)
class Corpus:
    """A restartable stream of passages with a content fingerprint.

    Attributes
    ----------
    name : str
        What reports call it.
    fingerprint : str
        sha256 of the documents' text, 64 hexadecimal digits.
        (Of a part of a corpus: made of the whole's and of what was chosen.)
    document_characters : int64 ndarray, shape (n_documents,)
        Characters in each document of the stream.
    document_digests : uint64 ndarray, shape (n_documents,)
        Hashes by which equal documents are found; none of parts of documents.
    """

    name: str
    fingerprint: str
    document_characters: np.ndarray
    stream: Callable[[], Iterator[Passage]]
    word_rule: WordRule = "unicode"
    document_digests: np.ndarray = dataclass_field(
        default_factory=lambda: np.zeros(0, dtype=np.uint64)
    )

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
        If there is no such corpus, it cannot be read, it holds fewer than two words, or it is
        written without spaces between words.
    """
    source, rule = options.source, options.word_rule
    if source == NO_TEXT:
        raise InputError(f"a text is needed, and the corpus is {source!r}; set corpus.source")
    if source in NAMED_CORPORA:
        _refuse_options_of_files(options)
    if source == "wiki-sample":
        return _scanned(source, lambda: cut_documents(wiki_sample_articles()), rule)
    if source == "planted":
        return _scanned(
            source, lambda: cut_documents(d.text for d in planted_documents(options.planted)), rule
        )
    reading = Reading(
        options.separator, options.marker, options.encoding, options.errors, options.field
    )
    paths = text_files(source, NAMED_CORPORA, has_field=reading.field is not None)
    when_opened = _states(paths)

    def stream() -> Iterator[Passage]:
        if _states(paths) != when_opened:  # what is kept is kept under the name of what was read
            raise InputError(f"{source} has changed since it was opened; open it again")
        return file_passages(paths, reading)

    return _scanned(Path(source).name, stream, rule)


def _refuse_options_of_files(options: CorpusOptions) -> None:
    for name in ("separator", "marker", "encoding", "errors", "field"):
        default = CorpusOptions.model_fields[name].default
        if getattr(options, name) != default:
            raise InputError(
                f"corpus.{name} is for files, and {options.source} is none; leave it out"
            )


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


def corpus_of(
    documents: Iterable[str],
    *,
    name: str = "texts",
    word_rule: WordRule = "unicode",
    marker: str = END_OF_TEXT,
) -> Corpus:
    """Make a corpus of texts already in memory; a marker in one of them parts it in two.

    >>> corpus_of(["The king spoke.", "The queen listened."]).n_documents
    2
    """
    held = tuple(part for document in documents for part in document.split(marker))
    return _scanned(name, lambda: cut_documents(held), word_rule)


def normalized_passages(
    corpus: Corpus, normalization: Normalization, *, keep_case: bool = False
) -> Iterator[Passage]:
    """Yield the passages as both wings read them; with their case, by which sentences are found."""
    normalized = with_case if keep_case else normalize
    for document, text, _ in corpus.passages():
        yield Passage(document, normalized(text, normalization), corpus.word_rule)


def _scanned(name: str, stream: Callable[[], Iterator[Passage]], rule: WordRule) -> Corpus:
    """Read a stream once for its fingerprint and size, and for what it is written in."""
    digest, of_document = hashlib.sha256(), hashlib.sha256()
    n_characters: list[int] = []
    documents: list[bytes] = []
    seen: int | None = None
    n_words = 0
    unspaced = UnspacedText()
    for document, text, _ in stream():
        if document != seen:
            digest.update(END_OF_TEXT.encode())
            if seen is not None:
                documents.append(of_document.digest()[:8])
            seen, of_document = document, hashlib.sha256()
            n_characters.append(0)
        encoded = text.encode()
        digest.update(encoded)
        of_document.update(encoded)
        n_characters[-1] += len(text)
        if n_words < 2:
            n_words += sum(1 for _ in islice(word_matches(text, rule), 2))
        if rule == "unicode":
            unspaced.take(text)
    check_running_text(name, n_words)
    unspaced.check(name)
    documents.append(of_document.digest()[:8])
    sizes = np.array(n_characters, dtype=np.int64)
    digests = np.frombuffer(b"".join(documents), dtype="<u8").astype(np.uint64)
    return Corpus(name, digest.hexdigest(), sizes, stream, rule, digests)


def check_running_text(name: str, n_words: int, remedy: str = "") -> None:
    """Refuse a corpus, or a part of one, of fewer than two words.

    Raises
    ------
    InputError
    """
    if n_words < 2:
        found = "no words" if n_words == 0 else "one word"
        raise InputError(f"corpus {name} holds {found}; a comparison needs running text{remedy}")
