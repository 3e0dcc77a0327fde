"""Words and sentences of long texts by compiled code: what ``found_words`` does by whole arrays.

Here are the rules that ``kernel`` follows, as tables, and the memory that it fills. It reads texts
of a byte a character (Latin-1, which holds most languages written in Latin letters, once signs are
written as others of their class); the others are read by arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from compare.compiling import compile_once
from compare.progress import Show
from compare.text import characters as kinds_of
from compare.text.characters import character_kinds, kind_table
from compare.text.found_words import SMALL, CodedWords, as_utf8, first_words
from compare.text.kernel import borders as kernel
from compare.text.kernel.numbers import ROOM, Slots, move_words, number_words
from compare.text.sentence_ends import LIKE_ABBREVIATIONS, part_ends
from compare.text.word_spans import joins
from compare.text.words import is_held, is_written_with_capitals

if TYPE_CHECKING:
    import pyarrow as pa

KERNEL = Path(kernel.__file__).parent
"""The package that is compiled."""


@cache
def _compile() -> None:
    """Read two sentences, once a process, so that everything is compiled, or read."""
    text = "Mr. A. read.\n\nHe ended."
    table = WordTable(2)  # grows
    table.of(compiled_words(text, text.encode(), [0], lower=True).distinct)


def compile_kernel(show: Show) -> None:
    """Compile what reads words, where that was not done yet, and show that it takes its time."""
    compile_once(KERNEL, "the reader of words", _compile, show)


@cache
def _rules() -> kernel.Rules:
    kinds = np.arange(kinds_of.N_KINDS, dtype=np.uint8)
    letters = kind_table(*range(kinds_of.UPPER, kinds_of.KATAKANA + 1))
    joiners = range(kinds_of.APOSTROPHE, kinds_of.FULL_STOP + 1)
    signs = kind_table(*joiners, kinds_of.END, kinds_of.NEWLINE, kinds_of.PARAGRAPH)
    of_bytes = character_kinds()[:256]
    return kernel.Rules(
        kinds=of_bytes,
        small=np.frombuffer(SMALL, dtype=np.uint8),
        inside=letters[of_bytes].astype(np.uint8),
        signs=signs[of_bytes].astype(np.uint8),
        capitals=(of_bytes == kinds_of.UPPER).astype(np.uint8),
        joins=joins(*np.meshgrid(kinds, kinds, kinds, indexing="ij")),
        letters=letters,
        closing=kind_table(*kinds_of.CLOSING),
        goes_on=kind_table(*kinds_of.GOES_ON),
        no_letter=kind_table(*kinds_of.NO_LETTERS),
        abbreviations=LIKE_ABBREVIATIONS,
        space=kinds_of.SPACE,
        newline=kinds_of.NEWLINE,
        paragraph=kinds_of.PARAGRAPH,
        full_stop=kinds_of.FULL_STOP,
        end=kinds_of.END,
        lower=kinds_of.LOWER,
    )


def is_readable(narrow: bytes) -> bool:
    """Tell whether the kernel reads a text: no soft hyphens, which take the class of a letter.

    Nor one whose places are more than 32 bits hold.
    """
    return b"\xad" not in narrow and len(narrow) < 2**31 - ROOM


def compiled_words(text: str, narrow: bytes, passages: Sequence[int], *, lower: bool) -> CodedWords:
    """Find and number the words of a text.

    Parameters
    ----------
    narrow : bytes
        The same text in Latin-1; signs may be others of their class.
    passages : sequence of int
        Where the passages begin that it was put together of.
    lower : bool
        Write words in small letters.
    """
    letters, parts = np.frombuffer(narrow, dtype=np.uint8), np.array([*passages, len(narrow)])
    n = len(letters)
    small, borders = with_room(n), np.empty(n + 2, dtype=np.int32)
    laid = _laid_out(letters, parts, small)
    if not lower:
        small[:n] = letters
    borders = borders[: kernel.find_words(laid, _rules(), borders)]
    firsts = np.append(0, _sentences(text, laid, borders))

    n_words = len(borders) // 2
    table = WordTable(1 << min(15, 4 + (n_words // 16).bit_length()))
    places = table.numbers_of(small, borders)
    starts = borders[0::2].astype(np.int64)
    return CodedWords(table.distinct(), places, first_words(firsts, n_words), starts)


def _laid_out(letters: np.ndarray, parts: np.ndarray, small: np.ndarray) -> kernel.LaidOut:
    n = len(letters)
    kinds = np.empty(n + 2, dtype=np.uint8)
    kinds[n:] = kinds_of.PARAGRAPH
    in_word, signs = np.empty(n, dtype=np.uint8), np.empty(n + 1, dtype=np.int32)
    n_capitals = np.empty(len(parts) - 1, dtype=np.int64)
    n_signs = kernel.lay_out(letters, parts, _rules(), kinds, in_word, small, signs, n_capitals)
    lengths = part_ends(parts[:-1], n) - parts[:-1]
    sizes = zip(n_capitals.tolist(), lengths.tolist(), strict=True)
    with_capitals = np.array([is_written_with_capitals(*size) for size in sizes])
    return kernel.LaidOut(letters, kinds, in_word, signs[:n_signs], parts, with_capitals)


def _sentences(text: str, laid: kernel.LaidOut, borders: np.ndarray) -> np.ndarray:
    """Find the first word behind the end of each sentence, int32."""
    rules, n_signs = _rules(), len(laid.signs)
    kernel.mark_paragraphs(laid, rules)
    firsts = np.empty(n_signs, dtype=np.int32)
    asked = np.empty((n_signs, 4), dtype=np.int32)
    n_found, n_asked = kernel.find_sentences(laid, borders, rules, firsts, asked)
    held = [
        place
        for place, start, end, behind in zip(*asked[:n_asked].T.tolist(), strict=True)
        if is_held(text[start:end], text, behind)
    ]
    return np.delete(firsts[:n_found], held)


def with_room(n: int) -> np.ndarray:
    """Make an array of bytes with room behind it for the kernel, uint8 (n + 16 or more,)."""
    return np.zeros((n + ROOM + 7) // 8 * 8, dtype=np.uint8)


class WordTable:
    """Words and their numbers, in order of first appearance, in compiled code's memory.

    Parameters
    ----------
    size : int
        Places for the beginning, a power of two; it grows.
    """

    def __init__(self, size: int = 1 << 15) -> None:
        self._n = 0
        self._slots = self._made(size, np.empty(4 * size, dtype=np.uint8), np.zeros(1, np.int64))

    @staticmethod
    def _made(size: int, kept: np.ndarray, offsets: np.ndarray) -> Slots:
        room = np.zeros(size // 2 + 1, dtype=np.int64)
        room[: len(offsets)] = offsets
        return Slots(np.empty(size, np.uint64), np.full(size, -1, np.int32), room, kept)

    def numbers_of(self, letters: np.ndarray, borders: np.ndarray) -> np.ndarray:
        """Give words their numbers.

        Parameters
        ----------
        letters : uint8 ndarray
            See :func:`with_room`.
        borders : int32 ndarray, shape (2 · n_words,)
            Beginning and end of each word, in turn.

        Returns
        -------
        int32 ndarray, shape (n_words,)
        """
        numbers = np.empty(len(borders) // 2, dtype=np.int32)
        eights, done = letters.view(np.uint64), 0
        while True:
            done, self._n = number_words(
                letters, eights, borders, self._slots, self._n, done, numbers
            )
            if done == len(numbers):
                return numbers
            self._grow(int(borders[2 * done + 1] - borders[2 * done]))

    def _grow(self, length: int) -> None:
        """Make room for a word."""
        old, size = self._slots, len(self._slots.numbers)
        if old.offsets[self._n] + length > len(old.kept):
            kept = np.empty(2 * len(old.kept) + length, dtype=np.uint8)
            kept[: len(old.kept)] = old.kept
            self._slots = old._replace(kept=kept)
        if 2 * self._n >= size:
            self._slots = self._made(2 * size, self._slots.kept, old.offsets)
            move_words(old, self._slots)

    def of(self, distinct: pa.StringArray) -> np.ndarray:
        """Give the words of Arrow their numbers; see ``word_encoder.WordNumbers``."""
        _, offsets, letters = distinct.buffers()
        n = len(distinct)
        first = distinct.offset
        borders = np.repeat(np.frombuffer(offsets, dtype=np.int32)[first : first + n + 1], 2)[1:-1]
        room = with_room(int(borders[-1]) if n else 0)
        if n:
            room[: borders[-1]] = np.frombuffer(letters, dtype=np.uint8)[: borders[-1]]
        return self.numbers_of(room, borders)

    def distinct(self) -> pa.StringArray:
        """Give the words, which were numbered in Latin-1, to Arrow."""
        import pyarrow as pa

        offsets = self._slots.offsets[: self._n + 1].astype(np.int32)
        offsets, letters = as_utf8(offsets, self._slots.kept[: offsets[-1]])
        buffers = (pa.py_buffer(offsets), pa.py_buffer(letters))
        return pa.StringArray.from_buffers(self._n, *buffers)

    def words(self) -> list[str]:
        """List the words, which were numbered in UTF-8, in the order of their numbers."""
        import pyarrow as pa

        offsets = pa.py_buffer(self._slots.offsets[: self._n + 1].copy())
        letters = pa.py_buffer(self._slots.kept)
        found: list[str] = pa.LargeStringArray.from_buffers(self._n, offsets, letters).to_pylist()
        return found
