"""Words and sentences: by hand, against Unicode's own boundaries, and as round trips."""

import json
from pathlib import Path

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compare.text.wikipedia import wiki_sample_articles
from compare.text.words import end_places, sentences, word_matches, words

TEXT = st.text(st.sampled_from("aéZ9字_'’-. !?;\n,\u0301")) | st.text()
WORD = st.sampled_from(["a", "don't", "é9", "字", "12", "rock'n'roll"])

UNICODE = st.text(st.sampled_from("aéZßĸ9٣हि\u0301\u093f\u200dءい字カ한 .,·-!?()\n"))
"""Characters that the project and the annex read alike."""


def words_of_the_annex(text: str) -> list[str]:
    """Part a text at Unicode's word boundaries (Annex 29), by the library regex."""
    parts = regex.split(r"(?V1w)\b", text)
    begun = (regex.sub(r"^[\p{M}\p{Cf}]+", "", part) for part in parts)
    return [part for part in begun if regex.match(r"[\p{L}\p{Nd}\p{Nl}]", part)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop!", ["Don't", "stop"]),
        ("'quoted' dogs' o'clock rock'n'roll", ["quoted", "dogs", "o'clock", "rock'n'roll"]),
        ("well-known snake_case 3.5 2nd", ["well", "known", "snake", "case", "3.5", "2nd"]),
        ("Köln, 東京; naïve", ["Köln", "東", "京", "naïve"]),
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
            ["One two", "Three", "Four", "Five six seven"],
        ),
        ("It was 3.5 m in the U.S. today.", ["It was 3.5 m in the U.S today"]),
        ("One, two: three - four", ["One two three four"]),
        ("He said 'go.' Then left...", ["He said go", "Then left"]),
        (" ... !? \n", []),
    ],
)
def test_sentences_by_hand(text, expected):
    assert [" ".join(sentence) for sentence in sentences(text)] == expected


@settings(max_examples=400, deadline=None)
@given(UNICODE)
def test_words_are_those_of_the_annex(text):
    assume(not regex.search(r"[^\p{L}\p{M}\p{Nd}\u200d][\p{M}\u200d]", text))  # a loose mark
    assume(not regex.search(r"[\p{M}\u200d][.,·]", text))  # where regex parts, and the annex joins
    # Apostrophes by hand: they join digits to letters here (60's), and regex parts l'été.
    assert words(text) == words_of_the_annex(text)


@settings(deadline=None)
@given(TEXT)
def test_sentences_part_the_words_and_lose_none(text):
    parts = list(sentences(text))
    assert all(parts)
    assert [word for part in parts for word in part] == words(text)


@settings(deadline=None)
@given(st.lists(st.lists(WORD, min_size=1, max_size=4), max_size=4))
def test_sentences_put_together_are_read_back(written):
    for end in (".\n\n", "! ", "? ", "\n\n", "\u2029"):
        text = "".join(", ".join(["The", *sentence, "end"]) + end for sentence in written)
        assert list(sentences(text)) == [["The", *sentence, "end"] for sentence in written]


def test_sentences_of_the_wiki_sample_end_where_a_reader_marked_them():
    """458 signs in 100 passages, marked by hand; docs/words.md has how many are read alike."""
    marked = json.loads((Path(__file__).parent / "wiki_sentence_ends.json").read_text())
    articles = wiki_sample_articles()
    n_signs = n_alike = 0
    for article, first, last, size, ends in marked:
        text = "\n".join(articles[article].split("\n")[first:last])[:size]
        found = set(end_places(text))
        signs = [place for place, sign in enumerate(text[:-1]) if sign in ".!?"]
        n_signs += len(signs)
        n_alike += sum((place in found) == (place in ends) for place in signs)
    assert n_signs == 458
    assert n_alike >= 0.99 * n_signs


def test_a_run_of_letters_is_a_word_up_to_a_million_and_never_fills_the_memory():
    """A few bytes of a compressed text may hold it."""
    assert [match.span() for match in word_matches("king " + "a" * 1_000_001)] == [
        (0, 4),
        (5, 1_000_005),
        (1_000_005, 1_000_006),
    ]
