"""Cases of pictures with words of any script: drawn, or told once; no boxes, no warnings."""

import logging
import warnings

import numpy as np
import pytest

from compare.figures import fonts
from compare.figures.from_spaces import plot_words
from compare.figures.style import svg_of
from compare.spaces.space import EmbeddingSpace

WORDS = ("king", "король", "βασιλιάς", "ملك", "राजा", "王様", "왕", "พระราชา")


def test_words_of_any_script_are_drawn_or_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fonts._tell.cache_clear()
    space = EmbeddingSpace(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 4)))
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        for _ in range(2):
            svg_of(plot_words([space], list(WORDS)))
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == len(set(told))
    for word in WORDS:
        shown = fonts.drawable(word)
        assert shown == word or any(shown.strip("()") in one for one in told)
    assert fonts.drawable("король") == "король"


def test_a_script_that_no_font_has_is_named(caplog: pytest.LogCaptureFixture) -> None:
    fonts._tell.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert fonts.drawable("\U00012000\U00012001") == "(Cuneiform)"
        assert fonts.drawable("\U00012002") == "(Cuneiform)"
    assert caplog.text.count("no installed font has Cuneiform letters") == 1
