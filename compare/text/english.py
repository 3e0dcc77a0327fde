"""30,000 frequent English words, for models that have tokens and no list of words.

Made by this project: words of letters (with one apostrophe, perhaps) by their mean relative
frequency in three texts, lower-cased: 100 English novels (14.2 M words, public domain), the first
1.2 M words of text8, and the 103 Wikipedia articles of gensim's wheel; ties by alphabet. The single
letters but *a* and *i* are left out.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources


@cache
def english_words() -> tuple[str, ...]:
    """List the words, the most frequent first.

    >>> english_words()[:3], len(english_words())
    (('the', 'of', 'and'), 30000)
    """
    packed = resources.files("compare.text").joinpath("english_words.txt.gz").read_bytes()
    return tuple(gzip.decompress(packed).decode().split())
