"""The text of a run; and, of a run without one, the words that are looked up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compare.comparison.options import ProtocolOptions
from compare.errors import InputError
from compare.progress import Show
from compare.spaces.published import open_vectors
from compare.text.english import english_words
from compare.text.normalization import normal_word
from compare.text.reading import Text
from compare.text.word_list import WordList
from compare.text.words import words
from compare.trainers.published import PublishedOptions
from experiments.config.run_config import RunConfig


def opened_text(config: RunConfig, show: Show) -> Text:
    """Open the corpus, or list the words of the published vectors; without either, of English.

    What is no word as texts are cut into words, as ``per_cent``, is left out.
    """
    if config.has_text:
        return Text(config.corpus, config.vocabulary, show=show)
    for model in config.trained.values():
        options = model.options
        if isinstance(options, PublishedOptions) and not _is_folder(options.vectors):
            space = open_vectors(options.vectors, progress=show(f"vectors {options.vectors}"))
            return WordList(_first_words(space.words, config.protocol, options.vectors))
    return WordList(english_words()[: config.protocol.max_words])


def _is_folder(path: str) -> bool:
    return Path(path).expanduser().is_dir()


def _first_words(listed: Sequence[str], protocol: ProtocolOptions, name: str) -> list[str]:
    """Keep so many words as are compared, with all that differ from them by case alone."""
    found: list[str] = []
    different: set[str] = set()
    for word in listed:
        if words(word) != [word]:
            continue
        key = normal_word(word, fold=protocol.case == "fold")
        if key not in different and len(different) == protocol.max_words:
            continue
        different.add(key)
        found.append(word)
    if len(different) < 2:
        raise InputError(f"{name} holds {len(different)} words as texts are cut into words")
    return found
