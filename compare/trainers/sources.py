"""What trainers read: either wing can read either unit, words or byte pairs.

word2vec reads sentences: ids of a vocabulary with borders that no window crosses
(:class:`SentenceIds`). A language model reads on and on: every word or token of the text, with a
token that ends each document and begins the next (:class:`RunningIds`). Both come from words or
from byte pairs, so that the unit can be taken out of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import tiktoken

from compare.cache import Stage, versions
from compare.errors import InputError
from compare.llm.token_encoder import encoded_passages
from compare.llm.tokenizer import (
    end_of_text_id,
    load_encoding,
    named_encoding,
    save_encoding,
    train_encoding,
)
from compare.llm.tokenizer_options import TRAINED, TokenizerOptions
from compare.llm.vectors.coders import BytePairs, TextCoder, WholeWords
from compare.runtime import Runtime
from compare.text.found_words import find_words
from compare.text.normalization import Normalization, normalize
from compare.text.reading import PARTS, Text
from compare.text.tokens import TokenArray, open_tokens, renumbered, token_counts, write_tokens
from compare.text.vocabulary import (
    Vocabulary,
    VocabularyOptions,
    frequent_words,
    new_numbers,
    read_vocabulary,
    write_vocabulary,
)
from compare.trainers.trainer import Reading, Unit

_TOKENS_VERSION = 2
_RUNNING_WORDS_VERSION = 2
_TOKEN_SENTENCES_VERSION = 1


@dataclass(frozen=True)
class SentenceIds:
    """A text as sentences of ids.

    Attributes
    ----------
    unit : {"words", "tokens"}
    vocabulary : Vocabulary
        By falling count; of tokens, their numbers in the encoding as text.
    training, validation : TokenArray
        Segments are sentences.
    key : str
        Names the content.
    folder : Path or None
        The stage that holds both parts.
    encoding : tiktoken.Encoding, optional
        Of tokens.
    """

    unit: Unit
    vocabulary: Vocabulary
    training: TokenArray
    validation: TokenArray
    key: str
    folder: Path | None
    encoding: tiktoken.Encoding | None = None


@dataclass(frozen=True)
class RunningIds:
    """A text as one row of ids; a token stands at its beginning and at the end of each document.

    Attributes
    ----------
    coder : TextCoder
        Text ↔ ids.
    training, validation : TokenArray
        ``n_units`` are bytes of the text; 0 where they are not known.
    key : str
        Names the content.
    folder : Path
        Holds both parts, for other processes.
    """

    unit: Unit
    coder: TextCoder
    training: TokenArray
    validation: TokenArray
    key: str
    folder: Path


def sentence_ids(reading: Reading, runtime: Runtime) -> SentenceIds:
    """Read a text as word2vec does."""
    if reading.unit == "words":
        words = reading.text.words
        parts = (words.training, words.validation)
        return SentenceIds("words", words.vocabulary, *parts, words.key, words.folder)
    return _token_sentences(reading.text, running_ids(reading, runtime), runtime)


def running_ids(reading: Reading, runtime: Runtime) -> RunningIds:
    """Read a text as a language model does."""
    if reading.unit == "words":
        return _running_words(reading.text)
    return _byte_pairs(reading.text, reading.tokenizer, runtime)


def _opened(folder: Path) -> tuple[TokenArray, TokenArray]:
    training, validation = (open_tokens(folder / part) for part in PARTS)
    return training, validation


def _byte_pairs(text: Text, options: TokenizerOptions, runtime: Runtime) -> RunningIds:
    """Train or open the byte-pair encoding, and write the text as its tokens."""
    _check_special_tokens(options, text.options.normalization)
    made_with = versions("tokenizers", "tiktoken")
    made_of = ("tokens", _TOKENS_VERSION, text.key, options.model_dump(), made_with)
    stage = Stage("tokens", made_of, about=text.corpus.name)

    def build(folder: Path) -> None:
        if options.encoding == TRAINED:
            progress = runtime.show("training the byte-pair encoding")
            encoding = train_encoding(
                (passage.text for passage in text.passages()),
                options.vocabulary_size,
                pattern=options.pattern,
                special_tokens=options.special_tokens,
            )
            progress(1, 1, unit="encodings")
        else:
            encoding = named_encoding(options.encoding)
        save_encoding(encoding, folder / "encoding.json")
        for part in PARTS:
            write_tokens(folder / part, _encoded(text, part, encoding, runtime))

    folder = stage.open(build)
    coder = BytePairs(load_encoding(folder / "encoding.json"))
    training, validation = _opened(folder)
    return RunningIds("tokens", coder, training, validation, stage.key, folder)


def _check_special_tokens(options: TokenizerOptions, normalization: Normalization) -> None:
    """Refuse a special token that the text cannot hold, since every text is normalised."""
    for token in options.special_tokens:
        written = normalize(token, normalization)
        if written != token:
            remedy = f"write it {written!r}" if written.strip() else "leave it out"
            raise InputError(
                f"tokenizer.special_tokens: {token!r} is never found, as the text is normalised "
                f"before it is cut into tokens; {remedy}, or change corpus.normalization"
            )


def _encoded(
    text: Text, part: str, encoding: tiktoken.Encoding, runtime: Runtime
) -> Iterator[TokenArray]:
    progress = runtime.show(f"encoding the {part} text")
    n_characters, done = getattr(text, part).n_characters, 0
    for tokens, n_new in encoded_passages(
        text.passages(part), encoding, n_characters=n_characters, n_workers=runtime.threads
    ):
        yield tokens
        done += n_new
        progress(done, n_characters, unit="characters")


def _running_words(text: Text) -> RunningIds:
    """Write the text as words for a language model: unknown ones and ends of documents included."""
    words = text.words
    coder = WholeWords(words.vocabulary, text.options.word_rule)
    made_of = ("running words", _RUNNING_WORDS_VERSION, words.key)
    stage = Stage("running-words", made_of, inputs=[words.folder], about=text.corpus.name)

    def build(folder: Path) -> None:
        numbered = text.numbered
        ids = words.vocabulary.ids
        new_ids = np.array([ids.get(w, coder.unknown_id) for w in numbered.words], dtype=np.int32)
        for part in PARTS:
            write_tokens(folder / part, _with_ends(getattr(numbered, part), new_ids, coder.end_id))

    folder = stage.open(build)
    training, validation = _opened(folder)
    return RunningIds("words", coder, training, validation, stage.key, folder)


def _with_ends(tokens: TokenArray, new_ids: np.ndarray, end: int) -> Iterator[TokenArray]:
    """Renumber a text document by document; the token for ends stands first, and behind each."""
    assert not len(tokens) or tokens.documents[0] == 0  # or what stands before would be lost
    borders = np.unique([*tokens.documents, len(tokens)]).tolist()  # documents without words go
    first = np.zeros(1, dtype=np.int64)
    for start, stop in pairwise(borders):
        before = [end] if start == 0 else []
        ids = np.concatenate([before, new_ids[tokens.ids[start:stop]], [end]]).astype(np.int32)
        yield TokenArray(ids, first, 0, first)  # bytes are not known


def _token_sentences(text: Text, running: RunningIds, runtime: Runtime) -> SentenceIds:
    """Write byte pairs as sentences: a token begins one where it holds its first word's start."""
    coder = running.coder
    assert isinstance(coder, BytePairs)
    made_of = ("token sentences", _TOKEN_SENTENCES_VERSION, running.key)
    stage = Stage("token-sentences", made_of, inputs=[running.folder], about=text.corpus.name)

    def build(folder: Path) -> None:
        counts = token_counts(running.training, coder.n_ids)
        counts[coder.end_id] = 0  # windows never cross the end of a document: nothing meets it
        names = [str(number) for number in range(coder.n_ids)]
        kept, vocabulary = frequent_words(names, counts, VocabularyOptions(min_count=1))
        write_vocabulary(vocabulary, folder / "vocabulary.tsv")
        new_ids = new_numbers(kept, coder.n_ids)
        for part in PARTS:
            found = _sentences_of_tokens(text, part, coder, runtime)
            write_tokens(folder / part, (p for one in found for p in renumbered(one, new_ids)))

    folder = stage.open(build)
    training, validation = _opened(folder)
    vocabulary = read_vocabulary(folder / "vocabulary.tsv")
    return SentenceIds(
        "tokens", vocabulary, training, validation, stage.key, folder, coder.encoding
    )


def _sentences_of_tokens(
    text: Text, part: str, coder: BytePairs, runtime: Runtime
) -> Iterator[TokenArray]:
    progress = runtime.show(f"finding sentences among the tokens of the {part} text")
    before, done = None, 0
    ends = text.options.sentences
    for document, passage, rule in text.passages(part):
        tokens = coder.tokenize(passage)
        found = find_words(passage, rule, ends)
        first_characters = found.starts[found.sentence_starts]
        starts = np.searchsorted(tokens.ends, first_characters, side="right")
        starts = np.unique(np.append(0, starts[starts < len(tokens.ids)]))[: len(tokens.ids)]
        documents = np.zeros(int(document != before), dtype=np.int64)
        before = document
        yield TokenArray(tokens.ids.astype(np.int32), starts, len(tokens.ids), documents)
        done += len(passage)
        progress(done, getattr(text, part).n_characters, unit="characters")


def check_tokenizer(options: TokenizerOptions) -> None:
    """Look, before anything long is done, whether an encoding can be opened and parts documents.

    Raises
    ------
    InputError
    """
    if options.encoding != TRAINED:
        end_of_text_id(named_encoding(options.encoding))
