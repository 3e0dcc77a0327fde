"""Words ↔ tokens: which tokens cover each word of a text.

Tokens know nothing of words: `` king`` takes its space along, `` unbelievable`` is several pieces,
and a token may reach beyond a word (``(see`` in some vocabularies). The rule: a word's pieces are
all tokens that share a character with it; a word whose pieces hold anything else but white space
is *inexact*, used all the same, and counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compare.llm.vectors.coders import TokenizedText


class WordTokens(NamedTuple):
    """The pieces of each word: tokens ``first`` … ``last``.

    Attributes
    ----------
    first, last : ndarray of int64, shape (n_words,)
        ``last < first`` where no token covers the word.
    is_exact : ndarray of bool, shape (n_words,)
        Whether the pieces hold the word and white space alone.
    """

    first: np.ndarray
    last: np.ndarray
    is_exact: np.ndarray


def align(text: str, starts: np.ndarray, ends: np.ndarray, tokens: TokenizedText) -> WordTokens:
    """Find the tokens of words.

    Parameters
    ----------
    text : str
    starts, ends : ndarray of int64, shape (n_words,)
        Characters of each word, in order.
    tokens : TokenizedText
        Of the same text.
    """
    first = np.searchsorted(tokens.ends, starts, side="right")
    last = np.searchsorted(tokens.starts, ends, side="left") - 1
    is_covered = last >= first
    is_exact = np.zeros(len(starts), dtype=bool)
    inner_first, inner_last = first[is_covered], last[is_covered]
    # Characters that are no white space, counted up to each place.
    solid = np.append(0, np.cumsum(_is_solid(text)))
    before = solid[starts[is_covered]] - solid[tokens.starts[inner_first]]
    after = solid[tokens.ends[inner_last]] - solid[ends[is_covered]]
    is_exact[is_covered] = (before <= 0) & (after <= 0)
    return WordTokens(first, last, is_exact)


def _is_solid(text: str) -> np.ndarray:
    """Tell characters from white space, bool (n_characters,)."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    # ASCII's white space, NEL, and Unicode's spaces and separators
    is_space = (codes == 32) | ((codes >= 9) & (codes <= 13)) | (codes == 0xA0) | (codes == 0x85)
    if (codes > 0xFF).any():
        is_space |= ((codes >= 0x2000) & (codes <= 0x200A)) | np.isin(
            codes, (0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
        )
    is_solid: np.ndarray = ~is_space
    return is_solid
