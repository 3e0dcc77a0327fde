"""The text of a run; and, of a run without one, the words that are looked up."""

from __future__ import annotations

from pathlib import Path

from compare.progress import Show
from compare.spaces.published import open_vectors
from compare.text.english import english_words
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
        if isinstance(options, PublishedOptions) and not Path(options.vectors).is_dir():
            progress = show(f"vectors {options.vectors}")
            most = config.protocol.max_words
            space = open_vectors(options.vectors, max_words=most, progress=progress)
            return WordList([word for word in space.words if words(word) == [word]])
    return WordList(english_words()[: config.protocol.max_words])
