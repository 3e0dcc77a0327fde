"""Text written without spaces between words: Chinese, Japanese, Thai, Khmer and their like."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

import numpy as np

from compare.errors import InputError

_LETTERS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua980-\ua9df\uaa60-\uaadf\uff66-\uff9f\uf900-\ufaff\U00020000-\U000323af]"
)
LARGEST_SHARE = 0.2
"""Of all characters: more, and words are not to be found by spaces."""


class UnspacedText:
    """Counts letters of such scripts, passage by passage."""

    def __init__(self) -> None:
        self._n_characters = 0
        self._scripts: defaultdict[str, float] = defaultdict(float)

    def take(self, text: str) -> None:
        """Count the letters of a passage."""
        self._n_characters += len(text)
        if text.isascii() or not _has_such(text):
            return
        letters = _LETTERS.findall(text)
        if letters:
            # A few of them tell the scripts.
            some = letters[:: max(1, len(letters) // 64)]
            for letter in some:
                self._scripts[_script(letter)] += len(letters) / len(some)

    def check(self, name: str) -> None:
        """Refuse a text that has no spaces to find words by.

        Raises
        ------
        InputError
        """
        n_letters = sum(self._scripts.values())
        if n_letters <= LARGEST_SHARE * self._n_characters:
            return
        script = max(self._scripts, key=lambda one: self._scripts[one])
        raise InputError(
            f"{name} is written without spaces between words ({script}: "
            f"{100 * n_letters / self._n_characters:.0f} % of its characters); split it into words "
            "with a tool for its language (jieba, MeCab, PyThaiNLP, …), parted by spaces, and give "
            "word_rule = whitespace (--word-rule whitespace)"
        )


def _has_such(text: str) -> bool:
    """Tell whether there may be such letters at all, far sooner than they are found."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    between = (units >= _SIGNS_FROM) & (units < _SIGNS_UNTIL)
    return bool(((units >= _FIRST_LETTER) & ~between).any())


_FIRST_LETTER, _SIGNS_FROM, _SIGNS_UNTIL = 0x0E00, 0x2000, 0x3000
"""The first letter, and the signs between letters: dashes, quotes."""


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "CJK").split()[0].split("-")[0]
    return {"CJK": "Chinese characters"}.get(name, name.capitalize())
