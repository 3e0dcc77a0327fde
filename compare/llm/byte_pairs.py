"""How a byte-pair vocabulary is trained, slowly: bytes → ids → merge the most frequent pair.

    1. Cut the text into pieces by a pattern (a word with its space, a number, …), longer ones at
       256 characters; count each piece.
    2. Write each piece as the ids of its UTF-8 bytes, 0 to 255.
    3. Count every pair of neighbouring ids within pieces; take the most frequent one.
    4. Write it as a new id, the largest so far + 1, wherever it stands (from the left, without
       overlap), and note the merge. Go on at 3 until the vocabulary is large enough.

Sennrich et al. 2016 (arXiv:1508.07909) on characters; Radford et al. 2019 on bytes. This is the
readable twin of :func:`compare.llm.tokenizer.train_encoding`, which finds the same merges fast.

*Ties*: of equally frequent pairs the one whose left token comes first is merged, then whose right
token does. Bytes come in the order of the characters that GPT-2 writes for them, which puts
printable ones before the space and control bytes; merged tokens come after them, in order of their
making.

*Twice the same bytes*: where a pair gives bytes that are a token already (``ab + c`` after
``a + bc``), it becomes that token, and no id is added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import regex

from compare.llm.tokenizer_options import LONGEST_PIECE, PIECE_PATTERN

Pair = tuple[int, int]


class Merge(NamedTuple):
    """One step of training: this pair, seen so often, became this id."""

    pair: Pair
    n_times: int
    id: int


@dataclass(frozen=True)
class BytePairs:
    """A trained vocabulary and how it came about.

    Attributes
    ----------
    tokens : tuple of bytes
        The bytes of each id: single bytes first.
    merges : tuple of Merge
        In order of training.

    Examples
    --------
    >>> found = train_byte_pairs(["aaab aaab aaab"], 258)
    >>> found.merges  # "aa" stands in three words at two places; "aaa" thrice, as "ab" does
    (Merge(pair=(97, 97), n_times=6, id=256), Merge(pair=(97, 98), n_times=3, id=257))
    >>> [found.tokens[i] for i in found.encode("aaab")]
    [b'aa', b'ab']
    """

    tokens: tuple[bytes, ...]
    merges: tuple[Merge, ...]
    pattern: str = PIECE_PATTERN

    def encode(self, text: str) -> list[int]:
        """Write text as ids: in each piece, merge as training did, in the same order."""
        ids: list[int] = []
        for piece in regex.findall(self.pattern, text):
            found = list(piece.encode())
            for merge in self.merges:
                found = merged(found, merge.pair, merge.id)
            ids.extend(found)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Write ids as text again; bytes that are no UTF-8 become �."""
        return b"".join(self.tokens[i] for i in ids).decode(errors="replace")


def train_byte_pairs(
    texts: Iterable[str],
    n_tokens: int,
    *,
    pattern: str = PIECE_PATTERN,
    min_count: int = 2,
) -> BytePairs:
    """Train a vocabulary of at most ``n_tokens`` ids, special tokens apart.

    Parameters
    ----------
    texts : iterable of str
    n_tokens : int
        256 bytes and the merges.
    pattern : str
        Regular expression of the pieces; no merge crosses their borders.
    min_count : int
        Rarer pairs are not merged.
    """
    pieces = Counter(
        piece[start : start + LONGEST_PIECE]
        for text in texts
        for piece in regex.findall(pattern, text)
        for start in range(0, len(piece), LONGEST_PIECE)
    )
    words = {piece: list(piece.encode()) for piece in pieces}
    tokens = [bytes([byte]) for byte in range(256)]
    place = {byte: number for number, byte in enumerate(bytes_in_order())}
    merges: list[Merge] = []
    while len(tokens) < n_tokens:
        counts = count_pairs(words, pieces)
        if not counts:
            break
        # most frequent first; then by the places of the left and of the right token
        pair = min(counts, key=lambda p: (-counts[p], place.get(p[0], p[0]), place.get(p[1], p[1])))
        if counts[pair] < min_count:
            break
        made = tokens[pair[0]] + tokens[pair[1]]
        new_id = tokens.index(made) if made in tokens else len(tokens)
        if new_id == len(tokens):
            tokens.append(made)
        merges.append(Merge(pair, counts[pair], new_id))
        words = {piece: merged(ids, pair, new_id) for piece, ids in words.items()}
    return BytePairs(tuple(tokens), tuple(merges), pattern)


def count_pairs(words: dict[str, list[int]], n_times: Counter[str]) -> Counter[Pair]:
    """Count neighbouring ids over all pieces, each as often as it occurs."""
    counts: Counter[Pair] = Counter()
    for piece, ids in words.items():
        for pair in pairwise(ids):
            counts[pair] += n_times[piece]
    return counts


def merged(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """Write a pair as one id wherever it stands, from the left.

    >>> merged([1, 1, 1, 2], (1, 1), 9)
    [9, 1, 2]
    """
    out: list[int] = []
    place = 0
    while place < len(ids):
        if tuple(ids[place : place + 2]) == pair:
            out.append(new_id)
            place += 2
        else:
            out.append(ids[place])
            place += 1
    return out


def byte_characters() -> dict[int, str]:
    """Map each byte to the printable character that GPT-2 writes for it."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {byte: chr(byte) for byte in printable}
    others = (byte for byte in range(256) if byte not in table)
    table.update({byte: chr(256 + number) for number, byte in enumerate(others)})
    return table


def bytes_in_order() -> list[int]:
    """List the bytes in the order of those characters, by which ties are settled."""
    table = byte_characters()
    return sorted(table, key=lambda byte: table[byte])
