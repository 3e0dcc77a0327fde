"""Text as it is shown: nothing steers a terminal or a page, and columns line up."""

import numpy as np
import pytest

from compare.shown import columns, html_table, plain_table
from compare.spaces.side_by_side import side_by_side
from compare.spaces.space import EmbeddingSpace

EVIL = [
    "a\x1b[2J",
    "b\rc",
    "\u202edlrow",
    "<script>x</script>",
    "tab\there",
    "line\nbreak",
    "x\x9b1m",
]


def test_columns_of_wide_characters_and_marks() -> None:
    assert (columns("abc"), columns("日本"), columns("e\u0301")) == (3, 4, 1)


def test_tables_line_up() -> None:
    lines = plain_table([["日本", "1"], ["abcde", "22"]], numbers=[1]).split("\n")
    assert lines == ["日本    1", "abcde  22"]


def test_html_is_text() -> None:
    table = html_table(["<b>"], [["<i>&"]])
    assert "<b>" not in table
    assert "&lt;i&gt;&amp;" in table


@pytest.mark.parametrize("word", EVIL)
def test_a_word_is_text_wherever_a_space_shows_it(word: str) -> None:
    words = ("king", word, "queen", "man")
    space = EmbeddingSpace(
        words, np.random.default_rng(0).normal(size=(4, 3)), None, {"name": word}
    )
    other = space.named("other")
    shown = [
        repr(space), space._repr_html_(),
        repr(space.neighbours(word, 3)), space.neighbours("king", 3)._repr_html_(),
        repr(side_by_side([space, other], word, 3)),
        side_by_side([space, other], word, 3)._repr_html_(),
        repr(space.analogy("king", word, "man")),
    ]  # fmt: skip
    for text in shown:
        for char in text.replace("\n", ""):
            assert char.isprintable(), (word, text)
    for page in shown[1::2]:
        assert "<script>" not in page
