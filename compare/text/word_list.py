"""``WordList``: words without a text, for looking them up in a model that others have trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from compare.errors import InputError
from compare.storage import content_key
from compare.text.corpus import Corpus, CorpusOptions
from compare.text.passages import Passage
from compare.text.reading import Text, WordIds
from compare.text.tokens import TokenArray
from compare.text.vocabulary import Vocabulary, VocabularyOptions


def _no_text() -> Iterator[Passage]:
    raise InputError(
        "words are read in context in running text, and none was given; give one: "
        "open_model(…, text=read_text(…))"
    )


class WordList(Text):
    """Words that stand for a text where none is read; how often they occur is not known."""

    def __init__(self, words: Sequence[str], *, name: str = "words") -> None:
        empty = np.zeros(0, dtype=np.int64)
        self.options, self.vocabulary_options = CorpusOptions(source=name), VocabularyOptions()
        self.is_planted, self._given = False, None
        self.corpus = Corpus(name, content_key(list(words)), empty, _no_text)
        self.training = self.validation = self.corpus
        self._words = tuple(words)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the words."""
        return WordList, (self._words,)

    def __repr__(self) -> str:
        """Say what this is."""
        return f"WordList: {len(self._words):,} words"

    @property
    def facts(self) -> dict[str, Any]:
        """Nothing is known of a text."""
        return {}

    @property
    def known_counts(self) -> None:
        """Nothing was counted."""
        return

    @cached_property
    def words(self) -> WordIds:
        """The words, and no text."""
        empty = np.zeros(0, dtype=np.int64)
        tokens = TokenArray(empty.astype(np.int32), empty, 0, empty)
        vocabulary = Vocabulary(self._words, np.zeros(len(self._words), dtype=np.int64))
        return WordIds(vocabulary, tokens, tokens, self.corpus.fingerprint, None, None)
