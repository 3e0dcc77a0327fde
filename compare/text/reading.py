"""``read_text``: a corpus → one text that every model reads: normalised, split, its words counted.

Nothing is read before it is asked for, and what is read is kept in the cache: words as numbers
once for a corpus and its normalisation, their ids once for a vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from compare.cache import Stage, versions
from compare.errors import InputError
from compare.options import shared_out, validated
from compare.progress import Progress, Show, chosen_show, quiet
from compare.shown import printable
from compare.storage import content_key, write_text
from compare.text.corpus import (
    NAMED_CORPORA,
    Corpus,
    CorpusOptions,
    corpus_of,
    normalized_passages,
    open_corpus,
)
from compare.text.given_texts import given_texts, is_running_text
from compare.text.normalization import Normalization
from compare.text.passages import Passage
from compare.text.planted import write_truth
from compare.text.split import split_corpus
from compare.text.tokens import TokenArray, open_tokens, renumbered, token_counts, write_tokens
from compare.text.vocabulary import (
    Vocabulary,
    VocabularyOptions,
    frequent_words,
    new_numbers,
    read_vocabulary,
    write_vocabulary,
)
from compare.text.word_encoder import WordEncoder

PARTS = ("training", "validation")

_TEXT_VERSION = 3
_WORDS_VERSION = 1


@dataclass(frozen=True)
class NumberedText:
    """Every word of a corpus as a number, before a vocabulary is chosen.

    Attributes
    ----------
    words : list of str
        In order of first appearance, training text first; the number of a word is its place.
    training, validation : TokenArray
        Segments are sentences; where documents begin is noted.
    """

    words: list[str]
    training: TokenArray
    validation: TokenArray


@dataclass(frozen=True, repr=False)
class WordIds:
    """A text as ids of its vocabulary's words; other words are left out.

    Attributes
    ----------
    training, validation : TokenArray
        Segments are sentences.
    key : str
        Names the content, for what is made of it.
    truth : Path or None
        Folder with what is known of planted text.
    folder : Path or None
        The stage that holds all this; a list of words has none.
    """

    vocabulary: Vocabulary
    training: TokenArray
    validation: TokenArray
    key: str
    truth: Path | None
    folder: Path | None

    def __repr__(self) -> str:
        """Say how many there are."""
        parts = f"{len(self.training):,} training and {len(self.validation):,} held-out ids"
        return f"WordIds: {parts} of {len(self.vocabulary):,} words"


class Text:
    """A corpus, opened and split once, that all models of a comparison read.

    Parameters
    ----------
    options : CorpusOptions
    vocabulary : VocabularyOptions
        Which words get a vector.
    corpus : Corpus, optional
        Documents in memory, in place of what the options name.
    show : callable, optional
        Opens progress displays for reading.

    Raises
    ------
    InputError
        If the corpus cannot be opened.
    """

    def __init__(
        self,
        options: CorpusOptions,
        vocabulary: VocabularyOptions | None = None,
        *,
        corpus: Corpus | None = None,
        show: Show = quiet,
    ) -> None:
        self.options, self.show, self._given = options, show, corpus
        self.vocabulary_options = vocabulary or VocabularyOptions()
        self.is_planted = corpus is None and options.source == "planted"
        self.corpus: Corpus = corpus or open_corpus(options)
        self.training, self.validation = split_corpus(
            self.corpus, options.validation_fraction, seed=options.split_seed
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what names it, for worker processes: the text is opened there again."""
        if self._given is None:
            return Text, (self.options, self.vocabulary_options)
        documents = ["".join(parts) for parts in _documents(self._given)]
        name = self._given.name
        return _text_of_documents, (documents, name, self.options, self.vocabulary_options)

    def __repr__(self) -> str:
        """Say what was read; words are counted when they are asked for."""
        n_documents, n_characters = self.corpus.n_documents, self.corpus.n_characters
        size = f"{n_documents:,} document{'s'[: n_documents != 1]}, {n_characters:,} characters"
        return (
            f"Text {printable(repr(self.corpus.name))}: {size}\n"
            "ask .vocabulary, .words, .passages(), .facts"
        )

    @property
    def key(self) -> str:
        """What the text of both parts hangs on."""
        return content_key(
            self.training.fingerprint,
            self.validation.fingerprint,
            self.options.normalization.model_dump(),
            self.options.word_rule,
            self.options.sentences,
        )

    def passages(self, part: str = "training") -> Iterator[Passage]:
        """Start the normalised text of a part from its beginning."""
        return normalized_passages(getattr(self, part), self.options.normalization)

    @property
    def n_characters(self) -> int:
        """Characters of the training part, as they stand in the corpus."""
        return self.training.n_characters

    @property
    def facts(self) -> dict[str, Any]:
        """Name, fingerprint and sizes, for reports."""
        words = self.words
        return {
            "name": self.corpus.name,
            "fingerprint": self.corpus.fingerprint,
            "n_documents": self.corpus.n_documents,
            "n_training_documents": self.training.n_documents,
            "n_characters": self.corpus.n_characters,
            "n_training_words": words.training.n_units,
            "n_validation_words": words.validation.n_units,
            "n_vocabulary": len(words.vocabulary),
            "normalization": self.options.normalization.model_dump(),
        }

    @property
    def _numbering(self) -> Stage:
        made_of = ("text", _TEXT_VERSION, self.key, versions("pyarrow"))
        return Stage("text", made_of, about=self.corpus.name)

    @cached_property
    def numbered(self) -> NumberedText:
        """Every word as a number; other vocabularies use it again."""
        folder = self._numbering.open(self._number_words)
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]
        return NumberedText(words, *(open_tokens(folder / part) for part in PARTS))

    def _number_words(self, folder: Path) -> None:
        options = self.options
        is_lower = options.normalization.case == "lower"
        encoder = WordEncoder(
            options.word_rule,
            options.sentences,
            lower=is_lower,
            n_characters=self.corpus.n_characters,
            show=self.show,
        )
        for part in PARTS:
            progress = self.show(f"reading the {part} text")
            corpus: Corpus = getattr(self, part)
            passages = normalized_passages(corpus, options.normalization, keep_case=True)
            passages = _told(passages, corpus.n_characters, progress)
            found = write_tokens(folder / part, encoder.encode_all(passages))
            if len(found) < 2:
                raise InputError(
                    f"the {part} text of {self.corpus.name} (a part of it is held out for "
                    f"validation) holds {len(found)} words; give more text, or another "
                    "validation_fraction"
                )
        write_text(folder / "words.txt", "".join(f"{word}\n" for word in encoder.words))

    @cached_property
    def words(self) -> WordIds:
        """The text as ids of the vocabulary's words."""
        planted, is_planted = self.options.planted, self.is_planted
        options = [self.vocabulary_options.model_dump(), planted.model_dump() if is_planted else 0]
        made_of = ("words", _WORDS_VERSION, self.key, options)
        words = Stage("words", made_of, inputs=[self._numbering.folder], about=self.corpus.name)

        def build(folder: Path) -> None:
            text = self.numbered
            counts = token_counts(text.training, len(text.words))
            numbers, vocabulary = frequent_words(text.words, counts, self.vocabulary_options)
            write_vocabulary(vocabulary, folder / "vocabulary.tsv")
            new_ids = new_numbers(numbers, len(text.words))
            for part in PARTS:
                write_tokens(folder / part, renumbered(getattr(text, part), new_ids))
            if is_planted:
                write_truth(folder / "truth", planted)

        folder = words.open(build)
        training, validation = (open_tokens(folder / part) for part in PARTS)
        return WordIds(
            read_vocabulary(folder / "vocabulary.tsv"),
            training,
            validation,
            words.key,
            folder / "truth" if is_planted else None,
            folder,
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that get a vector, with their counts in the training part."""
        return self.words.vocabulary

    @property
    def known_counts(self) -> np.ndarray | None:
        """The counts of the vocabulary; none where no text was counted."""
        return self.vocabulary.counts


def read_text(
    source: str | Path | Iterable[str] = "wiki-sample",
    *,
    name: str = "texts",
    progress: bool | Show | None = None,
    **options: Any,
) -> Text:
    """Open a corpus as the text that all models of a comparison read.

    Parameters
    ----------
    source : str, path, or iterable of str
        A named corpus ("wiki-sample", "planted"), the path of a file or folder of text (.txt .gz
        .bz2 .xz .zip, UTF-8), or documents: a list, or an iterator, which is read once and kept in
        memory.
    name : str
        What reports call documents that are given themselves.
    progress : bool or callable, optional
        See :func:`compare.progress.chosen_show`.
    **options
        Those of ``CorpusOptions``, ``Normalization`` and ``VocabularyOptions``, flat
        (``docs/options.md``): ``min_count=5``, ``case="keep"``, ``validation_fraction=0.05``.

    Raises
    ------
    InputError
        If there is no such corpus, it holds too little text, or an option is unknown or wrong.

    Examples
    --------
    >>> text = read_text(["The king spoke to the queen."] * 40, min_count=1, progress=False)
    >>> text.vocabulary.words[:3]
    ('the', 'king', 'spoke')
    """
    where = "read_text"
    parts = shared_out(
        {"corpus": CorpusOptions, "text": Normalization, "vocabulary": VocabularyOptions},
        options,
        where,
    )
    corpus = None
    if not isinstance(source, str | Path):
        given = validated(CorpusOptions, parts["corpus"], where)
        documents = given_texts(source)
        corpus = corpus_of(documents, name=name, word_rule=given.word_rule, marker=given.marker)
    elif str(source) not in NAMED_CORPORA and is_running_text(str(source)):
        raise InputError(
            f"expected the name or path of a corpus; found a text of {len(str(source))} characters"
            ": give a list of texts, read_text([…])"
        )
    values = {"normalization": parts["text"], **parts["corpus"]}
    values["source"] = str(source) if corpus is None else name
    return Text(
        validated(CorpusOptions, values, where),
        validated(VocabularyOptions, parts["vocabulary"], where),
        corpus=corpus,
        show=chosen_show(progress),
    )


def _documents(corpus: Corpus) -> Iterator[list[str]]:
    """Put the passages of each document together again."""
    for _, passages in groupby(corpus.passages(), key=lambda passage: passage.document):
        yield [passage.text for passage in passages]


def _text_of_documents(
    documents: list[str], name: str, options: CorpusOptions, vocabulary: VocabularyOptions
) -> Text:
    corpus = corpus_of(documents, name=name, word_rule=options.word_rule, marker=options.marker)
    return Text(options, vocabulary, corpus=corpus)


def _told(passages: Iterator[Passage], n_characters: int, progress: Progress) -> Iterator[Passage]:
    """Pass passages on, and tell how many characters have gone by."""
    done = 0
    for passage in passages:
        yield passage
        done += len(passage.text)
        progress(done, n_characters, unit="characters")
