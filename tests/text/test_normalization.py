"""Case, digits, accents, punctuation: worked by hand, and accents against gensim's deaccent."""

import pytest
from gensim.utils import deaccent
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compare.text.normalization import Normalization, normalize
from compare.text.words import words

LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="İ"))
OPTIONS = st.builds(
    Normalization,
    case=st.sampled_from(["lower", "keep"]),
    digits=st.sampled_from(["keep", "zero", "drop"]),
    accents=st.sampled_from(["keep", "strip"]),
    compatibility=st.sampled_from(["keep", "fold"]),
    punctuation=st.sampled_from(["keep", "drop"]),
)
AS_IS = Normalization(case="keep")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "zoë's 3rd café, in 1984: \"don't\" (1.5) snake_case\n"),
        ({"case": "keep"}, "Zoë's 3rd Café, in 1984: \"don't\" (1.5) snake_case\n"),
        ({"digits": "zero"}, "zoë's 0rd café, in 0000: \"don't\" (0.0) snake_case\n"),
        ({"digits": "drop"}, "zoë's rd café, in : \"don't\" () snake_case\n"),
        ({"accents": "strip"}, "zoe's 3rd cafe, in 1984: \"don't\" (1.5) snake_case\n"),
        ({"punctuation": "drop"}, "zoë's 3rd café  in 1984   don't   1.5  snake case\n"),
    ],
)
def test_each_option_by_hand(options, expected):
    text = "Zoe\u0308’s 3rd Café, in 1984: “don't” (1.5) snake_case\n"
    assert normalize(text, Normalization(**options)) == expected


def test_compatible_forms_are_folded_where_asked_for():
    text = "ﬁnd Ｈｅｌｌｏ x² № ９"
    assert normalize(text, Normalization()) == "ﬁnd ｈｅｌｌｏ x² № ９"
    assert normalize(text, Normalization(compatibility="fold")) == "find hello x2 no 9"


def test_quotes_are_straightened_and_letters_composed_whatever_the_options():
    assert normalize("‘I’ “e\u0301”", AS_IS) == "'I' \"é\""
    assert normalize("한국 Ç", Normalization(accents="strip")) == "한국 c"


def test_dropping_punctuation_keeps_apostrophes_inside_words_alone():
    drop = Normalization(punctuation="drop")
    assert normalize("'tis the dogs' rock'n'roll, a''b!", drop).split() == [
        *("tis", "the", "dogs", "rock'n'roll", "a", "b")
    ]


@settings(deadline=None)
@given(LATIN)
def test_stripping_accents_agrees_with_gensim(text):
    text = text.replace("’", "'")
    strip = Normalization(case="keep", accents="strip")
    assert normalize(text, strip) == deaccent(normalize(text, AS_IS))


@settings(deadline=None)
@given(LATIN, OPTIONS)
def test_normalizing_twice_changes_nothing(text, options):
    once = normalize(text, options)
    assert normalize(once, options) == once


@settings(deadline=None)
@given(LATIN, OPTIONS)
def test_lines_are_kept_so_that_documents_hold_together(text, options):
    """Text normalised in lines is the text normalised whole."""
    other = "Second line, 2 words"
    both = normalize(f"{text}\n{other}", options)
    assert both == f"{normalize(text, options)}\n{normalize(other, options)}"


@settings(deadline=None)
@given(LATIN)
def test_dropping_punctuation_leaves_the_words(text):
    keep, drop = Normalization(), Normalization(punctuation="drop")
    assert words(normalize(text, drop)) == words(normalize(text, keep))


def test_unknown_options_and_values_are_refused():
    for wrong in ({"case": "upper"}, {"digits": 0}, {"lower": True}):
        with pytest.raises(ValidationError):
            Normalization(**wrong)
