"""Fonts for words of any script: those that are installed, in order; what none has is told once."""

from __future__ import annotations

import logging
import unicodedata
from functools import cache

from matplotlib.font_manager import fontManager, get_font

logger = logging.getLogger(__name__)

FIRST = "DejaVu Sans"
"""Comes with matplotlib."""

PREFERRED = (
    "Noto Sans", "Noto Serif", "Source Han", "WenQuanYi", "Droid Sans Fallback", "PingFang",
    "Hiragino", "Microsoft YaHei", "SimHei", "Yu Gothic", "Malgun Gothic", "NanumGothic", "IPA",
    "Takao", "Nirmala", "Mangal", "Lohit", "Kohinoor", "Tahoma", "Segoe UI", "Arial Unicode",
    "FreeSans", "FreeSerif", "Unifont",
)  # fmt: skip
"""How families of fonts with other scripts begin."""


@cache
def families() -> tuple[str, ...]:
    """List the installed families by which words are drawn, the first one first."""
    installed = sorted({font.name for font in fontManager.ttflist})
    others = [name for start in PREFERRED for name in installed if name.startswith(start)]
    return tuple(dict.fromkeys((FIRST, *others)))


@cache
def _characters(family: str) -> frozenset[int]:
    fonts = [font for font in fontManager.ttflist if font.name == family]
    plain = next((font for font in fonts if font.style == "normal"), fonts[0])
    return frozenset(get_font(plain.fname).get_charmap())


def drawable(word: str) -> str:
    """Give a word as figures can write it: itself, or the name of its script where no font has it.

    >>> drawable("café")
    'café'
    """
    if word.isascii():
        return word
    missing = [char for char in word if not char.isspace() and not _has_glyph(ord(char))]
    if not missing:
        return word
    script = _script(missing[0])
    _tell(script)
    return f"({script})"


@cache
def _has_glyph(character: int) -> bool:
    return any(character in _characters(family) for family in families())


@cache
def _tell(script: str) -> None:
    logger.warning(
        "no installed font has %s letters: figures write the name of the script in place of such "
        "words; install a font for it (on Debian: fonts-noto-core, fonts-noto-cjk)",
        script,
    )


def _script(char: str) -> str:
    name = unicodedata.name(char, "unknown").split()[0]
    return {"CJK": "Chinese"}.get(name, name.capitalize())
