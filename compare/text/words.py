"""Text → words and sentences.

A word is a run of letters and digits, with apostrophes inside it (``don't``). A sentence ends at
``! ? ;``, at a line break, or at a full stop that no letter or digit follows (``3.5`` and ``U.S``
hold together); word2vec's windows do not cross that border. Hyphens and underscores part words.
Combining marks that no composed letter holds (Hindi vowel signs, say) part words too: such scripts
need a tokenizer of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WORD_CHARACTER = r"[^\W_]"
SENTENCE_END = "!?;\n"
WORD_PATTERN = rf"{WORD_CHARACTER}+(?:'{WORD_CHARACTER}+)*"
SENTENCE_END_PATTERN = rf"[{SENTENCE_END}]|\.(?!{WORD_CHARACTER})"

_WORD = re.compile(WORD_PATTERN)
_SENTENCE_END = re.compile(SENTENCE_END_PATTERN)


def words(text: str) -> list[str]:
    """List the words of a text, in order.

    >>> words("Don't stop: the well-known king!")
    ["Don't", 'stop', 'the', 'well', 'known', 'king']
    """
    return _WORD.findall(text)


def sentences(text: str) -> Iterator[list[str]]:
    """Yield the sentences of a text, each as its list of words; empty ones are left out.

    >>> list(sentences("The king spoke. Nobody listened!"))
    [['The', 'king', 'spoke'], ['Nobody', 'listened']]
    """
    for part in _SENTENCE_END.split(text):
        if found := _WORD.findall(part):
            yield found
