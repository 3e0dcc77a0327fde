"""The readable twin: every (centre, context) pair written out, and the loss of each.

This is skip-gram with negative sampling as the paper states it, slow and explicit. Lessons show
it; tests hold the block-wise trainer (``skipgram.py``) to its pairs and its gradient. Around each
centre a window is drawn; words inside it are *positive* contexts, to be pulled near; noise words
stand for all that is outside it, to be pushed away:

    loss(centre, context) = −log σ(u_context · v_centre) − Σ_noise log σ(−u_noise · v_centre)

with v from the input table and u from the output table.

Over a whole text, stretches are taken from its first and its second half in turn
(:func:`stretches`): what stands far apart is mixed, as by two workers that read a half each. Read
in one go, the last book of a text would have the last word. Later epochs take turns among more
parts, so that the same stretches do not follow each other again. The learning rate falls with the
words that were seen (:func:`learning_rate`), wherever they stand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compare.errors import InputError
from compare.text.tokens import TokenArray
from compare.word2vec.options import ContrastiveOptions, WindowOptions

if TYPE_CHECKING:
    import torch


class Pair(NamedTuple):
    """Positions in the text of a centre and of a context inside its window."""

    center: int
    context: int


def check_pairs(tokens: TokenArray, *, sentence_borders: bool) -> None:
    """Make sure that a text has a pair to learn from.

    Parameters
    ----------
    sentence_borders : bool
        Whether windows end there.

    Raises
    ------
    InputError
        If no sentence holds two words.
    """
    n_sentences = len(tokens.starts) if sentence_borders else 1
    if len(tokens) <= n_sentences:  # none is empty, so one of two words would make them more
        raise InputError(
            "no sentence of the training text holds two words of the vocabulary, so there is no "
            "pair to learn from: give longer sentences or lower min_count"
        )


def no_pairs(subsample: float, *, epoch: int | None = None) -> InputError:
    """Make the error of a text, or an epoch, that had pairs until frequent words were dropped."""
    when = f" in epoch {epoch}" if epoch is not None else ""
    return InputError(
        f"subsampling left no two words of a sentence{when}, so there was nothing to learn from: "
        f"raise subsample (now {subsample:g}; 0 keeps all words), or give more text"
    )


def stretches(n_words: int, length: int, *, epoch: int = 0) -> list[tuple[int, int]]:
    """List the stretches of an epoch in the order in which they are read.

    Parts of the text take turns: 2 in the first epoch, then 4, 8, 16, and 2 again.

    Parameters
    ----------
    n_words : int
        Words of the text.
    length : int
        Words of a stretch; the one at the end of the text may be shorter.
    epoch : int
        Counted from 0.

    Returns
    -------
    list of (int, int)
        Where each begins, and ends.

    Examples
    --------
    >>> stretches(9, 2)
    [(0, 2), (6, 8), (2, 4), (8, 9), (4, 6)]
    >>> stretches(9, 2, epoch=1)
    [(0, 2), (4, 6), (8, 9), (2, 4), (6, 8)]
    """
    places = [(low, min(low + length, n_words)) for low in range(0, n_words, length)]
    n_parts = 2 << epoch % 4
    part = max(math.ceil(len(places) / n_parts), 2)  # one each would be the text's own order
    return [place for turn in range(part) for place in places[turn::part]]


def learning_rate(options: ContrastiveOptions, done: float) -> float:
    """Say the learning rate after a fraction of the training: it falls linearly, to a floor.

    Parameters
    ----------
    done : float
        Words seen, over words to be seen in all epochs: in [0, 1].

    Examples
    --------
    >>> learning_rate(ContrastiveOptions(learning_rate=0.04), 0.25)
    0.03
    """
    if options.decay == "constant":
        return options.learning_rate
    return max(options.learning_rate * (1 - done), options.min_learning_rate)


def draw_windows(n_tokens: int, options: WindowOptions, rng: np.random.Generator) -> np.ndarray:
    """Draw each centre's window uniformly from 1 to ``window``: near words count more often.

    A fixed window is ``window`` everywhere.

    Returns
    -------
    ndarray of int64, shape (n_tokens,)
    """
    return rng.integers(options.smallest_window, options.window + 1, size=n_tokens)


def pairs_in_sentence(length: int, windows: Sequence[int], *, start: int = 0) -> Iterator[Pair]:
    """Yield the pairs of one sentence; windows end at its borders.

    Parameters
    ----------
    length : int
        Words in the sentence.
    windows : sequence of int, shape (length,)
        How many words to the left and to the right each centre sees.
    start : int
        Position of the sentence in the text, added to every position yielded.

    Examples
    --------
    >>> [tuple(pair) for pair in pairs_in_sentence(3, [1, 1, 2])]
    [(0, 1), (1, 0), (1, 2), (2, 0), (2, 1)]
    """
    for center in range(length):
        low = max(0, center - int(windows[center]))
        high = min(length - 1, center + int(windows[center]))
        for context in range(low, high + 1):
            if context != center:
                yield Pair(start + center, start + context)


def pair_loss(
    center_vector: torch.Tensor, context_vector: torch.Tensor, noise_vectors: torch.Tensor
) -> torch.Tensor:
    """Compute the loss of one pair against its noise words, a scalar in nats.

    Parameters
    ----------
    center_vector, context_vector : tensor, shape (dim,)
    noise_vectors : tensor, shape (n_noise, dim)
    """
    import torch.nn.functional as F

    pull = F.logsigmoid(context_vector @ center_vector)
    push = F.logsigmoid(-(noise_vectors @ center_vector)).sum()
    return -(pull + push)
