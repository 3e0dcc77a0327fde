"""Words and sentences: by hand, against a reader that goes letter by letter, and as round trips."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.text.words import sentences, words

TEXT = st.text(st.sampled_from("aéZ9字_'’-. !?;\n,\u0301")) | st.text()
WORD = st.sampled_from(["a", "don't", "é9", "字", "12", "rock'n'roll"])


def words_letter_by_letter(text: str) -> list[str]:
    """Read words as the module docstring tells it; a slow twin."""
    found, word = [], ""
    for place, char in enumerate(text):
        following = text[place + 1 : place + 2]
        if char.isalnum() or (char == "'" and word and following.isalnum()):
            word += char
        elif word:
            found.append(word)
            word = ""
    return [*found, word] if word else found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop!", ["Don't", "stop"]),
        ("'quoted' dogs' o'clock rock'n'roll", ["quoted", "dogs", "o'clock", "rock'n'roll"]),
        ("well-known snake_case 3.5 2nd", ["well", "known", "snake", "case", "3", "5", "2nd"]),
        ("Köln, 東京; naïve", ["Köln", "東京", "naïve"]),
        ("--- … _'_", []),
        ("", []),
    ],
)
def test_words_by_hand(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "One two. Three! Four? Five; six\nseven",
            ["One two", "Three", "Four", "Five", "six", "seven"],
        ),
        ("It was 3.5 m in the U.S. today.", ["It was 3 5 m in the U S", "today"]),
        ("One, two: three - four", ["One two three four"]),
        ("He said 'go.' Then left...", ["He said go", "Then left"]),
        (" ... !? \n", []),
    ],
)
def test_sentences_by_hand(text, expected):
    assert [" ".join(sentence) for sentence in sentences(text)] == expected


@settings(deadline=None)
@given(TEXT)
def test_words_agree_with_a_reader_that_goes_letter_by_letter(text):
    assert words(text) == words_letter_by_letter(text)


@settings(deadline=None)
@given(TEXT)
def test_sentences_part_the_words_and_lose_none(text):
    parts = list(sentences(text))
    assert all(parts)
    assert [word for part in parts for word in part] == words(text)


@settings(deadline=None)
@given(st.lists(st.lists(WORD, min_size=1, max_size=4), max_size=4))
def test_sentences_put_together_are_read_back(written):
    for end in (". ", "!", "?", ";", "\n", ".\n"):
        text = "".join(", ".join(sentence) + end for sentence in written)
        assert list(sentences(text)) == written
