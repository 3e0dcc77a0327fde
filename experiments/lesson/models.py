"""What the lesson trains on one text: word2vec and a GPT, two of each.

Tables of four numbers a row are there to be read: the GPT of these has no layers, so that its
hidden vector is a sum that a reader can do by hand. The others, of 32 numbers, learn what the last
steps show; their input tables are kept at thirty places of the training.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compare import Text, Trained, read_text, train_gpt, train_word2vec
from compare.errors import InputError
from compare.progress import Show
from compare.text.encodings import read_text_file
from compare.trainers.trained import TrainedLanguageModel
from experiments.lesson.small_text import small_text

READABLE, LEARNED = 4, 32
"""Dimensions of the tables that are read, and of those that learn."""

CONTEXT = 16
"""Tokens in a row of the readable model: the most that the lesson's windows can be."""

OWN_TEXT = "a small world"
"""What the lesson's own text is called."""

N_SNAPSHOTS = 30
SHARES = tuple(round(n / N_SNAPSHOTS, 4) for n in range(1, N_SNAPSHOTS))

MOST_RAW = 2_000_000
"""Bytes of a text that is also shown as GPT-2 cuts it."""

SMALL_TEXT_WORDS = 200_000
"""Words up to which a text is read more often, and rare words are kept."""

FEWEST_WORDS = 10
"""Words that both models must know: a list of neighbours, the word itself, and one more."""

MOST_WORDS = 2000
"""Words of the vocabulary at most: each has rows in the page."""


@dataclass(frozen=True)
class LessonModels:
    """One text, and what was trained on it.

    Attributes
    ----------
    raw : str or None
        The text as its file has it, where it is one file of plain text.
    readable_word2vec, readable_gpt : Trained
        Of :data:`READABLE` dimensions.
    word2vec, gpt : Trained
        Of :data:`LEARNED` dimensions, with snapshots.
    """

    text: Text
    raw: str | None
    readable_word2vec: Trained
    readable_gpt: TrainedLanguageModel
    word2vec: Trained
    gpt: TrainedLanguageModel


def lesson_text(source: str | None, *, show: Show) -> Text:
    """Read the text of the lesson: its own, or a corpus by name or path.

    Raises
    ------
    InputError
        If there is no such corpus, or too little text.
    """
    if source is None:
        return read_text(
            small_text(), name=OWN_TEXT, min_count=1, validation_fraction=0.05, progress=show
        )
    text = read_text(source, progress=show)
    is_small = len(text.numbered.training) < SMALL_TEXT_WORDS
    text = read_text(source, min_count=1 if is_small else 5, max_words=MOST_WORDS, progress=show)
    check_words_to_show(text, len(text.vocabulary.words))
    return text


def check_words_to_show(text: Text, n_words: int) -> None:
    """Refuse a text of which too few words can be shown."""
    if n_words < FEWEST_WORDS:
        raise InputError(
            f"{text.corpus.name} has {n_words} words to show; the lesson needs {FEWEST_WORDS}: "
            f"give a longer text"
        )


def raw_text(source: str | None) -> str | None:
    """Read a text as its file has it; None of what is no single file of plain text."""
    path = Path(source or "")
    is_small = path.suffix == ".txt" and path.is_file() and path.stat().st_size < MOST_RAW
    return read_text_file(path, "text") if is_small else None


def train_lesson(text: Text, *, seed: int, show: Show, raw: str | None = None) -> LessonModels:
    """Train the four models, or take them from the cache; about half a minute on two cores."""
    n_words = len(text.numbered.training)
    passes = int(np.clip(2_000_000 // max(n_words, 1), 1, 20))
    common = {"seed": seed, "progress": show}
    of_word2vec = {**common, "name": "word2vec", "epochs": passes, "window": 2}
    of_gpt = {
        **common,
        "name": "gpt",
        "vocabulary_size": 640 if len(text.vocabulary.words) < 300 else 2048,
        "learning_rate": 5e-3,
        "batch_size": 16,
        "compile": False,
    }
    return LessonModels(
        text,
        raw,
        train_word2vec(text, dimension=READABLE, **of_word2vec),
        train_gpt(
            text, layers=0, heads=1, dimension=READABLE, context=CONTEXT,
            epochs=max(1, passes // 5), **of_gpt,
        ),
        train_word2vec(text, dimension=LEARNED, snapshots=SHARES, **of_word2vec),
        train_gpt(
            text, layers=1, heads=2, dimension=LEARNED, context=32, epochs=max(1.0, passes / 3),
            snapshots=SHARES, **of_gpt,
        ),
    )  # fmt: skip
