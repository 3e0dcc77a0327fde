"""Which words a model can be compared on: those that it has tokens for, and met in training.

A word that tokenizes to nothing has no vector. One with a token that the training text never held
has a vector, but chance made a part of it: where it is known what a model was trained on, such
words are left out of all its tables. Both are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from compare.errors import InputError
from compare.llm.vectors.options import Form
from compare.llm.vectors.word_pieces import WordPieces

if TYPE_CHECKING:
    from compare.llm.vectors.language_model import TokenTables


@dataclass(frozen=True)
class KnownWords:
    """Words that have a vector, of those that were looked for.

    Attributes
    ----------
    pieces : WordPieces
        Of the known words alone.
    is_known : ndarray of bool, shape (n_words,)
    n_without : int
        Words that tokenize to nothing.
    n_unseen : int
        Words with a token that the training text never held.
    """

    pieces: WordPieces
    is_known: np.ndarray
    n_without: int
    n_unseen: int

    @property
    def counts(self) -> dict[str, int]:
        """What provenance tells of the words that are left out."""
        return {"n_words_without": self.n_without, "n_words_unseen": self.n_unseen}

    def kept(
        self, words: Sequence[str], counts: np.ndarray | None
    ) -> tuple[tuple[str, ...], np.ndarray | None]:
        """Keep the known ones of the words, and their counts."""
        return kept_words(words, counts, self.is_known)


def words_known_to(model: TokenTables, words: Sequence[str], form: Form) -> KnownWords:
    """Tokenize words, and leave out those that the model cannot be compared on.

    Raises
    ------
    InputError
        If fewer than two are left.
    """
    return known_words(model.word_pieces(words, form), model.seen, model.name)


def known_words(pieces: WordPieces, seen: np.ndarray | None, model: str) -> KnownWords:
    """Leave out the words without a token, or with one that was never seen.

    Parameters
    ----------
    pieces : WordPieces
        Of all words.
    seen : ndarray of bool, shape (n_tokens,), or None
        Which tokens the training text held; None: not known.
    model : str
        Its name, for messages.

    Raises
    ------
    InputError
        If fewer than two are left.
    """
    has_any, is_unseen = pieces.has_any, unseen_words(pieces, seen)
    if has_any.sum() < 2:
        raise InputError(
            f"the tokenizer of {model} knows {int(has_any.sum())} of the corpus's {len(has_any)} "
            "words; was it made for this language?"
        )
    is_known = has_any & ~is_unseen
    if is_known.sum() < 2:
        raise InputError(
            f"{int(is_known.sum())} of {len(pieces)} words are made of tokens that the training "
            f"text of {model} holds; give more text, or fewer tokens (tokenizer.vocabulary_size)"
        )
    n_without, n_unseen = int((~has_any).sum()), int(is_unseen.sum())
    return KnownWords(pieces.kept(is_known), is_known, n_without, n_unseen)


def unseen_words(pieces: WordPieces, seen: np.ndarray | None) -> np.ndarray:
    """Tell which words have a token that was never seen, bool (n_words,); none if not known."""
    found = np.zeros(len(pieces), dtype=bool)
    if seen is not None:
        words = np.repeat(np.arange(len(pieces)), pieces.lengths)
        found[words[~seen[pieces.ids]]] = True
    return found


def kept_words(
    words: Sequence[str], counts: np.ndarray | None, kept: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray | None]:
    """Keep the words that a bool array (n_words,) chooses, with their counts."""
    chosen = tuple(words[place] for place in np.flatnonzero(kept).tolist())
    return chosen, None if counts is None else counts[kept]
