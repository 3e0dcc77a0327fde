"""Words → numbers: a hash table, eight bytes at a time.

Of a word of up to eight bytes the hash is those bytes themselves, mixed so that none is lost: equal
hashes are equal words. Nine words of ten are so short.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.compiling import Whole, compiled, compiled_inside

ROOM = 16
"""Bytes that must stand behind the letters: they are read in eights."""

_1, _7, _29, _32, _63 = (np.uint64(n) for n in (1, 7, 29, 32, 63))
_ODD = np.uint64(0x9E3779B97F4A7C15)


class Slots(NamedTuple):
    """The words known, found by their hashes.

    Attributes
    ----------
    hashes : uint64 ndarray, shape (size,)
        A power of two; at most half are taken.
    numbers : int32 ndarray, shape (size,)
        −1: free.
    offsets : int64 ndarray, shape (size // 2 + 1,)
        Where each word begins among the letters kept.
    kept : uint8 ndarray
        The letters of all words.
    """

    hashes: np.ndarray
    numbers: np.ndarray
    offsets: np.ndarray
    kept: np.ndarray


@compiled_inside
def _hash(eights: np.ndarray, start: Whole, length: Whole) -> np.uint64:
    mixed = np.uint64(0)
    while True:
        shift = np.uint64(8 * (start & 7))
        here, next_ = eights[start >> 3], eights[(start >> 3) + 1]
        bits = (here >> shift) | ((next_ << _1) << (_63 - shift))
        if length < 8:
            bits &= (_1 << np.uint64(8 * length)) - _1
        mixed ^= bits
        mixed ^= mixed >> _32
        mixed *= _ODD
        mixed ^= mixed >> _29
        start += 8
        length -= 8
        if length <= 0:
            return mixed


@compiled_inside
def _is_same(slots: Slots, number: int, letters: np.ndarray, start: Whole, length: Whole) -> bool:
    begin = slots.offsets[number]
    if slots.offsets[number + 1] - begin != length:
        return False
    if length > 8:
        for place in range(length):
            if slots.kept[begin + place] != letters[start + place]:
                return False
    return True


@compiled
def number_words(
    letters: np.ndarray,
    eights: np.ndarray,
    borders: np.ndarray,
    slots: Slots,
    n_known: int,
    first: int,
    numbers: np.ndarray,
) -> tuple[int, int]:
    """Give words numbers in order of first appearance, until the table is half full.

    Parameters
    ----------
    letters : uint8 ndarray
        With :data:`ROOM` bytes behind the last word.
    eights : uint64 ndarray
        The same memory.
    borders : int32 ndarray, shape (2 · n_words,)
        Beginning and end of each word, in turn.
    n_known : int
        Words in the table.
    first : int
        The word to begin with.
    numbers : int32 ndarray, shape (n_words,)
        Filled from ``first`` on.

    Returns
    -------
    (int, int)
        The word that found no room, or ``n_words``; and how many words the table knows.
    """
    mask = np.uint64(len(slots.numbers) - 1)
    most = len(slots.numbers) // 2
    n_words = len(numbers)
    for word in range(first, n_words):
        start = np.int64(borders[2 * word])
        length = np.int64(borders[2 * word + 1]) - start
        mixed = _hash(eights, start, length)
        slot = mixed & mask
        while True:
            number = slots.numbers[slot]
            if number < 0:
                begin = slots.offsets[n_known]
                if n_known == most or begin + length > len(slots.kept):
                    return word, n_known
                for place in range(length):
                    slots.kept[begin + place] = letters[start + place]
                slots.offsets[n_known + 1] = begin + length
                slots.hashes[slot] = mixed
                slots.numbers[slot] = number = n_known
                n_known += 1
                break
            if slots.hashes[slot] == mixed and _is_same(slots, number, letters, start, length):
                break
            slot = (slot + _1) & mask
        numbers[word] = number
    return n_words, n_known


@compiled
def move_words(old: Slots, new: Slots) -> None:
    """Put the words of a table into a larger one, which is empty."""
    mask = np.uint64(len(new.numbers) - 1)
    for old_slot in range(len(old.numbers)):
        if old.numbers[old_slot] >= 0:
            slot = old.hashes[old_slot] & mask
            while new.numbers[slot] >= 0:
                slot = (slot + _1) & mask
            new.numbers[slot] = old.numbers[old_slot]
            new.hashes[slot] = old.hashes[old_slot]
