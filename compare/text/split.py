"""``split_corpus``: a corpus → a training and a validation part.

The share held out is one of the text. Whole documents are held out where a random draw of them
comes near it: what is tested is then text of its own. Where it does not (few documents, or one that
is most of the text), the tail of each document is: every one of them is then learned from, and the
share is met.
"""

from __future__ import annotations

import logging
import multiprocessing
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

import numpy as np

from compare.shown import printable
from compare.storage import content_key
from compare.text.corpus import Corpus, check_running_text
from compare.text.passages import Passage, next_break
from compare.text.words import WordRule, word_matches

logger = logging.getLogger(__name__)

LARGEST_MISS = 0.2
"""Of the share: documents whose text is farther from it are not held out whole."""

_TRAINING, _VALIDATION = " (training part)", " (validation part)"


def split_corpus(corpus: Corpus, validation_fraction: float, *, seed: int) -> tuple[Corpus, Corpus]:
    """Split into training and validation text: by documents, or each at its tail.

    Documents are drawn in random order until their characters come nearest to the share. If that
    is farther from it than a fifth, or there is one document only, the tail of each is held out,
    from a white space on; one whose tail would be less than a word stays whole in the training
    part. Where all such tails together hold no two words, the documents drawn are held out
    nevertheless. Held-out documents that stand in the training part as well, to the letter, are
    told by a warning.

    Parameters
    ----------
    corpus : Corpus
    validation_fraction : float
        Share of the characters held out, between 0 and 1.
    seed : int
        Seed of the draw; tails do not hang on it.

    Returns
    -------
    (Corpus, Corpus)
        Training part and validation part.

    Raises
    ------
    InputError
        If there is one document only, and its tail, or what is before it, holds fewer than two
        words.
    """
    held_out, missed = _drawn(corpus.document_characters, validation_fraction, seed=seed)
    if missed > LARGEST_MISS * validation_fraction:
        tails = _at_tails(corpus, validation_fraction)
        if tails is not None:
            return tails
    parts = (
        _chosen(corpus, frozenset(range(corpus.n_documents)) - held_out, _TRAINING),
        _chosen(corpus, held_out, _VALIDATION),
    )
    if multiprocessing.parent_process() is None:  # workers open the same text again
        _tell_copies(corpus.name, *parts)
    return parts


def _drawn(sizes: np.ndarray, fraction: float, *, seed: int) -> tuple[frozenset[int], float]:
    """Draw documents until their text comes nearest to the share; says how far it stays."""
    order = np.random.default_rng(seed).permutation(len(sizes))
    missed = np.abs(np.cumsum(sizes[order]) / sizes.sum() - fraction)
    last = int(missed.argmin())
    return frozenset(order[: last + 1].tolist()), float(missed[last])


def _chosen(corpus: Corpus, documents: frozenset[int], name: str) -> Corpus:
    """Take some documents; what they are follows from the whole, so the text is not read again."""
    numbers = sorted(documents)
    return Corpus(
        name=corpus.name + name,
        fingerprint=content_key(corpus.fingerprint, numbers),
        document_characters=corpus.document_characters[numbers],
        stream=lambda: (p for p in corpus.passages() if p.document in documents),
        word_rule=corpus.word_rule,
        document_digests=corpus.document_digests[numbers],
    )


def _tell_copies(name: str, training: Corpus, validation: Corpus) -> None:
    is_copy = np.isin(validation.document_digests, training.document_digests)
    if is_copy.any():
        share = validation.document_characters[is_copy].sum() / validation.n_characters
        logger.warning(
            "%s: %d of %d held-out documents (%.0f %% of the held-out text) stand in the training "
            "text too, to the letter: losses on held-out text look better than they are; give each "
            "document once",
            printable(name),
            is_copy.sum(),
            len(is_copy),
            100 * share,
        )


def _at_tails(corpus: Corpus, fraction: float) -> tuple[Corpus, Corpus] | None:
    """Hold out the tail of each document; None where a part would hold fewer than two words.

    Raises
    ------
    InputError
        In place of None, where there is one document only.
    """
    cuts, *n_words = _cuts(corpus, fraction)
    if min(n_words) < 2 and corpus.n_documents > 1:
        return None
    for name, n in zip((_TRAINING, _VALIDATION), n_words, strict=True):
        remedy = ": give more text, or another validation_fraction"
        check_running_text(corpus.name + name, n, remedy)

    def part(is_tail: bool, name: str, sizes: np.ndarray) -> Corpus:
        return replace(
            corpus,
            name=corpus.name + name,
            fingerprint=content_key(corpus.fingerprint, cuts.tolist(), is_tail),
            document_characters=sizes[sizes > 0],
            stream=lambda: _cut_off(corpus.passages(), cuts, is_tail=is_tail),
            document_digests=np.zeros(0, dtype=np.uint64),  # parts of documents have none
        )

    return (
        part(False, _TRAINING, cuts),
        part(True, _VALIDATION, corpus.document_characters - cuts),
    )


def _cuts(corpus: Corpus, fraction: float) -> tuple[np.ndarray, int, int]:
    """Find where the tail of each document begins: int64 (n_documents,); at its end: nowhere.

    Beside it, whether there are two words before all tails, and in them: counted up to two or more.
    """
    sizes = corpus.document_characters
    borders = (sizes * (1 - fraction)).astype(np.int64).tolist()
    cuts, n_before, n_behind = sizes.copy(), 0, 0
    for document, passages in groupby(corpus.passages(), key=lambda passage: passage.document):
        position, cut, n_in_tail = 0, None, 0
        for _, text, _ in passages:
            end = position + len(text)
            if cut is None and borders[document] < end:
                found = position + _break_from(text, borders[document] - position)
                cut = found if 0 < found < end else None
            inside = len(text) if cut is None else max(cut - position, 0)
            n_before += _n_words(text[:inside], corpus.word_rule) if n_before < 2 else 0
            n_in_tail += _n_words(text[inside:], corpus.word_rule) if n_in_tail < 2 else 0
            position = end
        if cut is not None and n_in_tail > 0:
            cuts[document] = cut
            n_behind += n_in_tail
    return cuts, n_before, n_behind


def _n_words(text: str, rule: WordRule) -> int:
    """Count up to two words."""
    return sum(1 for _ in islice(word_matches(text, rule), 2))


def _break_from(text: str, place: int) -> int:
    """Find the first white space from a place on, or else where a word may end: none is parted."""
    space = re.compile(r"\s").search(text, max(place, 0))
    return space.start() if space else next_break(text, max(place, 0))


def _cut_off(passages: Iterator[Passage], cuts: np.ndarray, *, is_tail: bool) -> Iterator[Passage]:
    """Take what stands before the cut of each document, or behind it."""
    document, position = -1, 0
    for passage in passages:
        if passage.document != document:
            document, position = passage.document, 0
        inside = max(int(cuts[document]) - position, 0)
        text = passage.text[inside:] if is_tail else passage.text[:inside]
        if text:
            yield passage._replace(text=text)
        position += len(passage.text)
